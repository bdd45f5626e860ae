"""The documents say what the product has: every command, setting and key, in both languages."""

import re
from pathlib import Path

import pytest

from coach.settings import Settings

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_there_and_no_other(name: str) -> None:
    from coach.cli import main

    main._load_commands()
    commands = {
        c.name or c.callback.__name__.rstrip("_")
        for c in main.app.registered_commands
        if c.callback
    }
    commands |= {g.name for g in main.app.registered_groups}
    listed = set(re.findall(r"^\| `coach (\w+)`", text(name), re.M))
    assert listed == commands


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_there_and_no_other(name: str) -> None:
    listed = set(re.findall(r"^\| `(COACH_\w+)`", text(name), re.M))
    assert listed == {f"COACH_{field.upper()}" for field in Settings.model_fields}


def test_every_setting_says_what_it_is() -> None:
    assert [n for n, f in Settings.model_fields.items() if not f.description] == []


@pytest.mark.parametrize(
    "name",
    [*READMES, "docs/architecture.md", "docs/methods.md", "docs/operations.md", "CHANGELOG.md"],
)
def test_links_and_pictures_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", text(name)):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/methods.md"])
def test_files_named_in_the_documents_are_there(name: str) -> None:
    for target in re.findall(r"`((?:\w+/)+\w+\.(?:py|js|css|po))`", text(name)):
        known = [ROOT / target, ROOT / "coach" / target]
        assert any(p.exists() for p in known), target


def test_both_readmes_have_the_same_commands_to_type() -> None:
    blocks = [re.findall(r"```sh\n(.*?)```", text(name), re.S) for name in READMES]
    assert blocks[0] == blocks[1]


def test_the_commands_of_ci_and_readme_are_one() -> None:
    assert "make test" in text(".ci/run")
    plain = text("README.md")
    assert "-m pytest -n 3 --dist loadfile -rs" in plain
    assert "-m pytest -n 3 --dist loadfile -rs" in text("Makefile")
