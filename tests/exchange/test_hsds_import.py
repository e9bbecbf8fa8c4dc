"""Services of HSDS become offers, all of them or none; what an offer cannot say is kept beside it."""

from __future__ import annotations

import copy
import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from teilhabe.audit.models import Entry
from teilhabe.directory.models import Confirmation, KeptText, Offer, OfferHours, Publication
from teilhabe.exchange.hsds.beside import Beside
from teilhabe.exchange.hsds.importing import import_hsds
from teilhabe.exchange.models import HsdsRest
from teilhabe.exchange.tables import TableRefused
from teilhabe.jobs.models import Run
from teilhabe.organisations.models import Organisation, OrganisationAlias, Person, Place
from tests.exchange.services import full_service, key, service
from tests.factories import make_area, make_need, make_offer, make_organisation
from tests.standards.hsds import faults


@pytest.fixture
def take(centre: Any, tmp_path: Path) -> Any:
    """Import services (or any value) from a JSON file."""

    def take(*services: Any, **options: Any) -> Any:
        path = tmp_path / "dienste.json"
        path.write_text(json.dumps(services))
        return import_hsds(str(path), centre=centre, by=None, **options)

    return take


def test_a_service_becomes_an_offer_with_all_its_facts(take: Any):
    make_area("Opladen")
    report = take(full_service(), publish=True)
    assert (report.created, report.published, report.rejected) == (1, 1, [])
    offer = Offer.objects.with_details().get()
    assert (offer.source_id, offer.title, offer.description) == (key(1), "Beratung 1", "Wir beraten.")
    assert (offer.website, offer.email) == ("https://example.org/beratung", "beratung@example.org")
    assert (offer.phone, offer.cost, offer.is_free) == ("0214 55 10", "Ermäßigt 3 Euro", False)
    assert (offer.conditions, offer.registration) == ("Für Zugewanderte", "Bitte anrufen.")
    assert (offer.interpreters, offer.bring) == ("Dolmetschen nach Absprache", "Ausweis")
    assert (offer.category, offer.step_free, offer.online) == ("language_course", True, None)
    assert (offer.codes("language"), offer.codes("way_in")) == (["ar"], ["phone"])
    assert offer.confirmed_on == date(2026, 9, 30)
    place = offer.place
    assert (place.name, place.street, place.directions) == ("Haus am Markt", "Lindenweg 1, Hinterhaus", "Bus 1")
    assert (place.area.name, place.latitude) == ("Opladen", 51.0333)
    hours = [(h.weekday, h.opens, h.closes, h.nth, h.valid_until) for h in offer.hours.all()]
    assert hours == [
        (0, time(9), time(12, 30), None, None),
        (2, time(9), time(12, 30), None, None),
        (4, time(14), time(16), -1, date(2026, 12, 31)),
    ]
    assert [str(person) for person in offer.people.all()] == ["A. Muster (Demo)"]
    body = offer.organisation
    assert (body.name, body.summary, body.email) == ("Lernhaus e. V.", "Ein Haus.", "haus@example.org")
    assert [alias.name for alias in body.aliases.all()] == ["Lernhaus"]


def test_what_has_no_field_stays_as_text_and_is_counted(take: Any):
    report = take(full_service())
    kept = {row.column: row.text for row in KeptText.objects.all()}
    assert kept["alert"] == "Im Juli geschlossen."
    assert kept["minimum_age"] == "16"
    assert kept["phones"] == "0214 55 11"
    assert kept["languages"] == "Klingonisch"
    assert kept["locations"] == "https://example.org/raum"
    assert kept["accessibility"] == "stufenlos, Aufzug links"
    assert set(kept) <= set(report.kept_as_text)
    assert HsdsRest.objects.get().record["wait_time"] == "zwei Wochen"


def test_the_second_run_changes_nothing(take: Any):
    make_need("schulden", labels={"de": "Schulden"})
    services = [full_service(), service(2, status="inactive"), service(3, last_modified="2026-01-01T00:00:00Z")]
    take(*services, publish=True)
    before = list(Offer.objects.values("pk", "slug", "updated_at"))
    counts = [model.objects.count() for model in (OfferHours, Person, Place, Confirmation, OrganisationAlias, HsdsRest)]
    services[2]["last_modified"] = "2026-02-01T00:00:00Z"  # alone it says nothing
    report = take(*services, publish=True)
    assert (report.created, report.changed, report.unchanged, report.published) == (0, 0, 3, 0)
    assert list(Offer.objects.values("pk", "slug", "updated_at")) == before
    assert counts == [
        model.objects.count() for model in (OfferHours, Person, Place, Confirmation, OrganisationAlias, HsdsRest)
    ]
    assert Run.objects.filter(kind="import.hsds").count() == 2


def test_a_changed_service_changes_its_offer_and_keeps_its_key(take: Any):
    take(full_service(), publish=True)
    old = Offer.objects.get()
    moved = full_service() | {"name": "Neue Beratung", "schedules": [], "contacts": [], "alert": ""}
    report = take(moved)
    assert (report.changed, report.withdrawn) == (1, 0)
    offer = Offer.objects.get()
    assert (offer.pk, offer.slug, offer.title) == (old.pk, old.slug, "Neue Beratung")
    assert list(offer.hours.all()) == list(offer.people.all()) == []
    assert "alert" not in HsdsRest.objects.get().record
    assert Publication.objects.count() == 1
    assert Confirmation.objects.count() == 1


def test_what_is_no_longer_there_is_not_public(take: Any):
    take(service(1), service(2), publish=True)
    report = take(service(1, status="defunct"), service(2), publish=True)
    assert (report.changed, report.withdrawn, report.published) == (1, 1, 0)
    assert list(Offer.objects.published().values_list("source_id", flat=True)) == [key(2)]
    assert Entry.objects.filter(deed="offers.withdrawn").count() == 1


def test_terms_of_any_taxonomy_become_needs_and_category_where_they_match(take: Any):
    make_need("schulden", labels={"de": "Schulden", "en": "Debts"})
    terms = [{"id": key(n), "taxonomy_term": {"id": key(n), "name": name, "description": ""}}
             for n, name in enumerate(("Debts", "Beratung", "Sternkunde"), 50)]  # fmt: skip
    report = take(service(attributes=terms))
    offer = Offer.objects.with_details().get()
    assert [row.need_id for row in offer.offer_needs.all()] == ["schulden"]
    assert offer.category == "counselling"
    assert report.kept_as_text == {"attributes": 1}


def test_what_a_person_wrote_of_an_organisation_stays(take: Any):
    own = make_organisation("Lernhaus", summary="Unser Text.")
    own.folded = "lernhaus"
    own.save()
    take(full_service())
    body = Organisation.objects.get(folded="lernhaus")
    assert (body.pk, body.summary, body.email) == (own.pk, "Unser Text.", "haus@example.org")


def test_hours_of_which_one_is_not_understood_stay_words(take: Any):
    weekly = {"freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "12:00", "description": "Montags"}
    report = take(service(schedules=[weekly, weekly | {"interval": 2, "description": "Alle zwei Wochen"}]))
    offer = Offer.objects.get()
    assert (offer.schedule, list(offer.hours.all())) == ("Montags; Alle zwei Wochen", [])
    assert report.kept_as_text == {"schedule": 1}


BAD: dict[str, tuple[Any, str]] = {
    "no object": ([1], "is no JSON object"),
    "no id": (service(id=None), "has no id"),
    "no name": (service(name=" "), "has no name"),
    "no organisation": (service(organization=None), "has no organization"),
    "same id, other words": (service(1, name="Anders"), "has the id of service 1 again, and says something else"),
    "too long": (service(2, attributes=[{"value": "x" * 19_000}] * 20), "characters; at most 200,000 are read"),
}


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD)
def test_a_bad_service_is_named_and_nothing_is_written(take: Any, bad: Any, reason: str):
    report = take(service(1), bad, service(3))
    assert [(r.row, reason in r.reason) for r in report.rejected] == [(2, True)]
    assert (report.is_written, Offer.objects.count(), Organisation.objects.count()) == (False, 0, 0)
    assert take(service(1), bad, service(3), skip_bad=True).created == 2


def test_the_same_service_twice_is_one(take: Any):
    report = take(service(1), service(1))
    assert (report.created, report.rejected) == (1, [])


def test_an_offer_of_our_own_does_not_come_back_as_anothers(take: Any):
    own = make_offer("Unser Angebot")
    assert take(service(1, id=str(own.pk))).rejected[0].reason.startswith("is an offer of this centre itself")


def test_a_dry_run_only_reports(take: Any):
    report = take(service(1), dry_run=True)
    assert (report.created, report.is_written, Offer.objects.count()) == (1, False, 0)


def test_when_writing_breaks_off_nothing_is_there(take: Any, monkeypatch: pytest.MonkeyPatch):
    """The rows beside the offers are written last; they fail here."""
    monkeypatch.setattr(Beside, "_confirm", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(full_service(), publish=True)
    assert [m.objects.count() for m in (Offer, Organisation, Place, Person, HsdsRest, Run, Entry)] == [0] * 5 + [0, 1]


HOSTILE: dict[str, dict[str, Any]] = {
    "wrong kinds": {"alert": {"a": 1}, "phones": "0214", "schedules": {"freq": 7}, "languages": [None, 3, "ar"],
                    "minimum_age": "viele", "url": "javascript:alert(1)", "email": "nein", "status": "weiß nicht",
                    "service_at_locations": [{"location": []}], "attributes": [[]], "program": [], "capacities": [{}]},
    "numbers": {"minimum_age": 10**400, "maximum_age": float("inf"), "phones": [{"number": 214}]},
    "impossible place": {"service_at_locations": [{"location": {"latitude": 100, "longitude": 7}}]},
    "impossible times": {"schedules": [{"freq": "WEEKLY", "byday": "XX", "opens_at": "25:99", "closes_at": "1"},
                                       {"valid_from": "2026-02-31"}], "assured_date": "31.31.2026"},
    "letters": {"name": "Be\u0000ra\u202etung\ud800", "description": "<script>alert(1)</script>\u0007"},
    "our own words": {"attributes": [{"link_type": "teilhabe", "label": label, "value": value} for label, value in (
        ("source_id", "x"), ("title", "y"), ("seats_total", "3"), ("seats_free", "9"), ("need", "nirgends"),
        ("way_in", "fliegen"), ("childcare", "perhaps"), ("is_free", "maybe"))]},
    "many": {"phones": [{"number": str(n)} for n in range(3000)]},
    "long": {"name": "N" * 5000, "url": "https://example.org/" + "u" * 5000, "fees_description": "F" * 5000,
             "organization": {"name": "O" * 5000}, "contacts": [{"name": "K" * 5000}],
             "interpretation_services": "I" * 5000, "alternate_name": "A" * 30_000},
}  # fmt: skip


@pytest.mark.parametrize("fields", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_are_taken_in_as_far_as_they_say_something(take: Any, client: Any, fields: dict[str, Any]):
    given = service(1) | copy.deepcopy(fields)
    report = take(given, publish=True)
    assert (report.created, report.rejected) == (1, [])
    offer = Offer.objects.get()
    assert offer.source_id == key(1)
    assert "\x00" not in offer.title
    assert faults("service", client.get(f"/api/hsds/services/{offer.pk}").json()) == []
    assert take(given, publish=True).unchanged == 1


@pytest.fixture
def run(centre: Any, capsys: Any) -> Any:
    def run(*arguments: Any) -> tuple[int, str, str]:
        code = 0
        try:
            call_command("import_hsds", *map(str, arguments), "--centre", "leverkusen", "--later")
        except CommandError as refusal:
            code = refusal.returncode
        return code, *capsys.readouterr()

    return run


def test_the_command_says_what_it_did(run: Any, tmp_path: Path):
    path = tmp_path / "eins.json"
    path.write_text(json.dumps(full_service()))
    code, out, err = run(path, "--publish", "--json")
    told = json.loads(out)
    assert (code, told["created"], told["published"], told["written"]) == (0, 1, 1, True)
    assert "written: 1 of 1" in err
    path.write_text(json.dumps([service(5), service(6, name="")]))
    code, out, _ = run(path)
    assert code == 1
    assert f"service 2 ({key(6)}) has no name" in out
    assert Offer.objects.count() == 1
    assert run(path, "--skip-bad")[0] == 0
    assert run(tmp_path / "nichts.json")[0] == 2


def test_what_is_no_package_is_refused_with_a_sentence(run: Any, tmp_path: Path):
    path = tmp_path / "text.json"
    path.write_text("guten Tag")
    code, out, _ = run(path, "--json")
    assert code == 1
    assert "line 1" in json.loads(out)["refused"]


def test_a_file_that_breaks_off_is_refused_as_a_whole(take: Any, centre: Any, tmp_path: Path):
    path = tmp_path / "halb.json"
    path.write_text(json.dumps([service(n) for n in range(1, 50)])[:-40])
    with pytest.raises(TableRefused, match="line 1"):
        import_hsds(str(path), centre=centre, by=None, skip_bad=True)
    assert Offer.objects.count() == 0
