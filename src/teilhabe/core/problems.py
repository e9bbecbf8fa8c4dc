"""Errors as application/problem+json (RFC 9457): what is wrong, and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """The request cannot be answered; `detail` is one sentence that says what to do."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def answer(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JsonResponse:
    """The response; `more` are members beside those of the standard."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    headers = {"Content-Language": "en", **(headers or {})}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)
