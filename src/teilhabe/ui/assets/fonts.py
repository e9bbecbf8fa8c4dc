"""Subsets of Fira Sans and Noto Sans Arabic, and the @font-face rules for them.

usage: python fonts.py <node_modules> <vendor directory> <fonts.css>

Each file carries its unicode-range, so that a page loads only the scripts it shows.
"""

import logging
import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FIRA = "@kern-ux/native/dist/fonts/fira-sans/FiraSans-{}.woff2"
NOTO = "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2"
WEIGHTS = {"Regular": ("regular", "400"), "SemiBold": ("semibold", "600 700")}
SCRIPTS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2000-200B,U+2010-206F,U+20AC,U+2122,U+2190-2193,U+2212",
    "latin-ext": "U+0100-0130,U+0132-0151,U+0154-017F,U+018F,U+0192,U+01CD-01DC,U+0218-021B,U+0259,U+02BB-02BC,U+1E80-1E85,U+1E9E,U+1EF2-1EF3,U+20BA",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+20B4,U+2116",
}
ARABIC = "U+0600-06FF,U+200C-200E,U+2010-2011,U+204F,U+FD3E-FD3F,U+FDF2,U+FDFC"
FALLBACK = """@font-face{font-family:"Fira Sans Fallback";src:local("Arial"),local("Roboto"),local("Liberation Sans");size-adjust:90.3%;ascent-override:103.5%;descent-override:29.3%;line-gap-override:0%}
"""


def subset(font: TTFont, unicodes: str, features: list[str], out: Path) -> None:
    """Write the part of a font that covers the given characters."""
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(unicodes.replace("U+", "")))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(out)


def face(family: str, weight: str, file: str, unicodes: str) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weight};font-display:swap;'
        f'src:url("fonts/{file}") format("woff2");unicode-range:{unicodes}}}\n'
    )


def main(modules: Path, vendor: Path, out: Path) -> None:
    fonts = vendor / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    css = "/*! Fira Sans 4.106 (c) The Mozilla Foundation and Telefonica S.A.; Noto Sans Arabic (c) The Noto Project Authors; both SIL OFL 1.1. Subsets. */\n"
    for style, (name, weight) in WEIGHTS.items():
        for script, unicodes in SCRIPTS.items():
            file = f"fira-sans-{script}-{name}.woff2"
            font = TTFont(modules / FIRA.format(style), recalcTimestamp=False)
            subset(font, unicodes, ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "tnum"], fonts / file)
            css += face("Fira Sans", weight, file, unicodes)
    limited = BytesIO()
    instantiateVariableFont(TTFont(modules / NOTO, recalcTimestamp=False), {"wght": (400, 600)}).save(limited)
    subset(TTFont(limited, recalcTimestamp=False), ARABIC, ["*"], fonts / "noto-sans-arabic.woff2")
    css += face("Noto Sans Arabic", "400 600", "noto-sans-arabic.woff2", ARABIC)
    out.write_text(css + FALLBACK, encoding="utf-8")


if __name__ == "__main__":
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    main(*map(Path, sys.argv[1:4]))
