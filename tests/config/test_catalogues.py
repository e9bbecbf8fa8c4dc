from __future__ import annotations

import gettext
import os
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from teilhabe.config.catalogues import PLURALS, compile_all, source_of
from teilhabe.core.languages import INTERFACE


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """English has two strings, Arabic one of them."""
    for language, told in {"en": {"Suchen": "Search", "Weg": "Way"}, "ar": {"Suchen": "بحث", "Weg": ""}}.items():
        path = source_of(language, tmp_path)
        path.parent.mkdir(parents=True)
        file = polib.POFile()
        file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        file.extend(polib.POEntry(msgid=text, msgstr=translated) for text, translated in told.items())
        many = {0: "%(n)s offer", 1: "%(n)s offers"} if language == "en" else dict.fromkeys(range(6), "")
        file.append(polib.POEntry(msgid="%(n)s Angebot", msgid_plural="%(n)s Angebote", msgstr_plural=many))
        file.save(str(path))
    return tmp_path


def catalogue(locales: Path, language: str) -> gettext.GNUTranslations:
    with source_of(language, locales).with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_what_a_language_lacks_is_filled_from_english(locales: Path) -> None:
    assert compile_all(locales) == list(INTERFACE)
    told = {code: [catalogue(locales, code).gettext(t) for t in ("Suchen", "Weg")] for code in ("de", "en", "ar", "uk")}
    assert told == {
        "de": ["Suchen", "Weg"],
        "en": ["Search", "Way"],
        "ar": ["بحث", "Way"],
        "uk": ["Search", "Way"],
    }


@pytest.mark.parametrize("language", [code for code in INTERFACE if code != "de"])
def test_no_number_falls_back_to_german(locales: Path, language: str) -> None:
    compile_all(locales)
    made = catalogue(locales, language)
    assert {made.ngettext("%(n)s Angebot", "%(n)s Angebote", n) for n in range(120)} <= {"%(n)s offer", "%(n)s offers"}


def test_nothing_is_written_when_nothing_changed(locales: Path) -> None:
    compile_all(locales)
    assert compile_all(locales) == []
    os.utime(source_of("ar", locales), (4e9, 4e9))
    assert compile_all(locales) == ["ar"]


def test_every_language_has_its_plural_rule() -> None:
    assert set(PLURALS) == set(INTERFACE)


DAYS = {"de": "Montag", "ar": "الاثنين", "ku": "Monday", "fr": "lundi"}


@pytest.mark.parametrize(("language", "told"), DAYS.items())
def test_days_are_never_german_for_others(language: str, told: str) -> None:
    compile_all()
    with translation.override(language):
        assert _("Monday") == told
