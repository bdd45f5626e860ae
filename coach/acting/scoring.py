"""Scores and calibrations, as one person may give and see them."""

from __future__ import annotations

from collections.abc import Sequence

from coach.acting.calls import Calls
from coach.bootstrap import new_id, now
from coach.errors import BadInput, NotAllowed, NotFound
from coach.library.calibration import Agreement, Calibration, agreement
from coach.library.rubrics import (
    START_NAME,
    START_TEXT,
    Mark,
    Rubric,
    Score,
    parse_rubric,
    total,
)
from coach.people.rights import Right, Scope


class Scoring(Calls):
    """Rubrics, scores, calibrations."""

    def rubrics(self) -> list[Rubric]:
        """The newest version of each; the first time the usual one of a hotline."""
        self.who.need(Right.MARK)
        store = self.services.library.rubrics
        if not store.rubrics():
            store.add(Rubric(new_id(), 1, START_NAME, parse_rubric(START_TEXT)))
        return store.rubrics()

    def save_rubric(self, name: str, text: str, rubric_id: str = "") -> Rubric:
        """A new rubric, or the next version of one. Raises BadInput, NotAllowed."""
        self.who.need(Right.APPROVE)
        if not name.strip():
            raise BadInput(detail="评分表要有名字", detail_en="a rubric needs a name")
        made = Rubric(
            rubric_id or new_id(), 1, name.strip()[:40], parse_rubric(text), self.who.name
        )
        return self.services.library.rubrics.add(made)

    def score(
        self,
        rubric: Rubric,
        recording_id: str,
        marks: Sequence[Mark],
        *,
        item_id: str = "",
        calibration_id: str = "",
        by: str = "",
    ) -> Score:
        """Score an exchange, or a call; again replaces one's own.

        Raises:
            NotFound, NotAllowed.
            BadInput: nobody's name; marks that do not fit; the calibration is closed.
        """
        self.recording(recording_id, Right.MARK)
        name = self.name(by)
        if not name:
            raise BadInput(detail="请写评分人的名字", detail_en="who scores?")
        self._fits(recording_id, item_id, calibration_id)
        made = Score(
            new_id(),
            rubric.id,
            rubric.number,
            recording_id,
            item_id,
            self.who.id,
            name,
            now(),
            tuple(marks),
            total(rubric, marks),
            calibration_id,
        )
        self.services.library.rubrics.put(made)
        return made

    def _fits(self, recording_id: str, item_id: str, calibration_id: str) -> None:
        """The exchange is of this call, and of the calibration, which still runs."""
        if item_id:
            item = self.services.library.reviewing.store.item(item_id)
            if item.recording_id != recording_id:
                raise NotFound(what="问答", what_en="exchange", key=item_id)
        if calibration_id:
            calibration = self.services.library.calibrations.get(calibration_id)
            if calibration.closed or item_id not in calibration.items:
                raise BadInput(detail="这次校准已经结束", detail_en="this calibration is closed")

    def scores(self, recording_id: str) -> list[Score]:
        """Of a call, outside calibrations, newest first. Raises NotFound."""
        self.recording(recording_id, Right.MARK)
        return self.services.library.rubrics.scores(recording_id)

    def pinned(self, recording_id: str) -> dict[int, str]:
        """Exchanges of a call that a comment is pinned to, with the comments. Raises NotFound."""
        moments = [
            (m.moment, m.comment)
            for score in self.scores(recording_id)
            for m in score.marks
            if m.moment is not None
        ]
        found: dict[int, str] = {}
        for place, exchange in enumerate(self.call(recording_id).exchanges if moments else ()):
            start, end = exchange.question.start, exchange.answer.end if exchange.answer else None
            for moment, comment in moments:
                if start is not None and end is not None and start <= moment < end:
                    found[place] = "；".join(p for p in (found.get(place, ""), comment) if p)
        return found

    def calibrations(self) -> list[Calibration]:
        """Those over calls that this person may hear, newest first."""
        self.who.need(Right.MARK)
        return [c for c in self.services.library.calibrations.listed() if self._mine(c)]

    def _mine(self, calibration: Calibration) -> bool:
        if self.who.scope(Right.MARK) is Scope.ALL:
            return True
        try:
            for item_id in calibration.items:
                item = self.services.library.reviewing.store.item(item_id)
                self.recording(item.recording_id, Right.MARK)
        except (NotFound, NotAllowed):
            return False
        return True

    def _over(self, calibration: Calibration) -> None:
        if not self._mine(calibration):
            raise NotAllowed(right=Right.MARK.value)

    def calibrate(self, title: str, rubric: Rubric, item_ids: Sequence[str]) -> Calibration:
        """Begin one over some exchanges. Raises BadInput, NotAllowed, NotFound."""
        self.who.need(Right.APPROVE)
        if not title.strip() or not item_ids:
            raise BadInput(detail="要有标题和至少一个问答", detail_en="a title and an exchange")
        for item_id in item_ids:
            self.services.library.reviewing.store.item(item_id)
        made = Calibration(
            new_id(), title.strip()[:60], rubric.id, rubric.number, tuple(item_ids), self.who.name, now()
        )  # fmt: skip
        self.services.library.calibrations.add(made)
        return made

    def my_scores(self, calibration: Calibration, by: str = "") -> dict[str, Score]:
        """One's own in a calibration, by exchange: all that may be seen while it runs."""
        self.who.need(Right.MARK)
        found = self.services.library.rubrics.scores(calibration_id=calibration.id)
        mine = [s for s in found if s.rater == (self.who.id or self.name(by))]
        return {s.item_id: s for s in mine}

    def progress(self, calibration: Calibration) -> dict[str, int]:
        """How many exchanges each has scored, without the scores."""
        self._over(calibration)
        count: dict[str, int] = {}
        for s in self.services.library.rubrics.scores(calibration_id=calibration.id):
            count[s.by] = count.get(s.by, 0) + 1
        return count

    def close_calibration(self, calibration_id: str) -> None:
        """Everybody sees all scores from now on. Raises NotAllowed, NotFound."""
        self.who.need(Right.APPROVE)
        self.services.library.calibrations.get(calibration_id)
        self.services.library.calibrations.close(calibration_id)

    def opened(self, calibration: Calibration) -> tuple[list[Score], Agreement]:
        """All scores of a closed calibration and how far they agree. Raises NotAllowed: it runs."""
        self._over(calibration)
        if not calibration.closed:
            raise NotAllowed(right="calibration")
        store = self.services.library.rubrics
        rubric = store.rubric(calibration.rubric_id, calibration.number)
        found = store.scores(calibration_id=calibration.id)
        finals = {item: total(rubric, marks) for item, marks in calibration.finals.items()}
        return found, agreement(rubric, found, finals)

    def settle(self, calibration: Calibration, item_id: str, marks: Sequence[Mark]) -> None:
        """The final marks of an exchange, after the talk. Raises NotAllowed, BadInput."""
        self.who.need(Right.APPROVE)
        store = self.services.library.rubrics
        total(store.rubric(calibration.rubric_id, calibration.number), marks)
        self.services.library.calibrations.settle(calibration.id, item_id, marks)
