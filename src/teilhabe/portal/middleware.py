"""Whole responses of public pages, kept in this process per centre, language and data version."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from teilhabe.accounts.middleware import OFFICE
from teilhabe.core.http import Handler

KEPT_FOR = 60.0  # seconds; a page says what is open now
LARGEST = 16 * 1024 * 1024  # bytes of bodies in one process
LONGEST_KEY = 2000  # characters of an address
SMALLEST_ZIPPED = 400  # bytes: below, zipping gains nothing
NEVER = (*OFFICE, "/api/", "/health", "/static/")
COMPRESSIBLE = ("text/", "application/json", "application/xml")

Key = tuple[str | int | None, ...]


@dataclass
class Kept:
    """One answer, plain and zipped; headers as they were."""

    plain: bytes
    zipped: bytes | None
    headers: dict[str, str]
    etag: str
    since: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.zipped or b"") + 600

    def answer(self, request: HttpRequest) -> HttpResponse:
        if self.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response: HttpResponse = HttpResponseNotModified()
            response.headers["ETag"] = self.etag
            response.headers["Cache-Control"] = self.headers["Cache-Control"]
            response.headers["Vary"] = self.headers["Vary"]
            return response
        is_zipped = self.zipped is not None and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        body = self.zipped if is_zipped and self.zipped is not None else self.plain
        response = HttpResponse(b"" if request.method == "HEAD" else body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if is_zipped:
            response.headers["Content-Encoding"] = "gzip"
        return response


class KeptResponses:
    """Answers a GET of a public page from memory while the centre's version stands, for a minute at most.

    Pages of the office, forms and answers that set a cookie are not touched. What is kept is bounded in bytes; the
    longest unused goes first.
    """

    kept: OrderedDict[Key, Kept] = OrderedDict()
    size = 0
    lock = Lock()

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or request.path.startswith(NEVER):
            return self.get_response(request)
        key = self._key(request)
        found = self.kept.get(key)
        if found and time.monotonic() - found.since < KEPT_FOR:
            with self.lock:
                if key in self.kept:
                    self.kept.move_to_end(key)
            return found.answer(request)
        response = self.get_response(request)
        if response.streaming or response.cookies or not _is_compressible(response):
            return response
        made = _kept(response)
        if response.status_code != 200:
            return _zipped(request, response, made)
        if request.method == "GET" and len(request.get_full_path()) < LONGEST_KEY:
            self._keep(key, made)
        return made.answer(request)

    @staticmethod
    def _key(request: HttpRequest) -> Key:
        centre = getattr(request, "centre", None)
        reader = request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200] if request.path == "/" else ""
        version = (centre.pk, centre.version) if centre else (None, None)
        return (*version, request.scheme, request.get_host(), request.get_full_path(), reader)

    @classmethod
    def _keep(cls, key: Key, made: Kept) -> None:
        with cls.lock:
            if old := cls.kept.pop(key, None):
                cls.size -= old.size
            cls.kept[key] = made
            cls.size += made.size
            while cls.size > LARGEST:
                _, gone = cls.kept.popitem(last=False)
                cls.size -= gone.size

    @classmethod
    def forget(cls) -> None:
        with cls.lock:
            cls.kept.clear()
            cls.size = 0


def _is_compressible(response: HttpResponse) -> bool:
    kind = response.headers.get("Content-Type", "")
    return kind.startswith(COMPRESSIBLE) and not response.headers.get("Content-Encoding")


def _kept(response: HttpResponse) -> Kept:
    patch_vary_headers(response, ("Accept-Encoding",))
    response.headers.setdefault("Cache-Control", "no-cache")  # ask again each time; the answer is mostly 304
    plain = response.content
    # a fixed time makes equal pages equal, so that every process gives the same ETag
    zipped = gzip.compress(plain, 6, mtime=0) if len(plain) > SMALLEST_ZIPPED else None
    etag = f'"{hashlib.blake2b(plain, digest_size=12).hexdigest()}"'
    return Kept(plain, zipped, {**dict(response.headers), "ETag": etag}, etag)


def _zipped(request: HttpRequest, response: HttpResponse, made: Kept) -> HttpResponse:
    """An answer that is not kept (an error, a redirect), zipped where that is wanted."""
    if made.zipped is not None and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response.content = made.zipped
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(made.zipped))
    return response
