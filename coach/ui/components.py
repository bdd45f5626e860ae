"""Our components: the stage, the repair desk, the tagging desk, the upload box. Their JavaScript comes by our static route."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
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
    _mount("stage", data, key=key, on_event=on_event)


def upload(data: dict[str, Any], *, key: str, on_event: Callable[[], None]) -> None:
    """The upload box. Finished uploads arrive in ``st.session_state[key].event``."""
    _mount("upload", data, key=key, on_event=on_event)


def desk(data: dict[str, Any], *, key: str) -> None:
    """The repair desk. It talks to its own route and has nothing to say to the page."""
    _mount("desk", data, key=key, on_event=lambda: None)


def tagging(data: dict[str, Any], *, key: str, on_event: Callable[[], None]) -> None:
    """The tagging desk. Keys arrive in ``st.session_state[key].event``."""
    _mount("tagging", data, key=key, on_event=on_event)


@lru_cache(maxsize=8)
def _renderer(part: str) -> Any:
    """Registered once per process."""
    return st.components.v2.component(
        f"coach_{part}",
        html=f'<div class="{part}"></div>',
        css=(STATIC / f"{part}.css").read_text("utf-8"),
        js=_BOOT,
    )


def _mount(part: str, data: dict[str, Any], *, key: str, on_event: Callable[[], None]) -> None:
    data = {**data, "module": f"coach-static/{part}.js"}
    _renderer(part)(key=key, data=data, on_event_change=on_event)
