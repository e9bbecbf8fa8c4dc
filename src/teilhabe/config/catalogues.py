"""Catalogues of the interface: .po files as people write them -> the .mo files that Django reads.

`python -m teilhabe.config.catalogues`; needs no gettext tools and takes a blink when nothing has changed. What a
language has not translated yet is filled from English, so that nobody meets German in the middle of a page.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib

from teilhabe.core.languages import INTERFACE

LOCALES = Path(__file__).resolve().parent.parent / "ui" / "locale"
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0?0 : n==1?1 : n==2?2 : n%100>=3 && n%100<=10?3 : n%100>=11 && n%100<=99?4 : 5;",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "tr": "nplurals=2; plural=(n > 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "ku": "nplurals=2; plural=(n != 1);",
    "ro": "nplurals=3; plural=(n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2);",
    "bg": "nplurals=2; plural=(n != 1);",
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "sq": "nplurals=2; plural=(n != 1);",
}  # fmt: skip

Key = tuple[str | None, str]


def source_of(language: str, locales: Path = LOCALES) -> Path:
    return locales / language / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def compile_all(locales: Path = LOCALES) -> list[str]:
    """Write the .mo of every language of the interface whose sources are newer; which were written."""
    english = source_of("en", locales)
    written = []
    for language in INTERFACE:
        own = source_of(language, locales)
        target = own.with_suffix(".mo")
        newest = max(path.stat().st_mtime for path in (english, own, Path(__file__)) if path.exists())
        if target.exists() and target.stat().st_mtime >= newest:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        _catalogue(language, own, english).save_as_mofile(str(target))
        written.append(language)
    return written


def _catalogue(language: str, own: Path, english: Path) -> polib.POFile:
    made = polib.POFile()
    mine = polib.pofile(str(own)) if own.exists() else polib.POFile()
    entries = {key_of(entry): entry for entry in mine if entry.translated()}
    # English sentences follow English plural rules
    rules = PLURALS[language if entries or language == "de" else "en"]
    made.metadata = {"Language": language, "Content-Type": "text/plain; charset=utf-8", "Plural-Forms": rules}
    made.extend(entries.values())
    if language != "de":  # the source strings are German
        forms = int(rules.removeprefix("nplurals=")[0])
        made.extend(_filling(entry, forms) for entry in polib.pofile(str(english)) if key_of(entry) not in entries)
        made.extend(_names_of_days(language))
    return made


def _filling(entry: polib.POEntry, forms: int) -> polib.POEntry:
    """An English entry for a language with that many plural forms."""
    if entry.msgid_plural:
        many = entry.msgstr_plural[max(entry.msgstr_plural)]
        told = {number: entry.msgstr_plural.get(number, many) for number in range(forms)}
        return polib.POEntry(
            msgctxt=entry.msgctxt, msgid=entry.msgid, msgid_plural=entry.msgid_plural, msgstr_plural=told
        )
    return entry


def _names_of_days(language: str) -> list[polib.POEntry]:
    """English days and months for a language Django does not know: they would come out German."""
    import django
    from django.utils.dates import MONTHS, WEEKDAYS

    if (Path(django.__file__).parent / "conf" / "locale" / language).exists():
        return []
    names = [str(getattr(name, "_args", (name,))[0]) for name in (*WEEKDAYS.values(), *MONTHS.values())]
    return [polib.POEntry(msgid=name, msgstr=name) for name in names]


if __name__ == "__main__":
    for code in compile_all():
        print(f"catalogue {code}", file=sys.stderr)  # noqa: T201 a command
