"""`make audit`: the HTML checker (vnu), HTML_CodeSniffer and Lighthouse on the pages people see, on a phone.

Serves the demo from a home of its own, prints a Markdown table and what was found. The tools are npm packages, put once
into a folder outside the tree. Exit 1 when something falls short of the aims, 2 when a tool is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TOOLS = Path.home() / ".cache" / "teilhabe-audit"
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
HEAD = "| page | vnu | HTMLCS | performance | accessibility | best practices | SEO |\n|---|---|---|---|---|---|---|"
# a search result is no page for search engines, and neither is a form
NOT_FOR_ENGINES = {"results", "no match", "report"}


def missing() -> list[str]:
    """Debian's packages that have to be installed first."""
    wanted = {"node": "nodejs", "npm": "npm", "java": "default-jre-headless", "chromium": "chromium"}
    return [package for name, package in wanted.items() if not shutil.which(name)]


def install_packages(packages: list[str]) -> None:
    """Where we may."""
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {' '.join(packages)} ...")
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def install() -> None:
    """Put the tools into their folder, unless those of this list are there."""
    wanted = (HERE / "package.json").read_text()
    kept = TOOLS / "package.json"
    if kept.exists() and kept.read_text() == wanted and (TOOLS / "node_modules" / "lighthouse").exists():
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    kept.write_text(wanted)
    say("putting the tools into their folder (npm, about 100 MB) ...")
    quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    subprocess.run(["npm", "install", *quiet], cwd=TOOLS, check=True, stdout=subprocess.DEVNULL)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served_demo() -> Iterator[str]:
    """The demo at an address of this machine, from a home of its own."""
    command = [sys.executable, "-m", "teilhabe.config.commandline"]
    with tempfile.TemporaryDirectory(prefix="teilhabe-audit-") as home:
        environ = {**os.environ, "TEILHABE_HOME": home, "TEILHABE_DEFAULT_CENTRE": "leverkusen"}
        say("loading the demo ...")
        subprocess.run(
            [*command, "demo"], env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port = free_port()
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port), "--no-tasks"], env=environ, stdout=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(120):
                try:
                    fetched(f"{address}/health")
                    break
                except OSError:
                    if server.poll() is not None:
                        sys.exit("The demo could not be served; see above.")
                    time.sleep(0.5)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return str(answer.read().decode())


def pages(address: str) -> list[tuple[str, str]]:
    """(kind, address) of every kind of page, in German and Arabic."""
    known = fetched(f"{address}/de/sitemap.xml")

    def first(kind: str, *, after: int = 0) -> str | None:
        found = re.findall(rf"/de/({kind}/[^<]+)</loc>", known)
        return found[after] if len(found) > after else None

    paths = {
        "home": "", "results": "search?q=Kita-Platz", "no match": "search?q=zzzqx%20vvkkw",
        "offer": first("offers", after=7), "organisation": first("organisations", after=3),
        "need": "needs/kita-platz/", "districts": "districts/",
        "district": "districts/opladen/", "guide page": first("pages"), "report": "feedback/", "privacy": "privacy/",
        "accessibility": "accessibility/",
    }  # fmt: skip
    return [
        (f"{kind} {language}", f"{address}/{language}/{path}")
        for language in ("de", "ar")
        for kind, path in paths.items()
        if path is not None
    ]


def checked_html(found: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Errors of the HTML checker by address."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (_kind, address) in enumerate(found):
            file = Path(folder) / f"{number}.html"
            file.write_text(fetched(address), encoding="utf-8")
            names[file.name] = address
        jar = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
        said = subprocess.run(
            ["java", "-jar", str(jar), "--format", "json", "--errors-only", *map(str, Path(folder).iterdir())],
            capture_output=True, text=True,
        )  # fmt: skip
    errors: dict[str, list[str]] = {address: [] for _kind, address in found}
    for message in json.loads(said.stderr)["messages"]:
        address = names[message["url"].rpartition("/")[2]]
        errors[address].append(f"{message['message']} {message.get('extract', '')[:100]}")
    return errors


def seen_pages(found: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    command = [
        "node",
        str(HERE / "page.mjs"),
        str(TOOLS),
        str(shutil.which("chromium")),
        *(address for _kind, address in found),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as looking:
        assert looking.stdout
        for line in looking.stdout:
            yield json.loads(line)


def main() -> int:
    install_packages(missing())
    if lacking := missing():
        print(f"make audit needs: {', '.join(lacking)} (on Debian: apt-get install {' '.join(lacking)})")
        return 2
    install()
    faults: list[str] = []
    with served_demo() as address:
        found = pages(address)
        errors = checked_html(found)
        print(HEAD)
        for (kind, url), seen in zip(found, seen_pages(found), strict=True):
            sniffed, scores = seen["sniffed"], seen["scores"]
            cells = [len(errors[url]), "failed" if sniffed is None else len(sniffed), *(scores[name] for name in AIMS)]
            print(f"| {kind} | {' | '.join(map(str, cells))} |", flush=True)
            faults += [f"{kind}: vnu: {said}" for said in errors[url]]
            faults += [f"{kind}: HTMLCS: {m['code']} {m['text']} {m['element']}" for m in sniffed or []]
            aims = {n: aim for n, aim in AIMS.items() if n != "seo" or kind.rpartition(" ")[0] not in NOT_FOR_ENGINES}
            if any(scores[name] < aim for name, aim in aims.items()):
                faults += [f"{kind}: Lighthouse: {words}" for words in seen["failed"]]
    print("\n".join(["", *faults]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
