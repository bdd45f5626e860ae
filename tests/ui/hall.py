"""A room over real HTTP: its door, its phones."""

import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from coach.demo import DEMO_TEAM
from coach.game.phases import Action
from coach.people.team import Person
from tests.ui.app import App
from tests.waiting import until

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Hall:
    """A running app with accounts, an open session and its code."""

    app: App
    session: str
    code: str
    cookie: str = ""

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
        return status, cookie_of(headers)

    def act(self, action: Action) -> None:
        host = self.app.services.host
        before = host.table(self.session).session.state.revision

        def acted() -> bool:  # a press too soon after another is ignored
            return host.act(self.session, action).revision > before

        until(acted, action.value)

    def sound(self, cookie: str) -> str:
        page = self.ask("GET", "/room", cookie)[2].decode()
        return (re.search(r'src="(/api/room/clip/[^"]+)"', page) or [""])[0][5:-1]


def cookie_of(headers: dict[str, str]) -> str:
    """The way in that an answer gave, "" for none."""
    found = re.search(r"coach_guest=([^;]+)", headers.get("set-cookie", ""))
    return found.group(1) if found else ""


def opened(app: App) -> Hall:
    """A session of its own, with a code."""
    found = app.services.host.open(
        app.services.packs.listed()[0].id, [(None, "甲")], team_name=DEMO_TEAM
    )
    return Hall(app, found.id, app.services.joining.open(found.id))


def entry(kind: str, text: str, round_: int = 0, **more: object) -> str:
    return json.dumps({"kind": kind, "round": round_, "text": text, **more})


def post(hall: Hall, cookie: str, body: str, path: str = "/api/room/entry") -> tuple[int, str]:
    status, _, answer = hall.ask("POST", path, cookie, body, Content_Type="application/json")
    return status, answer.decode()


def member(hall: Hall, person: Person) -> tuple[int, str, str]:
    body = urlencode({"code": hall.code, "member": person.id})
    status, headers, answer = hall.ask("POST", "/join", body=body)
    return status, cookie_of(headers), answer.decode()


def listening(hall: Hall, cookie: str, path: str = "/api/room/live", name: str = "coach_guest"):  # type: ignore[no-untyped-def]
    from websockets.sync.client import connect

    return connect(
        f"ws://127.0.0.1:{hall.app.port}{path}", additional_headers={"Cookie": f"{name}={cookie}"}
    )
