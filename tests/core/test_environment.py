"""What an operator may set, and the sentence that a wrong value gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from teilhabe.core.environment import values


def test_nothing_set_is_a_whole_configuration():
    found = values({})
    assert found["TEILHABE_HOME"] == Path("var").resolve()
    assert (found["DATABASE_URL"], found["TEILHABE_HTTPS"], found["TEILHABE_SEARCH_RATE"]) == ({}, False, 600)
    assert values({"TEILHABE_SEARCH_RATE": ""}) == found  # empty means not set


def test_values_are_read_as_what_they_mean():
    found = values(
        {"TEILHABE_HTTPS": "Yes", "TEILHABE_HOSTS": "a.example, b.example,", "DATABASE_URL": "sqlite:////x.db"}
    )
    assert found["TEILHABE_HTTPS"] is True
    assert found["TEILHABE_HOSTS"] == ["a.example", "b.example"]
    assert found["DATABASE_URL"]["NAME"] == "//x.db"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TEILHABE_SEARCH_RATE", "0", "whole number from 1"),
        ("TEILHABE_HTTPS", "perhaps", "yes or no"),
        ("TEILHABE_ENCODER", "big", "one of local, endpoint, none"),
        ("TEILHABE_ENCODER", "endpoint", "TEILHABE_ENCODER_URL"),
        ("TEILHABE_ENCODER_URL", "ftp://x", "http:// or https://"),
        ("TEILHABE_HOEM", "/tmp", "no variable of Teilhabe"),
        ("TEILHABE_HOME", __file__, "wants a folder"),
        ("DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("DATABASE_URL", "postgresql://x:y@127.0.0.1:notaport/z", "DATABASE_URL"),
    ],
)
def test_a_wrong_value_gets_a_sentence(name: str, value: str, sentence: str):
    with pytest.raises(ImproperlyConfigured, match=sentence) as refusal:
        values({name: value})
    assert name in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "mysql://x:geheim@host/name",
        "geheim",
        "postgresql://x:geheim@host:port/name",
        "postgresql://x:geheim#1@host/name",
        "postgresql://x:geheim/1@host/name",
        "postgresql://x:[geheim@host/name",
        "postgresql://x:geheim℀@host/name",
    ],
)
def test_a_password_is_not_told(address: str):
    with pytest.raises(ImproperlyConfigured, match="postgresql://user:password@host") as refusal:
        values({"DATABASE_URL": address})
    assert "geheim" not in str(refusal.value)
