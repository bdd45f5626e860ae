"""Saying something instead of typing it: a microphone, and the wait until it is written down."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from coach.errors import CoachError
from coach.ui.page import acting, attempt, job_error, plain, translator

_HEARD, _WAITING = (
    "dictation_heard",
    "dictation",
)  # in the visit: the sound taken, what is waited for
POLL = 0.5  # seconds


def dictate(into: str) -> None:
    """A microphone; what was said is put into ``st.session_state[into]`` and the page runs again."""
    t, s = translator(), acting()
    sound = st.audio_input(t("或者说出来"), key="dictation_sound")
    if sound is None:
        st.session_state.pop(_HEARD, None)
        _stop()
    elif st.session_state.get(_HEARD) != sound.file_id:
        _stop()
        st.session_state[_HEARD] = sound.file_id

        def keep() -> None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "said.wav"
                path.write_bytes(sound.getvalue())
                st.session_state[_WAITING] = s.say(path).id

        attempt(t, keep)
    if _WAITING in st.session_state:
        _wait(into)


@st.fragment(run_every=POLL)
def _wait(into: str) -> None:
    t, s = translator(), acting()
    if _WAITING not in st.session_state:
        return
    try:
        said = s.said(st.session_state[_WAITING])
    except CoachError as error:
        st.session_state.pop(_WAITING)
        st.error(plain(t.error(error)))
        return
    if said.failed is not None:
        st.session_state.pop(_WAITING)
        st.error(plain(job_error(said.failed, t)))
    elif said.text is None:
        st.caption(t("正在听写…"))
    else:
        st.session_state.pop(_WAITING)
        if said.text:
            st.session_state[into] = said.text
            st.rerun()
        st.info(t("没有听清，再说一遍，或者打字。"))


def _stop() -> None:
    """Nobody waits any more."""
    waiting = st.session_state.pop(_WAITING, None)
    if waiting:
        try:
            acting().unsay(waiting)
        except CoachError:
            return  # it is gone already
