"""Every page by AppTest: with data, without, in both languages; and what its buttons do."""

from dataclasses import replace

import pytest

from coach.bootstrap import Services
from coach.jobs.queue import JobState
from tests.ui.pages import PAGES, page, texts

pytestmark = pytest.mark.usefixtures("own_services")


def test_names_and_texts_cannot_act_as_markup(demo: Services) -> None:

    evil = ":red[x] $y$ <b>*z*</b>"
    for r in demo.calls.listed():
        demo.calls.save(replace(r, title=evil, meta=replace(r.meta, node=evil)))
    demo.teams.add_members(demo.teams.listed()[0].id, [evil])
    for name in PAGES:
        at = page(name)
        raw = "\n".join(str(e.value) for e in [*at.markdown, *at.caption, *at.subheader])
        assert ":red[x]" not in raw
        assert "$y$" not in raw
        assert "*z*" not in raw.replace("\\*z\\*", "")


@pytest.mark.parametrize("name", PAGES)
def test_without_data_every_page_says_what_to_do_first(services: Services, name: str) -> None:
    at = page(name)
    assert len(at.title) == 1
    assert not at.error
    if name not in ("system", "teams"):
        assert at.info, "an empty page tells the first step"


@pytest.mark.parametrize("name", PAGES)
def test_with_data_every_page_draws(demo: Services, name: str) -> None:
    at = page(name)
    assert not at.error


@pytest.mark.parametrize("name", PAGES)
def test_english_is_whole(demo: Services, name: str) -> None:
    at = page(name, language="en")
    own = [
        e.label
        for e in [*at.button, *at.text_input, *at.selectbox, *at.slider]
        if hasattr(e, "label")
    ]
    chinese = [label for label in own if any("\u4e00" <= c <= "\u9fff" for c in label)]
    known = {m.name for team in demo.teams.listed() for m in team.members}
    assert [c for c in chinese if c not in known and "语言" not in c] == []


def test_a_team_is_added_with_pasted_members(services: Services) -> None:
    at = page("teams")
    at.text_input[0].input("一组")
    at.button[0].click().run()
    (team,) = services.teams.listed()
    at.text_area[0].input("林晓，陈默\n王珊")
    at.file_uploader[0].set_value(("名单.csv", "姓名\n赵一鸣\n".encode(), "text/csv"))
    next(b for b in at.button if b.label == "添加" and b.key != at.button[0].key).click().run()
    assert [m.name for m in services.teams.get(team.id).members] == [
        "林晓",
        "陈默",
        "王珊",
        "赵一鸣",
    ]


def test_a_session_starts_with_who_is_ticked(demo: Services) -> None:
    at = page("stage")
    at.checkbox[0].uncheck()
    at.text_input[0].input("访客甲，访客乙")
    at.run()
    next(b for b in at.button if b.label == "开始分享会").click().run()
    assert not at.exception
    (session,) = demo.host.listed()
    assert [s.name for s in session.seats][-2:] == ["访客甲", "访客乙"]
    assert len(session.seats) == 7
    assert at.query_params["session"] in ([session.id], session.id)


def test_a_pack_is_prepared_with_its_words(demo: Services) -> None:
    at = page("prepare")
    at.slider[0].set_value(2).run()
    next(t for t in at.text_input if t.label == "标题").input("新包")
    next(t for t in at.text_input if t.label == "标杆的称呼").input("化名")
    next(b for b in at.button if b.label == "存成分享包").click().run()
    pack = demo.packs.listed()[0]
    assert (pack.title, pack.alias, len(pack.rounds)) == ("新包", "化名", 2)


def test_roles_are_swapped_in_one_click(demo: Services) -> None:
    target = next(r for r in demo.calls.listed() if r.roles)
    at = page("call", call=target.id)
    next(b for b in at.button if b.label == "对调角色").click().run()
    assert demo.calls.get(target.id).roles != target.roles
    assert demo.calls.get(target.id).role_confidence == 1.0


def test_what_the_import_did_not_know_is_corrected(demo: Services) -> None:
    target = next(r for r in demo.calls.listed() if r.roles)
    at = page("call", call=target.id)
    next(x for x in at.text_input if x.label == "业务节点").input("新节点")
    next(b for b in at.button if b.label == "保存").click().run()
    found = demo.calls.get(target.id)
    assert (found.meta.node, found.meta.agent, found.roles) == (
        "新节点",
        target.meta.agent,
        target.roles,
    )


def test_an_exchange_is_marked_and_unmarked(demo: Services) -> None:
    for b in demo.benchmarks.listed():
        demo.benchmarks.remove(b.id)
    target = next(r for r in demo.calls.listed() if r.roles)
    at = page("call", call=target.id)
    next(t for t in at.text_input if t.label == "标签").input("共情 时限")
    next(b for b in at.button if b.label == "标为标杆").click().run()
    (found,) = demo.benchmarks.listed()
    assert found.tags == ("共情", "时限")
    next(b for b in at.button if b.label == "撤下").click().run()
    assert demo.benchmarks.listed() == []


def test_a_transcription_is_queued_watched_and_cancelled(demo: Services) -> None:
    target = next(r for r in demo.calls.listed() if not r.roles)
    at = page("call", call=target.id)
    next(b for b in at.button if b.label == "转写这通电话").click().run()
    (job,) = [j for j in demo.jobs.listed() if j.state is JobState.QUEUED]
    at = page("call", call=target.id)
    next(b for b in at.button if b.label == "取消转写").click().run()
    assert demo.jobs.get(job.id).state is JobState.CANCELLED


def test_a_failed_transcription_says_why(demo: Services) -> None:
    import json

    from coach.errors import ModelNotFound

    target = next(r for r in demo.calls.listed() if not r.roles)
    demo.transcribe(target.id)
    job = demo.jobs.claim("h:1")
    assert job
    error = ModelNotFound(model="small", folder="models/small", command="coach models pull small")
    demo.jobs.fail(job, error.code, json.dumps(error.as_dict()), retry=False)
    assert "coach models pull small" in texts(page("call", call=target.id))
    assert "coach models pull small" in texts(page("system"))


def test_tomorrow_is_planned_and_confirmed_on_today_s_page(demo: Services) -> None:
    at = page("today")
    next(b for b in at.button if b.label == "排上").click().run()
    assert "放行了，等确认" in texts(at)
    next(b for b in at.button if b.label == "确认").click().run()
    assert "请写谁确认" in texts(at)
    next(x for x in at.text_input if x.label == "谁确认").input("班长甲").run()
    next(b for b in at.button if b.label == "确认").click().run()
    assert "班长甲 确认了" in texts(at)
    next(b for b in at.button if b.label == "不排了").click().run()
    assert "确认" not in texts(at)


def test_a_kind_of_meeting_sets_the_times_and_what_does_not_fit_is_made_shorter(
    demo: Services,
) -> None:
    at = page("prepare")
    next(r for r in at.radio if r.label == "怎么开").set_value("four").run()
    steps = {n.label: n.value for n in at.number_input}
    assert (steps["大家说"], steps["猜下一问"]) == (0, 0)
    assert next(s for s in at.slider if s.label.startswith("时间")).value == 4.0
    next(s for s in at.slider if s.label.startswith("时间")).set_value(1.0).run()
    assert any("超过了" in w.value for w in at.warning)
    fewer = next(b for b in at.button if b.label.startswith("少切一个回合"))
    rounds = next(s for s in at.slider if s.label == "回合").value
    fewer.click().run()
    assert not at.exception
    assert next(s for s in at.slider if s.label == "回合").value == rounds - 1
