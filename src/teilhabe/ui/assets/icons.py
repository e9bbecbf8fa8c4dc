"""Two SVG sprites: what every page may show (the interface and the groups of needs), and the needs themselves.

usage: python icons.py <node_modules> <icons.txt> <needs.toml> <out for the interface> <out for the needs>
"""

import re
import sys
import tomllib
from pathlib import Path

FOLDER = "@material-symbols/svg-400/outlined"


def interface_icons(listed: Path, needs: dict) -> dict[str, str]:
    """Return the icons every page may show as symbol id -> Material Symbols name."""
    icons = {}
    for line in listed.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words:
            icons[words[0]] = words[-1]
    for group in needs["group"]:
        icons.setdefault(group["icon"], group["icon"])
    return icons


def write_sprite(modules: Path, icons: dict[str, str], out: Path) -> None:
    symbols, missing = [], []
    for symbol, name in sorted(icons.items()):
        file = modules / FOLDER / f"{name}.svg"
        if not file.exists():
            missing.append(name)
            continue
        path = re.search(r'<path d="([^"]+)"/>', file.read_text(encoding="utf-8"))
        symbols.append(f'<symbol id="{symbol}" viewBox="0 -960 960 960"><path d="{path[1]}"/></symbol>')
    if missing:
        sys.exit("no such Material Symbol: " + ", ".join(missing))
    note = "<!-- Material Symbols outlined, (c) Google, Apache-2.0 -->"
    out.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">' + note + "\n" + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
    )


def main(modules: Path, listed: Path, needs: Path, interface_out: Path, needs_out: Path) -> None:
    data = tomllib.loads(needs.read_text(encoding="utf-8"))
    write_sprite(modules, interface_icons(listed, data), interface_out)
    write_sprite(modules, {need["icon"]: need["icon"] for need in data["need"]}, needs_out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:6]))
