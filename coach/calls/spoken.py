"""口述: what somebody says to the product instead of typing it.

Its sound is kept, sealed, until it is written down; its text until whoever said it has it, at most a
day. Nobody else can ask for either.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from coach.calls.audio import AudioLimits, decode_to_wav, resample
from coach.calls.glossary import Corrections, GlossaryStore, choose
from coach.calls.master import Master
from coach.calls.recogniser import HOTWORD_TOKENS, RATE, Recogniser
from coach.calls.refining import refine
from coach.calls.sealing.keyring import Keyring
from coach.errors import NotFound, SealingError, SpokenTooLong, TooLong

LONGEST = 120.0  # seconds
KEPT = timedelta(days=1)
WAITING = 2  # utterances of one person that are not fetched yet
LIMITS = AudioLimits(least_seconds=0.3, most_hours=LONGEST / 3600)


@dataclass(frozen=True)
class Spoken:
    """One utterance; ``text`` is None until it is written down."""

    id: str
    by: str  # who may read it
    seconds: float
    text: str | None
    at: datetime


class SpokenStore(Protocol):
    """Where they are kept for a while."""

    def add(self, spoken: Spoken) -> None: ...

    def get(self, spoken_id: str) -> Spoken:
        """Raises NotFound, SealingError."""

    def write(self, spoken_id: str, text: str) -> None:
        """What was said; nothing where it was forgotten meanwhile."""

    def remove(self, spoken_id: str) -> None: ...

    def before(self, at: datetime) -> list[str]:
        """Ids of those that came before a time."""

    def of(self, by: str) -> list[str]:
        """Ids of what somebody said, newest first."""


class Dictation:
    """Takes what people say and writes it down. Sounds lie in ``folder``."""

    def __init__(
        self,
        store: SpokenStore,
        folder: Path,
        keys: Keyring,
        glossary: GlossaryStore,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._folder, self._keys = store, folder, keys
        self._glossary, self._new_id, self._now = glossary, new_id, now

    def take(self, source: Path, by: str) -> Spoken:
        """Keep a sound, whatever format it has. Raises AudioError, SpokenTooLong."""
        found = self._new_id()
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            path = Path(scratch) / self._path(found).name
            try:
                with self._keys.create(path) as file:
                    decoded = decode_to_wav(source, file, name=source.name, limits=LIMITS)
            except TooLong as error:
                raise SpokenTooLong(longest=LONGEST) from error
            os.replace(path, self._path(found))
        spoken = Spoken(found, by, decoded.duration, None, self._now())
        self._store.add(spoken)
        return spoken

    def write(self, spoken_id: str, recogniser: Recogniser, language: str | None) -> str:
        """Write it down, then forget the sound. Done already, it does nothing. Raises NotFound."""
        spoken = self._store.get(spoken_id)
        if spoken.text is not None:
            return spoken.text
        path = self._path(spoken_id)
        if not path.is_file():
            raise NotFound(what="口述", what_en="recording", key=spoken_id)
        master = Master(path, self._keys)
        samples = resample(master.read_mono(0.0, master.duration, None), master.sample_rate, RATE)
        terms = self._glossary.listed()
        words = choose(terms, node="", cost=recogniser.cost, room=HOTWORD_TOKENS)
        heard = recogniser.transcribe(
            samples, language=language, hotwords=words, progress=lambda seconds: None
        )
        lines = refine(heard.segments, Corrections(terms))
        text = "".join(s.text for s in lines if not s.doubt)
        self._store.write(spoken_id, text)
        path.unlink(missing_ok=True)
        return text

    def read(self, spoken_id: str, by: str) -> Spoken:
        """What somebody said themselves. Raises NotFound."""
        with suppress(SealingError):
            spoken = self._store.get(spoken_id)
            if spoken.by == by:
                return spoken
        raise NotFound(what="口述", what_en="recording", key=spoken_id)

    def forget(self, spoken_id: str, by: str) -> None:
        """Sound and text. Raises NotFound."""
        self.read(spoken_id, by)
        self._forget(spoken_id)

    def forget_crowded(self, by: str) -> list[str]:
        """Forget what somebody said and did not fetch, beyond the newest few, whether it can be read or
        not: a phone that went on speaking must not fill the queue. Returns their ids."""
        old = self._store.of(by)[WAITING:]
        for spoken_id in old:
            self._forget(spoken_id)
        return old

    def sweep(self) -> int:
        """Forget what nobody fetched; returns how many."""
        old = self._store.before(self._now() - KEPT)
        for spoken_id in old:
            self._forget(spoken_id)
        return len(old)

    def _forget(self, spoken_id: str) -> None:
        self._path(spoken_id).unlink(missing_ok=True)
        self._store.remove(spoken_id)

    def _path(self, spoken_id: str) -> Path:
        return self._folder / f"{spoken_id}.wav"
