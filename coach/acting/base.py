"""Who acts, and the calls they may reach."""

from __future__ import annotations

from dataclasses import dataclass

from coach.bootstrap import Services
from coach.calls.recording import Recording
from coach.people.rights import Right, Who


@dataclass(frozen=True)
class Base:
    """The services as ``who`` may use them. Everything raises NotAllowed where they may not."""

    services: Services
    who: Who

    def name(self, typed: str = "") -> str:
        """Who is written down: the one signed in; without accounts, who they say they are."""
        return self.who.name or typed.strip()[:40]

    def recordings(self) -> list[Recording]:
        """Those whose originals this person may hear, newest first."""
        every = self.services.calls.listed()
        return [r for r in every if self.who.may(Right.ORIGINALS, team=r.meta.team)]

    def recording(self, recording_id: str, right: Right = Right.ORIGINALS) -> Recording:
        """Raises NotFound."""
        found = self.services.calls.get(recording_id)
        self.who.need(right, team=found.meta.team)
        return found

    def note(self, what: str, about: str, typed: str = "") -> None:
        """Into the audit log: this person did that."""
        self.services.audit.add(self.name(typed), what, about, self.who.id)

    def shown_as(self, agent: str) -> str:
        """What others see instead of an agent's name."""
        return self.services.objections.aliases().get(agent, agent)
