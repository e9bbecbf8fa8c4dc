"""Which centre answers at which host name."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from teilhabe.centres.models import Centre
from teilhabe.centres.queries import centre_answering, check_default_centre
from tests.factories import make_centre

pytestmark = pytest.mark.django_db


@pytest.fixture
def bonn() -> Centre:
    return make_centre("05314000", host="bonn.example.org")


@pytest.fixture
def demo() -> Centre:
    return make_centre("05316000", is_demo=True)


def test_a_centre_answers_at_its_own_names(bonn: Centre, demo: Centre):
    assert centre_answering("Bonn.Example.org.") == bonn
    assert centre_answering("bonn.localhost") == bonn
    assert centre_answering("leverkusen.localhost") == demo


def test_elsewhere_the_only_one_answers(bonn: Centre):
    assert centre_answering("127.0.0.1") == bonn


def test_a_demo_answers_elsewhere_only_among_demos(demo: Centre, settings: Any):
    make_centre("05334002", is_demo=True)
    assert centre_answering("127.0.0.1") == demo
    bonn = make_centre("05314000")
    assert centre_answering("127.0.0.1") is None
    settings.TEILHABE_DEFAULT_CENTRE = "bonn"
    assert centre_answering("127.0.0.1") == bonn


def test_a_centre_that_is_not_there_is_no_other_one(bonn: Centre):
    assert centre_answering("nope.localhost") is None
    client = Client(headers={"host": "nope.localhost:8000"})
    assert 'href="http://bonn.example.org/de/"' in client.get("/de/").content.decode()
    answer = client.get("/api/v1/needs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "there are: bonn" in answer.json()["detail"]
    body = client.get("/api/v1/needs?centre=bonn")
    assert body.status_code == 200


def test_a_host_nobody_set_up_is_refused_in_words(bonn: Centre):
    client = Client(headers={"host": "stranger.example"})
    page = client.get("/de/")
    assert (page.status_code, page.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    problem = client.get("/api/v1/needs")
    assert (problem.status_code, problem.headers["Content-Type"]) == (400, "application/problem+json")
    assert problem.json()["detail"] in page.content.decode()
    assert "TEILHABE_HOSTS" in problem.json()["detail"]


def test_a_default_that_is_no_centre_is_named(bonn: Centre, settings: Any):
    check_default_centre()
    settings.TEILHABE_DEFAULT_CENTRE = "bonn"
    check_default_centre()
    settings.TEILHABE_DEFAULT_CENTRE = "nonsense"
    with pytest.raises(ImproperlyConfigured, match=r"TEILHABE_DEFAULT_CENTRE='nonsense'.* there are: bonn"):
        check_default_centre()
