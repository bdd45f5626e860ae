"""Our routes over real HTTP, on the app as `streamlit run app.py` starts it."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.game.phases import Action
from coach.ui.tokens import Tickets, load_key
from tests.factories import tone_wav
from tests.ui.app import App, running_app


@pytest.fixture(scope="module")
def app(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(
        demo_template, tmp_path_factory.mktemp("server"), COACH_MAX_UPLOAD_MB="3"
    ) as found:
        yield found


def tickets(app: App) -> Tickets:
    return Tickets(load_key(app.data))


def get(app: App, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return request(app, "GET", path, headers=headers)


def request(
    app: App, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
    connection.request(method, path, body or None, headers or {})
    answer = connection.getresponse()
    found = (answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    connection.close()
    return found


def test_the_started_file_has_our_routes(app: App) -> None:
    """An st.App that is not literal in app.py silently runs as a plain script, without routes."""
    status, _, body = get(app, "/api/health")
    assert status == 200
    assert json.loads(body)["ok"]


@pytest.mark.parametrize(
    "path", ["/api/clip/x", "/api/clip/" + "a" * 500, "/api/clip/eyJhIjoxfQ.x.y"]
)
def test_a_clip_without_a_ticket_is_401(app: App, path: str) -> None:
    assert get(app, path)[0] == 401


def test_a_ticket_for_something_else_is_401(app: App) -> None:
    assert get(app, f"/api/clip/{tickets(app).give(to='', may='upload')}")[0] == 401


def test_an_upload_without_a_ticket_is_401(app: App) -> None:
    other = tickets(app).give(to="", may="else")
    for ticket in ("", "x", other):
        assert request(app, "PUT", f"/api/upload?name=a.wav&ticket={ticket}", b"x")[0] == 401


def test_a_ticket_of_another_installation_is_no_ticket(app: App) -> None:
    forged = Tickets("another key").give(recording="x", cut=Cut(0, 1).to_json())
    assert get(app, f"/api/clip/{forged}")[0] == 401


def test_a_session_s_clip_is_403_before_its_step_and_ranged_after(app: App) -> None:
    s: Services = app.services
    (pack,) = s.packs.listed()
    session = s.host.open(pack.id, [(None, "x")])
    question, answer = pack.rounds[0].question.clip, pack.rounds[0].answer.clip
    urls = [
        f"/api/clip/{tickets(app).give(to='', session=session.id, clip=c)}"
        for c in (question, answer)
    ]
    assert [get(app, url)[0] for url in urls] == [403, 403]
    s.host.act(session.id, Action.NEXT)
    assert [get(app, url)[0] for url in urls] == [200, 403]
    status, headers, body = get(app, urls[0], Range="bytes=0-99")
    assert status == 206
    assert len(body) == 100
    assert body[:4] == b"RIFF"
    assert "no-store" in headers["cache-control"]


def test_a_recording_that_is_not_there_is_404(app: App) -> None:
    ticket = tickets(app).give(to="", recording="../../etc/passwd", cut=Cut(0, 1).to_json())
    assert get(app, f"/api/clip/{ticket}")[0] == 404


def test_another_host_name_is_refused(app: App) -> None:
    """A website that rebinds its name to this machine gets nothing."""
    assert get(app, "/api/health", Host="evil.example")[0] == 400
    assert get(app, "/", Host="evil.example")[0] == 400


def put(app: App, name: str, body: bytes, **query: str) -> tuple[int, dict]:
    ticket = tickets(app).give(to="", may="upload")
    path = f"/api/upload?{urlencode({'ticket': ticket, 'name': name, **query}, quote_via=quote)}"
    status, _, answer = request(app, "PUT", path, body)
    return status, json.loads(answer)


def test_an_upload_becomes_a_recording(app: App, tmp_path: Path) -> None:
    body = tone_wav(tmp_path / "a.wav").read_bytes()
    status, answer = put(app, '../客户 来电😀".wav', body, agent="小禾", node="费用")
    assert status == 200
    found = app.services.calls.get(answer["recording"])
    assert (found.meta.agent, found.meta.node) == ("小禾", "费用")
    assert put(app, "again.wav", body)[1]["known"]


def test_bad_uploads_say_why_and_leave_nothing(app: App) -> None:
    before = len(app.services.calls.listed())
    status, answer = put(app, "a.wav", b"not audio at all")
    assert status == 422
    assert answer["error"]["code"] == "audio.not_audio"
    assert answer["error"]["advice_zh"]
    assert put(app, "a.wav", b"")[1]["error"]["code"] == "audio.empty"
    assert len(app.services.calls.listed()) == before
    assert not list(app.services.settings.incoming.glob("*"))


def test_an_upload_over_the_limit_is_refused_announced_or_not(app: App) -> None:
    assert put(app, "a.wav", b"x" * (3 * 1024 * 1024 + 1))[0] == 413
    ticket = tickets(app).give(to="", may="upload")
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=30)
    connection.putrequest("PUT", f"/api/upload?ticket={ticket}&name=a.wav")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    block = b"x" * 65536
    sent = 0
    try:
        for _ in range(9600):  # 600 MB, were they taken
            connection.send(b"%x\r\n%s\r\n" % (len(block), block))
            sent += len(block)
        connection.send(b"0\r\n\r\n")
    except OSError:
        pass  # the server has said no and closed
    else:
        assert connection.getresponse().status == 413
    assert not list(app.services.settings.incoming.glob("*"))


def test_a_large_upload_does_not_fill_memory(app: App) -> None:
    """2.9 MB many times over: resident memory stays."""
    process = psutil.Process(app.process.pid)
    put(app, "a.wav", b"x" * 2_900_000)
    before = process.memory_info().rss
    threads = [
        threading.Thread(target=put, args=(app, "a.wav", b"x" * 2_900_000)) for _ in range(20)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert process.memory_info().rss - before < 40_000_000


def test_a_transcript_is_put_to_its_recording(app: App) -> None:
    from tests.conftest import DEMO

    target = next(r for r in app.services.calls.listed() if r.title == "宽带移机预约")
    good = next(DEMO.glob("03*.transcript.json")).read_bytes()
    bad = next(DEMO.glob("01*.transcript.json")).read_bytes()
    assert put(app, "t.json", bad, recording=target.id)[1]["error"]["code"].startswith(
        "transcript."
    )
    assert put(app, "t.json", good, recording=target.id)[0] == 200
    assert put(app, "t.json", good, recording="none")[1]["error"]["code"] == "not_found"


def test_pages_and_scripts_come_from_this_machine_only(app: App) -> None:
    status, headers, body = get(app, "/coach-static/stage.js")
    assert status == 200
    assert headers["cache-control"] == "no-cache"
    for name in ("stage.js", "player.js", "stage_view.js", "upload.js"):
        assert b"http" not in get(app, f"/coach-static/{name}")[2].replace(b"httpx", b"")
    assert b"import" in body
    assert get(app, "/coach-static/../server.py")[0] in (400, 404)


def desk(app: App, body: object = None, *, ticket: str = "") -> tuple[int, dict[str, object]]:
    """One request to the repair desk of the first demo call."""
    call = next(r for r in app.services.calls.listed() if r.source_name.startswith("01"))
    path = f"/api/desk/{ticket or tickets(app).give(to='', may='desk', recording=call.id)}"
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, _, answer = request(app, "GET" if body is None else "POST", path, raw if body else b"")
    return status, json.loads(answer)


def test_the_desk_wants_its_own_ticket(app: App) -> None:
    for ticket in (
        "x",
        tickets(app).give(to="", may="upload"),
        tickets(app).give(to="", recording="r", cut={}),
    ):
        assert desk(app, ticket=ticket)[0] == 401
        assert desk(app, {"do": "undo"}, ticket=ticket)[0] == 401


def test_a_line_is_repaired_over_http_and_a_late_repair_overwrites_nothing(app: App) -> None:
    status, doc = desk(app)
    assert status == 200
    line = doc["lines"][1]  # type: ignore[index]
    assert {"id", "text", "role", "tags", "low", "readings"} <= set(line)
    status, doc = desk(app, {"do": "split", "id": line["id"], "at": 2, "by": "林晓"})
    assert status == 200
    status, late = desk(app, {"do": "text", "id": line["id"], "text": "晚了一步"})
    assert status == 422
    assert "晚了一步" not in json.dumps(late, ensure_ascii=False)
    assert desk(app, {"do": "undo"})[1]["lines"][1]["text"] == line["text"]  # type: ignore[index]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', {"do": "fly"}, {"do": "text", "id": "nobody"}, b"x" * 70_000]
)
def test_what_is_no_action_is_told_so(app: App, body: object) -> None:
    status, answer = desk(app, body)
    assert status == 422
    assert {"code", "message", "advice"} <= set(answer["error"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "status", "said", "length"),
    [
        ("", 200, None, 1000),
        ("bytes=0-1", 206, "bytes 0-1/1000", 2),
        ("Bytes=0-1", 206, "bytes 0-1/1000", 2),
        ("bytes=0-", 206, "bytes 0-999/1000", 1000),
        ("bytes=990-5000", 206, "bytes 990-999/1000", 10),
        ("bytes=-10", 206, "bytes 990-999/1000", 10),
        ("bytes=5-2", 200, None, 1000),
        ("bytes=0-1,4-5", 200, None, 1000),
        ("bytes=" + "9" * 5000 + "-", 200, None, 1000),
        ("bytes=1000-", 416, "bytes */1000", 0),
    ],
)
def test_ranges(tmp_path: Path, asked: str, status: int, said: str | None, length: int) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.testclient import TestClient

    from coach.ui.sending import send

    path = tmp_path / "a"
    path.write_bytes(bytes(range(250)) * 4)
    opened = []

    async def answer(request: Request) -> Response:
        opened.append(path.open("rb"))
        return send(request, opened[-1])

    client = TestClient(Starlette(routes=[Route("/", answer)]))
    found = client.get("/", headers={"Range": asked} if asked else {})
    assert (found.status_code, found.headers.get("content-range")) == (status, said)
    if status != 416:
        assert len(found.content) == length == int(found.headers["content-length"])
    assert opened[0].closed
