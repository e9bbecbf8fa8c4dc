"""Files and answers from elsewhere in the web: a time for each, a size for each, and no way into our own network."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from teilhabe.core.text import clean

TIMEOUT = 30  # seconds in which a server must say its next word
LONGEST = 600  # seconds for one answer
MOST_BYTES = 200 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_WAITS, LONGEST_WAIT = 5, 120  # how often, and how many seconds, we wait when a server says 429


class NotFetched(Exception):
    """There is no such answer to be had; the message is a sentence that says why."""


@dataclass(frozen=True)
class Fetched:
    url: str  # where the answer stood in the end
    body: bytes


def fetch(url: str) -> Fetched:
    """What stands at `url` (http or https). NotFetched when it cannot be had, or must not be asked for."""
    waits = 0
    for _ in range(MOST_REDIRECTS + MOST_WAITS + 1):
        status, headers, body = _ask(url)
        if status in {301, 302, 303, 307, 308} and headers.get("location"):
            url = urljoin(url, headers["location"])
        elif status in {429, 503} and waits < MOST_WAITS:
            waits += 1
            told = headers.get("retry-after", "")
            time.sleep(min(int(told), LONGEST_WAIT) if told.isdecimal() and len(told) < 9 else 5)
        elif status == 200:
            return Fetched(url, body)
        else:
            raise NotFetched(f"{_shown(url)} answers {status}.")
    raise NotFetched(f"{_shown(url)} sends us on and on, or lets us wait too often.")


def _ask(url: str) -> tuple[int, dict[str, str], bytes]:
    if not url.isascii() or not url.isprintable() or " " in url:
        raise NotFetched(f"{_shown(url)} is no address of the web.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as fault:
        raise NotFetched(f"{_shown(url)} is no address of the web.") from fault
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise NotFetched(f"{_shown(url)}: only http:// and https:// are fetched, without a name and password.")
    deadline = time.monotonic() + LONGEST
    connection = _Pinned(host, port, _address_of(host, port), is_secure=parts.scheme == "https")
    try:
        connection.request(
            "GET",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            headers={"Accept": "application/json, */*", "Accept-Encoding": "identity", "User-Agent": "Teilhabe"},
        )
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, _body(url, answer, deadline)
    except (OSError, http.client.HTTPException) as fault:
        raise NotFetched(f"{_shown(url)} does not answer: {clean(str(fault), 120) or type(fault).__name__}.") from fault
    finally:
        connection.close()


def _body(url: str, answer: http.client.HTTPResponse, deadline: float) -> bytes:
    found, size = [], 0
    while piece := answer.read1(1 << 20):
        size += len(piece)
        if size > MOST_BYTES:
            raise NotFetched(f"{_shown(url)} sends more than {MOST_BYTES // 2**20} MB; that is not read.")
        found.append(piece)
    if time.monotonic() > deadline:
        raise NotFetched(f"{_shown(url)} has not ended after {LONGEST} seconds.")
    if answer.length:  # what was promised and did not come
        raise NotFetched(f"{_shown(url)} broke off in the middle.")
    return b"".join(found)


def _address_of(host: str, port: int) -> str:
    """The number to connect to, looked at before: a name may lead anywhere, and elsewhere the next time."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise NotFetched(f"There is no host {clean(host, 120)}.") from fault
    numbers = [str(entry[4][0]) for entry in found]
    if not settings.TEILHABE_FETCH_PRIVATE:
        for number in numbers:
            if not _is_public(number):
                raise NotFetched(
                    f"{clean(host, 120)} lies in a private network ({number}), where we fetch nothing unless"
                    " TEILHABE_FETCH_PRIVATE=yes allows it."
                )
    return numbers[0]


def _is_public(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inside is not None:
            return _is_public(str(inside))
        if address in ipaddress.ip_network("64:ff9b::/96"):  # IPv4 behind a translator
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    return address.is_global and not address.is_multicast


class _Pinned(http.client.HTTPConnection):
    """A connection to the very number that was looked at; the certificate must still be that of the host."""

    def __init__(self, host: str, port: int, number: str, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._number = number
        self._is_secure = is_secure
        self._end: threading.Timer | None = None
        # the Host header names the port only when it is not the usual one
        self.default_port = 443 if is_secure else 80

    def connect(self) -> None:
        self.sock = plain = socket.create_connection((self._number, self.port), TIMEOUT)
        # a server that says a letter now and then would never run into TIMEOUT
        self._handle = plain.dup()
        self._end = threading.Timer(LONGEST, _cut, [self._handle])
        self._end.daemon = True
        self._end.start()
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def close(self) -> None:
        if self._end:
            self._end.cancel()
            self._handle.close()
        super().close()


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def _shown(url: str) -> str:
    """An address for a message: without what may be secret in its query."""
    return clean(url.split("?", 1)[0], 200)
