"""``coach``: every command. Heavy imports happen inside commands: ``--help`` stays fast."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.errors import CoachError, UnexpectedProblem

if TYPE_CHECKING:
    from coach.bootstrap import Services

app = typer.Typer(
    name="coach",
    help="Play your best call to the team as a four-round game. 把最好的一通电话变成四回合的班会游戏。",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def services() -> Services:
    """The services by the settings in the environment."""
    from coach.bootstrap import build
    from coach.settings import load_settings

    return build(load_settings())


def emit(document: Any) -> None:
    """One JSON document to standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for people."""
    typer.echo(text)


def note(text: str) -> None:
    """A line for people that is not the result: to standard error."""
    typer.echo(text, err=True)


def run() -> None:
    """Run the command line. Errors: code, both sentences and advice on stderr, exit status 1."""
    _load_commands()
    try:
        app()
    except CoachError as error:
        _complain(error)
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None
    except Exception as error:
        if os.environ.get("COACH_DEBUG"):
            raise
        _complain(UnexpectedProblem(detail=f"{type(error).__name__}: {error}"))


def _complain(error: CoachError) -> None:
    if "--json" in sys.argv:
        emit({"error": error.as_dict()})
    note(f"[{error.code}] {error.message('zh')}{error.advice('zh')}")
    note(f"{error.message('en')} {error.advice('en')}")
    raise SystemExit(1) from None


def _load_commands() -> None:
    """The modules register their commands on ``app``; they import nothing heavy."""
    import coach.cli.accounts
    import coach.cli.calls
    import coach.cli.keys
    import coach.cli.library
    import coach.cli.mask
    import coach.cli.models
    import coach.cli.nodes
    import coach.cli.run
    import coach.cli.search
    import coach.cli.sessions
    import coach.cli.stages  # noqa: F401
