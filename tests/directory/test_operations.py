"""Publishing, withdrawing, confirming: atomic, repeatable, audited."""

from datetime import date

import pytest

from teilhabe.audit.models import Entry
from teilhabe.directory.models import Confirmation, Offer
from teilhabe.directory.operations import OfferIncomplete, confirm_offer, publish_offer, withdraw_offer
from tests.factories import make_offer, make_user


def deeds():
    return sorted(Entry.objects.filter(kind="directory.offer").values_list("deed", flat=True))


def version(centre):
    centre.refresh_from_db()
    return centre.version


def test_publishing_twice_publishes_once(centre):
    offer, user = make_offer(published=False), make_user()
    before = version(centre)
    first = publish_offer(offer, by=user)
    assert publish_offer(offer, by=None) == first
    assert first.published_by == user
    assert deeds() == ["offer.published"]
    assert version(centre) == before + 1


def test_an_offer_without_a_text_is_not_published(centre):
    offer = make_offer(published=False, summary="")
    with pytest.raises(OfferIncomplete) as refusal:
        publish_offer(offer, by=None)
    assert refusal.value.gaps == ["summary"]
    assert list(Offer.objects.published()) == []
    assert deeds() == []


def test_withdrawing_takes_it_from_the_public(centre):
    kept, offer = make_offer(), make_offer()
    withdraw_offer(offer, by=None)
    withdraw_offer(offer, by=None)
    assert list(Offer.objects.published()) == [kept]
    assert deeds() == ["offer.withdrawn"]


def test_the_same_word_of_the_same_day_is_kept_once(centre):
    offer, user = make_offer(), make_user()
    for _ in range(2):
        confirm_offer(offer, by=user, on=date(2026, 11, 2), on_behalf_of="Anbieter")
    confirm_offer(offer, by=user, on=date(2026, 11, 3), on_behalf_of="Anbieter")
    assert [c.confirmed_on.day for c in Confirmation.objects.all()] == [3, 2]
    assert deeds() == ["offer.confirmed", "offer.confirmed"]
