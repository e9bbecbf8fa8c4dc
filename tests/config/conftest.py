from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.config.house import House


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one centre, made once."""
    home = tmp_path_factory.mktemp("house") / "home"
    house = House(home)
    house.run("migrate")
    house.run("centre", "create", "05316000")
    return home


@pytest.fixture
def empty(tmp_path: Path) -> House:
    """A house nobody has moved into."""
    return House(tmp_path / "empty", {"TEILHABE_ENCODER": "none"})


@pytest.fixture
def house(_built: Path, tmp_path: Path) -> House:
    """A house of centre Leverkusen without offers, on SQLite, without the model."""
    return House(shutil.copytree(_built, tmp_path / "home"), {"TEILHABE_ENCODER": "none"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs whole programs reads /proc, and runs once: on SQLite, but for the move to PostgreSQL."""
    for item in items:
        if not item.get_closest_marker("slow") or Path(__file__).parent not in item.path.parents:
            continue
        if sys.platform != "linux":
            item.add_marker(pytest.mark.skip(reason="counts processes by /proc"))
        else:
            wants = "on_postgresql" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.only_on("postgresql" if wants else "sqlite"))
