"""Fake stereo, dead channels, delays, gains and cross-talk, made from real demo calls."""

import wave
from pathlib import Path

import numpy as np
import pytest

from coach.calls.channels import Layout, layout, own_voice
from coach.calls.master import Master
from tests.conftest import DEMO, SHARED
from tests.factories import pcm_of

RATE = 8000


@pytest.fixture(scope="module")
def demo() -> np.ndarray:
    return pcm_of(sorted(DEMO.glob("*.flac"))[0])


def master(folder: Path, sound: np.ndarray) -> Master:
    noise = np.random.default_rng(3).normal(0, 2e-4, sound.shape)
    pcm = np.clip((sound + noise) * 32767, -32768, 32767).astype(np.int16)
    path = folder / "made.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    return Master(path)


def both(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right], axis=1)


def late(x: np.ndarray, seconds: float) -> np.ndarray:
    gap = np.zeros(int(seconds * RATE))
    return np.concatenate([gap, x])[: len(x)]


CASES = {
    "one side on each": (lambda a, b: both(a, b), Layout.SPLIT),
    "the sides the other way round": (lambda a, b: both(b, a), Layout.SPLIT),
    "cross-talk at -20 dB": (lambda a, b: both(a + 0.1 * b, b + 0.1 * a), Layout.SPLIT),
    "cross-talk at -10 dB": (lambda a, b: both(a + 0.316 * b, b + 0.316 * a), Layout.SPLIT),
    "one channel three seconds late": (lambda a, b: both(a, late(b, 3)), Layout.SPLIT),
    "one side much softer": (lambda a, b: both(a, 0.05 * b), Layout.SPLIT),
    "the same twice": (lambda a, b: both(a + b, a + b), Layout.SAME),
    "the same, softer": (lambda a, b: both(a + b, 0.2 * (a + b)), Layout.SAME),
    "the same, 30 ms late": (lambda a, b: both(a + b, late(a + b, 0.03)), Layout.SAME),
    "the same, upside down": (lambda a, b: both(a + b, -0.7 * (a + b)), Layout.SAME),
    "nothing on the right": (lambda a, b: both(a + b, 0 * a), Layout.LEFT),
    "nothing on the left": (lambda a, b: both(0 * a, a + b), Layout.RIGHT),
    "clipped": (lambda a, b: both(np.clip(8 * a, -1, 1), np.clip(8 * b, -1, 1)), Layout.SPLIT),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_channels_carry(case: str, demo: np.ndarray, tmp_path: Path) -> None:
    make, expected = CASES[case]
    assert layout(master(tmp_path, make(demo[:, 0], demo[:, 1]))) is expected


def test_one_channel_is_mono(demo: np.ndarray, tmp_path: Path) -> None:
    assert layout(master(tmp_path, demo[:, :1])) is Layout.MONO


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_real_calls_are_split_and_their_mixes_are_not(tmp_path: Path) -> None:
    for path in sorted((SHARED / "harper_valley").rglob("*.wav")):
        found = Master(path)
        assert layout(found) is Layout.SPLIT, path.name
        mix = pcm_of(path).mean(axis=1)
        with wave.open(str(path), "rb") as file:
            assert file.getframerate() == RATE
        assert layout(master(tmp_path, both(mix, 0.5 * mix))) is Layout.SAME


@pytest.mark.parametrize("decibels", [-20, -26, -34])
def test_the_other_side_bleeding_in_is_silenced_and_the_own_voice_stays(
    decibels: int, demo: np.ndarray
) -> None:
    leak = 10 ** (decibels / 20)
    sound = both(demo[:, 0] + leak * demo[:, 1], demo[:, 1] + leak * demo[:, 0])
    pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    for channel in (0, 1):
        heard = own_voice(pcm, channel, RATE)
        own, other = demo[:, channel], demo[:, 1 - channel]
        block = RATE // 10
        count = len(own) // block

        def loud(x: np.ndarray, count: int = count, block: int = block) -> np.ndarray:
            return np.abs(x[: count * block].reshape(count, block)).max(axis=1)

        alone = (loud(other) > 0.05) & (loud(own) < 0.002)
        speaks = loud(own) > 0.05
        assert alone.sum() > 50
        assert loud(heard)[alone].mean() < 0.1 * leak * loud(other)[alone].mean()
        assert (loud(heard)[speaks] / loud(sound[:, channel])[speaks]).mean() > 0.97
