"""What a model reads in people's words is remembered, after people's own word, and shown on every screen."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine

from coach.bootstrap import Services, new_id, now
from coach.game.coverage import mark
from coach.game.host import Host
from coach.game.odds import Base, odds
from coach.game.phases import EntryKind
from coach.game.reading import Reader
from coach.library.embedder import Embedder
from coach.library.keypoints import KeyPoint
from coach.library.meaning import Meaning, Same
from coach.store.counterparts import SqlCounterpartStore
from coach.store.learned import SqlLearnedStore
from coach.store.picks import SqlPickStore
from coach.store.sessions import SqlSessionStore
from tests.factories import START
from tests.fakes import TopicEmbedder
from tests.playing import place

ASKS = KeyPoint("联系网点", ("找配送员问清楚",))
FEE = KeyPoint("说清费用", ("价目是十二块钱",))
SAID = "我去跟送货的小哥说"


@pytest.fixture
def learned(engine: Engine) -> SqlLearnedStore:
    return SqlLearnedStore(engine, lambda: START)


@pytest.fixture
def reader(learned: SqlLearnedStore) -> Reader:
    return Reader(Meaning(TopicEmbedder), learned)


def test_words_that_mean_a_point_are_learnt_once(reader: Reader, learned: SqlLearnedStore) -> None:
    assert not mark((ASKS,), SAID, learned.all()).made
    assert reader.points((ASKS,), [SAID]) == 1
    assert mark((ASKS,), SAID, learned.all()).makes("联系网点")
    assert reader.points((ASKS,), [SAID]) == 0


def test_another_amount_is_not_the_same_whatever_the_model_says(
    reader: Reader, learned: SqlLearnedStore
) -> None:
    reader.points((FEE,), ["我们开价二十块"])
    assert not mark((FEE,), "我们开价二十块", learned.all()).made


def test_people_s_word_goes_before_the_model_s(reader: Reader, learned: SqlLearnedStore) -> None:
    reader.points((ASKS,), [SAID])
    (made,) = mark((ASKS,), SAID, learned.all()).made
    learned.put(ASKS.key, "我去跟送货的小哥说", False, "班长")
    reader.points((ASKS,), [SAID])
    assert not mark((ASKS,), SAID, learned.all()).made
    assert made.name == "联系网点"


def test_guesses_that_mean_the_same_stand_together(
    reader: Reader, learned: SqlLearnedStore
) -> None:
    texts, really = ["啥时候进卡", "哪天入账", "要不要发票"], "那多久能进卡呢"
    before = odds(texts, really, learned.all(), Base())
    assert len(before.guessed) == 3
    assert reader.guesses(texts, really) > 0
    after = odds(texts, really, learned.all(), Base())
    assert [(len(g.texts), g.right) for g in after.guessed] == [(2, True), (1, False)]


def test_a_room_that_guesses_alike_is_kept_in_a_line_each(
    reader: Reader, learned: SqlLearnedStore
) -> None:
    texts = [
        f"{when}{what}" for when in ("啥时候", "哪天", "几时", "几号") for what in ("进卡", "入账")
    ]
    kept = reader.guesses(texts, "要不要发票")
    assert 0 < kept <= len(texts), "not in a line for each two"
    found = odds(texts, "要不要发票", learned.all(), Base())
    assert [len(g.texts) for g in found.guessed] == [len(texts)]


class Pairs:
    """Says which of three mean the same: the first two, and the first and the last."""

    model = "pairs"

    def same(self, some: Sequence[str], others: Sequence[str]) -> Same:
        told = {("啥时到账", "哪天进卡"), ("啥时到账", "要发票吗")}
        return np.array(
            [[a == b or (a, b) in told or (b, a) in told for b in others] for a in some]
        )


def test_what_means_the_same_as_a_third_need_not_mean_each_other(learned: SqlLearnedStore) -> None:
    texts = ["啥时到账", "哪天进卡", "要发票吗"]
    Reader(Pairs(), learned).guesses(texts, "别的事情")
    found = odds(texts, "别的事情", learned.all(), Base())
    assert sorted(g.texts for g in found.guessed) == [("啥时到账", "哪天进卡"), ("要发票吗",)]


def test_what_another_process_learnt_is_seen_at_once(engine: Engine) -> None:
    ours, theirs = (SqlLearnedStore(engine, lambda: START) for _ in range(2))
    assert not ours.all().yes("a")
    theirs.put("a", "先道歉", True, "班长")
    assert ours.all().yes("a") == {"先道歉"}
    theirs.put("a", "先道歉", False, "班长")
    assert not ours.all().yes("a")
    held = ours.all()
    assert not ours.put_new("a", "先道歉", "model"), "people's word is there"
    assert ours.all() is held, "read once, not for each phone"


def test_without_a_model_nothing_is_read(learned: SqlLearnedStore) -> None:
    reader = Reader(Meaning(lambda: None), learned)
    assert not reader.there
    assert reader.points((ASKS,), [SAID]) == reader.guesses(["a"], "b") == 0


class TestInASession:
    """The host reads what a step shows, and screens are told."""

    def host(self, demo: Services, embedder: Embedder | None) -> Host:
        learned = SqlLearnedStore(demo.engine, now)
        return Host(
            SqlSessionStore(demo.engine),
            demo.packs,
            demo.gate,
            learned,
            Reader(Meaning(lambda: embedder), learned),
            demo.nexts,
            SqlPickStore(demo.engine),
            SqlCounterpartStore(demo.engine),
            new_id=new_id,
            now=now,
        )

    def test_a_step_is_read_when_it_is_shown_and_not_before(self, demo: Services) -> None:
        host = self.host(demo, TopicEmbedder())
        (pack,) = demo.packs.listed()
        point = KeyPoint("说清价目", ("价目在页面上",))
        pack = replace(
            pack, id=new_id(), rounds=(replace(pack.rounds[0], points=(point,)), *pack.rounds[1:])
        )
        demo.packs.add(pack)
        session = host.open(pack.id, [(None, "甲")])
        place(demo, session.id, "answer")
        host.write(session.id, EntryKind.ANSWER, 0, session.seats[0].id, "怎么开价都写着呢")
        assert host.read(session.id) == 0, "the benchmark is not heard yet"
        place(demo, session.id, "benchmark")
        version = host.table(session.id).session.version
        assert [p["made"] for p in host.view(session.id)["points"]] == [0]
        assert host.read(session.id) == 1
        assert host.table(session.id).session.version > version, "screens are told"
        assert [p["made"] for p in host.view(session.id)["points"]] == [1]

    def test_nothing_is_read_without_a_model(self, demo: Services) -> None:
        host = self.host(demo, None)
        session = host.open(demo.packs.listed()[0].id, [(None, "甲")])
        place(demo, session.id, "benchmark")
        assert not host.reads
        assert host.read(session.id) == 0
