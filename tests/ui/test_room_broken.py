"""The room when things go wrong: the server killed, two leaders, wrong clocks, a call taken back."""

import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from coach.bootstrap import now
from coach.demo import DEMO_TEAM
from coach.game.phases import Action, EntryKind, Kind
from tests.ui.app import running_app, start
from tests.ui.browser import MARKS
from tests.ui.hall import Hall, listening
from tests.waiting import until

PHONES = 8
BACK = 5.0  # seconds after the server is up
WRITING = {
    Kind.ANSWER: EntryKind.ANSWER,
    Kind.NOTE: EntryKind.NOTE,
    Kind.GUESS: EntryKind.GUESS,
    Kind.RECALL: EntryKind.RECALL,
}


@pytest.fixture
def hall(demo_template: Path, tmp_path: Path) -> Iterator[Hall]:
    with running_app(demo_template, tmp_path) as app:
        s = app.services
        visit = s.signing.first("admin", "admin", "correct horse 7")
        found = s.host.open(s.packs.listed()[0].id, [(None, "甲")], team_name=DEMO_TEAM)
        yield Hall(app, found.id, s.joining.open(found.id), visit)


def send(hall: Hall, cookie: str, kind: EntryKind, round_: int, text: str, **more: object) -> int:
    body = json.dumps({"kind": kind.value, "round": round_, "text": text, **more})
    found = hall.ask("POST", "/api/room/entry", cookie, body, Content_Type="application/json")
    return found[0]


def kill_and_start(hall: Hall) -> None:
    hall.app.process.send_signal(signal.SIGKILL)
    hall.app.process.wait()
    hall.app.process = start(hall.app.data, hall.app.port)


def test_killed_in_each_step_every_seat_comes_back_and_no_answer_is_lost_or_doubled(
    hall: Hall,
) -> None:
    phones = [hall.join(hall.code, f"手机{i}")[1] for i in range(PHONES)]
    table = hall.app.services.host.table(hall.session)
    seen: set[Kind] = set()
    for step in table.steps:
        if step.kind in WRITING and step.kind not in seen:
            seen.add(step.kind)
            killed_here(hall, phones, WRITING[step.kind], step.round)
        hall.act(Action.SKIP) if step.kind is not Kind.SUMMARY else None
    assert seen == set(WRITING)


def killed_here(hall: Hall, phones: list[str], kind: EntryKind, round_: int) -> None:
    """All send at once, and the server dies in the middle of it."""
    kept: list[int] = []
    some = threading.Event()

    def answer(i: int) -> None:
        try:
            if send(hall, phones[i], kind, round_, f"第{i}号的话") == 200:
                kept.append(i)
        except (OSError, HTTPException):
            pass  # killed before or within its answer
        finally:
            some.set()

    with ThreadPoolExecutor(PHONES) as pool:
        sent = [pool.submit(answer, i) for i in range(PHONES)]
        some.wait(10)
        kill_and_start(hall)
        up = time.perf_counter()
        for done in sent:
            done.result()
    before = hall.app.services.host.table(hall.session).session
    texts = [e.text for e in before.of(kind, round_)]
    assert {f"第{i}号的话" for i in kept} <= set(texts), "what was acknowledged is there"
    for i, phone in enumerate(phones):
        status, _, body = hall.ask("GET", "/api/room", phone)
        assert status == 200
        view = json.loads(body)
        assert f'data-kind="{kind.value}"' in view["box"], "the same step"
        assert (f"第{i}号的话" in view["box"]) is (f"第{i}号的话" in texts), "and one's own words"
        with listening(hall, phone) as socket:
            assert json.loads(socket.recv(5))["phase"] == view["phase"]
    assert time.perf_counter() - up < BACK * 2, "all of them, one after the other"
    for i, phone in enumerate(phones):
        assert send(hall, phone, kind, round_, f"第{i}号的话") == 200
    found = [e.text for e in hall.app.services.host.table(hall.session).session.of(kind, round_)]
    assert sorted(found) == sorted(f"第{i}号的话" for i in range(PHONES)), "none lost, none doubled"


def test_two_leaders_who_press_at_once_move_one_step(hall: Hall) -> None:
    host = hall.app.services.host
    before = host.table(hall.session).session.state

    def press(_: int) -> int:
        body = json.dumps({"do": "next", "seen": before.revision})
        headers = {"Content-Type": "application/json", "Cookie": f"coach_visit={hall.cookie}"}
        return hall.ask("POST", f"/api/panel/{hall.session}", "", body, **headers)[0]

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(press, range(6))) == {200}
    assert host.table(hall.session).session.state.reached == before.reached + 1


def test_a_phone_s_clock_is_asked_nowhere(hall: Hall) -> None:
    phone = hall.join(hall.code)[1]
    hall.act(Action.NEXT)
    hall.act(Action.SKIP)
    assert send(hall, phone, EntryKind.ANSWER, 0, "早", at="1999-01-01T00:00:00Z") == 200
    (entry,) = hall.app.services.host.table(hall.session).session.of(EntryKind.ANSWER, 0)
    assert abs((now() - entry.at).total_seconds()) < 60
    late = hall.ask("GET", "/api/room", phone, Date="Fri, 01 Jan 2100 00:00:00 GMT")
    assert late[0] == 200


def test_taken_back_in_mid_game_nothing_sounds_and_the_record_stays(hall: Hall) -> None:
    s, phone = hall.app.services, hall.join(hall.code)[1]
    hall.act(Action.NEXT)
    hall.act(Action.SKIP)
    assert send(hall, phone, EntryKind.ANSWER, 0, "我先查一下") == 200
    hall.act(Action.BACK)
    sound = hall.sound(phone)
    assert hall.ask("GET", sound, phone)[0] == 200
    text = s.packs.listed()[0].rounds[0].question.text
    s.gate.withdraw(s.packs.listed()[0].clips, "质检")
    assert hall.ask("GET", sound, phone)[0] == 403
    page = hall.ask("GET", "/room", phone)[2].decode()
    assert text not in page
    assert "已撤回" in page
    (entry,) = s.host.table(hall.session).session.of(EntryKind.ANSWER, 0)
    assert entry.text == "我先查一下"


class TestOnTheStage:
    pytestmark = MARKS

    def test_the_stage_says_why_and_can_be_ended(self, browser, hall: Hall) -> None:  # type: ignore[no-untyped-def]
        s = hall.app.services
        context = browser.new_context(locale="zh-CN")
        context.add_cookies([{"name": "coach_visit", "value": hall.cookie, "url": hall.app.url}])
        page = context.new_page()
        hall.act(Action.NEXT)
        s.gate.withdraw(s.packs.listed()[0].clips, "质检")
        page.goto(f"{hall.app.url}/stage?session={hall.session}")
        page.locator(".stage .error", has_text=re.compile("放行")).wait_for()
        page.keyboard.press("Shift+ArrowRight")
        until(lambda: s.host.table(hall.session).session.state.reached == 2, "skipped")
        context.close()
