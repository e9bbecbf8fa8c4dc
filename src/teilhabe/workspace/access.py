"""Doors of the workspace: only who works at the centre on the host comes in, and only those who may write do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from teilhabe.accounts.models import User
from teilhabe.centres.models import Centre, Membership
from teilhabe.directory.models import Offer
from teilhabe.editorial.access import EDITORS

LANGUAGES = ("de", "en")
SETTERS = (Membership.Role.HEAD, Membership.Role.COORDINATOR)  # of the centre's own name, looks and legal texts

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Desk:
    """Who sits here, for which centre, in which roles."""

    user: User
    centre: Centre
    roles: tuple[Membership.Role, ...]

    @property
    def may_write(self) -> bool:
        return bool(set(EDITORS) & set(self.roles))

    @property
    def may_set_up(self) -> bool:
        return bool(set(SETTERS) & set(self.roles))

    @property
    def role_names(self) -> str:
        return ", ".join(str(role.label) for role in self.roles)


def staff(view: View) -> View:
    """A page for everybody who works at the centre; `desk` is its second argument. In German or English, never kept."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return redirect(f"/account/login/?next={quote(request.get_full_path())}")
        language = user.language if user.language in LANGUAGES else LANGUAGES[0]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = _at_desk(view, request, user, *args, **kwargs)
        response.headers["Content-Language"] = language
        response.headers["Cache-Control"] = "no-store"
        return response

    answer.is_for_staff = True  # type: ignore[attr-defined]  # what the guard of addresses looks for
    return answer


def _at_desk(view: View, request: HttpRequest, user: User, *args: Any, **kwargs: Any) -> HttpResponse:
    centre = request.centre  # type: ignore[attr-defined]
    if centre is None:
        return redirect("/")
    roles = tuple(Membership.Role(role) for role in Membership.objects.filter(user=user).values_list("role", flat=True))
    if not roles:
        return refusal(
            request,
            _("Sie arbeiten nicht an diesem Zentrum"),
            _("Bitten Sie die Leitung, Ihnen eine Rolle zu geben, oder melden Sie sich mit einem anderen Konto an."),
        )
    desk = Desk(user, centre, roles)
    request.desk = desk  # type: ignore[attr-defined]  # for the frame of the page
    return view(request, desk, *args, **kwargs)


def writers(view: View) -> View:
    """A page, or a deed, for those who may write; others are told why not."""
    return _for(lambda desk: desk.may_write, _writers_advice, view)


def setters(view: View) -> View:
    """For those who may change the centre's own name, looks and legal texts."""
    return _for(lambda desk: desk.may_set_up, _setters_advice, view)


def _for(may: Callable[[Desk], bool], advice: Callable[[Desk], str], view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, desk: Desk, *args: Any, **kwargs: Any) -> HttpResponse:
        if may(desk):
            return view(request, desk, *args, **kwargs)
        return refusal(request, _("Das darf Ihre Rolle nicht"), advice(desk))

    return staff(answer)


def _writers_advice(desk: Desk) -> str:
    told = _(
        "Ihre Rolle hier (%(role)s) darf lesen, nicht ändern. Schreiben dürfen Redaktion, Koordination und Leitung."
    )
    return told % {"role": desk.role_names}


def _setters_advice(desk: Desk) -> str:
    told = _("Ihre Rolle hier (%(role)s) darf das nicht ändern. Das dürfen Koordination und Leitung.")
    return told % {"role": desk.role_names}


def refusal(request: HttpRequest, title: str, advice: str) -> HttpResponse:
    return render(request, "workspace/refusal.html", {"title": title, "advice": advice}, status=403)


def offer_of(key: UUID) -> Offer:
    """An offer of the centre in scope, published or not."""
    found: Offer = get_object_or_404(Offer.objects.select_related("organisation", "place__area", "publication"), pk=key)
    return found
