"""What the finders find and spare: ``python -m tests.masking [SHARED] [--misses KIND]``.

Recall per kind: a truth span counts when every digit of it is covered, for words when every
character is. False masks: characters outside all truth spans that are masked, per character.
Cases come from tests/masking_cases.py, whose templates were written without sight of the rules;
the held half was not read while the rules were made.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from coach.calls.masking.digits import plain
from coach.calls.masking.finder import Rules
from coach.calls.masking.findings import Finding, Said
from tests.masking_cases import DATA, Case, Span, cases

MARKED = re.compile(r"([^【]*)(?:【([^|]+)\|([^】]+)】)?")
DIGITS = set("0123456789零〇○一二三四五六七八九幺两洞拐勾")
WORDS = {"姓名", "地址", "邮箱"}  # kinds that are not numbers
FREE = {"姓名", "地址", "邮箱", "车牌", "账号", "生日"}  # more than digits: every character counts


def covered(case: Case, span: Span, found: list[Finding]) -> bool:
    text = plain(case.turns[span.turn][1])
    inside = {i for f in found if f.turn == span.turn for i in range(f.start, f.end)}
    chars = range(span.start, span.end)
    if span.kind not in FREE:
        digits = [i for i in chars if text[i] in DIGITS or text[i].isalpha()]
        chars = digits or chars  # type: ignore[assignment]
    return all(i in inside for i in chars if not text[i].isspace() and text[i] not in "，。,.？")


def between(spans: list[Span]) -> set[int]:
    """Characters between two parts of one kind (，嗯，不对，是): neither to be masked nor to stay."""
    ordered = sorted(spans, key=lambda s: s.start)
    pairs = zip(ordered, ordered[1:], strict=False)
    return {k for a, b in pairs if a.kind == b.kind for k in range(a.end, b.start)}


class Tally:
    """Counts over cases."""

    def __init__(self) -> None:
        self.want: Counter[str] = Counter()
        self.hit: Counter[str] = Counter()
        self.outside = self.false = self.turns = 0
        self.misses: list[str] = []
        self.alarms: list[str] = []

    def add(self, case: Case) -> None:
        said = [Said(speaker, text) for speaker, text in case.turns]
        found = Rules().find(said)
        self.turns += len(said)
        for span in case.spans:
            self.want[span.kind] += 1
            if covered(case, span, found):
                self.hit[span.kind] += 1
            else:
                text = case.turns[span.turn][1]
                shown = f"{text[: span.start]}【{text[span.start : span.end]}】{text[span.end :]}"
                self.misses.append(f"{span.kind} #{case.template}: {shown}")
        for i, (_, text) in enumerate(case.turns):
            truth = {k for s in case.spans if s.turn == i for k in range(s.start, s.end)}
            neutral = between([s for s in case.spans if s.turn == i])
            masked = {k for f in found if f.turn == i for k in range(f.start, f.end)}
            self.outside += len(text) - len(truth | neutral)
            extra = masked - truth - neutral
            self.false += len(extra)
            if len(extra) > 2:
                shown = "".join(f"<{c}>" if k in extra else c for k, c in enumerate(text))
                self.alarms.append(f"#{case.template}: {shown}")

    @property
    def false_share(self) -> float:
        """Share of the characters that are nobody's data and are masked."""
        return self.false / max(1, self.outside)

    def recall(self, kind: str) -> float:
        """Of one kind, or of all "numbers"."""
        kinds = [k for k in self.want if k not in WORDS] if kind == "numbers" else [kind]
        return sum(self.hit[k] for k in kinds) / max(1, sum(self.want[k] for k in kinds))

    def report(self) -> str:
        kinds = [*sorted(self.want), "numbers"]
        rows = [f"  {k}: {self.recall(k):.4f} of {self.want[k]}" for k in kinds]
        return "\n".join([*rows, f"  masked elsewhere: {self.false_share:.4f} of {self.outside}"])


def keep_cases(shared: Path) -> Tally:
    """itn_cases: telephone and ID numbers are to be found, everything else is to stay."""
    tally = Tally()
    for path in sorted((shared / "itn_cases").rglob("*.txt")):
        if path.stem == "license_plate":
            continue
        for line in path.read_text("utf-8").splitlines():
            text = line.partition(" => ")[0]
            spans = []
            if "报警" not in text and any(cue in text for cue in ("手机", "身份证", "电话")):
                places = [i for i, c in enumerate(text) if c in DIGITS or c == "X"]
                if places:
                    spans = [Span(0, places[0], places[-1] + 1, "手机号")]
            if text:
                tally.add(Case("zh", (("C", text),), tuple(spans), 0))
    return tally


def written(name: str) -> list[Case]:
    """Calls written out by hand (data/masking), personal data as 【kind|words】.

    Their writers had not seen the rules. The misses of calls.txt and calls2.txt were
    read; those of unread.txt, written last, were not.
    """
    found = []
    blocks = (DATA / f"{name}.txt").read_text("utf-8").strip().split("\n\n")
    for number, block in enumerate(blocks):
        turns, spans = [], []
        for i, line in enumerate(block.splitlines()):
            text = ""
            for words, kind, value in MARKED.findall(line[2:]):
                text += words
                if kind:
                    spans.append(Span(i, len(text), len(text) + len(value), kind))
                    text += value
            turns.append((line[0], text))
        found.append(Case("zh", tuple(turns), tuple(spans), number))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--half", default="")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    for half in (options.half,) if options.half else ("tuned", "held"):
        tally = Tally()
        for case in cases(half):
            tally.add(case)
        print(f"{half}: {tally.turns} turns\n{tally.report()}")
        if options.misses and half == "tuned":
            print(
                "\n".join(sorted(set(tally.misses))),
                "\n--- alarms",
                *sorted(set(tally.alarms)),
                sep="\n",
            )
    for name in ("calls", "calls2", "unread"):
        tally = Tally()
        for case in written(name):
            tally.add(case)
        print(f"{name}.txt: {tally.turns} turns\n{tally.report()}")
        if options.misses and name != "unread":
            print("\n".join(tally.misses), "\n--- alarms", *tally.alarms, sep="\n")
    if options.shared:
        tally = keep_cases(options.shared)
        print(f"itn_cases: {tally.turns} texts\n{tally.report()}")
        if options.misses:
            print("\n".join(tally.misses), "\n--- alarms", *tally.alarms, sep="\n")


if __name__ == "__main__":
    main()
