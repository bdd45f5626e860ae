"""The host runs sessions: opens them, applies what people do, says what may be seen and heard."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from coach.calls.hearing import ClipFile
from coach.calls.masking.clip import ClipState
from coach.calls.masking.gate import Gate
from coach.errors import BadInput, NotFound, NotHearable, SessionEnded, StepLocked
from coach.game.coverage import Learned, LearnedStore, mark, to_learn
from coach.game.odds import Base, NextStore, asking, base
from coach.game.pack import WITHDRAWN, Pack, PackStore, without_words
from coach.game.phases import (
    Action,
    EntryKind,
    Event,
    Kind,
    Mode,
    Program,
    State,
    apply,
    begin,
    may_hear,
    may_write,
    program,
    revealed,
)
from coach.game.picking import PickStore, pick
from coach.game.reading import Reader
from coach.game.recalling import heard, recallable, recalls
from coach.game.session import MOST_SEATS, Entry, Seat, Session, SessionStore
from coach.game.table import About, Shown, Table
from coach.game.view import Known, guessed_before, really_asked, seat_view, stage_view
from coach.library.counterpart import Consent, CounterpartStore
from coach.library.keypoints import KeyPoint
from coach.library.saying import wording

LONGEST_TEXT = 2000  # characters of one entry


class Host:
    """Services of a session. Thread-safe: the store's transactions decide who came first."""

    def __init__(
        self,
        sessions: SessionStore,
        packs: PackStore,
        gate: Gate,
        learned: LearnedStore,
        reader: Reader,
        nexts: NextStore,
        picks: PickStore,
        counterparts: CounterpartStore,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._sessions, self._packs, self._gate = sessions, packs, gate
        self._learned, self._nexts, self._picks = learned, nexts, picks
        self._reader = reader
        self._counterparts = counterparts
        self._bases: dict[tuple[str, int], Base] = {}  # by session and round
        self._programs: dict[str, Program] = {}  # by session
        self._new_id, self._now = new_id, now

    def open(
        self, pack_id: str, seats: Sequence[tuple[str | None, str]], **about: Unpack[About]
    ) -> Session:
        """Start a session; its clips are cut now, so that a key press only has to send them.

        Args:
            seats: (person id, None for a visitor; name).

        Raises NotFound: no such pack, or its audio is gone; BadInput: nobody is present; NotReleased.
        """
        if not seats:
            raise BadInput(detail="还没有人到场", detail_en="nobody is present")
        pack = self._packs.get(pack_id)
        for clip in pack.clips:
            self._gate.hear(clip)
        now, taken = self._now(), tuple(Seat(self._new_id(), n, person) for person, n in seats)
        plain = Session(self._new_id(), pack_id, Mode.TEAM, None, "", "", taken, now, begin(now))
        session = replace(plain, **about)
        return session if self._sessions.add(session) else self._sessions.get(session.id)

    def table(self, session_id: str) -> Table:
        """With the words of what is released only: withdrawn, nobody reads it either.

        Raises NotFound.
        """
        session = self._sessions.get(session_id)
        pack = self._packs.get(session.pack_id)
        clips = self._gate.states([*pack.clips, *pack.poor_clips])
        gone = {i for i, clip in clips.items() if clip.state is not ClipState.RELEASED}
        pack = without_words(self._agreed(pack), gone)
        return Table(session, pack, program(pack, session.mode, straight=session.straight))

    def _agreed(self, pack: Pack) -> Pack:
        """Weaker answers are heard as long as their agents agree to that, else read."""
        rounds = []
        for r in pack.rounds:
            found = self._counterparts.of_clip(r.poor.clip) if r.poor else None
            poor = r.poor
            if poor and (found is None or not found.consent.given):
                poor = replace(poor, text=WITHDRAWN, differs="", voice=False)
            elif poor and found and found.consent is not Consent.VOICE:
                poor = replace(poor, voice=False)
            rounds.append(replace(r, poor=poor))
        return replace(pack, rounds=tuple(rounds))

    def begun(self, session_id: str) -> datetime | None:
        """When it left its opening screen. Raises NotFound."""
        return next((x.at for x in self._sessions.log(session_id) if x.step > 0), None)

    def listed(self) -> list[Session]:
        """Newest first, without entries."""
        return self._sessions.listed()

    def act(
        self, session_id: str, action: Action, seen: int | None = None, step: int | None = None
    ) -> State:
        """Apply an action; what the machine ignores changes nothing. Raises NotFound."""
        steps = self.table(session_id).steps
        event = Event(action, self._now(), seen, step)
        state, _ = self._sessions.step(session_id, lambda old: apply(steps, old, event))
        return state

    def write(
        self,
        session_id: str,
        kind: EntryKind,
        round_: int,
        seat: str,
        text: str,
        *,
        shared: bool = True,
        passed: bool = False,
    ) -> None:
        """Write or change an entry of a seat, without what may be a customer's; an empty text ticks
        it as done aloud, or ``passed`` as rather not.

        Raises:
            SessionEnded, StepLocked: it is too late, or too early.
            BadInput: the text is too long.
            NotFound: no such session or seat.
        """
        text = text.strip()
        if len(text) > LONGEST_TEXT:
            raise BadInput(
                detail=f"最多 {LONGEST_TEXT} 个字", detail_en=f"at most {LONGEST_TEXT} characters"
            )
        steps = self._program(session_id)
        if kind is EntryKind.VOTE and text:
            self._votable(session_id, round_, text)
        text = "" if kind is EntryKind.SIGN else self._gate.cleaned(text)
        entry = Entry(kind, round_, seat, "" if passed else text, self._now(), shared, passed)
        _, done = self._sessions.write(
            session_id, entry, lambda state: may_write(steps, state, kind, round_)
        )
        if not done:
            ended = self._sessions.get(session_id).state.ended
            raise SessionEnded() if ended else StepLocked()

    def _program(self, session_id: str) -> Program:
        """The steps, remembered: they never change, and a hundred may answer at once."""
        if session_id not in self._programs:
            if len(self._programs) > 100:
                self._programs.clear()
            self._programs[session_id] = self.table(session_id).steps
        return self._programs[session_id]

    def _votable(self, session_id: str, round_: int, place: str) -> None:
        entries = self._sessions.get(session_id).of(EntryKind.THIRD, round_)
        if place not in {str(i) for i in range(sum(bool(e.text) for e in entries))}:
            raise NotFound(what="第三版", what_en="version", key=place)

    def untick(self, session_id: str, kind: EntryKind, round_: int, seat: str) -> None:
        """Take an entry back. Raises StepLocked, NotFound."""
        table = self._seated(session_id, seat)
        entry = Entry(kind, round_, seat, "", self._now())
        if not self._sessions.erase(
            session_id, entry, lambda state: may_write(table.steps, state, kind, round_)
        ):
            raise StepLocked()

    def join(
        self, session_id: str, name: str, person_id: str | None = None, seat_id: str = ""
    ) -> Seat:
        """Somebody came late; a member takes the seat they have, ``seat_id`` is nobody else's.

        Raises NotFound; BadInput: no name, or no seat is left.
        """
        name = name.strip()[:40]
        if not name:
            raise BadInput(detail="请写名字", detail_en="a name is needed")
        new = Seat(seat_id or self._new_id(), name, person_id, self._now())
        seat = self._sessions.add_seat(session_id, new, MOST_SEATS)
        if seat is None:
            raise BadInput(detail="这场已经坐满了", detail_en="this session is full")
        return seat

    def remove(self, session_id: str, seat_id: str) -> None:
        """Out of the room; what the seat wrote stays on record. Raises NotFound."""
        self._seated(session_id, seat_id)
        self._sessions.remove_seat(session_id, seat_id)

    def versions(self, session_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Version and phase of sessions: what a screen holds is stale once they have grown."""
        return self._sessions.versions(session_ids)

    def view(self, session_id: str) -> dict[str, Any]:
        """What may be shown now. Raises NotFound."""
        table = self.table(session_id)
        picked = self._picks.of(session_id).get(table.session.state.cursor, "")
        known = replace(self._known(table), picked=picked)
        return stage_view(table.pack, table.steps, table.session, self._now(), known)

    def shown(self, session_id: str) -> Shown:
        """What the phones of a session need, read once for all of them. Raises NotFound."""
        table = self.table(session_id)
        return Shown(table, self._known(table))

    def seat(self, session_id: str, seat: str, shown: Shown | None = None) -> dict[str, Any]:
        """What one phone shows. Raises NotFound."""
        table, known = shown or self.shown(session_id)
        return seat_view(table.pack, table.steps, table.session, seat, self._now(), known)

    def learned(self) -> Learned:
        """What people said about marks."""
        return self._learned.all()

    @property
    def reads(self) -> bool:
        """Whether there is a model to read with."""
        return self._reader.there

    def read(self, session_id: str) -> int:
        """Read with the model, where there is one, what the step at the cursor shows; screens are told.

        Takes as long as the model takes. Returns how much was found. Raises NotFound.
        """
        if not self._reader.there:
            return 0
        table = self.table(session_id)
        session, step = table.session, table.steps[table.session.state.cursor]
        guessed = guessed_before(table.steps, session.state.cursor)
        if step.kind is Kind.BENCHMARK:
            texts = [e.text for e in session.of(EntryKind.ANSWER, step.round) if e.text]
            found = self._reader.points(table.pack.rounds[step.round].key_points, texts)
        elif step.kind is Kind.SUMMARY:
            points = self._recallable(table)
            found = self._reader.points(points, recalls(session))
        elif guessed is not None:
            texts = [e.text for e in session.of(EntryKind.GUESS, guessed) if e.text]
            really = really_asked(table.pack, table.steps, session.state.cursor)
            found = self._reader.guesses(texts, really)
        else:
            return 0
        if found:
            self._sessions.touch(session_id)
        return found

    def correct(
        self, session_id: str, round_: int, place: int, point: str, by: str, *, made: bool
    ) -> None:
        """A mark on the wall is wrong: learn the words. Asked twice, it is done once.

        Args:
            round_: -1 for what was recalled. place: of the answer on the wall. made: what is right.

        Raises NotFound; StepLocked: the benchmark has not been heard yet.
        """
        table = self.table(session_id)
        state, kind = table.session.state, Kind.BENCHMARK if round_ >= 0 else Kind.SUMMARY
        if not revealed(table.steps, state, kind, round_):
            raise StepLocked()
        if round_ >= 0:
            texts = [e.text for e in table.session.of(EntryKind.ANSWER, round_) if e.text]
            points = table.pack.rounds[round_].key_points
        else:
            texts, points = recalls(table.session), self._recallable(table)
        about = next((p for p in points if p.name == point), None)
        if not 0 <= place < len(texts) or about is None:
            raise NotFound(what="要点", what_en="key point", key=point)
        text = texts[place]
        learned = self._learned.all()
        now = next(iter(mark([about], text, learned).made), None)
        if (now is not None) != made:
            self._learned.put(about.key, to_learn(about, text, now, learned), made, by)
            self._sessions.touch(session_id)

    def settle_guess(self, session_id: str, guess: str, by: str, *, right: bool) -> None:
        """The customer asked what was guessed, or did not: learn the words. Asked twice, it is done once.

        Args:
            guess: one of the group on the stage.

        Raises NotFound; StepLocked: what the customer asked has not been heard yet.
        """
        table = self.table(session_id)
        shown = self.view(session_id).get("odds")
        if shown is None:
            raise StepLocked()
        group = next((g for g in shown["groups"] if guess in g["texts"]), None)
        if group is None:
            raise NotFound(what="猜测", what_en="guess", key=guess)
        if group["right"] == right:
            return
        really = really_asked(table.pack, table.steps, table.session.state.cursor)
        for text in group["texts"]:
            self._learned.put(asking(really), wording(text), right, by)
        self._sessions.touch(session_id)

    def pick(self, session_id: str, instead: str | None = None) -> Seat | None:
        """Ask somebody by chance, in turn over the month, nobody who rather not. Raises NotFound.

        Args:
            instead: of whom a screen shows, "" for nobody: where it is somebody else by now, they stay.
        """
        session, picks = self.table(session_id).session, self._picks.of(session_id)
        shown = next((x for x in session.seats if x.id == picks.get(session.state.cursor)), None)
        if instead is not None and (shown.name if shown else "") != instead:
            return shown
        here = [i for step, i in picks.items() if step != session.state.cursor]
        writing = self.view(session_id).get("writing", {"seats": []})
        passed = {x["id"] for x in writing["seats"] if x["passed"]}
        seats = [x for x in session.seats if x.id not in passed]
        found = pick(seats, self._picks.month(session_id), here, secrets.randbelow)
        if found is not None and not session.state.ended:
            self._picks.put(session_id, session.state.cursor, found.id)
        return found

    def _known(self, table: Table) -> Known:
        first = self._first(table.session)
        before = tuple(recalls(first.session)) if first else None
        rounds = heard(first.pack, first.steps, first.session.state) if first else None
        return Known(self._learned.all(), self._base(table), before, rounds)

    def _first(self, session: Session) -> Table | None:
        """The session that a re-test recalls."""
        if session.retests:
            with suppress(NotFound):
                return self.table(session.retests)
        return None

    def _recallable(self, table: Table) -> tuple[KeyPoint, ...]:
        first = self._first(table.session)
        rounds = heard(first.pack, first.steps, first.session.state) if first else None
        return recallable(table.pack, table.steps, table.session.state, rounds)

    def _base(self, table: Table) -> Base:
        """What customers asked next elsewhere, where the step answers a guess."""
        round_ = guessed_before(table.steps, table.session.state.cursor)
        if round_ is None:
            return Base()
        pack, key = table.pack, (table.session.id, round_)
        if key not in self._bases:
            if len(self._bases) > 100:
                self._bases.clear()
            question = pack.rounds[round_].question.text
            self._bases[key] = base(self._nexts, pack.node, pack.recording_id, question)
        return self._bases[key]

    def clip(self, session_id: str, clip: str) -> ClipFile:
        """The audio of a clip that has been reached.

        Raises:
            NotFound: no such session, or the audio is gone.
            NotHearable: the clip is not of this session, or its step has not come.
            NotReleased: it was withdrawn meanwhile.
        """
        table = self.table(session_id)
        if not may_hear(table.steps, table.session.state, clip):
            raise NotHearable()
        return self._gate.hear(clip)

    def question_revealed(self, session_id: str) -> tuple[Pack, str] | None:
        """The pack and question text of the round at the cursor, once its benchmark was heard."""
        table = self.table(session_id)
        if table.round < 0:
            return None
        if not revealed(table.steps, table.session.state, Kind.BENCHMARK, table.round):
            return None
        return table.pack, table.pack.rounds[table.round].question.text

    def _seated(self, session_id: str, seat: str) -> Table:
        table = self.table(session_id)
        if not any(s.id == seat for s in table.session.seats):
            raise NotFound(what="座位", what_en="seat", key=seat)
        return table
