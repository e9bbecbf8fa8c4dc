"""Which rows have to be written so that the pages of an Integreat system are here, and no others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit
from uuid import UUID

from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.editorial.markup import relinked
from teilhabe.editorial.models import Page, PagePublication, PageSlug, PageSource
from teilhabe.editorial.operations import DEEPEST, free_slug
from teilhabe.exchange.integreat_pages import IntegreatRefused, SourcePage, plain_path
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import digest

# a change of how pages are understood makes every page of the next import count as changed
RECIPE = "1"
PREFERRED = "de"  # the language a page was written in, where it has it
CHUNK = 500


class Known:
    """The pages there are, all of them: a centre has some hundred."""

    def __init__(self) -> None:
        self.pages: dict[UUID, Page] = Page.objects.in_bulk()
        self.by_path: dict[str, PageSource] = {}
        self.by_id: dict[tuple[str, str, str], PageSource] = {}
        self.by_language: dict[tuple[UUID, str], PageSource] = {}
        for row in PageSource.objects.all():
            self.by_path[row.path] = row
            self.by_id[row.path.partition("/")[0], row.language, row.source_id] = row
            self.by_language[row.page_id, row.language] = row
        self.published = set(PagePublication.objects.values_list("page", flat=True))
        self.slugs: dict[str, dict[str, PageSlug]] = defaultdict(dict)
        self.slug_of: dict[tuple[UUID, str], PageSlug] = {}
        for slug in PageSlug.objects.all():
            self.slugs[slug.language][slug.slug] = slug
            if slug.retired_at is None:
                self.slug_of[slug.page_id, slug.language] = slug

    def row_of(self, page: SourcePage) -> PageSource | None:
        """The same page in the same language, by its path, its id or a path it had: ids change with every version."""
        by_id = self.by_id.get((page.region, page.language, page.source_id))
        rows = [self.by_path.get(page.path), by_id, *(self.by_path.get(path) for path in page.former)]
        return next((row for row in rows if row is not None and row.language == page.language), None)


class Plan:
    """Made ready inside the transaction that writes it; nothing is written before `write`."""

    def __init__(
        self, pages: list[SourcePage], *, publish: bool | None, withdraw_missing: bool, by: User | None
    ) -> None:
        self._known = Known()
        self._by = by
        self.notes: list[str] = []
        self.links: Counter[str] = Counter()
        self._at: dict[str, Page] = {}  # path -> page
        self.pages = self._records(pages)
        self.created = [key for key in self.pages if key not in self._known.pages]
        self._sources: list[PageSource] = []
        self._replaced: list[int] = []  # keys of source rows that are written anew
        self._texts: list[Translation] = []
        self._slugs: list[PageSlug] = []
        self._retired: list[PageSlug] = []
        self.changed: list[UUID] = []
        self._names = self._by_name(pages)
        for key, languages in self.pages.items():
            self._write_texts(key, languages)
        moved = self._place()
        self.moved = [key for key in moved if key not in {*self.changed, *self.created}]
        self.written = [*self.created, *self.changed, *self.moved]
        self._refuse_circles()
        self.published = self._unpublished(publish)
        self.missing = self._missing(pages)
        self.withdrawn = [key for key in self.missing if key in self._known.published] if withdraw_missing else []

    @property
    def has_changed(self) -> bool:
        return bool(self.written or self.published or self.withdrawn)

    def write(self) -> None:
        """Write what has changed; inside a transaction."""
        Page.objects.bulk_create(
            [self._page(key) for key in self.written],
            CHUNK,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[
                "title", "content", "language", "parent", "position", "source_id", "source_digest", "updated_at",
            ],
        )  # fmt: skip
        # an address goes from the page that had it before another page gets it
        PageSlug.objects.bulk_update(self._retired, ["retired_at"], CHUNK)
        PageSlug.objects.bulk_create(
            self._slugs, CHUNK, update_conflicts=True, unique_fields=["centre", "language", "slug"],
            update_fields=["retired_at"],
        )  # fmt: skip
        # first away with the old rows: two pages may have changed their paths with each other
        PageSource.objects.filter(pk__in=self._replaced).delete()
        PageSource.objects.bulk_create(self._sources, CHUNK)
        Translation.objects.bulk_create(
            self._texts, CHUNK, update_conflicts=True,
            unique_fields=["centre", "kind", "key", "field", "language"],
            update_fields=["text", "origin", "provider", "source_digest", "reviewed_by", "changed_at"],
        )  # fmt: skip
        PagePublication.objects.bulk_create(
            [PagePublication(page=self._page(key), published_by=self._by) for key in self.published], CHUNK
        )
        PagePublication.objects.filter(page__in=self.withdrawn).delete()

    def _page(self, key: UUID) -> Page:
        return self._records_by_key[key]

    def _records(self, pages: list[SourcePage]) -> dict[UUID, dict[str, SourcePage]]:
        """The pages of the files by the record each belongs to; the languages of one page belong to one record."""
        found: dict[UUID, dict[str, SourcePage]] = defaultdict(dict)
        self._records_by_key: dict[UUID, Page] = dict(self._known.pages)
        in_files = {page.path: page for page in pages}
        rows = {page.path: self._known.row_of(page) for page in pages}

        def take(page: SourcePage, key: UUID) -> None:
            found[key][page.language] = page
            self._at[page.path] = self._page(key)

        for page in sorted(pages, key=lambda page: page.language != PREFERRED):  # stable: the order of the files
            if page.path in self._at:
                continue
            row = rows[page.path]
            key = row.page_id if row else self._key_of_others(page)
            if key is not None and page.language in found[key]:
                self.notes.append(f"{page.path}: another page of this language has the same pair; it stands alone.")
                key = None
            if key is None:
                made = Page(language=page.language)
                key, self._records_by_key[made.pk] = made.pk, made
            take(page, key)
            for path in page.others:  # what it names as its own is paired with it, even when that does not say so
                other = in_files.get(path)
                if other and path not in self._at and rows[path] is None and other.language not in found[key]:
                    take(other, key)
        return {key: languages for key, languages in found.items() if languages}

    def _key_of_others(self, page: SourcePage) -> UUID | None:
        """The record of the page's other languages, in the files or taken in before, if it lacks this language."""
        for path in page.others:
            row = self._known.by_path.get(path)
            key = self._at[path].pk if path in self._at else row.page_id if row else None
            if key is not None and (key, page.language) not in self._known.by_language:
                return key
        return None

    def _by_name(self, pages: Iterable[SourcePage]) -> dict[tuple[str, str], Page]:
        """Language and last part of the path -> page: as Integreat itself finds pages that have moved."""
        found: dict[tuple[str, str], Page] = {}
        for path, row in self._known.by_path.items():
            found[row.language, path.rpartition("/")[2]] = self._known.pages[row.page_id]
        for page in pages:
            for path in (*page.former, page.path):
                found[page.language, path.rpartition("/")[2]] = self._at[page.path]
        return found

    def _write_texts(self, key: UUID, languages: dict[str, SourcePage]) -> None:
        """Note what has to be written of one page in its languages; the source language first."""
        record = self._page(key)
        if key in self.created and PREFERRED in languages:
            record.language = PREFERRED
        has_changed = False
        for language in sorted(languages, key=lambda code: code != record.language):
            page = languages[language]
            row = self._known.by_language.get((key, language))
            html = relinked(page.html, lambda url, page=page: self._href(url, page))  # type: ignore[misc]
            stamp = digest(f"{RECIPE}\n{page.title}\n{html}")
            self._name(record, page, row)
            if row is None or (row.digest, row.path, row.source_id) != (stamp, page.path, page.source_id):
                self._sources.append(
                    PageSource(
                        page=record, language=language, source_id=page.source_id,
                        path=page.path, digest=stamp,
                    )
                )  # fmt: skip
                self._replaced += [row.pk] if row else []
                has_changed = True
            if row is None or row.digest != stamp:
                self._write_text(record, language, page.title, html)
            if language == record.language:
                record.source_id = page.source_id
        if has_changed and key not in self.created:
            self.changed.append(key)

    def _write_text(self, record: Page, language: str, title: str, html: str) -> None:
        if language == record.language:
            record.title, record.content = title, html
            return
        for name, text in (("title", title), ("content", html)):
            self._texts.append(
                Translation(
                    kind=Page._meta.label_lower, key=str(record.pk), field=name, language=language, text=text,
                    origin=Translation.Origin.IMPORT, provider="integreat",
                    source_digest=digest(getattr(record, name)),
                )
            )  # fmt: skip

    def _href(self, url: str, page: SourcePage) -> str:
        """Where a link into the source's pages leads here; to itself (in another language) it is none."""
        path = plain_path(urlsplit(url).path)
        row = self._known.by_path.get(path)
        target = self._at.get(path) or (self._known.pages[row.page_id] if row else None)
        if target is None:
            parts = path.split("/")
            target = self._names.get((parts[1] if len(parts) > 2 else page.language, parts[-1]))
        if target is None:
            self.links["left as they are"] += 1
            return url
        is_itself = target is self._at[page.path]
        self.links["taken away" if is_itself else "to pages"] += 1
        return "" if is_itself else f"page:{target.pk}"

    def _name(self, record: Page, page: SourcePage, row: PageSource | None) -> None:
        """Give the page an address of its own in this language, when it is new or the source has renamed it."""
        present = self._known.slug_of.get((record.pk, page.language))
        if present and (row is None or row.path.rpartition("/")[2] == page.name):
            return
        there = self._known.slugs[page.language]
        slug = free_slug(page.name, {s: r for s, r in there.items() if r.page_id != record.pk})
        if present and present.slug == slug:
            return
        if present:
            present.retired_at = timezone.now()
            self._retired.append(present)
        given = PageSlug(page=record, language=page.language, slug=slug)
        there[slug] = given
        self._slugs.append(given)

    def _place(self) -> list[UUID]:
        """Give pages the place in the tree that the source has given them since the last time; who was moved."""
        below: dict[Page | None, list[tuple[float, int, Page, SourcePage]]] = defaultdict(list)
        for number, (key, languages) in enumerate(self.pages.items()):
            record = self._page(key)
            page = languages.get(record.language)
            if page is not None:
                below[self._parent(page)].append((page.order, number, record, page))
        moved = []
        for parent, places in below.items():
            for position, (_, _, record, _) in enumerate(sorted(places, key=lambda place: place[:2])):
                stamp = digest(f"{parent.pk if parent else ''} {position}")
                if record.source_digest != stamp:
                    record.parent, record.position, record.source_digest = parent, position, stamp
                    moved.append(record.pk)
        return moved

    def _parent(self, page: SourcePage) -> Page | None:
        if not page.parent or "/" not in page.parent.partition("/")[2]:
            return None
        row = self._known.by_path.get(page.parent)
        parent = self._at.get(page.parent) or (self._known.pages[row.page_id] if row else None)
        if parent is None:
            self.notes.append(f"{page.path}: the page above it, {page.parent}, is not there; it stands at the top.")
        return parent

    def _refuse_circles(self) -> None:
        """Walk up from every page: the way must end, and soon."""
        for record in self._records_by_key.values():
            way = [record]
            while way[-1].parent_id is not None:
                above = self._records_by_key[way[-1].parent_id]
                if above in way:
                    circle = " < ".join(page.title for page in [*way[way.index(above) :], above][:6])
                    raise IntegreatRefused(f"Pages stand in a circle, each below the next: {circle}.")
                way.append(above)
                if len(way) > DEEPEST:
                    raise IntegreatRefused(f"{record.title!r} stands more than {DEEPEST} pages deep; that is no guide.")

    def _unpublished(self, publish: bool | None) -> list[UUID]:
        """Whom to put before the public: those that are new, unless it was said otherwise."""
        if publish is None:
            return list(self.created)
        return [key for key in self.pages if key not in self._known.published] if publish else []

    def _missing(self, pages: list[SourcePage]) -> list[UUID]:
        """Pages whose source language stands in the files, but without them."""
        read = {(page.region, page.language) for page in pages}
        return [
            row.page_id
            for path, row in self._known.by_path.items()
            if (path.partition("/")[0], row.language) in read
            and row.page_id not in self.pages
            and self._known.pages[row.page_id].language == row.language
        ]
