"""Accounts from the command line: for a server without a screen, and for a password forgotten."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from coach.cli.main import Json, app, emit, note, say, services
from coach.errors import BadInput, NotFound
from coach.people.rights import LOCAL, Role, Who

accounts = typer.Typer(help="Who may sign in.", no_args_is_help=True)
app.add_typer(accounts, name="account")
SHELL = Who("shell", "命令行", Role.ADMIN)  # whoever has this shell has the data folder already


@accounts.command("add")
def add(
    login: Annotated[str, typer.Argument(help="letters, digits, dots, or an e-mail address")],
    name: Annotated[str, typer.Option(help="how others see them")] = "",
    role: Annotated[Role, typer.Option(help="the first account is always an admin")] = Role.ADMIN,
    team: Annotated[list[str] | None, typer.Option(help="a team by name; may be repeated")] = None,
    as_json: Json = False,
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    s = services()
    known = {t.name: t.id for t in s.teams.listed()}
    for wanted in team or []:
        if wanted not in known:
            raise NotFound(what="班组", what_en="team", key=wanted)
    if role is Role.VISITOR:
        raise BadInput(
            detail="访客用会议码加入，不要账号",
            detail_en="visitors join by code, without an account",
        )
    password = _password()
    if s.signing.open:
        s.signing.first(login, name or login, password)
    else:
        teams = tuple(known[t] for t in team or [])
        s.signing.add(SHELL, login, name or login, role, password, teams=teams)
    made = next(a for a in s.signing.listed(LOCAL) if a.login == login.strip())
    if as_json:
        emit({"id": made.id, "login": made.login, "role": made.role.value})
    else:
        say(f"{made.login} {made.role.value}")


@accounts.command("list")
def listed(as_json: Json = False) -> None:
    """All accounts, with role and state."""
    found = services().signing.listed(LOCAL)
    if as_json:
        emit(
            [
                {"id": a.id, "login": a.login, "name": a.name, "role": a.role.value, "disabled": a.disabled}
                for a in found
            ]
        )  # fmt: skip
        return
    for a in found:
        say(f"{a.role.value:8} {a.login:24} {a.name}{' (disabled)' if a.disabled else ''}")


@accounts.command("password")
def password(login: str) -> None:
    """Set a new password; everything signed in with the old one is signed out."""
    s = services()
    for account in s.signing.listed(LOCAL):
        if account.login.casefold() == login.strip().casefold():
            s.signing.new_password(SHELL, account.id, _password())
            note("已重设 set")
            return
    raise NotFound(what="账号", what_en="account", key=login)


def _password() -> str:
    """Typed twice without echo; from a pipe, the first line."""
    if sys.stdin.isatty():
        return str(typer.prompt("密码 password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
