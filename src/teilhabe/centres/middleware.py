"""Find the centre by host name and enter its scope."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from teilhabe.centres.models import Centre
from teilhabe.centres.queries import centre_answering, centre_for_host
from teilhabe.centres.scope import enter, leave
from teilhabe.core import problems
from teilhabe.core.http import Handler, host_name

# how long a process may go without asking the database which version a centre is at
FRESH_FOR = 0.5  # seconds
ALWAYS_ALLOWED = {"127.0.0.1", "localhost", "[::1]", "testserver"}


class CentreOfHost:
    """Sets `request.centre` (None: the page that lists the centres answers) and its scope."""

    known: dict[tuple[str, str], tuple[float, Centre | None, bool]] = {}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in {"/health", "/health/"}:
            return self.get_response(request)
        slug = request.GET.get("centre", "") if request.path.startswith("/api/") else ""
        slug = slug[:60].replace("\0", "")  # PostgreSQL refuses the whole query
        centre, is_allowed = self._centre(host_name(request), slug)
        if not is_allowed:
            return _refusal(request)
        request.centre = centre  # type: ignore[attr-defined]
        token = enter(centre)
        try:
            return self.get_response(request)
        finally:
            leave(token)

    @classmethod
    def _centre(cls, host: str, slug: str) -> tuple[Centre | None, bool]:
        now = time.monotonic()
        kept = cls.known.get((host, slug))
        if kept and now - kept[0] < FRESH_FOR:
            return kept[1], kept[2]
        centre = centre_for_host(host)
        is_allowed = centre is not None or host in ALWAYS_ALLOWED or host.endswith(".localhost")
        is_allowed = is_allowed or host in settings.TEILHABE_HOSTS
        if is_allowed and centre is None:
            centre = Centre.objects.filter(slug=slug).first() if slug else centre_answering(host)
        if len(cls.known) > 1000:  # names are the client's to choose
            cls.known.clear()
        cls.known[host, slug] = (now, centre, is_allowed)
        return centre, is_allowed


def _refusal(request: HttpRequest) -> HttpResponse:
    advice = "This host name is not set up here. The operator adds it with TEILHABE_HOSTS or to its centre."
    if request.path.startswith("/api/"):
        return problems.answer(400, advice)
    return HttpResponse(f"{advice}\n", status=400, content_type="text/plain; charset=utf-8")
