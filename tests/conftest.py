"""Every test runs in a home of its own, without network, on the database that DATABASE_URL names (SQLite if none)."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from typing import Any

_home = tempfile.TemporaryDirectory(prefix="teilhabe-tests-")
os.environ["TEILHABE_HOME"] = _home.name
os.environ["TEILHABE_SECRET_KEY"] = "only for tests"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver runs a loop of its own
for name in ("TEILHABE_DEFAULT_CENTRE", "TEILHABE_HOSTS", "TEILHABE_ENCODER"):
    os.environ.pop(name, None)

import pytest  # noqa: E402


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that is about one database is left out on the other; nothing is skipped."""
    from django.db import connection

    here = connection.vendor
    elsewhere = [i for i in items if (m := i.get_closest_marker("only_on")) and m.args[0] != here]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    settings.TEILHABE_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What a process keeps between requests would outlive a rolled back test."""
    from teilhabe.centres.middleware import CentreOfHost

    CentreOfHost.known.clear()
    yield
    CentreOfHost.known.clear()


@pytest.fixture(autouse=True)
def _model_only_where_wanted(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """Most tests search by words and letters; those marked `model` load the embeddings."""
    from teilhabe.core.encoder import encoder

    if request.node.get_closest_marker("model"):
        encoder.cache_clear()
        yield
        return
    settings.TEILHABE_ENCODER = "none"
    encoder.cache_clear()
    yield
    encoder.cache_clear()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine answers in tests."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(
            ("127.", "::1", "localhost")
        ):
            raise OSError(f"a test wanted to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture
def centre(db: None) -> Iterator[Any]:
    """Centre Leverkusen, in scope."""
    from teilhabe.centres.scope import in_centre
    from tests.factories import make_centre

    with in_centre(make_centre("05316000")) as made:
        yield made


@pytest.fixture
def other_centre(db: None) -> Any:
    """A second centre, not in scope."""
    from tests.factories import make_centre

    return make_centre("05334002")
