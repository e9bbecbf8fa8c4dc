"""The shipped files of this folder, as they stand: needs.toml, elsewhere.toml, and phrases/<language>.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from teilhabe.core.languages import INTERFACE

_FOLDER = Path(__file__).parent
_LABEL_LINE = re.compile(r'^(?:\[[\w-]+\]|[\w-]+ = ".*)$', re.MULTILINE)


@cache
def _file(name: str) -> dict[str, Any]:
    path = _FOLDER / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def groups() -> list[dict[str, Any]]:
    """The groups of needs in the order of display: id, label (German), icon."""
    return list(_file("needs.toml")["group"])


def needs() -> list[dict[str, Any]]:
    """The needs in the order of display: id, group, icon, related, scope (German note for authors)."""
    return list(_file("needs.toml")["need"])


def phrase_files() -> dict[str, dict[str, Any]]:
    """Language -> its file: `reviewed_by_native_speaker`, `groups` (id -> label), and by need id a table of
    label, help, phrases, situations. Languages without a file are left out."""
    return {language: file for language in INTERFACE if (file := _file(f"phrases/{language}.toml"))}


@cache
def label_files() -> dict[str, dict[str, Any]]:
    """The same without the phrases, read ten times as fast: only lines that open a table or give it one string."""
    found = {}
    for language in INTERFACE:
        path = _FOLDER / "phrases" / f"{language}.toml"
        if path.is_file():
            found[language] = tomllib.loads("\n".join(_LABEL_LINE.findall(path.read_text(encoding="utf-8"))))
    return found


def elsewhere() -> dict[str, list[str]]:
    """Language -> what people type although no offer of a centre can help."""
    return dict(_file("elsewhere.toml"))
