"""What an operator gets wrong: one sentence that says what to do, the exit code of CONTRACT, nothing half done."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from teilhabe.config.commandline import _sentence
from tests.config.house import House

pytestmark = pytest.mark.slow


def refusal(house: House, *words: str, exits: int = 1) -> str:
    """What `words` is refused with: lines of prose, never a traceback."""
    said = house.run(*words, exits=exits).stderr
    assert "Traceback" not in said
    assert said.startswith("teilhabe: ")
    return said


def test_unknown_commands_and_options_are_wrong_usage(empty: House):
    assert "there is no command 'fly away'" in refusal(empty, "fly", "away", exits=2)
    assert "serve" in empty.run("help").stdout
    assert "usage" in empty.run("serve", "--wings", exits=2).stderr
    assert "usage" in empty.run("serve", "--port", "many", exits=2).stderr
    assert "usage" in empty.run("backup", exits=2).stderr


@pytest.mark.parametrize("words", [["serve"], ["work"], ["find", "Arzt", "--centre", "x"], ["backup", "{tmp}/b.zip"]])
def test_an_empty_database_names_the_next_step(empty: House, tmp_path: Path, words: list[str]):
    assert "teilhabe migrate" in refusal(empty, *[word.format(tmp=tmp_path) for word in words])
    assert list(tmp_path.glob("b.zip*")) == []


def test_a_taken_port_is_named(house: House):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 cannot be used" in refusal(house, "serve", "--port", str(port))
    assert "port 99999 cannot be used" in refusal(house, "serve", "--port", "99999")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TEILHABE_SEARCH_RATE", "many", "TEILHABE_SEARCH_RATE='many': this variable wants a whole number"),
        ("TEILHABE_HOME", "/proc/nowhere", "cannot write there"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing", "the database does not answer"),
        ("DATABASE_URL", "postgresql://x:geheim@127.0.0.1:1/x?wings=2", 'invalid connection option "wings"'),
        ("DATABASE_URL", "mysql://x:geheim@127.0.0.1/x", "DATABASE_URL: this variable wants postgresql://"),
    ],
)
def test_a_wrong_variable_stops_the_start(empty: House, name: str, value: str, sentence: str):
    said = refusal(House(empty.home, {name: value}), "serve")
    assert sentence in said
    assert "geheim" not in said
    assert len(said.splitlines()) <= 4


def test_a_default_centre_that_is_not_there_stops_the_start(house: House):
    wrong = House(house.home, {**house.more, "TEILHABE_DEFAULT_CENTRE": "nonsense"})
    for words in (["serve"], ["find", "Arzt"]):
        assert "TEILHABE_DEFAULT_CENTRE='nonsense': there is no such centre" in refusal(wrong, *words)


def test_a_need_of_nothing_is_wrong_usage(house: House):
    assert "Say what is needed" in refusal(house, "find", "\u200e \u202e", exits=2)


def test_a_folder_nobody_writes_into_is_named(house: House):
    assert "/proc/b.zip" in refusal(house, "backup", "/proc/b.zip")


def test_an_encoding_of_no_text_is_a_sentence_and_a_fault_of_ours_is_not():
    for encoding in ("rot13", "klingon"):
        with pytest.raises(LookupError) as fault:
            b"Kita".decode(encoding)
        assert encoding in str(_sentence(fault.value))
    assert [_sentence(fault) for fault in (KeyError("x"), IndexError("x"), ValueError("x"))] == [None] * 3


def test_names_that_are_not_utf_8_are_said_or_refused(house: House, tmp_path: Path):
    name = os.fsdecode(b"b\xff.zip")
    assert "b\\udcff.zip: " in house.run("backup", str(tmp_path / name)).stdout
    assert "no valid UTF-8" in refusal(house, "find", "Arzt", "--centre", os.fsdecode(b"\xff"))


def test_what_a_command_makes_is_its_owners_alone(house: House, tmp_path: Path):
    made = House(tmp_path / "new", house.more)
    made.run("migrate")
    assert {path.name for path in made.home.iterdir()} >= {"secret-key", "teilhabe.sqlite3"}
    for path in (made.home, *made.home.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path
