"""What the cells of a row mean."""

from datetime import date

import pytest

from teilhabe.core.text import fold
from teilhabe.directory.models import Offer, Trait
from teilhabe.exchange.columns import RowFault, understand
from teilhabe.vocabulary.models import Need

GOOD = {"source_id": "a", "title": "Kurs", "organisation": "Lernhaus"}
KITA = Need(id="kita-platz", labels={"de": "Kita-Platz finden", "en": "Day-care place"})
NEEDS = {fold(name): KITA for name in ("kita-platz", "Kita-Platz finden", "Day-care place")}


def draft(**cells):
    return understand(2, {**GOOD, **cells}, NEEDS)


def codes(found, kind):
    return [code for k, code in found.traits if k == kind]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"title": ""}, "has no title"),
        ({"organisation": " \t"}, "has no organisation"),
        ({"source_id": ""}, "has no source_id"),
        ({"source_id": "x" * 121}, "source_id of 121"),
        ({"valid_from": "2027-02-30"}, "impossible date in valid_from: '2027-02-30'"),
        ({"valid_until": "demnächst"}, "impossible date in valid_until"),
        ({"valid_until": "99999"}, "impossible date in valid_until"),
        ({"valid_until": "202"}, "impossible date in valid_until"),
        ({"valid_from": "2027-02-02", "valid_until": "01.02.2027"}, "before valid_from"),
        ({"latitude": "91", "longitude": "7"}, "impossible latitude"),
        ({"latitude": "51", "longitude": "nan"}, "impossible longitude"),
        ({"latitude": "hier", "longitude": "7"}, "impossible latitude"),
        ({"website": "keine"}, "not a URL"),
        ({"website": "ftp://example.org/"}, "not a URL"),
        ({"website": "https://ex ample.org/"}, "not a URL"),
        ({"website": "javascript:alert(1)"}, "not a URL"),
    ],
)
def test_faults(cells, reason):
    with pytest.raises(RowFault, match=reason.replace("(", r"\(")):
        draft(**cells)


@pytest.mark.parametrize(
    "column",
    [
        *("target_groups", "district", "category", "cost", "level", "schedule", "languages", "conditions"),
        *("needs", "registration", "childcare", "email", "phone", "postcode"),
    ],
)
@pytest.mark.parametrize("value", ["???", "Ä" * 700, "'; drop table --", "\u202eabc", "a\x00b", "|||", "<b>x</b>", "0"])
def test_never_a_fault_and_nothing_lost(column, value):
    found = draft(**{column: value})
    told = " ".join([
        str(found.offer), str(found.place), str(found.traits), str(found.kept), found.district, str(found.in_words)
    ])  # fmt: skip
    core = value.strip("|").replace("\u202e", "").replace("\x00", " ")
    assert core[:600] in told or core.replace("'", "\\'") in told or column in told or not core


@pytest.mark.parametrize(
    "spelling",
    [
        "de|ar|tr",
        "de-DE|ar-SY|TR",
        "Deutsch|Arabisch|Türkisch",
        "German|Arabic|Turkish",
        "deutsch | العربية|Türkçe",
        "Deutsch, Arabisch und Türkisch",
    ],
)
def test_languages_by_code_and_name(spelling):
    assert codes(draft(languages=spelling), Trait.Kind.LANGUAGE) == ["de", "ar", "tr"]


def test_an_unknown_language_is_kept_beside_the_known():
    found = draft(languages="de|Klingonisch")
    assert codes(found, Trait.Kind.LANGUAGE) == ["de"]
    assert found.kept == [("languages", "Klingonisch")]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("A1", ("A1", "A1")),
        ("A1-A2", ("A1", "A2")),
        ("A1–B1", ("A1", "B1")),
        ("alpha - a1", ("Alpha", "A1")),
        ("Alphabetisierung", ("Alpha", "Alpha")),
        ("Niveau B1.1 bis B2", ("B1", "B2")),
        ("ab A2", ("A2", "")),
        ("bis C1", ("", "C1")),
    ],
)
def test_levels(text, levels):
    found = draft(level=text)
    assert (found.course["level_from"], found.course["level_to"]) == levels
    assert found.kept == []


@pytest.mark.parametrize("text", ["B2-A1", "D1", "Anfänger", "A1, A2, B1"])
def test_levels_that_stay_text(text):
    found = draft(level=text)
    assert (found.course, found.kept) == ({}, [("level", text)])


@pytest.mark.parametrize(("answers", "value"), [("yes ja 1 true x JA X True", True), ("no nein 0 false NEIN", False)])
def test_booleans(answers, value):
    assert [draft(online=answer).offer["online"] for answer in answers.split()] == [value] * len(answers.split())
    assert "online" not in draft(online="").offer
    assert draft(online="teilweise").kept == [("online", "teilweise")]


@pytest.mark.parametrize(
    ("text", "is_free"),
    [
        ("kostenlos", True),
        ("Kostenfrei, Spende möglich", True),
        ("0 €", True),
        ("free of charge", True),
        ("5 € im Monat", False),
        ("gebührenpflichtig", False),
        ("18 €, mit Leverkusen-Pass kostenlos", False),
        ("kostenlos mit Bildungsgutschein", None),
        ("kostenlos, 30 € Materialgeld", None),
        ("Spende", None),
        ("auf Anfrage", None),
        ("10 Euro", False),
    ],
)
def test_cost(text, is_free):
    found = draft(cost=text)
    assert found.offer["cost"] == text
    assert found.offer.get("is_free") == is_free
    assert found.in_words == ([] if is_free is not None else ["cost"])


@pytest.mark.parametrize(
    "text",
    [
        *("2027-03-31", "31.03.2027", "31.3.27", "2027-03-31 00:00:00", "2027-03-31T09:30:00+01:00"),
        *("46477", "46477.5"),  # a spreadsheet's number of the day
    ],
)
def test_dates(text):
    assert draft(valid_until=text).offer["valid_until"] == date(2027, 3, 31)


def test_coordinates_with_comma_and_half_a_pair():
    assert draft(latitude="51,03", longitude="6.98").place == {"latitude": 51.03, "longitude": 6.98}
    assert draft(latitude="51.03").kept == [("latitude", "51.03")]


@pytest.mark.parametrize("text", ["kita-platz", "Kita-Platz finden", "day-care PLACE"])
def test_needs_by_id_and_label(text):
    found = draft(needs=f"{text}|Mondfahrt")
    assert found.needs == [KITA]
    assert found.kept == [("needs", "Mondfahrt")]


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("ohne Termin", ["walk_in"]),
        ("Termin telefonisch oder per E-Mail", ["phone", "mail", "appointment"]),
        ("Online-Formular", ["online"]),
        ("ohne Anmeldung, auch telefonisch", ["walk_in", "phone"]),
        ("Termin telefonisch; donnerstags ohne Termin", ["walk_in", "phone", "appointment"]),
        ("Kein Termin nötig", ["walk_in"]),
        ("Keine Anmeldung.", ["walk_in"]),
        ("ohne vorherigen Termin", ["walk_in"]),
        ("ohne Termin und Anmeldung", ["walk_in"]),
        ("Terminvereinbarung nicht erforderlich", ["walk_in"]),
        ("nicht nötig", ["walk_in"]),
        ("No appointment needed", ["walk_in"]),
        ("without prior registration, or by phone", ["walk_in", "phone"]),
        *(
            (words, [])
            for words in (
                *("Bitte nicht telefonisch", "Keine Online-Anmeldung möglich", "Keine Termine frei", "no walk-in"),
                *("Ohne Termin keine Beratung", "nicht ohne Anmeldung", "Telefonische Anmeldung nicht nötig"),
                *("Zurzeit keine Anmeldung", "Keine Anmeldung möglich", "per E-Mail, nicht telefonisch"),
            )
        ),
    ],
)
def test_ways_in(text, ways):
    found = draft(registration=text)
    assert codes(found, Trait.Kind.WAY_IN) == ways
    assert found.offer["registration"] == text
    assert found.in_words == ([] if ways else ["registration"])


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("counselling", "counselling"),
        ("Beratung", "counselling"),
        ("Language course", "language_course"),
        ("DEUTSCHKURS", "language_course"),
    ],
)
def test_categories(text, category):
    assert draft(category=text).offer["category"] == Offer.Category(category)


def test_a_target_group_that_is_an_audience_is_both():
    found = draft(target_groups="Ehrenamtliche|Frauen")
    assert codes(found, Trait.Kind.AUDIENCE) == ["volunteers"]
    assert codes(found, Trait.Kind.TARGET_GROUP) == ["Ehrenamtliche", "Frauen"]


def test_a_long_title_is_cut_and_kept_whole():
    title = "Sehr lang " * 40
    found = draft(title=title)
    assert len(found.offer["title"]) <= 300
    assert found.kept == [("title", title.strip())]


def test_an_address_without_scheme_is_completed():
    assert draft(website="www.example.org/a").offer["website"] == "https://www.example.org/a"


def test_hours_become_spans_or_stay_words():
    assert len(draft(schedule="Mo-Do 9-16, Fr 9-12:30").spans) == 5
    found = draft(schedule="nach Vereinbarung")
    assert (found.spans, found.in_words, found.offer["schedule"]) == ((), ["schedule"], "nach Vereinbarung")
