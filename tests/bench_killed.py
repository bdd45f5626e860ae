"""The server killed with −9 in each step of a session, phones answering: are all back, and how soon?

    python -m tests.bench_killed [phones]

Three of the phones are pages in Chromium with something half typed, the others websocket clients. Prints, step by
step, seconds from the first answer of the new server until the last phone shows the step it was at.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from websockets.asyncio.client import connect

from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.game.phases import EntryKind, Kind
from tests.bench_room import serving
from tests.conftest import CHROMIUM
from tests.playing import place
from tests.ui.app import App, start
from tests.ui.browser import FLAGS

PAGES = 3


async def back(app: App, cookie: str, phase: int) -> float:
    """When a client that lost its line has the step again; it tries as the page does."""
    base, pause = app.url.replace("http", "ws"), 0.5
    while True:
        try:
            headers = {"Cookie": f"coach_guest={cookie}"}
            async with connect(f"{base}/api/room/live", additional_headers=headers) as socket:
                if json.loads(await socket.recv())["phase"] >= phase:
                    return time.perf_counter()
        except OSError:
            await asyncio.sleep(pause)
            pause = min(2.5, pause * 1.6)


async def all_back(app: App, cookies: list[str], phase: int) -> float:
    return max(await asyncio.gather(*(back(app, c, phase) for c in cookies)))


def send(app: App, cookie: str, kind: EntryKind, round_: int, text: str) -> None:
    entry = {"kind": kind.value, "round": round_, "text": text}
    headers = {"Cookie": f"coach_guest={cookie}"}
    httpx.post(f"{app.url}/api/room/entry", json=entry, headers=headers).raise_for_status()


def kill(app: App) -> float:
    """Dead, and up again: when it first answers."""
    app.process.send_signal(signal.SIGKILL)
    app.process.wait()
    app.process = start(app.data, app.port)
    return time.perf_counter()


def killed_at(app: App, session: str, kind: Kind, cookies: list[str], pages: list[Any]) -> str:
    s: Services = app.services
    place(s, session, kind.value)
    state = s.host.table(session).session
    view = s.host.view(session)
    writing = view.get("writing")
    typed = bool(writing and writing["open"] and kind not in (Kind.VOTE, Kind.SUMMARY))
    if writing and writing["open"]:
        for i, cookie in enumerate(cookies):
            send(app, cookie, EntryKind(writing["kind"]), writing["round"], f"第{i}号的话")
    for page in pages:
        page.wait_for_function(
            "p => Number(document.getElementById('room').dataset.phase) >= p", arg=state.phase
        )
        if typed:
            page.locator("textarea").fill("打到一半")
    up = kill(app)
    with ThreadPoolExecutor(1) as other:  # Playwright has a loop of its own in this thread
        last = other.submit(asyncio.run, all_back(app, cookies, state.phase)).result()
    for page in pages:
        page.wait_for_function("() => document.getElementById('lost').textContent === ''")
        last = max(last, time.perf_counter())
        if typed:
            assert page.locator("textarea").input_value() == "打到一半"
    table = s.host.table(session)
    assert table.steps[table.session.state.cursor].kind is kind
    kept = len(table.session.of(EntryKind(writing["kind"]), writing["round"])) if writing else 0
    return f"{kind.value:10} back in {max(0.0, last - up):.2f} s, {kept} answers kept of {len(cookies) if kept else 0}"


def main() -> None:
    from playwright.sync_api import sync_playwright

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with serving() as (app, _), sync_playwright() as p:
        s = app.services
        session = s.host.open(s.packs.listed()[0].id, [(None, "甲")], team_name=DEMO_TEAM).id
        code = s.joining.open(session)
        cookies = [s.joining.join(code, f"手机{i}") for i in range(count)]
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = []
        for cookie in cookies[:PAGES]:
            context = browser.new_context(viewport={"width": 390, "height": 844})
            context.add_cookies([{"name": "coach_guest", "value": cookie, "url": app.url}])
            pages.append(context.new_page())
            pages[-1].goto(f"{app.url}/room")
        for kind in dict.fromkeys(step.kind for step in s.host.table(session).steps):
            print(killed_at(app, session, kind, cookies[PAGES:], pages), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
