"""Guide pages in the search: one hit for all languages, the passage that answers, gone when withdrawn."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teilhabe.centres.operations import touch
from teilhabe.editorial.models import PageSource
from teilhabe.editorial.operations import list_offers_for, publish_page, withdraw_page, write_text
from teilhabe.matching import documents, lexical
from teilhabe.matching.index import LANGUAGE_CODES, open_index, path_of
from teilhabe.matching.needs import place_of
from teilhabe.matching.operations import refresh_index
from teilhabe.matching.queries import Filters, Reason, hits_for, needs_with_counts
from teilhabe.matching.ranking import in_own_words
from teilhabe.matching.texts import Document, Version, pieces
from teilhabe.translation.models import Translation
from tests.factories import make_need, make_offer, make_page

GERMAN = (
    "<p>Für Eltern kleiner Kinder.</p><h2>Anmelden</h2><p>Die Vormerkung geht im Portal, am besten ein Jahr vorher.</p>"
    "<h2>Kosten</h2><p>Der Beitrag hängt vom Einkommen ab. Mit Wohngeld zahlen Sie nichts.</p>"
)
ENGLISH = (
    "<p>For parents of small children.</p><h2>Register</h2><p>You put your child on the list online.</p>"
    "<h2>Costs</h2><p>The fee depends on your income.</p>"
)


@pytest.fixture
def kita(centre):
    page = make_page("Kita-Platz", GERMAN, parent=make_page("Familie"))
    write_text(page, "en", "Day care", ENGLISH, by=None, origin=Translation.Origin.MACHINE)
    page.source_id = "11"
    page.save()
    for language, source_id in (("de", "11"), ("en", "12")):
        PageSource.objects.create(
            page=page, language=language, source_id=source_id, path=f"x/{language}/kita", digest="x"
        )
    make_page("Schwimmbad", "<p>Die Bäder der Stadt und ihre Zeiten.</p>")
    refresh_index(centre)
    return page


def found(need, language="de", **options):
    return hits_for(need, language=language, **options).hits


def test_a_page_answers_a_question_with_the_passage_and_its_place(kita):
    hit = found("Was ist der Beitrag mit Wohngeld?")[0]
    assert (hit.kind, hit.id, hit.title, hit.organisation) == ("page", str(kita.pk), "Kita-Platz", None)
    assert hit.slug == "familie/kita-platz"
    assert (hit.quote.heading, hit.quote.anchor) == ("Kosten", "kosten")
    assert hit.quote.text == "Der Beitrag hängt vom Einkommen ab. Mit Wohngeld zahlen Sie nichts."


def test_the_languages_of_a_page_are_one_hit_told_in_the_readers(kita):
    for need, language, title, path, heading in (
        ("Vormerkung im Portal", "de", "Kita-Platz", "familie/kita-platz", "Anmelden"),
        ("put my child on the list", "en", "Day care", "familie/day-care", "Register"),
        ("put my child on the list", "ar", "Day care", "familie/day-care", "Register"),
        ("put my child on the list", "ti", "Day care", "familie/day-care", "Register"),
    ):
        hits = [hit for hit in found(need, language) if hit.id == str(kita.pk)]
        assert [(hit.title, hit.slug, hit.quote.heading) for hit in hits] == [(title, path, heading)], language
        assert hits[0].source_id == "11"
        assert sorted(hits[0].source_ids) == ["11", "12"]


def test_kinds_are_filtered_and_pages_come_beside_offers(kita, centre):
    offer = make_offer("Beratung zum Kita-Platz")
    touch(centre)
    refresh_index(centre)
    kinds = {kind: [hit.id for hit in found("Kita-Platz", filters=Filters(kind=kind))] for kind in ("offer", "page")}
    assert kinds == {"offer": [str(offer.pk)], "page": [str(kita.pk)]}
    assert {hit.id for hit in found("Kita-Platz")} == {str(offer.pk), str(kita.pk)}
    answer = hits_for("Kita-Platz", language="de", filters=Filters(kind="offer", free=True), guide=3)
    assert (answer.hits, [hit.id for hit in answer.guide], answer.outcome) == ([], [str(kita.pk)], "none")
    assert hits_for("Kita-Platz", language="de", filters=Filters(kind="offer")).guide == []


def test_a_withdrawn_page_vanishes_at_once_and_leaves_the_index(kita, centre):
    before = len(open_index(centre.slug))
    withdraw_page(kita.parent, by=None)
    assert found("Kita-Platz") == []  # the index still has it
    refresh_index(centre)
    assert len(open_index(centre.slug)) == before - 2  # with the one above it
    publish_page(kita.parent, by=None)
    refresh_index(centre)
    assert found("Kita-Platz")[0].id == str(kita.pk)


def test_a_new_text_in_any_language_is_found(kita, centre):
    def by_words():
        return [hit.id for hit in found("dummies welcome", "en") if Reason("words") in hit.reasons]

    assert by_words() == []
    write_text(kita, "en", "Day care", "<p>Dummies are welcome.</p>", by=None)
    refresh_index(centre)
    assert by_words() == [str(kita.pk)]


def test_hits_cost_the_same_for_one_and_for_thirty(kita, centre):
    make_offer("Portal der Stadt")

    def cost():
        touch(centre)
        refresh_index(centre)
        with CaptureQueriesContext(connection) as seen:
            answer = hits_for("Portal", language="en", limit=50)
        return len(answer.hits), len(seen)

    few, queries = cost()
    for number in range(15):
        page = make_page(f"Portal {number}", "<p>Ein Portal.</p>")
        write_text(page, "en", f"Portal no {number}", "<p>A portal.</p>", by=None)
        make_offer(f"Portal Nummer {number}")
    many, as_many = cost()
    assert (few, many) == (2, 32)
    assert queries == as_many <= 7


def test_needs_of_a_page_are_said_by_people_or_read_from_its_text(kita, centre):
    make_need("schulden", labels={"de": "Schulden"})
    list_offers_for(kita, [make_need("kita-platz")], by=None)
    debts = make_page("Schulden", "<p>Was Sie bei Schulden, Mahnung und Pfändung tun.</p>")
    index = refresh_index(centre)
    rows = [index.row_of(str(page.pk)) for page in (kita, debts)]
    told = index.arrays["needs"][rows][:, [place_of()["kita-platz"], place_of()["schulden"]]]
    assert told[0].tolist() == [1, 0]
    assert told[1, 1] > 0.5
    counts = {need.pk: count for _, needs in needs_with_counts("de") for need, count in needs}
    assert counts == {"kita-platz": 0, "schulden": 0}  # offers only


@pytest.mark.model
def test_passages_keep_their_language_and_the_nearest_one_is_quoted(kita, centre):
    index = refresh_index(centre)
    part = index.passages_of(index.row_of(str(kita.pk)))
    spoken = [LANGUAGE_CODES[n] for n in index.arrays["passage_language"][part]]
    assert spoken == ["de"] * 3 + ["en"] * 3
    assert index.arrays["passage_number"][part].tolist() == list(range(6))
    assert in_own_words(index, "de")[index.row_of(str(kita.pk))]
    hit = found("How expensive is it?", "en", filters=Filters(kind="page"))[0]
    assert (hit.id, hit.quote.heading) == (str(kita.pk), "Costs")
    asked_in_french = found("Combien coûte la crèche ?", "fr")[0]
    assert (asked_in_french.quote.heading, asked_in_french.quote.language) == ("Costs", "en")


@pytest.mark.model
def test_an_index_carried_on_over_a_page_is_the_same_as_one_made_anew(kita, centre):
    make_offer("Beratung")
    write_text(kita, "de", "Kita", "<h2>Neu</h2><p>Ein anderer Text.</p>", by=None)
    carried = refresh_index(centre)
    path_of(centre.slug).unlink()
    anew = refresh_index(centre)
    assert set(carried.arrays) == set(anew.arrays)
    for name, column in anew.arrays.items():
        if column.dtype.kind == "f":
            assert np.allclose(carried.arrays[name], column, equal_nan=True), name
        else:
            assert np.array_equal(carried.arrays[name], column), name


def test_the_pieces_of_a_page_are_those_of_its_languages_and_a_bare_page_has_its_title():
    german = Version("de", "Kita", (("", "Vorab.", ""), ("Kosten", "Ein Satz. " * 80, "kosten")))
    told = pieces(Document(key="1", kind="page", title="Kita", versions=[german, Version("en", "Day care", ())]))
    assert [(p.language, p.anchor) for p in told] == [("de", ""), ("de", "kosten"), ("de", "kosten"), ("en", "")]
    assert told[0].text == "Kita. Vorab."
    assert told[1].text.startswith("Kita: Kosten. Ein Satz.")
    assert told[1].quote.startswith("Ein Satz.")
    assert (told[3].text, told[3].quote) == ("Day care", "")


def test_long_pages_do_not_change_what_an_offers_words_weigh():
    offer = Document(key="1", kind="offer", title="Sprachcafé", summary="Sprechen üben.")
    other = Document(key="2", kind="offer", title="Sport", summary="Laufen.")
    page = Document(key="3", kind="page", title="x", versions=[Version("de", "Recht", (("", "Gesetz " * 500, ""),))])
    alone = lexical.invert([lexical.forward(d) for d in (offer, other)])
    beside = lexical.invert([lexical.forward(d) for d in (offer, other, page)], np.array([0, 0, 1], np.uint8))
    as_one_kind = lexical.invert([lexical.forward(d) for d in (offer, other, page)])
    told = [a["posting_weight"][a["posting_document"] == 0].tolist() for a in (alone, beside, as_one_kind)]
    assert told[0] == told[1] != told[2]


def test_a_page_in_more_languages_is_no_longer_than_in_one():
    german = Version("de", "Kita", (("", "Ein Platz im Kindergarten.", ""),))
    english = Version("en", "Day care", (("", "A place to play here.", ""),))
    one, both = (
        lexical.forward(Document(key="1", kind="page", title="", versions=v)) for v in ([german], [german, english])
    )
    assert len(both.terms) > len(one.terms)
    assert both.length == pytest.approx(one.length, rel=0.3)
    twice = lexical.forward(Document(key="1", kind="page", title="", versions=[german, german]))
    assert (twice.frequencies.tolist(), twice.length) == (one.frequencies.tolist(), one.length)


def test_stamps_tell_of_offers_and_public_pages(kita, centre):
    offer = make_offer("Beratung")
    make_page("Entwurf", published=False)
    stamps = documents.stamps()
    assert {str(offer.pk), str(kita.pk)} < set(stamps)
    assert len(stamps) == 4
    write_text(kita, "en", "Day care", "<p>Else.</p>", by=None)
    changed = documents.stamps()
    assert [key for key in stamps if stamps[key] != changed[key]] == [str(kita.pk)]
