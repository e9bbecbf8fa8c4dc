"""Collect the strings of the interface from templates and code into the .po files, without gettext's tools.

`make messages` after a string was added; then translate what is empty. Entries nobody uses go.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
from django.utils.translation.template import templatize

from teilhabe.config.catalogues import PLURALS, key_of, source_of

SOURCE = Path(__file__).resolve().parent.parent / "src" / "teilhabe"
WRITTEN = ("en", "ar")  # the other languages have no file of their own yet
OFFICE = ("workspace/",)  # rooms that speak German and English only
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(\w*gettext|_)\(({_LITERAL}(?:,\s*{_LITERAL})*)")
HEADER = "Machine-made translation of the interface, not yet reviewed by a native speaker."

Message = tuple[str | None, str, str]  # context, text, plural


def collect() -> dict[Message, str]:
    """Every message and the file it stands in first."""
    found: dict[Message, str] = {}
    for path in sorted(SOURCE.rglob("*")):
        if "assets" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
            continue
        reader = messages_of_code if path.suffix == ".py" else messages_of_template
        for message in reader(path.read_text(encoding="utf-8")):
            found.setdefault(message, path.relative_to(SOURCE).as_posix())
    return found


def wanted(language: str) -> dict[Message, str]:
    """The messages that a language translates; files are read in order, so one of the office stands nowhere else."""
    return {message: place for message, place in collect().items() if language == "en" or not place.startswith(OFFICE)}


def messages_of_code(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from _message(node.func.id, words)


def messages_of_template(text: str) -> Iterator[Message]:
    if "load" not in text:
        return
    for name, literals in _CALL.findall(templatize(text)):
        yield from _message(name, [ast.literal_eval(literal) for literal in re.findall(_LITERAL, literals)])


def _message(function: str, words: list[str]) -> Iterator[Message]:
    if function in PLAIN and words:
        yield None, words[0], ""
    elif function in PLURAL and len(words) > 1:
        yield None, words[0], words[1]
    elif function in IN_CONTEXT and len(words) > 1:
        yield words[0], words[1], ""


def main() -> None:
    django.setup()
    for language in WRITTEN:
        messages = wanted(language)
        path = source_of(language)
        old = {key_of(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
        made = polib.POFile(wrapwidth=110)
        made.header = HEADER
        made.metadata = {
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": PLURALS[language],
        }
        for (context, text, plural), place in sorted(messages.items(), key=lambda item: (item[1], item[0][1])):
            entry = polib.POEntry(msgctxt=context, msgid=text, msgid_plural=plural, occurrences=[(place, "")])
            if known := old.get((context, text)):
                entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural
            elif plural:
                entry.msgstr_plural = dict.fromkeys(range(int(PLURALS[language][9])), "")
            made.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        made.save(str(path))
        print(f"{language}: {len(made)} strings, {len(made.untranslated_entries())} to translate")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    main()
