"""对照: which answer stands beside a benchmark, and what its agent says to that."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coach.acting.calls import Calls
from coach.bootstrap import new_id, now
from coach.calls.cuts import Cut
from coach.calls.masking.clip import ClipState
from coach.errors import BadInput, NoExchanges, NotAllowed, NotFound
from coach.library.benchmark import Benchmark
from coach.library.counterpart import Consent, Counterpart, only_good
from coach.library.lexical import similarities
from coach.people.rights import Right

LOOKED, OFFERED = 30, 8  # calls of a node that are read, exchanges of them that are offered
LONGEST = 300  # characters of what differs


@dataclass(frozen=True)
class Other:
    """An exchange that may stand beside a benchmark; unmasked, for who decides about the call."""

    recording_id: str
    index: int
    title: str
    question: str
    answer: str
    similarity: float


class Contrast(Calls):
    """Counterparts."""

    def others(self, benchmark_id: str) -> list[Other]:
        """Exchanges about the same in calls of that node, nearest first. Raises NotFound."""
        b = self._marking(benchmark_id)
        calls = [r for r in self.transcribed() if r.meta.node == b.node and r.meta.agent != b.agent]
        found = []
        for r in calls[:LOOKED]:
            for i, exchange in enumerate(self.services.call(r.id).exchanges):
                if exchange.answer is not None and exchange.answer.end is not None:
                    texts = exchange.question.text, exchange.answer.text
                    found.append(Other(r.id, i, r.title, *texts, 0.0))
        near = similarities([(b.question, o.question) for o in found])
        ranked = [replace(o, similarity=s) for o, s in zip(found, near, strict=True)]
        return sorted(ranked, key=lambda o: -o.similarity)[:OFFERED]

    def propose(
        self, benchmark_id: str, recording_id: str, index: int, differs: str, by: str = ""
    ) -> Counterpart:
        """Put an exchange beside a benchmark; its agent is asked, nobody sees it before.

        Raises NotFound, NotAllowed; BadInput: of set wording only the good is shown, or nothing
        says what differs, or nobody knows whose answer it is.
        """
        b = self._marking(benchmark_id)
        agent = self.recording(recording_id, Right.MARK).meta.agent
        if only_good(b.tags):
            raise BadInput(
                detail="规定话术只放好的，不放差的",
                detail_en="of set wording only the good is shown",
            )
        if not differs.strip() or not agent:
            raise BadInput(
                detail="请写差在哪里；通话的“资料”里要有坐席",
                detail_en="say what differs; the call must name its agent",
            )
        new = self._cut(b, recording_id, index, agent, differs, by)
        old = self.services.library.counterparts.of([benchmark_id]).get(benchmark_id)
        self.services.library.counterparts.put(new)
        if old is not None:
            self.services.gate.withdraw([old.clip], self.name(by))
        self.services.remask(recording_id, self.name(by))
        self.services.second(recording_id)
        self.note("counterpart proposed", f"{benchmark_id} {recording_id}", by)
        return new

    def _cut(
        self, b: Benchmark, recording_id: str, index: int, agent: str, differs: str, by: str
    ) -> Counterpart:
        call = self.services.call(recording_id)
        exchange = call.exchanges[index] if 0 <= index < len(call.exchanges) else None
        answer = exchange.answer if exchange else None
        if exchange is None or answer is None:
            raise NotFound(what="问答", what_en="exchange", key=str(index + 1))
        if answer.start is None or answer.end is None:
            raise NoExchanges(detail="没有时间 no times")
        masked = self.services.gate.mask(call)
        cut = Cut(answer.start, answer.end)
        clip = masked.clip(new_id(), recording_id, cut, [exchange.question, answer])
        self.services.clips.add(self.services.gate.look([clip]), self.name(by))
        return Counterpart(
            new_id(),
            b.id,
            recording_id,
            cut.start,
            cut.end,
            masked.text(exchange.question),
            masked.text(answer),
            clip.id,
            agent,
            self.services.gate.cleaned(differs.strip()[:LONGEST]),
            Consent.ASKED,
            self.name(by),
            now(),
        )

    def counterpart(self, benchmark_id: str) -> Counterpart | None:
        """What stands beside a benchmark, agreed to or not, for who decides. Raises NotFound."""
        self._marking(benchmark_id)
        return self.services.library.counterparts.of([benchmark_id]).get(benchmark_id)

    def counterparts(self) -> list[Counterpart]:
        """All of calls that are this person's to release."""
        mine = {r.id for r in self.recordings()} if self.who.may(Right.RELEASE) else set()
        return [c for c in self.services.library.counterparts.listed() if c.recording_id in mine]

    def contrasts(self, ids: list[str]) -> dict[str, Counterpart]:
        """What the team may read, and hear where that was agreed to, by benchmark; nobody's name."""
        self.who.need(Right.LIBRARY)
        shown = {
            i: c
            for i, c in self.services.library.counterparts.of(ids).items()
            if c.consent.given and self.services.gate.released([c.clip])
        }
        return {
            i: replace(c, agent="", asked_by="", said_by="", recording_id="")
            for i, c in shown.items()
        }

    def asked_of_me(self) -> list[Counterpart]:
        """Answers of one's own that stand, or may stand, beside a benchmark: those that have
        passed the second look."""
        if not self.who.name:
            return []
        found = self.services.library.counterparts.asked(self.who.name)
        states = self.services.gate.states([c.clip for c in found])
        passed = (ClipState.CHECKED, ClipState.RELEASED)
        return [c for c in found if c.clip in states and states[c.clip].state in passed]

    def consent(self, counterpart_id: str, consent: Consent) -> None:
        """What its agent says; changed at any time, with effect at once. Raises NotFound."""
        found = self.services.library.counterparts.get(counterpart_id)
        if not self.who.name or found.agent != self.who.name:
            raise NotAllowed(right="consent")
        self._say(found, consent, self.who.name)

    def consent_on_paper(self, counterpart_id: str, consent: Consent, by: str) -> None:
        """For an agent without an account: somebody answers for having it in writing.

        Raises NotFound, BadInput: nobody's name, or the agent can say so themselves.
        """
        self.who.need(Right.APPROVE)
        found = self.services.library.counterparts.get(counterpart_id)
        if not self.name(by):
            raise BadInput(detail="请写名字", detail_en="a name is needed")
        if self.services.signing.known_as(found.agent):
            raise BadInput(
                detail=f"{found.agent}有账号，请本人在“我的通话”里答复",
                detail_en=f"{found.agent} has an account and answers on their own page",
            )
        self._say(found, consent, self.name(by))
        self.note("consent on paper", f"{found.id} {consent.value}", by)

    def drop_counterpart(self, counterpart_id: str) -> None:
        """Take it away. Raises NotFound."""
        found = self.services.library.counterparts.get(counterpart_id)
        self._marking(found.benchmark_id)
        self.services.gate.withdraw([found.clip], self.who.name)
        self.services.library.counterparts.remove(counterpart_id)

    def _say(self, found: Counterpart, consent: Consent, by: str) -> None:
        self.services.library.counterparts.say(found.id, consent, by, now())
        if not consent.given:
            self.services.gate.withdraw([found.clip], by, "不同意")
        self.note(f"consent {consent.value}", found.id)

    def _marking(self, benchmark_id: str) -> Benchmark:
        self.who.need(Right.MARK)
        found = self.services.benchmarks.get(benchmark_id)
        self.who.need(Right.MARK, team=self.services.calls.get(found.recording_id).meta.team)
        return found
