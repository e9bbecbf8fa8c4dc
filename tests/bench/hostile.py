"""Texts that people and programs send to do harm, or by accident: none may be slow, none may be answered with a 500."""

from __future__ import annotations

import random
from urllib.parse import quote_from_bytes

LONGEST = 300  # characters of a need that are looked at
TIGRINYA = "ኣብዚ ከተማ ንቆልዑ ቦታ መጻወቲን መዋእለ ህጻናትን እደሊ ኣለኹ ቋንቋ ጀርመን ክመሃር ይደሊ ናይ ስራሕ ምኽሪ ኣበይ ይርከብ"
SORANI = (
    "لەم شارە بۆ منداڵەکانم شوێنی یاریکردن و باخچەی ساوایان دەوێت دەمەوێت فێری زمانی ئەڵمانی ببم ڕاوێژی کار لە کوێیە"
)
TIMES = 5  # each kind in so many wordings: an answer that was kept would tell nothing


def texts() -> dict[str, list[bytes]]:
    """By kind, as bytes of an address: some are no UTF-8."""
    chance = random.Random(2)
    return {kind: [made(chance) for _ in range(TIMES)] for kind, made in _KINDS.items()}


def paths(address: str) -> dict[str, list[str]]:
    return {kind: [address.format(q=quote_from_bytes(text)) for text in made] for kind, made in texts().items()}


def _words(source: str, length: int, chance: random.Random) -> str:
    words = source.split()
    text = ""
    while len(text) < length:
        text += chance.choice(words) + " "
    return text[:length]


_KINDS = {
    "100 kB of words": lambda chance: _words("Kita Sprachkurs Wohnung Geld Arzt Hilfe", 100_000, chance).encode(),
    "100 kB without a space": lambda chance: (f"{chance.random()}" * 10_000)[:100_000].encode(),
    "NUL within words": lambda chance: f"Deutsch\0kurs am\0 Abend {chance.random()}\0".encode(),
    "lone surrogates": lambda chance: f"Kita \ud800 Platz {chance.random()} \udfff".encode("utf-8", "surrogatepass"),
    "no UTF-8": lambda chance: b"\xff\xfe Stra\xdfe %d \xc3" % chance.randrange(10**6),
    "bidi controls": lambda chance: (
        f"\u202etarebneluhcS\u202c \u2066{chance.random()}\u2069 \u200f\u061c Geld".encode()
    ),
    "HTML": lambda chance: f'"><script>alert({chance.random()})</script><img src=x onerror=alert(1)>'.encode(),
    "SQL": lambda chance: f"' OR {chance.random()}=1; DROP TABLE directory_offer; --".encode(),
    "300 characters of Tigrinya": lambda chance: _words(TIGRINYA, LONGEST, chance).encode(),
    "300 characters of Sorani": lambda chance: _words(SORANI, LONGEST, chance).encode(),
}
