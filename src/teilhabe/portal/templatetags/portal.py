"""Words of needs and topics in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from teilhabe.portal.queries import Surroundings
from teilhabe.portal.results import Search
from teilhabe.vocabulary.models import NeedGroup

register = template.Library()


@register.filter
def label(group: NeedGroup) -> str:
    return group.label(get_language() or "de")


@register.simple_tag
def label_of(around: Surroundings, need_id: str) -> str:
    """What this centre calls a need."""
    return around.need_label(need_id, get_language() or "de")


@register.simple_tag
def help_of(around: Surroundings, need_id: str) -> str:
    return around.need_help(need_id, get_language() or "de")


@register.simple_tag
def offers_of(around: Surroundings, need_id: str) -> int:
    return around.offers_of_need.get(need_id, 0)


@register.simple_tag
def near(search: Search, slug: str) -> str:
    """The address of the same results with distances from another district; from none when it is chosen."""
    return search.address(near=None if search.near == slug else slug)
