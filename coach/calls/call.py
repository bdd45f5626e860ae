"""A call as people meet it: recording, turns with roles, exchanges. And the store it lives in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from coach.calls.exchanges import Exchange, pair
from coach.calls.recording import Recording
from coach.calls.roles import Roles, decide_roles, swapped
from coach.calls.transcript import Role, Segment
from coach.calls.turns import Turn, build_turns


@dataclass(frozen=True)
class Call:
    """A recording with what was said in it."""

    recording: Recording
    turns: tuple[Turn, ...]
    exchanges: tuple[Exchange, ...]

    def channel_of(self, role: Role) -> int | None:
        """The channel a role is heard on; None where the channels do not separate them."""
        found = {t.channel for t in self.turns if t.role is role}
        other = {t.channel for t in self.turns if t.role is role.other}
        if len(found) == 1 and None not in found and not found & other:
            return next(iter(found))
        return None

    def to_json(self) -> dict[str, Any]:
        return {
            "recording": recording_json(self.recording),
            "roles": {k: r.value for k, r in self.recording.roles.items()},
            "confidence": self.recording.role_confidence,
            "turns": [turn_json(t) for t in self.turns],
            "exchanges": [e.to_json() for e in self.exchanges],
        }


def turn_json(turn: Turn) -> dict[str, Any]:
    return {
        "speaker": turn.speaker,
        "role": turn.role.value,
        "start": turn.start,
        "end": turn.end,
        "text": turn.text,
        "sure": round(turn.sure, 3),
        "doubt": turn.doubt,
    }


def recording_json(recording: Recording) -> dict[str, Any]:
    meta = recording.meta
    return {
        "id": recording.id,
        "title": recording.title,
        "source_name": recording.source_name,
        "duration": round(recording.duration, 3),
        "sample_rate": recording.sample_rate,
        "channels": recording.channels,
        "agent": meta.agent,
        "team": meta.team,
        "node": meta.node,
        "called_at": meta.called_at.isoformat() if meta.called_at else None,
        "created_at": recording.created_at.isoformat(),
        "language": recording.language,
        "layout": recording.layout,
    }


def assemble(recording: Recording, segments: Sequence[Segment]) -> Call:
    """Turns and exchanges of a recording by the roles it has."""
    turns = tuple(build_turns(segments, recording.roles))
    return Call(recording, turns, tuple(pair(turns)))


def roles_from(segments: Sequence[Segment]) -> Roles:
    """Roles by the transcript's own labels where it has them, else by the evidence."""
    labelled = {s.speaker: s.role for s in segments if s.role is not None}
    segments = [s for s in segments if not s.doubt]
    speakers = {s.speaker for s in segments}
    if labelled and speakers == set(labelled):
        return Roles({k: r for k, r in labelled.items() if r}, 1.0)
    ordered = sorted(segments, key=lambda s: s.start)
    return decide_roles([(s.speaker, s.text) for s in ordered])


def with_roles_swapped(recording: Recording, by: str) -> Recording:
    """Agent and customer exchanged; a person's word is certain."""
    return replace(recording, roles=swapped(recording.roles), role_confidence=1.0, roles_by=by)


IMPORTED = "import"  # the options under which a transcript from elsewhere is stored


class CallStore(Protocol):
    """Where recordings and their transcripts are kept."""

    def add(
        self, recording: Recording, hashes: dict[str, str], segments: Sequence[Segment] = ()
    ) -> None:
        """Store a recording with its hashes (hash → kind) and transcript: all or nothing.

        Raises:
            AlreadyImported: one of the hashes is known.
            DiskFull: there is no room.
        """

    def get(self, recording_id: str) -> Recording:
        """Raises NotFound."""

    def keep(self, recording_id: str) -> None:
        """It stays for the benchmark in it: its time is not that of originals."""

    def listed(self) -> list[Recording]:
        """All recordings, newest first."""

    def by_hash(self, *hashes: str) -> Recording | None:
        """The recording that one of these hashes belongs to. Raises WasErased."""

    def save(self, recording: Recording) -> None:
        """Write what may change: meta, roles, who set them, and the language."""

    def save_segments(
        self, recording_id: str, part: str, options: str, segments: Sequence[Segment]
    ) -> None:
        """Store one finished part of a transcript, replacing that part. Raises NotFound."""

    def replace_transcript(self, recording_id: str, options: str) -> None:
        """The parts made with these options are whole: they count from now on, others go, and
        the repairs of other transcripts with them."""

    def whole(self, recording_id: str) -> str:
        """The options of the transcript that reaches the end of the call; "" where none does."""

    def parts_done(self, recording_id: str, options: str) -> set[str]:
        """The parts already stored with these options."""

    def parts(self, recording_id: str, options: str) -> dict[str, list[Segment]]:
        """The parts stored with these options, in their order."""

    def transcribed(self) -> set[str]:
        """Ids of the recordings that have text, or the beginning of it."""

    def segments(self, recording_id: str) -> list[Segment]:
        """All parts' segments in time order."""
