"""Whole chains: the demo on PostgreSQL, one speaker, the demo command's port and data folder."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from coach.bootstrap import Services, build
from coach.cli.run import free_port
from coach.demo import load_demo
from coach.errors import BadInput, NoExchanges
from coach.game.pack import PackWords
from coach.game.phases import Action
from coach.game.rounds import PlanOptions
from coach.settings import Settings
from tests.conftest import DEMO


@pytest.mark.postgres
def test_the_demo_runs_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as db:
        db.execute(text("DROP SCHEMA public CASCADE"))
        db.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    s = build(Settings(data_dir=tmp_path / "data", database_url=postgres_url))
    assert load_demo(s) == load_demo(s)
    (pack,) = s.packs.listed()
    session = s.host.open(pack.id, [(None, "甲")])
    s.host.act(session.id, Action.NEXT)
    s.host.act(session.id, Action.END)
    assert s.host.table(session.id).session.state.ended
    assert s.host.listed()[0].seats[0].name == "甲"
    assert s.search.find("为什么又扣钱").matches
    s.engine.dispose()


def test_a_call_with_one_speaker_is_kept_and_says_why_it_cannot_be_played(
    services: Services, tmp_path: Path
) -> None:
    import json

    doc = json.loads(next(DEMO.glob("01*.transcript.json")).read_text("utf-8"))
    doc["segments"] = [s for s in doc["segments"] if s["channel"] == 1]
    (tmp_path / "t.json").write_text(json.dumps(doc))
    r = services.intake.take(next(DEMO.glob("01*.flac")), transcript=tmp_path / "t.json").recording
    with pytest.raises(NoExchanges) as caught:
        services.prepare(r.id, PlanOptions(), PackWords())
    assert "两个人" in caught.value.advice("zh")
    assert services.call(r.id).turns


def test_the_demo_has_what_the_newcomer_meets(demo: Services) -> None:
    recordings = demo.calls.listed()
    assert len(recordings) == 4
    assert sum(not demo.calls.segments(r.id) for r in recordings) == 1, "one to transcribe"
    for r in recordings:
        assert (r.channels, r.sample_rate) == (2, 8000)
        assert 60 <= r.duration <= 120
    assert len(demo.packs.listed()[0].rounds) == 4
    assert demo.packs.listed()[0].seconds <= 240
    assert demo.teams.listed()[0].members


def test_a_port_that_is_taken_gives_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 50
    with pytest.raises(BadInput):
        free_port("203.0.113.1", 8501)


def test_the_demo_command_writes_only_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "a b?c%d"))
    subprocess.run([sys.executable, "-m", "coach", "demo", "--load-only"], check=True, cwd=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a b?c%d"]
    names = {p.name for p in (tmp_path / "a b?c%d").iterdir()}
    assert "coach.db" in names
    assert "audio" in names


def test_opening_to_the_network_is_said_aloud() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coach", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "only once there is an account" in " ".join(done.stdout.split())
