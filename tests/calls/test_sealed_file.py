"""A sealed file is a file: it reads, writes and seeks like one, and notices every harm."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach import errors
from coach.calls.sealing import sealed_file
from coach.calls.sealing.keyring import Key, Keyring
from tests.calls.test_sealing import OLD


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "PIECE", 16)
    monkeypatch.setattr(sealed_file, "_RECORD", 12 + 16 + 16)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.binary(max_size=70)),
        st.tuples(st.just("seek"), st.integers(0, 120)),
        st.tuples(st.just("read"), st.integers(-1, 60)),
        st.tuples(st.just("flush"), st.none()),
        st.tuples(st.just("again"), st.none()),
    ),
    max_size=25,
)


@pytest.mark.usefixtures("small_pieces")
def test_a_sealed_file_does_what_a_file_does(tmp_path: Path) -> None:
    key = Key.parse(OLD)
    path = tmp_path / "a"

    @settings(max_examples=300, deadline=None)
    @given(STEPS)
    def check(steps: list[tuple[str, object]]) -> None:
        model, file = io.BytesIO(), sealed_file.SealedFile.create(path, key)
        for what, value in steps:
            if what == "write":
                assert model.write(value) == file.write(value)  # type: ignore[arg-type]
            elif what == "seek":
                at = min(int(value), len(model.getvalue()))  # type: ignore[call-overload]
                assert model.seek(at) == file.seek(at)
            elif what == "read":
                assert model.read(value) == file.read(value)  # type: ignore[arg-type]
            elif what == "flush":
                file.flush()
            else:
                file.close()
                file = sealed_file.SealedFile.open(path, lambda _: key, write=True)
                file.seek(model.tell())
        file.close()
        with sealed_file.SealedFile.open(path, lambda _: key) as file:
            assert file.read() == model.getvalue()
            assert file.seek(0, 2) == len(model.getvalue())

    check()


def cut_at_a_record(data: bytes) -> bytes:
    return data[: 32 + 2 * 44]


def cut_within_a_record(data: bytes) -> bytes:
    return data[:-5]


def one_bit(data: bytes) -> bytes:
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def records_exchanged(data: bytes) -> bytes:
    return data[:32] + data[76:120] + data[32:76] + data[120:]


def another_header(data: bytes) -> bytes:
    return data[:20] + bytes([data[20] ^ 1]) + data[21:]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    "harm",
    [cut_at_a_record, cut_within_a_record, one_bit, records_exchanged, another_header],
)
def test_what_was_harmed_is_not_read(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    keys, path = Keyring.parse(OLD), tmp_path / "a"
    with keys.create(path) as file:
        file.write(b"0123456789" * 5)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(errors.SealBroken), keys.open(path) as file:
        file.read()


def test_a_piece_that_is_changed_is_sealed_anew(tmp_path: Path) -> None:
    keys, path = Keyring.parse(OLD), tmp_path / "a"
    with keys.create(path) as file:
        file.write(b"0" * 100)
    before = path.read_bytes()
    with keys.open(path, write=True) as file:
        file.write(b"0")
    after = path.read_bytes()
    assert before[:32] == after[:32]
    assert before[32:44] != after[32:44], "the same nonce twice would give the text away"
    assert len(before) == len(after)
