"""Signed, reviewed, corrected with a reason; what was taken back since leaves the record."""

import io
import json
from datetime import UTC, datetime

import docx
import openpyxl
import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.errors import AlreadyDecided, BadInput, NotAllowed, NotFound
from coach.game.phases import Action, EntryKind
from coach.i18n import Translator
from coach.meeting.documents import document
from coach.meeting.printing import printed
from coach.meeting.sheets import rows, workbook
from coach.meeting.signed import Signed
from coach.people.rights import LOCAL, Role, Who
from tests.playing import place, played_before

T = Translator("zh")


def test_signed_it_stays_and_a_correction_is_a_version_with_a_reason(
    demo: Services, leader: Acting, played: str
) -> None:
    leader.promise(played, "林晓", "先安抚", None)
    first = leader.sign(played)
    assert (first.number, first.by, first.why) == (1, "班长", "")
    leader.promise(played, "陈默", "说清时间", None)
    paper = leader.paper(played)
    assert paper.changed
    assert [p["who"] for p in paper.fields["promises"]] == ["林晓"], "as it was signed"
    with pytest.raises(BadInput, match="理由"):
        leader.sign(played)
    leader.sign(played, why="漏了一条承诺")
    paper = leader.paper(played)
    assert not paper.changed
    assert paper.to_json()["signed"]["version"] == 2
    assert [(v.number, v.why) for v in leader.signed_versions(played)] == [
        (2, "漏了一条承诺"),
        (1, ""),
    ]
    assert leader.signed_versions(played)[1].body == first.body
    assert not demo.forms.sign(played, Signed(2, "别人", first.at, "抢着签", {})), "one was faster"


def test_two_who_sign_at_once(
    demo: Services, leader: Acting, played: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(demo.forms), "versions", lambda self, session_id: [])
    leader.sign(played)
    with pytest.raises(AlreadyDecided):
        leader.sign(played)


def test_a_session_that_runs_is_not_signed(demo: Services, leader: Acting, played: str) -> None:
    demo.host.act(played, Action.REOPEN)
    with pytest.raises(BadInput, match="没结束"):
        leader.sign(played)
    demo.host.act(played, Action.END)
    with pytest.raises(BadInput):
        Acting(demo, LOCAL).sign(played, "  ")


def test_only_its_leader_signs_and_promises(demo: Services, leader: Acting, played: str) -> None:
    for who in (
        Who("a", "小王", Role.AGENT, frozenset({DEMO_TEAM})),
        Who("x", "别的班长", Role.LEADER, frozenset({"别的班"})),
    ):
        acting = Acting(demo, who)
        for act in (
            lambda a=acting: a.sign(played),
            lambda a=acting: a.promise(played, "x", "y", None),
            lambda a=acting: a.unpromise(played, "p"),
        ):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotFound):
        leader.paper("nothing")


def test_with_the_call_its_names_leave_what_was_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    leader.sign(played)
    pack = demo.packs.get(demo.host.table(played).session.pack_id)
    assert pack.alias
    demo.erasing.erase(pack.recording_id, "admin", "test")
    (signed,) = demo.forms.versions(played)
    assert pack.alias not in json.dumps(signed.body, ensure_ascii=False)
    assert signed.body["title"] == "（已删除）"


def test_what_comes_after_is_not_part_of_what_was_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    played_before(demo, played, 2)
    qa = Acting(demo, Who("q", "质检甲", Role.QA))
    with pytest.raises(BadInput):
        qa.countersign(played, 1)
    leader.sign(played)
    leader.fill(played, {"check_by": "2026-12-01", "check_result": "五通里四通做到"})
    qa.countersign(played, 1)
    with pytest.raises(NotAllowed):
        leader.countersign(played, 1)
    again = leader.retest(played)
    place(demo, again.id, "recall")
    demo.host.write(again.id, EntryKind.RECALL, -1, again.seats[0].id, "共情、说清费用")
    demo.host.act(again.id, Action.END)
    paper = leader.paper(played)
    assert not paper.changed
    told = paper.to_json()
    assert (told["check_result"], told["reviewed_by"]) == ("五通里四通做到", "质检甲")
    (found,) = told["retests"]
    assert (found["days"], found["people"]) == (2, 1)
    assert found["share"] != found["before"] != ""
    assert any("五通里四通做到" in map(str, row) for row in rows(told, T))


def test_words_taken_back_leave_what_was_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    leader.sign(played)
    asked = demo.host.table(played).pack.rounds[0].question
    assert asked.text in leader.paper(played).fields["rounds"][0]["question"]
    demo.gate.withdraw([asked.clip], "质检甲")
    paper = leader.paper(played)
    assert asked.text not in printed(paper.to_json(), T)
    assert asked.text not in json.dumps(paper.to_json(), ensure_ascii=False)


def test_what_was_counted_in_words_that_were_taken_back_stays_as_it_was_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    before = leader.sign(played).body
    assert before["rounds"][0]["points"]
    first = demo.host.table(played).pack.rounds[0]
    demo.gate.withdraw([first.question.clip, first.answer.clip], "质检甲")
    paper = leader.paper(played)
    assert not paper.changed, "nobody is asked to sign its figures away"
    leader.promise(played, "林晓", "先安抚", None)
    again = leader.sign(played, why="加一条").body
    for name in ("points", "missed", "more", "hits"):
        assert [r[name] for r in again["rounds"]] == [r[name] for r in before["rounds"]]
    assert again["recall_points"] == before["recall_points"]
    assert again["promises"]


def test_a_review_is_of_the_version_that_was_read(
    demo: Services, leader: Acting, played: str
) -> None:
    qa = Acting(demo, Who("q", "质检甲", Role.QA))
    leader.sign(played)
    qa.countersign(played, 1)
    leader.promise(played, "林晓", "质检没有看过的一条", None)
    leader.sign(played, why="加一条")
    assert leader.paper(played).to_json()["reviewed_by"] == ""
    with pytest.raises(AlreadyDecided):
        qa.countersign(played, 1)  # on a page that still shows the first
    qa.countersign(played, 2)
    assert leader.paper(played).to_json()["reviewed_by"] == "质检甲"


def test_it_is_signed_on_the_day_of_the_site(
    demo: Services, leader: Acting, played: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("coach.acting.records.now", lambda: late)
    leader.sign(played)
    Acting(demo, Who("q", "质检甲", Role.QA)).countersign(played, 1)
    told = leader.paper(played).to_json()
    assert told["signed"]["at"].startswith("2026-03-02T07:30")
    assert told["reviewed_at"].startswith("2026-03-02")


def test_another_session_changes_nothing_in_what_was_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    leader.sign(played)
    team = demo.teams.listed()[0]
    earlier = demo.host.open(
        demo.packs.listed()[0].id, [(m.id, m.name) for m in team.members], team_id=team.id,
        team_name=team.name, owner="l",
    )  # fmt: skip
    place(demo, earlier.id, "answer")
    demo.host.write(earlier.id, EntryKind.ANSWER, 0, earlier.seats[0].id, "先安抚")
    demo.host.act(earlier.id, Action.END)
    played_before(demo, earlier.id, 1)
    now = leader.form(played).fields()["previous_participation"]
    assert now != leader.paper(played).fields["previous_participation"]
    assert not leader.paper(played).changed


def test_signs_that_a_sheet_cannot_hold_are_left_out(
    demo: Services, leader: Acting, played: str
) -> None:
    leader.fill(played, {"venue": "三\uffff楼\ufffe"})
    told = leader.paper(played).to_json()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(told, T))).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    written = docx.Document(io.BytesIO(document(told, T))).element.xml
    assert any("三楼" in cell for cell in cells), cells
    assert "三楼" in written
