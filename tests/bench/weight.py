"""What a browser loads for a results page: HTML, CSS, JS and icons as sent, fonts by script."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from tests.bench.client import Connection, request_for
from tests.config.house import Server

LATIN = ("latin-regular", "latin-semibold")
ARABIC = (*LATIN, "arabic")
PAGE = "/{}/search?q=Deutschkurs+am+Abend"


def weights(server: Server, host: str) -> list[list[Any]]:
    """Rows of what, bytes, at most."""
    connection = Connection(server.port)

    def sent(path: str, gzip: bool = True) -> tuple[int, str]:
        asked = {"host": host, "port": server.port, "gzip": gzip}
        status, _, body = connection.ask(request_for(asked, path))
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
        return len(body), body.decode(errors="replace") if not gzip else ""

    rows: list[list[Any]] = []
    for language, name in (("de", "German"), ("ar", "Arabic")):
        page = PAGE.format(language)
        _, html = sent(page, gzip=False)
        sheets = sorted(set(re.findall(r'<link[^>]+href="([^"?]+\.css)"', html)))
        scripts = sorted(set(re.findall(r'<script[^>]+src="([^"?]+\.js)"', html)))
        icons = sorted(set(re.findall(r'(?:href|src)="([^"?#]+\.svg)', html)))
        parts = {"HTML": [page], "CSS": sheets, "JS": scripts, "icons": icons}
        sizes = {part: sum(sent(urljoin(page, path))[0] for path in paths) for part, paths in parts.items()}
        carried = sizes["HTML"] + sizes["CSS"] + sizes["JS"]
        rows.append([f"{name}: HTML + CSS + JS", f"{carried:,}", "50,000"])
        rows += [[f"{name}: {part} ({len(parts[part])})", f"{size:,}", ""] for part, size in sizes.items()]
        fonts = sorted(
            {
                urljoin(sheet, font)
                for sheet in sheets
                for font in re.findall(r'url\("?([^")]+\.woff2)', sent(sheet, False)[1])
            }
        )
        wanted = ARABIC if language == "ar" else LATIN
        mine = [font for font in fonts if any(mark in font for mark in wanted)]
        rows.append(
            [
                f"{name}: fonts ({len(mine)})",
                f"{sum(sent(f)[0] for f in mine):,}",
                "190,000" if language == "ar" else "130,000",
            ]
        )
    extra = [font for font in fonts if "latin-ext" in font]
    rows.append(
        [f"fonts besides, for Polish, Romanian, Turkish ({len(extra)})", f"{sum(sent(f)[0] for f in extra):,}", ""]
    )
    return rows
