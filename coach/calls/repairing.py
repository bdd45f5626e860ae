"""The repair desk's use cases: one call's lines, repaired, undone, learnt from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from coach.calls import desk
from coach.calls.call import CallStore, with_roles_swapped
from coach.calls.channels import Layout
from coach.calls.desk import Repair
from coach.calls.glossary import Corrections, GlossaryStore, Term
from coach.calls.recording import Recording
from coach.calls.transcript import Role, Segment
from coach.errors import BadInput, RepairConflict, StillTranscribing

PERSON = "人工"  # who repaired, where no name was given


@dataclass(frozen=True)
class Revision:
    """A repair as it is kept: who, when, and whether it still stands."""

    number: int
    at: datetime
    by: str
    repair: Repair
    standing: bool


class DeskStore(Protocol):
    """Where lines and revisions are kept."""

    def lines(
        self, recording_id: str, make: Callable[[list[Segment]], list[Segment]]
    ) -> list[Segment]:
        """The lines, in time order. ``make`` turns what is not a line yet into lines, whose ids
        then stay. Raises NotFound."""

    def commit(self, recording_id: str, repair: Repair, by: str) -> None:
        """Do a repair and keep it as a revision; what was undone can no longer be
        redone.

        Raises:
            RepairConflict: the lines it changes are not as they were.
        """

    def step(self, recording_id: str, *, back: bool) -> Repair | None:
        """Undo the newest standing revision, or redo the oldest undone; None where there is none.

        Raises:
            RepairConflict: its lines have changed since.
        """

    def steps(self, recording_id: str) -> tuple[int, int]:
        """How many revisions can be undone, and redone."""

    def revisions(self, recording_id: str) -> list[Revision]:
        """All that can still be undone or redone, oldest first."""


class Repairing:
    """What a person can do at the desk. ``do`` takes the desk's actions as they are sent."""

    def __init__(
        self,
        calls: CallStore,
        store: DeskStore,
        glossary: GlossaryStore,
        *,
        new_id: Callable[[], str],
    ) -> None:
        self._calls, self._store, self._glossary = calls, store, glossary
        self._new_id = new_id

    def lines(self, recording_id: str) -> list[Segment]:
        """One line per turn.

        Raises:
            NotFound.
            StillTranscribing: one channel is still being transcribed: who speaks is told at the end.
        """
        recording = self._calls.get(recording_id)
        shared = recording.layout not in ("", Layout.SPLIT)
        if shared and not self._calls.whole(recording_id):
            raise StillTranscribing()
        return self._store.lines(recording_id, lambda s: desk.lines_of(s, self._new_id))

    def steps(self, recording_id: str) -> tuple[int, int]:
        """How many repairs can be undone, and redone."""
        return self._store.steps(recording_id)

    def revisions(self, recording_id: str) -> list[Revision]:
        """The history, oldest first."""
        return self._store.revisions(recording_id)

    def swap(self, recording_id: str, by: str) -> None:
        """Agent and customer exchanged; where nobody's role was known, who speaks first is the agent.

        Raises NotFound.
        """
        recording, said = self._calls.get(recording_id), self._calls.segments(recording_id)
        first = said[0].speaker if said else ""
        self._give_roles(
            recording, _decided(recording, said, first, by) or with_roles_swapped(recording, by), by
        )

    def _give_roles(self, recording: Recording, decided: Recording, by: str) -> None:
        """A revision like any other; that a person decided stays true when it is undone."""
        repair = Repair(desk.ROLES, (), (), recording.roles, decided.roles)
        self._store.commit(recording.id, repair, by)
        self._calls.save(decided)

    def do(self, recording_id: str, action: dict[str, Any], by: str) -> Repair | None:
        """One action: undo, redo, roles (of the whole call), or a repair of a line.

        Returns the repair that now stands or is taken back, where there is one.

        Raises:
            NotFound, BadInput, RepairConflict.
        """
        name = str(action.get("do", ""))
        by = by.strip() if by.strip() not in ("", "auto") else PERSON
        if name in ("undo", "redo"):
            return self._store.step(recording_id, back=name == "undo")
        if name == "roles":
            self.swap(recording_id, by)
            return None
        lines = self.lines(recording_id)
        recording = self._calls.get(recording_id)
        if name == "role":
            line = desk.find(lines, str(action.get("id", "")))
            if decided := _decided(recording, lines, line.speaker, by):
                self._give_roles(recording, decided, by)  # nobody's was known: this is the agent
                return None
        repair = self._repair(recording, lines, name, action, by)
        if repair is not None:
            self._store.commit(recording_id, repair, by)
        return repair

    def _repair(
        self,
        recording: Recording,
        lines: list[Segment],
        name: str,
        action: dict[str, Any],
        by: str,
    ) -> Repair | None:
        line = desk.find(lines, str(action.get("id", "")))
        if not _as_seen(line, recording, action.get("was")):
            raise RepairConflict()
        if name == "text":
            return desk.reword(line, str(action.get("text", "")))
        if name == "role":
            return desk.give(line, self._other(recording, lines, line, by))
        if name == "doubt":
            return desk.put_aside(line)
        if name == "split":
            return desk.split(line, int(_number(action, "at")), self._new_id)
        if name == "merge":
            after = lines[lines.index(line) + 1 :]
            if after and after[0].speaker != line.speaker:
                raise BadInput(
                    detail="两句不是同一个人说的，先按 R 换角色再合并",
                    detail_en="two speakers: change the role with R, then merge",
                )
            return desk.merge(line, after[0], self._new_id) if after else None
        if name == "move":
            start, end = _number(action, "start"), _number(action, "end")
            return desk.move(line, start=start, end=end, duration=recording.duration)
        raise BadInput(detail=f"校对没有这个动作：{name}", detail_en=f"no such repair: {name}")

    def _other(self, recording: Recording, lines: list[Segment], line: Segment, by: str) -> str:
        """The other side's label; a call with one label gets a second."""
        other = desk.other_speaker(lines, recording.roles, line)
        if other not in recording.roles:
            role = recording.roles.get(line.speaker, Role.UNKNOWN).other
            roles = {**recording.roles, other: role}
            self._calls.save(replace(recording, roles=roles, roles_by=by))
        return other

    def learn(self, recording_id: str, *, wrong: str, right: str) -> None:
        """A corrected word goes into the glossary of the call's node.

        Raises NotFound; BadInput where no word was changed.
        """
        node = self._calls.get(recording_id).meta.node
        wrong, right = wrong.strip(), right.strip()
        if not right or wrong == right:
            raise BadInput(detail="没有改过的词", detail_en="no word was changed")
        self._glossary.put([Term(right[:40], node, (wrong[:40],) if wrong else ())])

    def elsewhere(self, wrong: str, among: Sequence[str]) -> int:
        """In how many of these transcripts a wrong form stands."""
        if not wrong:
            return 0
        return sum(any(wrong in s.text for s in self._calls.segments(i)) for i in among)

    def spread(self, *, wrong: str, right: str, by: str, among: Sequence[str]) -> dict[str, int]:
        """Apply one correction to these transcripts, each change a revision.

        Returns how many lines changed in which.
        """
        corrections = Corrections([Term(right, wrong=(wrong,))])
        changed: dict[str, int] = {}
        for recording in self._calls.listed():
            said = self._calls.segments(recording.id) if recording.id in among else []
            if not any(wrong in segment.text for segment in said):
                continue
            if not self._calls.whole(recording.id):
                continue  # its windows are corrected as they come
            lines = self.lines(recording.id)
            pairs = [(line, corrections.apply(line)) for line in lines if wrong in line.text]
            pairs = [(old, new) for old, new in pairs if new.text != old.text]
            if pairs:
                repair = Repair("glossary", tuple(o for o, _ in pairs), tuple(n for _, n in pairs))
                self._store.commit(recording.id, repair, by)
                changed[recording.id] = len(pairs)
        return changed


def _decided(recording: Recording, lines: list[Segment], agent: str, by: str) -> Recording | None:
    """With ``agent`` as the agent and all others customers; None where roles are known already."""
    speakers = {line.speaker for line in lines}
    if any(recording.roles.get(s, Role.UNKNOWN) is not Role.UNKNOWN for s in speakers):
        return None
    roles = {s: Role.AGENT if s == agent else Role.CUSTOMER for s in speakers}
    return replace(recording, roles=roles, role_confidence=1.0, roles_by=by)


def _as_seen(line: Segment, recording: Recording, was: Any) -> bool:
    """Whether the line is as the person saw it who repairs it; an action may leave that out."""
    if not isinstance(was, dict):
        return True
    role = recording.roles.get(line.speaker) or line.role or Role.UNKNOWN
    now = {"text": line.text, "doubt": line.doubt, "role": role.value}
    return all(now[key] == value for key, value in was.items() if key in now)


def _number(action: dict[str, Any], name: str) -> float:
    try:
        found = float(action[name])
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(detail=f"{name} 不是数字", detail_en=f"{name} is no number") from error
    if not math.isfinite(found):
        raise BadInput(detail=f"{name} 不是数字", detail_en=f"{name} is no number")
    return found
