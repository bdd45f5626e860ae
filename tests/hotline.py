"""Our labelled hotline calls, and how well the pairing agrees with them.

``tests/data/hotline``: 28 written calls in the manner of real hotline talk. ``tuned`` was read while
the pairing was made; ``held`` was not: its figures are the ones that count (docs/methods.md).
One turn a line, ``speaker label text``; labels (N = exchange): Nq asks, Ns leads up to it, Na the
agent's answer in substance, Nb agent's check, hold or asking back, Nc customer's reply, - outside.

    python -m tests.hotline        the table
    python -m tests.hotline fit    the weights of ``asking`` and ``answering``, from ``tuned``
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.calls import answering, asking, cues
from coach.calls.exchanges import Exchange, pair
from coach.calls.transcript import Role
from coach.calls.turns import CHARACTERS_PER_SECOND, Turn

FOLDER = Path(__file__).parent / "data" / "hotline"
DEMO = Path(__file__).parents[1] / "recordings" / "demo"
ROLES = {"C": Role.CUSTOMER, "A": Role.AGENT}


@dataclass(frozen=True)
class Labelled:
    """A call's turns, and per turn its labels as (exchange, letter)."""

    name: str
    turns: list[Turn]
    labels: list[set[tuple[int, str]]]

    def letters(self, i: int) -> set[str]:
        return {letter for _, letter in self.labels[i]}


def read(half: str) -> list[Labelled]:
    """All calls of one half. Times are made up from the lengths of the texts."""
    return [_call(path) for path in sorted((FOLDER / half).glob("*.txt"))]


def demo_calls() -> list[Labelled]:
    """The bundled calls, with the labels they were written with."""
    calls = tomllib.loads((DEMO / "dialogues.toml").read_text("utf-8"))["call"]
    return [
        _labelled(c["name"], re.sub(r"^([AC] \S+) \S+", r"\1", c["lines"], flags=re.M))
        for c in calls
    ]


def _call(path: Path) -> Labelled:
    return _labelled(path.stem, path.read_text("utf-8"))


def _labelled(name: str, lines: str) -> Labelled:
    turns: list[Turn] = []
    labels: list[set[tuple[int, str]]] = []
    now = 0.0
    for line in lines.splitlines():
        if line.startswith("H "):
            now += float(line.split()[1])
            continue
        if not line or line.startswith("#"):
            continue
        speaker, label, text = line.split(" ", 2)
        end = now + max(0.4, len(text) / CHARACTERS_PER_SECOND)
        turns.append(Turn(role=ROLES[speaker], text=text, start=now, end=end, speaker=speaker))
        labels.append({(int(n), kind) for n, kind in re.findall(r"(\d+)([a-z])", label)})
        now = end + 0.5
    return Labelled(name, turns, labels)


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of found against wanted."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0

    def __str__(self) -> str:
        return f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f} ({self.wanted})"


def questions(calls: Sequence[Labelled]) -> Score:
    """Turns taken for questions; a story that leads up to one is neither right nor wrong."""
    right = found = wanted = 0
    for call in calls:
        asked = {i for i in range(len(call.turns)) if "q" in call.letters(i)}
        story = {i for i in range(len(call.turns)) if "s" in call.letters(i)} - asked
        said = {i for e in pair(call.turns) for i in e.question.turns} - story
        right += len(asked & said)
        found += len(said)
        wanted += len(asked)
    return Score(right, found, wanted)


def replies(calls: Sequence[Labelled], *, first: bool = False) -> Score:
    """(Question, agent's turn that answers it in substance) pairs, the questions being given.

    A found exchange counts for the labelled one that its question's turns speak of. ``first``: the
    agent's first turn after each question, the floor.
    """
    right = found = wanted = 0
    for call in calls:
        gold = {(n, i) for i, labels in enumerate(call.labels) for n, kind in labels if kind == "a"}
        said: set[tuple[int, int]] = set()
        for exchange in pair(call.turns):
            numbers = {n for i in exchange.question.turns for n, k in call.labels[i] if k == "q"}
            turns = first_reply(call, exchange) if first else exchange.reply
            said |= {(n, i) for n in numbers for i in turns}
        right += len(gold & said)
        found += len(said)
        wanted += len(gold)
    return Score(right, found, wanted)


def first_reply(call: Labelled, exchange: Exchange) -> tuple[int, ...]:
    last = max(exchange.question.turns)
    after = (i for i in range(last + 1, len(call.turns)) if call.turns[i].role is Role.AGENT)
    return tuple(list(after)[:1])


Rows = list[tuple[dict[str, float], bool]]


def asked_rows(call: Labelled) -> Rows:
    """Features of each customer turn, and whether it is labelled a question."""
    rows: Rows = []
    said, wants, first = "", False, True
    for i, turn in enumerate(call.turns):
        if turn.role is Role.AGENT:
            if not cues.is_backchannel(turn.text):
                said, wants = turn.text, cues.wants_reply(turn.text)
            continue
        before, after = _beside(call, i)
        asked = asking.Asked(
            turn.text,
            agent_said=said,
            agent_asked=wants,
            agent_says=after.text if after and after.role is Role.AGENT else "",
            goes_on=before is not None and before.role is Role.CUSTOMER,
            first=first,
        )
        is_question = "q" in call.letters(i)
        if call.letters(i) != {"s"} and not cues.is_nod(turn.text):
            rows.append((asking.features(asked), is_question))
        if is_question:
            wants = first = False
    return rows


def answer_rows(call: Labelled) -> Rows:
    """Features of each agent turn, and whether it is labelled an answer in substance."""
    rows: Rows = []
    asked = False
    for i, turn in enumerate(call.turns):
        if cues.is_backchannel(turn.text):
            continue
        if turn.role is Role.CUSTOMER:
            asked = "q" in call.letters(i)
            continue
        before, after = _beside(call, i)
        customer = before is not None and before.role is Role.CUSTOMER
        replied = answering.Replied(
            turn.text,
            after_question=customer and asked,
            after_reply=customer and not asked,
            goes_on=before is not None and before.role is Role.AGENT,
            customer_says=after.text if after and after.role is Role.CUSTOMER else "",
        )
        rows.append((answering.features(replied), "a" in call.letters(i)))
    return rows


def _beside(call: Labelled, i: int) -> tuple[Turn | None, Turn | None]:
    heard = [k for k, t in enumerate(call.turns) if k == i or not cues.is_backchannel(t.text)]
    at = heard.index(i)
    before = call.turns[heard[at - 1]] if at else None
    after = call.turns[heard[at + 1]] if at + 1 < len(heard) else None
    return before, after


def fit(rows_of: Callable[[Labelled], Rows]) -> tuple[float, dict[str, float]]:
    """Bias and weights by logistic regression (L2, C = 1) on the read half and the demo calls."""
    from sklearn.linear_model import LogisticRegression

    rows = [row for call in [*read("tuned"), *demo_calls()] for row in rows_of(call)]
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit([list(f.values()) for f, _ in rows], [y for _, y in rows])
    weights = zip(rows[0][0], model.coef_[0], strict=True)
    return round(float(model.intercept_[0]), 2), {n: round(float(w), 2) for n, w in weights}


def main() -> None:
    if sys.argv[1:] == ["fit"]:
        print("asking", *fit(asked_rows))
        print("answering", *fit(answer_rows))
        return
    for half in ("tuned", "held"):
        calls = read(half)
        turns = sum(len(c.turns) for c in calls)
        print(f"{half}: {len(calls)} calls, {turns} turns")
        print("  questions          ", questions(calls))
        print("  which reply answers", replies(calls))
        print("  the first reply    ", replies(calls, first=True))


if __name__ == "__main__":
    main()
