"""Windows to train on: utterances put on a line with gaps, made to sound like telephone calls.

A window carries Whisper's own target (timestamps, text, end) and, because the synthesiser says
where every character is, the character and the phoneme of each 20 ms frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from speech import RATE, Utterance
from vocabulary import Vocabulary

FRAME = 320  # samples of 20 ms
HOP = 160
IGNORE = -100
LONGEST_TARGET = 440
CUT = 0.3  # share of windows that end inside an utterance


@dataclass(frozen=True)
class Batch:
    """mels (b, 80, 2 n); tokens and next (b, l); frames and sounds (b, n); near (b, l, 2)."""

    mels: torch.Tensor
    tokens: torch.Tensor
    next: torch.Tensor
    frames: torch.Tensor
    sounds: torch.Tensor
    near: torch.Tensor  # first and last frame of the character that ``next`` says, or -1


@cache
def mel_filters() -> torch.Tensor:
    from faster_whisper.feature_extractor import FeatureExtractor

    return torch.from_numpy(FeatureExtractor.get_mel_filters(RATE, 400, 80)).float()


def log_mel(waves: torch.Tensor) -> torch.Tensor:
    """Whisper's features of (b, samples), as faster-whisper computes them: (b, 80, frames)."""
    spectrum = torch.stft(
        torch.nn.functional.pad(waves, (0, HOP)), 400, HOP,
        window=torch.hann_window(400), center=True, return_complex=True,
    )  # fmt: skip
    mel = (mel_filters() @ spectrum[..., :-1].abs().square()).clamp(min=1e-10).log10()
    mel = torch.maximum(mel, mel.amax(dim=(1, 2), keepdim=True) - 8)
    return ((mel + 4) / 4)[..., : waves.shape[1] // HOP]


class Windows:
    """Draws batches; the same seed and the same utterances give the same batches."""

    def __init__(
        self,
        utterances: Sequence[Utterance],
        vocabulary: Vocabulary,
        sounds: Sequence[str],
        seed: int,
    ) -> None:
        self.utterances = utterances
        self.vocabulary = vocabulary
        self.sound = {name: i + 1 for i, name in enumerate(sounds)}  # 0 is silence
        self.draw = np.random.default_rng(seed)
        self.tokens_of: dict[str, list[int]] = {}

    def batch(self, count: int, seconds: float) -> Batch:
        rows = [self._window(seconds) for _ in range(count)]
        mels = log_mel(torch.from_numpy(np.stack([r[0] for r in rows])).float())
        for i, row in enumerate(rows):
            if row[4] is not None:  # what faster-whisper pads short audio with: zeros, not silence
                mels[i, :, 2 * row[4] :] = 0
        self._mask(mels)
        longest = max(len(r[1]) for r in rows) - 1
        tokens = np.full((count, longest), 0)
        following = np.full((count, longest), IGNORE)
        near = np.full((count, longest, 2), -1)
        narrow = self.vocabulary.narrow
        for i, (_, target, places, prompt, _, _, _) in enumerate(rows):
            n = len(target) - 1
            tokens[i, :n] = narrow[target[:-1]]
            following[i, prompt:n] = narrow[target[prompt + 1 :]]
            near[i, :n] = places[1:]
        return Batch(
            mels, torch.from_numpy(tokens), torch.from_numpy(following),
            torch.from_numpy(np.stack([r[5] for r in rows])),
            torch.from_numpy(np.stack([r[6] for r in rows])), torch.from_numpy(near),
        )  # fmt: skip

    def _mask(self, mels: torch.Tensor) -> None:
        """SpecAugment (Park et al. 2019), light: a band of up to 10 mels in a third of windows."""
        for i in range(len(mels)):
            if self.draw.random() < 0.33:
                low = int(self.draw.integers(0, 70))
                mels[i, low : low + int(self.draw.integers(1, 11))] = mels[i].mean()

    def _place(self, seconds: float) -> tuple[list[tuple[float, Utterance]], bool]:
        """Utterances with their starts; and whether the last one runs out of the window."""
        draw = self.draw
        if draw.random() < 0.02:
            return [], False
        at = float(draw.exponential(0.3)) if draw.random() < 0.85 else float(draw.uniform(0, 3))
        placed: list[tuple[float, Utterance]] = []
        room = seconds if draw.random() < 0.6 else seconds * float(draw.uniform(0.3, 1))
        cut = draw.random() < CUT
        while True:
            one = self.utterances[int(draw.integers(len(self.utterances)))]
            length = len(one.pcm) / RATE
            if at + length > room - 0.05:
                if cut and placed and at < seconds - 0.5 and at + length > seconds:
                    placed.append((at, one))
                    return placed, True
                if placed or at + 1 > room:
                    return placed, False
                at *= 0.5  # the first one must fit: another draw
                continue
            placed.append((at, one))
            at += length + float(draw.choice([0.1, 0.25, 0.5, 1.0, 2.0]) * draw.uniform(0.7, 1.5))

    def _window(
        self, seconds: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int | None, np.ndarray, np.ndarray]:
        placed, cut = self._place(seconds)
        frames = round(seconds * 50)
        wave = np.zeros(round(seconds * RATE), np.float32)
        tokens, sounds = np.full(frames, len(self.vocabulary.used)), np.zeros(frames, np.int64)
        for at, one in placed:
            start = round(at * RATE)
            piece = one.pcm[: len(wave) - start]
            wave[start : start + len(piece)] += self._voice(piece)
            self._frames(at, one, tokens, sounds)
        target, places, prompt = self._target(placed, cut)
        silent = None
        if placed and not cut and self.draw.random() < 0.5:
            silent = min(
                frames,
                int((placed[-1][0] + len(placed[-1][1].pcm) / RATE) * 50)
                + int(self.draw.integers(2, 40)),
            )
        return self._line(wave), target, places, prompt, silent, tokens, sounds

    def _frames(self, at: float, one: Utterance, tokens: np.ndarray, sounds: np.ndarray) -> None:
        for a, b, word in one.words:
            ids = self._character(word[0])
            edges = np.linspace((at + a) * 50, (at + b) * 50, len(ids) + 1).round().astype(int)
            for token, first, last in zip(ids, edges[:-1], edges[1:], strict=True):
                tokens[first:last] = self.vocabulary.narrow[token]
        end = at + len(one.pcm) / RATE
        for (start, name), (stop, _) in zip(
            one.sounds, [*one.sounds[1:], (end - at, "")], strict=True
        ):
            sounds[round((at + start) * 50) : round((at + stop) * 50)] = self.sound.get(name, 0)

    def _character(self, text: str) -> list[int]:
        if text not in self.tokens_of:
            self.tokens_of[text] = self.vocabulary.character(text)
        return self.tokens_of[text]

    def _target(
        self, placed: list[tuple[float, Utterance]], cut: bool
    ) -> tuple[np.ndarray, np.ndarray, int]:
        """Tokens, the frames each is about, and how many stand before <|startoftranscript|>."""
        v, draw = self.vocabulary, self.draw
        before: list[int] = []
        if draw.random() < 0.35:
            other = self.utterances[int(draw.integers(len(self.utterances)))].text
            text = "以下是普通话的客服电话录音。" if draw.random() < 0.5 else other
            before = [v.place["<|startofprev|>"], *v.text(text)]
        out = [(t, -1, -1) for t in (*before, v.place["<|startoftranscript|>"])]
        if not placed:
            out.append((v.place["<|nospeech|>"], -1, -1))
            return np.array([o[0] for o in out]), np.array([o[1:] for o in out]), len(before)
        stamps = draw.random() < 0.75
        names = ["<|zh|>", "<|transcribe|>"] + ([] if stamps else ["<|notimestamps|>"])
        out += [(v.place[n], -1, -1) for n in names]
        whole = placed[:-1] if cut else placed
        for at, one in whole:
            if stamps:
                out.append((v.stamp(at), -1, -1))
            for a, b, word in one.words:
                first, last = int((at + a) * 50), int((at + b) * 50)
                out += [(t, first, last) for t in self._character(word[0])]
                out += [(t, -1, -1) for c in word[1:] for t in self._character(c)]
            if stamps:
                out.append((v.stamp(at + len(one.pcm) / RATE), -1, -1))
        if cut and stamps:  # as Whisper was trained: only where the cut one starts
            out.append((v.stamp(placed[-1][0]), -1, -1))
        if not cut or stamps:
            out.append((v.place["<|endoftext|>"], -1, -1))
        out = out[:LONGEST_TARGET]
        return np.array([o[0] for o in out]), np.array([o[1:] for o in out]), len(before)

    def _voice(self, pcm: np.ndarray) -> np.ndarray:
        return pcm.astype(np.float32) / 32768 * 10 ** float(self.draw.uniform(-0.6, 0.1))

    def _line(self, wave: np.ndarray) -> np.ndarray:
        """Telephone band, a hold tone now and then, hiss, the level of the line, clipping."""
        draw = self.draw
        if draw.random() < 0.08:
            t = np.arange(len(wave)) / RATE
            tune = np.sin(2 * np.pi * draw.uniform(300, 900) * t) * (1 + np.sin(np.pi * t)) / 2
            wave = wave + np.where(np.abs(wave) > 1e-3, 0, 0.02 * tune).astype(np.float32)
        if draw.random() < 0.8:
            spectrum = np.fft.rfft(wave)
            freqs = np.fft.rfftfreq(len(wave), 1 / RATE)
            spectrum[(freqs < draw.uniform(60, 320)) | (freqs > draw.uniform(3300, 4000))] = 0
            wave = np.fft.irfft(spectrum, len(wave)).astype(np.float32)
        hiss = 10 ** float(draw.uniform(-4.7, -2.3))
        wave = wave + hiss * draw.standard_normal(len(wave), np.float32)
        wave = wave * 10 ** float(draw.uniform(-0.5, 0.2))
        return np.clip(wave, -1, 1).astype(np.float32)
