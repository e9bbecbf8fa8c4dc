"""Deeds on pages, in the centre in scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import IO

from django.core.files import File
from django.db import models, transaction
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import current_centre
from teilhabe.core.languages import ALL
from teilhabe.core.text import clean
from teilhabe.core.text import slug as slug_of
from teilhabe.editorial.markup import sanitised
from teilhabe.editorial.models import Attachment, Page, PageContact, PageNeed, PagePublication, PageSlug
from teilhabe.editorial.queries import PageTree
from teilhabe.organisations.models import Organisation, Person
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import delete_texts_of, digest
from teilhabe.vocabulary.models import Need

LONGEST_TITLE = 300
DEEPEST = 12  # pages above one another
DOCUMENTS = {"pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv"}
MOST_BYTES = 30 * 1024 * 1024


class PageRefused(Exception):
    """The page cannot be so; the message says what to do."""


@transaction.atomic
def create_page(
    title: str, content: str = "", *, by: User | None, parent: Page | None = None, language: str = "de"
) -> Page:
    """A page that nobody sees yet, the last one below `parent`; `content` is HTML and is sanitised."""
    title, html = _checked(title, content, language)
    if parent and len(PageTree().lineage(parent.pk)) >= DEEPEST:
        raise PageRefused(f"Pages stand at most {DEEPEST} deep; choose one further up.")
    last = Page.objects.filter(parent=parent).aggregate(last=models.Max("position"))["last"]
    page: Page = Page.objects.create(
        title=title, content=html, language=language, parent=parent, position=0 if last is None else last + 1
    )
    give_slug(page, language, title, by=by)
    _tell("page.created", page, by)
    return page


@transaction.atomic
def write_text(
    page: Page,
    language: str,
    title: str,
    content: str,
    *,
    by: User | None,
    origin: Translation.Origin = Translation.Origin.HUMAN,
    provider: str = "",
) -> None:
    """Say the page anew in one language; in the one it was written in, the others become outdated visibly."""
    title, html = _checked(title, content, language)
    if language == page.language:
        page.title, page.content = title, html
    else:
        for name, text in (("title", title), ("content", html)):
            Translation.objects.update_or_create(
                kind=Page._meta.label_lower,
                key=str(page.pk),
                field=name,
                language=language,
                defaults={
                    "text": text,
                    "origin": origin,
                    "provider": provider,
                    "source_digest": digest(getattr(page, name)),
                    "reviewed_by": None,
                    "changed_at": timezone.now(),
                },
            )
    page.save()
    if not PageSlug.objects.filter(page=page, language=language, retired_at=None).exists():
        give_slug(page, language, title, by=by)
    _tell("page.written", page, by)


@transaction.atomic
def give_slug(page: Page, language: str, wish: str, *, by: User | None) -> PageSlug:
    """Let `wish` name the page in addresses of one language; the slug it had leads on. Taken ones get a number."""
    taken = dict(PageSlug.objects.filter(language=language).exclude(page=page).values_list("slug", "page"))
    slug = free_slug(wish, taken)
    present: PageSlug | None = PageSlug.objects.filter(page=page, language=language, retired_at=None).first()
    if present and present.slug == slug:
        return present
    if present:
        present.retired_at = timezone.now()
        present.save()
    given: PageSlug
    given, _ = PageSlug.objects.update_or_create(page=page, language=language, slug=slug, defaults={"retired_at": None})
    if present:
        _tell("page.readdressed", page, by)
    return given


def free_slug(wish: str, taken: dict[str, object]) -> str:
    """The slug of a title, or of a slug somebody wished, that is not among `taken`."""
    slug = base = slug_of(wish, 90) or "seite"
    number = 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def move_page(page: Page, *, parent: Page | None, position: int, by: User | None) -> None:
    """Put the page, with all below it, under another one (None: to the top), before the one now at `position`."""
    tree = PageTree()
    if parent and (parent == page or parent.pk in tree.below(page.pk)):
        raise PageRefused("A page cannot stand below itself; choose another place.")
    height = max((len(tree.lineage(k)) for k in tree.below(page.pk)), default=len(tree.lineage(page.pk)))
    height -= len(tree.lineage(page.pk)) - 1
    if parent and len(tree.lineage(parent.pk)) + height > DEEPEST:
        raise PageRefused(f"Pages stand at most {DEEPEST} deep; choose a place further up.")
    siblings = [p for p in Page.objects.filter(parent=parent) if p != page]
    page.parent = parent
    siblings.insert(max(0, position), page)
    for number, sibling in enumerate(siblings):
        sibling.position = number
    page.save()
    Page.objects.bulk_update(siblings, ["position"])
    _tell("page.moved", page, by)


@transaction.atomic
def publish_page(page: Page, *, by: User | None) -> PagePublication:
    """Put the page before the public; seen it is only when those above it are, too. A second call changes nothing."""
    publication: PagePublication
    publication, is_new = PagePublication.objects.get_or_create(page=page, defaults={"published_by": by})
    if is_new:
        _tell("page.published", page, by)
    return publication


@transaction.atomic
def withdraw_page(page: Page, *, by: User | None) -> None:
    """Take the page, and with it what stands below, from the public; a second call changes nothing."""
    withdrawn, _ = PagePublication.objects.filter(page=page).delete()
    if withdrawn:
        _tell("page.withdrawn", page, by)


@transaction.atomic
def delete_page(page: Page, *, by: User | None) -> None:
    """Delete a page below which nothing stands, with its texts and documents."""
    if Page.objects.filter(parent=page).exists():
        raise PageRefused("Other pages stand below this one; move or delete them first.")
    files = [(a.file.storage, a.file.name) for a in page.attachments.all()]
    _tell("page.deleted", page, by)
    delete_texts_of(page)
    page.delete()
    for storage, name in files:
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]


@transaction.atomic
def list_offers_for(page: Page, needs: Sequence[Need], *, by: User | None) -> None:
    """Let the page list the offers that meet these needs, in this order, and no others."""
    PageNeed.objects.filter(page=page).delete()
    PageNeed.objects.bulk_create(PageNeed(page=page, need=n, position=i) for i, n in enumerate(dict.fromkeys(needs)))
    page.save()
    _tell("page.needs_chosen", page, by)


@transaction.atomic
def show_contacts(page: Page, cards: Sequence[tuple[Organisation, Person | None]], *, by: User | None) -> None:
    """Let the page show these contact cards, in this order, and no others; None: the organisation itself."""
    PageContact.objects.filter(page=page).delete()
    PageContact.objects.bulk_create(
        PageContact(page=page, organisation=organisation, person=person, position=position)
        for position, (organisation, person) in enumerate(dict.fromkeys(cards))
    )
    page.save()
    _tell("page.contacts_chosen", page, by)


@transaction.atomic
def attach_document(
    page: Page,
    file: IO[bytes],
    name: str,
    *,
    title: str,
    by: User | None,
    language: str = "de",
    dated_on: date | None = None,
) -> Attachment:
    """Add a document to the page; `name` is the file's own, of which the suffix counts."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    held = File(file, name=f"document.{suffix}")
    if suffix not in DOCUMENTS:
        raise PageRefused(f"Documents are {', '.join(sorted(DOCUMENTS))}; this is {suffix or 'without a suffix'}.")
    if not 0 < held.size <= MOST_BYTES:
        raise PageRefused(f"A document has 1 byte to {MOST_BYTES // 2**20} MB; this one has {held.size:,} bytes.")
    if suffix == "pdf" and not file.read(5).startswith(b"%PDF-"):
        raise PageRefused("The file is named PDF but is none; save it as PDF again.")
    file.seek(0)
    title, _ = _checked(title, "", language)
    attachment: Attachment = Attachment.objects.create(
        page=page,
        title=title[:200],
        language=language,
        file=held,
        size=held.size,
        dated_on=dated_on,
        position=page.attachments.count(),
    )
    page.save()
    _tell("page.document_added", page, by)
    return attachment


def _checked(title: str, content: str, language: str) -> tuple[str, str]:
    if language not in ALL:
        raise PageRefused(f"Language {language!r} is not known; known are {', '.join(ALL)}.")
    if not (title := clean(title)):
        raise PageRefused("A page needs a title.")
    if len(title) > LONGEST_TITLE:
        raise PageRefused(f"The title has {len(title)} characters; at most {LONGEST_TITLE} are kept.")
    try:
        return title, sanitised(content)
    except ValueError as fault:
        raise PageRefused(f"The page {fault}. Split it.") from fault


def _tell(deed: str, page: Page, by: User | None) -> None:
    centre = current_centre()
    record(deed, page, by=by, centre=centre.slug)
    touch(centre)
