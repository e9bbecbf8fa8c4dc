"""The HTML of pages: made plain and safe, cut into passages, and filled with addresses and anchors when shown.

What `sanitised` returns is the one form that is stored: headings h2 to h4, paragraphs, lists, tables, links without any
attribute but href. The functions below it rely on that form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

import nh3

from teilhabe.core.text import clean, slug

LONGEST = 200_000  # characters of one page's HTML; a long page has 20,000
# what has more elements, or nests deeper, than people write costs the parser the square of its length
MOST_ELEMENTS = 8_000
DEEPEST = 30

_HEADINGS = {"h2", "h3", "h4"}
_INLINE = {"a", "strong", "em"}
_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "table", "tr", "th", "td", *_HEADINGS}
_ALIKE = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4"}
# they say nothing, but what is in them stands apart
_CONTAINERS = {
    "address", "article", "aside", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "header", "hr", "main", "nav", "pre", "section", "summary",
}  # fmt: skip
# they go with all that is in them
_NO_TEXT = {
    "iframe", "math", "noembed", "noframes", "noscript", "object", "option", "script", "select", "style", "svg",
    "template", "textarea", "title", "xmp",
}  # fmt: skip
_SPANS = {"colspan", "rowspan"}
_KEPT = {"a": {"href"}, "td": _SPANS, "th": _SPANS}
_SCHEMES = {"http", "https", "mailto", "tel", "page"}
_HREF = re.compile(r"(?:https?://|mailto:|tel:|page:|#|/(?![/\\]))", re.IGNORECASE)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# they may stay open, or have no end; a parser closes them itself
_MAY_STAY_OPEN = {"br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "p", "td", "th", "tr", "wbr"}
_TAG = re.compile(r"<(/?)(\w+)[^>]*>")
_HEADING = re.compile(r"<(h[234])>(.*?)</\1>", re.DOTALL)
_PAGE_LINK = re.compile(r'<a href="page:([^"]*)">(.*?)</a>', re.DOTALL)

Link = Callable[[str], str]


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its level (2 to 4) and the anchor under which it can be reached."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Passage:
    """The plain text under one heading, lines by paragraph; before the first heading both names are empty."""

    heading: str
    text: str
    anchor: str


def sanitised(html: str, link: Link = lambda href: href) -> str:
    """`html` in the form that is stored; `link` may give another href to a link, "" takes it away and leaves its text.

    Whatever can act (scripts, frames, forms, styles) goes; of pictures their description stays. ValueError when it is
    too long or too deep; its message completes "this page ...".
    """
    if len(html) > LONGEST:
        raise ValueError(f"has {len(html):,} characters; at most {LONGEST:,} are kept")
    if _is_tangled(html):
        raise ValueError(
            f"has more than {MOST_ELEMENTS:,} elements, or more than {DEEPEST} inside one another or never closed"
        )
    # once so that the parser below meets well-formed HTML only, and once more so that nothing rests on that parser
    html = html.encode("utf-8", "ignore").decode()
    formed = nh3.clean(
        html,
        tags=_BLOCKS | _INLINE | _CONTAINERS | set(_ALIKE) | {"br", "img"},
        clean_content_tags=_NO_TEXT,
        attributes={**_KEPT, "img": {"alt"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    plain = _Plain(link)
    plain.feed(clean(formed.replace("&nbsp;", " ")))
    plain.close()
    written = re.sub(" {2,}", " ", plain.html())
    return nh3.clean(
        written, tags=_BLOCKS | _INLINE | {"br"}, attributes=_KEPT, url_schemes=_SCHEMES, link_rel=None
    ).strip()


def _is_tangled(html: str) -> bool:
    """Whether there are more elements, or more open at once, than people write; an end tag closes what has its name."""
    depths: Counter[str] = Counter()
    total = 0
    for number, element in enumerate(_ELEMENT.finditer(html)):
        name = element[2].lower()
        if number > 2 * MOST_ELEMENTS:
            return True
        if name in _MAY_STAY_OPEN:
            continue
        if not element[1]:
            depths[name] += 1
            total += 1
        elif depths[name]:
            depths[name] -= 1
            total -= 1
        if total > DEEPEST:
            return True
    return False


class _Plain(HTMLParser):
    """Writes well-formed HTML anew with few tags; text that stands in no block gets a paragraph.

    What shows nothing is not written: editors make room with empty paragraphs and line breaks.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link
        self._out: list[str] = []  # tags and texts
        self._open: list[str] = []  # blocks
        self._links: list[bool] = []  # of each open <a> whether it is written
        self._is_loose = False  # in a paragraph that was not there

    def html(self) -> str:
        self._end_loose()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag, values = _ALIKE.get(tag, tag), {name: value or "" for name, value in attrs}
        if tag == "img":
            self.handle_data(f" {values.get('alt', '')} ")
        elif tag == "a":
            self._begin_link(values.get("href", ""))
        elif tag in _CONTAINERS or tag == "br" or (tag in _BLOCKS and self._in_heading()):
            self._stand_apart(is_line=tag == "br")
        elif tag in _BLOCKS:
            self._end_loose()
            self._open.append(tag)
            spans = "".join(f' {name}="{values[name]}"' for name in sorted(_SPANS) if values.get(name, "").isdecimal())
            self._out.append(f"<{tag}{spans}>")
        elif tag in _INLINE and not self._in_heading():
            self._begin_loose()
            self._out.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        tag = _ALIKE.get(tag, tag)
        if tag == "a":
            if self._links and self._links.pop():
                self._end("a")
        elif tag in _CONTAINERS or (self._in_heading() and tag in _BLOCKS and tag != self._open[-1]):
            self._stand_apart()
        elif tag in self._open:
            self._end_loose()
            while (inner := self._open.pop()) != tag:
                self._end(inner)
            self._end(tag)
        elif tag in _INLINE and not self._in_heading():
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if data.isspace():
            if self._out and not self._at_edge():
                self._out.append(" ")
        elif data:
            self._begin_loose()
            self._out.append(escape(data.lstrip() if self._at_edge() else data, quote=False))

    def _begin_link(self, href: str) -> None:
        href = href.strip()
        if href.casefold().startswith("www."):
            href = f"https://{href}"
        href = self._link(href) if href else ""
        is_written = bool(_HREF.match(href))
        self._links.append(is_written)
        if is_written:
            self._begin_loose()
            self._out.append(f'<a href="{escape(href)}">')

    def _end(self, tag: str) -> None:
        """Write the end of an element, or take it back if nothing is in it."""
        is_block, blank = tag in _BLOCKS, False
        while self._out and (self._out[-1] == " " or (is_block and self._out[-1] == "<br>")):
            blank = self._out.pop() == " "
        if is_block and self._out:
            self._out[-1] = self._out[-1].rstrip()
        is_empty = bool(self._out) and bool(re.match(rf"<{tag}[ >]", self._out[-1]))
        if is_empty and tag not in {"td", "th"}:
            self._out.pop()
        else:
            self._out.append(f"</{tag}>")
        if blank and not is_block and not self._at_edge():
            self._out.append(" ")

    def _at_edge(self) -> bool:
        """Where a space or a line break would show nothing: beside the end or the beginning of a block."""
        name = _TAG.fullmatch(self._out[-1]) if self._out else None
        return not self._out or self._out[-1] == "<br>" or bool(name and name[2] in _BLOCKS)

    def _in_heading(self) -> bool:
        return bool(self._open) and self._open[-1] in _HEADINGS

    def _stand_apart(self, *, is_line: bool = False) -> None:
        """What follows is on a line of its own, or, at a container's edge, in a paragraph of its own."""
        if self._in_heading():
            self.handle_data(" ")
        elif self._is_loose and not is_line:
            self._end_loose()
        elif (self._open or self._is_loose) and not self._at_edge():
            self._out.append("<br>")

    def _begin_loose(self) -> None:
        if not self._open and not self._is_loose:
            self._out.append("<p>")
            self._is_loose = True

    def _end_loose(self) -> None:
        if self._is_loose:
            self._end("p")
            self._is_loose = False


def plain_text(html: str) -> str:
    """The text of stored HTML, a line for each paragraph, list item, table row and line break."""
    text = _TAG.sub(
        lambda tag: "\n" if tag[2] in _BLOCKS - {"td", "th"} or tag[2] == "br" else " " * (tag[2] in _BLOCKS), html
    )
    return "\n".join(line for part in unescape(text).split("\n") if (line := clean(part)))


def headings(html: str) -> list[Heading]:
    """What "on this page" lists."""
    return [heading for heading, _ in _sections(html) if heading.text]


def passages(html: str) -> list[Passage]:
    """The text of a page under each of its headings; headings without any text of their own are left out."""
    return [Passage(h.text, text, h.anchor) for h, body in _sections(html) if (text := plain_text(body))]


def _sections(html: str) -> Iterator[tuple[Heading, str]]:
    """Each heading with the HTML up to the next one; the first stands for what comes before any."""
    parts = _HEADING.split(html)
    yield Heading(0, "", ""), parts[0]
    taken: set[str] = set()
    for number, (tag, inside, body) in enumerate(zip(parts[1::3], parts[2::3], parts[3::3], strict=True), 1):
        text = plain_text(inside)
        yield Heading(int(tag[1]), text, _anchor(text, number, taken)), body


def _anchor(text: str, number: int, taken: set[str]) -> str:
    """The words of the heading, or its number where they have no Latin form."""
    base = anchor = slug(text, 60) or f"s{number}"
    while anchor in taken:
        anchor = f"{base}-{number}"
        base = anchor
    taken.add(anchor)
    return anchor


def shown(html: str, address: Callable[[str], str | None]) -> str:
    """Stored HTML as a page shows it: headings with their anchors, links to pages with the `address` of their key.

    A link to a page that has no address (not public, gone) becomes plain text.
    """
    anchors = iter([heading.anchor for heading, _ in _sections(html)][1:])
    html = _HEADING.sub(lambda found: f'<{found[1]} id="{next(anchors)}">{found[2]}</{found[1]}>', html)

    def linked(found: re.Match[str]) -> str:
        href = address(unescape(found[1]))
        return f'<a href="{escape(href)}">{found[2]}</a>' if href else found[2]

    return _PAGE_LINK.sub(linked, html)


def relinked(html: str, href_of: Callable[[str], str]) -> str:
    """Stored HTML in which each link to "page:..." has the href that `href_of` gives for what follows the colon."""

    def relink(found: re.Match[str]) -> str:
        href = href_of(unescape(found[1]))
        return f'<a href="{escape(href)}">{found[2]}</a>' if _HREF.match(href) else found[2]

    return _PAGE_LINK.sub(relink, html)
