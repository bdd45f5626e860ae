"""What somebody says instead of typing it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coach.acting.base import Base
from coach.bootstrap import SPOKEN, speech_model
from coach.calls.spoken import Spoken
from coach.errors import ModelError
from coach.jobs.queue import Job, JobState


@dataclass(frozen=True)
class Said:
    """How far the worker is with it: ``text`` once it is there, ``failed`` where it will not come."""

    text: str | None
    failed: Job | None = None


class Speaking(Base):
    """Dictation."""

    def can_speak(self) -> bool:
        """Whether there is a model that writes down what people say."""
        try:
            speech_model(self.services.settings)
        except ModelError:
            return False
        return True

    def say(self, sound: Path) -> Spoken:
        """Keep a sound until the worker has written it down; what this person said long before and never
        fetched is forgotten. Raises AudioError, ModelError."""
        speech_model(self.services.settings)
        spoken = self.services.dictation.take(sound, self._speaker())
        self.services.jobs.enqueue(SPOKEN, about=spoken.id)
        for old in self.services.dictation.forget_crowded(self._speaker()):
            self._leave(old)
        return spoken

    def said(self, spoken_id: str) -> Said:
        """What became of it; fetched, it is forgotten. Raises NotFound."""
        spoken = self.services.dictation.read(spoken_id, self._speaker())
        if spoken.text is not None:
            self.unsay(spoken_id)
            return Said(spoken.text)
        failed = [j for j in self.services.jobs.listed(about=spoken_id) if not j.state.open]
        if failed and failed[0].state is JobState.FAILED:
            self.unsay(spoken_id)
            return Said(None, failed[0])
        return Said(None)

    def unsay(self, spoken_id: str) -> None:
        """Forget it. Raises NotFound."""
        self.services.dictation.forget(spoken_id, self._speaker())
        self._leave(spoken_id)

    def _leave(self, spoken_id: str) -> None:
        """Nobody writes it down any more."""
        for job in self.services.jobs.listed(about=spoken_id):
            if job.state.open:
                self.services.jobs.cancel(job.id)
        self.services.jobs.forget(spoken_id)

    def _speaker(self) -> str:
        return self.who.id or "local"
