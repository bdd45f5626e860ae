"""What was said, sealed in the database: on SQLite and on PostgreSQL."""

import json
from itertools import count

import pytest
from sqlalchemy import Engine, text

from coach import errors
from coach.calls.masking.gate import Choice
from coach.calls.repairing import Repairing
from coach.calls.sealing.keyring import Keyring
from coach.calls.transcript import Segment
from coach.store.calls import SqlCallStore
from coach.store.clips import SqlChoiceStore
from coach.store.desk import SqlDeskStore
from coach.store.glossary import SqlGlossaryStore
from coach.store.sealing import SqlSealedRows
from tests.factories import START, recording

OLD, NEW = "b2xk" * 10 + "b2w", "bmV3" * 10 + "bmU"  # 32 bytes each
SAID = ["我想查一下流量", "好的，我帮您查"]


class Stores:
    """The stores that hold what was said, with these keys."""

    def __init__(self, engine: Engine, *keys: str) -> None:
        ring, numbers = Keyring.parse(",".join(keys)), count()
        self.calls = SqlCallStore(engine, lambda: START, ring)
        self.choices = SqlChoiceStore(engine, lambda: START, ring)
        desk = SqlDeskStore(engine, lambda: START, ring)
        glossary = SqlGlossaryStore(engine, lambda: START)
        self.repairing = Repairing(
            self.calls, desk, glossary, new_id=lambda: f"line-{next(numbers)}-{keys[:1]}"[:36]
        )
        self.rows = SqlSealedRows(engine, ring)


def filled(engine: Engine, *keys: str) -> Stores:
    s = Stores(engine, *keys)
    s.calls.add(recording(), {"a" * 64: "file"})
    segments = [
        Segment(id=f"s{i}", start=2.0 * i, end=2.0 * i + 1, text=said, speaker=str(i))
        for i, said in enumerate(SAID)
    ]
    s.calls.save_segments("rec-1", "p", "o", segments)
    line = s.repairing.lines("rec-1")[0]
    s.repairing.do("rec-1", {"do": "text", "id": line.id, "text": "我想查一下宽带"}, "林晓")
    s.choices.add("rec-1", Choice("宽带", True, "林晓", ""))
    return s


def stored(engine: Engine) -> str:
    out = []
    with engine.connect() as db:
        for table in ("transcript_part", "desk", "revision", "mask_choice"):
            out += [" ".join(map(str, row)) for row in db.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(out)


def readable(engine: Engine) -> bool:
    held = stored(engine)
    return any(w in held or json.dumps(w)[1:-1] in held for w in ("流量", "宽带", "帮您"))


def test_what_was_said_is_sealed_and_comes_back(engine: Engine) -> None:
    s = filled(engine, OLD)
    assert not readable(engine)
    assert [x.text for x in s.calls.segments("rec-1")] == ["我想查一下宽带", SAID[1]]
    assert [r.repair.before[0].text for r in s.repairing.revisions("rec-1")] == [SAID[0]]
    assert [c.text for c in s.choices.of("rec-1")] == ["宽带"]


def test_without_a_key_it_is_as_it_was(engine: Engine) -> None:
    filled(engine)
    assert readable(engine)


@pytest.mark.parametrize("before", [(), (OLD,)], ids=["in the clear", "under an old key"])
def test_all_of_it_goes_under_the_newest_key(engine: Engine, before: tuple[str, ...]) -> None:
    filled(engine, *before)
    both = Stores(engine, NEW, OLD)
    assert both.rows.reseal("rec-1") == 5  # segments, lines, before and after, a word
    assert both.rows.reseal("rec-1") == 0
    assert not readable(engine)
    s = Stores(engine, NEW)
    assert [x.text for x in s.calls.segments("rec-1")] == ["我想查一下宽带", SAID[1]]
    assert [c.text for c in s.choices.of("rec-1")] == ["宽带"]
    s.repairing.do("rec-1", {"do": "undo"}, "林晓")
    assert s.calls.segments("rec-1")[0].text == SAID[0]


def test_words_of_any_length_and_sign_have_room(engine: Engine) -> None:
    s = filled(engine, OLD)
    long = "𠀀" * 200
    s.choices.add("rec-1", Choice(long, True, "林晓", ""))
    assert long in {c.text for c in s.choices.of("rec-1")}
    both = Stores(engine, NEW, OLD)
    assert both.rows.stale() == ["rec-1"]
    both.rows.reseal("rec-1")
    assert both.rows.stale() == []
    assert long in {c.text for c in both.choices.of("rec-1")}


def test_a_decision_made_under_an_old_key_can_be_changed(engine: Engine) -> None:
    filled(engine, OLD)
    both = Stores(engine, NEW, OLD)
    both.choices.add("rec-1", Choice("宽带", False, "王班长", "业务名"))
    assert [(c.text, c.mask) for c in both.choices.of("rec-1")] == [("宽带", False)]


def test_a_call_whose_key_is_missing_is_left_as_it_is(engine: Engine) -> None:
    filled(engine, OLD)
    held = stored(engine)
    with pytest.raises(errors.KeyMissing):
        Stores(engine, NEW).rows.reseal("rec-1")
    assert stored(engine) == held
