"""Sessions live behind the office addresses only, so that public pages can be kept whole and set no cookie."""

from __future__ import annotations

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

OFFICE = ("/account/", "/workspace/", "/my/")


class SessionsOnlyWhereNeeded(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(OFFICE):
            super().process_request(request)
        else:
            request.session = self.SessionStore()  # empty, never saved

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path.startswith(OFFICE):
            return super().process_response(request, response)
        return response
