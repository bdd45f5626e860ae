"""Deleting a call: everything goes, records stay masked, and a broken-off one is finished."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coach.bootstrap import Services, build
from coach.calls.transcript import Segment
from coach.errors import BadInput, NotFound, NotReleased, WasErased
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from coach.settings import Settings
from tests.calls.test_gate import NUMBER, imported
from tests.conftest import DEMO


def played(s: Services) -> tuple[str, str, str]:
    """A call with a released pack that a session plays, and a benchmark: its ids."""
    recording_id = imported(s)
    pack = s.prepare(recording_id, PlanOptions(), PackWords())
    s.gate.release(pack.clips, "林晓")
    session = s.host.open(pack.id, [(None, "林晓")])
    s.gate.release([s.mark(recording_id, 0, ("共情",), "").clip], "林晓")
    return recording_id, pack.id, session.id


def left(s: Services, recording_id: str) -> list[Path]:
    return [p for p in s.settings.data.rglob("*") if recording_id in str(p) and p.is_file()]


def test_sound_text_clips_and_benchmarks_are_gone_and_the_record_stays(services: Services) -> None:
    recording_id, pack_id, session_id = played(services)
    clip = services.packs.get(pack_id).clips[0]
    assert left(services, recording_id)
    done = services.erasing.erase(recording_id, "质检", "客户要求删除")
    assert done.finished
    assert done.gone["files"] >= 2
    assert done.gone["clip"] >= 1
    assert left(services, recording_id) == []
    assert services.calls.listed() == []
    assert services.benchmarks.listed() == []
    with pytest.raises(NotFound):
        services.call(recording_id)
    with pytest.raises((NotReleased, NotFound)):
        services.gate.hear(clip)
    kept = services.host.table(session_id).pack
    assert "[手机号]" in str(kept)
    assert NUMBER not in str(kept)
    (record,) = services.erasing.records()
    assert (record.by, record.why) == ("质检", "客户要求删除")


def test_a_deleted_call_is_not_taken_in_again(services: Services) -> None:
    recording_id, _, _ = played(services)
    services.erasing.erase(recording_id, "质检", "客户要求删除")
    with pytest.raises(WasErased):
        services.intake.take(next(DEMO.glob("01*.flac")))


def test_what_a_worker_still_had_in_hand_is_not_stored(services: Services) -> None:
    recording_id = imported(services)
    services.erasing.erase(recording_id, "质检", "客户要求删除")
    with pytest.raises(NotFound):
        services.calls.save_segments(recording_id, "0001/0", "o", [Segment(0, 1, NUMBER)])
    assert services.calls.parts(recording_id, "o") == {}


def test_deleted_rows_leave_no_bytes_in_the_files(services: Services) -> None:
    recording_id = imported(services)
    said = json.dumps(NUMBER)[1:-1].encode()  # as it stands in a JSON column

    def written() -> bytes:
        return b"".join(p.read_bytes() for p in services.settings.data.glob("coach.db*"))

    assert said in written()
    services.erasing.erase(recording_id, "质检", "客户要求删除")
    assert said not in written()
    assert NUMBER.encode() not in written()


@pytest.mark.parametrize(("by", "why"), [("", "理由"), ("质检", " ")])
def test_a_deletion_needs_a_name_and_a_reason(services: Services, by: str, why: str) -> None:
    recording_id = imported(services)
    with pytest.raises(BadInput):
        services.erasing.erase(recording_id, by, why)
    assert services.calls.get(recording_id)


def test_nothing_is_deleted_twice_and_nobody_else_s(services: Services) -> None:
    recording_id, other = imported(services), imported(services, "02")
    first = services.erasing.erase(recording_id, "质检", "导错了")
    assert services.erasing.erase(recording_id, "别人", "又来").by == first.by
    assert services.calls.segments(other)
    with pytest.raises(NotFound):
        services.erasing.erase("nobody", "质检", "导错了")


KILLED = """
import os, signal, sys
from coach.bootstrap import build
from coach.settings import Settings
from pathlib import Path
s = build(Settings(data_dir=Path(sys.argv[1])))
real = s.erasing._store.wipe if sys.argv[3] == "after" else s.erasing._hearing.forget
def die(*a):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "after":
    s.erasing._store.wipe = die
else:
    s.erasing._hearing.forget = die
s.erasing.erase(sys.argv[2], "质检", "客户要求删除")
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_it_is_finished_on_the_next_start(
    services: Services, when: str
) -> None:
    recording_id, pack_id, _ = played(services)
    data = services.settings.data
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(data), recording_id, when],
        env={**os.environ, "COACH_DATA_DIR": str(data)}, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    again = build(Settings(data_dir=data))
    with pytest.raises(NotReleased):
        again.gate.hear(services.packs.get(pack_id).clips[0])
    assert again.erasing.resume() == 1
    assert left(again, recording_id) == []
    assert again.erasing.records()[0].finished
    assert again.erasing.resume() == 0
    again.engine.dispose()
