"""Deleting calls on request."""

from __future__ import annotations

from collections.abc import Sequence

from coach.acting.base import Base
from coach.calls.erasing import Erasure
from coach.calls.masking.digits import chunks, episodes
from coach.calls.masking.text import said
from coach.calls.recording import Recording
from coach.errors import BadInput
from coach.people.rights import Right


class Forgetting(Base):
    """Requests to delete, each in one action."""

    def erase(self, recording_id: str, by: str, why: str) -> Erasure:
        """Delete a call. Raises NotFound, BadInput."""
        self.recording(recording_id, Right.ERASE)
        done = self.services.erasing.erase(recording_id, self.name(by), why)
        self.note("erased", recording_id, by)
        return done

    def erase_all(self, ids: Sequence[str], by: str, why: str) -> int:
        """Delete calls; returns how many files are gone. Raises NotFound, BadInput."""
        return sum(self.erase(i, by, why).gone.get("files", 0) for i in ids)

    def erasures(self) -> list[Erasure]:
        """What was deleted, newest first."""
        self.who.need(Right.ERASE)
        return self.services.erasing.records()

    def records_of(self, ids: Sequence[str]) -> int:
        """How many sessions have played something of these calls: their records stay, masked."""
        self.who.need(Right.ERASE)
        packs = {p.id for p in self.services.packs.listed() if p.recording_id in ids}
        return sum(x.pack_id in packs for x in self.services.host.listed())

    def mentioning(self, number: str) -> list[Recording]:
        """Calls in which a number is said, in whatever form, or whose file was named by it.

        Raises BadInput: fewer than five digits.
        """
        self.who.need(Right.ERASE)
        digits = "".join(c.digits for c in chunks(0, number))
        if len(digits) < 5:
            raise BadInput(detail="至少要五位数字", detail_en="five digits at least")
        return [r for r in self.recordings() if self._says(r, digits)]

    def _says(self, recording: Recording, digits: str) -> bool:
        turns = self.services.call(recording.id).turns
        heard = (e.digits for e in episodes(said(turns)))
        return digits in "".join(filter(str.isdigit, recording.source_name)) or any(
            digits in one for one in heard
        )
