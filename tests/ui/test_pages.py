"""Every page by AppTest: with data, without, in both languages; and what its buttons do."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from coach.acting import Acting
from coach.bootstrap import Services
from coach.game.phases import Action
from coach.jobs.queue import JobState
from coach.library.benchmark import Standing
from coach.library.nodes import Figure
from coach.library.rubrics import START_TEXT, parse_rubric
from coach.people.rights import LOCAL
from coach.ui import server
from coach.ui.server import MAIN

pytestmark = pytest.mark.usefixtures("own_services")
SCREENS = Path(server.__file__).parent / "screens"
PAGES = sorted(p.stem for p in SCREENS.glob("[a-z]*.py"))


def page(name: str, *, language: str = "zh", **query: str) -> AppTest:
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.session_state["coach_language"] = language
    at.run()
    for key, value in query.items():
        at.query_params[key] = value
    at.switch_page(str(SCREENS / f"{name}.py"))
    at.run()
    assert not at.exception, at.exception
    return at


def test_names_and_texts_cannot_act_as_markup(demo: Services) -> None:
    from dataclasses import replace

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


def texts(at: AppTest) -> str:
    parts = [
        *at.title,
        *at.subheader,
        *at.caption,
        *at.markdown,
        *at.info,
        *at.warning,
        *at.error,
        *at.success,
    ]
    shown = [str(p.value) for p in parts] + [p.proto.body for p in at.get("html")]
    return "\n".join(shown).replace("\\", "")


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


def test_search_says_which_search_it_is(demo: Services) -> None:
    at = page("library")
    at.text_input[0].input("为什么又扣我钱").run()
    assert "没有装语义模型" in texts(at)
    assert "扣我五十块钱" in texts(at)
    at.text_input[0].input("乌龙茶在哪里买").run()
    assert "还没有同事答过" in texts(at)
    at.run()
    (waiting,) = demo.library.unanswered.listed()
    assert (waiting.question, waiting.times) == ("乌龙茶在哪里买", 1)
    at = page("library")
    next(b for b in at.button if b.label == "不用找了").click().run()
    assert demo.library.unanswered.listed() == []


def test_what_people_say_of_a_match_is_kept(demo: Services) -> None:
    at = page("library")
    at.text_input[0].input("为什么又扣我钱").run()
    next(b for b in at.button if b.label == "就是这个").click().run()
    (pair,) = demo.library.limits.pairs()
    assert (pair.asked, pair.same) == ("为什么又扣我钱", True)


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
    assert "刚才有人写了“五楼”" in texts(at)
    assert "六楼" in texts(at), "what was typed is not lost without a word"
    assert demo.forms.notes(session.id)["venue"].text == "五楼"
    field(at, "今天就用的一句话").input("先说您别急")  # and at once, without leaving the field:
    next(x for x in at.text_input if x.label == "谁签字").input("老王")
    next(b for b in at.button if b.label == "签字").click().run()
    assert demo.forms.versions(session.id)[0].body["sentence"] == "先说您别急"


def test_a_benchmark_is_changed_and_approved_by_another(demo: Services) -> None:
    b = demo.benchmarks.listed()[0]
    at = page("benchmarks", benchmark=b.id)
    assert "已认可" in texts(at)
    next(x for x in at.text_area if x.label == "好在哪里").input("先共情再说明")
    next(x for x in at.text_input if x.label == "谁改的").input("质检甲")
    next(x for x in at.button if x.label == "存为新的一版").click().run()
    assert [v.number for v in demo.benchmarks.versions(b.id)] == [2, 1]
    at = page("benchmarks", benchmark=b.id)
    for name, standing in (("质检甲", Standing.APPROVED), ("质检乙", Standing.REPLACED)):
        next(x for x in at.text_input if x.label == "谁认可").input(name)
        next(x for x in at.button if x.label == "认可").click().run()
        assert demo.benchmarks.versions(b.id)[1].standing is standing
    assert demo.benchmarks.get(b.id).why == "先共情再说明"


def test_a_changed_policy_takes_benchmarks_out_of_search(demo: Services) -> None:
    b = demo.benchmarks.listed()[0]
    made = demo.library.approving.revise(replace(b, tags=("资费",)), "甲")
    demo.library.approving.approve(b.id, made.number, "乙")
    assert b.id in [m.benchmark.id for m in demo.search.find(b.question).matches]
    at = page("benchmarks")
    next(x for x in at.text_input if x.label == "谁决定的").input("质检甲")
    next(x for x in at.button if x.label == "标为过期").click().run()
    assert b.id not in [m.benchmark.id for m in demo.search.find(b.question).matches]
    assert demo.benchmarks.get(b.id).expired(demo.today())


REPORT = (
    Figure("宽带业务", "示范班组", "老周", 300, 0.7, 0.9),
    Figure("宽带业务", "二班", "小李", 300, 0.85, 0.95),
    Figure("上网类", "示范班组", "阿岚", 50, 0.6, None),
    Figure("上网类", "二班", "小王", 500, 0.9, None),
)


def test_the_weakest_node_leads_to_a_pack_for_tomorrow(demo: Services) -> None:
    demo.library.nodes.add("十月.xlsx", REPORT, "质检")
    before = {p.id for p in demo.packs.listed()}
    at = page("targets")
    (table,) = at.dataframe
    assert list(table.value["业务节点"]) == ["宽带业务", "上网类"]
    assert "最强的同事" in texts(at)
    openings = [m.value for m in at.markdown if "回合" in m.value]
    next(b for b in at.button if b.label == "换一个").click().run()
    swapped = [m.value for m in at.markdown if "回合" in m.value]
    assert swapped != openings
    next(b for b in at.button if b.label == "都换回来").click().run()
    assert [m.value for m in at.markdown if "回合" in m.value] == openings
    next(b for b in at.button if b.label == "做成这一天的分享包").click().run()
    assert not at.exception
    (made,) = [p for p in demo.packs.listed() if p.id not in before]
    assert made.node == "宽带业务"
    assert made.team == "示范班组"
    assert "解决率" in made.why
    assert not demo.gate.released(made.clips)


def test_a_node_of_a_report_is_given_our_name_once(demo: Services) -> None:
    demo.library.nodes.add("十月.xlsx", REPORT, "质检")
    at = page("targets")
    next(x for x in at.selectbox if x.label == "针对哪个节点").set_value("上网类").run()
    assert "录音里没有叫" in texts(at)
    next(x for x in at.selectbox if x.label == "它在录音里叫什么").set_value("费用争议").run()
    next(b for b in at.button if b.label == "记住").click().run()
    assert demo.library.nodes.names() == {"上网类": "费用争议"}
    assert "录音里没有叫" not in texts(at)


def judge(at: AppTest, key: str, solution: int) -> None:
    """The best on every criterion but the solution."""
    for place, criterion in enumerate(parse_rubric(START_TEXT)):
        at.radio(key=f"{key}-level-{place}").set_value(solution if place == 3 else criterion.best)


def test_a_score_is_given_and_a_pinned_comment_opens_a_round(demo: Services) -> None:
    call = next(r for r in demo.calls.listed() if r.source_name.startswith("01"))
    at = page("scores", call=call.id)
    at.text_input(key="score-comment-1").input("这里抢话了")
    at.text_input(key="score-moment-1").input("0:50")
    next(x for x in at.text_input if x.label == "评分人").input("质检甲")
    next(b for b in at.button if b.label == "存").click().run()
    assert "还没有评" in texts(at)  # nothing is chosen beforehand
    judge(at, "score", 1)
    next(b for b in at.button if b.label == "存").click().run()
    assert not at.exception
    (score,) = demo.library.rubrics.scores(call.id)
    assert score.total == 85.0
    assert score.marks[1].moment == 50.0
    at = page("prepare", call=call.id)
    assert "质检：这里抢话了" in texts(at)


def test_nobody_sees_another_s_scores_before_the_end(demo: Services) -> None:
    at = page("calibration")
    next(x for x in at.text_input if x.label == "标题").input("十月校准")
    next(b for b in at.button if b.label == "开始").click().run()
    (c,) = demo.library.calibrations.listed()
    for name, level in (("质检甲", 2), ("质检乙", 0)):
        for n in range(len(c.items)):
            at = page("calibration")
            next(x for x in at.text_input if x.label == "评分人").input(name)
            next(b for b in at.button if b.label == "开始打分").click().run()
            assert "已评 0 / 4" in texts(at) or n
            judge(at, f"blind-{n}", level)
            next(b for b in at.button if b.label == "存").click().run()
            assert not at.exception
    assert len(demo.library.rubrics.scores(calibration_id=c.id)) == 8
    assert not at.dataframe
    next(b for b in at.button if b.label == "结束，公开分数").click().run()
    by_name = dict(
        zip(
            *(list(at.dataframe[1].value[k]) for k in ("评分人", "比定分高（+）低（−）")),
            strict=True,
        )
    )
    assert by_name == {"质检甲": 15.0, "质检乙": -15.0}


def test_a_question_is_clicked_and_stays_out_of_addresses(demo: Services) -> None:
    call = next(r for r in demo.calls.listed() if r.source_name.startswith("01"))
    at = page("call", call=call.id)
    at.button(key="ask-0").click().run()
    assert not at.exception
    assert "ask" not in at.query_params
    at = AppTest.from_file(str(MAIN), default_timeout=30)
    at.session_state["coach_ask"] = demo.call(call.id).exchanges[0].question.text
    at.run()
    at.switch_page(str(SCREENS / "library.py"))
    at.run()
    assert "相似 0.99" in texts(at)  # the benchmark of this very exchange


def test_a_topic_of_the_day_finds_its_call(demo: Services) -> None:
    at = page("targets")
    next(x for x in at.text_input if x.label == "或者今天通报的话题").input("宽带搬家").run()
    used = next(x for x in at.selectbox if x.label == "用哪一通")
    assert "宽带移机" in used.options[0]
    next(x for x in at.text_input if x.label == "或者今天通报的话题").input("乌龙茶").run()
    assert "没有谈这个话题" in texts(at)


def test_a_collection_by_filter_stays_current(demo: Services) -> None:
    at = page("library")
    next(x for x in at.text_input if x.label == "新合集").input("全部标杆")
    next(x for x in at.checkbox if x.label == "按上面的筛选和标签自动更新").check()
    next(b for b in at.button if b.label == "建合集").click().run()
    (made,) = demo.library.collections.listed()
    at = page("library")
    next(x for x in at.selectbox if x.label == "合集").set_value(made.id).run()
    count = len(demo.benchmarks.released())
    assert f"共 {count} 个标杆" in texts(at)
    demo.library.approving.retire(demo.benchmarks.released()[0].id, "质检", "旧了")
    at.run()
    assert f"共 {count - 1} 个标杆" in texts(at)


def test_a_weaker_answer_is_put_beside_a_benchmark(demo: Services) -> None:
    """Chosen on the page, agreed to on paper, released, and then in the library."""
    mark = demo.benchmarks.released()[0]
    others = [r for r in demo.calls.listed() if r.id in demo.calls.transcribed()]
    call = next(r for r in others if r.id != mark.recording_id)
    demo.calls.save(replace(call, meta=replace(call.meta, node=mark.node, agent="小刘")))
    at = page("benchmarks", benchmark=mark.id)
    next(x for x in at.text_input if x.label == "差在哪里").input("没有先安抚")
    at = next(x for x in at.button if x.label == "请坐席同意").click().run()
    assert "等坐席答复" in texts(at)
    (c,) = demo.library.counterparts.listed()
    next(x for x in at.text_input if x.label == "谁收的书面答复").input("质检甲")
    at = next(x for x in at.button if x.label == "记下").click().run()
    assert "坐席同意：只看文字" in texts(at)
    assert "没有先安抚" not in texts(page("library"))
    demo.gate.release([c.clip], "质检甲")
    assert "没有先安抚" in texts(page("library"))
    assert "小刘" not in texts(page("library"))


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
