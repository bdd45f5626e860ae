"""A weaker answer beside a benchmark: only with its agent's consent, never with a name."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from coach.acting import Acting
from coach.bootstrap import Services
from coach.errors import BadInput, NotAllowed, NotFound, NotReleased
from coach.library.benchmark import Benchmark
from coach.library.counterpart import Consent, Counterpart, only_good
from coach.people.rights import LOCAL, Role, Who
from tests.waiting import until

QA = Who("q", "质检", Role.QA)


class Table:
    """One released benchmark, another agent's call about the same node, and an answer of it beside."""

    def __init__(self, demo: Services) -> None:
        self.s, self.qa = demo, Acting(demo, QA)
        self.mark: Benchmark = demo.benchmarks.released()[0]
        calls = [r for r in demo.calls.listed() if r.id in demo.calls.transcribed()]
        self.call = next(r for r in calls if r.id != self.mark.recording_id)
        meta = replace(self.call.meta, node=self.mark.node, agent="小刘")
        demo.calls.save(replace(self.call, meta=meta))
        self.agent = Acting(demo, Who("l", "小刘", Role.AGENT))
        self.team = Acting(demo, Who("w", "小王", Role.AGENT))

    def proposed(self, index: int = 1) -> Counterpart:
        return self.qa.propose(self.mark.id, self.call.id, index, "没有先安抚")

    def released(self, c: Counterpart) -> None:
        with self.s.hearing.opened(self.qa.review(c.clip)):
            pass
        self.qa.release([c.clip], "质检")

    def shown(self) -> list[Counterpart]:
        return list(self.team.contrasts([self.mark.id]).values())


@pytest.fixture
def table(demo: Services) -> Table:
    return Table(demo)


def test_what_may_stand_beside_it_is_another_agents_answer_nearest_first(table: Table) -> None:
    found = table.qa.others(table.mark.id)
    assert {o.recording_id for o in found} == {table.call.id}
    assert [o.similarity for o in found] == sorted((o.similarity for o in found), reverse=True)


@pytest.mark.parametrize(
    ("said", "read", "heard"),
    [
        (None, False, False),
        (Consent.TEXT, True, False),
        (Consent.VOICE, True, True),
        (Consent.REFUSED, False, False),
    ],
)
def test_the_team_has_what_its_agent_agreed_to(
    table: Table, said: Consent | None, read: bool, heard: bool
) -> None:
    c = table.proposed()
    table.released(c)
    if said is not None:
        table.agent.consent(c.id, said)
    assert bool(table.shown()) is read
    if heard:
        table.team.hear(c.clip)
    else:
        with pytest.raises(NotReleased):
            table.team.hear(c.clip)


def test_nobodys_name_stands_beside_it(table: Table) -> None:
    c = table.proposed()
    table.released(c)
    table.agent.consent(c.id, Consent.VOICE)
    (shown,) = table.shown()
    assert "小刘" not in repr(shown)
    assert shown.differs == "没有先安抚"


def test_agreed_but_not_released_stays_closed(table: Table) -> None:
    c = table.proposed()
    table.agent.consent(c.id, Consent.VOICE)
    assert table.shown() == []
    with pytest.raises(NotReleased):
        table.team.hear(c.clip)


def test_taken_back_nobody_hears_it_from_then_on(table: Table) -> None:
    c = table.proposed()
    table.released(c)
    table.agent.consent(c.id, Consent.VOICE)
    table.agent.consent(c.id, Consent.REFUSED)
    assert table.shown() == []
    table.agent.consent(c.id, Consent.TEXT)  # back again, it must be released again
    assert table.shown() == []


def test_only_its_agent_consents(table: Table) -> None:
    c = table.proposed()
    assert [x.id for x in table.agent.asked_of_me()] == [c.id]
    assert table.team.asked_of_me() == []
    for somebody in (table.team, table.qa, Acting(table.s, LOCAL)):
        with pytest.raises(NotAllowed):
            somebody.consent(c.id, Consent.VOICE)


def test_on_paper_only_for_who_cannot_sign_in(table: Table) -> None:
    c = table.proposed()
    with pytest.raises(NotAllowed):
        table.agent.consent_on_paper(c.id, Consent.TEXT, "小刘")
    table.qa.consent_on_paper(c.id, Consent.TEXT, "")
    assert table.qa.counterpart(table.mark.id) == replace(
        table.s.library.counterparts.get(c.id), consent=Consent.TEXT
    )
    token = table.s.signing.first("admin", "管理员", "a-long-password")
    admin = table.s.signing.who(token)
    table.s.signing.add(admin, "liu", "小刘", Role.AGENT, "another-long-one")
    with pytest.raises(BadInput, match="账号"):
        table.qa.consent_on_paper(c.id, Consent.VOICE, "质检")


@pytest.mark.parametrize("tag", ["合规", "禁语", "Compliance"])
def test_of_set_wording_only_the_good_is_shown(table: Table, tag: str) -> None:
    assert only_good([tag, "x"])
    new = table.qa.revise(replace(table.mark, tags=(tag,)), "质检")
    Acting(table.s, Who("r", "另一位", Role.QA)).approve(new.id, new.number, "另一位")
    with pytest.raises(BadInput, match="规定话术"):
        table.proposed()


def test_bad_input(table: Table) -> None:
    with pytest.raises(BadInput):
        table.qa.propose(table.mark.id, table.call.id, 0, "  ")
    with pytest.raises(NotFound):
        table.qa.propose(table.mark.id, table.call.id, 99, "差")
    with pytest.raises(NotFound):
        table.qa.propose("nobody", table.call.id, 0, "差")
    with pytest.raises(NotAllowed):
        table.agent.propose(table.mark.id, table.call.id, 0, "差")


def test_a_new_one_takes_its_place_and_the_old_sound_is_withdrawn(table: Table) -> None:
    old = table.proposed(0)
    table.released(old)
    new = table.proposed(1)
    assert table.qa.counterpart(table.mark.id) == new
    assert not table.s.gate.released([old.clip])
    table.qa.drop_counterpart(new.id)
    assert table.qa.counterpart(table.mark.id) is None


@pytest.mark.parametrize("whose", ["its own", "the benchmark's"])
def test_it_goes_with_either_call(table: Table, whose: str) -> None:
    table.proposed()
    gone = table.call.id if whose == "its own" else table.mark.recording_id
    table.s.erasing.erase(gone, "admin", "test")
    until(lambda: table.s.library.counterparts.listed() == [], "gone")
    with table.s.engine.connect() as db:
        texts = db.execute(sa.text("select count(*) from counterpart")).scalar()
    assert texts == 0


def test_its_agents_objection_to_the_call_closes_it(table: Table) -> None:
    c = table.proposed()
    table.released(c)
    table.agent.consent(c.id, Consent.VOICE)
    table.agent.object_to(table.call.id, "不想")
    assert table.shown() == []


def test_a_leader_proposes_for_benchmarks_of_their_own_team(table: Table) -> None:
    stranger = Acting(table.s, Who("b", "班长", Role.LEADER, frozenset({"别的班"})))
    with pytest.raises(NotAllowed):
        stranger.propose(table.mark.id, table.call.id, 0, "差")
    with pytest.raises(NotAllowed):
        stranger.others(table.mark.id)
    assert stranger.counterparts() == []
