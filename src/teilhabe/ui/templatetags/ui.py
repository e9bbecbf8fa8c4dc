"""What our templates say besides Django's own words: icons, foreign passages, phones."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from teilhabe.core.languages import is_rtl

register = template.Library()
INTERFACE, NEEDS = "ui/vendor/icons.svg", "ui/vendor/needs.svg"


@cache
def _icon(sprite: str, name: str, looks: str) -> SafeString:
    """Kept: a page of results draws a hundred, and the names of files stand still while a process lives."""
    classes = " ".join(["tl-icon", *(f"tl-icon--{look}" for look in looks.split())])
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, static(sprite), name
    )


@register.simple_tag
def icon(name: str, looks: str = "") -> SafeString:
    """An icon of the interface (assets/icons.txt); looks: mirror, small, large."""
    return _icon(INTERFACE, name, looks)


@register.simple_tag
def need_icon(name: str, looks: str = "") -> SafeString:
    """The icon of a need (vocabulary/data/needs.toml): another, larger file, for pages of topics only."""
    return _icon(NEEDS, name, looks)


@register.filter
def foreign(text: Any, language: str = "") -> SafeString:
    """`text` as part of a page that may be in another language; its own is told by the text, or by the argument."""
    language = language or getattr(text, "language", "") or "de"
    if not text or language == (get_language() or "de"):
        return conditional_escape(str(text or ""))
    direction = "rtl" if is_rtl(language) else "ltr"
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', language, direction, str(text))


@register.filter
def german(text: Any) -> SafeString:
    """A German name or passage on a page that may be in another language."""
    return foreign(text, "de")


@register.filter
def left_to_right(text: Any) -> SafeString:
    """Numbers, hours and phones read from left to right in every script."""
    return format_html('<bdi dir="ltr">{}</bdi>', str(text))


@register.filter
def language_of(text: Any) -> SafeString:
    """The attributes of an element that holds nothing but `text`: none when it is in the page's language."""
    language = getattr(text, "language", "") or "de"
    if language == (get_language() or "de"):
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', language, "rtl" if is_rtl(language) else "ltr")


@register.filter
def tel(number: str) -> str:
    """The address of a phone link: the first number in the text, German ones with their country code."""
    found = re.search(r"\+?[\d][\d\s()/.–-]{1,24}", number)
    digits = re.sub(r"[^\d+]", "", found[0].replace("(0)", "") if found else "")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+49" + digits[1:]
    return f"tel:{digits}"
