"""The `teilhabe` command: names of CONTRACT on one side, management commands of the rooms on the other."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

COMMANDS = {
    ("migrate",): ("upgrade", "bring the database up to date"),
    ("demo",): ("demo", "two demo centres with invented offers"),
    ("centre", "create"): ("centre_create", "make the centre of a municipality"),
    ("staff", "add"): ("staff_add", "give a person a role at a centre; prints a link to set a password"),
    ("serve",): ("serve", "answer on a port, with the task worker"),
    ("work",): ("work", "the task worker alone"),
    ("import", "offers"): ("import_offers", "take in a table of offers (CSV, XLSX, JSONL)"),
    ("import", "integreat"): ("import_integreat", "take in the guide pages of an Integreat region"),
    ("import", "hsds"): ("import_hsds", "take in services of Open Referral HSDS 3.x (file, folder, ZIP, API)"),
    ("reindex",): ("reindex", "give every text its vector and make every index current"),
    ("find",): ("find", "find offers for a need"),
    ("backup",): ("backup", "write everything into one file"),
    ("restore",): ("restore", "read a backup into an empty TEILHABE_HOME"),
    ("vectors",): ("vectors", "embed the shipped texts anew and train the head (for developers)"),
    ("makemigrations",): ("makemigrations", "write migrations (for developers)"),
    ("shell",): ("shell", "a Python prompt inside the house (for developers)"),
}


def main() -> None:
    """Run one command; exit 0 done, 1 refused (nothing written), 2 wrong usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    os.umask(0o077)  # what a command makes in TEILHABE_HOME tells of people: nobody else on this machine reads it
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may be any bytes
    words = sys.argv[1:]
    for length in (2, 1):
        if tuple(words[:length]) in COMMANDS:
            name, _ = COMMANDS[tuple(words[:length])]
            sys.exit(_run(name, words[length:], prog="teilhabe " + " ".join(words[:length])))
    _usage(words)


def _run(name: str, arguments: list[str], prog: str) -> int:
    from django.core.management import ManagementUtility

    try:
        # --traceback: a refusal comes to us, not printed by Django under the name of its class
        utility = ManagementUtility([prog, name, "--traceback", *arguments])
        utility.prog_name = prog
        utility.execute()
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        sentence = _sentence(fault)
        if sentence is None:
            raise
        print(f"teilhabe: {sentence}", file=sys.stderr)
        return int(getattr(fault, "returncode", 1))
    return 0


def _sentence(fault: Exception) -> str | None:
    """What a person at the prompt is told; None: the fault is ours and wants its traceback."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import DatabaseError, OperationalError

    match fault:
        case ImproperlyConfigured() | CommandError():
            return str(fault)
        case DatabaseError() if "no such table" in str(fault) or "does not exist" in str(fault):
            return "the database is empty or old; say: teilhabe migrate"
        case DatabaseError() if isinstance(fault, OperationalError) or "connection option" in str(fault):
            return f"the database does not answer as it should: {str(fault).strip()}"
        case OSError():
            return f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault)
        case UnicodeEncodeError():
            return "what was typed is no valid UTF-8; type it again, or rename the file"
        case LookupError() if type(fault) is LookupError:  # of codecs; a missing key or index is ours
            return str(fault)
    return None


def _usage(words: list[str]) -> None:
    wants_help = words[:1] in ([], ["help"], ["--help"], ["-h"])
    out = sys.stdout if wants_help else sys.stderr
    if not wants_help:
        print(f"teilhabe: there is no command {' '.join(words[:2])!r}\n", file=out)
    print("usage: teilhabe COMMAND [--help]\n", file=out)
    for names, (_, meaning) in COMMANDS.items():
        print(f"  {' '.join(names):16} {meaning}", file=out)
    sys.exit(0 if wants_help else 2)


if __name__ == "__main__":
    main()
