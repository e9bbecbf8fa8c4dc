"""What a guide page, and the list of them, tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe

from teilhabe.core.languages import ALL, INTERFACE, Language
from teilhabe.directory.queries import public_offers
from teilhabe.editorial.access import Found
from teilhabe.editorial.models import Attachment, Page, PageContact
from teilhabe.editorial.queries import PageTree, page_view
from teilhabe.organisations.hours import hours_of
from teilhabe.organisations.models import Organisation, Person
from teilhabe.portal.cards import Line, lines_for, spoken
from teilhabe.portal.offers import offers_by_key
from teilhabe.portal.opening import Opening, today
from teilhabe.portal.queries import Surroundings, public_organisations
from teilhabe.translation.queries import Text, texts_of

SHOWN_OFFERS = 6
LEAST_HEADINGS = 3  # on a page with fewer nobody gets lost


@dataclass
class GuideContact:
    """A contact card: an organisation, or one of its people."""

    organisation: Organisation
    person: Person | None
    languages: list[Language]
    opening: Opening | None
    has_page: bool


class GuidePage:
    """Says what to show of a public page; every part costs a fixed number of queries."""

    def __init__(self, found: Found, around: Surroundings, language: str, at: datetime) -> None:
        self.view = page_view(found.key, language, found.tree)
        self.record: Page = self.view.page
        self.language, self._tree, self._around, self._at = language, found.tree, around, at

    @property
    def address(self) -> str:
        return f"/{self.language}/pages/{self.view.path}/"

    @property
    def content(self) -> SafeString:
        return mark_safe(self.view.content.text)  # noqa: S308 sanitised before it was stored

    @property
    def is_machine_made(self) -> bool:
        return self.view.title.is_machine_made or self.view.content.is_machine_made

    @property
    def is_foreign(self) -> bool:
        return self.view.title.language != self.language

    @property
    def own_language(self) -> Language:
        """In which the text stands here."""
        return ALL[self.view.title.language]

    @property
    def original(self) -> tuple[str, Language] | None:
        """Address and language of the text this one was made from."""
        source = self.record.language
        if source not in INTERFACE or source == self.view.title.language:
            return None
        return f"/{source}/pages/{self._tree.path(self.record.pk, source)}/", ALL[source]

    @property
    def contents(self) -> list[Any]:
        """What "on this page" lists."""
        return self.view.headings if len(self.view.headings) >= LEAST_HEADINGS else []

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Of the page in each language that it has, by language."""
        codes = [code for code in self._tree.nodes[self.record.pk].slugs if code in INTERFACE]
        return {code: f"/{code}/pages/{self._tree.path(self.record.pk, code)}/" for code in codes}

    @cached_property
    def contacts(self) -> list[GuideContact]:
        rows: list[PageContact] = list(self.record.contacts.all())
        if not rows:
            return []
        bodies = {row.organisation_id: row.organisation for row in rows}
        prefetch_related_objects(list(bodies.values()), "hours", "hours_exceptions")
        with_page = set(public_organisations().filter(pk__in=bodies).order_by().values_list("pk", flat=True))
        return [
            GuideContact(
                bodies[row.organisation_id],
                row.person,
                spoken((row.person or row.organisation).languages, self.language),
                None if row.person else today(hours_of(bodies[row.organisation_id]), self._at),
                row.organisation_id in with_page,
            )
            for row in rows
        ]

    @property
    def attachments(self) -> list[Attachment]:
        return list(self.record.attachments.all())

    @cached_property
    def needs(self) -> list[tuple[str, str]]:
        """Needs whose offers it lists, as id and label."""
        ids = [row.need_id for row in self.record.page_needs.all()]
        return [(need, self._around.need_label(need, self.language)) for need in ids if need in self._around.needs]

    @cached_property
    def offers(self) -> list[Line]:
        wanted = [need for need, _ in self.needs]
        if not wanted:
            return []
        rows = public_offers().filter(offer_needs__need__in=wanted).order_by("offer_needs__position", "sort_key", "pk")
        keys = dict.fromkeys(rows.values_list("pk", flat=True)[: SHOWN_OFFERS * len(wanted)])
        return lines_for(offers_by_key(list(keys)[:SHOWN_OFFERS], self.language), self.language, self._at)


@dataclass
class Chapter:
    """One of the topmost pages with those right below it."""

    address: str
    title: Text
    pages: list[tuple[str, Text]] = field(default_factory=list)


def chapters(language: str) -> list[Chapter]:
    """The guide as its front page lists it; four queries."""
    tree = PageTree()
    below = {key: tree.children(key) for key in tree.children(None)}
    keys = [*below, *(key for keys in below.values() for key in keys)]
    titles = texts_of(list(Page.objects.defer("content").filter(pk__in=keys)), ["title"], language)

    def named(key: Any) -> tuple[str, Text]:
        return f"/{language}/pages/{tree.path(key, language)}/", titles[str(key), "title"]

    return [Chapter(*named(key), [named(child) for child in children]) for key, children in below.items()]
