"""`make bench`: how fast, how large; prints Markdown for docs/measurements.md. Loopback only, about five minutes.

`--sizes 200,2000` leaves out the largest centre, `--seconds` says how long each load on public pages lasts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench import hostile
from tests.bench.beside import needs
from tests.bench.weight import weights
from tests.config.freshness import delay, publisher
from tests.config.house import House, Server, free_port, is_alive

DEMO = "leverkusen"
WARM_UP = ["Guten Tag", "wo bekomme ich Geld", "Spielplatz in der Nähe"]  # not in the set; loads model and index
CONNECTIONS = 4
MAIN = 2000  # offers: the size the aims are set for; all needs are asked there
ELSEWHERE = 6  # every so many-th need is asked at other sizes
AGAIN = 3  # every so many-th need is asked again: kept answers differ little


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", default="200,2000,20000")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--home", default="", help="keep the data here between runs")
    chosen = parser.parse_args()
    if sys.platform != "linux":
        print("make bench reads the memory of processes from /proc: it wants Linux.")
        return 0
    sizes = [int(size) for size in chosen.sizes.split(",")]
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="teilhabe-bench-") as folder:
        house = House(Path(chosen.home or folder) / "home")
        main_size = MAIN if MAIN in sizes else sizes[0]
        _machine()
        _timed(_start, house)
        made = _timed(_make_centres, house, sizes)
        _timed(_searches, house, sizes, made)
        _timed(_results_page, house, main_size)
        _timed(_hostile, house, main_size)
        _timed(_pages, house, chosen.seconds)
        _timed(_beside, house, sizes)
    print(f"\nThe whole run took {time.perf_counter() - began:.0f} s.")
    return 0


def _timed(part: Callable[..., Any], *given: Any) -> Any:
    """Do a part; how long it took goes beside the report."""
    began = time.perf_counter()
    found = part(*given)
    print(f"{part.__name__.strip('_')}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def _table(*rows: Sequence[Any]) -> None:
    """The first row is the head."""
    for number, row in enumerate(rows):
        print("| " + " | ".join(str(cell) for cell in row) + " |")
        if not number:
            print("|" + "---|" * len(row))
    print(flush=True)


def _title(text: str, more: str = "") -> None:
    print(f"### {text}\n" + (f"\n{more}\n" if more else ""), flush=True)


def _machine() -> None:
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    model = next((n for n in Path("/proc/cpuinfo").read_text().splitlines() if n.startswith("model name")), ":?")
    load = os.getloadavg()[0]
    gib = int(memory.split()[1]) / 2**20
    print(f"{os.cpu_count()} cores ({model.split(':')[1].strip()}), {gib:.0f} GiB, load {load:.1f} at the start.\n")


def _start(house: House) -> None:
    """As people start it: from an empty home, then again."""
    seconds = [_made_to_run(house) for _ in range(2)]
    _title("Start")
    _table(
        ["`make run` until it answers, the environment made", "seconds", "aim"],
        ["from an empty home", f"{seconds[0]:.1f}", "30"],
        ["the second time", f"{seconds[1]:.1f}", "5"],
    )


def _made_to_run(house: House) -> float:
    """Seconds from `make run` to the line that says where it answers; then it is ended."""
    began = time.perf_counter()
    process = house.start("make", "--no-print-directory", "run", f"PORT={free_port()}")
    assert process.stdout
    try:
        for line in process.stdout:
            if "answers on" in line:
                return time.perf_counter() - began
        raise SystemExit(f"make run ended: {process.communicate()[1]}")
    finally:
        process.terminate()  # `make` hands it on
        process.communicate(timeout=30)


def _make_centres(house: House, sizes: list[int]) -> dict[int, dict[str, float]]:
    return {size: _told(house, "tests.bench.centres", f"bench-{size}", str(size)) for size in sizes}


def _told(house: House, *module_and_words: str, given: Any = None) -> Any:
    """What one of our own programs says, run in a process of its own."""
    process = house.start(sys.executable, "-m", *module_and_words)
    out, err = process.communicate(json.dumps(given) if given else "", timeout=600)
    if process.returncode:
        raise SystemExit(f"{module_and_words}: {err}")
    return json.loads(out)


def _ask(house: House, server: Server, host: str, paths: list[str], **more: Any) -> Any:
    given = {"port": server.port, "host": host, "paths": paths, **more}
    answer = _told(house, "tests.bench.client", given=given)
    if answer["faults"]:
        print(f"**{answer['faults']} answers were no 200**\n")
    return answer


def _quantiles(times: list[float]) -> list[str]:
    cut = statistics.quantiles(times, n=100, method="inclusive")
    return [f"{cut[n - 1]:.1f}" for n in (50, 90, 99)]


def _queries() -> list[dict[str, Any]]:
    """Our evaluation set in an order that mixes languages, the same each time."""
    rows = needs()
    random.Random(1).shuffle(rows)
    return rows


def _paths(address: str, rows: list[dict[str, Any]]) -> list[str]:
    from urllib.parse import quote

    return [address.format(language=row["language"], q=quote(row["query"])) for row in rows]


def _searches(house: House, sizes: list[int], made: dict[int, dict[str, float]]) -> None:
    cold, memory, freshness = [], [], []
    for size in sizes:
        rows = _queries()[:: 1 if size == MAIN else ELSEWHERE]
        slug = f"bench-{size}"
        address = f"/api/v1/search?centre={slug}&language={{language}}&q={{q}}"
        warm = _paths(address, [{"language": "de", "query": text} for text in WARM_UP])
        with house.serving() as server:
            _ask(house, server, "127.0.0.1", warm * 4, connections=8, seconds=2)
            paths = _paths(address, rows)
            began = _processor_time(server)
            once = _ask(house, server, "127.0.0.1", paths)
            cost = (_processor_time(server) - began) / len(paths)
            few = paths[:: AGAIN if size == MAIN else 1]
            _, again = _halves(_ask(house, server, "127.0.0.1", few + few))  # the other process may answer now
            cold += [
                [f"{size:,}", "cold, whole", *_quantiles(once["times"]), "15 / 45 at 2,000"],
                [f"{size:,}", "cold, encoder", *_quantiles(once["encoder"]), ""],
                [f"{size:,}", "cold, search beside it", *_quantiles(once["search"]), "p99 5 at 2,000"],
                [f"{size:,}", "cold, HTTP and body", *_quantiles(_rest(once)), ""],
                [f"{size:,}", "cold, processor time of an answer", f"{cost:.1f}", "", "", ""],
                [f"{size:,}", "repeated, whole", *_quantiles(again["times"]), "2"],
            ]
            freshness.append([f"{size:,}", *_freshness(house, server, slug)])
            memory += [[f"{size:,}", *row] for row in _memory(server)]
    _title(
        "Typed need to answer, over HTTP (milliseconds)",
        f"The {len(_queries())} needs of `tests/evaluation/needs` in 14 languages (every sixth at sizes other than "
        f"{MAIN:,}), each once (cold), then some again (repeated), over one kept connection to `serve --workers 2`; "
        "the client is a process of its own on the same cores. Centres are copies of the demo's offers under varied "
        "titles; their vectors are the demo's with noise (cosine 0.97), not computed.",
    )
    _table(["offers", "what", "p50", "p90", "p99", "aim"], *cold)
    _title(
        "Memory after that load and five publications (MB)",
        "Private is RssAnon; the rest of RSS is shared files (index, model, libraries).",
    )
    _table(["offers", "process", "private", "RSS", "aim private"], *memory)
    _title("Index and freshness")
    _table(
        [
            "offers",
            "passages",
            "index made anew (s)",
            "published offer found everywhere, median of 5 (s)",
            "longest",
            "aim",
        ],
        *(
            [row[0], made[size]["passages"], f"{made[size]['index_s']:.1f}", *row[1:], "2"]
            for size, row in zip(sizes, freshness, strict=True)
        ),
    )


def _processor_time(server: Server) -> float:
    """Milliseconds that all processes of the server have worked: says more than a clock on a busy machine."""
    ticks = 0
    for pid, _ in (one for one in server.note_family() if is_alive(one)):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def _halves(answer: dict[str, Any]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """The first and the second time of everything that was asked twice."""
    lists = {name: answer[name] for name in ("times", "encoder", "search")}
    first = {name: found[: len(found) // 2] for name, found in lists.items()}
    return first, {name: found[len(found) // 2 :] for name, found in lists.items()}


def _rest(answer: dict[str, list[float]]) -> list[float]:
    parts = zip(answer["times"], answer["encoder"], answer["search"], strict=True)
    return [whole - encoder - search for whole, encoder, search in parts]


def _memory(server: Server) -> list[list[str]]:
    found = []
    for pid, _ in sorted(one for one in server.note_family() if is_alive(one)):
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        name = "web" if "gunicorn" in command else command[3] if len(command) > 3 else "?"
        parent = int(status["PPid"])
        name = "web, master" if name == "web" and parent == server.process.pid else name
        private, whole = (int(status[key].split()[0]) / 1000 for key in ("RssAnon", "VmRSS"))
        found.append([name, f"{private:.0f}", f"{whole:.0f}", "150"])
    return found


def _freshness(house: House, server: Server, slug: str) -> list[str]:
    with publisher(house, slug) as writer:
        delays = [delay(writer, server, f"Nachmittag q{n}x im Garten", slug) for n in range(5)]
    return [f"{statistics.median(delays):.1f}", f"{max(delays):.1f}"]


def _results_page(house: House, size: int) -> None:
    host = f"bench-{size}.localhost"
    rows = [
        {**row, "language": row["language"] if row["language"] in {"de", "en", "ar"} else "de"}
        for row in _queries()[::2]
    ]
    with house.serving() as server:
        address = "/{language}/search?q={q}"
        warm = _paths(address, [{"language": "de", "query": text} for text in WARM_UP])
        _ask(house, server, host, warm * 4, connections=8, seconds=2)
        paths = _paths(address, rows)
        once = _ask(house, server, host, paths, gzip=True)
        few = paths[:50]  # within a minute, as long as a response is kept
        _, again = _halves(_ask(house, server, host, few * 4, gzip=True))
    _title(f"Results page in HTML at {size:,} offers (milliseconds)")
    _table(
        ["what", "p50", "p90", "p99"],
        ["cold", *_quantiles(once["times"])],
        ["repeated (kept response)", *_quantiles(again["times"])],
    )


def _hostile(house: House, size: int) -> None:
    slug = f"bench-{size}"
    rows = []
    with house.serving() as server:
        addresses = {"127.0.0.1": f"/api/v1/search?centre={slug}&q={{q}}", f"{slug}.localhost": "/de/search?q={q}"}
        for host, address in addresses.items():
            _ask(
                house,
                server,
                host,
                [address.format(q=text.split()[0]) for text in WARM_UP] * 4,
                connections=8,
                seconds=2,
            )
        asked = {
            host: {
                kind: _told(
                    house, "tests.bench.client", given={"port": server.port, "host": host, "paths": paths, "anew": True}
                )
                for kind, paths in hostile.paths(address).items()
            }
            for host, address in addresses.items()
        }
        api, page = asked.values()
        for kind in api:
            statuses = sorted({*api[kind]["statuses"], *page[kind]["statuses"]})
            longest = [f"{max(answers[kind]['times']):.0f}" for answers in (api, page)]
            rows.append([kind, *longest, "150", ", ".join(map(str, statuses)), "no 500"])
    _title(
        f"Hostile text at {size:,} offers (milliseconds)",
        f"Each in {hostile.TIMES} wordings, over HTTP, each on a connection of its own; the longest of them.",
    )
    _table(["text", "API", "results page", "at most", "statuses", "aim"], *rows)


def _pages(house: House, seconds: float) -> None:
    counts = _told(house, "tests.bench.pages", DEMO)
    host = f"{DEMO}.localhost"
    shown = [told["path"] for name, told in counts.items() if not name.startswith("API")]
    rows = []
    with house.serving() as server:
        everything = [told["path"] for told in counts.values()]
        _ask(house, server, host, everything, connections=8, seconds=3, gzip=True)  # both processes load what they need
        options = {"connections": CONNECTIONS, "seconds": seconds, "gzip": True}
        kept = _ask(house, server, host, shown, **options)
        fresh = _ask(house, server, host, [_never_kept(path) for path in shown], **options)
        for name, told in counts.items():
            each = _ask(house, server, host, [_never_kept(told["path"])], **{**options, "seconds": seconds / 5})
            rows.append([name, *told["queries"], "5", f"{each['rate']:.0f}"])
        carried = weights(server, host)
    _title(
        "Public pages of the demo",
        f"{CONNECTIONS} kept connections to two processes, gzip; the client takes its share of the same cores.",
    )
    _table(
        ["what", "requests/s", "aim"],
        ["all pages in turn, from kept responses", f"{kept['rate']:.0f}", "1,000"],
        ["all pages in turn, each address new", f"{fresh['rate']:.0f}", "250"],
    )
    _table(["page", "database queries after a change", "then", "at most", "requests/s, each address new"], *rows)
    _title("What a results page carries (bytes, gzip as sent)")
    _table(["what", "bytes", "at most"], *carried)


def _never_kept(path: str) -> str:
    return path + ("&" if "?" in path else "?") + "x={n}"


def _beside(house: House, sizes: list[int]) -> None:
    told = {DEMO: _told(house, "tests.bench.beside", DEMO, "quality")}
    if MAIN in sizes:
        told[f"bench-{MAIN}"] = _told(house, "tests.bench.beside", f"bench-{MAIN}")
    _title("Beside SQLite FTS5", "bm25 over the same texts in memory, title weighed, any word as a prefix; in process.")
    _table(
        ["centre", "FTS5 p50 (ms)", "p90", "p99"],
        *([slug, *_quantiles(answer["times"])] for slug, answer in told.items()),
    )
    quality = told[DEMO]["quality"]
    _table(
        ["on our own evaluation set", "nDCG@10", "success@1", "success@3"],
        *([name, *(f"{quality[name][key]:.3f}" for key in ("ndcg", "s1", "s3"))] for name in quality),
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    try:
        sys.exit(main())
    except subprocess.TimeoutExpired as late:
        sys.exit(f"make bench: {late}")
