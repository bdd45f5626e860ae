"""Import: what is taken, what is refused, and that a refusal leaves nothing behind."""

import os
import random
import threading
from pathlib import Path

import numpy as np
import pytest

from coach import errors
from coach.bootstrap import Services
from coach.calls.intake import audio_files
from coach.calls.recording import CallMeta, meta_from_name, parse_when, safe_name
from tests.conftest import DEMO, SHARED
from tests.factories import encode, tone_wav, write_wav


def left_behind(s: Services) -> list[Path]:
    return [
        p
        for folder in (s.settings.audio, s.settings.incoming, s.settings.clips)
        if folder.is_dir()
        for p in folder.rglob("*")
        if p.is_file()
    ]


def text_file(path: Path) -> Path:
    path.write_text("这不是录音\n" * 100)
    return path


def truncated_mp3(path: Path) -> Path:
    whole = encode(path, 12, codec="libmp3lame", rate=16000).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def no_samples(path: Path) -> Path:
    write_wav(path, np.zeros((0, 1), np.int16))
    return path


def silence(path: Path) -> Path:
    write_wav(path, np.zeros((8000 * 5, 2), np.int16))
    return path


def empty(path: Path) -> Path:
    path.touch()
    return path


REFUSED = {
    "empty": (empty, "x.wav", errors.EmptyFile),
    "text named wav": (text_file, "x.wav", errors.NotAudio),
    "no samples": (no_samples, "x.wav", errors.NoSamples),
    "truncated mp3": (truncated_mp3, "x.mp3", errors.TruncatedAudio),
    "three channels": (lambda p: tone_wav(p, channels=3), "x.wav", errors.UnsupportedAudio),
    "192 kHz": (lambda p: tone_wav(p, rate=192000), "x.wav", errors.UnsupportedAudio),
    "0.2 s": (lambda p: tone_wav(p, 0.2), "x.wav", errors.TooShort),
    "silence": (silence, "x.wav", errors.SilentAudio),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_audio_is_refused_with_its_own_error_and_nothing_is_stored(
    services: Services, tmp_path: Path, name: str
) -> None:
    make, file_name, error = REFUSED[name]
    with pytest.raises(error) as caught:
        services.intake.take(make(tmp_path / file_name))  # type: ignore[operator]
    assert file_name in caught.value.message("zh") or "通" in caught.value.advice("zh")
    assert left_behind(services) == []
    assert services.calls.listed() == []


@pytest.mark.parametrize(
    ("file_name", "codec", "rate", "layout"),
    [
        ("a.mp3", "libmp3lame", 16000, "stereo"),
        ("a.m4a", "aac", 44100, "mono"),
        ("a.flac", "flac", 8000, "stereo"),
        ("a.ogg", "libopus", 48000, "mono"),
        ("a.opus", "libopus", 48000, "stereo"),
        ("a.wav", "pcm_s16le", 8000, "mono"),
    ],
)
def test_formats_are_taken(
    services: Services, tmp_path: Path, file_name: str, codec: str, rate: int, layout: str
) -> None:
    source = encode(tmp_path / file_name, codec=codec, rate=rate, layout=layout)
    r = services.intake.take(source).recording
    assert r.channels == (2 if layout == "stereo" else 1)
    assert r.sample_rate == rate
    assert r.duration == pytest.approx(3, abs=0.15)


def test_amr_is_taken_where_pyav_decodes_it(services: Services, tmp_path: Path) -> None:
    import av

    if "amr_nb" not in av.codecs_available and "amrnb" not in av.codecs_available:
        pytest.skip("this PyAV has no AMR decoder")
    header = b"#!AMR\n"
    rng = random.Random(3)  # mode 7 (12.2 kbit/s): 32 bytes a frame of 20 ms
    frames = b"".join(bytes([0x3C]) + rng.randbytes(31) for _ in range(100))
    (tmp_path / "a.amr").write_bytes(header + frames)
    r = services.intake.take(tmp_path / "a.amr").recording
    assert (r.sample_rate, r.channels) == (8000, 1)
    assert r.duration == pytest.approx(2, abs=0.1)


def test_the_same_call_is_not_doubled_by_file_nor_by_sound(
    services: Services, tmp_path: Path
) -> None:
    first = services.intake.take(tone_wav(tmp_path / "a.wav"))
    assert services.intake.take(tmp_path / "a.wav").known
    import av

    with av.open(str(tmp_path / "a.wav")) as source, av.open(str(tmp_path / "b.flac"), "w") as out:
        stream = out.add_stream("flac", rate=8000)
        stream.layout = "stereo"
        for frame in source.decode(audio=0):
            frame.pts = None
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    again = services.intake.take(tmp_path / "b.flac")
    assert again.known
    assert again.recording == first.recording
    assert len(services.calls.listed()) == 1


def test_two_imports_at_once_make_one_recording(services: Services, tmp_path: Path) -> None:
    source = tone_wav(tmp_path / "a.wav", 20)
    results, barrier = [], threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        results.append(services.intake.take(source))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len({r.recording.id for r in results}) == 1
    assert sum(not r.known for r in results) == 1
    assert len(left_behind(services)) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.wav", "passwd.wav"),
        ("C:\\calls\\客户 来电.wav", "客户 来电.wav"),
        ("“a\"b'.wav", "“a\"b'.wav"),
        ("😀.wav", "😀.wav"),
        ("", "recording"),
        ("..", "recording"),
        ("a\x00\nb.wav", "ab.wav"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_a_very_long_name_keeps_its_ending(services: Services, tmp_path: Path) -> None:
    assert len(safe_name("长" * 300 + ".wav")) == 120
    source = tone_wav(tmp_path / "a.wav")
    r = services.intake.take(source, name="../" + "长" * 300 + '😀".wav').recording
    assert r.source_name.endswith(".wav")
    assert services.hearing.path(r.id).parent == services.settings.audio


def test_a_full_disk_leaves_nothing_half_written(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    source = tone_wav(tmp_path / "a.wav")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(errors.DiskFull):
        services.intake.take(source)
    assert left_behind(services) == []
    assert services.calls.listed() == []
    monkeypatch.undo()


def test_a_disk_that_fills_while_decoding_is_a_full_disk(
    services: Services, tmp_path: Path
) -> None:
    """A real one: the file-size limit of a child process stands in for the disk's end."""
    import resource
    import subprocess
    import sys

    source = tone_wav(tmp_path / "a.wav", 60)
    code = (
        "import resource, signal, sys, errno\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from pathlib import Path\n"
        "from coach.calls.audio import AudioLimits, decode_to_wav\n"
        "try:\n"
        "    with open(sys.argv[2], 'w+b') as out:\n        decode_to_wav(Path(sys.argv[1]), out, name='a', limits=AudioLimits())\n"
        "except OSError as error:\n"
        "    sys.exit(40 if error.errno == errno.EFBIG else 41)\n"
    )
    assert resource.RLIMIT_FSIZE
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(tmp_path / "out.wav")], check=False
    )
    assert done.returncode == 40, (
        "the error of the disk must come through, not be taken for bad audio"
    )


def test_a_folder_is_taken_in_order(tmp_path: Path) -> None:
    (tmp_path / "乙").mkdir()
    for name in ("b.wav", "a.mp3", "乙/c.flac", "notes.txt"):
        (tmp_path / name).touch()
    assert [p.name for p in audio_files(tmp_path)] == ["a.mp3", "b.wav", "c.flac"]
    with pytest.raises(errors.NotFound):
        audio_files(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(errors.NotAudio):
        audio_files(tmp_path / "empty")


def test_a_name_yields_what_the_pattern_says() -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    pattern = r"(?P<called_at>\d{8}-\d{6})_(?P<agent>[^_]+)_(?P<node>.+)"
    meta = meta_from_name("20261012-092000_小禾_费用争议.wav", pattern, zone)
    assert meta == CallMeta("小禾", "", parse_when("2026-10-12 09:20", zone), "费用争议")
    assert meta_from_name("其他.wav", pattern, zone) == CallMeta()
    with pytest.raises(errors.BadInput):
        meta_from_name("a.wav", "(", zone)
    with pytest.raises(errors.BadInput):
        parse_when("昨天", zone)


def test_a_transcript_comes_along_or_later(services: Services) -> None:
    audio = next(DEMO.glob("01*.flac"))
    transcript = next(DEMO.glob("01*.transcript.json"))
    r = services.intake.take(audio).recording
    assert services.call(r.id).turns == ()
    again = services.intake.take(audio, transcript=transcript)
    assert again.known
    assert len(services.call(r.id).exchanges) == 6


@pytest.mark.parametrize("other", ["02", "03"])
def test_a_transcript_of_another_call_is_refused(services: Services, other: str) -> None:
    with pytest.raises(errors.TranscriptError):
        services.intake.take(
            next(DEMO.glob("01*.flac")), transcript=next(DEMO.glob(f"{other}*.transcript.json"))
        )
    assert services.calls.listed() == []
    assert left_behind(services) == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="real calls are not there")
def test_the_six_real_calls_come_in_with_their_transcripts_and_can_be_played(
    services: Services,
) -> None:
    from coach.game.pack import PackWords
    from coach.game.rounds import PlanOptions

    for audio in sorted((SHARED / "harper_valley" / "stereo").glob("*.wav")):
        transcript = SHARED / "harper_valley" / "transcripts" / f"{audio.stem}.json"
        r = services.intake.take(audio, transcript=transcript).recording
        call = services.call(r.id)
        assert {t.channel for t in call.turns if t.role.value == "AGENT"} == {1}
        pack = services.prepare(r.id, PlanOptions(), PackWords())
        services.gate.release(pack.clips, "林晓")
        session = services.host.open(pack.id, [(None, "x")])
        assert services.host.view(session.id)["step"]["kind"] == "opening"


@pytest.mark.skipif(not SHARED.is_dir(), reason="real calls are not there")
def test_not_one_of_thirty_wrong_pairs_of_real_calls_is_taken(services: Services) -> None:
    audio = sorted((SHARED / "harper_valley" / "stereo").glob("*.wav"))
    for a in audio:
        services.intake.take(a)
    known = {r.source_name: r.id for r in services.calls.listed()}
    for a in audio:
        for b in audio:
            if a != b:
                with pytest.raises(errors.TranscriptError):
                    services.intake.describe(
                        known[a.name], SHARED / "harper_valley" / "transcripts" / f"{b.stem}.json"
                    )
