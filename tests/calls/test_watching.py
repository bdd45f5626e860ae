"""A watched folder: half-written files wait, poison is set aside, nothing is moved."""

from pathlib import Path

import pytest

from coach.calls.watching import TRIES, WAIT, FolderWatch
from coach.errors import NotAudio


class Taker:
    """Takes files; those with poison in their name fail."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, path: Path) -> None:
        if "poison" in path.name:
            raise NotAudio(name=path.name)
        self.taken.append(path.name)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_a_file_is_taken_once_it_has_stopped_growing(inbox: Path, tmp_path: Path) -> None:
    take = Taker()
    watch = FolderWatch(inbox, tmp_path / "memory.json", take)
    (inbox / "a.wav").write_bytes(b"1")
    assert watch.look(0) == []
    (inbox / "a.wav").write_bytes(b"12")
    assert watch.look(1) == []
    assert [a.path.name for a in watch.look(2)] == ["a.wav"]
    assert watch.look(3) == []
    assert take.taken == ["a.wav"]


def test_poison_is_tried_again_later_then_set_aside_and_blocks_nobody(
    inbox: Path, tmp_path: Path
) -> None:
    take = Taker()
    watch = FolderWatch(inbox, tmp_path / "memory.json", take)
    for name in ("a-poison.wav", "b.wav", "notes.txt", ".hidden.wav"):
        (inbox / name).write_bytes(b"x")
    watch.look(0)
    assert [a.path.name for a in watch.look(1)] == ["a-poison.wav", "b.wav"]
    assert watch.look(2) == []  # not at once
    tries, now = 1, 1.0
    while not watch.aside():
        now += WAIT
        tries += len(watch.look(now))
    assert tries == TRIES
    assert watch.look(now + 99 * WAIT) == []
    assert take.taken == ["b.wav"]
    assert sorted(p.name for p in inbox.iterdir()) == [
        ".hidden.wav",
        "a-poison.wav",
        "b.wav",
        "notes.txt",
    ]


def test_a_file_that_was_mended_is_tried_anew(inbox: Path, tmp_path: Path) -> None:
    watch = FolderWatch(inbox, tmp_path / "memory.json", Taker())
    file = inbox / "poison.wav"
    file.write_bytes(b"x")
    for now in range(0, 1000, 100):
        watch.look(now)
    assert list(watch.aside()) == ["poison.wav"]
    file.write_bytes(b"mended")
    assert watch.look(2000) == []
    assert watch.aside() == {}


def test_what_was_seen_outlasts_a_restart_and_a_broken_memory_is_no_loss(
    inbox: Path, tmp_path: Path
) -> None:
    memory, take = tmp_path / "memory.json", Taker()
    (inbox / "a.wav").write_bytes(b"1")
    first = FolderWatch(inbox, memory, take)
    first.look(0)
    first.look(1)
    again = FolderWatch(inbox, memory, take)
    again.look(0)
    assert again.look(1) == []
    memory.write_text("{half")
    forgotten = FolderWatch(inbox, memory, take)
    forgotten.look(0)
    forgotten.look(1)
    assert take.taken == ["a.wav", "a.wav"]


def test_folders_inside_are_watched_too(inbox: Path, tmp_path: Path) -> None:
    take = Taker()
    (inbox / "十月").mkdir()
    (inbox / "十月" / "甲.mp3").write_bytes(b"x")
    watch = FolderWatch(inbox, tmp_path / "m.json", take)
    watch.look(0)
    watch.look(1)
    assert take.taken == ["甲.mp3"]
