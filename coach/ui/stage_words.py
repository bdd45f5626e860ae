"""The words of the stage in a language. Pure."""

from __future__ import annotations

from typing import Any

from coach.game.phases import Kind
from coach.i18n import Translator
from coach.library.saying import LIMIT


def stage_words(t: Translator) -> dict[str, Any]:
    """Every label that the stage's JavaScript shows; ``{n}`` and ``{m}`` are filled there."""
    return {
        "steps": step_names(t),
        "round": t("第 {n} / {m} 回合"),
        "looking_back": t("回看"),
        "node": t("业务节点"), "metric": t("指标"), "benchmark": t("标杆"), "why": t("为什么听"),
        "start_hint": t("按空格开始"),
        "join": t("手机扫码，或打开 {where}，输入"),
        "came_in": t("到场 {n} 人 · 手机 {m} 部"), "panel": t("主持面板（别投到大屏）"),
        "unreachable": t("这个地址手机打不开：用 coach serve --host 0.0.0.0 运行，或设 COACH_PUBLIC_URL。"),
        "missing": t("还差 {n} 人"), "all_in": t("都到齐了"),
        "customer": t("客户"), "yours": t("我的"),
        "how": t("换成你，怎么答？"),
        "what_next": t("客户接下来会问什么？"),
        "recall": t("合上记录，说出三个要点"),
        "three_points": t("合上记录，大家还记得"),
        "count_answer": t("{n} / {m} 人已答"),
        "count_note": t("{n} / {m} 人已记"),
        "count_guess": t("{n} / {m} 人已猜"),
        "count_recall": t("{n} / {m} 人已说"),
        "answered": t("{n} / {m} 人作答"),
        "aloud": t("{n} 人口头回答"),
        "nobody_wrote": t("还没有人写下来，请大家口头说。"),
        "guessed": t("刚才猜的"), "who": t("谁"), "type_here": t("打字记下（可以不写，点名字打勾就行）"),
        "write_down": t("记下"), "locked": t("已锁定"), "late": t("晚到的人"),
        "paused": t("已暂停"), "resume_hint": t("按 K 继续"),
        "pause": t("暂停"), "resume": t("继续"), "replay": t("重听"), "back": t("回看"),
        "skip": t("跳过"), "next": t("下一步"), "end": t("结束"), "keys": t("按键"),
        "end_sure": t("现在结束分享会吗？已经记下的都会保留。"),
        "ended": t("分享会已结束。"), "reopen": t("接着开"), "leave": t("看记录"),
        "nearest": t("同事怎么答"), "nearest_short": t("同事怎么答"),
        "nobody_yet": t("还没有这样的标杆。"),
        "click_to_play": t("点击播放"),
        "sound_failed": t("声音没有放出来：请检查网络后按 P 重听，或按 ⇧→ 跳过。"),
        "help": _keys(t),
        **_team(t),
        **_sound(t),
        **_promises(t),
    }  # fmt: skip


def _promises(t: Translator) -> dict[str, Any]:
    days = (t("今天"), t("明天"), t("五天内"), t("一周内"), t("一个月内"))
    return {
        "promise": t("承诺做什么（按 N）"),
        "by_when": t("什么时候"),
        "unpromise": t("去掉"),
        "until": list(zip((0, 1, 5, 7, 30), days, strict=True)),
    }


def _sound(t: Translator) -> dict[str, str]:
    return {
        "tone": t("试音"),
        "volume": t("音量"),
        "speed": t("语速"),
        "captions": t("字幕"),
        "listen_first": t("先听，放完再看文字（按 C 开字幕）"),
        "no_guess": t("不猜了"),
    }


def _team(t: Translator) -> dict[str, str]:
    return {
        "points": t("要点"),
        "added": t("多说到："),
        "mark_wrong": t("标错了？点一下改，并记住这个说法"),
        "marks_how": t(
            "机器标的，有 {n}% 的把握就标，六个里约错一个：点一下就改。", n=round(100 * LIMIT)
        ),
        "pick": t("点名"),
        "picked": t("请 {name} 说说"),
        "count_passed": t("{n} 人跳过"),
        "type_for": t("替没带手机的人打字记下"),
        "end_unsigned": t("还有 {n} 人没签到。现在结束吗？"),
        "before": t("上次"),
        "again": t("明天和七天后各 45 秒复测：扫码收好链接"),
        "contrast": t("对照"),
        "straight": t("对比：系统抽到这一场一口气放完，中间不停；听完说三点。"),
        "differ": t("差在哪里？"),
        "differs": t("标杆好在"),
        "own": t("换成我们，怎么说更好？"),
        "votes": t("{n} 票"),
        "count_differs": t("{n} / {m} 人已说"),
        "count_third": t("{n} / {m} 人已写"),
        "count_vote": t("{n} / {m} 人已选"),
        "count_sign": t("{n} / {m} 人已签到"),
        "guess_wrong": t("判错了？点一下改，并记住这个说法"),
        "guess_none": t("这次没有人猜到。"),
        "odds_question": t("别的通话里，类似的问题后面（{n} 次），客户接着这样问的占"),
        "odds_node": t("别的通话里，这个业务里（{n} 次），客户接着这样问的占"),
        "odds_all": t("别的所有通话里（{n} 次），客户接着这样问的占"),
        "odds_few": t("库里类似的只有 {n} 次，不足 {m} 次，先不算比例。"),
    }


def step_names(t: Translator) -> dict[str, str]:
    """What each step is called."""
    return {
        Kind.OPENING.value: t("今天听什么"),
        Kind.QUESTION.value: t("客户来问"),
        Kind.ANSWER.value: t("你会怎么答"),
        Kind.SHARE.value: t("大家说"),
        Kind.BENCHMARK.value: t("听标杆"),
        Kind.CONTRAST.value: t("听对照"),
        Kind.THIRD.value: t("我们的第三版"),
        Kind.VOTE.value: t("选一版"),
        Kind.NOTE.value: t("记一笔"),
        Kind.GUESS.value: t("猜下一问"),
        Kind.FOLLOW.value: t("继续听"),
        Kind.RECALL.value: t("合上记录说三点"),
        Kind.SUMMARY.value: t("小结"),
    }


def _keys(t: Translator) -> list[list[str]]:
    return [
        ["␣ / →", t("下一步（正在放时不动）")],
        ["K", t("按一下暂停，再按继续")],
        ["P", t("重听")],
        ["←", t("回看上一步")],
        ["⇧ →", t("跳过这一步")],
        ["G", t("这一回合不猜了")],
        ["C", t("字幕：客户说话时就看文字")],
        ["R", t("点名：随机请一个人说，一个月里轮得匀")],
        ["B", t("同事怎么答（听完标杆以后）")],
        ["N", t("写一条承诺（说三点和小结时）")],
        ["⏎", t("打字时：记下（⇧ ⏎ 换行，Esc 离开）；结束以后：看记录")],
        ["?", t("显示或收起按键")],
    ]
