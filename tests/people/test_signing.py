"""Signing in, against both databases."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from coach.errors import BadInput, NotAllowed, SignedOut, WrongPassword
from coach.people import signing
from coach.people.account import FAILURES, IDLE, LIFE, LONGEST_LOCK, Account
from coach.people.rights import LOCAL, Right, Role, Who
from coach.people.signing import Signing
from coach.people.team import Team
from coach.store.accounts import SqlAccountStore
from coach.store.audit import SqlAuditLog
from coach.store.people import SqlTeamStore
from tests.factories import START

GOOD, OTHER = "correct horse 7", "another staple 8"


@pytest.fixture(autouse=True)
def _cheap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is argon2's affair; one test has the real one."""
    if "real_hash" not in request.fixturenames:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(signing, "_hash", weak.hash)
        signing._nobody.cache_clear()


@pytest.fixture
def real_hash() -> Iterator[None]:
    signing._nobody.cache_clear()
    yield
    signing._nobody.cache_clear()


class Desk:
    """Signing with a clock that a test turns."""

    def __init__(self, engine: Engine) -> None:
        self.now = START
        numbers = itertools.count()
        self.teams = SqlTeamStore(engine, new_id=lambda: f"t{next(numbers)}", now=self.clock)
        self.audit = SqlAuditLog(engine, self.clock)
        self.accounts = SqlAccountStore(engine)
        self.signing = Signing(
            self.accounts,
            self.teams,
            self.audit,
            new_id=lambda: f"a{next(numbers)}",
            now=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def admin(self) -> Who:
        return self.signing.who(self.signing.first("root", "林晓", GOOD))

    def add(self, login: str, role: Role, *teams: str) -> Account:
        admin = Who("x", "x", Role.ADMIN)
        return self.signing.add(admin, login, login, role, GOOD, teams=teams)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


def test_without_accounts_whoever_sits_here_is_admin_and_afterwards_nobody(desk: Desk) -> None:
    assert desk.signing.who("") == LOCAL
    assert desk.admin().role is Role.ADMIN
    with pytest.raises(SignedOut):
        desk.signing.who("")
    with pytest.raises(SignedOut):
        desk.signing.who("made up")


def test_there_is_one_first_account(desk: Desk) -> None:
    """Two strangers who set up at once: one of them is the admin."""
    results: list[object] = []

    def first(name: str) -> None:
        try:
            results.append(desk.signing.first(name, name, GOOD))
        except BadInput as error:
            results.append(error)

    threads = [threading.Thread(target=first, args=(f"user{i}",)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sum(isinstance(r, str) for r in results) == 1
    assert len(desk.accounts.listed()) == 1


def test_others_come_after_the_first(desk: Desk) -> None:
    with pytest.raises(BadInput):
        desk.signing.add(LOCAL, "a", "a", Role.AGENT, GOOD)


def test_login_and_password_give_a_cookie_whatever_the_case(desk: Desk) -> None:
    desk.admin()
    who = desk.signing.who(desk.signing.sign_in(" ROOT ", GOOD))
    assert (who.name, who.role) == ("林晓", Role.ADMIN)


@pytest.mark.parametrize(
    ("login", "password"),
    [("root", OTHER), ("root", ""), ("nobody", GOOD), ("", ""), ("root", "x" * 10_000)],
)
def test_wrong_ones_do_not(desk: Desk, login: str, password: str) -> None:
    desk.admin()
    with pytest.raises(WrongPassword):
        desk.signing.sign_in(login, password)


def test_failures_lock_for_a_while_longer_each_time_and_a_success_forgets_them(desk: Desk) -> None:
    desk.admin()
    for _ in range(FAILURES):
        with pytest.raises(WrongPassword):
            desk.signing.sign_in("root", OTHER)
    with pytest.raises(WrongPassword):  # locked, but it does not say so
        desk.signing.sign_in("root", GOOD)
    desk.now += timedelta(seconds=61)
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("root", OTHER)
    desk.now += timedelta(seconds=61)
    with pytest.raises(WrongPassword):  # locked, but it does not say so
        desk.signing.sign_in("root", GOOD)
    desk.now += timedelta(seconds=60)
    desk.signing.sign_in("root", GOOD)
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("root", OTHER)
    desk.signing.sign_in("root", GOOD)


def test_many_tries_at_once_do_not_outrun_the_lock(desk: Desk) -> None:
    desk.admin()
    seen: list[type[Exception]] = []

    def guess() -> None:
        try:
            desk.signing.sign_in("root", OTHER)
        except WrongPassword as error:
            seen.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert seen.count(WrongPassword) == 12
    acts = [a.what for a in desk.audit.latest()]
    assert acts.count("sign-in failed") == FAILURES
    assert acts.count("sign-in locked") == 12 - FAILURES


def test_a_clock_set_back_does_not_lock_for_years(desk: Desk) -> None:
    desk.admin()
    desk.now += timedelta(days=400)
    for _ in range(FAILURES):
        with pytest.raises(WrongPassword):
            desk.signing.sign_in("root", OTHER)
    desk.now -= timedelta(days=400)
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("root", GOOD)
    desk.now += LONGEST_LOCK + timedelta(seconds=1)
    desk.signing.sign_in("root", GOOD)


def test_a_visit_that_was_over_stays_over_when_the_clock_is_set_back(desk: Desk) -> None:
    token = desk.signing.first("root", "林晓", GOOD)
    desk.now += IDLE + timedelta(minutes=30)
    with pytest.raises(SignedOut):
        desk.signing.who(token)
    desk.now -= timedelta(hours=2)
    with pytest.raises(SignedOut):
        desk.signing.who(token)


def test_an_unknown_login_and_a_locked_one_look_alike(desk: Desk) -> None:
    desk.admin()
    for login in ("root", "nobody"):
        for _ in range(FAILURES + 3):
            with pytest.raises(WrongPassword):
                desk.signing.sign_in(login, OTHER)


@pytest.mark.parametrize(
    "away", [IDLE + timedelta(minutes=6), LIFE + timedelta(days=1), -timedelta(days=1)]
)
def test_a_visit_ends_after_a_shift_without_a_click_or_when_the_clock_is_set_back(
    desk: Desk, away: timedelta
) -> None:
    token = desk.signing.first("root", "林晓", GOOD)
    desk.now += away
    with pytest.raises(SignedOut):
        desk.signing.who(token)


def test_a_visit_that_is_used_lasts_a_week_and_no_longer(desk: Desk) -> None:
    token = desk.signing.first("root", "林晓", GOOD)
    for _ in range(16):
        desk.now += timedelta(hours=10)
        desk.signing.who(token)
    desk.now += timedelta(hours=10)
    with pytest.raises(SignedOut):
        desk.signing.who(token)


def test_role_and_teams_count_from_the_next_click_on(desk: Desk) -> None:
    admin = desk.admin()
    desk.teams.add(Team("t-1", "早班"))
    leader = desk.add("wang", Role.LEADER, "t-1")
    token = desk.signing.sign_in("wang", GOOD)
    who = desk.signing.who(token)
    assert who.may(Right.ORIGINALS, team="早班")
    assert not who.may(Right.ORIGINALS, team="晚班")
    desk.signing.change(admin, replace(leader, role=Role.AGENT))
    assert not desk.signing.who(token).may(Right.ORIGINALS)
    desk.signing.change(admin, replace(leader, disabled=True))
    with pytest.raises(SignedOut):
        desk.signing.who(token)
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("wang", GOOD)


def test_the_last_admin_stays(desk: Desk) -> None:
    admin = desk.admin()
    (account,) = desk.accounts.listed()
    for change in ({"role": Role.QA}, {"disabled": True}):
        with pytest.raises(BadInput):
            desk.signing.change(admin, replace(account, **change))
    assert desk.accounts.listed() == [account]


def test_visits_end_with_a_new_password_or_when_an_admin_ends_them(desk: Desk) -> None:
    admin = desk.admin()
    account = desk.add("wang", Role.AGENT)
    here, there = (desk.signing.sign_in("wang", GOOD) for _ in range(2))
    wang = desk.signing.who(here)
    with pytest.raises(WrongPassword):
        desk.signing.own_password(wang, here, OTHER, OTHER)
    desk.signing.own_password(wang, here, GOOD, OTHER)
    assert desk.signing.who(here) == wang
    with pytest.raises(SignedOut):
        desk.signing.who(there)
    assert desk.signing.end_visits(admin, account.id) == 1
    with pytest.raises(SignedOut):
        desk.signing.who(here)
    desk.signing.new_password(admin, account.id, GOOD)
    desk.signing.sign_in("wang", GOOD)


def test_accounts_are_the_admin_s_business(desk: Desk) -> None:
    desk.admin()
    account = desk.add("wang", Role.QA)
    qa = desk.signing.who(desk.signing.sign_in("wang", GOOD))
    for act in (
        lambda: desk.signing.add(qa, "x", "x", Role.ADMIN, GOOD),
        lambda: desk.signing.change(qa, replace(account, role=Role.ADMIN)),
        lambda: desk.signing.new_password(qa, "someone", GOOD),
        lambda: desk.signing.end_visits(qa, "someone"),
        lambda: desk.signing.listed(qa),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("password", ["short", "x" * 300, "aaaaaaaaaaaaaaa", "wang-wang-wang-1"])
def test_passwords_too_easy(desk: Desk, password: str) -> None:
    desk.admin()
    with pytest.raises(BadInput):
        desk.signing.add(Who("x", "x", Role.ADMIN), "wang", "王", Role.AGENT, password)


def test_a_login_is_taken_in_any_case_and_has_no_odd_characters(desk: Desk) -> None:
    desk.admin()
    for login in ("Root", "", "a b", "<b>", "x" * 65):
        with pytest.raises(BadInput):
            desk.add(login, Role.AGENT)


def test_the_database_holds_neither_passwords_nor_cookies(
    desk: Desk, engine: Engine, real_hash: None
) -> None:
    token = desk.signing.first("root", "林晓", GOOD)
    with engine.connect() as db:
        everything = [
            str(db.execute(text(f"SELECT * FROM {t}")).all()) for t in ("account", "visit")
        ]
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in everything[0]  # RFC 9106, low memory
    assert GOOD not in everything[0]
    assert token not in everything[1]


def test_what_happened_is_in_the_audit_log(desk: Desk) -> None:
    desk.admin()
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("root", OTHER)
    with pytest.raises(WrongPassword):
        desk.signing.sign_in("password typed as login", OTHER)
    desk.signing.sign_in("root", GOOD)
    acts = [(a.by, a.what) for a in reversed(desk.audit.latest())]
    assert acts == [
        ("林晓", "first admin"),
        ("", "sign-in failed"),
        ("", "sign-in failed"),
        ("林晓", "signed in"),
    ]
    assert not any("password typed" in a.about for a in desk.audit.latest())


def test_whose_name_is_a_member_s_of_their_team_is_that_person(desk: Desk) -> None:
    """So that practice and seats are theirs, and no visitor's."""
    desk.admin()
    desk.teams.add(Team("t-1", "早班"))
    desk.teams.add(Team("t-2", "晚班"))
    (here,) = desk.teams.add_members("t-1", ["wang"])
    desk.teams.add_members("t-2", ["zhao"])
    for login, person in (("wang", here.id), ("zhao", None)):
        desk.add(login, Role.AGENT, "t-1")
        assert desk.signing.who(desk.signing.sign_in(login, GOOD)).person_id == person
