"""Clips and decisions in both databases."""

import threading
from dataclasses import replace

from sqlalchemy import Engine

from coach.calls.cuts import Cut, Mute
from coach.calls.masking.clip import Clip, ClipState
from coach.calls.masking.gate import Choice
from coach.calls.masking.sound import Window
from coach.store.audit import SqlAuditLog
from coach.store.calls import SqlCallStore
from coach.store.clips import SqlChoiceStore, SqlClipStore
from tests.factories import START, recording

CLIP = Clip(
    "c-1", "rec-1", Cut(1, 2, (Mute(0, 1, 2),)), (Window(1.2, 1.4),), "[姓名]", ClipState.CHECKED
)


def stored(engine: Engine) -> SqlClipStore:
    SqlCallStore(engine, lambda: START).add(recording(), {"a" * 64: "file"})
    store = SqlClipStore(engine, lambda: START)
    store.add([CLIP], "林晓")
    return store


def test_a_clip_comes_back_as_it_was(engine: Engine) -> None:
    store = stored(engine)
    assert store.get("c-1") == CLIP
    assert store.many(["c-1", "none"]) == {"c-1": CLIP}


def test_two_who_release_at_once_leave_one_event(engine: Engine) -> None:
    store = stored(engine)
    done = []

    def release(name: str) -> None:
        done.append(store.move(["c-1"], ClipState.CHECKED, ClipState.RELEASED, name, ""))

    threads = [threading.Thread(target=release, args=(f"p{i}",)) for i in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert done == [True] * 6
    assert [e.state for e in store.events("c-1")] == [ClipState.CHECKED, ClipState.RELEASED]


def test_a_clip_made_anew_is_released_no_more(engine: Engine) -> None:
    store = stored(engine)
    store.move(["c-1"], ClipState.CHECKED, ClipState.RELEASED, "p", "")
    store.add([replace(CLIP, text="好")], "p")
    assert store.get("c-1").state is ClipState.CHECKED


def test_the_last_decision_about_a_text_counts(engine: Engine) -> None:
    stored(engine)
    store = SqlChoiceStore(engine, lambda: START)
    store.add("rec-1", Choice("王", True, "a", ""))
    store.add("rec-1", Choice("王", False, "b", "店名"))
    assert store.of("rec-1") == [Choice("王", False, "b", "店名")]


def test_acts_come_back_newest_first(engine: Engine) -> None:
    log = SqlAuditLog(engine, lambda: START)
    log.add("a", "x", "1")
    log.add("b", "y", "2")
    assert [(a.by, a.what, a.about) for a in log.latest()] == [("b", "y", "2"), ("a", "x", "1")]
