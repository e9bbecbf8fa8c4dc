"""Names, titles and streets are found by their words, also with one typing error."""

import numpy as np
import pytest

from teilhabe.matching import lexical
from teilhabe.matching.texts import Document

DOCUMENTS = [
    Document(
        key="1",
        kind="offer",
        title="Sprachcafé Opladen",
        names=["Brückenwerk e. V.", "Lindenplatz 3"],
        abbreviations=["BWL"],
    ),
    Document(key="2", kind="offer", title="Schuldnerberatung", names=["Sozialwerk"], summary="Hilfe bei Schulden"),
    Document(key="3", kind="offer", title="Kleiderkammer", names=["Brückenwerk e. V."], summary="Kleidung für alle"),
]


@pytest.fixture(scope="module")
def arrays():
    return lexical.invert([lexical.forward(d) for d in DOCUMENTS])


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("Sprachcafé", 0),
        ("sprachcafe opladen", 0),
        ("Lindenplatz", 0),
        ("BWL", 0),
        ("schuldnerberatung", 1),
        ("Schludnerberatung", 1),  # letters swapped
        ("klederkammer", 2),  # a letter missing
        ("أين Kleiderkammer", 2),
    ],
)
def test_the_right_one_is_first(arrays, query, best):
    found = lexical.search(arrays, query, len(DOCUMENTS))
    assert int(np.argmax(found.words)) == best
    assert int(np.argmax(found.names + found.abbreviation)) == best


def test_all_of_a_long_word_tells_more_than_its_stem():
    pages = [
        Document(key="1", kind="offer", title="Arbeitslosigkeit", summary="Arbeit suchen, Arbeit finden"),
        Document(key="2", kind="offer", title="Arbeitszeit", summary="Wie viele Stunden"),
    ]
    found = lexical.search(lexical.invert([lexical.forward(p) for p in pages]), "Wie sind die Arbeitszeiten?", 2)
    assert found.words[1] > found.words[0]


def test_words_nobody_uses_find_nothing(arrays):
    found = lexical.search(arrays, "bitcoin", len(DOCUMENTS))
    assert found.words.tolist() == [0, 0, 0]


def test_forward_lists_come_back_from_the_postings(arrays):
    for row, document in enumerate(DOCUMENTS):
        made, kept = lexical.forward(document), lexical.forward_of(arrays, row)
        assert made.terms.tolist() == kept.terms.tolist()
        assert made.frequencies.tolist() == kept.frequencies.tolist()


def test_an_empty_index_answers():
    arrays = lexical.invert([])
    assert lexical.search(arrays, "Kita", 0).words.tolist() == []
