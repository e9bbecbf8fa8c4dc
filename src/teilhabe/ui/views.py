"""Pages of last resort: what happened, why, what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _answer(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": advice}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "ui/error.html", {"title": title, "advice": advice}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request, 400, _("Das haben wir nicht verstanden"), _("Bitte gehen Sie zurück und versuchen Sie es noch einmal.")
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    advice = _("Gehen Sie zur Startseite, oder melden Sie sich mit einem anderen Konto an.")
    return _answer(request, 403, _("Das geht hier nicht"), advice)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: cookies are off, or it stood open for days."""
    advice = _(
        "Laden Sie die Seite neu und schicken Sie das Formular noch einmal ab. Dafür müssen Cookies erlaubt sein."
    )
    return _answer(request, 403, _("Das Formular war zu lange offen"), advice)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, _("Diese Seite gibt es nicht"), _("Suchen Sie auf der Startseite, was Sie brauchen."))


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        500,
        _("Bei uns ist etwas schiefgegangen"),
        _("Bitte versuchen Sie es in ein paar Minuten noch einmal."),
    )
