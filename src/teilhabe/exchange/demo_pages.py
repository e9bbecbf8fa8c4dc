"""The guide of a demo centre: `pages.json` in its folder, in German, with machine-made texts in other languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from teilhabe.editorial.markup import relinked, sanitised
from teilhabe.editorial.models import Page
from teilhabe.editorial.operations import (
    create_page,
    list_offers_for,
    publish_page,
    show_contacts,
    write_text,
)
from teilhabe.organisations.models import Organisation, folded_name
from teilhabe.translation.models import Translation
from teilhabe.vocabulary.models import Need

SOURCE = "de"
PROVIDER = "Demo"


def load_pages(folder: Path) -> int:
    """Make the guide of the centre in scope equal to the file of `folder`; how many pages were written."""
    path = folder / "pages.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    pages = {page.source_id: page for page in Page.objects.with_details().filter(source_id__startswith="demo-")}
    for facts in told:  # all of them first, since they link to one another
        if facts["id"] not in pages:
            pages[facts["id"]] = _create(facts, pages.get(facts.get("parent", "")))
    known = _texts(pages)
    bodies = {body.folded: body for body in Organisation.objects.all()}
    written = 0
    for facts in told:
        page, wanted = pages[facts["id"]], _wanted(facts, pages, bodies)
        if _told(page, known) != wanted:
            _write(page, wanted, bodies)
            written += 1
    return written


def _create(facts: dict[str, Any], parent: Page | None) -> Page:
    page = create_page(facts["texts"][SOURCE]["title"], by=None, parent=parent)
    page.source_id = facts["id"]
    page.save()
    publish_page(page, by=None)
    return page


def _texts(pages: dict[str, Page]) -> dict[str, dict[str, dict[str, str]]]:
    """By key and language: the texts in other languages than the source."""
    found: dict[str, dict[str, dict[str, str]]] = {str(page.pk): {} for page in pages.values()}
    for row in Translation.objects.of_kind(Page).filter(key__in=found):
        found[row.key].setdefault(row.language, {})[row.field] = row.text
    return found


def _told(page: Page, known: dict[str, dict[str, dict[str, str]]]) -> dict[str, Any]:
    """What the database tells of a page."""
    texts = {SOURCE: {"title": page.title, "content": page.content}, **known[str(page.pk)]}
    needs = [row.need_id for row in page.page_needs.all()]
    return {"texts": texts, "needs": needs, "contacts": [row.organisation.folded for row in page.contacts.all()]}


def _wanted(facts: dict[str, Any], pages: dict[str, Page], bodies: dict[str, Organisation]) -> dict[str, Any]:
    """What it should tell; links to pages have their keys."""
    texts = {
        language: {
            "title": text["title"],
            "content": relinked(sanitised(text["content"]), lambda name: f"page:{pages[name].pk}"),
        }
        for language, text in facts["texts"].items()
    }
    contacts = [bodies[folded_name(name)].folded for name in facts["contacts"]]
    return {"texts": texts, "needs": facts["needs"], "contacts": contacts}


def _write(page: Page, wanted: dict[str, Any], bodies: dict[str, Organisation]) -> None:
    for language, text in wanted["texts"].items():
        origin = Translation.Origin.HUMAN if language == SOURCE else Translation.Origin.MACHINE
        write_text(page, language, text["title"], text["content"], by=None, origin=origin, provider=PROVIDER)
    needs = Need.objects.in_bulk(wanted["needs"])
    list_offers_for(page, [needs[need] for need in wanted["needs"]], by=None)
    show_contacts(page, [(bodies[folded], None) for folded in wanted["contacts"]], by=None)
