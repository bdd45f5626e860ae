"""What the two channels of a recording are, and one side's own voice on its channel. Pure.

Fake stereo carries the same signal twice, perhaps softer or a little later on one side: its level
ratio stays the same whoever speaks, where a real pair's ratio changes sign with the speaker. That
holds with cross-talk too, which a correlation alone would take for the same signal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from coach.calls.fit import active
from coach.calls.master import FRAME, Master

Floats = npt.NDArray[np.float32]


class Layout(StrEnum):
    """What a recording's channels carry."""

    MONO = "mono"  # one channel
    SPLIT = "split"  # one side on each
    SAME = "same"  # the same signal on both
    LEFT = "left"  # only the first carries sound
    RIGHT = "right"  # only the second does

    @property
    def tracks(self) -> tuple[int | None, ...]:
        """The channels to listen to one by one; None is the mean of all."""
        return {
            Layout.SPLIT: (0, 1),
            Layout.LEFT: (0,),
            Layout.RIGHT: (1,),
        }.get(self, (None,))


@dataclass(frozen=True)
class ChannelOptions:
    """Parameters; decibels, seconds, shares."""

    dead_share: float = 0.003  # a channel with sound in less of its time is dead
    dead_level: float = 0.003  # or one whose loudest hundredth stays below this (full scale 1)
    same_spread: float = 7.0  # dB between the 10th and 90th percentile of the level ratio
    same_correlation: float = 0.6  # of the aligned waveforms, median over blocks
    longest_delay: float = 0.3
    block: float = 4.0
    blocks: int = 40  # at most, evenly over the call
    crosstalk: float = 12.0  # dB below the other side: not this side's voice
    hold: float = 0.06  # the other side counts as speaking this long around each frame


def layout(master: Master, options: ChannelOptions = ChannelOptions()) -> Layout:
    """Look at the levels of the whole call and the waveforms of some of it."""
    if master.channels != 2:
        return Layout.MONO
    levels = master.envelope()
    if not len(levels):
        return Layout.MONO
    sound = active(levels)
    dead = (sound.mean(axis=0) < options.dead_share) | (
        np.percentile(levels, 99, axis=0) < options.dead_level
    )
    if dead.all():
        return Layout.SPLIT
    if dead.any():
        return Layout.RIGHT if dead[0] else Layout.LEFT
    return (
        Layout.SAME
        if _same(master, levels, np.asarray(sound.any(axis=1)), options)
        else Layout.SPLIT
    )


def louder(master: Master) -> int:
    """The louder channel: of the same signal twice one is enough, and the sum may be silence."""
    return int(master.envelope().mean(axis=0).argmax()) if master.channels == 2 else 0


def _same(
    master: Master, levels: Floats, sound: npt.NDArray[np.bool_], options: ChannelOptions
) -> bool:
    found = [_aligned(master, at, options) for at in _places(sound, options)]
    lags = [lag for lag, _ in found]
    if not found or np.median([c for _, c in found]) < options.same_correlation:
        return False
    shift = round(float(np.median(lags)) / master.sample_rate / FRAME)
    left, right = levels[:, 0], np.roll(levels[:, 1], -shift)
    ratio = 20 * np.log10(np.maximum(left[sound], 1e-5) / np.maximum(right[sound], 1e-5))
    low, high = np.percentile(ratio, [10, 90])
    return bool(high - low < options.same_spread)


def _places(sound: npt.NDArray[np.bool_], options: ChannelOptions) -> list[float]:
    """Starts (seconds) of blocks that are at least a fifth sound."""
    width = int(options.block / FRAME)
    starts = np.arange(0, max(1, len(sound) - width), width)
    busy = [int(s) for s in starts if sound[s : s + width].mean() > 0.2]
    step = max(1, -(-len(busy) // options.blocks))
    return [s * FRAME for s in busy[::step]]


def _aligned(master: Master, at: float, options: ChannelOptions) -> tuple[int, float]:
    """By how many samples the second channel is late, and the correlation there (FFT)."""
    pcm = master.read(at, at + options.block).astype(np.float64)
    a, b = (pcm[:, 0] - pcm[:, 0].mean()), (pcm[:, 1] - pcm[:, 1].mean())
    size = 1 << (2 * len(a) - 1).bit_length()
    cross = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    most = int(options.longest_delay * master.sample_rate)
    window = np.concatenate([cross[-most:], cross[: most + 1]])
    energy = float(np.sqrt((a @ a) * (b @ b))) or 1.0
    peak = int(np.abs(window).argmax())
    return peak - most, float(abs(window[peak]) / energy)


def own_voice(
    pcm: npt.NDArray[np.int16],
    channel: int,
    rate: int,
    options: ChannelOptions = ChannelOptions(),
) -> Floats:
    """One channel of a split pair as floats, silent where only the other side bleeds in.

    Args:
        pcm: shape (samples, 2).
        rate: Hz.
    """
    own, other = (pcm[:, c].astype(np.float32) / np.float32(32768) for c in (channel, 1 - channel))
    width = max(1, round(0.02 * rate))
    count = len(own) // width
    if not count:
        return np.ascontiguousarray(own, dtype=np.float32)
    mine, theirs = (
        np.sqrt((x[: count * width].reshape(count, width) ** 2).mean(axis=1)) for x in (own, other)
    )
    reach = max(1, round(options.hold / 0.02))
    padded = np.pad(theirs, reach, mode="edge")
    theirs = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    kept = (mine >= theirs * 10 ** (-options.crosstalk / 20)).astype(np.float32)
    centres = (np.arange(count) + 0.5) * width
    gain = np.interp(np.arange(len(own)), centres, kept).astype(np.float32)  # ramps, no clicks
    return np.ascontiguousarray(own * gain, dtype=np.float32)
