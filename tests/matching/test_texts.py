from hypothesis import given
from hypothesis import strategies as st

from teilhabe.core.text import clean, fold, romanise
from teilhabe.matching.texts import PASSAGE, Document, chunks, german_umlauts, passages, query_terms, terms


def test_terms_are_stems_of_folded_words():
    assert terms("Führerschein für Ärzte") == ["fuhrer", "=fuhrersche", "fur", "arzte"]


def test_a_query_keeps_what_tells_something():
    assert query_terms("Wo kann ich einen Kinderarzt finden?") == ["kinderarzt"]
    assert query_terms("ich bin") == ["ich", "bin"]


def test_umlauts_typed_as_two_letters():
    assert german_umlauts("fuehrerschein") == "fuhrerschein"
    assert german_umlauts("frauen") == "frauen"
    assert german_umlauts("neue") == "neue"


def test_romanised_spellings_meet():
    assert romanise("вчу німецьку") == romanise("vchu nimecku")
    assert romanise("3andi") == romanise("andi")
    assert fold("أريد") == fold("اريد")


def test_long_texts_fall_into_passages_with_the_title_before_each():
    text = " ".join(f"Satz Nummer {n} über das Wohngeld." for n in range(60))
    found = passages(Document(key="1", kind="offer", title="Wohngeld", summary="Kurz.", description=text))
    assert found[0] == "Wohngeld. Kurz."
    assert len(found) > 3
    assert all(p.startswith("Wohngeld: ") for p in found[1:])
    assert "Satz Nummer 59" in found[-1]


def test_a_description_that_repeats_the_summary_is_no_passage():
    assert passages(Document(key="1", kind="offer", title="A", summary="B.", description="B.")) == ["A. B."]


@given(st.text(max_size=3000))
def test_chunks_lose_no_word_and_stay_short(text):
    found = chunks(text)
    assert all(len(piece) <= PASSAGE for piece in found)
    assert "".join(" ".join(found).split()) == "".join(text.split())


@given(st.text(max_size=500))
def test_clean_never_raises_and_is_stable(text):
    once = clean(text, 300)
    assert len(once) <= 300
    assert clean(once, 300) == once
    assert "\x00" not in once
    assert "\u202e" not in once
