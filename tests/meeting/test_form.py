"""The record form: fills itself, is signed, corrected with a reason, goes out as sheet, page and zip."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest

from coach.acting import Acting
from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.errors import BadInput, BadTemplate, NotAllowed, NotFound
from coach.game.coverage import NOTHING
from coach.game.phases import Action, EntryKind
from coach.i18n import Translator
from coach.meeting.documents import document
from coach.meeting.form import make_form
from coach.meeting.printing import printed
from coach.meeting.sheets import FIELD, rows, value, workbook
from coach.meeting.signed import MOST_PROMISES
from coach.people.rights import LOCAL, Role, Who
from tests.playing import place, played_before

T = Translator("zh")


def test_it_fills_itself(demo: Services, leader: Acting, played: str) -> None:
    form = leader.form(played)
    members = [m.name for m in demo.teams.listed()[0].members]
    assert form.due == tuple(members)
    assert form.present == tuple(members[:4])
    assert form.absent == tuple(members[4:])
    assert len(form.rounds) == 4
    assert (form.rounds[0].answered, form.rounds[0].noted, form.rounds[0].guessed) == (2, 2, 2)
    assert form.figures.participation == 2 / 16
    assert all(p[2] == 2 for p in form.rounds[0].points)
    assert form.recall == ("先安抚，再说明，再确认",)
    said = " ".join(form.rounds[0].said)
    assert "您先别着急" in said
    assert not any(said.startswith(f"{name}：") for name in members), "nobody agreed to names"


def test_what_was_left_out_what_was_guessed_and_who_signed(
    demo: Services, leader: Acting, played: str
) -> None:
    demo.host.act(played, Action.REOPEN)
    seats = demo.host.table(played).session.seats
    place(demo, played, "summary")
    demo.host.write(played, EntryKind.SIGN, -1, seats[0].id, "whatever is sent")
    demo.host.join(played, "孙悦", demo.teams.listed()[0].members[5].id)
    demo.host.act(played, Action.END)
    form = leader.form(played)
    assert form.signed_in == (seats[0].name,)
    assert form.late == ("孙悦",), "after the first question"
    assert form.present[-1] == "孙悦"
    first = form.rounds[0]
    made = {name: k for name, k, _ in first.points}
    assert set(first.missed) == {name for name, k in made.items() if k == 0}
    assert first.hits == (0, 2), "two guesses, and none asked that"
    assert form.fields()["hit_rate"] == "0%"
    assert form.fields()["previous_participation"] == "", "there was none before"


def test_who_was_to_come_is_who_belonged_to_the_team_then(demo: Services, leader: Acting) -> None:
    team = demo.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members[:2]]
    session = leader.open(demo.packs.listed()[0].id, people, team=team)
    demo.teams.add_members(team.id, ["新来的"])
    form = leader.form(session.id)
    assert form.due == tuple(m.name for m in team.members)
    assert "新来的" not in form.absent


def test_nobody_is_counted_where_nobody_was_asked(demo: Services, leader: Acting) -> None:
    """A session played straight has no participation: not a share of nothing."""
    people = [(None, "甲"), (None, "乙")]
    for straight in (True, False):
        session = demo.host.open(
            demo.packs.listed()[0].id, people, team_name=DEMO_TEAM, straight=straight
        )
        if straight:
            place(demo, session.id, "summary")
        demo.host.act(session.id, Action.END)
        assert leader.form(session.id).fields()["participation"] == ""
        assert leader.form(session.id).fields()["previous_participation"] == ""


def test_the_meeting_before_stands_beside_it(demo: Services, leader: Acting, played: str) -> None:
    played_before(demo, played, 1)
    team = demo.teams.listed()[0]
    seats = [(m.id, m.name) for m in team.members]
    again = demo.host.open(
        demo.packs.listed()[0].id, seats, team_id=team.id, team_name=team.name, owner="l"
    )
    assert leader.form(again.id).fields()["previous_participation"] == "12%"
    other = demo.host.open(demo.packs.listed()[0].id, seats, team_name="晚班", owner="l")
    assert Acting(demo, LOCAL).form(other.id).beside.previous is None, "another team's is not"


def test_fields_that_only_people_know(demo: Services, leader: Acting, played: str) -> None:
    absent = leader.form(played).absent[0]
    typed = {"venue": "三楼", "sentence": "先说您别急，回拨13800138000", f"absent {absent}": "休假"}
    leader.fill(played, typed)
    fields = leader.form(played).fields()
    assert fields["venue"] == "三楼"
    assert fields["sentence"] == "先说您别急，回拨[手机号]"
    assert fields["absent"].startswith(f"{absent}（休假）、")
    leader.fill(played, {"venue": "四楼"}, seen={"venue": "三楼"})
    with pytest.raises(BadInput, match="四楼"):
        leader.fill(played, {"venue": "五楼"}, seen={"venue": "三楼"})
    leader.fill(played, {"venue": ""})
    with pytest.raises(BadInput, match="五楼"):  # emptied meanwhile, that is theirs too
        leader.fill(played, {"venue": "五楼"}, seen={"venue": "四楼"})
    assert leader.form(played).fields()["venue"] == ""
    with pytest.raises(NotFound):
        leader.fill(played, {"team": "别的班"})
    with pytest.raises(BadInput):
        leader.fill(played, {"venue": "长" * 300})
    with pytest.raises(NotAllowed):
        Acting(demo, Who("a", "小王", Role.AGENT, frozenset({DEMO_TEAM}))).fill(played, typed)


def test_names_stand_on_it_where_everybody_agreed(
    demo: Services, leader: Acting, played: str
) -> None:
    table = demo.host.table(played)
    named = replace(table, session=replace(table.session, named=True))
    form = make_form(named, demo.zone, NOTHING)
    assert form.rounds[0].said[0].startswith(f"{table.session.seats[0].name}：")


def test_promises_are_made_and_taken_back(demo: Services, leader: Acting, played: str) -> None:
    day = demo.today() + timedelta(days=5)
    leader.promise(played, "林晓", "每通先说一句安抚，回访13800138000", day)
    (p,) = leader.form(played).beside.promises
    assert (p.who, p.what, p.until) == ("林晓", "每通先说一句安抚，回访[手机号]", day)
    leader.unpromise(played, p.id)
    assert leader.form(played).beside.promises == []
    for who, what in (("", "x"), ("林晓", "  ")):
        with pytest.raises(BadInput):
            leader.promise(played, who, what, None)
    for _ in range(MOST_PROMISES):
        leader.promise(played, "林晓", "做到", None)
    with pytest.raises(BadInput):
        leader.promise(played, "林晓", "再来一条", None)


def test_its_own_sheet_and_the_printed_page_say_the_same(leader: Acting, played: str) -> None:
    leader.promise(played, "林晓", "=1+1<b>先安抚</b>", None)
    leader.sign(played)
    fields = leader.paper(played).to_json()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(fields, T))).active
    cells = [c.value for row in sheet.iter_rows() for c in row if c.value]
    assert "'=1+1<b>先安抚</b>" in cells, "nothing that a spreadsheet would run"
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    page = printed(fields, T, "班长 导出")
    assert "<b>先安抚" not in page
    for row in rows(fields, T):
        for cell in row:
            if "；" in str(cell):
                continue  # what several said alike stands once
            text = str(cell).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            assert text in page


def test_a_companys_template_keeps_its_look_and_gets_our_fields(
    leader: Acting, played: str, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B2"] = "某公司 {{ team }} 班会", "{{present}}"
    sheet["C3"], sheet["C4"] = "{{rounds.1.question}}", "{{rounds.9.question}}"
    sheet["D5"], sheet["D6"] = "{{signed.by}}", "没有字段"
    sheet.column_dimensions["C"].width = 77
    path = tmp_path / "form.xlsx"
    book.save(path)
    leader.sign(played)
    fields = leader.paper(played).to_json()
    made = openpyxl.load_workbook(io.BytesIO(workbook(fields, T, path))).active
    assert made["A1"].value == f"某公司 {DEMO_TEAM} 班会"
    assert made["B2"].value == 4
    assert made["C3"].value == fields["rounds"][0]["question"]
    assert made["C4"].value in ("", None)
    assert made["D5"].value == "班长"
    assert made["D6"].value == "没有字段"
    assert made.column_dimensions["C"].width == 77


@pytest.mark.parametrize(
    "said", ["{{nothing}}", "{{rounds.x.question}}", "{{rounds.1.nothing}}", "{{team.x}}"]
)
def test_a_template_with_a_field_that_there_is_none_of(
    leader: Acting, played: str, tmp_path: Path, said: str
) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = said
    book.save(tmp_path / "form.xlsx")
    with pytest.raises(BadTemplate):
        workbook(leader.paper(played).to_json(), T, tmp_path / "form.xlsx")


def test_a_template_that_is_none(leader: Acting, played: str, tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_text("PK nothing")
    with pytest.raises(BadTemplate):
        workbook(leader.paper(played).to_json(), T, tmp_path / "form.xlsx")


def test_every_field_in_the_documents_is_there(leader: Acting, played: str) -> None:
    leader.promise(played, "林晓", "先安抚", None)
    leader.sign(played)
    fields = leader.paper(played).to_json()
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    told = text.split("## The record form")[1].split("## ")[0]
    plain = told.split("`date time")[1].split("`")[0].split()
    assert {"date", "time", *plain} == set(fields) - {"rounds", "promises", "retests", "signed"}
    for group, count in (("rounds", 15), ("promises", 3)):
        names = list(fields[group][0])
        assert len(names) == count
        assert all(name in told for name in names)
        assert value(fields, f"{group}.1.{names[0]}") != ""
    assert FIELD.search(told)


def test_a_month_has_its_sessions_in_order(demo: Services, leader: Acting, played: str) -> None:
    today = demo.today()
    assert [x.id for x in leader.month(today.year, today.month)] == [played]
    assert leader.month(today.year - 1, today.month) == []


class TestAsADocument:
    def texts(self, made: bytes) -> str:
        found = docx.Document(io.BytesIO(made))
        cells = [c.text for t in found.tables for row in t.rows for c in row.cells]
        return "\n".join([*(p.text for p in found.paragraphs), *cells])

    def test_our_own_holds_what_the_sheet_holds(self, leader: Acting, played: str) -> None:
        fields = leader.paper(played).to_json()
        text = self.texts(document(fields, T))
        for said in ("先安抚，再说明，再确认", fields["rounds"][0]["question"], "班长", DEMO_TEAM):
            assert said in text

    def test_a_company_s_template_though_word_cut_its_fields(
        self, leader: Acting, played: str, tmp_path: Path
    ) -> None:
        theirs, path = docx.Document(), tmp_path / "theirs.docx"
        line = theirs.add_paragraph("班组：")
        for piece in ("{{", "te", "am}}", "，主持 {{leader}}"):
            line.add_run(piece)
        theirs.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{rounds.1.question}}"
        theirs.sections[0].header.paragraphs[0].text = "{{date}}"
        theirs.save(str(path))
        fields = leader.paper(played).to_json()
        made = document(fields, T, path)
        text = self.texts(made)
        assert f"班组：{DEMO_TEAM}，主持 班长" in text
        assert fields["rounds"][0]["question"] in text
        header = docx.Document(io.BytesIO(made)).sections[0].header
        assert header.paragraphs[0].text == fields["date"]

    def test_a_template_that_is_none_or_names_no_field(
        self, leader: Acting, played: str, tmp_path: Path
    ) -> None:
        fields = leader.paper(played).to_json()
        broken = tmp_path / "broken.docx"
        broken.write_bytes(b"PK no zip")
        with pytest.raises(BadTemplate):
            document(fields, T, broken)
        wrong = tmp_path / "wrong.docx"
        theirs = docx.Document()
        theirs.add_paragraph("{{nonsense}}")
        theirs.save(str(wrong))
        with pytest.raises(BadTemplate):
            document(fields, T, wrong)

    def test_what_no_file_may_hold_is_left_out(self, leader: Acting, played: str) -> None:
        fields = leader.paper(played).to_json() | {"recall": "a\x00b\x0bc=1+1"}
        assert "abc=1+1" in self.texts(document(fields, T))
