"""Texts made comparable: what people type and paste stays, what only looks like nothing goes."""

from __future__ import annotations

import time

import pytest

from teilhabe.core.text import clean


@pytest.mark.parametrize(
    "nothing", [" " * 1300, "\r\n" * 700, "\u200e\u202e" * 700, "\x00" * 1300, "\u3000 \x00" * 500]
)
def test_what_looks_like_nothing_pushes_no_word_out(nothing: str):
    assert clean(f"{nothing}Kita{nothing}", 300) == "Kita"


def test_spaces_between_words_count_once():
    assert clean(f"Kita{' ' * 1300}Platz", 300) == "Kita Platz"
    assert clean("k " * 400, 5) == "k k k"


@pytest.mark.parametrize("text", ["a" + "\u0301" * 400_000, " " * 400_000, "k " * 200_000, "\u202e" * 400_000])
def test_a_huge_text_costs_no_more_than_what_is_kept(text: str):
    began = time.process_time()
    assert len(clean(text, 300)) <= 300
    assert time.process_time() - began < 0.1
