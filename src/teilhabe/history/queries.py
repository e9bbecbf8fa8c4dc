"""Reads over versions: what has changed between two, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import models

from teilhabe.accounts.models import User
from teilhabe.history.models import Draft, Version

_PIECE = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
SAME, GONE, NEW = "same", "gone", "new"
LONGEST = 20_000  # characters; longer texts are shown whole, before and after


@dataclass(frozen=True)
class Piece:
    """A part of a text: the same in both, gone, or new."""

    what: str
    text: str


def versions_of(record: models.Model, part: str = "") -> list[Version]:
    """All versions, the newest first, with who saved them."""
    return list(Version.objects.of(record, part).select_related("saved_by"))


def version_of(record: models.Model, number: int, part: str = "") -> Version | None:
    version: Version | None = Version.objects.of(record, part).filter(number=number).first()
    return version


def draft_of(record: models.Model, user: User, part: str = "") -> Draft | None:
    draft: Draft | None = Draft.objects.of(record, part).filter(user=user).first()
    return draft


def who_saved_last(record: models.Model, part: str = "") -> Version | None:
    version: Version | None = Version.objects.of(record, part).select_related("saved_by").first()
    return version


def difference(old: str, new: str) -> list[Piece]:
    """`old` and `new` as one text of pieces."""
    if len(old) + len(new) > LONGEST:
        return [Piece(GONE, old), Piece(NEW, new)]
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found = []
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece(SAME, "".join(before[i:j])))
            continue
        if i < j:
            found.append(Piece(GONE, "".join(before[i:j])))
        if k < m:
            found.append(Piece(NEW, "".join(after[k:m])))
    return found
