"""Role × route over real HTTP and websocket: every cell, anonymous included."""

import base64
import http.client
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from coach.calls.cuts import Cut
from coach.demo import DEMO_TEAM
from coach.game.phases import Action, Mode
from coach.people.rights import Role, Who
from coach.people.team import Team
from coach.ui.tokens import Tickets, load_key
from tests.ui.app import App, running_app

PASSWORD = "correct horse 7"
ADMIN = Who("x", "x", Role.ADMIN)
PEOPLE = {  # login: role, team
    "admin": (Role.ADMIN, ""),
    "qa": (Role.QA, ""),
    "leader": (Role.LEADER, DEMO_TEAM),
    "other-leader": (Role.LEADER, "晚班"),
    "agent": (Role.AGENT, DEMO_TEAM),
    "other-agent": (Role.AGENT, "晚班"),
}
NOBODY = "anonymous"


@dataclass
class House:
    """The running app, its people and what they ask for."""

    app: App
    ids: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, cookie: str = "", body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.app.port, timeout=30)
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        if cookie:
            named["Cookie"] = f"coach_visit={cookie}"
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        found = (answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def sign_in(
        self, login: str, password: str = PASSWORD, path: str = "/login"
    ) -> tuple[int, str]:
        body = urlencode({"login": login, "password": password}).encode()
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        status, headers, _ = self.ask("POST", path, body=body, **form)
        found = re.search(r"coach_visit=([^;]+)", headers.get("set-cookie", ""))
        return status, found.group(1) if found else ""

    def ticket(self, to: str, **what: object) -> str:
        return Tickets(load_key(self.app.data)).give(to=self.ids.get(to, ""), **what)

    def websocket(self, cookie: str = "", **headers: str) -> int:
        """Status of the handshake with Streamlit's stream: 101, or what refused it."""
        key = base64.b64encode(os.urandom(16)).decode()
        origin = {"Origin": self.app.url} | headers
        return self.ask(
            "GET",
            "/_stcore/stream",
            cookie,
            Connection="Upgrade",
            Upgrade="websocket",
            Sec_WebSocket_Version="13",
            Sec_WebSocket_Key=key,
            **origin,
        )[0]


@pytest.fixture(scope="module")
def house(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_app(demo_template, tmp_path_factory.mktemp("guard")) as app:
        found = House(app)
        s = app.services
        s.signing.first("admin", "admin", PASSWORD)
        s.teams.add(Team("late", "晚班"))
        teams = {t.name: t.id for t in s.teams.listed()}
        for login, (role, team) in PEOPLE.items():
            if login != "admin":
                mine = (teams[team],) if team else ()
                s.signing.add(ADMIN, login, login, role, PASSWORD, teams=mine)
        found.ids = {a.login: a.id for a in s.signing.listed(ADMIN)}
        for login in PEOPLE:
            status, found.cookies[login] = found.sign_in(login)
            assert status == 303
            found.cookies[login] or pytest.fail("no cookie")
        (pack,) = s.packs.listed()
        meeting = s.host.open(
            pack.id, [(None, "甲")], team_name=DEMO_TEAM, team_id=teams[DEMO_TEAM], owner="x"
        )
        practice = s.host.open(pack.id, [(None, "乙")], mode=Mode.SOLO, owner=found.ids["agent"])
        for session in (meeting, practice):
            s.host.act(session.id, Action.NEXT)
        found.things = {
            "meeting": meeting.id,
            "practice": practice.id,
            "clip": pack.rounds[0].question.clip,
            "call": pack.recording_id,
        }
        yield found


YES, NO = 200, 403
#                            anonymous admin qa  leader other-leader agent other-agent
ROUTES = {
    "original": (401, YES, YES, YES, NO, NO, NO),
    "review": (401, YES, YES, YES, NO, NO, NO),
    "hear": (401, YES, YES, YES, YES, YES, YES),
    "meeting": (401, YES, YES, YES, NO, NO, NO),
    "practice": (401, NO, NO, NO, NO, YES, NO),
    "desk": (401, YES, YES, YES, NO, NO, NO),
    "transcript": (401, 422, 422, 422, NO, NO, NO),  # may try; it is no transcript
    "upload": (401, 422, 422, 422, 422, NO, NO),
    "audit log": (401, YES, NO, NO, NO, NO, NO),
    "meeting's record": (401, YES, YES, YES, NO, NO, NO),
    "practice's record": (401, NO, NO, NO, NO, YES, NO),
    "metrics": (401, YES, NO, NO, NO, NO, NO),
}
TICKETED = ("original", "review", "hear", "meeting", "practice", "desk", "transcript", "upload")


def asking(house: House, route: str, to: str) -> tuple[str, str, bytes]:
    things = house.things
    if route == "upload":
        return "PUT", f"/api/upload?name=a.wav&ticket={house.ticket(to, may='upload')}", b"x"
    if route == "transcript":
        ticket = house.ticket(to, may="upload")
        query = urlencode({"name": "a.json", "ticket": ticket, "recording": things["call"]})
        return "PUT", f"/api/upload?{query}", b"x"
    if route == "desk":
        return "GET", f"/api/desk/{house.ticket(to, may='desk', recording=things['call'])}", b""
    plain = {
        "audit log": "/api/audit",
        "meeting's record": f"/api/record/{things['meeting']}.md",
        "practice's record": f"/api/record/{things['practice']}.csv",
        "metrics": "/_stcore/metrics",
    }
    if route in plain:
        return "GET", plain[route], b""
    what: dict[str, object] = {
        "original": {"recording": things["call"], "cut": Cut(0, 1).to_json()},
        "review": {"may": "review", "clip": things["clip"]},
        "hear": {"may": "hear", "clip": things["clip"]},
        "meeting": {"session": things["meeting"], "clip": things["clip"]},
        "practice": {"session": things["practice"], "clip": things["clip"]},
    }[route]
    return "GET", f"/api/clip/{house.ticket(to, **what)}", b""


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("column", range(7))
def test_every_route_and_role(house: House, route: str, column: int) -> None:
    login = [NOBODY, *PEOPLE][column]
    method, path, body = asking(house, route, login)
    cookie = house.cookies.get(login, "")
    assert house.ask(method, path, cookie, body)[0] == ROUTES[route][column]


@pytest.mark.parametrize("route", TICKETED)
def test_somebody_else_s_ticket_is_none(house: House, route: str) -> None:
    """A copied address is good for nobody but the one it was made for, with their own cookie."""
    method, path, body = asking(house, route, "qa")
    for cookie in ("", "made-up", house.cookies["agent"], house.cookies["admin"]):
        assert house.ask(method, path, cookie, body)[0] == 401


def test_a_part_of_a_sound_is_guarded_like_the_whole(house: House) -> None:
    _, path, _ = asking(house, "original", "qa")
    ranged = {"Range": "bytes=0-99"}
    assert house.ask("GET", path, house.cookies["qa"], **ranged)[0] == 206
    assert house.ask("GET", path, **ranged)[0] == 401


@pytest.mark.parametrize(
    "path",
    ["/", "/call", "/accounts", "/media/x.wav", "/_stcore/metrics", "/_stcore/upload_file/a/b",
     "/account", "/component/x", "/app/static/x", "/_stcore/host-config"],
)  # fmt: skip
def test_nothing_of_streamlit_s_without_a_visit(house: House, path: str) -> None:
    assert house.ask("GET", path)[0] == 401
    status, headers, _ = house.ask("GET", path, Accept="text/html")
    assert (status, headers["location"]) == (303, f"/login?next={path}")


def test_the_stream_of_pages_wants_a_visit_and_its_own_site(house: House) -> None:
    good = house.cookies["agent"]
    assert house.websocket() == 403
    assert house.websocket("made-up") == 403
    assert house.websocket(good) == 101
    assert house.websocket(good, Origin="https://evil.example") == 403
    assert house.websocket(good, Sec_Fetch_Site="cross-site") == 403


def test_an_open_tab_ends_with_its_visit(house: House) -> None:
    """The handshake was good; the next message after the visit ended closes the connection."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    mine = house.sign_in("qa")[1]
    again = BackMsg()
    again.rerun_script.query_string = ""
    address = f"ws://127.0.0.1:{house.app.port}/_stcore/stream"
    headers = {"Cookie": f"coach_visit={mine}"}
    with connect(
        address, additional_headers=headers, origin=house.app.url, subprotocols=["streamlit"]
    ) as tab:
        tab.send(again.SerializeToString())
        assert tab.recv(timeout=30)
        assert house.ask("POST", "/logout", mine)[0] == 303
        tab.send(again.SerializeToString())
        with pytest.raises(ConnectionClosed) as closed:
            drain(tab)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


def drain(tab: Any) -> None:
    """What was on its way before it ended."""
    while True:
        tab.recv(timeout=30)


def test_uploads_into_memory_are_for_those_who_have_a_page_for_them(house: House) -> None:
    path = "/_stcore/upload_file/nobody/f1"
    ours = b"not for this account"
    assert house.ask("PUT", path, house.cookies["agent"], b"x")[2] == ours
    assert house.ask("PUT", path, house.cookies["qa"], b"x")[2] != ours


def test_a_planted_second_cookie_is_none(house: House) -> None:
    two = f"{house.cookies['qa']}; coach_visit={house.cookies['agent']}"
    assert house.ask("GET", "/account", two)[0] == 401


@pytest.mark.parametrize("origin", ["http://[x", "null", "//", "http://127.0.0.1:1"])
def test_an_origin_that_is_none_or_another_is_refused(house: House, origin: str) -> None:
    assert house.ask("POST", "/logout", house.cookies["qa"], Origin=origin)[0] == 403
    assert house.websocket(house.cookies["qa"], Origin=origin) == 403


def test_a_look_at_the_sign_in_page_is_no_try(house: House) -> None:
    for _ in range(8):
        assert house.ask("HEAD", "/login")[0] == 200
        assert house.ask("HEAD", "/account", house.cookies["qa"])[0] == 200
    assert house.ask("HEAD", "/login", Sec_Fetch_Site="cross-site")[0] == 403
    assert house.sign_in("qa")[0] == 303


def test_another_site_posts_nothing(house: House) -> None:
    body = urlencode({"login": "qa", "password": PASSWORD}).encode()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        assert house.ask("POST", "/login", body=body, **form, **foreign)[0] == 403
    assert house.ask("POST", "/login", body=body, Origin=house.app.url, **form)[0] == 303


def test_a_role_that_was_taken_away_counts_at_once(house: House) -> None:
    from dataclasses import replace

    s = house.app.services
    method, path, _ = asking(house, "original", "other-leader")
    account = next(a for a in s.signing.listed(ADMIN) if a.login == "other-leader")
    s.signing.change(ADMIN, replace(account, role=Role.QA))
    assert house.ask(method, path, house.cookies["other-leader"])[0] == 200
    s.signing.change(ADMIN, account)
    assert house.ask(method, path, house.cookies["other-leader"])[0] == 403


def test_signing_out_ends_it_here_and_everywhere(house: House) -> None:
    one, two, three = (house.sign_in("agent")[1] for _ in range(3))
    house.ask("GET", "/logout", one)  # a picture on another site cannot do it
    assert house.ask("GET", "/account", one)[0] == 200
    assert house.ask("POST", "/logout", one)[0] == 303
    assert house.ask("GET", "/account", one)[0] == 401
    assert house.ask("GET", "/account", two)[0] == 200
    assert house.ask("POST", "/logout?all=1", two)[0] == 303
    assert house.ask("GET", "/account", three)[0] == 401
    house.cookies["agent"] = house.sign_in("agent")[1]


def test_the_cookie_is_closed_to_scripts_and_sent_over_tls_only_where_there_is_tls(
    house: House,
) -> None:
    body = urlencode({"login": "qa", "password": PASSWORD}).encode()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    cookie = house.ask("POST", "/login", body=body, **form)[1]["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    _, headers, _ = house.ask("POST", "/login", body=body, X_Forwarded_Proto="https", **form)
    assert "secure" in headers["set-cookie"].lower()
    assert "max-age" in headers["strict-transport-security"]


@pytest.mark.parametrize("following", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_after_signing_in_one_stays_here(house: House, following: str) -> None:
    body = urlencode({"login": "qa", "password": PASSWORD}).encode()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    path = "/login?" + urlencode({"next": following})
    assert house.ask("POST", path, body=body, **form)[1]["location"] == "/"


def test_answers_carry_the_headers_that_keep_others_out(house: House) -> None:
    for path, cookie in (("/login", ""), ("/", house.cookies["qa"]), ("/api/health", "")):
        _, headers, _ = house.ask("GET", path, cookie)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_sign_in_page_says_what_was_wrong_in_both_languages_and_acts_on_nothing_typed(
    house: House,
) -> None:
    body = urlencode({"login": '"><script>x', "password": "y"}).encode()
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for language, words in (("zh", "账号或密码不对"), ("en", "Wrong login or password")):
        status, _, page = house.ask("POST", f"/login?lang={language}", body=body, **form)
        assert status == 401
        assert words in page.decode()
        assert "<script>" not in page.decode()


def test_too_many_tries_from_one_address_are_stopped_whoever_they_ask_for(
    demo_template: Path, tmp_path: Path
) -> None:
    with running_app(demo_template, tmp_path) as app:
        app.services.signing.first("admin", "admin", PASSWORD)
        house = House(app)
        with ThreadPoolExecutor(12) as pool:  # at once: none of them outruns the count
            tried = list(pool.map(lambda i: house.sign_in(f"nobody-{i}", "wrong")[0], range(12)))
        assert sorted(tried) == [401] * 5 + [429] * 7
        assert house.sign_in("admin")[0] == 429


def test_without_accounts_this_machine_only(demo_template: Path, tmp_path: Path) -> None:
    """A browser here sets up; what comes through a proxy or by another name sees nothing."""
    with running_app(demo_template, tmp_path, COACH_ALLOWED_HOSTS="*") as app:
        house = House(app)
        assert house.ask("GET", "/")[0] == 200
        for foreign in (
            {"Host": "coach.example"},
            {"X_Forwarded_For": "10.0.0.8"},
            {"Forwarded": "for=10.0.0.8"},
            {"Via": "1.1 proxy"},
            {"X_Forwarded_Proto": "https"},
            {"CF_Connecting_IP": "10.0.0.8"},
        ):
            for path in ("/", "/setup", "/account", "/_stcore/stream"):
                assert house.ask("GET", path, **foreign)[0] == 403
        assert house.sign_in("root", path="/setup")[0] == 303
        assert house.ask("GET", "/")[0] == 401
        assert house.ask("GET", "/setup", Host="127.0.0.1")[0] == 401
        assert house.sign_in("second", path="/setup")[0] in (401, 303)
        assert len(app.services.signing.listed(ADMIN)) == 1
