"""What an Integreat system tells of its pages (API v3, `pages/`), read from a file or an address and looked at."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from teilhabe.core.languages import code_of
from teilhabe.core.text import clean
from teilhabe.editorial.markup import sanitised
from teilhabe.exchange.fetching import NotFetched, fetch
from teilhabe.exchange.tables import name_of

MOST_BYTES = 20 * 1024 * 1024  # 362 real pages have 2.3 MB
MOST_PAGES = 5_000  # of one language
LONGEST_PATH = 800
# under these names every Integreat system's pages are linked, whichever host tells them
HOSTS = {"integreat.app", "www.integreat.app", "admin.integreat-app.de", "cms.integreat-app.de"}


class IntegreatRefused(Exception):
    """The pages cannot be read; the message says what to do."""


@dataclass(frozen=True)
class SourcePage:
    """One page in one language; paths are without outer slashes, as `plain_path` gives them."""

    language: str
    source_id: str
    path: str
    title: str
    html: str  # sanitised; a link into the system's own pages is "page:<its URL>"
    parent: str  # path; "" at the top
    order: float
    others: tuple[str, ...]  # paths in other languages
    former: tuple[str, ...]  # paths it had
    is_cut: bool  # whether something that could act was taken out

    @property
    def region(self) -> str:
        return self.path.partition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Fault:
    """A page that cannot be taken in, and why."""

    file: str
    position: int  # in the file, from 1
    source_id: str
    reason: str


@dataclass
class Reading:
    """The pages of one file, in its order."""

    file: str
    language: str = ""
    region: str = ""
    pages: list[SourcePage] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def is_address(source: str) -> bool:
    return source.startswith(("https://", "http://"))


def plain_path(path: str) -> str:
    """A path as Integreat compares them: decoded, small letters, no outer slashes."""
    decoded = unicodedata.normalize("NFC", unquote(path).lower())
    return "/".join(part for piece in decoded.split("/") if (part := clean(piece)))


def read_pages(source: str) -> Reading:
    """The pages in the file or at the address `source`. IntegreatRefused when it is no list of pages."""
    name = source if is_address(source) else name_of(Path(source))
    data = _fetched(source) if is_address(source) else _of_file(Path(source), name)
    reading = Reading(name)
    told = _list(name, data)
    hosts = HOSTS | {_host(page.get("url")) for page in told if isinstance(page, dict)} - {""}
    seen: dict[str, int] = {}
    for position, page in enumerate(told, 1):
        try:
            found = _page(page, hosts, reading)
            for key in ("path " + found.path, "id " + found.source_id):
                if key in seen:
                    raise ValueError(f"has the {key} of page {seen[key]} again")
                seen[key] = position
        except ValueError as fault:
            source_id = page.get("id", "") if isinstance(page, dict) else ""
            reading.faults.append(Fault(name, position, clean(str(source_id), 120), str(fault)))
        else:
            reading.pages.append(found)
    return reading


def _of_file(path: Path, name: str) -> bytes:
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise IntegreatRefused(f"{name} has {size // 2**20} MB; at most {MOST_BYTES // 2**20} are read.")
        return path.read_bytes()
    except OSError as fault:
        raise IntegreatRefused(f"{name} cannot be read: {fault.strerror}.") from fault


def _fetched(url: str) -> bytes:
    try:
        data = fetch(url).body
    except NotFetched as fault:
        raise IntegreatRefused(str(fault)) from fault
    if len(data) > MOST_BYTES:
        raise IntegreatRefused(f"{url} sends {len(data) // 2**20} MB; at most {MOST_BYTES // 2**20} are read.")
    return data


def _list(name: str, data: bytes) -> list[Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise IntegreatRefused(f"{name} is not UTF-8, so it is no answer of an Integreat system.") from fault
    try:
        told = json.loads(text)
    except json.JSONDecodeError as fault:
        is_cut = text.lstrip()[:1] in {"", "[", "{"} and not text.rstrip().endswith(("]", "}"))
        hint = "the file seems cut off; fetch it again" if is_cut else fault.msg
        raise IntegreatRefused(f"{name} is no valid JSON (line {fault.lineno}): {hint}.") from fault
    except (RecursionError, ValueError) as fault:
        raise IntegreatRefused(f"{name} is no list of pages: its JSON is nested or written beyond measure.") from fault
    if not isinstance(told, list) or not told:
        what = "an empty list" if told == [] else f"a JSON {type(told).__name__}"
        raise IntegreatRefused(
            f"{name} is {what}, not a list of pages. The pages of an Integreat region stand at"
            " /api/v3/<region>/<language>/pages/."
        )
    if len(told) > MOST_PAGES:
        raise IntegreatRefused(f"{name} has {len(told):,} pages; at most {MOST_PAGES:,} are read.")
    return told


def _page(told: Any, hosts: set[str], reading: Reading) -> SourcePage:
    """One page, understood; ValueError completes "this page ..."."""
    if not isinstance(told, dict):
        raise ValueError("is no JSON object")
    path = plain_path(_text(told, "path"))
    parts = path.split("/")
    if len(parts) < 3 or len(path) > LONGEST_PATH:
        raise ValueError(f"has no path such as /region/language/name/: {clean(path, 80)!r}")
    language = _language(parts[1])
    reading.language, reading.region = reading.language or language, reading.region or parts[0]
    if (parts[0], language) != (reading.region, reading.language):
        raise ValueError(f"is of {parts[0]}/{parts[1]}, the ones before it of {reading.region}/{reading.language}")
    source_id, title = clean(_text(told, "id")), clean(_text(told, "title"))
    if not source_id or len(source_id) > 120:
        raise ValueError("has no id")
    if not title or len(title) > 300:
        raise ValueError("has no title" if not title else f"has a title of {len(title)} characters; at most 300")
    raw, base = _text(told, "content"), _text(told, "url") or f"https://integreat.app/{path}/"
    others = told.get("available_languages")
    return SourcePage(
        language=language,
        source_id=source_id,
        path=path,
        title=title,
        html=sanitised(raw, lambda href: _link(href, base, hosts, reading.region)),
        parent=plain_path(_text(_object(told, "parent"), "path")),
        order=_number(told.get("order")),
        # a system written in PHP tells an empty object as an empty list
        others=tuple(plain_path(_text(o, "path")) for o in _values(others) if isinstance(o, dict)),
        former=tuple(f"{path.rpartition('/')[0]}/{plain_path(str(old))}" for old in _values(told.get("slug_history"))),
        is_cut=any(mark in raw.casefold() for mark in ("<script", "<iframe", "<object", "<form", "javascript:")),
    )


def _language(code: str) -> str:
    language = code_of(code)
    if language is None:
        raise ValueError(f"is in a language that is not known: {clean(code, 20)!r}")
    if code == "de-si":
        raise ValueError("is in simple German (de-si), which is not kept as a language of its own; leave this file out")
    return language


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise ValueError(f"has a {name} that is no text")
    return "" if value is None else str(value)


def _object(told: dict[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name)
    if not isinstance(value, dict | None):
        raise ValueError(f"has a {name} that is no JSON object")
    return value or {}


def _values(told: Any) -> list[Any]:
    return list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else []


def _number(told: Any) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not abs(told) < 1e15:
        return 0
    return told


def _host(url: Any) -> str:
    try:
        return urlsplit(url).hostname or "" if isinstance(url, str) else ""
    except ValueError:
        return ""


def _link(href: str, base: str, hosts: set[str], region: str) -> str:
    """The href to store: links into the region's own pages are marked, places in a page and broken links go."""
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
    except ValueError:
        return ""
    if href.startswith("#") or parts.scheme == "page":
        return ""
    if (
        parts.scheme in {"http", "https"}
        and parts.hostname in hosts
        and plain_path(parts.path).startswith(f"{region}/")
    ):
        return f"page:{url}"
    return url
