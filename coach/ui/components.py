"""Our two components: the stage and the upload box. Their JavaScript comes by our static route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from coach.ui.assets import STATIC

_BOOT = """
const modules = new Map();
const latest = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  const url = new URL(data.module, document.baseURI).href;
  latest.set(parentElement, component);
  if (!modules.has(url)) modules.set(url, import(url));
  modules.get(url).then((module) => {
    const now = latest.get(parentElement);
    if (now === component) module.mount(component);
  });
  return () => modules.get(url).then((module) => module.unmount(parentElement));
}
"""


def stage(data: dict[str, Any], *, key: str, on_event: Callable[[], None]) -> None:
    """The stage. What the leader does arrives in ``st.session_state[key].event``."""
    _mount("coach_stage", "stage", data, key=key, on_event=on_event)


def upload(data: dict[str, Any], *, key: str, on_event: Callable[[], None]) -> None:
    """The upload box. Finished uploads arrive in ``st.session_state[key].event``."""
    _mount("coach_upload", "upload", data, key=key, on_event=on_event)


def _mount(
    name: str, part: str, data: dict[str, Any], *, key: str, on_event: Callable[[], None]
) -> None:
    renderer = st.components.v2.component(
        name,
        html=f'<div class="{part}"></div>',
        css=(STATIC / f"{part}.css").read_text("utf-8"),
        js=_BOOT,
    )
    renderer(key=key, data={**data, "module": f"coach-static/{part}.js"}, on_event_change=on_event)
