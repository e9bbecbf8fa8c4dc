from __future__ import annotations

import pytest
from django.utils import translation

from teilhabe.translation.queries import Text
from teilhabe.ui.templatetags.ui import foreign, german, icon, language_of, left_to_right, need_icon, tel


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("0214 5550101", "tel:+492145550101"),
        ("+49 (0)214 / 555-01", "tel:+4921455501"),
        ("0049 214 55501", "tel:+4921455501"),
        ("0214 55501 oder 0170 1234567", "tel:+4921455501"),
        ("Zentrale: 0214/555 01", "tel:+4921455501"),
        ("116 016", "tel:116016"),
        ("nach Vereinbarung", "tel:"),
    ],
)
def test_phones_can_be_called_as_they_were_written(written: str, address: str) -> None:
    assert tel(written) == address


def test_passages_in_another_language_say_so() -> None:
    with translation.override("ar"):
        assert german("Café <b>") == '<bdi lang="de" dir="ltr">Café &lt;b&gt;</bdi>'
        assert foreign(Text("مرحبا", "ar")) == "مرحبا"
        assert language_of(Text("Hallo", "de")) == ' lang="de" dir="ltr"'
        assert foreign("") == ""
    with translation.override("de"):
        assert german("Café <b>") == "Café &lt;b&gt;"
        assert foreign(Text("مرحبا", "ar")) == '<bdi lang="ar" dir="rtl">مرحبا</bdi>'
        assert language_of(Text("Hallo", "de")) == ""


def test_numbers_read_from_left_to_right() -> None:
    assert left_to_right("9:00–12:00") == '<bdi dir="ltr">9:00–12:00</bdi>'


def test_icons_come_from_two_files() -> None:
    assert icon("arrow_back", "small mirror") == (
        '<svg class="tl-icon tl-icon--small tl-icon--mirror" aria-hidden="true">'
        '<use href="/static/ui/vendor/icons.svg#arrow_back"></use></svg>'
    )
    assert "/static/ui/vendor/needs.svg#child_care" in need_icon("child_care")
