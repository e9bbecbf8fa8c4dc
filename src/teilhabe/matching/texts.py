"""What of a record is searched, and how its texts fall into terms and passages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from teilhabe.core.text import fold

# a change of how texts are cut, weighed or encoded makes every stored document stale
RECIPE = "5"
STEM = 6  # letters: German endings and most compounds' tails fall away
WHOLE = 10  # letters of a longer word that count besides, so that "Arbeitszeiten" is more than "Arbeit"
PASSAGE = 450  # characters
MOST_PASSAGES = 24
MOST_OF_A_VERSION = 40  # passages of one language of a page

# words that say nothing of a need; the lexical part leaves them out of a query
STOP = frozenset(
    fold(
        """der die das den dem des ein eine einen einem einer und oder aber ich du er sie es wir ihr mein meine
        meinen meinem meiner dein sein ist bin sind war hat habe haben hatte wird werden kann koennen können
        muss müssen soll will wollen möchte mochte moechte brauche brauchen suche suchen gibt geben wo wie
        was wer wann warum welche welcher welches für fur mit ohne von vom zu zum zur im in an am auf aus
        bei bis nach über um als auch noch nur nicht kein keine keinen hier da dort mir mich dir uns euch
        ihn ihm sich bitte danke hallo hilfe helfen finde finden bekomme bekommen man so sehr mal dass wenn
        the a an and or but i you he she it we they my your his her our their is am are was were be been has
        have had do does did can could must should will would want need needs looking look for with without
        from of to in on at by about into as also not no here there where what who when how which please
        hello help find get me us them this that these those some any le la les un une des et ou je tu il
        elle nous vous ils mon ma mes ton sa ses est suis sont pour avec sans de du au aux dans sur par que
        qui quoi où comment quel quelle ne pas besoin cherche aide el los las y o yo mi para con sin en por
        donde como necesito busco"""
    ).split()
)
_WORD = re.compile(r"\w+", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?…:])\s+|\n+")


@dataclass(frozen=True)
class Version:
    """A page in one language: its sections are (heading, text, anchor); what stands before any heading has no names."""

    language: str
    title: str
    sections: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Piece:
    """What gets a vector of its own; of a page also under which heading it stands, and as it stands there."""

    text: str
    language: str
    heading: str = ""
    anchor: str = ""
    quote: str = ""


@dataclass
class Document:
    """One findable record as the index takes it in; everything that ranking, filters and facets need."""

    key: str  # UUID
    kind: str  # offer | page | event
    title: str
    source_id: str = ""
    language: str = "de"  # of its texts
    summary: str = ""
    description: str = ""
    more: str = ""  # conditions, target groups, kept texts: for words only
    names: list[str] = field(default_factory=list)  # organisation, abbreviation, aliases, street
    abbreviations: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    translations: list[str] = field(default_factory=list)  # title and summary in other languages
    versions: list[Version] = field(default_factory=list)  # of a page, the one it was written in first
    needs: list[tuple[str, float]] = field(default_factory=list)  # said by a person
    category: str = ""
    area: str = ""
    languages: list[str] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    free: bool | None = None
    online: bool | None = None
    step_free: bool | None = None
    women_only: bool | None = None
    childcare: bool | None = None
    level_from: str = ""
    level_to: str = ""
    valid_from: int = 0  # days since 1970; 0 unknown
    valid_until: int = 0
    latitude: float | None = None
    longitude: float | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)  # open from, until: minutes since 1970, UTC

    def digest(self) -> str:
        """Changes when anything of the document does, or the recipe."""
        return hashlib.blake2b(f"{RECIPE}{self!r}".encode(), digest_size=16).hexdigest()


def terms(text: str) -> list[str]:
    """The terms of `text`: folded words cut to their stem, and longer words whole besides."""
    return [term for word in _WORD.findall(fold(text)) for term in (word[:STEM], whole(word)) if term]


def whole(word: str) -> str:
    """The term that stands for all of a word longer than its stem; empty for others."""
    return f"={word[:WHOLE]}" if len(word) > STEM else ""


def query_terms(text: str) -> list[str]:
    """The terms of a typed need that tell something, each once, in order; all of them when nothing else is left."""
    found = [word for word in _WORD.findall(fold(text)) if len(word) > 1 or word.isdigit()]
    telling = [word for word in found if word not in STOP]
    spelt = [german_umlauts(word) for word in telling or found]
    return list(dict.fromkeys(spelt))


def words_in_common(asked: str, text: str) -> int:
    """How many of the telling words of `asked` stand in `text`, whatever their endings."""
    there = set(terms(text))
    return sum(term in there for word in query_terms(asked) for term in terms(word))


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence]


def german_umlauts(word: str) -> str:
    """A word typed without umlauts as `fold` leaves it with them: "fuehrerschein" -> "fuhrerschein"."""
    return re.sub(r"(?<![aeqo])([aou])e(?!u)", r"\1", word) if word.isascii() else word


def passages(document: Document) -> list[str]:
    """The texts of a document that get a vector each; the first tells what it is, later ones go through its text."""
    return [piece.text for piece in pieces(document)]


def pieces(document: Document) -> list[Piece]:
    """The same with where they stand; a page's are those of all its languages, one after the other."""
    if document.versions:
        return [piece for version in document.versions for piece in pieces_of(version)]
    lead = f"{document.title}. {document.summary[:PASSAGE]}".strip()
    told = [lead, *(f"{document.title}: {part}" for part in chunks(document.description, document.summary))]
    told = [*dict.fromkeys(told[:MOST_PASSAGES]), *document.questions[:4]]
    return [Piece(text, document.language) for text in told]


def pieces_of(version: Version) -> list[Piece]:
    """One language of a page; a page without text has its title."""
    found = []
    for heading, text, anchor in version.sections:
        about = f"{version.title}: {heading}." if heading else f"{version.title}."
        found += [Piece(f"{about} {part}", version.language, heading, anchor, part) for part in chunks(text)]
    return found[:MOST_OF_A_VERSION] or [Piece(version.title, version.language)]


def chunks(text: str, summary: str = "") -> list[str]:
    """`text` in pieces of about PASSAGE characters at sentence ends; a text that only repeats the summary has none."""
    if not text or text.strip() == summary.strip():
        return []
    pieces, piece = [], ""
    for sentence in _SENTENCE.split(text):
        while len(sentence) > PASSAGE:
            cut = sentence.rfind(" ", 1, PASSAGE)
            cut = cut if cut > 0 else PASSAGE
            pieces.append(f"{piece} {sentence[:cut]}".strip())
            piece, sentence = "", sentence[cut:].strip()
        if piece and len(piece) + len(sentence) > PASSAGE:
            pieces.append(piece)
            piece = ""
        piece = f"{piece} {sentence}".strip()
    if piece:
        pieces.append(piece)
    return pieces
