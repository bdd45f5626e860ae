"""Role × page: what each may open, and that a page of somebody else's things stays empty."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.masking.gate import Choice
from coach.demo import DEMO_TEAM
from coach.errors import BadInput, NotAllowed, NotListened, SignedOut
from coach.game.pack import PackWords
from coach.game.phases import Mode
from coach.game.rounds import PlanOptions
from coach.library.counterpart import Consent
from coach.people.rights import LOCAL, Role, Who
from coach.people.team import Team
from coach.ui import page as pages
from coach.ui import server
from coach.ui.server import MAIN
from tests.conftest import DEMO

pytestmark = pytest.mark.usefixtures("own_services")
SCREENS = Path(server.__file__).parent / "screens"
MINE = frozenset({DEMO_TEAM})
ADMIN = Who("a", "管理", Role.ADMIN)
QA = Who("q", "质检", Role.QA)
LEADER = Who("l", "班长", Role.LEADER, MINE)
OTHER = Who("o", "别的班长", Role.LEADER, frozenset({"晚班"}))
AGENT = Who("g", "班员", Role.AGENT, MINE)
VISITOR = Who("v", "访客", Role.VISITOR)
ALL = {
    "today", "prepare", "release", "own", "stage", "records", "practice", "recordings", "jobs", "call",
    "desk", "library", "teams", "glossary", "requests", "accounts", "audit", "system",
}  # fmt: skip
MAY = {
    ADMIN: ALL,
    QA: ALL - {"teams", "accounts", "audit", "system"},
    LEADER: ALL - {"requests", "accounts", "audit", "system"},
    AGENT: {"today", "records", "practice", "own", "library"},
}


def open_page(monkeypatch: pytest.MonkeyPatch, who: Who, name: str) -> AppTest:
    monkeypatch.setattr(pages, "me", lambda: who)
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.run()
    at.switch_page(str(SCREENS / f"{name}.py"))
    at.run()
    return at


@pytest.mark.parametrize("who", MAY, ids=lambda w: w.role.value)
def test_each_role_opens_its_pages(
    demo: Services, monkeypatch: pytest.MonkeyPatch, who: Who
) -> None:
    for name in sorted(MAY[who]):
        at = open_page(monkeypatch, who, name)
        assert not at.exception, (name, at.exception)
        assert not at.error, (name, [e.value for e in at.error])
        assert at.title, name


def alone(path: str) -> None:
    """A page without the menu that leaves it out."""
    import runpy

    from coach.ui.page import telling, translator

    with telling(translator()):
        runpy.run_path(path)


@pytest.mark.parametrize(
    ("who", "name"),
    [(w, n) for w, may in MAY.items() for n in sorted(ALL - may)],
    ids=lambda v: v if isinstance(v, str) else v.role.value,
)
def test_a_page_that_is_not_theirs_refuses_by_itself(
    demo: Services, monkeypatch: pytest.MonkeyPatch, who: Who, name: str
) -> None:
    """Not only left out of the menu: run directly, it raises before it draws."""
    monkeypatch.setattr(pages, "me", lambda: who)
    path = str(SCREENS / f"{name}.py")
    at = AppTest.from_function(alone, kwargs={"path": path}, default_timeout=30).run()
    assert "你的账号不能做这件事" in at.error[0].value
    assert not at.title


def test_who_is_signed_out_sees_a_way_to_sign_in(
    demo: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> Who:
        raise SignedOut()

    monkeypatch.setattr(pages, "me", nobody)
    at = AppTest.from_file(str(MAIN), default_timeout=30).run()
    assert not at.title
    assert "重新登录" in at.error[0].value


@pytest.mark.parametrize("name", ["recordings", "call", "desk", "prepare", "release"])
def test_another_team_s_calls_are_on_no_page(
    demo: Services, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    titles = [r.title for r in demo.calls.listed()]
    at = open_page(monkeypatch, OTHER, name)
    assert not at.exception
    everything = " ".join(
        str(getattr(e, "value", "")) for e in [*at.markdown, *at.caption, *at.selectbox, *at.info]
    )
    assert not any(title in everything.replace("\\", "") for title in titles)


# what pages and routes ask through Acting, beyond the routes that test_guard asks


def listen(s: Acting, clips: list[str]) -> None:
    for clip in clips:
        s.review(clip)


def test_who_has_not_listened_does_not_release(demo: Services) -> None:
    made = Acting(demo, QA).prepare(first(demo), PlanOptions(), PackWords())
    listen(Acting(demo, QA), made.clips[:-1])
    listen(Acting(demo, LEADER), made.clips)  # somebody else's ears do not count
    with pytest.raises(NotListened):
        Acting(demo, QA).release(made.clips, "")
    assert not demo.gate.released(made.clips)
    listen(Acting(demo, QA), made.clips)
    Acting(demo, QA).release(made.clips, "")
    assert len([a for a in demo.audit.latest() if a.by == "质检" and a.what == "reviewed"]) == len(
        set(made.clips)
    )


def first(demo: Services) -> str:
    return demo.packs.listed()[0].recording_id


@pytest.mark.parametrize("who", [OTHER, AGENT, VISITOR], ids=lambda w: w.name)
def test_another_team_s_call_is_refused_whatever_is_asked(demo: Services, who: Who) -> None:
    s, call = Acting(demo, who), first(demo)
    pack = demo.packs.listed()[0]
    for act in (
        lambda: s.recording(call),
        lambda: s.call(call),
        lambda: s.original(call, Cut(0, 1)),
        lambda: s.master(call),
        lambda: s.repairing(call),
        lambda: s.whole(call),
        lambda: s.save(demo.calls.get(call)),
        lambda: s.put_transcript(call, Path("x"), "x"),
        lambda: s.transcribe(call),
        lambda: s.cancel(demo.jobs.listed()[0].id),
        lambda: s.retry(demo.jobs.listed()[0].id),
        lambda: s.erase(call, "我", "x"),
        lambda: s.mark(call, 0, ()),
        lambda: s.unmark(demo.benchmarks.listed()[0].id),
        lambda: s.prepare(call, PlanOptions(), PackWords()),
        lambda: s.masked(demo.call(call)),
        lambda: s.decide(call, Choice("x", True, "我", "")),
        lambda: s.review(pack.clips[0]),
        lambda: s.release(pack.clips, "我"),
        lambda: s.withdraw(pack.clips, "我"),
        lambda: s.events(pack.clips[0]),
        lambda: s.open(pack.id, [(None, "x")], team=demo.teams.listed()[0]),
        lambda: s.add_team("新班"),
        lambda: s.add_members(demo.teams.listed()[0], ["x"]),
        lambda: s.remove_member(demo.teams.listed()[0], "x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (s.recordings(), s.jobs(), s.marks(), s.clips(pack.clips)) == ([], [], [], {})


def test_only_qa_and_admin_delete_calls(demo: Services) -> None:
    for refused in (
        lambda: Acting(demo, LEADER).erase(first(demo), "班长", "导错了"),
        lambda: Acting(demo, LEADER).mentioning("13800138000"),
        lambda: Acting(demo, AGENT).erasures(),
    ):
        with pytest.raises(NotAllowed):
            refused()
    Acting(demo, QA).erase(first(demo), "", "导错了")
    assert [a.by for a in demo.audit.latest() if a.what == "erased"] == ["质检"]


def test_what_is_done_is_under_the_name_that_signed_in_not_the_one_typed(demo: Services) -> None:
    s = Acting(demo, LEADER)
    pack = demo.packs.listed()[0]
    s.withdraw(pack.clips, "别人")
    listen(s, pack.clips)
    s.release(pack.clips, "别人")
    assert [e.by for e in demo.clips.events(pack.clips[0])][-2:] == ["班长", "班长"]
    session = s.open(pack.id, [(None, "x")], team=demo.teams.listed()[0], leader="别人")
    assert (session.leader, session.owner) == ("班长", "l")


def test_a_leader_imports_and_prepares_for_a_team_of_their_own(demo: Services) -> None:
    s, call = Acting(demo, LEADER), first(demo)
    assert s.prepare(call, PlanOptions(), PackWords(team="晚班")).team == DEMO_TEAM
    about = demo.calls.get(call)
    s.save(replace(about, meta=replace(about.meta, team="晚班")))
    assert demo.calls.get(call).meta.team == DEMO_TEAM
    with pytest.raises(NotAllowed):
        Acting(demo, replace(LEADER, teams=frozenset())).of_mine(about.meta)


def test_a_pack_of_one_team_is_not_played_by_another(demo: Services) -> None:
    made = Acting(demo, QA).prepare(first(demo), PlanOptions(), PackWords(team=DEMO_TEAM))
    listen(Acting(demo, QA), made.clips)
    Acting(demo, QA).release(made.clips, "")
    assert made.id in {p.id for p in Acting(demo, AGENT).ready()}
    assert made.id not in {p.id for p in Acting(demo, OTHER).ready()}
    demo.teams.add(Team("late", "晚班"))
    late = next(t for t in demo.teams.listed() if t.name == "晚班")
    with pytest.raises(NotAllowed):
        Acting(demo, OTHER).open(made.id, [(None, "x")], team=late)
    with pytest.raises(BadInput):
        Acting(demo, OTHER).open(made.id, [(None, "x")])


def test_practice_is_private_also_from_leader_and_admin(demo: Services) -> None:
    pack = demo.packs.listed()[0]
    own = Acting(demo, AGENT).open(pack.id, [(None, "班员")], mode=Mode.SOLO)
    for who in (ADMIN, QA, LEADER, OTHER, VISITOR):
        s = Acting(demo, who)
        assert own.id not in {x.id for x in s.sessions()}
        for act in (lambda s=s: s.record(own.id), lambda s=s: s.host(own.id)):
            with pytest.raises(NotAllowed):
                act()
    assert Acting(demo, AGENT).record(own.id).session.id == own.id


def test_without_accounts_whoever_sits_here_may_all(demo: Services) -> None:
    s = Acting(demo, LOCAL)
    assert len(s.recordings()) == len(demo.calls.listed())
    assert s.name("  林晓 ") == "林晓"


def test_equal_names_do_not_make_one_person(demo: Services) -> None:
    made = Acting(demo, QA).prepare(first(demo), PlanOptions(), PackWords())
    namesake = replace(QA, id="another")
    listen(Acting(demo, namesake), made.clips)
    with pytest.raises(NotListened):
        Acting(demo, QA).release(made.clips, "")
    assert {a.by_id for a in demo.audit.latest() if a.what == "reviewed"} == {"another"}


def test_who_lost_the_team_lost_its_sessions(demo: Services) -> None:
    session = Acting(demo, LEADER).open(
        demo.packs.listed()[0].id, [(None, "x")], team=demo.teams.listed()[0]
    )
    for moved in (
        replace(LEADER, teams=frozenset({"晚班"})),
        replace(LEADER, role=Role.AGENT),
    ):
        s = Acting(demo, moved)
        assert session.id not in {x.id for x in s.sessions()}
        for act in (
            lambda s=s: s.record(session.id),
            lambda s=s: s.host(session.id),
            lambda s=s: s.step_clip(session.id, demo.packs.listed()[0].clips[0]),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_importing_it_again_does_not_make_a_call_one_s_own(demo: Services) -> None:
    file = next(DEMO.glob("01*.flac"))
    call = next(r for r in demo.calls.listed() if r.source_name == file.name)
    for team in ("", "晚班"):
        demo.calls.save(replace(call, meta=replace(call.meta, team=team, agent="", node="")))
        mine = replace(call.meta, team=DEMO_TEAM, agent="别人", node="别处")
        with pytest.raises(NotAllowed):
            Acting(demo, LEADER).import_call(file, file.name, mine)
        kept = demo.calls.get(call.id).meta
        assert (kept.team, kept.agent, kept.node) == (team, "", "")


def test_the_desk_reaches_the_leader_s_own_calls_only(demo: Services) -> None:
    from coach.ui.desk import _do

    own, other, *_ = [r for r in demo.calls.listed() if demo.calls.segments(r.id)]
    demo.calls.save(replace(other, meta=replace(other.meta, team="晚班")))
    word = next(w for w in ("您好", "我", "的") if w in demo.calls.segments(other.id)[0].text)
    before = [x.text for x in demo.calls.segments(other.id)]
    mine = [r.id for r in Acting(demo, LEADER).recordings() if r.id != own.id]
    having = [i for i in mine if any(word in x.text for x in demo.calls.segments(i))]
    learnt = _do(Acting(demo, LEADER), own.id, {"do": "learn", "wrong": word, "right": "XX"})
    assert learnt["elsewhere"] == len(having)
    _do(Acting(demo, LEADER), own.id, {"do": "spread", "wrong": word, "right": "XX", "by": "l"})
    assert [x.text for x in demo.calls.segments(other.id)] == before
    assert all(any("XX" in x.text for x in demo.calls.segments(i)) for i in having)


def test_every_act_in_the_log_has_words_in_both_languages(
    demo: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the code writes down, found in the code itself; none is shown as it is stored."""
    import re

    root = Path(server.__file__).parents[1]
    written = {
        act
        for file in (
            *root.glob("acting/*.py"),
            root / "people" / "signing.py",
            root / "bootstrap/services.py",
            root / "ui/room.py",
        )
        for act in re.findall(
            r'(?:note\(\s*f?|audit\.add\([^",]*(?:"")?, f?)"([a-z][^"{]*)', file.read_text("utf-8")
        )
    }
    assert {"signed in", "erased", "heard original", "released", "objection "} <= written
    written = written - {"objection ", "consent "} | {"objection upheld", "objection dismissed"}
    written |= {f"consent {c.value}" for c in Consent if c is not Consent.ASKED}
    for act in written:
        demo.audit.add("x", act.strip(), "y")
    at = open_page(monkeypatch, ADMIN, "audit")
    shown = set(at.dataframe[0].value["做了什么"])
    assert not shown & {act.strip() for act in written}
