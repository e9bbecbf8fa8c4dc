"""What a typed need says besides the need itself: where, when, in which language, at which level, for whom."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from teilhabe.core.languages import ALL
from teilhabe.core.text import fold
from teilhabe.matching.head import head

CUES = Path(__file__).parent / "data" / "cues.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYTIMES = {"morning": (6 * 60, 12 * 60), "afternoon": (12 * 60, 17 * 60), "evening": (17 * 60, 24 * 60)}
FLAGS = ("free", "online", "women_only", "childcare", "step_free")
_LEVEL = re.compile(r"(?<![a-z0-9])(a1|a2|b1|b2|c1|c2)(?![a-z0-9])")
_LEVEL_CYRILLIC = str.maketrans("авс", "abc")  # а1, в2: typed on a Cyrillic keyboard
_GLUED = "[وفبلك]?ال|[وفبلك]{1,2}"
_SHORTEST_PART = 6
_LONGEST_OPENING, _LITTLE = 5, 3  # words
_SENTENCE_END = re.compile(r"[.!?؟\n]+\s*")


@dataclass
class Wishes:
    """What was understood, each a fact that an offer can meet or miss."""

    language: str = "de"  # typed in
    typed: str = ""  # all of it
    areas: list[str] = field(default_factory=list)  # slugs
    level: str = ""
    spoken: str = ""  # wished language of help
    weekdays: set[int] = field(default_factory=set)
    daytimes: list[tuple[int, int]] = field(default_factory=list)  # minutes of the day
    flags: set[str] = field(default_factory=set)
    audience: str = ""
    parts: list[str] = field(default_factory=list)  # of a text that may hold two needs
    is_story: bool = False  # told in several sentences
    wanted: str = ""  # the text without "I am looking for", when little else is left
    person: str = ""  # "woman" or "man" where the text tells of the partner

    def __bool__(self) -> bool:
        return bool(self.areas or self.level or self.spoken or self.weekdays or self.daytimes or self.flags)


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    """One pattern a cue over all languages: what people write when they mean "free of charge" or "on Saturday"."""
    with CUES.open("rb") as file:
        told = tomllib.load(file)
    return {cue: _pattern([w for words in by_language.values() for w in words]) for cue, by_language in told.items()}


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Whole words or their beginnings ("kostenlos*"); Arabic glues and, in, to and the article on before a word."""
    plain: list[str] = []
    glued: list[str] = []
    for word in sorted({fold(w) for w in words if w}, key=len, reverse=True):
        end = r"\w*" if word.endswith("*") else ""
        is_arabic = "\u0600" <= word[0] <= "\u06ff"
        (glued if is_arabic else plain).append(re.escape(word.rstrip("*")) + end)
    # what all alternatives share stands before them: the search is twenty times faster so
    choices = [*plain, f"(?:{_GLUED})?(?:{'|'.join(glued)})" if glued else ""]
    return re.compile(rf"(?<!\w)(?:{'|'.join(filter(None, choices)) or '(?!)'})(?!\w)")


def understand(text: str, reader: str, areas: dict[str, str]) -> Wishes:
    """The wishes in `text`; `areas` are the centre's districts, folded name -> slug."""
    folded = fold(text)
    wishes = Wishes(language=head().language_of(text, reader), typed=text)
    cues = _cues()
    mentioned = {name: slug for name, slug in areas.items() if name in folded}
    wishes.areas = [slug for name, slug in mentioned.items() if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded)]
    if found := _LEVEL.search(folded.translate(_LEVEL_CYRILLIC)):
        wishes.level = found[0].upper()
    elif cues["literacy"].search(folded):
        wishes.level = "Alpha"
    wishes.flags = {flag for flag in FLAGS if cues[flag].search(folded)}
    wishes.weekdays = {n for n, day in enumerate(WEEKDAYS) if cues[day].search(folded)}
    if cues["weekend"].search(folded):
        wishes.weekdays |= {5, 6}
    wishes.daytimes = [span for name, span in DAYTIMES.items() if cues[name].search(folded)]
    wishes.spoken = _spoken(folded, wishes.language, cues)
    wishes.parts = _parts(text, cues["and"])
    wishes.wanted = wanted(text)
    told_of = {cue for cue in ("husband", "wife") if cues[cue].search(folded)}
    wishes.person = {"husband": "woman", "wife": "man"}[told_of.pop()] if len(told_of) == 1 else ""
    wishes.is_story = sum(len(sentence) >= _SHORTEST_PART for sentence in _SENTENCE_END.split(text)) > 1
    return wishes


def wanted(text: str) -> str:
    """A short text without its opening "I am looking for": such words stand before every need and tell none."""
    seek, words = _cues()["seek"], text.split()
    for number in range(min(_LONGEST_OPENING, len(words) - 1), 0, -1):
        if len(words) - number <= _LITTLE and seek.fullmatch(fold(" ".join(words[:number]))):
            return " ".join(words[number:])
    return text


def _spoken(folded: str, typed_in: str, cues: dict[str, re.Pattern[str]]) -> str:
    """The language in which help is wished: "auf Arabisch", "who speaks Dari", "in my language"."""
    if cues["own_language"].search(folded):
        return typed_in
    for code in ALL:
        if f"speaks_{code}" in cues and cues[f"speaks_{code}"].search(folded):
            return code
    return ""


def _parts(text: str, conjunction: re.Pattern[str]) -> list[str]:
    """The halves of a sentence that may hold two needs; none when there is no joint or a half is too short."""
    pieces = [p.strip() for p in re.split(r"[.;!?\n،؛,]+", text) if p.strip()]
    found: list[str] = []
    for piece in pieces:
        words = piece.split()
        start = 0
        for place, word in enumerate(words):
            if 0 < place < len(words) - 1 and conjunction.fullmatch(fold(word)):
                found.append(" ".join(words[start:place]))
                start = place + 1
        found.append(" ".join(words[start:]))
    long_enough = [part for part in found if len(part) >= _SHORTEST_PART]
    return long_enough if 2 <= len(long_enough) <= 5 else []
