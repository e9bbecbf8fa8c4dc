"""The audit log is written once, in names."""

from __future__ import annotations

import pytest
from django.db import transaction

from teilhabe.audit.models import Entry, EntryIsFinal
from teilhabe.audit.operations import record
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    return record("offer.published", make_user(), by=None, centre="leverkusen", fields=["title", "cost"])


def test_an_entry_tells_who_did_what_to_which_record():
    person, head = make_user(), make_user()
    entry = record("role.granted", person, by=head, centre="leverkusen", fields=["role", "centre"])
    assert (entry.deed, entry.centre, entry.kind) == ("role.granted", "leverkusen", "accounts.user")
    assert (entry.key, entry.by, entry.fields) == (str(person.pk), str(head.pk), ["centre", "role"])


@pytest.mark.usefixtures("centre")
def test_an_entry_outlives_what_it_tells_of():
    person = make_user()
    entry = record("role.granted", person, by=person)
    key = str(person.pk)
    person.delete()
    entry.refresh_from_db()
    assert (entry.key, entry.by) == (key, key)


def test_nobody_changes_or_deletes_an_entry(entry: Entry):
    entry.deed = "offer.withdrawn"
    for deed in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(deed="offer.withdrawn"),
        lambda: Entry.objects.bulk_update([entry], ["deed"]),
    ):
        with pytest.raises(EntryIsFinal), transaction.atomic():
            deed()
    assert list(Entry.objects.values_list("deed", flat=True)) == ["offer.published"]


@pytest.mark.parametrize("text", ["Frau Aydın rief an", "a@example.org", "Title", "", "0214 406"])
def test_an_entry_holds_names_and_no_texts(text: str):
    with pytest.raises(ValueError, match="names, not texts"):
        record("offer.changed", by=None, fields=["title", text])
    with pytest.raises(ValueError, match="names, not texts"):
        record(text, by=None)
    assert list(Entry.objects.all()) == []


def test_a_line_break_is_no_part_of_a_name(db):
    with pytest.raises(ValueError, match="names, not texts"):
        record("offer.published\n", by=None)
