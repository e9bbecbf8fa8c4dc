"""Making a centre: what its key, slug and host may be."""

from __future__ import annotations

import pytest

from teilhabe.audit.models import Entry
from teilhabe.centres.models import Centre, Host
from teilhabe.centres.operations import CentreRefused, create_centre

pytestmark = pytest.mark.django_db


def hosts() -> list[tuple[str, str]]:
    return list(Host.objects.values_list("name", "centre__slug"))


def test_a_known_key_brings_name_and_kind():
    centre = create_centre("05316000", by=None)
    assert (centre.slug, centre.name, centre.kind) == ("leverkusen", "Leverkusen", Centre.Kind.CITY)


@pytest.mark.parametrize("ags", ["0531600", "053160000", "0531600x", "٠٥٣١٦٠٠٠", "05316000\n", ""])
def test_a_key_has_eight_digits(ags: str):
    with pytest.raises(CentreRefused, match="8 digits"):
        create_centre(ags, by=None, name="X")


@pytest.mark.parametrize("slug", ["Bad Slug/../x", "Bonn", "-bonn", "bönn", "bonn\n", "b" * 61, "../bonn", "."])
def test_a_slug_that_is_no_part_of_an_address_is_refused(slug: str):
    with pytest.raises(CentreRefused, match="no slug"):
        create_centre("05314000", by=None, slug=slug)
    assert list(Centre.objects.all()) == []


@pytest.mark.parametrize(("name", "slug"), [("北京", "99999999"), ("Würselen", "wuerselen"), (" Ort\x00 ", "ort")])
def test_the_slug_comes_from_the_name_else_from_the_key(name: str, slug: str):
    assert create_centre("99999999", by=None, name=name).slug == slug


def test_an_unknown_key_wants_a_name():
    with pytest.raises(CentreRefused, match="--name"):
        create_centre("99999999", by=None, name=" \u200e")


@pytest.mark.parametrize(
    "host",
    [
        "bonn.example.org:80",
        "http://bonn.example.org",
        "bonn.example.org/de",
        "bönn.example",
        "a b",
        "-a.org",
        "a..b",
        "*",
    ],
)
def test_a_host_that_nobody_can_ask_for_is_refused(host: str):
    with pytest.raises(CentreRefused, match="no host name"):
        create_centre("05314000", by=None, host=host)


def test_a_further_host_is_added_and_a_known_one_changes_nothing():
    create_centre("05314000", by=None, host="Bonn.Example.org")
    create_centre("05314000", by=None, host="bonn.example.org")
    assert hosts() == [("bonn.example.org", "bonn")]
    create_centre("05314000", by=None, host="ki.bonn.example.org")
    assert hosts() == [("bonn.example.org", "bonn"), ("ki.bonn.example.org", "bonn")]
    assert sorted(Entry.objects.values_list("deed", flat=True)) == ["centre.created", "host.added", "host.added"]


def test_a_host_belongs_to_one_centre():
    create_centre("05314000", by=None, host="ki.example.org")
    with pytest.raises(CentreRefused, match="another centre"):
        create_centre("05316000", by=None, host="ki.example.org")
    assert hosts() == [("ki.example.org", "bonn")]
