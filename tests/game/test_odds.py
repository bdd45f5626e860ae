"""猜下一问: guesses by meaning, which of them the customer asked, and how usual that is elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from coach.acting import Acting
from coach.bootstrap import Services
from coach.calls.sealing.keyring import Keyring
from coach.errors import NotAllowed, NotFound, StepLocked
from coach.game.coverage import NOTHING, Learned
from coach.game.odds import LEAST, Base, Basis, Next, asking, base, odds, usual, wilson
from coach.game.phases import Action, EntryKind, Mode
from coach.library.grouping import grouped
from coach.people.rights import LOCAL, Role, Who
from coach.store.odds import SqlNextStore
from tests.factories import START, recording
from tests.playing import place
from tests.store.test_stores import calls, with_recording

REFUND = ["退费要多久到账", "钱什么时候退给我", "退款多久能到账"]
BILL = ["能开发票吗", "发票怎么开"]


def names(texts: list[str]) -> list[set[str]]:
    return [{texts[i] for i in g.members} for g in grouped(tuple(texts))]


def test_guesses_that_mean_the_same_stand_together() -> None:
    found = names([*REFUND[::2], *BILL])
    assert {"退费要多久到账", "退款多久能到账"} in found
    assert set(BILL) in found


def test_opposites_do_not_stand_together() -> None:
    assert len(names(["怎么开通流量包", "怎么取消流量包"])) == 2


@given(st.lists(st.text(max_size=12), max_size=8))
def test_each_text_is_in_one_group_and_its_name_is_one_of_it(texts: list[str]) -> None:
    groups = grouped(tuple(texts))
    assert sorted(i for g in groups for i in g.members) == list(range(len(texts)))
    assert all(g.name in g.members for g in groups)
    assert [len(g.members) for g in groups] == sorted(
        (len(g.members) for g in groups), reverse=True
    )


def test_the_group_that_is_right_and_peoples_word_before_the_machines() -> None:
    really = "那退款什么时候能到账"
    found = odds([*BILL, "退款多久能到账"], really, NOTHING, Base())
    assert [g.right for g in found.guessed] == [False, True]
    assert found.really is None, "nothing is known yet: no share is shown"
    key = asking(really)
    told = Learned({(key, "退款多久能到账"): False, (key, "发票怎么开"): True})
    assert [g.right for g in odds([*BILL, "退款多久能到账"], really, told, Base()).guessed] == [
        True,
        False,
    ]


def test_shares_come_with_their_interval_and_only_from_enough() -> None:
    thens = ["退费要多久到账"] * 5 + ["能开发票吗"] * 3
    known = Base(tuple(thens), Basis.QUESTION)
    found = odds(["退费多久到账", "发票怎么开", "能改套餐吗"], "退费要多久到账呢", NOTHING, known)
    shares = {g.texts[0]: g.share for g in found.guessed}
    assert {name: share and share.count for name, share in shares.items()} == {
        "退费多久到账": 5,
        "发票怎么开": 3,
        "能改套餐吗": 0,
    }
    assert found.really is not None
    assert found.really.low < 5 / 8 < found.really.high
    few = Base(tuple(thens[: LEAST - 1]))
    assert odds(["退费多久到账"], "退费", NOTHING, few).guessed[0].share is None


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.213), (5, 10, 0.269, 0.731), (10, 10, 0.787, 1.0), (62, 100, 0.538, 0.696)],
)
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert (found.low, found.high) == (
        pytest.approx(low, abs=0.002),
        pytest.approx(high, abs=0.002),
    )


def test_like_questions_first_else_the_whole_node() -> None:
    alike = [Next("为什么多扣了我十块钱", f"能退吗{i}") for i in range(LEAST)]
    others = [Next("宽带怎么报修", "师傅几点来")] * 20
    few = [Next("别的", "别的")] * (LEAST - 1)

    class Known:
        """Answers by node; "" is all of them."""

        def __init__(self, here: list[Next]) -> None:
            self.here = here

        def listed(self, node: str, without: str = "") -> list[Next]:
            return self.here if node else [*self.here, *others]

    def found(here: list[Next]) -> Base:
        return base(Known(here), "费用", "", "怎么多扣我十块钱")  # type: ignore[arg-type]

    both = found([*alike, *others])
    assert (both.basis, len(both.thens)) == (Basis.QUESTION, LEAST)
    assert found([*alike[1:], *others]).basis is Basis.NODE
    assert (found(few).basis, len(found(few).thens)) == (Basis.ALL, LEAST - 1 + len(others))


def test_the_table_of_a_node_is_empty_until_there_is_enough() -> None:
    pairs = [Next("q", "能开发票吗")] * 5 + [Next("q", "退费要多久到账")] * 3
    assert usual(pairs[:7]) == []
    first, second = usual(pairs)
    assert (first.text, first.share.count, second.share.count) == ("能开发票吗", 5, 3)


def test_what_was_asked_next_is_kept_sealed_and_by_node(engine: Engine) -> None:
    with_recording(engine)
    calls(engine).add(recording("rec-2"), {"c" * 64: "file"})
    store = SqlNextStore(engine, lambda: START, Keyring.parse("b2xk" * 10 + "b2w"))
    store.put("rec-1", [Next("先问", "再问")])
    store.put("rec-1", [Next("先问", "又问"), Next("又问", "还问")])
    store.put("rec-2", [Next("别的", "别的")])
    node = recording().meta.node
    assert store.listed(node, without="rec-2") == [Next("先问", "又问"), Next("又问", "还问")]
    assert store.listed("没有的节点") == []
    assert sum(store.nodes().values()) == 3
    with engine.connect() as db:
        assert "又问" not in str(db.exec_driver_sql("SELECT pairs FROM next_asked").all())


def test_a_call_that_is_transcribed_is_counted_without_the_one_played(demo: Services) -> None:
    known = demo.nexts.listed("")
    assert known, "the demo's own calls"
    assert all(n.question and n.then for n in known)
    (pack,) = demo.packs.listed()
    assert len(demo.nexts.listed("", without=pack.recording_id)) < len(known)


def test_on_the_stage_only_after_the_customer_was_heard(demo: Services) -> None:
    (pack,) = demo.packs.listed()
    s = Acting(demo, LOCAL)
    session = s.open(pack.id, [(None, "甲"), (None, "乙")])
    host = s.host(session.id)

    place(demo, session.id, "guess")
    a, b = session.seats
    host.write(session.id, EntryKind.GUESS, 0, a.id, "完全不相干的话")
    host.write(session.id, EntryKind.GUESS, 0, b.id, "另外一件事情")
    with pytest.raises(StepLocked):
        host.settle_guess(session.id, "完全不相干的话", "林晓", right=True)
    host.act(session.id, Action.SKIP)
    view = host.view(session.id)
    assert "odds" not in view
    assert len(view["guesses"]) == 2
    assert "guessed" not in host.seat(session.id, a.id)
    host.act(session.id, Action.HEARD)
    found = host.view(session.id)["odds"]
    assert [g["right"] for g in found["groups"]] == [False, False]
    for _ in range(2):  # asked twice, it is done once
        host.settle_guess(session.id, "完全不相干的话", "林晓", right=True)
    assert host.view(session.id)["odds"]["groups"][0]["right"]
    assert host.seat(session.id, a.id)["guessed"] == {"text": "完全不相干的话", "right": True}
    with pytest.raises(NotFound):
        host.settle_guess(session.id, "没有人猜过", "林晓", right=True)


def test_only_who_leads_teaches_marks(demo: Services) -> None:
    agent = Acting(demo, Who("g", "班员", Role.AGENT))
    (pack,) = demo.packs.listed()
    alone = agent.open(pack.id, [(None, "班员")], mode=Mode.SOLO)
    agent.host(alone.id)
    with pytest.raises(NotAllowed):
        agent.teaches(alone.id)
    Acting(demo, LOCAL).teaches(alone.id)
