from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest

from teilhabe.history.merging import Clash, merged, token_of
from teilhabe.history.operations import keep_draft, keep_version
from teilhabe.history.queries import Piece, difference, draft_of, version_of, versions_of
from tests.factories import make_offer, make_user

BEFORE = {"title": "Kurs", "phone": "1", "days": [1, 2]}
TOKEN = token_of(BEFORE)


def test_what_two_people_change_in_different_fields_stands_beside_each_other():
    now = {**BEFORE, "phone": "2"}
    assert merged(TOKEN, {"title": "Deutschkurs", "phone": "1", "days": [1, 2]}, now) == {
        "title": "Deutschkurs", "phone": "2", "days": [1, 2],
    }  # fmt: skip


def test_two_texts_of_one_field_clash_and_the_same_text_does_not():
    now = {**BEFORE, "title": "Sprachkurs"}
    with pytest.raises(Clash) as found:
        merged(TOKEN, {**BEFORE, "title": "Deutschkurs"}, now)
    assert (found.value.fields, found.value.now) == (["title"], now)
    assert merged(TOKEN, {**BEFORE, "title": "Sprachkurs"}, now) == now


def test_a_form_that_does_not_say_how_it_found_a_field_is_refused():
    with pytest.raises(BadRequest):
        merged("title:abc", {"phone": "2"}, BEFORE)


def test_a_difference_is_told_word_by_word():
    assert difference("Kurs am Montag.", "Kurs am Dienstag.") == [
        Piece("same", "Kurs am "), Piece("gone", "Montag"), Piece("new", "Dienstag"), Piece("same", "."),
    ]  # fmt: skip
    assert difference("", "neu") == [Piece("new", "neu")]


@pytest.mark.usefixtures("centre")
def test_the_state_nobody_kept_is_kept_with_the_first_change():
    offer, user = make_offer(), make_user()
    keep_version(offer, BEFORE, {**BEFORE, "phone": "2"}, by=user)
    keep_version(offer, {**BEFORE, "phone": "2"}, {**BEFORE, "phone": "3"}, by=user)
    keep_version(offer, {**BEFORE, "phone": "imported"}, BEFORE, by=None, restores=1)
    told = [(v.number, v.content["phone"], v.saved_by, v.restores) for v in versions_of(offer)]
    assert told == [
        (5, "1", None, 1), (4, "imported", None, None), (3, "3", user, None), (2, "2", user, None),
        (1, "1", None, None),
    ]  # fmt: skip
    assert versions_of(make_offer()) == []
    assert version_of(offer, 9) is None


def test_a_draft_is_the_own_one_of_each_and_stays_in_its_centre(centre: Any, other_centre: Any):
    offer, mira, jan = make_offer(), make_user(), make_user()
    keep_draft(offer, {"title": "a"}, by=mira)
    keep_draft(offer, {"title": "b"}, by=mira)
    keep_draft(offer, {"title": "c"}, by=jan)
    assert [getattr(draft_of(offer, user), "content", None) for user in (mira, jan)] == [{"title": "b"}, {"title": "c"}]
    from teilhabe.centres.scope import in_centre

    with in_centre(other_centre):
        assert draft_of(offer, mira) is None
