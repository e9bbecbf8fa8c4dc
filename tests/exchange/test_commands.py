"""`teilhabe import offers`, `teilhabe centre create` and `teilhabe demo`, as a shell sees them."""

import json
import os

import pytest
from django.core.management import CommandError, call_command

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Offer
from teilhabe.organisations.models import Organisation
from teilhabe.vocabulary.models import Area


@pytest.fixture
def run(centre, capsys):
    def run(path, *arguments):
        code = 0
        try:
            call_command("import_offers", str(path), "--centre", "leverkusen", "--later", *arguments)
        except CommandError as refusal:
            code = refusal.returncode
        return code, *capsys.readouterr()

    return run


def test_done_is_0_and_the_report_one_object(run, table):
    code, out, err = run(table({"farbe": "rot"}, {"source_id": "a2"}), "--publish", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["created"], told["published"], told["unknown_columns"], told["written"]) == (2, 2, ["farbe"], True)
    assert "written: 2 of 2" in err


def test_a_rejected_row_is_1_with_row_and_reason(run, table):
    path = table({}, {"source_id": "a2", "title": ""})
    code, out, _ = run(path, "--json")
    assert code == 1
    assert json.loads(out)["rejected"] == [{"row": 3, "source_id": "a2", "reason": "has no title"}]
    assert list(Offer.objects.all()) == []
    code, out, _ = run(path, "--skip-bad")
    assert (code, Offer.objects.count()) == (0, 1)
    assert "row 3 (a2) has no title" in out


def test_a_file_that_is_no_table_is_1_with_a_sentence(run, table, centre):
    path = table({"title": "Übung"}, encoding="cp1252")
    code, out, _ = run(path, "--json")
    assert code == 1
    assert "--encoding cp1252" in json.loads(out)["refused"]
    assert run(path, "--encoding", "cp1252")[0] == 0


@pytest.mark.parametrize(
    "arguments", [["--centre", "nirgends"], ["--encoding", "klingonisch"], ["--encoding", "base64"]]
)
def test_wrong_usage_is_2(run, table, arguments):
    assert run(table({}), *arguments)[0] == 2


def test_a_file_that_is_not_there_is_2(run, tmp_path):
    assert run(tmp_path / "nichts.csv")[0] == 2


def test_a_file_name_that_is_not_utf_8_is_told_as_far_as_it_goes(run, table, tmp_path):
    path = table({}).rename(tmp_path / os.fsdecode(b"\xfcbung.csv"))
    code, out, _ = run(path, "--json")
    assert (code, json.loads(out)["file"]) == (0, "?bung.csv")
    assert Offer.objects.get().source == "?bung.csv"
    assert run(path.with_suffix(".jsonl"))[0] == 2
    path.write_text("titel\n")
    assert "?bung.csv has no column" in json.loads(run(path, "--json")[1])["refused"]


@pytest.mark.django_db
def test_a_centre_is_made_with_its_districts_and_as_an_organisation():
    for _ in range(2):
        call_command("centre_create", "05316000")
    with in_centre(Centre.objects.get()):
        assert Area.objects.count() == 13
        assert [o.name for o in Organisation.objects.all()] == ["Kommunales Integrationszentrum Leverkusen"]


@pytest.mark.django_db
def test_a_centre_that_is_not_shipped_needs_a_name():
    with pytest.raises(CommandError, match="--name"):
        call_command("centre_create", "99999999")
    call_command("centre_create", "99999999", "--name", "Landkreis Muster")
    with in_centre(Centre.objects.get()):
        assert [o.name for o in Organisation.objects.all()] == ["Landkreis Muster"]
