"""Texts as people type them, made comparable: cleaned, folded, romanised, cut."""

from __future__ import annotations

import re
import unicodedata

# directional overrides and isolates can make a text read otherwise than it is stored
_BIDI = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# what `clean` takes away at the beginning of a text: spaces, controls, bidi controls
_NOTHING = "".join(
    c for c in map(chr, range(0x3001)) if c.isspace() or ord(c) in _BIDI or unicodedata.category(c) == "Cc"
)
_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"\w+", re.UNICODE)

# letters that look or are typed alike become one
_ALIKE = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ۀ": "ه",
        "ە": "ه", "ک": "ك", "ڪ": "ك", "ـ": None, "‌": " ", "‍": None, "ə": "e", "ı": "i", "ł": "l", "đ": "d", "ø": "o",
        "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ґ": "г", "ё": "е",
    }
)  # fmt: skip

_ROMAN = str.maketrans(
    {
        # Arabic and Persian, as people chat: vowels are rarely written
        "ا": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "d",
        "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh",
        "ف": "f", "ق": "q", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "i", "ء": "",
        "ڤ": "v", "ۆ": "o", "ێ": "e", "ڕ": "r", "ڵ": "l", "ښ": "sh", "ځ": "z", "څ": "ts", "ټ": "t", "ډ": "d", "ړ": "r", "ګ": "g", "ڼ": "n", "ۍ": "i",
        # Cyrillic
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "є": "e", "ж": "zh", "з": "z", "и": "i", "і": "i",
        "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "a", "ы": "i", "ь": "", "э": "e",
        "ю": "iu", "я": "ia", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz", "ѓ": "g", "ќ": "k", "ѕ": "z",
    }
)  # fmt: skip
# digits that stand for Arabic letters in a chat ("3andi", "7ali")
_CHAT_DIGITS = str.maketrans("2356789", "aahthgq")
# spellings of one sound in romanised chat
_SOUNDS = [
    ("tsch", "ch"), ("sch", "sh"), ("shch", "sh"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("yu", "iu"), ("ya", "ia"), ("y", "i"), ("j", "i"),
    ("kh", "h"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("ts", "c"), ("tz", "c"), ("w", "v"), ("q", "k"), ("x", "h"), ("'", ""),
]  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")


def clean(text: str, limit: int | None = None) -> str:
    """`text` in NFC on one line without control characters, lone surrogates and bidi controls, at most `limit` long."""
    if limit is not None:
        # normalising must not cost more than what is kept; a run of spaces must not push a word out
        text = " ".join(text.lstrip(_NOTHING).split(None, limit * 4))[: limit * 4]
    text = text.encode("utf-8", "ignore").decode("utf-8").translate(_BIDI)
    if not text.isprintable():  # nearly every text is, and looking at each letter costs more than all the rest
        text = "".join(" " if unicodedata.category(c) in {"Cc", "Cn", "Co"} else c for c in text)
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    return text if limit is None else text[:limit].rstrip()


def clean_lines(text: str) -> str:
    """Like `clean`, but paragraphs and lines stay."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """`text` for comparing: lower case, without accents and vowel signs, letters typed alike made one, ASCII digits."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    bare = unicodedata.normalize("NFC", bare).translate(_ALIKE)
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in bare)


def sort_key(text: str) -> str:
    """`text` as German dictionaries sort it: ä beside a, case ignored."""
    return fold(text)[:200]


def words(text: str) -> list[str]:
    """The folded words of `text`, in order."""
    return _WORDS.findall(fold(text))


def romanise(text: str) -> str:
    """A rough Latin skeleton of `text`, so that "uchu nimetsku" meets "вчу німецьку" and "3andi" meets "عندي"."""
    folded = fold(text)
    if any("a" <= c <= "z" for c in folded) and any(c in "235679" for c in folded):
        folded = re.sub(r"(?<=[a-z])[235679]|[235679](?=[a-z])", lambda m: m[0].translate(_CHAT_DIGITS), folded)
    roman = folded.translate(_ROMAN)
    for spelling, sound in _SOUNDS:
        roman = roman.replace(spelling, sound)
    return _REPEATED.sub(r"\1", roman)


def cut_at_word(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, ending with a whole word and an ellipsis when something was cut."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def slug(text: str, limit: int = 80) -> str:
    """An address part from a German or Latin text: "Kita-Plätze für Geflüchtete" -> "kita-plaetze-fuer-gefluechtete"."""
    german = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    latin = romanise(german) if not re.search("[a-z]", german) else fold(german)
    return re.sub(r"[^a-z0-9]+", "-", latin)[:limit].strip("-")
