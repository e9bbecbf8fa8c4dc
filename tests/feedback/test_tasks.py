"""What the worker does once an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from teilhabe.centres.scope import in_centre
from teilhabe.feedback.models import Report
from teilhabe.feedback.operations import Subject, receive_report
from teilhabe.feedback.tasks import forget_everywhere


def test_every_centre_forgets(centre: Any, other_centre: Any) -> None:
    for each in (centre, other_centre):
        with in_centre(each):
            old = receive_report("wrong", "alt", Subject(), language="de")
            Report.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=731))
            receive_report("wrong", "neu", Subject(), language="de")
    forget_everywhere()
    for each in (centre, other_centre):
        with in_centre(each):
            assert list(Report.objects.values_list("text", flat=True)) == ["neu"]
