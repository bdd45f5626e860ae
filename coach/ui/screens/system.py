"""系统: what this installation has and lacks."""

import streamlit as st

from coach.bootstrap import embedding_folder
from coach.calls.models import REPOSITORIES, find_model, installed
from coach.errors import CoachError
from coach.people.rights import Right
from coach.ui.page import begin, plain

s, t = begin("系统", need=Right.SYSTEM)
settings = s.services.settings
st.subheader(t("语音识别模型"), anchor=False)
try:
    st.success(
        t("已就绪：{path}", path=find_model(settings.model, settings.model_folders, download=False))
    )
except CoachError as error:
    st.warning(plain(t.error(error)))
found = installed(settings.model_folders)
st.caption(t("本机的模型：{names}", names="、".join(m.name for m in found) or t("没有")))
st.caption(t("可下载：{names}", names="、".join(REPOSITORIES)))
st.subheader(t("标杆查找"), anchor=False)
embedding = embedding_folder(settings)
st.caption(
    t("按意思查找：{path}", path=embedding) if embedding
    else t("按字词查找。装上 {name} 后按意思查找：coach models pull {name}", name=settings.embedder)
)  # fmt: skip
st.subheader(t("数据"), anchor=False)
st.caption(t("数据文件夹：{path}", path=settings.data))
