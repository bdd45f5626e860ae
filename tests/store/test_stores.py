"""Every store on SQLite and on PostgreSQL: the same tests, real databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select

from coach.calls.recording import CallMeta
from coach.calls.transcript import Role, Segment, Word
from coach.errors import AlreadyImported, BadInput, DatabaseProblem, JobRunning, NotFound
from coach.game.phases import Action, EntryKind, Event, Mode, apply, program
from coach.game.session import Entry, Seat
from coach.jobs.queue import JobState
from coach.library.benchmark import Benchmark
from coach.people.team import Team
from coach.store import tables
from coach.store.benchmarks import SqlBenchmarkStore
from coach.store.calls import SqlCallStore
from coach.store.engine import open_engine
from coach.store.jobs import SqlJobQueue
from coach.store.packs import SqlPackStore
from coach.store.people import SqlTeamStore
from coach.store.sessions import SqlSessionStore
from tests.factories import START, ids, pack, recording, session


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def calls(engine: Engine) -> SqlCallStore:
    return SqlCallStore(engine, lambda: START)


def with_recording(engine: Engine) -> SqlCallStore:
    store = calls(engine)
    store.add(recording(), {"a" * 64: "file"})
    return store


def test_a_recording_comes_back_as_it_was(engine: Engine) -> None:
    when = datetime(2026, 10, 1, 9, tzinfo=timezone(timedelta(hours=8)))
    r = recording(meta=CallMeta("小禾", "一组", when, "费用"), roles={"ch0": Role.AGENT})
    calls(engine).add(r, {"a" * 64: "file", "b" * 64: "pcm"})
    found = calls(engine).get("rec-1")
    assert found == r
    assert found.meta.called_at is not None
    assert found.meta.called_at.tzinfo is UTC
    assert calls(engine).by_hash("b" * 64) == r
    assert calls(engine).by_hash("c" * 64) is None


def test_a_hash_belongs_to_one_recording_and_a_refusal_leaves_nothing(engine: Engine) -> None:
    store = with_recording(engine)
    with pytest.raises(AlreadyImported):
        store.add(recording("rec-2"), {"z" * 64: "file", "a" * 64: "pcm"})
    assert [r.id for r in store.listed()] == ["rec-1"]
    assert store.by_hash("z" * 64) is None


def test_what_is_not_there_is_said_so(engine: Engine) -> None:
    with pytest.raises(NotFound):
        calls(engine).get("nothing")
    with pytest.raises(NotFound):
        SqlSessionStore(engine).get("nothing")
    with pytest.raises(NotFound):
        SqlPackStore(engine).get("nothing")


def test_the_old_transcript_answers_until_the_new_one_is_whole(engine: Engine) -> None:
    store = with_recording(engine)
    old = Segment(0, 1, "旧", channel=0, words=(Word(0, 1, "旧", 0.5),))
    assert store.transcribed() == set()
    store.save_segments("rec-1", "import", "import", [old])
    assert store.transcribed() == {"rec-1"}
    store.replace_transcript("rec-1", "import")
    store.save_segments("rec-1", "0000/0", "new", [Segment(0, 1, "新")])
    assert store.segments("rec-1") == [old]
    assert store.parts_done("rec-1", "new") == {"0000/0"}
    store.replace_transcript("rec-1", "new")
    assert [s.text for s in store.segments("rec-1")] == ["新"]


def test_teams_keep_their_members_in_order_and_their_names_apart(engine: Engine) -> None:
    store = SqlTeamStore(engine, new_id=ids("p"), now=lambda: START)
    store.add(Team("t1", "一组"))
    with pytest.raises(BadInput):
        store.add(Team("t2", "一组"))
    store.add_members("t1", ["林晓", "陈默"])
    added = store.add_members("t1", ["陈默", "王珊"])
    assert [p.name for p in added] == ["王珊"]
    assert [p.name for p in store.get("t1").members] == ["林晓", "陈默", "王珊"]
    store.remove_member("t1", store.get("t1").members[0].id)
    assert [p.name for p in store.get("t1").members] == ["陈默", "王珊"]


def opened(engine: Engine) -> SqlSessionStore:
    with_recording(engine)
    SqlPackStore(engine).add(pack())
    store = SqlSessionStore(engine)
    store.add(session())
    return store


def test_a_pack_comes_back_as_it_was(engine: Engine) -> None:
    with_recording(engine)
    store = SqlPackStore(engine)
    store.add(pack())
    assert store.get("pack-1") == pack()


def test_a_session_comes_back_at_its_step(engine: Engine) -> None:
    store = opened(engine)
    steps = program(pack(), Mode.TEAM)
    event = Event(Action.NEXT, START + timedelta(seconds=3))
    state, log = store.step("ses-1", lambda s: apply(steps, s, event))
    assert store.get("ses-1").state == state
    assert store.log("ses-1") == [log]


def test_sixty_answers_at_once_are_all_kept_and_none_doubled(engine: Engine) -> None:
    store = opened(engine)
    for i in range(3, 20):
        store.add_seat("ses-1", Seat(f"seat-{i}", f"人{i}"), 120)

    def answer(i: int) -> None:
        for version in range(3):
            entry = Entry(EntryKind.ANSWER, 0, f"seat-{i}", f"第{version}版", START)
            store.write("ses-1", entry, lambda _: True)

    threads = [threading.Thread(target=answer, args=(i,)) for i in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    entries = store.get("ses-1").of(EntryKind.ANSWER, 0)
    assert sorted(e.seat for e in entries) == sorted(f"seat-{i}" for i in range(20))
    assert {e.text for e in entries} == {"第2版"}


def test_a_locked_step_takes_nothing(engine: Engine) -> None:
    store = opened(engine)
    entry = Entry(EntryKind.ANSWER, 0, "seat-0", "晚了", START)
    assert store.write("ses-1", entry, lambda _: False) == (None, False)
    assert store.get("ses-1").entries == ()


def test_a_tick_never_wipes_what_was_written_nor_does_its_removal(engine: Engine) -> None:
    store = opened(engine)
    written = Entry(EntryKind.ANSWER, 0, "seat-0", "先核实", START)
    tick = replace(written, text="")
    store.write("ses-1", written, lambda _: True)
    store.write("ses-1", tick, lambda _: True)
    store.erase("ses-1", tick, lambda _: True)
    assert [e.text for e in store.get("ses-1").entries] == ["先核实"]


def test_two_leaders_at_once_move_one_step(engine: Engine) -> None:
    store = opened(engine)
    steps = program(pack(), Mode.TEAM)
    barrier = threading.Barrier(8)

    def press() -> None:
        barrier.wait()
        event = Event(Action.NEXT, START + timedelta(seconds=3), seen=0)
        store.step("ses-1", lambda s: apply(steps, s, event))

    threads = [threading.Thread(target=press) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert store.get("ses-1").state.reached == 1
    assert len(store.log("ses-1")) == 1


def benchmark(**more: object) -> Benchmark:
    values = {
        "id": "b1", "recording_id": "rec-1", "question": "怎么退", "answer": "这样退", "start": 1.0,
        "end": 9.0, "agent": "小禾", "node": "", "tags": ("共情", "时限"), "marked_by": "",
        "created_at": START,
    }  # fmt: skip
    return Benchmark(**{**values, **more})  # type: ignore[arg-type]


def test_an_exchange_is_marked_once_and_its_tags_change(engine: Engine) -> None:
    with_recording(engine)
    store = SqlBenchmarkStore(engine)
    store.add(benchmark())
    again = store.add(benchmark(id="b2", tags=("新",)))
    assert again.id == "b1"
    assert store.listed() == [replace(benchmark(), tags=("新",), number=2)]
    assert [v.standing.value for v in store.versions("b1")] == ["nominated", "replaced"]
    store.remove("b1")
    assert store.listed() == []


def test_vectors_are_kept_by_embedder_and_content(engine: Engine) -> None:
    with_recording(engine)
    store = SqlBenchmarkStore(engine)
    h1 = store.add(benchmark()).content_hash
    h2 = store.add(benchmark(id="b2", start=20.0, question="另一个问题")).content_hash
    store.save_vectors("e1", [(h1, b"1234"), (h1, b"1234")])
    store.save_vectors("e1", [(h1, b"9999"), (h2, b"5678"), ("of a deleted call", b"9")])
    assert store.vectors("e1") == {h1: b"1234", h2: b"5678"}
    assert store.vectors("e2") == {}


def queue(engine: Engine, clock: Clock) -> SqlJobQueue:
    with_recording(engine)
    return SqlJobQueue(engine, lease=30, new_id=ids("job"), now=clock)


def test_a_job_is_claimed_once(engine: Engine) -> None:
    q = queue(engine, Clock())
    q.enqueue("transcribe", "rec-1")
    with pytest.raises(JobRunning):
        q.enqueue("transcribe", "rec-1")
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda i=i: found.append(q.claim(f"h:{i}"))) for i in range(8)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(job is not None for job in found) == 1


def test_a_lost_lease_goes_to_another_and_the_sleeper_writes_nothing(engine: Engine) -> None:
    clock = Clock()
    q = queue(engine, clock)
    q.enqueue("transcribe", "rec-1")
    sleeper = q.claim("host:1")
    assert sleeper
    clock.forward(31)
    other = q.claim("host:2")
    assert other
    assert other.crashes == 1
    assert not q.beat(sleeper, 1, 2)
    assert not q.finish(sleeper)
    assert q.beat(other, 1, 2)
    assert q.finish(other)
    assert q.get(other.id).state is JobState.DONE


def test_a_job_that_keeps_killing_its_worker_is_set_aside_and_may_be_tried_again(
    engine: Engine,
) -> None:
    clock = Clock()
    q = queue(engine, clock)
    job = q.enqueue("transcribe", "rec-1")
    for _ in range(3):
        assert q.claim("host:1")
        clock.forward(31)
    assert q.claim("host:1") is None
    assert q.get(job.id).state is JobState.FAILED
    q.retry(job.id)
    assert q.claim("host:1")


def test_a_suspect_waits_behind_the_good(engine: Engine) -> None:
    clock = Clock()
    q = queue(engine, clock)
    calls(engine).add(recording("rec-2"), {"b" * 64: "file"})
    bad = q.enqueue("transcribe", "rec-1")
    q.claim("host:1")
    clock.forward(31)
    good = q.enqueue("transcribe", "rec-2")
    assert [q.claim("host:2").id, q.claim("host:2").id] == [good.id, bad.id]  # type: ignore[union-attr]


def test_an_old_claim_of_the_same_worker_writes_nothing(engine: Engine) -> None:
    clock = Clock()
    q = queue(engine, clock)
    q.enqueue("transcribe", "rec-1")
    old = q.claim("host:1")
    assert old
    q.cancel(old.id)
    q.retry(old.id)
    clock.forward(1)
    assert q.claim("host:1")
    assert not q.finish(old)
    assert q.get(old.id).state is JobState.RUNNING


def at_once(action: Callable[[], object], times: int = 8) -> None:
    """Run it in threads that start together; an error in one fails the test."""
    barrier, errors = threading.Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            action()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert errors == []


def test_the_same_thing_done_at_once_is_done_once(engine: Engine) -> None:
    with_recording(engine)
    benchmarks = SqlBenchmarkStore(engine)
    new = ids("b")
    at_once(lambda: benchmarks.add(benchmark(id=new())))
    assert len(benchmarks.listed()) == 1
    at_once(lambda: benchmarks.save_vectors("e", [("h", b"1234")]))
    at_once(lambda: calls(engine).save_segments("rec-1", "p", "o", [Segment(0, 1, "x")]))
    teams = SqlTeamStore(engine, new_id=new, now=lambda: START)
    teams.add(Team("t1", "一组"))
    at_once(lambda: teams.add_members("t1", ["张三", "李四"]))
    assert len(teams.get("t1").members) == 2


def test_a_nul_in_a_text_is_no_obstacle(engine: Engine) -> None:
    store = opened(engine)
    store.write("ses-1", Entry(EntryKind.NOTE, 0, "seat-0", "a\x00b", START), lambda _: True)
    assert store.get("ses-1").entries[0].text == "ab"


def test_cancel_takes_the_job_from_its_worker(engine: Engine) -> None:
    q = queue(engine, Clock())
    q.enqueue("transcribe", "rec-1")
    mine = q.claim("host:1")
    assert mine
    q.cancel(mine.id)
    assert not q.beat(mine, 1, 2)
    assert q.get(mine.id).state is JobState.CANCELLED
    assert q.enqueue("transcribe", "rec-1").state is JobState.QUEUED


def test_a_failed_try_waits_and_a_hopeless_one_ends(engine: Engine) -> None:
    clock = Clock()
    q = queue(engine, clock)
    q.enqueue("transcribe", "rec-1")
    mine = q.claim("host:1")
    assert mine
    q.fail(mine, "unexpected", "…", retry=True)
    assert q.claim("host:1") is None
    clock.forward(5)
    mine = q.claim("host:1")
    assert mine
    q.fail(mine, "model.not_found", "…", retry=False)
    assert q.get(mine.id).state is JobState.FAILED


def test_progress_gives_a_time_left(engine: Engine) -> None:
    clock = Clock()
    q = queue(engine, clock)
    q.enqueue("transcribe", "rec-1")
    mine = q.claim("host:1")
    assert mine
    assert mine.seconds_left(clock.now) is None
    q.beat(mine, 30, 120)
    clock.forward(10)
    assert q.get(mine.id).seconds_left(clock.now) == pytest.approx(30)


def test_the_migrations_give_the_tables_of_the_code(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_a_naive_time_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="aware"), engine.begin() as db:
        db.execute(select(tables.person).where(tables.person.c.created_at == datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize("url", ["nonsense", "mssql+what://x", "sqlite:////proc/nowhere/x.db"])
def test_a_wrong_database_is_a_clear_error(url: str) -> None:
    from coach.store.engine import migrate

    with pytest.raises(DatabaseProblem):
        migrate(open_engine(url))
