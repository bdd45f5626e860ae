"""The page of records: shown, filled in, signed, reviewed."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from coach.acting import Acting
from coach.bootstrap import Services
from coach.game.phases import Action
from coach.people.rights import LOCAL
from tests.ui.pages import page, texts

pytestmark = pytest.mark.usefixtures("own_services")


def test_a_session_that_is_not_there_is_a_sentence(demo: Services) -> None:
    at = page("stage", session="nothing")
    assert "没有找到分享会" in texts(at)


def test_a_record_is_shown_and_can_be_downloaded(demo: Services) -> None:
    (pack,) = demo.packs.listed()
    session = demo.host.open(pack.id, [(None, "访客甲")])
    at = page("records", session=session.id)
    assert "访客甲（访客）" in texts(at)
    links = [h.proto.body for h in at.get("html") if "/api/record/" in h.proto.body]
    forms = ("md", "csv", "xlsx", "docx", "json", "html")
    assert len(links) == len(forms)
    for form, link in zip(forms, links, strict=True):
        assert f"/api/record/{session.id}.{form}" in link


def test_two_of_the_same_name_are_told_apart(demo: Services) -> None:
    """Streamlit knows an option by its label: with two alike, signing one would sign the other."""
    pack, team = demo.packs.listed()[0], demo.teams.listed()[0]
    people = [(m.id, m.name) for m in team.members]
    first, second = (
        demo.host.open(pack.id, people, team_id=team.id, team_name=team.name) for _ in range(2)
    )
    for session in (first, second):
        demo.host.act(session.id, Action.END)
    at = page("records", session=first.id)
    labels = next(x.options for x in at.selectbox if x.label == "选一场")
    assert len(set(labels)) == len(labels) == 2
    next(x for x in at.text_input if x.label == "谁签字").input("老王")
    at = next(b for b in at.button if b.label == "签字").click().run()
    assert [len(demo.forms.versions(x.id)) for x in (first, second)] == [1, 0]


def test_a_record_gets_its_promises_and_signature(demo: Services) -> None:
    session = demo.host.open(demo.packs.listed()[0].id, [(None, "访客甲")])
    demo.host.act(session.id, Action.END)
    at = page("records", session=session.id)
    next(x for x in at.text_input if x.label == "做什么").input("先安抚")
    at = next(b for b in at.button if b.label == "＋").click().run()
    assert "访客甲：先安抚" in texts(at)
    next(x for x in at.text_input if x.label == "谁签字").input("老王")
    at = next(b for b in at.button if b.label == "签字").click().run()
    assert "第 1 版 · 老王" in texts(at)
    at = next(b for b in at.button if b.label == "去掉").click().run()
    assert "签字以后又改过" in texts(at)
    next(x for x in at.text_input if x.label == "谁签字").input("老王")
    at = next(b for b in at.button if b.label == "签字").click().run()
    assert "要写理由" in texts(at)
    next(x for x in at.text_input if x.label == "为什么改").input("他改了主意")
    at = next(b for b in at.button if b.label == "签字").click().run()
    assert "第 2 版 · 老王" in texts(at)
    assert "他改了主意" in texts(at)
    at = next(x for x in at.text_input if x.label == "抽查结果").input("五通里四通做到").run()
    assert demo.forms.notes(session.id)["check_result"].text == "五通里四通做到"
    assert "签字以后又改过" not in texts(at), "that came after"
    next(x for x in at.text_input if x.label == "谁审阅").input("质检甲")
    at = next(b for b in at.button if b.label == "质检审阅").click().run()
    assert "质检甲 审阅" in texts(at)


def test_two_leaders_fill_in_one_record(demo: Services) -> None:
    session = demo.host.open(demo.packs.listed()[0].id, [(None, "访客甲")])
    demo.host.act(session.id, Action.END)
    other = Acting(demo, LOCAL)

    def field(at: AppTest, label: str) -> TextInput:
        return next(x for x in at.text_input if x.label == label)

    at = page("records", session=session.id)
    other.fill(session.id, {"venue": "三楼"})
    assert field(at.run(), "地点").value == "三楼", "what the other wrote is shown"
    other.fill(session.id, {"venue": "四楼"})
    at = field(at, "今日通报").input("周五盘点").run()
    notes = demo.forms.notes(session.id)
    assert (notes["venue"].text, notes["bulletin"].text) == ("四楼", "周五盘点")
    other.fill(session.id, {"venue": "五楼"})
    at = field(at, "地点").input("六楼").run()
    assert "刚才有人改成了“五楼”" in texts(at)
    assert "六楼" in texts(at), "what was typed is not lost without a word"
    assert demo.forms.notes(session.id)["venue"].text == "五楼"
    field(at, "今天就用的一句话").input("先说您别急")  # and at once, without leaving the field:
    next(x for x in at.text_input if x.label == "谁签字").input("老王")
    next(b for b in at.button if b.label == "签字").click().run()
    assert demo.forms.versions(session.id)[0].body["sentence"] == "先说您别急"
