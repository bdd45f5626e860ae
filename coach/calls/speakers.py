"""Two people on one channel: who speaks when, without a model. Uses scikit-learn's k-means.

Method (ours, from known parts): mel cepstra of the frames that sound; several first guesses by
k-means on the mean and spread of stretches of 0.6-2 s; then each guess is improved by fitting one
full-covariance Gaussian per speaker and finding the best path of two states (Viterbi) with a price
for changing, lower in a pause, until nothing changes; the guess with the best path wins. The mean
is not taken out of the cepstra: two people on one call have two telephones, and that is heard.
Wording helps where sound alone does not: a stretch that talks like an agent pulls its frames.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from coach.calls.audio import resample
from coach.calls.fit import active
from coach.calls.master import FRAME

Floats = npt.NDArray[np.float64]
Read = Callable[[float, float], npt.NDArray[np.float32]]  # seconds to mono samples -1..1


@dataclass(frozen=True)
class Span:
    """[start, end) seconds of speech by one of the speakers, and how sure that is, 0.5..1."""

    start: float
    end: float
    speaker: str
    sure: float


@dataclass(frozen=True)
class Hint:
    """What the words of a stretch say: log-odds that its speaker is the agent."""

    start: float
    end: float
    agent: float


class SpeakerEngine(Protocol):
    """Finds who speaks when on one channel."""

    def separate(
        self,
        read: Read,
        duration: float,
        rate: int,
        hints: Sequence[Hint] = (),
        speech: Sequence[tuple[float, float]] | None = None,
    ) -> list[Span]:
        """Spans in time order, of two speakers; of one where there are only seconds of speech.

        ``speech``: the stretches to look at, where they are known; else all that sounds.
        """


@dataclass(frozen=True)
class SpeakerOptions:
    """Parameters; seconds but for the prices, which are in log-likelihood."""

    cepstra: int = 20
    change: float = 120.0  # the price of changing speaker while somebody speaks
    change_in_pause: float = 40.0
    pause: float = 0.2
    wording: float = 20.0  # worth of one unit of log-odds
    most_wording: float = 4.0
    stretches: tuple[float, ...] = (1.0, 0.6, 1.5, 2.0, 0.8, 1.2)
    rounds: int = 8
    learn: float = 600.0  # of speech: so much tells the voices, the rest is told by them
    most_stretches: int = 2000
    least: float = 1.5  # of speech; with less, there is no second speaker


BANDS = 26
BLOCK = 5  # frames decided together
SURE = 60.0  # log-likelihood that makes the odds e:1 (docs/methods.md has what came true)


class LightSpeakers:
    """The engine that is always there."""

    def __init__(self, options: SpeakerOptions = SpeakerOptions()) -> None:
        self._options = options

    def separate(
        self,
        read: Read,
        duration: float,
        rate: int,
        hints: Sequence[Hint] = (),
        speech: Sequence[tuple[float, float]] | None = None,
    ) -> list[Span]:
        """See ``SpeakerEngine``."""
        if rate % 100:  # frames of 10 ms would drift
            read, rate = _at_16k(read, rate), 16000
        wanted = _stretches(speech, duration)
        cepstra, sound = _listen(read, duration, rate, self._options.cepstra, wanted)
        places = np.flatnonzero(sound)
        places = places[: len(places) // BLOCK * BLOCK]
        if len(places) * FRAME < 2 * self._options.least:
            return _spans(places, np.zeros(len(places), int), np.zeros(len(places)))
        frames = cepstra[places]
        frames = (frames - frames.mean(axis=0)) / (frames.std(axis=0) + 1e-9)
        pull = _pull(hints, sound, self._options)[places]
        most = int(self._options.learn / FRAME) // BLOCK * BLOCK
        found = _best(frames[:most], places[:most], pull[:most], self._options)
        if found is None:
            return _spans(places, np.zeros(len(places), int), np.zeros(len(places)))
        if len(places) > most:
            found = _extend(frames, places, pull, found[0], self._options)
        return _spans(places, *found)


def _at_16k(read: Read, rate: int) -> Read:
    return lambda start, end: resample(read(start, end), rate, 16000)


def _stretches(
    speech: Sequence[tuple[float, float]] | None, duration: float
) -> npt.NDArray[np.bool_]:
    """Per frame, whether it is to be looked at."""
    out = np.full(int(duration / FRAME) + 2, speech is None)
    for start, end in speech or ():
        out[max(0, int((start - 0.2) / FRAME)) : int((end + 0.2) / FRAME)] = True
    return out


def _listen(
    read: Read, duration: float, rate: int, count: int, wanted: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Cepstra without the first per 10 ms, and which frames sound; read a minute at a time."""
    bank, turn = _mel_bank(rate), _cosines(count)
    width, hop = round(0.025 * rate), round(FRAME * rate)
    parts, levels = [], []
    for start in np.arange(0, duration, 60.0):
        wave = read(float(start), min(float(start) + 60.0, duration)).astype(np.float64)
        frames = len(wave) // hop
        if not frames:
            continue
        levels.append(np.sqrt((wave[: frames * hop].reshape(frames, hop) ** 2).mean(axis=1)))
        first = round(float(start) / FRAME)
        if not wanted[first : first + frames].any():
            parts.append(np.zeros((frames, count - 1)))
            continue
        wave = np.append(wave[:1], wave[1:] - 0.95 * wave[:-1])
        padded = np.pad(wave, (0, width))
        cut = np.lib.stride_tricks.sliding_window_view(padded, width)[::hop][:frames]
        power = np.abs(np.fft.rfft(cut * np.hamming(width), 512)) ** 2
        parts.append(np.log(power @ bank.T + 1e-9) @ turn)
    if not parts:
        return np.zeros((0, count - 1)), np.zeros(0, bool)
    sound = active(np.concatenate(levels).astype(np.float32)[:, None])[:, 0]
    heard = np.convolve(sound, np.ones(15), "same") > 3
    return np.concatenate(parts), heard & wanted[: len(heard)]


def _cosines(count: int) -> Floats:
    """The orthonormal DCT-II without its first row, shape (BANDS, count - 1)."""
    angles = np.outer(np.arange(BANDS) + 0.5, np.arange(1, count)) * math.pi / BANDS
    return np.asarray(math.sqrt(2 / BANDS) * np.cos(angles))


def _mel_bank(rate: int, low: float = 100.0) -> Floats:
    """Triangular filters over a 512-point spectrum, shape (BANDS, 257)."""
    first, last = (2595 * math.log10(1 + f / 700) for f in (low, rate / 2 - 100))
    points = 700 * (10 ** (np.linspace(first, last, BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(512, 1 / rate)
    rising = (bins - points[:-2, None]) / (points[1:-1] - points[:-2])[:, None]
    falling = (points[2:, None] - bins) / (points[2:] - points[1:-1])[:, None]
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None))


def _pull(hints: Sequence[Hint], sound: npt.NDArray[np.bool_], options: SpeakerOptions) -> Floats:
    """Per frame: the wording's pull towards the agent, in log-likelihood."""
    out = np.zeros(len(sound))
    for hint in hints:
        a, b = int(hint.start / FRAME), int(hint.end / FRAME)
        count = int(sound[a:b].sum())
        if count:
            odds = max(-options.most_wording, min(options.most_wording, hint.agent))
            out[a:b] = options.wording * odds / count
    return out


def _best(
    frames: Floats, places: npt.NDArray[np.int64], pull: Floats, options: SpeakerOptions
) -> tuple[npt.NDArray[np.int64], Floats] | None:
    """Speaker 0/1 per frame and the evidence for it; None where there is too little speech."""
    prices = _prices(places, options)
    best: tuple[float, npt.NDArray[np.int64], Floats] | None = None
    for labels in _guesses(frames, pull, options):
        found = _improve(frames, labels, pull, prices, options)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best and best[1:]


def _prices(places: npt.NDArray[np.int64], options: SpeakerOptions) -> Floats:
    """What changing the speaker costs before each block: less after a pause."""
    gaps = np.diff(places, prepend=places[0]) * FRAME
    pause = (gaps > options.pause).reshape(-1, BLOCK).any(axis=1)
    return np.where(pause, options.change_in_pause, options.change)


def _extend(
    frames: Floats,
    places: npt.NDArray[np.int64],
    pull: Floats,
    learnt: npt.NDArray[np.int64],
    options: SpeakerOptions,
) -> tuple[npt.NDArray[np.int64], Floats]:
    """The voices learnt from the beginning, told apart in the whole call."""
    both = _evidence(frames, learnt, pull)
    path, _ = _path(both.reshape(-1, BLOCK, 2).sum(axis=1), _prices(places, options))
    return np.repeat(path, BLOCK), both[:, 1] - both[:, 0]


def _guesses(frames: Floats, pull: Floats, options: SpeakerOptions) -> list[npt.NDArray[np.int64]]:
    from sklearn.cluster import KMeans

    guesses = []
    for number, seconds in enumerate(options.stretches):
        width = min(len(frames), int(seconds / FRAME))
        room = max(1, len(frames) - width)
        starts = range(0, room, max(10, width // 5, room // options.most_stretches))
        spread = 0.5 * (number % 2 == 0)
        rows = [
            np.r_[f.mean(axis=0), spread * f.std(axis=0)]
            for f in (frames[a : a + width] for a in starts)
        ]
        if len(rows) < 2:
            continue
        labels = KMeans(2, n_init=5, random_state=number).fit(np.array(rows)).labels_
        votes = np.zeros((len(frames), 2))
        for a, label in zip(starts, labels, strict=True):
            votes[a : a + width, label] += 1
        guesses.append(votes.argmax(axis=1))
    if pull.any():
        guesses.append((pull > 0).astype(np.int64))
    return guesses


def _improve(
    frames: Floats,
    labels: npt.NDArray[np.int64],
    pull: Floats,
    prices: Floats,
    options: SpeakerOptions,
) -> tuple[float, npt.NDArray[np.int64], Floats] | None:
    """Fit and find the path in turn; the path's score, speakers, and evidence per frame."""
    score, evidence = -math.inf, np.zeros(len(frames))
    for _ in range(options.rounds):
        if min((labels == 0).sum(), (labels == 1).sum()) * FRAME < options.least:
            return None
        both = _evidence(frames, labels, pull)
        blocks = both.reshape(-1, BLOCK, 2).sum(axis=1)
        path, score = _path(blocks, prices)
        evidence = both[:, 1] - both[:, 0]
        new = np.repeat(path, BLOCK)
        if (new == labels).all():
            break
        labels = new
    return score, labels, evidence


def _evidence(frames: Floats, labels: npt.NDArray[np.int64], pull: Floats) -> Floats:
    """Per frame, the log-likelihood of each speaker: sound, and the wording's pull.

    ``labels`` of the first frames tell the voices; whose words pull to the agent is the agent.
    """
    head, words = frames[: len(labels)], pull[: len(labels)]
    both = np.stack([_likelihood(frames, head[labels == k]) for k in (0, 1)], axis=1)
    agent = int(words[labels == 1].sum() > words[labels == 0].sum())
    both[:, agent] += pull
    both[:, 1 - agent] -= pull
    return both


def _likelihood(frames: Floats, of: Floats) -> Floats:
    """Log-likelihood of each frame under one Gaussian fitted to ``of``, but for a constant."""
    spread = np.cov(of.T) + 1e-2 * np.eye(of.shape[1])
    root = np.linalg.cholesky(spread)
    z = np.linalg.solve(root, (frames - of.mean(axis=0)).T)
    return np.asarray(-0.5 * (z**2).sum(axis=0) - np.log(np.diag(root)).sum())


def _path(gains: Floats, prices: Floats) -> tuple[npt.NDArray[np.int64], float]:
    """The best sequence of two states (Viterbi), and its score."""
    came = np.zeros((len(gains), 2), np.int8)
    a, b = float(gains[0, 0]), float(gains[0, 1])
    for t in range(1, len(gains)):
        price = float(prices[t])
        came[t] = (1 if b - price > a else 0, 0 if a - price > b else 1)
        a, b = max(a, b - price) + float(gains[t, 0]), max(b, a - price) + float(gains[t, 1])
    state, score = int(b > a), max(a, b)
    path = np.zeros(len(gains), np.int64)
    for t in range(len(gains) - 1, -1, -1):
        path[t] = state
        state = came[t, state]
    return path, score


def _spans(
    places: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], evidence: Floats
) -> list[Span]:
    """Runs of one speaker without a longer pause; sure by the evidence summed over the run."""
    if not len(places):
        return []
    if labels[0]:  # who speaks first is s0, so that hearing more of a call renames nobody
        labels, evidence = 1 - labels, -evidence
    breaks = (np.diff(places) * FRAME > 0.5) | (np.diff(labels) != 0)
    edges = [0, *(np.flatnonzero(breaks) + 1), len(places)]
    alone = not evidence.any()
    spans = []
    for a, b in zip(edges, edges[1:], strict=False):
        weight = abs(float(evidence[a:b].sum())) / SURE
        sure = 1.0 if alone else 1 / (1 + math.exp(-min(50.0, weight)))
        start, end = places[a] * FRAME, (places[b - 1] + 1) * FRAME
        spans.append(Span(float(start), float(end), f"s{labels[a]}", round(sure, 3)))
    return spans
