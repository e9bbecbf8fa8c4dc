"""The index follows the database: found when published, gone when withdrawn, taken over when unchanged."""

import numpy as np
import pytest

from teilhabe.centres.operations import touch
from teilhabe.directory.models import OfferNeed
from teilhabe.directory.operations import publish_offer, withdraw_offer
from teilhabe.matching import documents, index, vectors
from teilhabe.matching.index import open_index, path_of
from teilhabe.matching.models import ToldNeed
from teilhabe.matching.operations import is_current, is_whole, rebuild_index, refresh_index, tell_centre
from teilhabe.matching.queries import Filters, NotReady, hits_for, suggestions
from teilhabe.matching.tasks import Keeper
from teilhabe.matching.vectors import AT_ONCE
from tests.factories import make_need, make_offer, make_organisation


def titles(query, **filters):
    return [hit.title for hit in hits_for(query, language="de", **filters).hits]


def test_without_an_index_it_says_so(centre):
    with pytest.raises(NotReady):
        hits_for("Kita", language="de")


def test_a_published_offer_is_found_and_a_withdrawn_one_is_not(centre):
    offer = make_offer("Schuldnerberatung", published=False)
    make_offer("Schwimmkurs")
    refresh_index(centre)
    assert "Schuldnerberatung" not in titles("Schuldnerberatung")
    publish_offer(offer, by=None)
    assert not is_current(type(centre).objects.get(pk=centre.pk))
    refresh_index(centre)
    assert titles("Schuldnerberatung")[0] == "Schuldnerberatung"
    withdraw_offer(offer, by=None)
    refresh_index(centre)
    assert "Schuldnerberatung" not in titles("Schuldnerberatung")


def test_unchanged_documents_are_taken_over(centre, monkeypatch):
    for n in range(3):
        make_offer(f"Angebot Nummer {n}")
    refresh_index(centre)
    before = open_index(centre.slug)
    loaded = []
    load = documents.load
    monkeypatch.setattr(documents, "load", lambda keys: loaded.extend(keys) or load(keys))
    late = make_offer("Ein spätes Angebot")
    touch(centre)
    refresh_index(centre)
    after = open_index(centre.slug)
    assert loaded == [str(late.pk)]
    assert (len(before), len(after)) == (3, 4)
    for row in range(3):
        entry = before.entry(row)
        there = after.row_of(entry.key)
        assert after.entry(there) == entry
        assert after.arrays["needs"][there].tolist() == before.arrays["needs"][row].tolist()


def test_an_index_that_was_carried_on_is_the_same_as_one_made_anew(centre):
    make_need("schulden", labels={"de": "Schulden"})
    offers = [make_offer(f"Angebot {word}", summary=f"Für {word}.") for word in ("Ahorn", "Birke", "Chaussee")]
    offers[1].language = "en"
    offers[1].save()
    refresh_index(centre)
    withdraw_offer(offers[0], by=None)
    offers[2].title = "Angebot Düne"
    offers[2].save()
    late = make_offer("Schuldnerberatung", summary="Mahnung und Pfändung", category="counselling")
    touch(centre)
    carried = refresh_index(centre)
    path_of(centre.slug).unlink()
    anew = refresh_index(centre)
    assert set(carried.arrays) == set(anew.arrays)
    for name, column in anew.arrays.items():
        same = np.allclose if column.dtype.kind == "f" else np.array_equal
        options = {"equal_nan": True} if same is np.allclose else {}
        assert carried.arrays[name].dtype == column.dtype, name
        assert same(carried.arrays[name], column, **options), name
    assert carried.about == anew.about
    assert b"birke" in anew.arrays["terms"]
    assert b"ahorn" not in anew.arrays["terms"]
    assert anew.row_of(str(late.pk)) is not None


def test_a_change_of_the_offer_or_of_its_organisation_changes_the_stamp(centre):
    offer = make_offer("Schwimmkurs")
    seen = [documents.stamps()]
    for record in (offer, offer.organisation):
        record.save()
        seen.append(documents.stamps())
    assert documents.stamps() == seen[-1]
    assert [list(stamps) for stamps in seen] == [[str(offer.pk)]] * 3
    assert len({stamps[str(offer.pk)] for stamps in seen}) == 3


def test_needs_are_suggested_for_offers_without_any(centre):
    make_need("schulden", labels={"de": "Schulden"})
    offer = make_offer("Schuldnerberatung", summary="Hilfe bei Schulden, Mahnungen und Pfändung.")
    refresh_index(centre)
    found = OfferNeed.objects.get(offer=offer)
    assert (found.need_id, found.origin) == ("schulden", OfferNeed.Origin.SUGGESTED)


def test_a_told_need_is_forgotten_after_90_days(centre, time_machine):
    time_machine.move_to("2026-08-01 12:00 +0200")
    tell_centre("etwas\x00 Seltenes", "de")
    assert ToldNeed.objects.get().text == "etwas Seltenes"
    time_machine.move_to("2026-10-29 12:00 +0200")
    assert not ToldNeed.objects.all().expired().exists()
    time_machine.move_to("2026-10-31 12:00 +0200")
    assert ToldNeed.objects.all().expired().exists()


def test_a_centre_without_offers_has_an_index_that_answers(centre):
    assert len(refresh_index(centre)) == 0
    answer = hits_for("Kita", language="de", filters=Filters(open_now=True, level="B1", spoken="ar"))
    assert (answer.outcome, answer.hits) == ("none", [])
    offer = make_offer("Kita-Beratung")
    touch(centre)
    refresh_index(centre)
    withdraw_offer(offer, by=None)
    assert len(refresh_index(centre)) == 0


def test_a_withdrawn_offer_is_not_shown_even_before_the_index_follows(centre):
    offer = make_offer("Schuldnerberatung")
    refresh_index(centre)
    withdraw_offer(offer, by=None)
    assert titles("Schuldnerberatung") == []


def test_an_index_of_another_house_is_not_current(centre):
    refresh_index(centre)
    assert is_current(centre)
    centre.created_at = centre.created_at.replace(year=2020)
    assert not is_current(centre)


def test_an_index_of_another_recipe_is_not_read(centre, monkeypatch):
    refresh_index(centre)
    monkeypatch.setattr("teilhabe.matching.index.RECIPE", "another")
    assert open_index(centre.slug) is None
    with pytest.raises(NotReady):
        hits_for("Kita", language="de")
    refresh_index(centre)
    assert open_index(centre.slug) is not None


@pytest.mark.model
def test_the_keeper_shows_at_once_and_computes_in_pieces(centre, other_centre):
    for n in range(5):
        make_offer(f"Angebot {n}", description="Ein langer Text über das Angebot.")
    keeper = Keeper()
    keeper.look()
    assert is_current(centre)
    assert is_current(other_centre)
    for _ in range(10):
        keeper.look()
    assert is_whole(centre)


@pytest.mark.model
def test_a_new_offer_is_shown_with_its_vectors_in_one_write(centre, monkeypatch):
    make_offer("Schwimmkurs")
    refresh_index(centre)
    make_offer("Schuldnerberatung", description="Wir helfen bei Mahnungen und Pfändung.")
    touch(centre)
    written = []
    write = index.write_arrays
    monkeypatch.setattr(index, "write_arrays", lambda *given: written.append(given[0]) or write(*given))
    Keeper().look()
    assert is_whole(centre)
    assert written == [path_of(centre.slug)]


@pytest.mark.model
def test_many_new_texts_are_shown_before_their_vectors(centre):
    for n in range(AT_ONCE + 1):
        make_offer(f"Nachmittag {n} im Garten")
    assert rebuild_index(centre).about["missing"] == AT_ONCE + 1


def test_an_endpoint_is_not_waited_for_while_the_index_is_written(centre, settings, monkeypatch):
    settings.TEILHABE_ENCODER = "endpoint"
    asked = []
    monkeypatch.setattr(vectors, "compute_rows", asked.append)
    make_offer("Schuldnerberatung")
    assert rebuild_index(centre).about["missing"] == 1
    assert asked == []


def test_the_keeper_goes_on_when_one_centre_fails(centre, other_centre, monkeypatch):
    keep = Keeper.keep

    def keep_or_fail(self, found):
        if found == centre:
            raise ValueError("broken")
        keep(self, found)

    monkeypatch.setattr(Keeper, "keep", keep_or_fail)
    Keeper().look()
    assert is_current(other_centre)


def test_an_unreachable_encoder_leaves_an_index_of_words(centre, settings):
    from teilhabe.core.encoder import encoder

    settings.TEILHABE_ENCODER, settings.TEILHABE_ENCODER_URL = "endpoint", "http://127.0.0.1:9"
    encoder.cache_clear()
    make_offer("Schuldnerberatung")
    refresh_index(centre)
    assert titles("Schuldnerberatung") == ["Schuldnerberatung"]


def test_suggestions_show_nothing_unpublished(centre):
    make_organisation("Geheimer Verein")
    make_offer("Offenes Angebot", organisation=make_organisation("Offener Verein"))
    make_offer("Offener Entwurf", published=False)
    assert [s.text for s in suggestions("geheim", "de")] == []
    assert [s.text for s in suggestions("offene", "de")] == ["Offener Verein", "Offenes Angebot"]


def test_a_long_text_is_cut_and_says_so(centre):
    make_offer("Schuldnerberatung")
    refresh_index(centre)
    assert not hits_for("x" * 300, language="de").truncated
    assert hits_for("x" * 300 + " y", language="de").truncated
