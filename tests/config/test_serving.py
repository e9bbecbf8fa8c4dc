"""What a client meets over real HTTP that Django's test client does not show."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from tests.config.house import House

pytestmark = pytest.mark.slow


def test_a_need_of_any_length_is_cut_and_not_refused(house: House):
    house.run("reindex")
    with house.serving("--workers", "1", "--no-tasks") as server:
        for length in (4_000, 8_200, 100_000, 390_000):
            body = json.loads(server.get("/api/v1/search?q=" + "Kita+" * (length // 5)))
            assert (body["truncated"], len(body["query"]) <= 300) == (True, True), length
        assert "Kita" in server.get("/de/search?q=" + "Kita+" * 20_000)
        # memory has a bound, and who goes beyond it ends nobody else's work
        with pytest.raises((urllib.error.HTTPError, ConnectionError)):
            server.get("/api/v1/search?q=" + "Kita+" * 200_000)
        assert json.loads(server.get("/api/v1/search?q=Kita"))["truncated"] is False
