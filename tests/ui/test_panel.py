"""The leader's panel: the keys of the stage, who is in, the door; and nobody else's."""

import json
from dataclasses import replace

import pytest

from coach.game.phases import Action, EntryKind
from coach.people.rights import Role
from tests.playing import place
from tests.ui.hall import Hall, listening, member


def test_the_panel_is_the_leaders(team: Hall) -> None:
    s = team.app.services
    visit = s.signing.sign_in("admin", "correct horse 7")
    mine = {"Cookie": f"coach_visit={visit}"}
    panel = team.ask("GET", f"/panel/{team.session}", **mine)[2].decode()
    assert s.host.table(team.session).session.seats[0].name in panel
    assert team.code in panel
    people = s.teams.listed()[0].members
    cookie = member(team, people[1])[1]
    assert team.ask("GET", f"/panel/{team.session}", cookie)[0] in (303, 401)
    address = f"/api/panel/{team.session}"

    def press(**sent: object) -> dict[str, object]:
        body = json.dumps(sent)
        status, _, answer = team.ask(
            "POST", address, "", body, Content_Type="application/json", **mine
        )
        return {"status": status, **json.loads(answer)}

    with listening(team, visit, f"{address}/live", "coach_visit") as socket:
        before = json.loads(socket.recv(10))
        assert press(do="next", seen=before["revision"])["status"] == 200
        assert json.loads(socket.recv(10))["revision"] == before["revision"] + 1
    assert s.host.view(team.session)["step"]["kind"] == "question"
    assert press(do="next", seen=before["revision"])["revision"] == before["revision"] + 1, "stale"
    team.act(Action.SKIP)
    aloud = s.host.table(team.session).session.seats[0].id
    assert press(do="tick", seat=aloud)["status"] == 200
    assert [e.seat for e in s.host.table(team.session).session.of(EntryKind.ANSWER, 0)] == [aloud]
    assert press(do="untick", seat=aloud)["status"] == 200
    assert s.host.table(team.session).session.of(EntryKind.ANSWER, 0) == []
    assert press(do="lock")["status"] == 200
    assert team.join(team.code)[0] == 422
    seat = s.joining.guest(cookie).seat_id
    assert press(do="free", seat=seat)["status"] == 200
    assert team.ask("GET", "/api/room", cookie)[0] == 401
    assert press(do="dance")["status"] == 422
    assert press(do="free", seat="nobody")["status"] == 422
    leader = s.signing.who(visit)
    s.signing.add(leader, "other", "别的班长", Role.LEADER, "correct horse 9")
    other = s.signing.sign_in("other", "correct horse 9")
    status = team.ask("GET", f"/panel/{team.session}", Cookie=f"coach_visit={other}")[0]
    assert status == 403
    assert team.ask("GET", "/panel/nothing", **mine)[0] == 404


@pytest.mark.parametrize("path", ["/api/panel/{}/live", "/api/stage/{}"])
def test_a_page_that_is_open_ends_with_the_account(team: Hall, path: str) -> None:
    from websockets.exceptions import ConnectionClosed

    s = team.app.services
    admin = s.signing.who(s.signing.sign_in("admin", "correct horse 7"))
    ours = s.teams.listed()[0].id
    login = f"leaving{len(path)}"
    account = s.signing.add(
        admin, login, "走了的班长", Role.LEADER, "correct horse 8", teams=(ours,)
    )
    visit = s.signing.sign_in(login, "correct horse 8")
    with listening(team, visit, path.format(team.session), "coach_visit") as socket:
        socket.recv(10)
        place(s, team.session, "answer")
        s.signing.change(admin, replace(account, disabled=True))
        place(s, team.session, "share")
        told: list[str | bytes] = []
        with pytest.raises(ConnectionClosed):
            told.extend(iter(lambda: socket.recv(10), None))
        if path.endswith("/live"):  # the stage is told numbers only
            assert "大家说" not in str(told), "nothing of what happened since"
