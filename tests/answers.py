"""Which key points answers make, against people's judgement: ``python -m tests.answers``; ``fit`` prints the
weights of ``coach.library.saying`` and what they are worth across questions; ``wrong`` the read half's errors.

``data/answers``: 32 questions in four trades, each with a benchmark's answer, its key points and ten answers
of colleagues, written and labelled by hand by writers who did not see the code. Every second question was
not read while anything was chosen.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.calls.transcript import Role
from coach.game.coverage import mark
from coach.library.keypoints import KeyPoint, cue
from coach.library.lexical import grams
from coach.library.saying import BACKGROUND, facts
from coach.library.wording import bare
from tests.hotline import read

FOLDER = Path(__file__).parent / "data" / "answers"


@dataclass(frozen=True)
class Labelled:
    """One answer: the points that people say it makes."""

    question: str
    points: tuple[KeyPoint, ...]
    text: str
    made: frozenset[str]


@dataclass
class Count:
    """True and false marks, and what was not marked."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def half(first: bool) -> Iterator[Labelled]:
    """The even questions of each trade were read, the odd ones not."""
    for path in sorted(FOLDER.glob("*.json")):
        for place, item in enumerate(json.loads(path.read_text("utf-8"))):
            if (place % 2 == 0) is first:
                points = tuple(KeyPoint(p["name"], tuple(p["phrasings"])) for p in item["points"])
                for answer in item["answers"]:
                    yield Labelled(
                        item["question"], points, answer["text"], frozenset(answer["made"])
                    )


def count(first: bool) -> dict[str, Count]:
    """Over all points, over those of our nine kinds, and over those that people named."""
    found = {"all": Count(), "kinds": Count(), "own names": Count()}
    for x in half(first):
        marked = mark(x.points, x.text)
        for p in x.points:
            made, said = marked.makes(p.name), p.name in x.made
            for name in ("all", "kinds" if cue(p.name) else "own names"):
                found[name].right += made and said
                found[name].wrong += made and not said
                found[name].missed += said and not made
    return found


def fit() -> None:
    """Logistic regression on the read half; figures leave each question out in turn (16 folds)."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    rows = [(x, p) for x in half(True) for p in x.points]
    found = [facts(p.name, p.phrasings, x.text) for x, p in rows]
    x = np.array([list(f.values()) for f in found])
    y = np.array([p.name in a.made for a, p in rows])
    model = LogisticRegression(C=3, max_iter=5000)
    groups = [a.question for a, _ in rows]
    chance = cross_val_predict(
        model, x, y, groups=groups, cv=GroupKFold(16), method="predict_proba"
    )[:, 1]
    for limit in np.arange(0.4, 0.75, 0.05):
        said = chance >= limit
        right = (said & y).sum()
        print(
            f"limit {limit:.2f} right of those marked {right / said.sum():.3f}, marked of those made {right / y.sum():.3f}"
        )
    model.fit(x, y)
    print("BIAS", round(float(model.intercept_[0]), 2))
    print({k: round(float(w), 2) for k, w in zip(found[0], model.coef_[0], strict=True)})


def background() -> None:
    """Write in how many of the read half's answers and benchmarks, and of the agents' turns of the read
    hotline calls, a gram occurs: what every agent says tells nothing."""
    texts = [x.text for x in half(True)]
    for path in sorted(FOLDER.glob("*.json")):
        texts += [item["benchmark"] for item in json.loads(path.read_text("utf-8"))[::2]]
    texts += [t.text for call in read("tuned") for t in call.turns if t.role is Role.AGENT]
    counts = Counter(g for text in texts for g in set(grams(bare(text))))
    known = {g: n for g, n in sorted(counts.items()) if n > 1}
    document = {"texts": len(texts), "grams": known}
    BACKGROUND.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    print(len(texts), "texts,", len(known), "grams")


def main() -> None:
    if "background" in sys.argv:
        return background()
    if "fit" in sys.argv:
        return fit()
    for first in (True, False):
        print("read half" if first else "unread half")
        for name, c in count(first).items():
            print(
                f"  {name:10} right of those marked {c.precision:.3f}, marked of those made {c.recall:.3f}"
            )
    if "wrong" in sys.argv:
        for x in half(True):
            marked = mark(x.points, x.text)
            for m in marked.made:
                if m.name not in x.made:
                    print(f"+ {m.name}｜{x.text[m.start : m.end]}｜{x.text}")
            for name in sorted(x.made - {m.name for m in marked.made}):
                print(
                    f"- {name}｜{next(p.phrasings for p in x.points if p.name == name)}｜{x.text}"
                )


if __name__ == "__main__":
    main()
