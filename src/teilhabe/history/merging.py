"""Two people edit one record: what each changed, taken together; where they clash, a person chooses.

A form carries the digest of every field as it was when the form was opened. With it three states are known of each
field: as it was, as it is now, as it is typed. No lock, no base version to keep; a change by an import is seen too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import BadRequest

Content = dict[str, Any]


class Clash(Exception):
    """Somebody else has meanwhile said something different in `fields`; nothing was written.

    `now` is what stands there, `token` that of the form in which somebody has seen these fields as they are now; of all
    others it tells the state before, so that what others changed there is not taken for this person's wish.
    """

    def __init__(self, fields: list[str], now: Content, token: str) -> None:
        super().__init__(f"changed by somebody else: {', '.join(fields)}")
        self.fields, self.now, self.token = fields, now, token


def digest_of(value: Any) -> str:
    said = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def token_of(content: Mapping[str, Any]) -> str:
    """The state of each field, to be carried by a form."""
    return _told({name: digest_of(value) for name, value in content.items()})


def _told(digests: Mapping[str, str]) -> str:
    return " ".join(f"{name}:{digest}" for name, digest in sorted(digests.items()))


def merged(token: str, typed: Content, now: Content) -> Content:
    """`now` with what `typed` changes of it since `token`; Clash where both changed a field differently."""
    before = dict(pair.partition(":")[::2] for pair in token.split())
    if missing := typed.keys() - before.keys():
        raise BadRequest(f"the form does not say how it found {', '.join(sorted(missing))}")
    made, clashing = dict(now), []
    for name, value in typed.items():
        if value == now[name] or digest_of(value) == before[name]:
            continue  # alike, or not touched here: what stands there now holds
        if digest_of(now[name]) != before[name]:
            clashing.append(name)
        made[name] = value
    if clashing:
        raise Clash(clashing, now, _told({**before, **{name: digest_of(now[name]) for name in clashing}}))
    return made
