"""Doors to pages: what is not for the public is not there (404), and neither is what somebody may not change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from teilhabe.accounts.models import User
from teilhabe.centres.models import Membership
from teilhabe.editorial.models import Page
from teilhabe.editorial.queries import PageTree, page_at

EDITORS = (Membership.Role.HEAD, Membership.Role.COORDINATOR, Membership.Role.EDITOR)


@dataclass(frozen=True)
class Found:
    """A public page, and the path it has today: who came by another is sent there."""

    key: UUID
    path: str
    tree: PageTree


def public_page(path: str, language: str) -> Found:
    """The public page at /<language>/pages/<path>/, also by an address it once had."""
    key, tree = page_at(path, language), PageTree()
    if key is None or not tree.is_public(key):
        raise Http404
    return Found(key, tree.path(key, language), tree)


def editable_page(user: User, key: UUID) -> Page:
    """A page, for those who write pages at the centre in scope."""
    if not user.is_active or not Membership.objects.filter(user=user, role__in=EDITORS).exists():
        raise Http404
    page: Page = get_object_or_404(Page, pk=key)
    return page
