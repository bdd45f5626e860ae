"""日志: who heard, released, deleted, signed in, and failed to."""

import streamlit as st

from coach.people.rights import Right
from coach.ui.page import begin, download, when

SHOWN = 500
s, t = begin("日志", "谁听了原音、放行、撤回、删除、登录；只增不改。", need=Right.AUDIT)
WORDS = {  # as they are stored; what follows a colon or a name stays as it is
    "first admin": t("建了第一个账号"), "account added": t("加了账号"), "account changed": t("改了账号"),
    "sign-in failed": t("登录失败"), "sign-in locked": t("登录被锁"), "signed in": t("登录"),
    "visits ended": t("结束了登录"), "password set": t("重设了密码"), "password changed": t("改了密码"),
    "company account linked": t("连上公司账号"), "heard original": t("听了原音"),
    "reviewed": t("听了打码后的声音"), "released": t("放行了"), "withdrawn": t("撤回了"),
    "nominated": t("推荐了标杆"), "approved": t("认可了标杆"), "declined": t("没有认可标杆"),
    "retired": t("停用了标杆"), "policy changed": t("标了政策变化"),
    "counterpart proposed": t("提了对照"), "consent text": t("同意做对照（文字）"),
    "consent voice": t("同意做对照（声音）"), "consent refused": t("不同意做对照"),
    "consent on paper": t("记下书面答复"),
    "mask": t("加了打码"), "waive": t("保留了文字"), "erased": t("删除了通话"),
    "exported benchmarks": t("下载了标杆"), "imported benchmarks": t("导入了标杆"),
    "exported tags": t("下载了标签和得分"), "imported tags": t("导入了标签"),
    "exported audit log": t("下载了日志"), "exported record": t("下载了记录"),
    "exported records": t("下载了一个月的记录"), "comparison on": t("开始对比"),
    "comparison off": t("停止对比"), "record signed": t("签了记录"), "record reviewed": t("审阅了记录"),
    "objected": t("申诉了"), "objection upheld": t("同意了申诉"), "objection dismissed": t("没有同意申诉"),
    "visitor joined": t("访客加入了"), "member joined": t("组员用手机加入了"), "seat freed": t("移出了一部手机"), "vouched": t("为复听听到的担保"),
    "destroyed card code": t("销毁了安全码"), "moved to": t("改了班组"),
}  # fmt: skip


def said(what: str) -> str:
    """An act in the language of whoever reads."""
    for stored, words in WORDS.items():
        if what == stored or what.startswith((f"{stored}:", f"{stored} ")):
            return words + what[len(stored) :]
    return what


acts = s.services.audit.latest(SHOWN)
if not acts:
    st.info(t("还没有记录。"))
    st.stop()
find = st.text_input(t("查找"), placeholder=t("人、动作或编号"))
st.dataframe(
    [
        {t("时间"): when(a.at, "%Y-%m-%d %H:%M:%S"), t("谁"): a.by, t("做了什么"): said(a.what), t("对象"): a.about}
        for a in acts
        if not find or find in f"{a.by} {said(a.what)} {a.about}"
    ],
    hide_index=True,
    width="stretch",
)  # fmt: skip
if len(acts) == SHOWN:
    st.caption(t("只列出最近 {n} 条，全部请下载。", n=SHOWN))


st.html(download("/api/audit", t("下载全部（JSON Lines）")))
