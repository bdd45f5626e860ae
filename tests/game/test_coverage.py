"""Key points in people's answers: by phrasing, by cue, by likeness; corrected with one tap and learnt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import NotFound, StepLocked
from coach.game.coverage import Learned, coverage, mark, to_learn
from coach.game.phases import EntryKind
from coach.library.keypoints import KeyPoint
from coach.library.saying import wording
from coach.people.rights import LOCAL
from tests import answers
from tests.playing import place

EMPATHY = KeyPoint("有共情", ("非常抱歉给您带来不便",))
TIME = KeyPoint("说清生效时间", ("下个月一号生效",))
NUMBER = KeyPoint("确认号码", ("跟您核对一下号码",))
POINTS = (EMPATHY, TIME, NUMBER)


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("非常抱歉给您带来不便，我帮您查", ["有共情"]),
        ("给您带来不便，真的很抱歉", ["有共情"]),  # other order, other words
        ("您先别着急", []),  # what everybody says first is not yet a point made
        ("不好意思我也不清楚", []),
        ("下个月1号生效", ["说清生效时间"]),  # digits are read as they are spoken
        ("是下个月一号才生效的哦", ["说清生效时间"]),
        ("下个月十五号生效", []),  # another date is not the point
        ("我先跟您核对一下号码，对吗", ["确认号码"]),
        ("好的那个我跟您对一下号码然后呢下个月一号就生效了", ["说清生效时间", "确认号码"]),  # as a recogniser writes
        ("我帮您查一下", []),
        ("", []),
        ("😀😀", []),
        ("抱歉给您带来不便，核对一下号码，下个月一号生效", ["有共情", "说清生效时间", "确认号码"]),
    ],
)  # fmt: skip
def test_what_an_answer_makes(said: str, made: list[str]) -> None:
    found = mark(POINTS, said)
    assert sorted(m.name for m in found.made) == sorted(made)
    assert {*made, *found.missed} == {p.name for p in POINTS}
    assert not {*made} & {*found.missed}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("好的，给您带来不便，非常抱歉，我帮您查", "给您带来不便，非常抱歉"),
        ("好的，非常抱歉给您带来不便，我帮您查", "非常抱歉给您带来不便"),
    ],
)
def test_the_words_are_marked(said: str, words: str) -> None:
    (made,) = mark((EMPATHY,), said).made
    assert said[made.start : made.end] == words


def test_what_the_benchmark_lacks_is_told_as_well() -> None:
    assert mark(POINTS, "一共五十块钱").added == ("说清费用",)
    assert mark((*POINTS, KeyPoint("说清费用")), "一共五十块钱").added == ()
    assert mark(POINTS, "我可以帮您办").added == (), "nothing to compare with"


def test_a_correction_is_learnt_both_ways() -> None:
    wrong = "抱歉给您带来不便我也不知道"
    (made,) = mark((EMPATHY,), wrong).made
    no = {("有共情", to_learn(EMPATHY, wrong, made)): False}
    assert mark((EMPATHY,), wrong, Learned(no)).missed == ("有共情",)
    again = f"非常抱歉给您带来不便，{wrong}"
    assert mark((EMPATHY,), again, Learned(no)).made, "another clause still counts"
    own = "换我也会生气的"
    assert not mark((EMPATHY,), own).made
    yes = Learned({("有共情", to_learn(EMPATHY, own, None)): True})
    assert mark((EMPATHY,), own, yes).makes("有共情")
    assert mark((EMPATHY,), f"嗯，{own}，我来处理", yes).makes("有共情"), "in a longer answer too"


def test_of_an_answer_in_other_words_all_is_learnt_not_any_clause() -> None:
    point, own = KeyPoint("自己的", ("重新寄",)), "好的，我明儿就叫小张跑一趟"
    assert to_learn(point, own, None) == wording(own)
    yes = Learned({(point.key, to_learn(point, own, None)): True})
    assert not mark((point,), "好的，我不知道", yes).made, "its first word says nothing"


def test_an_answer_without_words_makes_nothing_whatever_was_learnt() -> None:
    assert not mark((EMPATHY,), "……", Learned({("有共情", ""): True})).made


def test_the_last_word_counts_also_where_a_part_was_refused_before() -> None:
    point, own = KeyPoint("自己的", ("重新寄",)), "好的，我明儿就叫小张跑一趟"
    refused = Learned({(point.key, "我明儿就叫小张跑一趟"): False})
    both = {
        (point.key, "我明儿就叫小张跑一趟"): False,
        (point.key, to_learn(point, own, None, refused)): True,
    }
    assert mark((point,), own, Learned(both)).makes(point.name)
    assert not mark((point,), "我明儿就叫小张跑一趟", Learned(both)).made


def test_what_is_learnt_of_one_benchmark_is_not_another_s() -> None:
    """给出方案 is another thing at each question; 有共情 sounds alike everywhere."""
    one, other = KeyPoint("给出方案", ("重新给您寄一份",)), KeyPoint("给出方案", ("给您升级套餐",))
    learned = Learned({(one.key, to_learn(one, "再补您一件", None)): True})
    assert mark((one,), "再补您一件", learned).makes("给出方案")
    assert not mark((other,), "再补您一件", learned).makes("给出方案")
    assert KeyPoint("有共情", ("别急",)).key == EMPATHY.key


def test_answers_that_nobody_read_are_marked_as_well_as_the_docs_say() -> None:
    found = answers.count(first=False)["all"]
    assert found.precision >= 0.82
    assert found.recall >= 0.70


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_one_tap_turns_a_mark_round_and_another_turns_it_back(
    text: str, phrasings: list[str]
) -> None:
    point, told = KeyPoint("自己的", tuple(phrasings)), {}
    for _ in range(3):
        made = next(iter(mark((point,), text, Learned(told)).made), None)
        words = to_learn(point, text, made, Learned(told))
        if not words:
            return
        told[(point.key, words)] = made is None
        assert mark((point,), text, Learned(told)).makes(point.name) is (made is None)


def test_the_team_is_counted_point_by_point() -> None:
    answers = [
        mark(POINTS, text)
        for text in ("抱歉给您带来不便", "抱歉给您带来不便，下个月一号生效", "我查一下")
    ]
    assert coverage(POINTS, answers) == [("有共情", 2), ("说清生效时间", 1), ("确认号码", 0)]


@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=4))
def test_marks_are_places_in_the_answer_whatever_it_is(text: str, phrasings: list[str]) -> None:
    point = KeyPoint("x", tuple(phrasings))
    found = mark((point, EMPATHY), text)
    for m in found.made:
        assert 0 <= m.start < m.end <= len(text)
    assert {m.name for m in found.made} | set(found.missed) == {"x", "有共情"}


class TestInASession:
    @pytest.fixture
    def room(self, demo: Services) -> str:
        """The first round, answered by two."""
        pack = demo.packs.listed()[0]
        session = demo.host.open(pack.id, [(None, "甲"), (None, "乙")])
        place(demo, session.id, "answer")
        for seat, text in zip(session.seats, ("您先别着急，有的", "我查一下"), strict=True):
            demo.host.write(session.id, EntryKind.ANSWER, 0, seat.id, text)
        return session.id

    def test_marks_come_with_the_benchmark_and_not_before(self, demo: Services, room: str) -> None:
        for kind in ("answer", "share"):
            place(demo, room, kind)
            view = demo.host.view(room)
            assert "points" not in view
            assert "marks" not in view
        place(demo, room, "benchmark")
        view = demo.host.view(room)
        assert [p["of"] for p in view["points"]] == [2] * len(view["points"])
        assert len(view["marks"]) == len(view["wall"]) == 2

    def test_a_phone_has_its_own_marks_only(self, demo: Services, room: str) -> None:
        one, two = demo.host.table(room).session.seats
        assert "mine" not in demo.host.seat(room, one.id)
        place(demo, room, "benchmark")
        assert demo.host.seat(room, one.id)["mine"]["text"] == "您先别着急，有的"
        assert demo.host.seat(room, two.id)["mine"]["text"] == "我查一下"
        assert "marks" not in demo.host.seat(room, one.id)

    def test_a_tap_turns_a_mark_round_for_every_session(self, demo: Services, room: str) -> None:
        with pytest.raises(StepLocked):
            demo.host.correct(room, 0, 0, "有共情", "班长", made=True)
        place(demo, room, "benchmark")
        name = demo.host.view(room)["points"][0]["name"]
        before = demo.host.view(room)["points"][0]["made"]
        version = demo.host.table(room).session.version
        for _ in range(2):  # asked twice, it is done once
            demo.host.correct(room, 0, 1, name, "班长", made=True)
            assert demo.host.view(room)["points"][0]["made"] == before + 1
        assert demo.host.table(room).session.version > version, "screens are told"
        demo.host.correct(room, 0, 1, name, "班长", made=False)
        assert demo.host.view(room)["points"][0]["made"] == before
        for answer, point in ((9, name), (-1, name), (0, "没有的")):
            with pytest.raises(NotFound):
                demo.host.correct(room, 0, answer, point, "班长", made=True)


def test_key_points_of_a_benchmark_go_into_its_pack(demo: Services) -> None:
    from coach.game.pack import PackWords
    from coach.game.rounds import PlanOptions

    pack = demo.packs.listed()[0]
    call = demo.call(pack.recording_id)
    made = Acting(demo, LOCAL).prepare(call.recording.id, PlanOptions(), PackWords())
    marks = {b.question: b.points for b in demo.benchmarks.listed(call.recording.id)}
    assert [r.points for r in made.rounds] == [marks[r.question.text] for r in made.rounds]
    stored = demo.packs.get(made.id).rounds
    assert [r.points for r in stored] == [r.points for r in made.rounds]
