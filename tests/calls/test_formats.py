"""Transcripts from elsewhere, by golden: each format to the same segments."""

import json
from pathlib import Path

import numpy as np
import pytest

from coach.calls.fit import check_times, place_channels
from coach.calls.formats import read_transcript, role_of
from coach.calls.transcript import Role, Segment
from coach.errors import BadTranscript, TranscriptTimes

VTT = """WEBVTT

1
00:00:01.000 --> 00:00:02.500
<v 客服>您好，<00:00:01.500>请讲</v>

00:00:03.000 --> 00:00:05.000
<v 客户>我想查话费</v>
"""
SRT = "1\n00:00:01,000 --> 00:00:02,500\n客服：您好，请讲\n\n2\n00:00:03,000 --> 00:00:05,000\n客户: 我想查话费\n"
WHISPER = {
    "text": "…",
    "language": "zh",
    "segments": [
        {"id": 0, "start": 1.0, "end": 2.5, "text": " 您好，请讲",
         "words": [{"word": "您好，", "start": 1.0, "end": 1.6, "probability": 0.9},
                   {"word": "请讲", "start": 1.7, "end": 2.5, "probability": 0.4}]},
        {"start": 3, "end": 5, "text": "我想查话费"},
    ],
}  # fmt: skip
WHISPERX = {
    "segments": [
        {"start": 1.0, "end": 2.5, "text": "尾号 3 8", "speaker": "SPEAKER_00",
         "words": [{"word": "尾号", "start": 1.0, "end": 1.6, "score": 0.9}, {"word": "38"}]},
    ]
}  # fmt: skip


def read(tmp_path: Path, name: str, content: object) -> list[Segment]:
    path = tmp_path / name
    path.write_text(
        content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    )
    return read_transcript(path)


@pytest.mark.parametrize(("name", "content"), [("a.vtt", VTT), ("a.srt", SRT)])
def test_subtitles_keep_times_and_speakers(tmp_path: Path, name: str, content: str) -> None:
    first, second = read(tmp_path, name, content)
    assert (first.start, first.end, first.text, first.role) == (1.0, 2.5, "您好，请讲", Role.AGENT)
    assert (second.start, second.text, second.role) == (3.0, "我想查话费", Role.CUSTOMER)
    assert not first.located, "words shared out by characters are no place to cut"


def test_a_colon_in_speech_is_no_speaker(tmp_path: Path) -> None:
    (only,) = read(tmp_path, "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n我说一下：先交钱\n")
    assert only.text == "我说一下：先交钱"
    assert only.speaker == ""


def test_whisper_words_are_kept_and_missing_ones_shared_out(tmp_path: Path) -> None:
    first, second = read(tmp_path, "a.json", WHISPER)
    assert [w.text for w in first.words] == ["您好，", "请讲"]
    assert first.located
    assert first.words[1].probability == 0.4
    assert "".join(w.text for w in second.words) == "我想查话费"
    assert not second.located


def test_whisperx_words_without_times_go_to_the_word_before(tmp_path: Path) -> None:
    (only,) = read(tmp_path, "a.json", WHISPERX)
    assert [w.text for w in only.words] == ["尾号 3 8"]
    assert only.speaker == "SPEAKER_00"


def test_whisperx_spaces_and_untimed_digits_are_kept(tmp_path: Path) -> None:
    words = [
        {"word": "38"},
        {"word": "yuan", "start": 1.0, "end": 1.4},
        {"word": "a", "start": 3.0, "end": 3.1},
        {"word": "month,", "start": 3.2, "end": 3.6},
    ]
    (only,) = read(
        tmp_path,
        "a.json",
        {"segments": [{"start": 1, "end": 4, "text": "38 yuan a month,", "words": words}]},
    )
    assert [w.text for w in only.words] == ["38 yuan ", "a ", "month,"]


@pytest.mark.parametrize(
    "words",
    [
        [{"word": "你好", "start": 1000, "end": 2000}],
        [{"word": "你", "start": 2, "end": 2.5}, {"word": "好", "start": 1, "end": 1.5}],
        [{"word": "你好", "start": 1, "end": float("inf")}],
    ],
)
def test_word_times_that_cannot_be_are_not_believed(tmp_path: Path, words: list) -> None:
    (only,) = read(
        tmp_path, "a.json", {"segments": [{"start": 1, "end": 3, "text": "你好", "words": words}]}
    )
    assert not only.located
    assert only.words[-1].end == 3


@pytest.mark.parametrize("label", ["说话人1", "发言人 2", "Speaker 1", "SPEAKER_01"])
def test_labels_of_common_tools(tmp_path: Path, label: str) -> None:
    (only,) = read(tmp_path, "a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{label}：你好\n")
    assert (only.speaker, only.text) == (label, "你好")


@pytest.mark.parametrize(
    ("numbers", "placed"), [((1, 2), [0, 1]), ((0, 1), [0, 1]), ((None, None), [0, 1])]
)
def test_channels_are_those_of_the_recording(numbers: tuple, placed: list[int]) -> None:
    envelope = np.full((400, 2), 0.001, np.float32)
    envelope[:100, 0] = envelope[200:300, 1] = 0.3
    segments = [Segment(0, 1, "a", channel=numbers[0]), Segment(2, 3, "b", channel=numbers[1])]
    assert [s.channel for s in place_channels(segments, envelope, 0.01, name="a")] == placed


def test_channels_that_are_not_there_are_refused() -> None:
    with pytest.raises(BadTranscript):
        place_channels(
            [Segment(0, 1, "a", channel=7)], np.ones((100, 2), np.float32), 0.01, name="a"
        )
    mono = place_channels(
        [Segment(0, 1, "a", channel=1)], np.ones((100, 1), np.float32), 0.01, name="a"
    )
    assert mono[0].channel is None


def test_our_own_json_comes_back_as_it_was(tmp_path: Path) -> None:
    segments = read(tmp_path, "a.json", WHISPER)
    again = read(tmp_path, "b.json", {"segments": [s.to_json() for s in segments]})
    assert [s.text for s in again] == [s.text for s in segments]
    assert [Segment.from_json(s.to_json()) for s in segments] == segments


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "{",
        "[]",
        "{}",
        '{"segments": 3}',
        '{"segments": [{"start": "x"}]}',
        '{"segments": [7]}',
        "WEBVTT\n",
        "null",
    ],
)
def test_what_cannot_be_read_is_said_so(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadTranscript):
        read(tmp_path, "a.json", content)


def test_half_an_emoji_is_no_obstacle(tmp_path: Path) -> None:
    (only,) = read(
        tmp_path, "a.json", '{"segments": [{"start": 0, "end": 1, "text": "hi \\ud83d\\u0000 x"}]}'
    )
    only.text.encode("utf-8")
    assert only.text.startswith("hi ")
    assert "\x00" not in only.text


def test_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(SRT.encode("gb18030"))
    assert read_transcript(path)[0].text == "您好，请讲"


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 1), (2, 99)],  # past the end
        [(5, 4)],  # ends before it starts
        [(-1, 2)],
        [(30, 31), (20, 21), (10, 11), (1, 2)],  # backwards
    ],
)
def test_impossible_times_are_refused(spans: list[tuple[float, float]]) -> None:
    with pytest.raises(TranscriptTimes):
        check_times([Segment(a, b, "x") for a, b in spans], 60, name="a", slack=0.5)


@pytest.mark.parametrize(
    ("label", "role"), [("坐席01", Role.AGENT), ("caller", Role.CUSTOMER), ("SPEAKER_01", None)]
)
def test_labels_that_name_a_role(label: str, role: Role | None) -> None:
    assert role_of(label) is role
