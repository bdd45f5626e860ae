"""Keys that originals are encrypted with."""

from __future__ import annotations

import typer

from coach.cli.main import Json, app, emit, note, say, services
from coach.errors import KeyUnusable

keys = typer.Typer(help="Keys that originals are encrypted with.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("new")
def new() -> None:
    """Print a fresh key. It goes on the first line of the key file; keep a copy elsewhere."""
    from coach.calls.sealing.keyring import new_key

    say(new_key())


@keys.command("status")
def status(as_json: Json = False) -> None:
    """Which keys there are, by their ids, and whether everything is under the first."""
    rotation = services().rotation
    if as_json:
        emit({"keys": rotation.keys.ids, "finished": rotation.finished})
        return
    if not rotation.keys.ids:
        say("没有设密钥，原始录音和文字没有加密 no key is set: originals are not encrypted")
        return
    for place, key_id in enumerate(rotation.keys.ids):
        say(f"{key_id} {'加密用 seals' if place == 0 else '只解密 opens only'}")
    say(
        "全部在第一个密钥下 everything is under the first"
        if rotation.finished
        else "还没有全部换到第一个密钥下：coach keys rotate  not everything is under the first yet"
    )


@keys.command("rotate")
def rotate(as_json: Json = False) -> None:
    """Put everything under the first key. Broken off, it goes on where it was; the running app
    does the same by itself."""
    rotation = services().rotation
    if rotation.keys.first is None:
        raise KeyUnusable(detail="：COACH_KEY_FILE 没有设 (is not set)")
    done = []
    for one in rotation.run():
        done.append(one)
        if one.problem is not None:
            note(f"{one.recording_id} [{one.problem.code}] {one.problem.message()}")
        elif not as_json:
            say(one.recording_id)
    if as_json:
        left = [one.recording_id for one in done if one.problem is not None]
        changed = [one.recording_id for one in done if one.problem is None]
        emit({"changed": changed, "left": left, "finished": rotation.finished})
    for one in done:
        if one.problem is not None:
            raise one.problem
    if not rotation.finished:
        note(
            "数据库还有人在读，过一会儿再运行一次 the database is being read: run it once more later"
        )
