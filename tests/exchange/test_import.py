"""The import table of CONTRACT, sentence by sentence."""

import threading
import time

import pytest
from django.db import connection

from teilhabe.audit.models import Entry
from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import KeptText, Offer, OfferHours, OfferNeed, Publication, Question, Trait
from teilhabe.exchange import operations
from teilhabe.exchange.offers import Plan
from teilhabe.exchange.operations import import_offers
from teilhabe.exchange.tables import TableRefused
from teilhabe.jobs.models import Run
from teilhabe.organisations.models import Organisation, Place
from teilhabe.vocabulary.models import Area
from tests.factories import make_need, make_offer, make_organisation


@pytest.fixture
def take(centre):
    return lambda path, **options: import_offers(path, centre=centre, by=None, **options)


def counts(report):
    return report.created, report.changed, report.unchanged, len(report.rejected)


def everything():
    """What an import could have written."""
    return [
        sorted(map(str, model.objects.values_list()))
        for model in (Offer, Organisation, Area, Place, Trait, KeptText, Publication, Run)
    ] + [Entry.objects.exclude(deed="centre.created").count(), list(Centre.objects.values_list("version", flat=True))]


FULL = {
    "category": "Beratung", "needs": "kita-platz", "district": "Opladen", "street": "Weg 1", "postcode": "51379",
    "city": "Leverkusen", "latitude": "51.06", "longitude": "7,0", "phone": "0214 5550111", "email": "a@example.org",
    "website": "https://example.org/", "languages": "de|Arabisch", "target_groups": "Frauen", "cost": "kostenlos",
    "level": "A1–A2", "schedule": "Mo 9-12", "registration": "ohne Termin", "conditions": "Wohnsitz hier",
    "childcare": "ja", "step_free": "x", "women_only": "nein", "online": "", "valid_from": "2026-01-01",
    "valid_until": "31.12.2027", "ask_like": "Wo lerne ich Deutsch?|Kurs am Morgen?", "description": "Lang.",
}  # fmt: skip


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.jsonl"])
def test_a_full_row_becomes_structure(take, table, name):
    make_need()
    report = take(table(FULL, name=name))
    assert counts(report) == (1, 0, 0, 0)
    assert report.kept_as_text == {"conditions": 1}
    offer = Offer.objects.get()
    assert (offer.title, offer.summary, offer.description) == ("Deutschkurs", "Ein Kurs.", "Lang.")
    assert (offer.category, offer.is_free, offer.conditions) == ("counselling", True, "Wohnsitz hier")
    assert (offer.childcare, offer.step_free, offer.women_only, offer.online) == (True, True, False, None)
    assert (str(offer.valid_from), str(offer.valid_until)) == ("2026-01-01", "2027-12-31")
    assert (offer.place.area.name, offer.place.street, offer.place.latitude) == ("Opladen", "Weg 1", 51.06)
    assert (offer.course.level_from, offer.course.level_to) == ("A1", "A2")
    assert offer.codes(Trait.Kind.LANGUAGE) == ["de", "ar"]
    assert [(row.need_id, row.origin) for row in OfferNeed.objects.all()] == [("kita-platz", "said")]
    assert [q.text for q in Question.objects.all()] == ["Wo lerne ich Deutsch?", "Kurs am Morgen?"]
    assert [str(h) for h in OfferHours.objects.all()] == ["0 09:00-12:00"]
    assert list(Offer.objects.published()) == []


def test_a_missing_required_column_refuses_the_file(take, tmp_path):
    (tmp_path / "t.csv").write_text("source_id;titel;organisation\n1;a;b\n")
    with pytest.raises(TableRefused, match="has no column title"):
        take(tmp_path / "t.csv")


def test_unknown_columns_are_named_and_ignored(take, table):
    report = take(table({"farbe": "blau", "audience": "newcomers"}))
    assert report.unknown_columns == ["farbe", "audience"]
    assert counts(report) == (1, 0, 0, 0)
    assert list(Trait.objects.all()) == []


def test_one_bad_row_means_that_nothing_is_written(take, table):
    path = table({}, {"source_id": "a2", "valid_from": "morgen", "district": "Neuland"}, {"source_id": "a1"})
    before = everything()
    report = take(path, publish=True)
    assert everything() == before
    assert not report.is_written
    assert [(r.row, r.source_id) for r in report.rejected] == [(3, "a2"), (4, "a1")]
    assert "impossible date" in report.rejected[0].reason
    assert "source_id of row 2 again" in report.rejected[1].reason


def test_skip_bad_writes_the_rest_and_keeps_the_reasons(take, table):
    report = take(table({}, {"source_id": "a2", "website": "nirgends"}), skip_bad=True)
    assert counts(report) == (1, 0, 0, 1)
    assert [offer.source_id for offer in Offer.objects.all()] == ["a1"]
    (run,) = Run.objects.all()
    assert run.counts == {"created": 1, "changed": 0, "unchanged": 0, "published": 0, "rejected": 1}
    assert [(item.position, item.outcome) for item in run.items.all()] == [(3, "rejected")]


def test_a_dry_run_reports_and_writes_nothing(take, table):
    before = everything()
    report = take(table({}, {"source_id": "a2"}), dry_run=True, publish=True)
    assert counts(report) == (2, 0, 0, 0)
    assert everything() == before
    assert not report.is_written


def test_a_second_time_everything_is_unchanged(take, centre, table):
    path = table(FULL, {"source_id": "a2"})
    take(path, publish=True)
    before = [o.updated_at for o in Offer.objects.all()]
    centre.refresh_from_db()
    version = centre.version
    assert counts(take(path, publish=True)) == (0, 0, 2, 0)
    assert [o.updated_at for o in Offer.objects.all()] == before
    centre.refresh_from_db()
    assert centre.version == version


def test_a_changed_row_says_everything_anew_and_keeps_its_address(take, table):
    make_need()
    take(table(FULL), publish=True)
    before = Offer.objects.get()
    report = take(table({"title": "Anderer Kurs", "languages": "tr"}, {"source_id": "a2"}))
    assert counts(report) == (1, 1, 0, 0)
    offer = Offer.objects.get(source_id="a1")
    assert (offer.pk, offer.slug, offer.title) == (before.pk, before.slug, "Anderer Kurs")
    assert (offer.cost, offer.is_free, offer.place, offer.created_at) == ("", None, None, before.created_at)
    assert offer.codes(Trait.Kind.LANGUAGE) == ["tr"]
    assert list(OfferNeed.objects.all()) == list(OfferHours.objects.all()) == list(Question.objects.all()) == []
    assert list(Offer.objects.published()) == [offer]


def test_offers_that_others_wrote_stay_as_they_are(take, table):
    mine = make_offer("Deutschkurs")
    take(table({}))
    mine.refresh_from_db()
    assert mine.source_id == ""
    assert Offer.objects.count() == 2


def test_publish_takes_what_has_a_text_and_also_what_was_there(take, table):
    path = table({}, {"source_id": "a2", "summary": ""}, {"source_id": "a3", "summary": "", "description": "Lang."})
    take(path)
    assert list(Offer.objects.published()) == []
    report = take(path, publish=True)
    assert (counts(report), report.published) == ((0, 0, 3, 0), 2)
    assert sorted(o.source_id for o in Offer.objects.published()) == ["a1", "a3"]


def test_organisations_are_matched_by_name_and_made_when_new(take, table):
    known = make_organisation("Lernhaus")
    names = ["LERNHAUS e.V.", "Lernhaus gGmbH", "Übungshaus", "ubungshaus e. V."]
    take(table(*({"source_id": f"a{n}", "organisation": name} for n, name in enumerate(names))))
    assert sorted(o.name for o in Organisation.objects.all()) == ["Lernhaus", "Übungshaus"]
    assert known.offers.count() == 2


def test_an_unknown_district_becomes_one_of_the_centre(take, table, other_centre):
    take(table({"district": "Neuland"}, {"source_id": "a2", "district": "NEULAND"}))
    assert [area.name for area in Area.objects.all()] == ["Neuland"]
    assert Place.objects.count() == 1
    with in_centre(other_centre):
        assert list(Area.objects.all()) == []


def test_what_is_not_understood_is_kept_and_counted_by_row(take, table):
    row = {"level": "Anfänger", "languages": "de|Elbisch|Klingonisch", "category": "Diverses"}
    row.update(schedule="nach Bedarf", needs="Mondfahrt", cost="Spende")
    report = take(table(row, {**row, "source_id": "a2"}))
    assert report.kept_as_text == dict.fromkeys(("category", "cost", "languages", "level", "needs", "schedule"), 2)
    kept = KeptText.objects.filter(offer__source_id="a1")
    assert sorted((k.column, k.text) for k in kept) == [
        ("category", "Diverses"), ("languages", "Elbisch"), ("languages", "Klingonisch"), ("level", "Anfänger"),
        ("needs", "Mondfahrt"),
    ]  # fmt: skip
    assert Offer.objects.get(source_id="a1").schedule == "nach Bedarf"


def test_offers_of_one_title_get_addresses_of_their_own(take, table):
    make_offer("Sprachcafé")
    take(table(*({"source_id": f"a{n}", "title": "Deutschkurs" if n < 3 else "学德语"} for n in range(5))))
    slugs = list(Offer.objects.exclude(source_id="").order_by("source_id").values_list("slug", flat=True))
    assert slugs == ["deutschkurs", "deutschkurs-2", "deutschkurs-3", "angebot", "angebot-2"]


def test_the_same_table_goes_into_two_centres(take, table, other_centre):
    path = table(FULL)
    take(path)
    assert counts(import_offers(path, centre=other_centre, by=None)) == (1, 0, 0, 0)
    assert Offer.objects.count() == 1


def test_many_rows_take_few_queries(take, table, django_assert_max_num_queries):
    path = table(*({**FULL, "source_id": f"a{n}", "organisation": f"Haus {n}"} for n in range(300)))
    with django_assert_max_num_queries(160):  # SQLite takes a thousand values a query
        assert counts(take(path, publish=True)) == (300, 0, 0, 0)


@pytest.fixture
def between(monkeypatch):
    """Let something happen after an import has made its plan, before its transaction; tells what plans were made in."""

    def then(deed=lambda: None):
        made_in_transaction = []

        class Watched(Plan):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                made_in_transaction.append(connection.in_atomic_block)
                if len(made_in_transaction) == 1:
                    deed()

        monkeypatch.setattr(operations, "Plan", Watched)
        return made_in_transaction

    return then


@pytest.mark.django_db(transaction=True)
def test_all_that_can_be_is_made_ready_before_the_transaction(take, table, between):
    made_in_transaction = between()
    assert counts(take(table(FULL, {"source_id": "a2"}), publish=True)) == (2, 0, 0, 0)
    assert made_in_transaction == [False]


@pytest.mark.django_db(transaction=True)
def test_who_writes_between_plan_and_transaction_is_seen(take, table, between):
    def another() -> None:
        make_offer("Deutschkurs", source_id="a1")
        Offer.objects.update(slug="deutschkurs")

    made_in_transaction = between(another)
    assert counts(take(table({}, {"source_id": "a2"}))) == (1, 1, 0, 0)
    assert made_in_transaction == [False, True]
    assert sorted(Offer.objects.values_list("source_id", "slug")) == [("a1", "deutschkurs"), ("a2", "deutschkurs-2")]


@pytest.mark.only_on("postgresql")  # SQLite lets one write at a time
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_table_at_once_are_one_after_the_other(take, centre, table):
    path = table(FULL, {"source_id": "a2"})
    told = {}

    def second() -> None:
        try:
            told["report"] = import_offers(path, centre=centre, by=None)
        except Exception as fault:  # a thread's fault would be lost
            told["fault"] = fault
        finally:
            connection.close()

    other = threading.Thread(target=second)

    def when_written(what, done, total):
        """The first has written and not yet ended: the second begins, and must come to a stop."""
        other.start()
        with connection.cursor() as cursor:
            for _ in range(200):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    return
                time.sleep(0.05)

    assert counts(take(path, progress=when_written)) == (2, 0, 0, 0)
    other.join(30)
    assert "fault" not in told
    assert counts(told["report"]) == (0, 0, 2, 0)


@pytest.mark.only_on("sqlite")
def test_other_writers_wait_for_a_large_import(db):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (60_000,)
    assert connection.settings_dict["OPTIONS"]["timeout"] == 60


def test_an_import_is_audited_without_texts(take, table):
    take(table({}))
    assert list(Entry.objects.filter(deed="offers.imported").values_list("centre", "key")) == [("leverkusen", "")]
