"""What a recogniser made up: marked, never deleted. Pure.

Whisper writes subtitles' closing phrases on silence, loops with high confidence, and puts more
words into a second than anybody speaks. A person decides; until then a doubtful segment stands in
the text but opens no exchange and sounds in no round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from coach.calls.cues import bare
from coach.calls.transcript import Segment
from coach.calls.turns import Turn

REASONS = ("phantom", "repeat", "speed", "silence")
FASTEST = 12.0  # characters (or Latin words) per second; fast service speech is 7
SLOWEST = 0.3
UNSURE_WORD = 0.5  # probability below which a word is marked
LEAST_SOUND = 0.1  # share of the segment's time that must carry sound
_PHANTOM = re.compile(
    r"字幕(?:由|by|制作|提供|志愿者|组).{0,12}|(?:请)?不吝点赞.{0,12}|(?:点赞)?订阅(?:转发)?打赏.{0,10}|明镜与?点点.{0,4}|"
    r"(?:感谢|谢谢)(?:您的?|大家的?)?(?:观看|收看|收听)|(?:我们)?下(?:期|集)(?:视频)?(?:再见|再会)|中文字幕.{0,8}|"
    r"优优独播剧场.{0,14}|作词.{1,6}作曲.{0,8}|词曲.{0,8}编曲.{0,8}|以下是普通话的?.{0,12}|amara.{0,6}|yoyotelevision.{0,20}|"
    r"thanks?(?:you)?forwatching|pleasesubscribe.{0,20}|subtitlesby.{0,20}",
    re.I,
)
_LOOP = re.compile(r"(.{1,12}?)\1{3,}")
_DIGITS = re.compile(r"[0-9零〇一二三四五六七八九十幺两]+")


def reason(segment: Segment, sound: float | None = None) -> str:
    """Why a segment may never have been said, or "".

    Args:
        segment: with its times.
        sound: share of its time that carries sound, None where not known.
    """
    plain = bare(segment.text)
    if sum(len(m[0]) for m in _PHANTOM.finditer(plain)) > 0.6 * len(plain) > 0:
        return "phantom"
    loop = max(_LOOP.finditer(plain), key=lambda m: len(m[0]), default=None)
    # 零零零零 is a number, 嗯嗯嗯嗯 a listener
    if loop and len(loop[0]) >= max(12, 0.6 * len(plain)) and not _DIGITS.fullmatch(loop[1]):
        return "repeat"
    length = max(0.02, segment.end - segment.start)
    count = len(segment.text.split()) * 2 if plain.isascii() else len(plain)
    if (count >= 8 and count / length > FASTEST) or (length > 8 and count / length < SLOWEST):
        return "speed"
    if sound is not None and sound < LEAST_SOUND:
        return "silence"
    return ""


def doubted(
    segments: Sequence[Segment], sound: Callable[[Segment], float | None] = lambda _: None
) -> list[Segment]:
    """The segments, in their order, with ``doubt`` set where there is a reason.

    The same longer text three times running on one channel is a loop too.
    """
    out = [replace(s, doubt=s.doubt or reason(s, sound(s))) for s in segments]
    for channel in {s.channel for s in out}:
        places = [i for i, s in enumerate(out) if s.channel == channel]
        run: list[int] = []
        for i in [*places, None]:
            if i is not None and run and bare(out[run[-1]].text) == bare(out[i].text) != "":
                run.append(i)
                continue
            if len(run) >= 3 and len(bare(out[run[0]].text)) >= 4:
                for k in run[1:]:
                    out[k] = replace(out[k], doubt=out[k].doubt or "repeat")
            run = [i] if i is not None else []
    return out


def doubtful(turns: Sequence[Turn]) -> int:
    """How many turns a person should look at before others do: doubted, or with unsure words."""
    return sum(bool(t.doubt) or any(w.probability < UNSURE_WORD for w in t.words) for t in turns)
