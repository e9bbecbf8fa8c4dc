"""Pages as readers and the search need them, in fixed numbers of queries. Everything belongs to the centre in scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from teilhabe.core.languages import reading_order
from teilhabe.core.text import clean
from teilhabe.editorial.markup import Heading, Passage, headings, passages, shown
from teilhabe.editorial.models import Page, PageSlug, PageSource
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import Text, texts_of

BATCH = 200
TEXTS = ("title", "content")
LONGEST_SLUG = 100


@dataclass(frozen=True)
class Node:
    """One page in the tree."""

    key: UUID
    parent: UUID | None
    is_published: bool
    slugs: dict[str, str] = field(default_factory=dict)  # language -> present slug

    def slug(self, language: str) -> str:
        """In the language nearest to the reader's that has one."""
        nearest = (code for code in (*reading_order(language), *self.slugs) if code in self.slugs)
        return self.slugs[next(nearest)] if self.slugs else str(self.key)


class PageTree:
    """All pages of the centre in scope, without their texts: two queries, some hundred rows."""

    def __init__(self) -> None:
        slugs: dict[UUID, dict[str, str]] = defaultdict(dict)
        for key, language, slug in PageSlug.objects.filter(retired_at=None).values_list("page", "language", "slug"):
            slugs[key][language] = slug
        self.nodes: dict[UUID, Node] = {}
        self._children: dict[UUID | None, list[UUID]] = defaultdict(list)
        for key, parent, publication in Page.objects.values_list("pk", "parent", "publication"):  # by position
            self.nodes[key] = Node(key, parent, publication is not None, slugs[key])
            self._children[parent].append(key)

    def lineage(self, key: UUID) -> list[UUID]:
        """The page and those above it, the topmost first: the breadcrumb."""
        found: dict[UUID, None] = {}
        at: UUID | None = key
        while at in self.nodes and at not in found:
            found[at] = None
            at = self.nodes[at].parent
        return list(reversed(found))

    def is_public(self, key: UUID) -> bool:
        """Whether the page and all above it are before the public."""
        return key in self.nodes and all(self.nodes[k].is_published for k in self.lineage(key))

    def children(self, key: UUID | None, *, public: bool = True) -> list[UUID]:
        """The pages below one (None: the topmost), in order."""
        return [k for k in self._children[key] if not public or self.is_public(k)]

    def below(self, key: UUID) -> set[UUID]:
        """All pages below one, at any depth."""
        found: set[UUID] = set()
        waiting = [key]
        while waiting:
            new = [k for k in self._children[waiting.pop()] if k not in found]
            found.update(new)
            waiting += new
        return found

    def public(self) -> list[UUID]:
        """Every public page, each before those below it."""
        found: list[UUID] = []
        waiting = list(reversed(self.children(None)))
        while waiting:
            found.append(key := waiting.pop())
            waiting += reversed([k for k in self._children[key] if self.nodes[k].is_published])
        return found

    def path(self, key: UUID, language: str) -> str:
        """What stands between /<language>/pages/ and the last slash."""
        return "/".join(self.nodes[k].slug(language) for k in self.lineage(key))

    def address(self, key: str | UUID, language: str) -> str | None:
        """The address of a public page, from the root of the host; None when there is none."""
        try:
            found = key if isinstance(key, UUID) else UUID(key)
        except ValueError:
            return None
        return f"/{language}/pages/{self.path(found, language)}/" if self.is_public(found) else None


def page_at(path: str, language: str) -> UUID | None:
    """The page whose address ends as `path` does, now or formerly; the reader's language before any other.

    Only the last part counts: the others follow from the tree, so a page that has moved is still found.
    """
    last = clean(path.strip("/").rpartition("/")[2], LONGEST_SLUG)
    rows = PageSlug.objects.filter(slug=last).values_list("language", "page", "retired_at")
    order = reading_order(language)
    best = sorted(
        (order.index(code) if code in order else len(order), retired_at is not None, code, key)
        for code, key, retired_at in rows
    )
    return best[0][3] if best else None


@dataclass(frozen=True)
class PageView:
    """One public page as a reader of one language sees it."""

    page: Page
    title: Text
    content: Text  # HTML, safe to show: headings have anchors, links to pages their addresses
    path: str
    headings: list[Heading]  # "on this page"
    breadcrumb: list[tuple[str, Text]]  # address and title of those above, the topmost first
    children: list[tuple[str, Text]]


def page_view(key: UUID, language: str, tree: PageTree) -> PageView:
    """`key` is a page of `tree`; seven queries whatever the page holds."""
    above, below = tree.lineage(key)[:-1], tree.children(key)
    page = Page.objects.with_details().get(pk=key)
    around = Page.objects.defer("content").in_bulk([*above, *below])
    own = texts_of([page], TEXTS, language)
    titles = texts_of(list(around.values()), ["title"], language)
    content = own[str(key), "content"]

    def named(keys: list[UUID]) -> list[tuple[str, Text]]:
        return [(f"/{language}/pages/{tree.path(k, language)}/", titles[str(k), "title"]) for k in keys if k in around]

    html = shown(content.text, lambda found: tree.address(found, language))
    return PageView(
        page=page,
        title=own[str(key), "title"],
        content=Text(html, content.language, content.origin, content.is_outdated),
        path=tree.path(key, language),
        headings=headings(content.text),
        breadcrumb=named(above),
        children=named(below),
    )


@dataclass(frozen=True)
class PageDocument:
    """One public page in one language, for the search: its languages are one hit."""

    key: UUID
    language: str
    is_source: bool  # whether it is the language the page was written in
    title: str
    passages: list[Passage]
    source_id: str
    source_ids: tuple[str, ...]


def documents(keys: Collection[UUID] | None = None, tree: PageTree | None = None) -> Iterator[PageDocument]:
    """Every public page (of `keys`) in each language it has, one after the other; three queries for every 200 pages."""
    public = (tree or PageTree()).public()
    wanted = public if keys is None else [key for key in public if key in set(keys)]
    for start in range(0, len(wanted), BATCH):
        yield from _documents(wanted[start : start + BATCH])


def _documents(keys: list[UUID]) -> Iterator[PageDocument]:
    pages = Page.objects.in_bulk(keys)
    ids: dict[UUID, dict[str, str]] = defaultdict(dict)
    for key, language, source_id in PageSource.objects.filter(page__in=keys).values_list(
        "page", "language", "source_id"
    ):
        ids[key][language] = source_id
    texts: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    rows = Translation.objects.of_kind(Page).filter(key__in=[str(key) for key in keys], field__in=TEXTS)
    for key, language, name, text in rows.values_list("key", "language", "field", "text"):
        texts[key][language][name] = text
    for page in (pages[key] for key in keys):
        own = {page.language: {"title": page.title, "content": page.content}}
        for language, told in (own | texts[str(page.pk)]).items():
            yield PageDocument(
                key=page.pk,
                language=language,
                is_source=language == page.language,
                title=told.get("title", page.title),
                passages=passages(told.get("content", "")),
                source_id=page.source_id,
                source_ids=tuple(ids[page.pk].values()),
            )


def stamps() -> dict[str, str]:
    """By key of every public page: what changes when its document may have changed."""
    changes = dict(Page.objects.values_list("pk", "updated_at"))
    return {str(key): str(changes[key]) for key in PageTree().public()}
