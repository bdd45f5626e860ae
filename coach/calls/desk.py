"""校对: repairs to a transcript's lines as values that can be done, undone and told. Pure.

A line is a turn that a person may repair: a ``Segment`` with an id. Every repair says which lines
were there before and which stand there after, so that undoing is the same step the other way, and
a repair of lines that somebody else has changed meanwhile is refused instead of overwriting them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from coach.calls.glossary import LONGEST_TERM
from coach.calls.transcript import Role, Segment, Word, join_text, rewrite
from coach.calls.turns import build_turns
from coach.errors import BadInput, NotFound, RepairConflict

ROLES = "roles"
PERSON = "person"  # the doubt of a line that a person has put aside
SHORTEST = 0.05  # seconds a line keeps at least
LONGEST_TEXT = 2000
Lines = tuple[Segment, ...]


@dataclass(frozen=True)
class Repair:
    """What was changed: ``kind`` names it, ``before`` stood there, ``after`` stands there now.

    Of kind ROLES it changes no line but who the speakers are: ``was`` before, ``now`` after.
    """

    kind: str
    before: Lines
    after: Lines
    was: Mapping[str, Role] = field(default_factory=dict)
    now: Mapping[str, Role] = field(default_factory=dict)

    @property
    def undone(self) -> Repair:
        """The same step the other way."""
        return Repair(self.kind, self.after, self.before, self.now, self.was)


def lines_of(segments: Sequence[Segment], new_id: Callable[[], str]) -> list[Segment]:
    """Lines to repair: one per turn; those that are lines already stay as they are."""
    ready = [s for s in segments if s.id]
    fresh = [
        Segment(
            start=turn.start or 0.0,
            end=turn.end or 0.0,
            text=turn.text,
            channel=turn.channel,
            speaker=turn.speaker,
            role=turn.role if not turn.speaker else None,
            words=_in_step(turn.words, turn.text),
            located=turn.located,
            sure=turn.sure,
            doubt=turn.doubt,
            id=new_id(),
        )
        for turn in build_turns([s for s in segments if not s.id], {})
    ]
    return in_order([*ready, *fresh])


def in_order(lines: Sequence[Segment]) -> list[Segment]:
    """By time."""
    return sorted(lines, key=lambda line: (line.start, line.end, line.id))


def _in_step(words: tuple[Word, ...], text: str) -> tuple[Word, ...]:
    """Words whose texts join to the line's; none where they do not."""
    return words if "".join(w.text for w in words).strip() == text else ()


def apply(lines: Sequence[Segment], repair: Repair) -> list[Segment]:
    """The lines after a repair.

    Raises:
        RepairConflict: one of the lines it changes is not as it was.
    """
    present = {line.id: line for line in lines}
    if any(present.get(line.id) != line for line in repair.before):
        raise RepairConflict()
    gone = {line.id for line in repair.before}
    return in_order([*(line for line in lines if line.id not in gone), *repair.after])


def find(lines: Sequence[Segment], line_id: str) -> Segment:
    """Raises NotFound."""
    for line in lines:
        if line.id == line_id:
            return line
    raise NotFound(what="句子", what_en="line", key=line_id)


def reword(line: Segment, text: str) -> Repair | None:
    """Another text; words that stay keep their times. None where nothing changes."""
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT:
        raise BadInput(detail=f"一句最多 {LONGEST_TEXT} 个字", detail_en="the line is too long")
    if not text:
        return put_aside(line) if not line.doubt else None
    if text == line.text and not line.doubt:
        return None
    steps = SequenceMatcher(None, line.text, text, autojunk=False).get_opcodes()
    edits = [(a, b, text[c:d]) for kind, a, b, c, d in steps if kind != "equal"]
    changed = rewrite(line, edits) if edits else line
    return Repair("text", (line,), (replace(changed, text=text, doubt=""),))


def put_aside(line: Segment) -> Repair:
    """Nobody said this, or somebody did after all."""
    return Repair("doubt", (line,), (replace(line, doubt="" if line.doubt else PERSON),))


def give(line: Segment, speaker: str) -> Repair | None:
    """The line to another speaker; None where it is theirs."""
    if line.speaker == speaker:
        return None
    return Repair("role", (line,), (replace(line, speaker=speaker, role=None, sure=1.0),))


def other_speaker(lines: Sequence[Segment], roles: Mapping[str, Role], line: Segment) -> str:
    """Whose the line would be if it were the other side's."""
    want = roles.get(line.speaker, Role.UNKNOWN).other
    others = [x.speaker for x in lines if x.speaker != line.speaker]
    return next(
        (s for s in others if roles.get(s) is want and want is not Role.UNKNOWN),
        next(iter(others), f"{line.speaker}′"),
    )


def split(line: Segment, at: int, new_id: Callable[[], str]) -> Repair:
    """Two lines of one, before character ``at``.

    Raises:
        BadInput: there is no text on one of the sides.
    """
    left, right = line.text[:at].rstrip(), line.text[at:].lstrip()
    if not 0 < at < len(line.text) or not left or not right:
        raise BadInput(
            detail="请把光标放在要断开的两个字之间", detail_en="put the cursor between two words"
        )
    head, tail = _words_at(line, at)
    moment = tail[0].start if tail else line.start + (line.end - line.start) * at / len(line.text)
    if line.end - line.start > 2 * SHORTEST:  # neither half is left without time
        moment = min(max(moment, line.start + SHORTEST), line.end - SHORTEST)
    stop = max(line.start + SHORTEST, *(w.end for w in head)) if head else moment
    return Repair(
        "split",
        (line,),
        (
            replace(line, id=new_id(), text=left, end=min(stop, line.end), words=head),
            replace(line, id=new_id(), text=right, start=moment, words=tail),
        ),
    )


def _words_at(line: Segment, at: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Words before and from character ``at``; a word across it is cut, its time shared out."""
    if not line.words:
        return (), ()
    lead = "".join(w.text for w in line.words)
    left = at + len(lead) - len(lead.lstrip())
    head: list[Word] = []
    tail: list[Word] = []
    for word in line.words:
        size = len(word.text)
        if left >= size:
            head.append(word)
        elif left <= 0:
            tail.append(word)
        else:
            middle = word.start + (word.end - word.start) * left / size
            head.append(replace(word, text=word.text[:left], end=middle))
            tail.append(replace(word, text=word.text[left:], start=middle))
        left -= size
    return tuple(head), tuple(tail)


def merge(line: Segment, after: Segment, new_id: Callable[[], str]) -> Repair:
    """One line of two; it is the first one's speaker's."""
    text = join_text([line.text, after.text])
    both = (*line.words, *after.words) if line.words and after.words else ()
    one = replace(
        line,
        id=new_id(),
        text=text,
        end=max(line.end, after.end),
        words=_in_step(both, text),
        located=line.located and after.located,
        sure=min(line.sure, after.sure),
    )
    return Repair("merge", (line, after), (one,))


def move(line: Segment, *, start: float, end: float, duration: float) -> Repair | None:
    """Other bounds, in seconds; the words outside are pulled inside.

    Raises:
        BadInput: the bounds are no stretch of the call.
    """
    if not 0 <= start < end <= duration + 1 or end - start < SHORTEST:
        raise BadInput(detail="句子的起止时间不对", detail_en="these are no bounds of a line")
    if (round(start, 3), round(end, 3)) == (round(line.start, 3), round(line.end, 3)):
        return None

    def inside(at: float) -> float:
        return min(max(at, start), end)

    words = tuple(replace(w, start=inside(w.start), end=inside(w.end)) for w in line.words)
    return Repair("bounds", (line,), (replace(line, start=start, end=end, words=words),))


def changed_word(before: str, after: str) -> tuple[str, str] | None:
    """(heard wrong, right) of a repaired text, for the glossary: what lies between what is equal.

    One character alone is widened by its neighbour, so that it does not match everywhere.
    """
    a = 0
    while a < min(len(before), len(after)) and before[a] == after[a]:
        a += 1
    b = 0
    while b < min(len(before), len(after)) - a and before[-1 - b] == after[-1 - b]:
        b += 1
    if min(len(before), len(after)) == a + b:
        return None  # only put in or taken away: nothing that was heard wrong
    while min(len(before), len(after)) - a - b < 2 and (a or b):
        if b and before[len(before) - b : len(before) - b + 1].isalnum():
            b -= 1
        elif a and before[a - 1].isalnum():
            a -= 1
        else:
            break
    edges = " ，。？！、；：,.?!;:"
    wrong = before[a : len(before) - b].strip(edges)
    right = after[a : len(after) - b].strip(edges)
    if wrong and right and wrong != right and max(len(wrong), len(right)) <= LONGEST_TERM:
        return wrong, right
    return None
