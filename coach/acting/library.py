"""Benchmarks: marking them, finding them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from coach.acting.base import Base
from coach.bootstrap import new_id
from coach.errors import BadInput
from coach.library.benchmark import Benchmark, CaseCard, Standing
from coach.library.collections import Collection, Rule
from coach.library.index import Wanted
from coach.library.keypoints import KeyPoint
from coach.library.limits import Pair
from coach.library.search import EVERYTHING, Found
from coach.library.unanswered import Unanswered
from coach.library.wording import bare
from coach.people.rights import Right

LONGEST_ASKED = 200  # characters of a question that are kept


class Library(Base):
    """The benchmark library."""

    def marks(self) -> list[Benchmark]:
        """Benchmarks of calls that are this person's to decide about, in whatever state."""
        mine = {r.id for r in self.recordings()} if self.who.may(Right.RELEASE) else set()
        return [b for b in self.services.benchmarks.listed() if b.recording_id in mine]

    def marks_of(self, recording_id: str) -> list[Benchmark]:
        """Benchmarks of one call, in whatever state. Raises NotFound."""
        self.recording(recording_id, Right.MARK)
        return self.services.benchmarks.listed(recording_id)

    def waiting(self) -> set[str]:
        """Ids of benchmarks with a version to be approved."""
        self.who.need(Right.MARK)
        return self.services.benchmarks.waiting()

    def mark(self, recording_id: str, index: int, tags: tuple[str, ...]) -> Benchmark:
        """Raises NotFound."""
        self.recording(recording_id, Right.MARK)
        tags = tuple(self.services.gate.cleaned(tag, label=True) for tag in tags)
        return self.services.mark(recording_id, index, tags, self.who.name, self.who.id)

    def unmark(self, benchmark_id: str) -> None:
        """Take a mark back that nobody decided about yet. Raises NotFound, NotAllowed: somebody did,
        so whoever approves retires it."""
        versions = self.versions(benchmark_id)
        if any(v.standing is Standing.APPROVED or v.decided_by for v in versions):
            self.who.need(Right.APPROVE)
        clips = [c for c in dict.fromkeys(v.clip for v in versions) if c]
        self.services.gate.withdraw(clips, self.who.name)
        self.services.benchmarks.remove(benchmark_id)
        self.note("withdrawn", " ".join(clips))

    def versions(self, benchmark_id: str) -> list[Benchmark]:
        """All versions, newest first, for who decides about them. Raises NotFound, NotAllowed."""
        found = self.services.benchmarks.versions(benchmark_id)
        self.recording(found[0].recording_id, Right.MARK)
        return found

    def revise(self, changed: Benchmark, by: str = "") -> Benchmark:
        """The next version, to be approved. Raises NotFound, NotAllowed."""
        self.versions(changed.id)
        made = self.services.library.approving.revise(
            self.cleaned(changed), self.name(by), self.who.id
        )
        self.note("nominated", f"{changed.id} {made.number}", by)
        return made

    def approve(self, benchmark_id: str, number: int, by: str, until: date | None = None) -> None:
        """Raises NotFound, NotAllowed, SamePerson, NotReleased, AlreadyDecided, BadInput."""
        self.who.need(Right.APPROVE)
        old = self.services.benchmarks.get(benchmark_id)
        approving = self.services.library.approving
        approving.approve(benchmark_id, number, self.name(by), self.who.id, until)
        new = self.services.benchmarks.get(benchmark_id)
        if old.clip and old.clip != new.clip:
            self.services.gate.withdraw([old.clip], self.name(by))
        self.note("approved", f"{benchmark_id} {number}", by)

    def decline(self, benchmark_id: str, number: int, by: str, why: str) -> None:
        """Raises NotFound, NotAllowed, AlreadyDecided, BadInput."""
        self.who.need(Right.APPROVE)
        self.services.library.approving.decline(benchmark_id, number, self.name(by), why)
        self.note("declined", f"{benchmark_id} {number}", by)

    def retire(self, benchmark_id: str, by: str, why: str) -> None:
        """Raises NotFound, NotAllowed, AlreadyDecided, BadInput."""
        self.who.need(Right.APPROVE)
        self.services.library.approving.retire(benchmark_id, self.name(by), why)
        self.note("retired", benchmark_id, by)

    def policy_changed(self, tag: str, by: str) -> list[str]:
        """What was approved under a tag holds no longer. Raises NotAllowed, BadInput."""
        self.who.need(Right.APPROVE)
        ended = self.services.library.approving.policy_changed(tag, self.name(by))
        self.note("policy changed", f"{tag}: {len(ended)}", by)
        return ended

    def library(self) -> list[Benchmark]:
        """What is released, newest first."""
        self.who.need(Right.LIBRARY)
        today = self.services.today()
        return [self._named(b) for b in self.services.benchmarks.released() if not b.expired(today)]

    def find(self, text: str, *, count: int = 3, wanted: Wanted = EVERYTHING) -> Found:
        """Search among what is released."""
        self.who.need(Right.LIBRARY)
        found = self.services.search.find(text, count=count, wanted=wanted)
        matches = tuple(replace(m, benchmark=self._named(m.benchmark)) for m in found.matches)
        return replace(found, matches=matches)

    def ask(self, text: str) -> bool:
        """Nobody was found: QA looks for somebody who answers it well. Kept masked; False where it
        says nothing."""
        self.who.need(Right.LIBRARY)
        text = text.encode("utf-8", "replace").decode()
        question = self.services.gate.cleaned(text.strip())[:LONGEST_ASKED]
        if not bare(question):
            return False
        self.services.library.unanswered.ask(question, self.who.name)
        return True

    def judge(self, asked: str, benchmark_id: str, *, same: bool) -> None:
        """Somebody says whether a benchmark answers what was asked: search learns its limit from
        that. Raises NotFound."""
        self.who.need(Right.LIBRARY)
        question = self.services.benchmarks.get(benchmark_id).question
        masked = self.services.gate.cleaned(asked.strip())[:LONGEST_ASKED]
        self.services.library.limits.judge(Pair(masked, question, same), self.who.name)

    def collections(self) -> list[Collection]:
        """Collections of benchmarks, by name."""
        self.who.need(Right.LIBRARY)
        return self.services.library.collections.listed()

    def collect(self, name: str, rule: Rule | None = None) -> None:
        """A new collection: by hand, or by a filter that stays current. Raises BadInput."""
        self.who.need(Right.MARK)
        name = name.strip()[:40]
        if not name or any(c.name == name for c in self.collections()):
            raise BadInput(
                detail="合集要有自己的名字", detail_en="a collection needs a name of its own"
            )
        self.services.library.collections.put(Collection(new_id(), name, self.who.name, rule))

    def put_in(self, collection_id: str, benchmark_id: str, *, inside: bool = True) -> None:
        """Into a collection made by hand, or out of it. Raises NotFound."""
        self.who.need(Right.MARK)
        self.services.library.collections.add(collection_id, benchmark_id, inside)

    def drop_collection(self, collection_id: str) -> None:
        """Its benchmarks stay."""
        self.who.need(Right.MARK)
        self.services.library.collections.remove(collection_id)

    def unanswered(self) -> list[Unanswered]:
        """The recruiting list; whoever may mark benchmarks sees it."""
        return self.services.library.unanswered.listed() if self.who.may(Right.MARK) else []

    def answered(self, key: str) -> None:
        """Off the recruiting list."""
        self.who.need(Right.MARK)
        self.services.library.unanswered.close(key, self.who.name)

    def cleaned(self, b: Benchmark) -> Benchmark:
        """What people write beside a benchmark, without what may be a customer's: the team reads
        it, and other sites do."""
        out = self.services.gate.cleaned

        def label(word: str) -> str:
            return out(word, label=True)

        points = tuple(KeyPoint(label(p.name), tuple(map(label, p.phrasings))) for p in b.points)
        card = CaseCard(
            out(b.card.scene), out(b.card.conduct), out(b.card.confirmed), out(b.card.solution)
        )
        return replace(b, why=out(b.why), points=points, card=card, tags=tuple(map(label, b.tags)))

    def _named(self, benchmark: Benchmark) -> Benchmark:
        return replace(benchmark, agent=self.shown_as(benchmark.agent))
