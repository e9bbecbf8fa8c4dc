"""Reports as those who answer them read them."""

from __future__ import annotations

from typing import Any

from teilhabe.feedback.models import Report


def open_reports() -> Any:
    """Reports of the centre in scope that nobody has answered, the oldest first."""
    return Report.objects.open()
