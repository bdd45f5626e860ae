"""The room under load: a real server, phones as websocket clients, on the same machine.

    python -m tests.bench_room [phones …]

Prints, for each number of phones: an answer → the leader's screen is told; a step → the last phone has
it; all answers at once. Seconds; 20 rounds each.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from websockets.asyncio.client import connect

from coach.bootstrap import build
from coach.demo import DEMO_TEAM, load_demo
from coach.game.phases import Action, EntryKind
from coach.settings import Settings
from tests.ui.app import App, running_app

ROUNDS = 20


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def told(name: str, values: list[float]) -> str:
    return f"{name} p50 {statistics.median(values):.3f} p95 {percentile(values, 0.95):.3f}"


def burst(port: int, cookies: list[str]) -> list[float]:
    """Seconds until all that answer at once have their answer kept, five times. A client that costs
    little: it shares the machine."""
    phones = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in cookies]
    found = []
    for i in range(5):
        body = json.dumps({"kind": "answer", "round": 0, "text": f"都 {i}"})
        begun = time.perf_counter()
        for phone, cookie in zip(phones, cookies, strict=True):
            headers = {"Cookie": f"coach_guest={cookie}", "Content-Type": "application/json"}
            phone.request("POST", "/api/room/entry", body, headers)
        for phone in phones:
            assert phone.getresponse().read() == b'{"kept":true}'
        found.append(time.perf_counter() - begun)
    for phone in phones:
        phone.close()
    return found


async def newest(socket, wanted) -> float:  # type: ignore[no-untyped-def]
    """When a frame came that is what is waited for."""
    while True:
        if wanted(json.loads(await asyncio.wait_for(socket.recv(), 30))):
            return time.perf_counter()


async def room(app: App, visit: str, count: int) -> str:
    s = app.services
    pack = s.packs.listed()[0]
    session = s.host.open(pack.id, [(None, "甲")], team_name=DEMO_TEAM)
    code = s.joining.open(session.id)
    cookies = [s.joining.join(code, f"手机{i}") for i in range(count)]
    base = app.url.replace("http", "ws")
    stage = await connect(
        f"{base}/api/stage/{session.id}", additional_headers={"Cookie": f"coach_visit={visit}"}
    )
    phones = [
        await connect(f"{base}/api/room/live", additional_headers={"Cookie": f"coach_guest={c}"})
        for c in cookies
    ]
    for phone in phones:
        await phone.recv()
    steps: list[float] = []
    answers: list[float] = []
    limits = httpx.Limits(max_connections=count + 5)
    async with httpx.AsyncClient(base_url=app.url, limits=limits, timeout=30) as client:

        async def answer(i: int, text: str) -> None:
            entry = {"kind": "answer", "round": 0, "text": text}
            found = await client.post(
                "/api/room/entry", json=entry, headers={"Cookie": f"coach_guest={cookies[i]}"}
            )
            assert found.status_code == 200, found.text

        async def step(action: Action) -> None:
            await asyncio.sleep(0.45)  # a press too soon after another is ignored
            begun = time.perf_counter()
            state = await asyncio.to_thread(s.host.act, session.id, action)
            phase = s.host.table(session.id).session.phase
            assert state.cursor >= 0
            steps.append(
                max(
                    await asyncio.gather(
                        *(newest(p, lambda f: f["phase"] >= phase) for p in phones)
                    )
                )
                - begun
            )

        await step(Action.SKIP)
        await step(Action.SKIP)
        for i in range(ROUNDS):
            version = s.host.table(session.id).session.version
            begun = time.perf_counter()
            await answer(i % len(cookies), f"第 {i} 次")
            answers.append(await newest(stage, lambda f, v=version: f["version"] > v) - begun)
        bursts = await asyncio.to_thread(burst, app.port, cookies)
        entries = s.host.table(session.id).session.of(EntryKind.ANSWER, 0)
        assert len(entries) == count, "an answer was lost"
        for _ in range(ROUNDS - 2):
            await step(Action.BACK)
            await step(Action.NEXT)
    for socket in (stage, *phones):
        await socket.close()
    return (
        f"{count:4} phones: {told('answer → leader', answers)}; {told('step → last phone', steps)}; "
        f"all at once, five times: {sorted(round(b, 2) for b in bursts)}"
    )


@contextmanager
def serving() -> Iterator[tuple[App, str]]:
    """The demo in a folder of its own, and an admin's visit."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template"
        s = build(Settings(data_dir=template))
        load_demo(s)
        for job in s.jobs.listed():
            s.jobs.cancel(job.id)
        s.engine.dispose()
        with running_app(template, Path(folder)) as app:
            yield app, app.services.signing.first("admin", "admin", "correct horse 7")


def main() -> None:
    counts = [int(x) for x in sys.argv[1:]] or [10, 30, 60, 100]
    with serving() as (app, visit):
        for count in counts:
            print(asyncio.run(room(app, visit, count)), flush=True)


if __name__ == "__main__":
    main()
