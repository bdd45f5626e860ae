"""Whisper's multilingual vocabulary, and the part of it that this model uses.

The byte-pair ranks are those of the openai-whisper source package (MIT), whisper/assets/
multilingual.tiktoken: 50,257 lines, the last of them the empty string, by which ctranslate2 4.8
knows a multilingual model.
"""

from __future__ import annotations

import base64
from functools import cached_property
from pathlib import Path

import corpus
import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LANGUAGES = 99
STEP = 0.02  # seconds between timestamps


class Vocabulary:
    """``ranks``: the file multilingual.tiktoken."""

    def __init__(self, ranks: Path) -> None:
        lines = ranks.read_text("ascii").splitlines()
        self.pieces = [base64.b64decode(line.split()[0]) for line in lines]
        self._rank = {piece: i for i, piece in enumerate(self.pieces)}
        self.specials = self._specials()
        self.stamps = [f"<|{i * STEP:.2f}|>" for i in range(1501)]
        first = len(self.pieces)
        self.place = {t: first + i for i, t in enumerate([*self.specials, *self.stamps])}
        self.size = first + len(self.specials) + len(self.stamps)

    @staticmethod
    def _specials() -> list[str]:
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        codes = [c for c in _LANGUAGE_CODES if c != "yue"][:LANGUAGES]
        return [
            "<|endoftext|>", "<|startoftranscript|>", *(f"<|{c}|>" for c in codes),
            "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>",
            "<|nospeech|>", "<|notimestamps|>",
        ]  # fmt: skip

    def stamp(self, seconds: float) -> int:
        return self.place["<|0.00|>"] + min(1500, max(0, round(seconds / STEP)))

    def character(self, text: str) -> list[int]:
        """Tokens of one character: joined byte by byte in the order of the ranks."""
        return [self._rank[p] for p in self._joined(text.encode())]

    def text(self, text: str) -> list[int]:
        return [t for c in text for t in self.character(c)]

    def _joined(self, raw: bytes, below: int = 1 << 30) -> list[bytes]:
        parts = [raw[i : i + 1] for i in range(len(raw))]
        while len(parts) > 1:
            ranked = [
                (self._rank.get(parts[i] + parts[i + 1], below), i) for i in range(len(parts) - 1)
            ]
            rank, i = min(ranked)
            if rank >= below:
                break
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
        return parts

    @cached_property
    def used(self) -> np.ndarray:
        """Tokens that can be said, in order; everything else is one class after the last."""
        kept = {i for piece, i in self._rank.items() if len(piece) == 1}
        for c in corpus.CHARACTERS | set(corpus.PUNCTUATION):
            kept.update(self.character(c))
        kept.update(self.place[t] for t in self.stamps)
        names = ["<|endoftext|>", "<|startoftranscript|>", "<|zh|>", "<|transcribe|>"]
        names += ["<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
        kept.update(self.place[t] for t in names)
        return np.array(sorted(kept))

    @cached_property
    def narrow(self) -> np.ndarray:
        """From a token of the whole vocabulary to its class; the unused share the last class."""
        to = np.full(self.size, len(self.used))
        to[self.used] = np.arange(len(self.used))
        return to

    def names(self) -> list[str]:
        """The vocabulary as ctranslate2 wants it: byte-level strings."""
        return [*map(self._visible, self.pieces), *self.specials, *self.stamps]

    @staticmethod
    def _visible(piece: bytes) -> str:
        return "".join(_BYTES[b] for b in piece)

    def tokenizer(self) -> Tokenizer:
        """The same as a Hugging Face tokenizer: merges are read off the ranks."""
        merges = []
        for piece, rank in self._rank.items():
            if len(piece) > 1:
                left, right = self._joined(piece, below=rank)
                merges.append((self._visible(left), self._visible(right)))
        vocabulary = {self._visible(p): i for p, i in self._rank.items()}
        out = Tokenizer(models.BPE(vocabulary, merges))
        out.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        out.decoder = decoders.ByteLevel()
        out.add_special_tokens([AddedToken(t, special=True) for t in self.specials])
        out.add_tokens([AddedToken(t, special=False) for t in self.stamps])
        return out


def _bytes() -> list[str]:
    """GPT-2's visible character for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = [""] * 256
    for b in plain:
        table[b] = chr(b)
    others = [b for b in range(256) if b not in plain]
    for i, b in enumerate(others):
        table[b] = chr(256 + i)
    return table


_BYTES = _bytes()
