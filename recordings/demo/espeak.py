"""libespeak-ng in retrieval mode: samples, and where each character and sound is in them.

Used by ``synthesise.py`` for the demo calls and by ``models/demo-zh`` for its training speech.

The voice is ``cmn-latn-pinyin``: in espeak-ng 1.51 as Debian ships it the plain ``cmn`` reads the
pinyin of its own dictionary as English words (你 becomes "nee three").
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

VOICE = "cmn-latn-pinyin"
LOUD = 0.004  # of full scale: what is quieter before and after an utterance is cut off

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Spoken:
    """One utterance: mono samples from the first sound to the last, at ``rate`` Hz.

    ``words``: start and end in seconds and text, one per spoken character; punctuation stays with
    the one before it. ``sounds``: start in seconds and the library's name of each phoneme.
    """

    samples: Samples
    rate: int
    words: list[tuple[float, float, str]]
    sounds: list[tuple[float, str]]


class WordsDoNotFit(ValueError):
    """The library marked another number of words than the text has characters."""


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class Espeak:
    """The library, once per process."""

    _CALLBACK = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
    )

    def __init__(self) -> None:
        self._lib = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
        # 1 = AUDIO_OUTPUT_RETRIEVAL; the last 1 asks for phoneme events
        self.rate: int = self._lib.espeak_Initialize(1, 0, None, 1)
        self._chunks: list[npt.NDArray[np.int16]] = []
        self._marks: list[tuple[int, int]] = []  # text position (characters, from 1), milliseconds
        self._sounds: list[tuple[int, str]] = []
        self._hook = self._CALLBACK(self._on_audio)  # kept: ctypes does not hold it
        self._lib.espeak_SetSynthCallback(self._hook)

    def _on_audio(self, wav: Any, count: int, events: Any) -> int:
        if wav and count:
            self._chunks.append(np.ctypeslib.as_array(wav, (count,)).copy())
        i = 0
        while events[i].type != 0:
            at = events[i].audio_position
            if events[i].type == 1:  # espeakEVENT_WORD
                self._marks.append((events[i].text_position, at))
            elif events[i].type == 7:  # espeakEVENT_PHONEME
                self._sounds.append((at, events[i].id.string.decode("ascii", "replace")))
            i += 1
        return 0

    def say(self, text: str, *, variant: str, speed: int, pitch: int) -> Spoken:
        """Speak ``text``; ``speed`` in the library's words a minute, ``pitch`` 0-99.

        Raises:
            WordsDoNotFit: the character times can't be told.
        """
        self._chunks, self._marks, self._sounds = [], [], []
        self._lib.espeak_SetVoiceByName(f"{VOICE}+{variant}".encode())
        self._lib.espeak_SetParameter(1, speed, 0)
        self._lib.espeak_SetParameter(3, pitch, 0)
        raw = text.encode() + b"\0"
        self._lib.espeak_Synth(raw, len(raw), 0, 1, 0, 1, None, None)  # 1 = UTF-8
        self._lib.espeak_Synchronize()
        wave = np.concatenate(self._chunks).astype(np.float32) / 32768
        loud = np.flatnonzero(np.abs(wave) > LOUD)
        first, last = int(loud[0]), int(loud[-1]) + 1
        offset, length = first / self.rate, (last - first) / self.rate
        sounds = [(max(0.0, ms / 1000 - offset), name) for ms, name in self._sounds]
        words = self._words(text, offset, length)
        return Spoken(wave[first:last], self.rate, words, sounds)

    def _words(self, text: str, offset: float, length: float) -> list[tuple[float, float, str]]:
        """The library adds a stray event at the end of a clause now and then, with a position
        that goes back: positions must rise."""
        starts: list[float] = []
        seen = 0
        for position, milliseconds in self._marks:
            if position > seen:
                seen = position
                starts.append(milliseconds / 1000 - offset)
        tokens = re.findall(r"\w[^\w]*", text)
        if len(starts) != len(tokens):
            raise WordsDoNotFit(f"{len(starts)} word events, {len(tokens)} characters: {text}")
        stops = [*starts[1:], length]
        return [
            (max(0.0, a), min(b, length), token)
            for a, b, token in zip(starts, stops, tokens, strict=True)
        ]
