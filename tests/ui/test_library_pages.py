"""The pages of the library: search, benchmarks, node reports, scores, collections."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from coach.bootstrap import Services
from coach.library.benchmark import Standing
from coach.library.nodes import Figure
from coach.library.rubrics import START_TEXT, parse_rubric
from coach.ui.server import MAIN
from tests.ui.pages import SCREENS, page, texts

pytestmark = pytest.mark.usefixtures("own_services")


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
