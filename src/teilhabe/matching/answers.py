"""What a search is asked with and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Filters:
    """What hits must have; None: does not matter."""

    kind: str | None = None
    category: str | None = None
    need: str | None = None
    area: str | None = None  # slug of a district
    spoken: str | None = None
    free: bool | None = None
    open_now: bool | None = None
    online: bool | None = None
    step_free: bool | None = None
    women_only: bool | None = None
    childcare: bool | None = None
    level: str | None = None


@dataclass(frozen=True)
class Point:
    """A place on earth in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Reason:
    """Why a hit was shown: `code` says which kind of reason, `value` the need, district, language or level."""

    code: str
    value: str = ""


@dataclass(frozen=True)
class Quote:
    """Where a page answers: the words, and the heading above them with its anchor (empty before the first one)."""

    text: str
    language: str
    heading: str
    anchor: str


@dataclass
class Hit:
    kind: str
    id: str
    source_id: str
    title: str
    organisation: str | None
    slug: str  # of a page: the path
    score: float  # 0 to 1, comparable within one answer
    reasons: list[Reason]
    language: str = "de"  # of the title
    distance: float | None = None  # kilometres from the asked place
    source_ids: list[str] = field(default_factory=list)  # of all languages of a page
    quote: Quote | None = None  # of a page


@dataclass(frozen=True)
class Shown:
    """What a hit tells of its record."""

    title: str
    language: str
    slug: str
    organisation: str | None = None
    source_ids: tuple[str, ...] = ()


@dataclass
class Group:
    """The hits for one of several needs in one sentence."""

    need: str
    hits: list[str]


@dataclass
class Answer:
    query: str
    language: str
    detected_language: str
    truncated: bool
    took_ms: float
    outcome: str  # found | unsure | none
    total: int
    hits: list[Hit]
    groups: list[Group] = field(default_factory=list)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)  # recognised, best first
    guide: list[Hit] = field(default_factory=list)  # pages that were asked for beside the hits
    encoder_ms: float = 0.0


@dataclass(frozen=True)
class Suggestion:
    text: str
    kind: str  # need | offer | organisation
    target: str  # id of the need, slug of the record
