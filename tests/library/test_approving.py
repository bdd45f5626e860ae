"""A benchmark's life: nominated, approved by somebody else, versions, the end."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from coach.errors import AlreadyDecided, BadInput, CoachError, NotFound, NotReleased, SamePerson
from coach.library.approving import Approving
from coach.library.benchmark import Benchmark, Standing
from coach.library.keypoints import KeyPoint, parse_points, points_text, suggest
from coach.store import engine as engine_module
from coach.store.benchmarks import SqlBenchmarkStore
from coach.store.calls import SqlCallStore
from coach.store.engine import open_engine
from tests.factories import START, recording

ANSWER = "非常抱歉让您久等了，这笔是因为套餐外流量，建议您改成大流量套餐，下个月1号生效，每个月59元，您看可以吗？"


class Shelf:
    """Approving on a real database, with one nominated benchmark."""

    def __init__(self, engine: Engine) -> None:
        self.now = START
        self.released = True
        SqlCallStore(engine, lambda: START).add(recording(), {"a" * 64: "file"})
        self.store = SqlBenchmarkStore(engine)
        self.approving = Approving(
            self.store, lambda ids: self.released, lambda: self.now, lambda: self.now.date()
        )
        self.first = self.store.add(nominated())

    def standing(self) -> list[str]:
        return [v.standing.value for v in self.store.versions("b1")]


def nominated(**more: object) -> Benchmark:
    values: dict[str, object] = {
        "id": "b1", "recording_id": "rec-1", "question": "为什么扣我钱", "answer": ANSWER, "start": 1.0,
        "end": 9.0, "agent": "小禾", "node": "扣费", "tags": ("资费",), "marked_by": "甲",
        "created_at": START, "clip": "c1",
    }  # fmt: skip
    return Benchmark(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    return Shelf(engine)


def test_somebody_else_approves(shelf: Shelf) -> None:
    with pytest.raises(SamePerson):
        shelf.approving.approve("b1", 1, " 甲 ")
    shelf.approving.approve("b1", 1, "乙", until=date(2027, 1, 1))
    found = shelf.store.get("b1")
    assert (found.standing, found.decided_by, found.until) == (
        Standing.APPROVED, "乙", date(2027, 1, 1),
    )  # fmt: skip
    with pytest.raises(AlreadyDecided):
        shelf.approving.approve("b1", 1, "丙")


def test_names_may_be_equal_accounts_count(shelf: Shelf) -> None:
    mine = shelf.store.add(nominated(marked_by_id="a-1"))
    with pytest.raises(SamePerson):
        shelf.approving.approve("b1", mine.number, "另一个名字", "a-1")
    shelf.approving.approve("b1", mine.number, "甲", "a-2")


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda a: a.approve("b1", 1, " "), BadInput),
        (lambda a: a.approve("none", 1, "乙"), NotFound),
        (lambda a: a.approve("b1", 7, "乙"), AlreadyDecided),
        (lambda a: a.decline("b1", 1, "乙", " "), BadInput),
        (lambda a: a.retire("b1", "乙", ""), BadInput),
    ],
    ids=[
        "nobody",
        "no benchmark",
        "no such version",
        "declined without why",
        "retired without why",
    ],
)
def test_what_cannot_be_decided(
    shelf: Shelf, act: Callable[[Approving], None], error: type[CoachError]
) -> None:
    with pytest.raises(error):
        act(shelf.approving)
    assert shelf.standing() == ["nominated"]


def test_what_nobody_may_hear_is_not_approved(shelf: Shelf) -> None:
    shelf.released = False
    with pytest.raises(NotReleased):
        shelf.approving.approve("b1", 1, "乙")


def test_a_change_is_a_version_and_the_approved_one_stays_until_it_is_approved(
    shelf: Shelf,
) -> None:
    shelf.approving.approve("b1", 1, "乙")
    shelf.approving.revise(replace(shelf.store.get("b1"), why="先共情"), "乙")
    assert shelf.standing() == ["nominated", "approved"]
    assert shelf.store.get("b1").why == ""
    shelf.approving.approve("b1", 2, "甲")
    assert shelf.standing() == ["approved", "replaced"]
    assert shelf.store.get("b1").why == "先共情"
    assert shelf.store.versions("b1")[1].why == ""


def test_a_second_proposal_replaces_the_first_that_waits(shelf: Shelf) -> None:
    shelf.approving.revise(replace(shelf.first, why="一"), "乙")
    assert shelf.standing() == ["nominated", "replaced"]
    with pytest.raises(AlreadyDecided):
        shelf.approving.approve("b1", 1, "丙")


def test_declined_and_retired(shelf: Shelf) -> None:
    shelf.approving.decline("b1", 1, "乙", "没有说时限")
    assert shelf.store.get("b1").because == "没有说时限"
    again = shelf.approving.revise(shelf.first, "甲")
    shelf.approving.approve("b1", again.number, "乙")
    shelf.approving.retire("b1", "乙", "活动结束")
    assert shelf.standing() == ["retired", "declined"]
    with pytest.raises(AlreadyDecided):
        shelf.approving.retire("b1", "乙", "再来一次")


def test_a_changed_policy_ends_what_was_approved_under_its_tag(shelf: Shelf) -> None:
    shelf.store.add(nominated(id="b2", start=20.0, tags=("投诉",)))
    for key in ("b1", "b2"):
        shelf.approving.approve(key, 1, "乙")
    assert shelf.approving.policy_changed("资费", "乙") == ["b1"]
    assert shelf.approving.policy_changed("资费", "乙") == []
    today = START.date()
    assert shelf.store.get("b1").expired(today)
    assert not shelf.store.get("b2").expired(today)
    anew = shelf.approving.revise(shelf.store.get("b1"), "甲")
    shelf.approving.approve("b1", anew.number, "乙", until=today + timedelta(days=1))
    assert not shelf.store.get("b1").expired(today)


def test_of_two_approvals_at_once_one_counts(shelf: Shelf) -> None:
    outcome: list[str] = []
    start = threading.Barrier(6)

    def approve(name: str) -> None:
        start.wait()
        try:
            shelf.approving.approve("b1", 1, name)
            outcome.append("yes")
        except AlreadyDecided:
            outcome.append("late")

    threads = [threading.Thread(target=approve, args=(f"乙{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["late"] * 5 + ["yes"]


def test_benchmarks_from_before_versions_count_as_approved(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('old')}/coach.db")
    config = Config()
    folder = engine_module.Path(engine_module.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0007")
    common = {"id": "r1", "when": "2026-11-01 08:00:00.000000"}
    with engine.begin() as db:
        db.execute(
            sa.text(
                "INSERT INTO recording (id, title, source_name, duration, sample_rate, channels, agent,"
                " team, node, language, roles, role_confidence, roles_by, transcript, layout, erased,"
                " created_at) VALUES (:id, 't', 's', 1, 8000, 2, '小禾', '一班', '', '', '{}', 0, '',"
                " '', '', 0, :when)"
            ),
            common,
        )
        db.execute(
            sa.text(
                'INSERT INTO benchmark (id, recording_id, question, answer, start, "end", agent, node,'
                " marked_by, clip, created_at) VALUES ('b1', :id, '问', '答', 1, 2, '小禾', '', '甲',"
                " 'c1', :when)"
            ),
            common,
        )
        db.execute(sa.text("INSERT INTO benchmark_tag VALUES ('b1', '共情', 0)"))
    engine_module.migrate(engine)
    found = SqlBenchmarkStore(engine).get("b1")
    assert (found.standing, found.team, found.tags, found.clip) == (
        Standing.APPROVED, "一班", ("共情",), "c1",
    )  # fmt: skip
    assert found.created_at.isoformat() == "2026-11-01T08:00:00+00:00"


def test_key_points_are_suggested_from_what_was_said() -> None:
    names = [p.name for p in suggest(ANSWER)]
    assert names == ["有共情", "说清原因", "给出方案", "说清费用", "说清时间"]
    assert suggest(ANSWER)[4].phrasings == ("下个月1号生效",)
    assert suggest("嗯") == ()
    assert [p.name for p in suggest("一个月三块钱")] == ["说清费用"], "a price, not a time"
    assert [p.name for p in suggest("三个月内有效")] == ["说清时间"]


def test_what_good_answers_have_in_common_comes_first() -> None:
    others = ["另外提醒您可以设置自动续费，您看可以吗"] * 3
    points = suggest(ANSWER + "另外提醒您下次提前看看短信。", others)
    assert {"主动提醒", "请客户确认"} <= {p.name for p in points}
    assert "另外提醒您可以设置自动续费" in next(p for p in points if p.name == "主动提醒").phrasings


def test_points_as_people_write_them() -> None:
    text = "有共情：理解您 | 抱歉\n\n说清时间: 下个月1号\n有共情：别急\n：空\n时限"
    assert parse_points(text) == (
        KeyPoint("有共情", ("别急",)), KeyPoint("说清时间", ("下个月1号",)), KeyPoint("时限"),
    )  # fmt: skip


@given(st.text(max_size=200))
def test_points_survive_being_written_and_read(text: str) -> None:
    try:
        points = parse_points(text)
    except BadInput:
        return  # more than people remember
    assert parse_points(points_text(points)) == points


def test_words_and_sound_of_a_version_stay_together(shelf: Shelf) -> None:
    shelf.approving.approve("b1", 1, "乙")
    again = shelf.store.add(nominated(question="新的问题", clip="c2"))
    made = shelf.approving.revise(replace(again, why="好", question="别的话"), "丙")
    assert (made.question, made.clip, made.why) == ("新的问题", "c2", "好")


def test_retired_means_that_nothing_of_it_is_found(shelf: Shelf) -> None:
    shelf.approving.approve("b1", 1, "乙")
    shelf.approving.revise(replace(shelf.store.get("b1"), why="好"), "丙")
    shelf.approving.retire("b1", "乙", "旧了")
    assert not shelf.store.get("b1").standing.found
    assert shelf.standing() == ["replaced", "retired"]


def test_who_nominated_before_there_were_accounts_does_not_approve_with_one(shelf: Shelf) -> None:
    with pytest.raises(SamePerson):
        shelf.approving.approve("b1", 1, "甲", "a-1")
