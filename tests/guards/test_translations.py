"""The interface is whole in German, English and Arabic, and no German stands in a template untranslated."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from teilhabe.config.catalogues import key_of, source_of
from tests.messages import SOURCE, WRITTEN, wanted

PLACE = re.compile(r"%\((\w+)\)s|%s|<[^>]+>")
TEMPLATES = sorted(path for path in SOURCE.rglob("*.html") if "assets" not in path.parts)
# what stands in every language as it is
NAMES = {"Teilhabe", "Website", "Deutsch", "English"}


@pytest.mark.parametrize("language", WRITTEN)
def test_every_string_is_translated(language: str) -> None:
    written = polib.pofile(str(source_of(language)))
    there = {key_of(entry) for entry in written if entry.translated()}
    needed = {(context, text) for context, text, _ in wanted(language)}
    assert sorted(map(str, needed - there)) == [], "say: make messages, then translate"
    assert sorted(map(str, {key_of(entry) for entry in written} - needed)) == [], "say: make messages"


@pytest.mark.parametrize("language", WRITTEN)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    """Names in place holders, and markup. Arabic says "one" and "two" in words: such forms leave the number out."""
    wrong = []
    for entry in polib.pofile(str(source_of(language))):
        wanted = sorted(m[0] for m in PLACE.finditer(entry.msgid))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            told = sorted(m[0] for m in PLACE.finditer(text))
            lacks_number_only = entry.msgid_plural and sorted([*told, "%(number)s"]) == wanted
            if text and told != wanted and not lacks_number_only:
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_words_stand_outside_translate_tags(path: Path) -> None:
    assert words_outside(path.read_text(encoding="utf-8")) == []


def words_outside(template: str) -> list[str]:
    """Words a reader would see that no translation reaches: text between tags, and attributes that are read out."""
    bare = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", " ", template, flags=re.DOTALL)
    bare = re.sub(r"{% comment.*?{% endcomment %}", " ", bare, flags=re.DOTALL)
    bare = re.sub(r"{[%#{].*?[%#}]}", " ", bare, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', bare)
    text = re.sub(r"<[^>]*>", " ", bare)
    words = re.findall(r"[^\W\d_]{2,}", " ".join([text, *spoken]))
    return sorted(set(words) - NAMES)


def test_the_guard_sees_a_word_that_was_forgotten() -> None:
    assert words_outside("<p>Hallo {{ name }}</p>") == ["Hallo"]
    assert words_outside('<p aria-label="Menü">{% translate "Menü" %}</p>') == ["Menü"]
    assert words_outside("{% blocktranslate %}Hallo {{ name }}{% endblocktranslate %}") == []
