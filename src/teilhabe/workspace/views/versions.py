"""What an offer said before, and how the public sees what is not public yet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from teilhabe.core.languages import ALL, INTERFACE
from teilhabe.directory.models import Offer
from teilhabe.directory.operations import OfferIncomplete, restore_offer
from teilhabe.history.models import Version
from teilhabe.history.queries import Piece, difference, versions_of
from teilhabe.matching.queries import need_labels
from teilhabe.portal.offers import add_texts, load
from teilhabe.portal.pages import OfferPage
from teilhabe.portal.queries import surroundings
from teilhabe.workspace.access import Desk, offer_of, staff, writers
from teilhabe.workspace.labels import LABELS, in_words, label_of
from teilhabe.workspace.views.offers import about_offer


@dataclass(frozen=True)
class Step:
    """One version and what it changed."""

    version: Version
    changes: list[tuple[str, list[Piece]]]  # label of the field, its difference
    is_latest: bool
    is_first: bool


def steps_of(versions: list[Version], needs: dict[str, str]) -> list[Step]:
    """`versions`, the newest first, each with what it changed of the one before it."""
    found = []
    for version, before in zip_longest(versions, versions[1:]):
        changes = []
        for name in LABELS if before else ():
            old, new = (in_words(name, one.content.get(name, ""), needs) for one in (before, version) if one)
            if old != new:
                changes.append((label_of(name), difference(old, new)))
        found.append(Step(version, changes, version is versions[0], before is None))
    return found


@require_safe
@staff
def history(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    found = offer_of(key)
    steps = steps_of(versions_of(found), need_labels(request.LANGUAGE_CODE))
    return render(request, "workspace/history.html", {"steps": steps, **about_offer(found)})


@require_POST
@writers
def restoration(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    found = offer_of(key)
    number = request.POST.get("number", "")
    try:
        changed = restore_offer(found, int(number) if number.isascii() and number.isdecimal() else 0, by=desk.user)
    except OfferIncomplete:
        messages.error(
            request, _("Diese Fassung ist unvollständig, und das Angebot ist öffentlich. Ziehen Sie es zuerst zurück.")
        )
    else:
        if changed:
            messages.success(request, _("Die Fassung %(number)s gilt wieder.") % {"number": number})
        else:
            messages.info(request, _("Diese Fassung gilt schon."))
    return redirect("workspace:history", found.pk)


@require_safe
@staff
def preview(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The public page of an offer as it would be, for a reader of `?language=`."""
    found = offer_of(key)
    wish = request.GET.get("language", "")
    language = wish if wish in INTERFACE else request.LANGUAGE_CODE
    (shown,) = load(Offer.objects.filter(pk=found.pk))
    around = surroundings(desk.centre)
    codes = [code for code in desk.centre.languages if code in INTERFACE]
    told = {
        "others": [ALL[code] for code in codes],
        "about": f"offer:{found.pk}",
        "query": "",
        "reasons": [],
        "structured": "",
        **about_offer(found),
    }
    with translation.override(language):
        add_texts([shown], language)
        request.LANGUAGE_CODE = language
        page = OfferPage(shown, around, language, timezone.now())
        return render(request, "workspace/preview.html", {**told, "page": page, "offer": page.offer})
