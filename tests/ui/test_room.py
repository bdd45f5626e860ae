"""Visitors: joining by a code, over real HTTP and in a browser; nothing but the room's step is theirs."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from coach.demo import DEMO_TEAM
from coach.game.phases import Action
from tests.ui.app import App, running_app
from tests.ui.browser import MARKS, WAIT
from tests.waiting import until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CLOSED = [
    "/", "/stage", "/audit", "/account", "/api/audit", "/api/clip/x", "/api/desk/x",
    "/_stcore/metrics", "/_stcore/host-config", "/media/x",
]  # fmt: skip


@dataclass
class Hall:
    """A running app with accounts, an open session and its code."""

    app: App
    session: str
    code: str

    def ask(
        self, method: str, path: str, cookie: str = "", body: str = "", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=30)
        named = dict(FORM if body else {}) | {k.replace("_", "-"): v for k, v in headers.items()}
        if cookie:
            named["Cookie"] = f"coach_guest={cookie}"
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        found = (answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def join(self, code: str, name: str = "小访") -> tuple[int, str]:
        status, headers, _ = self.ask("POST", "/join", body=urlencode({"code": code, "name": name}))
        found = re.search(r"coach_guest=([^;]+)", headers.get("set-cookie", ""))
        return status, found.group(1) if found else ""

    def act(self, action: Action) -> None:
        host = self.app.services.host
        before = host.table(self.session).session.state.revision

        def acted() -> bool:  # a press too soon after another is ignored
            return host.act(self.session, action).revision > before

        until(acted, action.value)

    def sound(self, cookie: str) -> str:
        page = self.ask("GET", "/room", cookie)[2].decode()
        return (re.search(r'src="(/api/room/clip/[^"]+)"', page) or [""])[0][5:-1]


@pytest.fixture
def hall(demo_template: Path, tmp_path: Path) -> Iterator[Hall]:
    with running_app(demo_template, tmp_path) as app:
        s = app.services
        s.signing.first("admin", "admin", "correct horse 7")
        (pack,) = s.packs.listed()
        found = s.host.open(pack.id, [(None, "甲")], team_name=DEMO_TEAM)
        yield Hall(app, found.id, s.joining.open(found.id))


def test_a_visitor_hears_the_step_the_room_is_at_and_nothing_else(hall: Hall) -> None:
    status, cookie = hall.join(hall.code.lower())
    assert status == 303
    question = hall.app.services.packs.listed()[0].rounds[0].question.text
    page = hall.ask("GET", "/room", cookie)
    assert page[0] == 200
    assert question not in page[2].decode()
    assert "script-src 'self'" in page[1]["content-security-policy"]
    hall.act(Action.NEXT)
    assert question in hall.ask("GET", "/room", cookie)[2].decode()
    sound = hall.sound(cookie)
    assert hall.ask("GET", sound, cookie)[0] == 200
    assert hall.ask("GET", sound, cookie, Range="bytes=0-99")[0] == 206
    assert hall.ask("GET", sound)[0] == 401, "the address alone opens nothing"
    other = hall.join(hall.code, "另一位")[1]
    assert hall.ask("GET", sound, other)[0] == 401, "nor does it for another visitor"
    hall.act(Action.SKIP)
    assert hall.ask("GET", sound, cookie)[0] == 403, "the room is further"
    assert hall.ask("HEAD", sound, cookie)[0] == 403
    for path in CLOSED:
        assert hall.ask("GET", path, cookie)[0] in (303, 401, 403), path
    hall.act(Action.END)
    assert hall.ask("GET", "/api/room", cookie)[0] == 401
    assert hall.ask("GET", "/room", cookie, Accept="text/html")[1]["location"] == "/join"


def test_codes_cannot_be_tried_out(hall: Hall) -> None:
    assert hall.ask("GET", "/room", Accept="text/html")[1]["location"] == "/join"
    tries = [hall.join("ABCDEF")[0] for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    assert hall.join(hall.code) == (429, ""), "also with the right one, for a minute"


@pytest.mark.parametrize("path", ["/join", "/api/room", "/room"])
def test_another_site_cannot_use_it(hall: Hall, path: str) -> None:
    assert hall.ask("POST", path, body="code=x", Origin="https://evil.example")[0] == 403


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize("width", [390, 1366])
    def test_a_phone_follows_the_room(self, browser, hall: Hall, width: int) -> None:  # type: ignore[no-untyped-def]
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{hall.app.url}/join?code={hall.code}")
        page.get_by_label("名字").fill("小访")
        page.get_by_role("button", name="加入").click()
        page.wait_for_url("**/room")
        page.get_by_text("今天听什么").wait_for()
        hall.act(Action.NEXT)
        page.get_by_text("客户来问").wait_for()
        page.evaluate("() => document.querySelector('audio').play()")
        page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.reload()
        page.get_by_text("客户来问").wait_for()
        hall.act(Action.END)
        page.get_by_text("分享会已结束").wait_for()
        context.close()
