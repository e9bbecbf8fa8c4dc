"""What an operator gets wrong: one sentence that says what to do, the exit code of CONTRACT, nothing half done."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

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
    ],
)
def test_a_wrong_variable_stops_the_start(empty: House, name: str, value: str, sentence: str):
    said = refusal(House(empty.home, {name: value}), "serve")
    assert sentence in said
    assert len(said.splitlines()) <= 4
