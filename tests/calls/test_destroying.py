"""Card verification codes: out of the stored sound and of every stored form of the text."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.masking.destroying import codes
from coach.calls.master import Master
from coach.calls.transcript import Segment
from tests.factories import tone_wav

RATE = 8000
LINES = [
    (1, "您好，请问有什么可以帮您？"),
    (0, "我想给信用卡还款"),
    (1, "请报一下卡背面的三位安全码"),
    (0, "好的是七三一"),
    (1, "收到，有效期是几月？"),
    (0, "二零二八年九月，我办的是七三一套餐"),
]


def imported(s: Services, folder: Path, seed: int = 0) -> str:
    """A call of noise with these lines, four seconds each."""
    words = [
        {
            "channel": c,
            "start": i * 4.0,
            "end": i * 4.0 + 3.0,
            "text": line,
            "words": [
                {
                    "start": i * 4.0 + 3.0 * k / len(line),
                    "end": i * 4.0 + 3.0 * (k + 1) / len(line),
                    "text": char,
                }
                for k, char in enumerate(line)
            ],
        }
        for i, (c, line) in enumerate(LINES)
    ]
    sound = np.zeros((24 * RATE, 2))
    for i, (c, _) in enumerate(LINES):
        burst = np.random.default_rng(seed + i).normal(0, 0.2, 3 * RATE)
        sound[i * 4 * RATE : (i * 4 + 3) * RATE, c] = burst
    with wave.open(str(folder / "a.wav"), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    file = folder / "a.json"
    file.write_text(json.dumps({"language": "zh", "segments": words}), "utf-8")
    return s.intake.take(folder / "a.wav", transcript=file).recording.id


def everything(s: Services) -> str:
    """All rows of the tables that hold text, as they are stored."""
    out = []
    with s.engine.connect() as db:
        for table in ("transcript_part", "desk", "revision"):
            out += [" ".join(map(str, row)) for row in db.execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(out)


def escaped(words: str) -> str:
    return json.dumps(words)[1:-1]


def test_a_code_is_gone_from_sound_text_and_history(services: Services, tmp_path: Path) -> None:
    recording_id = imported(services, tmp_path)
    line = services.repairing.lines(recording_id)[3]
    services.repairing.do(
        recording_id, {"do": "text", "id": line.id, "text": "好的，是七三一"}, "林晓"
    )
    path = services.hearing.path(recording_id)
    before = Master(path).read(0, 24).copy()
    cached = services.hearing.original(recording_id, Cut(0.0, 24.0))
    assert services.destroying.destroy(recording_id) == 1
    after = Master(path).read(0, 24)
    assert len(after) == len(before)
    rate = Master(path).sample_rate
    spoken = slice(int((12 + 3 * 4 / 7) * rate), int(15 * rate))  # 是七三一, by characters
    assert not after[spoken].any()
    assert (after[: 11 * rate] == before[: 11 * rate]).all()
    assert (after[16 * rate :] == before[16 * rate :]).all()
    assert not cached.path.exists()
    stored = everything(services)
    assert stored.count(escaped("七三一")) + stored.count("七三一") == 2  # the plan: part and line
    assert escaped("[安全码]") in stored or "[安全码]" in stored
    (act,) = [a for a in services.audit.latest() if a.what == "destroyed card code"]
    assert act.about.startswith(recording_id)
    assert "七三一" not in act.about


def test_it_is_done_once_and_importing_the_source_again_does_not_bring_it_back(
    services: Services, tmp_path: Path
) -> None:
    recording_id = imported(services, tmp_path)
    services.arrived(recording_id)
    assert services.destroying.destroy(recording_id) == 0
    again = services.intake.take(tmp_path / "a.wav")
    assert (again.recording.id, again.known) == (recording_id, True)
    assert not Master(services.hearing.path(recording_id)).read(14.5, 15).any()


def said(*lines: str) -> list[Segment]:
    return [Segment(i, i + 1.0, line, i % 2) for i, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (("安全码是三二一",), 1),
        (("背面签名栏后三位是多少", "呃，五五八"), 1),
        (("cvv 三二一",), 1),
        (("the security code please", "it's 4 0 2"), 1),
        (("我要的套餐是三二一",), 0),
        (("安全码发到手机了", "好的好的，那我知道了，我住在三二一号楼"), 0),
        (("安全码在哪里", "在背面"), 0),
        (("验证码是三二一五六七",), 0),  # masked, but not a card's
        (("手机号后三位是三二一",), 0),
    ],
)
def test_what_is_surely_a_card_s_code(lines: tuple[str, ...], count: int) -> None:
    assert len(codes(said(*lines))) == count


def test_silence_lies_where_it_should_whatever_the_rate(services: Services, tmp_path: Path) -> None:
    from coach.calls.masking.sound import Window

    recording_id = services.intake.take(tone_wav(tmp_path / "b.wav", 3)).recording.id
    path = services.hearing.path(recording_id)
    before = Master(path).read(0, 3).copy()
    services.hearing.silence(recording_id, [Window(-1, 0.1), Window(1, 1.5), Window(2.9, 99)])
    after, rate = Master(path).read(0, 3), Master(path).sample_rate
    silent = np.zeros(len(before), bool)
    for a, b in ((0, 0.1), (1, 1.5), (2.9, 3)):
        silent[int(np.floor(a * rate)) : int(np.ceil(b * rate))] = True
    assert not after[silent].any()
    assert (after[~silent] == before[~silent]).all()
