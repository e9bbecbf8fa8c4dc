"""The OpenAPI document is what was committed, and what is answered is what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode

from teilhabe.api import schemas
from teilhabe.api.api import FAULTS, document
from teilhabe.config.wsgi import application
from teilhabe.directory.models import Offer
from teilhabe.matching.index import LEVELS
from tests.api.__main__ import SNAPSHOT, text_of


def test_the_document_is_the_committed_one(ask: Any, town: Any):
    assert text_of(document()) == SNAPSHOT.read_text(), "say: .venv/bin/python -m tests.api"
    assert ask("openapi.json") == json.loads(SNAPSHOT.read_text())


def test_every_operation_says_what_can_go_wrong():
    operations = {path["get"]["operationId"]: path["get"] for path in document()["paths"].values()}
    assert set(operations) == set(FAULTS)
    for operation in operations.values():
        assert operation["description"]
        assert "application/problem+json" in operation["responses"]["400"]["content"]
        assert all("description" in parameter for parameter in operation["parameters"] if parameter["in"] == "query")


def test_the_enumerations_are_those_of_the_rooms_below():
    assert set(get_args(schemas.Category)) == set(Offer.Category.values)
    assert get_args(schemas.Level) == LEVELS


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """A real request closes the connection, and with it the test's transaction; Django's client keeps it likewise."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("path", document()["paths"])
def test_answers_are_as_described(town: Any, path: str, mode: GenerationMode):
    """All checks of schemathesis, with values as described and with others."""
    load_all_checks()
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)[path]["GET"]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def answers(case: Any) -> None:
        case.call_and_validate()

    answers()
