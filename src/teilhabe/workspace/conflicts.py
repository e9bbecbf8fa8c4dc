"""Two texts of one field, side by side; the person who saves later chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from teilhabe.history.merging import Clash, Content
from teilhabe.history.queries import Piece, difference
from teilhabe.workspace.labels import in_words, label_of

CHOOSE = "choose-"  # before the name of a field: "mine" or "theirs"


@dataclass(frozen=True)
class Choice:
    """What the person typed for one field, and what somebody else has saved meanwhile."""

    name: str
    label: str
    mine: str
    theirs: str
    pieces: list[Piece]  # from theirs to mine


def choices_of(clash: Clash, typed: Content, needs: dict[str, str]) -> list[Choice]:
    found = []
    for name in clash.fields:
        mine, theirs = in_words(name, typed[name], needs), in_words(name, clash.now[name], needs)
        found.append(Choice(name, label_of(name), mine, theirs, difference(theirs, mine)))
    return found


def token_after(said: Mapping[str, str]) -> str:
    """The token of a form: as it was opened, but as it was `seen` beside the other text where somebody chose.

    A field for which nobody chose clashes again.
    """
    seen = [pair for pair in said.get("seen", "").split() if f"{CHOOSE}{pair.partition(':')[0]}" in said]
    return " ".join([*said.get("token", "").split(), *seen])  # the later word of a field holds


def with_choices(typed: Content, now: Content, said: Mapping[str, str]) -> Content:
    """`typed`, but what stands there `now` in the fields for which somebody chose the other text."""
    return {name: now[name] if said.get(f"{CHOOSE}{name}") == "theirs" else value for name, value in typed.items()}
