"""An HSDS package becomes services, one by one: JSON in its several forms, a folder or ZIP of tables, a paged API."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from teilhabe.core.text import clean
from teilhabe.exchange.fetching import NotFetched, fetch
from teilhabe.exchange.hsds.joining import FILES, Fault, Tables, joined
from teilhabe.exchange.hsds.shapes import TABLES
from teilhabe.exchange.tables import LARGE_PART, MOST_RATIO, MOST_ROWS, TableRefused, name_of, read_table

MOST_BYTES = 600 * 1024 * 1024  # of a file, of all tables together, and of what a ZIP unpacks to
MOST_PAGES = 20_000
_ZIP = b"PK\x03\x04"
_LISTS = {name for name, kind in TABLES["service"].items() if kind.startswith("[")}
Services = Iterator[Any]  # what should be a service with all that belongs to it, or a Fault


def services_of(source: str) -> Services:
    """The services at a path or an address. TableRefused, also in between, when they cannot be read."""
    if source.lower().startswith(("http://", "https://")):
        return _services_at(source)
    path = Path(source)
    if path.is_dir():
        return _of_folder(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TableRefused(f"{name_of(path)} has more than {MOST_BYTES // 2**20} MB. Split it.")
        data = path.read_bytes()
    except OSError as fault:
        raise TableRefused(f"{name_of(path)} cannot be read: {fault.strerror}.") from fault
    return _of_bytes(name_of(path), data)


def _of_bytes(name: str, data: bytes) -> Services:
    if data.startswith(_ZIP):
        return _of_zip(name, data)
    try:
        return _of_json(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise TableRefused(f"{name} is neither JSON in UTF-8 nor a ZIP of tables.") from fault


# JSON


def _of_json(name: str, text: str) -> Services:
    """A service, a list, a page, an organisation with its services, tables, or one of these on each line."""
    reader = _Json(name, text)
    if not reader.goes_on():
        raise TableRefused(f"{name} is empty.")
    while reader.goes_on():
        if reader.next_is("["):
            for element in reader.elements():
                yield from _with_body(element)
        elif reader.next_is("{"):
            yield from _of_object(reader)
        else:
            reader.refuse("an object or a list should stand here")


def _of_object(reader: _Json) -> Services:
    members: dict[str, Any] = {}
    is_page = False
    for key in reader.members():
        if key == "contents" and reader.next_is("["):
            is_page = True
            for element in reader.elements():  # one at a time: a page may hold everything
                yield from _with_body(element)
        else:
            members[key] = reader.value()
    tables: Tables = {
        FILES[stem]: value
        for key, value in members.items()
        if (stem := key.removesuffix(".csv")) in FILES and isinstance(value, list)
    }
    if is_page:
        return
    if "service" in tables and "name" not in members:
        yield from joined(tables)
    else:
        yield from _with_body(members)


def _with_body(value: Any) -> Services:
    """The services of an organisation, each with it; anything else as it is."""
    services = value.get("services") if isinstance(value, dict) else None
    if not isinstance(services, list):
        yield value
        return
    body = {name: told for name, told in value.items() if name != "services"}
    for service in services:
        yield {"organization": body, **service} if isinstance(service, dict) else service


class _Json:
    """Reads a text value by value, so that a list of a hundred thousand never stands in memory as a whole."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text, self._at = name, text, 0
        self._decoder = json.JSONDecoder(parse_constant=lambda constant: None)

    def goes_on(self) -> bool:
        while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
            self._at += 1
        return self._at < len(self._text)

    def next_is(self, character: str) -> bool:
        return self.goes_on() and self._text[self._at] == character

    def _take(self, character: str) -> bool:
        found = self.next_is(character)
        self._at += found
        return found

    def value(self) -> Any:
        if not self.goes_on():
            self.refuse("the file seems cut off")
        try:
            value, self._at = self._decoder.raw_decode(self._text, self._at)
        except RecursionError:
            self.refuse("it is nested too deeply")
        except json.JSONDecodeError as fault:
            self._at = fault.pos
            self.refuse(fault.msg)
        except ValueError:
            self.refuse("a number is too long")
        return value

    def elements(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self._take("[")
        if self._take("]"):
            return
        while True:
            yield self.value()
            if self._take("]"):
                return
            if not self._take(","):
                self.refuse("a comma or the end of the list is missing; is the file cut off?")

    def members(self) -> Iterator[str]:
        """The names in the object that begins here; who asks takes each value before the next name."""
        self._take("{")
        if self._take("}"):
            return
        while True:
            key = self.value()
            if not isinstance(key, str) or not self._take(":"):
                self.refuse("a name and a colon should stand here")
            yield key
            if self._take("}"):
                return
            if not self._take(","):
                self.refuse("a comma or the end of the object is missing; is the file cut off?")

    def refuse(self, why: str) -> NoReturn:
        line = self._text.count("\n", 0, self._at) + 1
        raise TableRefused(f"{self._name} cannot be read as JSON, line {line}: {why}. Nothing was written.")


# tables


def _of_folder(folder: Path) -> Services:
    name, root = name_of(folder), folder.resolve()
    listed = folder / "datapackage.json"
    files = {path.name: path for path in sorted(folder.iterdir())}
    if listed.is_file() and listed.stat().st_size:
        if listed.stat().st_size > LARGE_PART:
            raise TableRefused(f"{name}: datapackage.json is too large.")
        wanted = _resources(name, listed.read_bytes())
    else:
        wanted = {FILES[path.stem]: path.name for path in files.values() if _is_table(path.name)}
    paths = {}
    for table, relative in wanted.items():
        path = (folder / relative).resolve()
        if not path.is_relative_to(root):
            raise TableRefused(f"{name}: {clean(relative, 80)} lies outside the package; it is not read.")
        if path.is_file():
            paths[table] = path
    return _of_tables(name, paths)


def _is_table(name: str) -> bool:
    return name.endswith(".csv") and name.removesuffix(".csv") in FILES


def _resources(name: str, data: bytes) -> dict[str, str]:
    """Table -> path, as datapackage.json says."""
    try:
        package = json.loads(data)
        resources = [(r.get("name"), r.get("path")) for r in package["resources"] if isinstance(r, dict)]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as fault:
        raise TableRefused(f"{name}: datapackage.json cannot be read, or lists no resources.") from fault
    found = {}
    for table, path in resources:
        path = path[0] if isinstance(path, list) and len(path) == 1 else path
        if not isinstance(table, str) or not isinstance(path, str):
            continue
        if "://" in path or "\\" in path or "\0" in path or PurePosixPath(path).is_absolute() or ".." in path:
            raise TableRefused(f"{name}: {clean(path, 80)} lies outside the package; it is not read.")
        if table := FILES.get(table, table if table in TABLES else ""):
            found[table] = path
    return found


def _of_tables(name: str, paths: dict[str, Path]) -> Services:
    if "service" not in paths:
        raise TableRefused(f"{name} holds no services.csv; an HSDS package has one.")
    if sum(path.stat().st_size for path in paths.values()) > MOST_BYTES:
        raise TableRefused(f"{name} has more than {MOST_BYTES // 2**20} MB. Split it.")
    tables: Tables = {}
    for table, path in paths.items():
        if not path.stat().st_size:
            continue
        read = read_table(path, known=TABLES[table])
        tables[table] = [Fault(row.fault, row.cells.get("id", "")) if row.fault else row.cells for row in read.rows]
        if fault := next((row for row in read.rows if row.fault and table != "service"), None):
            raise TableRefused(f"{name}: row {fault.number} of {path.name} {fault.fault}.")
    return joined(tables)


def _of_zip(name: str, data: bytes) -> Services:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            _refuse_bomb(name, parts)
            # tables lie together, at the top or in one folder
            services = [part.filename for part in parts if PurePosixPath(part.filename).name == "services.csv"]
            listed = [p.filename for p in parts if PurePosixPath(p.filename).name == "datapackage.json" and p.file_size]
            folder = PurePosixPath((listed or services or ["x"])[0]).parent
            with tempfile.TemporaryDirectory(prefix="teilhabe-hsds-") as unpacked:
                wanted = (
                    _resources(name, archive.read(listed[0]))
                    if listed
                    else {
                        FILES[path.stem]: path.name
                        for part in parts
                        if (path := PurePosixPath(part.filename)).parent == folder and _is_table(path.name)
                    }
                )
                names = {part.filename for part in parts}
                paths = {}
                for table, relative in wanted.items():
                    if (inside := str(folder / relative)) in names:
                        paths[table] = Path(unpacked) / f"{table}.csv"  # our own name: theirs leads nowhere
                        paths[table].write_bytes(archive.read(inside))
                return iter(list(_of_tables(name, paths)))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as fault:
        raise TableRefused(f"{name} cannot be opened: the ZIP seems damaged, cut off or locked.") from fault


def _refuse_bomb(name: str, parts: list[zipfile.ZipInfo]) -> None:
    # zipfile never unpacks more of a part than it declares, so what is declared can be relied on
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_BYTES or len(parts) > 1000:
        raise TableRefused(f"{name} would unpack to {unpacked // 2**20} MB in {len(parts)} parts; it is not opened.")
    if any(p.file_size > LARGE_PART and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts):
        raise TableRefused(f"{name} is packed tighter than any package of tables; it is not opened.")


# an API


def _services_at(url: str) -> Services:
    """The services of a paged API (its root, or /services), or of a file that lies at an address."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    first = _get(_with(url, {"full": "true", "per_page": "100", **asked}) if _may_be_api(parts.path) else url)
    page = _page(first)
    if page is None:
        return _of_bytes(clean(parts.path.rsplit("/", 1)[-1], 80) or parts.hostname or "", first)
    if "contents" not in page and {"version", "openapi_url"} & set(page) and "id" not in page:
        return _services_at(urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/services")))
    return _of_pages(url, asked, page) if isinstance(page.get("contents"), list) else _of_bytes("the answer", first)


def _may_be_api(path: str) -> bool:
    return not path.lower().endswith((".json", ".jsonl", ".ndjson", ".zip"))


def _page(data: bytes) -> dict[str, Any] | None:
    """A JSON object, if that is what came."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_pages(url: str, asked: dict[str, str], page: dict[str, Any]) -> Services:
    seen: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        contents = page.get("contents")
        if not isinstance(contents, list):
            raise TableRefused(f"Page {number} of {clean(url, 200)} is no page of services. Nothing was written.")
        keys = [str(one.get("id")) if isinstance(one, dict) else "" for one in contents]
        if not contents or seen.issuperset(keys):  # an API that does not page gives the first one again
            return
        seen.update(keys)
        if len(seen) > MOST_ROWS:
            raise TableRefused(f"{clean(url, 200)} has more than {MOST_ROWS:,} services.")
        for key, service in zip(keys, contents, strict=True):
            yield service if not key or _LISTS & set(service) else _single(url, key, service)
        if page.get("last_page") is True or number >= _whole(page.get("total_pages"), MOST_PAGES):
            return
        told = {"full": "true", "per_page": "100", **asked, "page": str(number + 1)}
        page = _page(_get(_with(url, told))) or {}
    raise TableRefused(f"{clean(url, 200)} has more than {MOST_PAGES:,} pages.")


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _single(url: str, key: str, known: dict[str, Any]) -> Any:
    """A service with all that belongs to it: lists tell only its own fields."""
    parts = urlsplit(url)
    query = {k: v for k, v in parse_qsl(parts.query) if k not in {"page", "per_page", "full"}}
    path = f"{parts.path.rstrip('/')}/{quote(key, safe='')}"
    try:
        found = _page(fetch(_with(urlunsplit(parts._replace(path=path)), query)).body)
    except NotFetched as fault:
        return Fault(f"cannot be fetched: {fault}", key)
    return {**known, **found} if found else Fault("is no JSON object where it should stand", key)


def _get(url: str) -> bytes:
    try:
        return fetch(url).body
    except NotFetched as fault:
        raise TableRefused(f"{fault} Nothing was written.") from fault


def _with(url: str, query: dict[str, str]) -> str:
    return urlunsplit(urlsplit(url)._replace(query=urlencode(query), fragment=""))
