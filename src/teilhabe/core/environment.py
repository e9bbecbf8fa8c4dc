"""What an operator may set from outside: every variable, its meaning and its check, in one list.

docs/operate.md shows the same list; a test holds the two together. Nothing else in the house reads `os.environ`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    """One variable: `read` turns its text into a value or raises ValueError with the rest of a sentence."""

    name: str
    default: str
    read: Callable[[str], Any]
    meaning: str
    is_secret: bool = False  # its value is never told


def _yes_or_no(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    if text.lower() not in answers:
        raise ValueError("wants yes or no")
    return answers[text.lower()]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"wants one of {', '.join(choices)}")
        return text

    return read


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1_000_000:
        raise ValueError("wants a whole number from 1 to 999999")
    return int(text)


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise ValueError("wants a folder; there is a file of that name")
    return folder


def _web_address(text: str) -> str:
    if text and urlsplit(text).scheme not in {"http", "https"}:
        raise ValueError("wants an address that begins with http:// or https://")
    return text.rstrip("/")


def _database(text: str) -> dict[str, Any]:
    """Django's settings of the database at `text`; empty means SQLite in TEILHABE_HOME."""
    if not text:
        return {}
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as fault:  # whose words repeat a part of the password
        raise ValueError(
            "wants postgresql://user:password@host:port/name; in the password write # as %23, / as %2F and so on"
        ) from fault
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path) or ":memory:"}
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        host = options.pop("host", None) or unquote(parts.hostname or "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(port or options.pop("port", "")),
            "OPTIONS": options,
        }
    raise ValueError("wants postgresql://user:password@host/name or sqlite:///path")


VARIABLES = [
    Variable("TEILHABE_HOME", "var", _folder, "Folder of everything this installation keeps: database, files, index."),
    Variable(
        "DATABASE_URL",
        "",
        _database,
        "postgresql://user:password@host/name; empty: SQLite in TEILHABE_HOME.",
        is_secret=True,
    ),
    Variable("TEILHABE_DEFAULT_CENTRE", "", str, "Slug of the centre that answers when the host name names none."),
    Variable("TEILHABE_HOSTS", "", _names, "Further host names this installation answers to, separated by commas."),
    Variable("TEILHABE_SECRET_KEY", "", str, "Key that signs sessions; empty: made once and kept in TEILHABE_HOME."),
    Variable("TEILHABE_HTTPS", "no", _yes_or_no, "yes: served over HTTPS; cookies are secure, HSTS is sent."),
    Variable(
        "TEILHABE_BEHIND_PROXY", "no", _yes_or_no, "yes: trust X-Forwarded-For and -Proto of the proxy before us."
    ),
    Variable("TEILHABE_DEBUG", "no", _yes_or_no, "yes: Django's error pages; for development only."),
    Variable("TEILHABE_SEARCH_RATE", "600", _count, "Searches a minute and client through the API; loopback is free."),
    Variable("TEILHABE_FETCH_PRIVATE", "no", _yes_or_no, "yes: imports may fetch from addresses in private networks."),
    Variable("TEILHABE_ENCODER", "local", _one_of("local", "endpoint", "none"), "Where texts get their vectors."),
    Variable("TEILHABE_ENCODER_URL", "", _web_address, "Address of an OpenAI-compatible embeddings endpoint."),
    Variable("TEILHABE_ENCODER_MODEL", "multilingual-e5-small", str, "Model the endpoint is asked for."),
    Variable("TEILHABE_ENCODER_KEY", "", str, "Bearer key of the endpoint."),
]


def values(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every variable's checked value by its name; a wrong one stops the start with a sentence."""
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, variable.default).strip() or variable.default
        try:
            found[variable.name] = variable.read(text)
        except ValueError as fault:
            told = variable.name if variable.is_secret else f"{variable.name}={text!r}"
            raise ImproperlyConfigured(f"{told}: this variable {fault}.") from fault
    unknown = sorted(n for n in environ if n.startswith("TEILHABE_") and n not in found and n not in _OF_TOOLS)
    if unknown:
        raise ImproperlyConfigured(f"{unknown[0]} is no variable of Teilhabe; docs/operate.md lists them all.")
    if found["TEILHABE_ENCODER"] == "endpoint" and not found["TEILHABE_ENCODER_URL"]:
        raise ImproperlyConfigured("TEILHABE_ENCODER=endpoint wants TEILHABE_ENCODER_URL too.")
    return found


# read by `make evaluate` and `make bench`, not by the program
_OF_TOOLS = {"TEILHABE_REFERENCE_DATA"}
