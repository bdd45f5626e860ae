"""Originals encrypted at rest: nothing readable on disk, keys that change, keys that are missing."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coach import errors
from coach.bootstrap import Services, build
from coach.calls.cuts import Cut
from coach.calls.masking.gate import Choice
from coach.calls.master import Master
from coach.calls.sealing import sealed_file
from coach.calls.sealing.keyring import Key, Keyring, new_key
from coach.settings import Settings
from tests.calls.test_destroying import imported

OLD, NEW = "b2xk" * 10 + "b2w", "bmV3" * 10 + "bmU"  # 32 bytes each


def opened(folder: Path, *keys: str) -> Services:
    """The services of a data folder with these keys, the first of which seals."""
    return build(Settings(data_dir=folder / "data", key=",".join(keys) or None))


def raw(s: Services) -> bytes:
    """Every byte under the data folder, the database's log included."""
    return b"\n".join(p.read_bytes() for p in s.settings.data.rglob("*") if p.is_file())


# -- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("", []),
        (OLD, [Key.parse(OLD).id]),
        (f"# since May\n{NEW}  # ours\n\n{OLD}\r\n", [Key.parse(NEW).id, Key.parse(OLD).id]),
        (f"{NEW},{OLD}", [Key.parse(NEW).id, Key.parse(OLD).id]),
    ],
)
def test_keys_are_written_by_lines_or_commas(written: str, ids: list[str]) -> None:
    assert Keyring.parse(written).ids == ids


@pytest.mark.parametrize("written", ["short", OLD[:-4], OLD + OLD, "我的密钥", "=" * 43])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(errors.KeyUnusable):
        Keyring.parse(written)


def test_a_new_key_is_a_key() -> None:
    assert Keyring.parse(f"{new_key()}\n{new_key()}").first is not None
    assert new_key() != new_key()


def test_a_key_does_not_show_itself() -> None:
    assert Key.parse(OLD).secret.hex() not in repr(Key.parse(OLD))
    assert "secret" not in repr(Key.parse(OLD))


@given(
    st.recursive(st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
@settings(max_examples=50, deadline=None)
def test_documents_come_back_under_old_keys_too(document: object) -> None:
    old, both, new = Keyring.parse(OLD), Keyring.parse(f"{NEW},{OLD}"), Keyring.parse(NEW)
    stored = json.loads(json.dumps(old.seal(document, "a")))
    assert both.opened(stored, "a") == old.opened(stored, "a") == document
    with pytest.raises(errors.SealBroken):
        old.opened(stored, "b")  # it belongs to another call
    with pytest.raises(errors.KeyMissing):
        new.opened(stored, "a")
    with pytest.raises(errors.KeyMissing):
        Keyring().opened(stored, "a")


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_words_are_sealed_the_same_each_time(word: str) -> None:
    keys = Keyring.parse(OLD)
    sealed = keys.seal_word(word, "a")
    assert keys.seal_word(word, "a") == sealed != keys.seal_word(word, "b")
    assert keys.opened_word(sealed, "a") == word
    assert Keyring().seal_word(word, "a") == word
    with pytest.raises(errors.SealBroken):
        keys.opened_word(sealed, "b")
    with pytest.raises(errors.SealBroken):
        keys.opened_word(f"sealed:{keys.ids[0]}:x", "a")


# -- a data folder under a key -------------------------------------------------------------------


def test_nothing_on_disk_can_be_read(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    line = s.repairing.lines(recording_id)[1]
    s.repairing.do(recording_id, {"do": "text", "id": line.id, "text": "我想给储蓄卡还款"}, "林晓")
    s.gate.decide(recording_id, Choice("储蓄卡", True, "林晓", "试"))
    sound = s.original(recording_id, Cut(0, 24), "林晓")
    pcm = Master(tmp_path / "a.wav").read(1, 1.1).tobytes()
    held = raw(s)
    assert pcm not in held
    assert pcm in (tmp_path / "a.wav").read_bytes(), "or the search could not fail"
    for said in ("信用卡", "储蓄卡", "背面的三位"):
        assert said.encode() not in held
        assert json.dumps(said)[1:-1].encode() not in held
    assert b"RIFF" not in s.hearing.path(recording_id).read_bytes()[:64]
    assert b"RIFF" not in sound.path.read_bytes()[:64], "cuts of originals are sealed as well"
    # and all of it works
    assert [x.text for x in s.calls.segments(recording_id)][1] == "我想给储蓄卡还款"
    assert len(s.hearing.master(recording_id).read(0, 24)) == 24 * 8000
    with s.hearing.opened(sound) as file:
        assert file.read(4) == b"RIFF"


def test_a_card_code_is_destroyed_in_a_sealed_file(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    path = s.hearing.path(recording_id)
    before = s.hearing.master(recording_id).read(0, 24)
    assert s.destroying.destroy(recording_id) == 1
    after = s.hearing.master(recording_id).read(0, 24)
    assert sealed_file.sealed_with(path) == Key.parse(OLD).id
    assert not list(path.parent.glob("*.part"))
    assert len(before) == len(after)
    assert not after[int(14.5 * 8000) : 15 * 8000].any()
    assert np.array_equal(after[: 12 * 8000], before[: 12 * 8000])
    assert "七三一" not in s.calls.segments(recording_id)[3].text


def test_what_was_there_before_the_key_is_put_under_it(tmp_path: Path) -> None:
    s = opened(tmp_path)
    recording_id = imported(s, tmp_path)
    s.gate.decide(recording_id, Choice("还款", True, "林晓", "试"))
    s.original(recording_id, Cut(0, 3), "林晓")
    segments, sound = s.calls.segments(recording_id), s.hearing.master(recording_id).read(0, 24)
    s.engine.dispose()

    s = opened(tmp_path, OLD)
    assert not s.rotation.finished
    assert s.calls.segments(recording_id) == segments, "read as it is, meanwhile"
    assert s.rotation.look() == 1
    assert s.rotation.finished
    assert s.rotation.look() == 0
    assert s.calls.segments(recording_id) == segments
    assert np.array_equal(s.hearing.master(recording_id).read(0, 24), sound)
    assert [c.text for c in s.gate._choices.of(recording_id)] == ["还款"]
    held = raw(s)
    assert sound[8000:8100].tobytes() not in held
    for said in ("信用卡", "还款"):
        assert said.encode() not in held
        assert json.dumps(said)[1:-1].encode() not in held


def test_a_change_of_key_broken_off_half_way(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    ids = []
    for i in range(3):
        folder = tmp_path / str(i)
        folder.mkdir()
        ids.append(imported(s, folder, seed=100 * i))
    was = {i: (s.calls.segments(i), s.hearing.master(i).read(0, 1).tobytes()) for i in ids}
    s.engine.dispose()

    s = opened(tmp_path, NEW, OLD)
    first = next(s.rotation.run()).recording_id  # and then it was killed
    s.engine.dispose()

    s = opened(tmp_path, NEW)  # somebody took the old key away too early
    assert s.calls.segments(first) == was[first][0]
    for left in set(ids) - {first}:
        with pytest.raises(errors.KeyMissing) as missing:
            s.calls.segments(left)
        assert missing.value.fields["key"] == Key.parse(OLD).id
        with pytest.raises(errors.KeyMissing):
            s.hearing.master(left)
    done = list(s.rotation.run())
    assert {d.recording_id for d in done if d.problem} == set(ids) - {first}
    assert not s.rotation.finished
    s.engine.dispose()

    s = opened(tmp_path, NEW, OLD)  # and brought it back
    assert s.rotation.look() == 2
    assert s.rotation.finished
    s.engine.dispose()

    s = opened(tmp_path, NEW)  # now it can go
    assert {i: (s.calls.segments(i), s.hearing.master(i).read(0, 1).tobytes()) for i in ids} == was


def test_a_process_that_was_not_restarted_writes_nothing(tmp_path: Path) -> None:
    """Someone set a key, or changed it, and the app still runs with what it had."""
    for before, after in (((), (OLD,)), ((OLD,), (NEW, OLD))):
        folder = tmp_path / str(len(before))
        folder.mkdir()
        app = opened(folder, *before)
        shell = opened(folder, *after)
        list(shell.rotation.run())
        with pytest.raises(errors.KeyMissing):
            imported(app, folder)
        assert app.calls.listed() == []
        assert app.hearing.stale() == []
        shell.engine.dispose()
        app.engine.dispose()
        again = opened(folder, *after)
        assert again.calls.segments(imported(again, folder))


def test_what_is_left_by_a_kill_does_not_outlive_its_call(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    left = s.hearing.path(recording_id).with_name(f"{recording_id}.x1.part")
    left.write_bytes(b"half a call")
    s.erasing.erase(recording_id, "林晓", "客户要求")
    assert not left.exists()
    other = left.with_name("somebody.x2.part")
    other.write_bytes(b"x")
    s.hearing.tidy(3600, other.stat().st_mtime + 3000)
    assert other.exists()
    s.hearing.tidy(3600, other.stat().st_mtime + 4000)
    assert not other.exists()


def test_one_call_that_cannot_be_changed_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = opened(tmp_path)
    ids = []
    for i in range(2):
        (tmp_path / str(i)).mkdir()
        ids.append(imported(s, tmp_path / str(i), seed=100 * i))
    s.engine.dispose()
    s = opened(tmp_path, OLD)
    reseal, bad = s.hearing.reseal, min(ids)

    def full(recording_id: str) -> bool:
        if recording_id == bad:
            raise OSError(28, "No space left on device")
        return reseal(recording_id)

    monkeypatch.setattr(s.hearing, "reseal", full)
    assert s.rotation.look() == 1
    assert not s.rotation.finished
    assert s.rotation.look() == 0, "and it is not tried again every time"
    assert s.hearing.stale() == [bad]
    monkeypatch.undo()
    assert [r.problem for r in s.rotation.run()] == [None]
    assert s.rotation.finished


def test_files_cannot_be_exchanged(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    ids = []
    for i in range(2):
        (tmp_path / str(i)).mkdir()
        ids.append(imported(s, tmp_path / str(i), seed=100 * i))
    a, b = (s.hearing.path(i) for i in ids)
    b.write_bytes(a.read_bytes())
    with pytest.raises(errors.SealBroken):
        s.hearing.master(ids[1])


def test_a_damaged_cut_is_made_again(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    path = s.original(recording_id, Cut(0, 3), "林晓").path
    path.write_bytes(path.read_bytes()[:-9])
    assert s.original(recording_id, Cut(0, 3), "林晓").duration == pytest.approx(3)


def test_a_forgotten_or_wrong_key_stops_before_anything_is_written(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    s.engine.dispose()
    for keys in ((), (NEW,)):
        with pytest.raises(errors.KeyMissing):
            opened(tmp_path, *keys)
    assert opened(tmp_path, OLD).calls.segments(recording_id)


def test_a_key_file(tmp_path: Path) -> None:
    def with_file(path: Path, **more: object) -> Services:
        return build(Settings(data_dir=tmp_path / "data", key_file=path, **more))  # type: ignore[arg-type]

    path = tmp_path / "keys"
    with pytest.raises(errors.KeyFileGone):
        with_file(path)
    path.write_text("# nothing yet\n", "utf-8")
    with pytest.raises(errors.KeyUnusable):
        with_file(path)
    path.write_text(OLD + "\n", "utf-8")
    assert with_file(path).rotation.keys.ids == [Key.parse(OLD).id]
    with pytest.raises(errors.BadInput):
        with_file(path, key=OLD)
    with pytest.raises(errors.KeyUnusable):
        build(Settings(data_dir=tmp_path / "other", key="# goes here"))
    inside = tmp_path / "data" / "keys"
    inside.write_text(OLD, "utf-8")
    with pytest.raises(errors.BadInput):
        with_file(inside)


def test_a_call_deleted_while_its_key_changes_stays_deleted(tmp_path: Path) -> None:
    s = opened(tmp_path, OLD)
    recording_id = imported(s, tmp_path)
    s.engine.dispose()
    s = opened(tmp_path, NEW, OLD)
    s.erasing.erase(recording_id, "林晓", "客户要求")
    assert not s.hearing.reseal(recording_id)
    assert s.rotation.look() == 0
    assert not s.hearing.path(recording_id).exists()
    with s.engine.connect() as db:
        assert db.execute(text("SELECT count(*) FROM transcript_part")).scalar() == 0
