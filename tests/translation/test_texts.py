"""Texts in other languages: the nearest that exists is shown, an outdated one says so, none outlives its record."""

import pytest

from teilhabe.translation.models import Translation
from teilhabe.translation.queries import delete_texts_of, digest, orphans, texts_of
from tests.factories import make_offer


def translate(offer, language, text, source=None, origin="human"):
    return Translation.objects.create(
        kind="directory.offer",
        key=str(offer.pk),
        field="title",
        language=language,
        text=text,
        origin=origin,
        source_digest=digest(source or offer.title),
    )


@pytest.fixture
def offer(centre):
    return make_offer("Sprachcafé")


def title(offer, language):
    return texts_of([offer], ["title"], language)[str(offer.pk), "title"]


def test_the_source_answers_when_nothing_else_does(offer):
    assert (title(offer, "ku").text, title(offer, "ku").language) == ("Sprachcafé", "de")


def test_the_nearest_language_answers(offer):
    translate(offer, "en", "Language café")
    translate(offer, "tr", "Dil kafesi")
    assert title(offer, "ku").language == "tr"
    assert title(offer, "fr").language == "en"
    assert title(offer, "de").language == "de"


def test_a_changed_source_makes_a_text_outdated(offer):
    translate(offer, "en", "Language café", source="Sprachcafé alt")
    assert title(offer, "en").is_outdated


def test_machine_made_says_so(offer):
    translate(offer, "en", "Language café", origin="machine")
    assert title(offer, "en").is_machine_made


def test_a_record_may_be_written_in_another_language_than_german(centre):
    offer = make_offer("Language café", language="en")
    assert (title(offer, "de").text, title(offer, "de").language) == ("Language café", "en")
    translate(offer, "de", "Sprachcafé")
    assert title(offer, "de").text == "Sprachcafé"
    assert title(offer, "en").text == title(offer, "tr").text == "Language café"


def test_texts_cost_one_query(offer, django_assert_num_queries):
    offers = [offer, *(make_offer() for _ in range(5))]
    with django_assert_num_queries(1):
        texts_of(offers, ["title", "summary"], "ar")


def test_no_text_outlives_its_record(offer):
    row = translate(offer, "en", "Language café")
    assert orphans() == []
    offer.delete()
    assert orphans() == [row]


def test_deleting_takes_the_texts_along(offer):
    translate(offer, "en", "Language café")
    delete_texts_of(offer)
    offer.delete()
    assert not Translation.objects.exists()
