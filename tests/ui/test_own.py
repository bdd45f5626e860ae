"""An agent's own calls: told of their use, objecting, a name for others (申诉, 化名)."""

from dataclasses import replace

import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.errors import BadInput, NotAllowed, NotFound, NotReleased, Objected
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from coach.people.objection import Answer
from coach.people.rights import LOCAL, Role, Who

TEAM = frozenset({DEMO_TEAM})
QA = Who("q", "质检", Role.QA)


@pytest.fixture
def agent(demo: Services) -> Acting:
    """The agent of the demo pack's call, signed in."""
    call = demo.calls.get(demo.packs.listed()[0].recording_id)
    return Acting(demo, Who("g", call.meta.agent, Role.AGENT, TEAM))


def other(demo: Services) -> Acting:
    return Acting(demo, Who("h", "别人", Role.AGENT, TEAM))


def test_an_agent_is_told_which_calls_are_used_in_masked_words(
    demo: Services, agent: Acting
) -> None:
    used = agent.used()
    assert demo.packs.listed()[0].recording_id in {u.recording.id for u in used}
    assert {u.recording.meta.agent for u in used} == {agent.who.name}
    texts = " ".join(text for u in used for text in u.texts)
    assert "[手机号]" in texts
    assert "幺三八零零幺三八零零零" not in texts
    assert other(demo).used() == []
    assert Acting(demo, LOCAL).used() == []


def test_words_that_have_not_passed_the_second_look_are_not_shown_to_the_agent_either(
    demo: Services, agent: Acting
) -> None:
    pack = demo.packs.listed()[0]

    def words() -> tuple[str, ...]:
        (mine,) = (u for u in agent.used() if u.recording.id == pack.recording_id)
        return mine.texts

    whole = len(words())
    ids = [c.id for c in demo.clips.of(pack.recording_id)]
    demo.clips.spoil(ids[:-1], "质检")
    assert len(words()) < whole
    demo.clips.spoil(ids, "质检")
    assert words() == ()  # the call is named all the same


def test_an_objection_stops_it_at_once_until_it_is_answered(demo: Services, agent: Acting) -> None:
    pack = demo.packs.listed()[0]
    agent.object_to(pack.recording_id, "那天状态不好")
    with pytest.raises(NotReleased):
        demo.gate.hear(pack.clips[0])
    assert pack.recording_id not in {b.recording_id for b in agent.library()}
    qa = Acting(demo, QA)
    for clip in pack.clips:
        qa.review(clip)
    with pytest.raises(Objected):
        qa.release(pack.clips, "")
    (open_one,) = qa.objections()
    assert (open_one.answer, open_one.why) == (Answer.OPEN, "那天状态不好")
    with pytest.raises(BadInput):
        qa.answer(open_one.id, upheld=False, because=" ")
    qa.answer(open_one.id, upheld=False, because="已换成化名")
    qa.release(pack.clips, "")
    assert demo.gate.released(pack.clips)
    assert agent.objections()[0].because == "已换成化名"
    with pytest.raises(NotFound):
        qa.answer(open_one.id, upheld=True, because="再答一次")


def test_upheld_its_benchmarks_are_gone_and_a_new_pack_is_not_released(
    demo: Services, agent: Acting
) -> None:
    call = demo.packs.listed()[0].recording_id
    agent.object_to(call, "不愿意")
    qa = Acting(demo, QA)
    qa.answer(qa.objections()[0].id, upheld=True, because="尊重本人")
    assert not [b for b in demo.benchmarks.listed() if b.recording_id == call]
    made = qa.prepare(call, PlanOptions(), PackWords())
    for clip in made.clips:
        qa.review(clip)
    with pytest.raises(Objected):
        qa.release(made.clips, "")


def test_objecting_is_the_agent_s_own_and_answering_is_qa_s(demo: Services, agent: Acting) -> None:
    call = demo.packs.listed()[0].recording_id
    for refused in (
        lambda: other(demo).object_to(call, "x"),
        lambda: Acting(demo, LOCAL).object_to(call, "x"),
        lambda: Acting(demo, LOCAL).call_me("x"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(BadInput):
        agent.object_to(call, "  ")
    agent.object_to(call, "不愿意")
    assert other(demo).objections() == []
    with pytest.raises(NotAllowed):
        agent.answer(agent.objections()[0].id, upheld=False, because="x")


def test_others_see_the_name_that_was_chosen(demo: Services, agent: Acting) -> None:
    agent.call_me("  小荷  ")
    assert agent.my_alias() == "小荷"
    shown = {b.agent for b in other(demo).library()}
    assert "小荷" in shown
    assert agent.who.name not in shown
    found = other(demo).find("亲情号怎么办理", count=10)
    assert agent.who.name not in {m.benchmark.agent for m in found.matches}
    agent.call_me("")
    assert agent.who.name in {b.agent for b in other(demo).library()}


def test_with_the_call_its_objections_are_deleted(demo: Services, agent: Acting) -> None:
    call = demo.packs.listed()[0].recording_id
    agent.object_to(call, "不愿意")
    Acting(demo, QA).erase(call, "", "坐席撤回同意")
    assert Acting(demo, QA).objections() == []
    with pytest.raises(NotFound):
        Acting(demo, replace(agent.who)).object_to(call, "x")
