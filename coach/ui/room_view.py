"""The phone's step as HTML. Pure."""

from __future__ import annotations

import html
from typing import Any

from coach.game.phases import EntryKind, Kind, Mode
from coach.i18n import Translator
from coach.ui.stage_words import step_names

LONGEST = 2000  # characters


def words(t: Translator) -> dict[str, str]:
    """What the page's script says."""
    return {
        "over": t("分享会已结束。"),
        "gone": t("你不在这场分享会里了：它结束了，或者班长把你移出了。要再进来，重新扫码。"),
        "empty": t("先写一点，或者点“跳过”。"),
        "lost": t("连不上，正在重试……"),
        "sent": t("收到了，锁定以前还能改。"),
        "kept": t("收到了。大家都答完以后，打开同一个链接看全班记得多少。"),
        "passed": t("这一题跳过了，想写还能写。"),
        "say": t("说"),
        "stop": t("说完了"),
        "listening": t("正在听写…"),
        "unheard": t("没有听清，再说一遍，或者打字。"),
        "nomic": t("这个浏览器不能录音，请打字，或用手机的录音机录好再选文件。"),
    }


def drawn(
    view: dict[str, Any], t: Translator, url: str, name: str, again: str = ""
) -> dict[str, Any]:
    """``html``: the step; ``box``: what may be written, the same as long as ``key`` is.

    Args:
        url: of the clip of the step. again: where it is recalled another day.
    """
    writing = view.get("writing")
    key = f"{writing['kind']} {writing['round']} {writing['open']}" if writing else ""
    return {
        "phase": view["phase"],
        "html": _step(view, t, url, name) + _again(again, t),
        "box": _countdown(view, t) + _box(writing, view.get("versions", []), t) if writing else "",
        "key": key,
        "ended": view["ended"],
    }


def _step(view: dict[str, Any], t: Translator, url: str, name: str) -> str:
    step = view["step"]
    out = [f"<h2>{html.escape(step_names(t)[step['kind']])}</h2>"]
    if step["round"] >= 0:
        out.append(f"<p>{t('第 {n} / {m} 回合', n=step['round'] + 1, m=view['rounds'])}</p>")
    else:
        out.append(f"<p>{html.escape(view['opening']['title'])}</p>")
    for key, label in (("question", t("客户")), ("answer", t("标杆"))):
        if key in view and not (key == "question" and "said_next" in view and step["round"] < 0):
            text = f'<p dir="auto"><b>{label}</b> {html.escape(view[key])}</p>'
            if view.get("listen"):  # who does not hear well reads
                text = f"<details><summary>{t('先听；想看文字点这里')}</summary>{text}</details>"
            out.append(text)
    if step["kind"] == Kind.FOLLOW.value and "said_next" in view:
        out.append(f'<p dir="auto"><b>{t("客户")}</b> {html.escape(view["said_next"])}</p>')
    if url:
        sound = f'<audio controls preload="none" style="width:100%" src="{url}"></audio>'
        out.append(f"<details><summary>{t('用手机听')}</summary>{sound}</details>")
    if "poor" in view:
        out.append(f'<p dir="auto"><b>{t("对照")}</b> {html.escape(view["poor"]["text"])}</p>')
        if view["poor"].get("differs"):
            out.append(f"<p><b>{t('标杆好在')}</b> {html.escape(view['poor']['differs'])}</p>")
    out.append(_points(view, t))
    if "guessed" in view:
        mine = view["guessed"]
        told = t("客户问的就是这个！") if mine["right"] else t("这次客户没这样问。")
        text = f'<span dir="auto">{html.escape(mine["text"])}</span>'
        out.append(f"<p><b>{t('我猜的')}</b> {text} {'✓' if mine['right'] else '○'} {told}</p>")
    quotes = [*view.get("wall", []), *view.get("said", []), *view.get("notes", [])]
    if view["step"]["kind"] == Kind.NOTE.value:
        quotes += [f"{v['text']}（{t('{n} 票', n=v['votes'])}）" for v in view.get("versions", [])]
    out += [f'<blockquote dir="auto">{html.escape(text)}</blockquote>' for text in quotes]
    if view["paused"]:
        out.append(f"<p><b>{t('已暂停')}</b></p>")
    if step["kind"] == Kind.OPENING.value:
        out.append(f"<p><b>{t('你进来了，等班长开始。')}</b></p>")
    out.append(f"<p><small>{t('你是：{name}', name=html.escape(name))}</small></p>")
    return "".join(out)


def _again(path: str, t: Translator) -> str:
    """What one keeps: nobody is called back, the link is there."""
    if not path:
        return ""
    said = t("明天和七天后各有一次 45 秒复测。收藏这个链接，到时打开：")
    link = f'<a href="{html.escape(path, quote=True)}">{t("45 秒复测")}</a>'
    return f'<p id="again">{said}{link}</p>'


def _points(view: dict[str, Any], t: Translator) -> str:
    """Beside the benchmark: which points one's own answer makes, and how many of the team made each."""
    mine, out = view.get("mine"), ""
    if mine:
        spans = sorted(mine["made"], key=lambda m: m[1])
        at, text = 0, ""
        for _, start, end in spans:
            if start >= at:
                text += html.escape(mine["text"][at:start])
                text += f"<mark>{html.escape(mine['text'][start:end])}</mark>"
                at = end
        text += html.escape(mine["text"][at:])
        made = "".join(f"<li>✓ {html.escape(name)}</li>" for name, _, _ in mine["made"])
        missed = "".join(f"<li>○ {html.escape(name)}</li>" for name in mine["missed"])
        added = "".join(f"<li>＋ {html.escape(name)}</li>" for name in mine["added"])
        out += f'<p><b>{t("我的")}</b> <span dir="auto">{text}</span></p>'
        out += f'<ul class="people">{made}{missed}{added}</ul>'
    rows = [p for p in view.get("points", []) if p["of"]]
    if rows:
        told = ("、" if t.language == "zh" else ", ").join(
            f"{html.escape(p['name'])} {p['made']} / {p['of']}" for p in rows
        )
        out += f"<p><b>{t('全班')}</b> {told}</p>"
    return out


def _countdown(view: dict[str, Any], t: Translator) -> str:
    """How long one has in a re-test; late is late, not lost."""
    writing = view["writing"]
    if view["mode"] != Mode.RETEST.value or not writing["open"] or writing["done"]:
        return ""
    seconds = round(view["step"]["seconds"])
    said = t("还有 {n} 秒，不看笔记").replace("{n}", f"<b>{seconds}</b>")
    over = html.escape(t("时间到了，写完就发送"), quote=True)
    return f'<p role="timer" data-seconds="{seconds}" data-over="{over}">{said}</p>'


def _box(writing: dict[str, Any], versions: list[dict[str, Any]], t: Translator) -> str:
    """Where one answers; what was sent, once it is locked."""
    kind = EntryKind(writing["kind"])
    asks = {
        EntryKind.ANSWER: t("换成你，怎么答？"),
        EntryKind.GUESS: t("客户接下来会问什么？"),
        EntryKind.NOTE: t("记给自己的一句"),
        EntryKind.RECALL: t("合上记录，说出三个要点"),
        EntryKind.DIFFERS: t("差在哪里？"),
        EntryKind.THIRD: t("换成我们，怎么说更好？"),
        EntryKind.VOTE: t("选一版"),
    }
    if kind is EntryKind.VOTE:
        return _vote(writing, versions, asks[kind], t)
    if kind is EntryKind.SIGN:
        return _sign(writing, t)
    if not writing["open"]:
        mine = f'<blockquote dir="auto">{html.escape(writing["text"])}</blockquote>'
        return f"<p>{t('已锁定')}</p>{mine if writing['text'] else ''}"
    share = ""
    if kind is EntryKind.NOTE:
        checked = " checked" if writing["shared"] else ""
        share = f'<label class="tick"><input type="checkbox" name="shared"{checked}> {t("也给大家看")}</label>'
    passing = (
        ""
        if kind is EntryKind.NOTE
        else f'<button type="button" class="quiet" data-do="pass">{t("跳过")}</button>'
    )
    state = _state(writing, t)
    return (
        f'<form data-kind="{kind.value}" data-round="{writing["round"]}">'
        f'<label>{asks[kind]}<textarea name="text" rows="4" maxlength="{LONGEST}" dir="auto">'
        f"{html.escape(writing['text'])}</textarea></label>{share}"
        f"<button>{t('发送')}</button>{passing}"
        f'<p class="state" role="status">{state}</p></form>'
    )


def _sign(writing: dict[str, Any], t: Translator) -> str:
    """One tap: it goes onto the record form."""
    if writing["done"]:
        return f"<p>✓ {t('签到了')}</p>"
    if not writing["open"]:
        return ""
    return (
        f'<form data-kind="sign" data-round="{writing["round"]}">'
        f'<button type="button" data-do="pass" data-said="{html.escape(t("签到了"), quote=True)}">'
        f'{t("签到：我在场")}</button><p class="state" role="status"></p></form>'
    )


def _state(writing: dict[str, Any], t: Translator) -> str:
    """What became of what was sent."""
    if writing["passed"]:
        return t("这一题跳过了，想写还能写。")
    return t("收到了，锁定以前还能改。") if writing["done"] else ""


def _vote(writing: dict[str, Any], versions: list[dict[str, Any]], asks: str, t: Translator) -> str:
    """The team's own versions to choose from; nobody's name."""
    shut = "" if writing["open"] else " disabled"
    rows = "".join(
        f'<label class="tick"><input type="radio" name="text" value="{i}"{shut}'
        f"{' checked' if writing['text'] == str(i) else ''}>"
        f' <span dir="auto">{html.escape(v["text"])}</span></label>'
        for i, v in enumerate(versions)
    )
    state = _state(writing, t)
    return (
        f'<form data-kind="vote" data-round="{writing["round"]}"><fieldset><legend>{asks}</legend>'
        f"{rows}</fieldset><button{shut}>{t('发送')}</button>"
        f'<p class="state" role="status">{state}</p></form>'
    )
