"""Offers: the list, the form, its conflicts, what happens to an offer besides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teilhabe.directory.contents import EMPTY, Content, content_of
from teilhabe.directory.models import Offer
from teilhabe.directory.operations import (
    OfferIncomplete,
    confirm_offer,
    create_offer,
    publish_offer,
    save_offer,
    withdraw_offer,
)
from teilhabe.history.merging import Clash, token_of
from teilhabe.history.operations import drop_draft, keep_draft
from teilhabe.history.queries import draft_of, who_saved_last
from teilhabe.matching.queries import need_labels
from teilhabe.vocabulary.models import Area
from teilhabe.workspace.access import Desk, offer_of, staff, writers
from teilhabe.workspace.conflicts import Choice, choices_of, token_after, with_choices
from teilhabe.workspace.finding import ranks_of
from teilhabe.workspace.forms import TYPED, OfferForm
from teilhabe.workspace.labels import label_of
from teilhabe.workspace.queries import ORDERS, STATES, Wanted, listed, sentence

LONGEST_DRAFT = 200_000  # characters


@require_safe
@staff
def offers(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = listed(Wanted.from_address(request.GET.dict()))
    areas = list(Area.objects.all())
    told = {
        "list": found,
        "wanted": found.wanted,
        "sentence": sentence(found.wanted, found.total, areas),
        "states": STATES.items(),
        "areas": areas,
        "categories": Offer.Category.choices,
        "orders": ORDERS.items(),
    }
    return render(request, "workspace/offers.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
def new_offer(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = OfferForm(request.POST or None, initial=EMPTY)
    if request.method == "POST" and form.is_valid():
        offer = create_offer(form.content, by=desk.user)
        messages.success(request, _("Der Entwurf ist gespeichert. Noch sieht ihn niemand sonst."))
        return redirect("workspace:offer", offer.pk)
    return render(
        request, "workspace/offer_form.html", {"form": form, "offer": None}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def offer(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The form of an offer; those who may not write see it as the public does."""
    found = offer_of(key)
    if not desk.may_write:
        return redirect("workspace:preview", key)
    if request.method == "POST":
        return _save(request, desk, found)
    content = {name: value for name, value in content_of(found).items() if name in TYPED}
    draft = draft_of(found, desk.user)
    if draft and request.GET.get("draft") == "1":
        form = OfferForm(_query(draft.content))
    else:
        form = OfferForm(initial={**content, "token": token_of(content)})
    return _form(request, desk, found, form, draft=draft if not form.is_bound else None)


def _save(request: HttpRequest, desk: Desk, found: Offer) -> HttpResponse:
    form = OfferForm(request.POST)
    if not form.is_valid():
        return _form(request, desk, found, form, status=422)
    typed = with_choices(form.content, content_of(found), request.POST)
    try:
        changed = save_offer(found, typed, token=token_after(request.POST), by=desk.user)
    except Clash as clash:
        return _conflict(request, found, form, choices_of(clash, typed, need_labels(request.LANGUAGE_CODE)), clash)
    except OfferIncomplete:
        form.add_error(
            "summary",
            _("Das Angebot ist öffentlich und braucht eine Zusammenfassung oder eine Beschreibung."),
        )
        return _form(request, desk, found, form, status=422)
    if changed:
        names = ", ".join(label_of(name) for name in changed)
        messages.success(request, _("Gespeichert: %(fields)s.") % {"fields": names})
    else:
        messages.info(request, _("Es gab nichts Neues zu speichern."))
    return redirect("workspace:offer", found.pk)


def _form(
    request: HttpRequest, desk: Desk, found: Offer, form: OfferForm, *, draft: Any = None, status: int = 200
) -> HttpResponse:
    told = {"form": form, "draft": draft, **about_offer(found), **_about_needs(request, found)}
    return render(request, "workspace/offer_form.html", told, status=status)


def _about_needs(request: HttpRequest, found: Offer, typed: Content | None = None) -> dict[str, Any]:
    """For which needs the offer would be found, and which other ones there are to choose."""
    ranks = ranks_of(found, request.LANGUAGE_CODE, typed)
    shown = {rank.need for rank in ranks or []}
    said = content_of(found)["needs"]
    labels = need_labels(request.LANGUAGE_CODE)
    others = sorted(((key, label) for key, label in labels.items() if key not in shown), key=lambda pair: pair[1])
    return {"ranks": ranks, "other_needs": others, "needs_token": token_of({"needs": said})}


@require_POST
@writers
def finding(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The part of the form's page that tells of needs, for what is typed and not saved; read by the script."""
    found = offer_of(key)
    form = OfferForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    told = {"offer": found, **_about_needs(request, found, form.content)}
    return render(request, "workspace/_needs.html", told)


@require_POST
@writers
def needs(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Say which needs the offer meets; the order of the ticks is theirs."""
    found = offer_of(key)
    known = need_labels("de")
    said = [need for need in dict.fromkeys(request.POST.getlist("need")) if need in known]
    try:
        save_offer(found, {"needs": said}, token=request.POST.get("token", ""), by=desk.user)
    except Clash:
        messages.error(request, _("Jemand anders hat die Bedarfe inzwischen geändert. So stehen sie jetzt da."))
    else:
        messages.success(request, _("Die Bedarfe sind bestätigt."))
    return redirect("workspace:offer", found.pk)


def about_offer(found: Offer) -> dict[str, Any]:
    """What stands around every page of one offer."""
    return {
        "offer": found,
        "is_published": getattr(found, "publication", None) is not None,
        "confirmation": found.confirmations.first(),
        "gaps": [label_of(name) for name in found.gaps()],
    }


def _conflict(request: HttpRequest, found: Offer, form: OfferForm, choices: list[Choice], clash: Clash) -> HttpResponse:
    told = {
        "fields": list(form),
        "seen": clash.token,
        "choices": choices,
        "latest": who_saved_last(found),
    }
    return render(request, "workspace/conflict.html", {**told, **about_offer(found)}, status=409)


def _query(content: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in content.items():
        query.setlist(name, values)
    return query


@require_POST
@writers
def draft(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Keep what is typed so far; called by the script every few seconds, and by nobody without it."""
    found = offer_of(key)
    typed = {
        name: request.POST.getlist(name) for name in (*TYPED, "is_new_organisation", "token") if name in request.POST
    }
    if sum(len(value) for values in typed.values() for value in values) > LONGEST_DRAFT:
        return HttpResponse(status=413)
    keep_draft(found, typed, by=desk.user)
    return HttpResponse(status=204)


@require_POST
@writers
def drop(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    found = offer_of(key)
    drop_draft(found, by=desk.user)
    messages.info(request, _("Ihre nicht gespeicherten Änderungen sind verworfen."))
    return redirect("workspace:offer", found.pk)


@require_POST
@writers
def publication(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    found = offer_of(key)
    try:
        publish_offer(found, by=desk.user)
    except OfferIncomplete as refusal:
        names = ", ".join(label_of(name) for name in refusal.gaps)
        messages.error(request, _("Noch nicht veröffentlicht. Es fehlt: %(fields)s.") % {"fields": names})
    else:
        messages.success(request, _("Das Angebot ist veröffentlicht. In wenigen Sekunden wird es gefunden."))
    return redirect("workspace:offer", found.pk)


@require_POST
@writers
def withdrawal(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Take it from the public; the page that follows offers to undo it."""
    found = offer_of(key)
    withdraw_offer(found, by=desk.user)
    return render(request, "workspace/withdrawn.html", about_offer(offer_of(key)))


@require_POST
@writers
def confirmation(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    found = offer_of(key)
    confirm_offer(found, by=desk.user, on=timezone.localdate(), on_behalf_of="Redaktion")
    messages.success(request, _("Bestätigt: Das Angebot ist heute richtig."))
    return redirect("workspace:offer", found.pk)
