"""What waits, and in which language somebody works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from teilhabe.accounts.operations import set_language
from teilhabe.workspace.access import LANGUAGES, Desk, staff
from teilhabe.workspace.queries import waiting


@require_safe
@staff
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    return render(request, "workspace/home.html", {"waiting": waiting()})


@require_POST
@staff
def language(request: HttpRequest, desk: Desk) -> HttpResponse:
    if (wish := request.POST.get("language", "")) in LANGUAGES:
        set_language(desk.user, wish)
    return redirect("workspace:home")
