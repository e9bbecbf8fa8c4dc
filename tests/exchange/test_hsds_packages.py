"""What an HSDS package may look like: JSON in its forms, tables, a paged API; and what is refused."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import socket
import threading
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from teilhabe.exchange.fetching import NotFetched, _is_public, fetch
from teilhabe.exchange.hsds import packages
from teilhabe.exchange.hsds.packages import services_of
from teilhabe.exchange.hsds.shapes import TABLES, shaped
from teilhabe.exchange.tables import TableRefused
from tests.exchange.services import answering, full_service, key, service

FILES = {"taxonomy": "taxonomies", "address": "addresses", "service_at_location": "service_at_location"}


def names(source: Any) -> list[str]:
    return [one["name"] for one in services_of(str(source))]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "paket.json"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(service(1)),
        json.dumps([service(1)]),
        json.dumps({"total_pages": 1, "contents": [service(1)]}),
        json.dumps({"services": [service(1)]}),
        json.dumps({"services.csv": [service(1)], "phones.csv": []}),
        json.dumps({"name": "Lernhaus", "services": [service(1)]}),
        json.dumps(service(1)) + "\n",
        "\ufeff" + json.dumps([service(1)], indent=2),
    ],
)
def test_json_comes_in_many_forms(tmp_path: Path, text: str):
    assert names(write(tmp_path, text)) == ["Beratung 1"]


def test_one_service_on_each_line(tmp_path: Path):
    assert names(write(tmp_path, "\n".join(json.dumps(service(n)) for n in (1, 2)))) == ["Beratung 1", "Beratung 2"]


@pytest.mark.parametrize(
    "text",
    ["", "  ", "[", '[{"id": 1}', '{"contents": [{}', '{"a" 1}', "[1 2]", "7", "[" * 200_000, '{"a":' * 100_000,
     "[" + "9" * 6000 + "]", '{"contents": [{}] "x"}', "\x00\x01", "<html></html>"],
)  # fmt: skip
def test_what_is_no_json_is_refused(tmp_path: Path, text: str):
    with pytest.raises(TableRefused):
        list(services_of(str(write(tmp_path, text))))


def tables(record: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables that a nested service stands for."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def walk(table: str, value: dict[str, Any], **links: str) -> None:
        row = {**value, **links}
        for name, kind in TABLES[table].items():
            part = kind.strip("[]")
            if part not in TABLES or name not in value:
                continue
            told = row.pop(name)
            for one in told if isinstance(told, list) else [told]:
                if isinstance(told, dict):
                    row[f"{part}_id"] = one["id"]
                    walk(part, one)
                elif part == "attribute":
                    walk(part, one, link_id=value["id"], link_entity=table)
                else:
                    walk(part, one, **{f"{table}_id": value["id"]})
        if row not in found[table]:
            found[table].append(row)

    walk("service", record)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The full service as a folder of tables with a datapackage.json."""
    made = tmp_path / "paket"
    made.mkdir()
    resources = []
    for table, rows in tables(full_service()).items():
        name = f"{FILES.get(table, table + 's')}.csv"
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (made / name).open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        resources.append({"name": table, "path": name})
    (made / "datapackage.json").write_text(json.dumps({"name": "hsds", "resources": resources}))
    return made


def zipped(folder: Path, target: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, f"{inside}{path.name}")
    return target


def test_tables_say_the_same_as_json(folder: Path, tmp_path: Path):
    expected = shaped("service", full_service())
    assert [shaped("service", one) for one in services_of(str(folder))] == [expected]
    for inside in ("", "hsds/"):
        archive = zipped(folder, tmp_path / "paket.zip", inside)
        assert [shaped("service", one) for one in services_of(str(archive))] == [expected]
    (folder / "datapackage.json").unlink()
    assert [shaped("service", one) for one in services_of(str(folder))] == [expected]


def test_no_table_is_read_outside_the_package(folder: Path, tmp_path: Path):
    (tmp_path / "geheim.csv").write_text("id,name\n1,geheim\n")
    for path in ("../geheim.csv", str(tmp_path / "geheim.csv"), "https://example.org/services.csv", "..\\geheim.csv"):
        told = {"resources": [{"name": "service", "path": path}]}
        (folder / "datapackage.json").write_text(json.dumps(told))
        with pytest.raises(TableRefused, match="outside"):
            services_of(str(folder))
        with pytest.raises(TableRefused, match="outside"):
            services_of(str(zipped(folder, tmp_path / "paket.zip")))
    (folder / "datapackage.json").unlink()
    (folder / "services.csv").unlink()
    (folder / "services.csv").symlink_to(tmp_path / "geheim.csv")
    with pytest.raises(TableRefused, match="outside"):
        services_of(str(folder))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"resources": 3}', '{"resources": [{"name": 1}, 2]}'])
def test_a_broken_list_of_tables_is_refused(folder: Path, text: str):
    (folder / "datapackage.json").write_text(text)
    with pytest.raises(TableRefused):
        services_of(str(folder))


def test_tables_with_faults(folder: Path):
    (folder / "phones.csv").write_text("id,number\n1,2,3,4\n")
    with pytest.raises(TableRefused, match=r"row 2 of phones.csv has more cells"):
        services_of(str(folder))
    (folder / "phones.csv").write_bytes("id,number\n1,Ü\n".encode("cp1252"))
    with pytest.raises(TableRefused, match="UTF-8"):
        services_of(str(folder))


def test_zips_that_would_hurt_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bomb = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", b"\0" * (20 * 2**20))
    with pytest.raises(TableRefused, match="tighter"):
        services_of(str(bomb))
    monkeypatch.setattr(packages, "MOST_BYTES", 2**20)
    with pytest.raises(TableRefused, match="unpack"):
        services_of(str(bomb))
    for data in (bomb.read_bytes()[:-50], b"PK\x03\x04" + b"x" * 100):
        bomb.write_bytes(data)
        with pytest.raises(TableRefused, match="damaged"):
            services_of(str(bomb))


def test_a_zip_without_services_is_refused(tmp_path: Path):
    path = tmp_path / "leer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("liesmich.txt", "nichts")
    with pytest.raises(TableRefused, match=r"no services\.csv"):
        services_of(str(path))


# the web


@pytest.fixture
def _private(settings: Any) -> None:
    settings.TEILHABE_FETCH_PRIVATE = True


def api(services: list[dict[str, Any]], *, flat: bool = False, flags: bool = True) -> Any:
    """A paged API; `flat`: lists tell only own fields; without `flags` nobody says which page is last."""

    def answer(address: str) -> Any:
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api":
            return {"version": "3.1", "profile": "https://example.org/", "openapi_url": "https://example.org/"}
        if parts.path != "/api/services":
            wanted = parts.path.rsplit("/", 1)[-1]
            return next((one for one in services if one["id"] == wanted), (404, {}, b"{}"))
        page, size = int(asked.get("page", 1)), 2
        found = services[(page - 1) * size : page * size]
        if flat:
            found = [{"id": one["id"], "name": one["name"]} for one in found]
        last = {"total_pages": -(-len(services) // size), "last_page": page * size >= len(services)} if flags else {}
        return {"contents": found, **last}

    return answer


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize("options", [{}, {"flat": True}, {"flags": False}], ids=str)
def test_an_api_is_read_page_by_page(options: dict[str, Any]):
    services = [service(n, phones=[]) for n in range(1, 6)]
    with answering(api(services, **options)) as root:
        for address in (f"{root}/api", f"{root}/api/services", f"{root}/api/services?per_page=2"):
            found = list(services_of(address))
            assert [(one["name"], one["organization"]["name"]) for one in found] == [
                (f"Beratung {n}", "Lernhaus e. V.") for n in range(1, 6)
            ]


@pytest.mark.usefixtures("_private")
def test_a_file_in_the_web_is_read_like_one_here(folder: Path, tmp_path: Path):
    data = zipped(folder, tmp_path / "paket.zip").read_bytes()
    with answering(lambda path: (200, {}, data) if path.endswith(".zip") else [service(1)]) as root:
        assert names(f"{root}/paket.zip") == ["Beratung 1"]
        assert names(f"{root}/alle.json") == ["Beratung 1"]


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda path: (404, {}, b"{}"), "answers 404"),
        (lambda path: (302, {"Location": path}, b""), "sends us on and on"),
        (lambda path: (302, {"Location": "file:///etc/passwd"}, b""), "only http"),
        (lambda path: (200, {}, b"<html>"), "cannot be read as JSON"),
        (lambda path: (200, {"Content-Length": "500"}, b"[]"), "does not answer|broke off"),
        (lambda path: {"contents": [service(1, phones=[])], "last_page": False} if "page=2" not in path else [],
         "no page of services"),
    ],
)  # fmt: skip
def test_answers_that_are_none_are_refused(answer: Any, sentence: str):
    with answering(answer) as root, pytest.raises(TableRefused, match=sentence):
        list(services_of(f"{root}/api/services"))


@pytest.mark.usefixtures("_private")
def test_an_api_that_never_ends_is_left_when_it_repeats_itself():
    with answering(lambda path: {"contents": [service(1, phones=[])], "last_page": False}) as root:
        assert names(f"{root}/services") == ["Beratung 1"]


@pytest.mark.usefixtures("_private")
def test_a_service_that_cannot_be_fetched_is_a_fault_of_its_own():
    flat = {"id": key(1), "name": "Fort"}
    with answering(
        lambda path: {"contents": [flat]} if "page=" in path or "per_page" in path else (404, {}, b"")
    ) as root:
        (fault,) = services_of(f"{root}/services")
    assert (fault.key, "answers 404" in fault.reason) == (key(1), True)


@pytest.mark.usefixtures("_private")
def test_a_server_that_is_busy_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch):
    waits: list[float] = []
    monkeypatch.setattr("teilhabe.exchange.fetching.time.sleep", waits.append)
    answers = iter([(429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "x"}, b""), (200, {}, b"da")])
    with answering(lambda path: next(answers)) as root:
        assert fetch(root).body == b"da"
    assert waits == [7, 5]


@pytest.mark.usefixtures("_private")
def test_too_much_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("teilhabe.exchange.fetching.MOST_BYTES", 1000)
    with answering(lambda path: (200, {}, b"x" * 5000)) as root, pytest.raises(NotFetched, match="sends more than"):
        fetch(root)


@pytest.mark.usefixtures("_private")
def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("teilhabe.exchange.fetching.LONGEST", 0.3)
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not done.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(NotFetched):
            fetch(f"http://127.0.0.1:{server.getsockname()[1]}/")
        done.set()
        thread.join()


def test_private_networks_are_not_asked(settings: Any):
    settings.TEILHABE_FETCH_PRIVATE = False
    asked: list[str] = []
    with answering(lambda path: asked.append(path) or []) as root:
        port = root.rsplit(":", 1)[1]
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0"):
            with pytest.raises(NotFetched, match=r"private network|no host"):
                fetch(f"http://{host}:{port}/")
    assert asked == []


@pytest.mark.parametrize(
    "number",
    ["10.0.0.1", "192.168.1.1", "172.16.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
     "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "ff02::1"],
)  # fmt: skip
def test_which_numbers_are_private(number: str):
    assert not _is_public(number)
    assert _is_public("8.8.8.8")
    assert _is_public("2a00:1450:4001::1")


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://a:b@example.org/", "http://x:99999/",
                "http://exa mple.org/", "http://[::1", "http://bücher.example/", "gopher://127.0.0.1:70/"],
)  # fmt: skip
def test_addresses_that_are_none(address: str):
    with pytest.raises(NotFetched):
        fetch(address)


def test_the_buffers_of_zips_are_ours(tmp_path: Path):
    """A part whose name leads out of the folder is written nowhere."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("../../services.csv", "id,name\n1,Ausbruch\n")
    path = tmp_path / "flucht.zip"
    path.write_bytes(data.getvalue())
    assert [one["name"] for one in services_of(str(path))] == ["Ausbruch"]
    assert not (tmp_path.parent / "services.csv").exists()
