"""The room for hours: memory of the server while phones answer, leave and come back, on the same machine.

    python -m tests.bench_soak [minutes] [phones]

Prints resident memory (MB) of the server each minute, sessions played, and what was lost; then, in Chromium,
seconds from a phone's answer to the leader's drawn screen.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

import httpx
from websockets.asyncio.client import connect

from coach.bootstrap import Services
from coach.demo import DEMO_TEAM
from coach.game.phases import Action, EntryKind
from coach.game.session import Session
from tests.bench_room import serving, told
from tests.conftest import CHROMIUM
from tests.ui.app import App
from tests.ui.browser import FLAGS


def resident(pid: int) -> float:
    """MB of a process."""
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(x.split()[1]) for x in text.splitlines() if x.startswith("VmRSS")) / 1000


async def play(app: App, client: httpx.AsyncClient, count: int, until: float) -> tuple[int, int]:
    """One session, step by step; a fifth of the phones leave and come back at each. Answers sent, kept."""
    s = app.services
    session = opened(s)
    code = s.joining.open(session.id)
    cookies = [s.joining.join(code, f"手机{i}") for i in range(count)]
    base = app.url.replace("http", "ws")
    sockets = [await live(base, c) for c in cookies]
    sent = 0
    while time.monotonic() < until:
        view = await asyncio.to_thread(s.host.view, session.id)
        writing = view.get("writing")
        if writing and writing["open"]:
            kind, where = writing["kind"], writing["round"]
            sent += await everybody(client, cookies, {"kind": kind, "round": where})
        for i in random.sample(range(count), count // 5):
            await sockets[i].close()
            sockets[i] = await live(base, cookies[i])
        if view["cursor"] + 1 == len(view["steps"]):
            break
        await asyncio.sleep(0.45)
        await asyncio.to_thread(s.host.act, session.id, Action.SKIP)
    kept = len(s.host.table(session.id).session.entries)
    s.host.act(session.id, Action.END)
    for socket in sockets:
        await socket.close()
    return sent, kept


async def everybody(client: httpx.AsyncClient, cookies: list[str], entry: dict) -> int:
    """All phones answer at once, in words of their own."""
    answers = await asyncio.gather(
        *(
            client.post(
                "/api/room/entry",
                json={**entry, "text": f"第 {i} 号的话"},
                headers={"Cookie": f"coach_guest={c}"},
            )
            for i, c in enumerate(cookies)
        )
    )
    assert all(a.status_code == 200 for a in answers)
    return len(answers)


async def live(base: str, cookie: str):  # type: ignore[no-untyped-def]
    socket = await connect(
        f"{base}/api/room/live", additional_headers={"Cookie": f"coach_guest={cookie}"}
    )
    await socket.recv()
    return socket


def opened(s: Services) -> Session:
    return s.host.open(s.packs.listed()[0].id, [(None, "甲")], team_name=DEMO_TEAM)


async def soak(app: App, minutes: float, count: int) -> None:
    begun, sessions, sent, kept, told_at = time.monotonic(), 0, 0, 0, -1.0
    until = begun + 60 * minutes
    # a line that has been idle for as long as the server keeps it may be cut while it is used again
    limits = httpx.Limits(keepalive_expiry=2)
    async with httpx.AsyncClient(base_url=app.url, timeout=30, limits=limits) as client:
        while time.monotonic() < until:
            a, b = await play(app, client, count, until)
            sessions, sent, kept = sessions + 1, sent + a, kept + b
            if time.monotonic() - told_at >= 60:
                told_at = time.monotonic()
                print(
                    f"{(told_at - begun) / 60:5.1f} min {resident(app.process.pid):6.0f} MB",
                    flush=True,
                )
    print(f"{sessions} sessions, {count} phones: {sent} answers sent, {kept} kept", flush=True)


def drawn(app: App, visit: str, count: int) -> str:
    """From a phone's answer to the leader's drawn stage."""
    from playwright.sync_api import sync_playwright

    s = app.services
    session = opened(s)
    code = s.joining.open(session.id)
    cookies = [s.joining.join(code, f"手机{i}") for i in range(count)]
    for _ in range(2):
        time.sleep(0.45)  # a press too soon after another is ignored
        s.host.act(session.id, Action.SKIP)
    found = []
    with sync_playwright() as p, httpx.Client(base_url=app.url) as client:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "coach_visit", "value": visit, "url": app.url}])
        page = context.new_page()
        page.goto(f"{app.url}/stage?session={session.id}")
        page.wait_for_selector(".stage[data-step=answer] .count")
        for i, cookie in enumerate(cookies):
            entry = {"kind": EntryKind.ANSWER.value, "round": 0, "text": "好"}
            begun = time.perf_counter()
            client.post(
                "/api/room/entry", json=entry, headers={"Cookie": f"coach_guest={cookie}"}
            ).raise_for_status()
            page.locator(".count", has_text=f"{i + 1} /").wait_for()
            found.append(time.perf_counter() - begun)
        browser.close()
    return told(f"{count} phones: an answer → the leader's drawn screen", found)


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    with serving() as (app, visit):
        print(drawn(app, visit, count), flush=True)
        asyncio.run(soak(app, minutes, count))


if __name__ == "__main__":
    main()
