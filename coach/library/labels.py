"""Tags and scores as tables, and tags as Label Studio tasks. Pure.

Label Studio's task format: https://labelstud.io/guide/export — a list of tasks, each with ``data`` and
``annotations`` whose ``result`` holds choices. Ours name the exchange in ``data.item``.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coach.errors import BadBundle

CONFIG = """\
<View>
  <Header value="$question"/>
  <Text name="answer" value="$answer"/>
  <Choices name="tags" toName="answer" choice="multiple">{choices}</Choices>
</View>
"""


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no spreadsheet takes them


@dataclass(frozen=True)
class Row:
    """An exchange with its tags and score; texts masked."""

    item: str
    call: str
    agent: str
    team: str
    node: str
    start: float
    end: float
    question: str
    answer: str
    tags: tuple[str, ...]
    score: float | None


def to_tasks(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Label Studio tasks, the tags set as choices."""
    return [
        {
            "data": {
                "item": r.item, "question": r.question, "answer": r.answer, "agent": r.agent,
                "node": r.node, "start": r.start, "end": r.end,
            },
            "annotations": [
                {
                    "result": [
                        {
                            "from_name": "tags", "to_name": "answer", "type": "choices",
                            "value": {"choices": list(r.tags)},
                        }
                    ]
                }
            ] if r.tags else [],
        }
        for r in rows
    ]  # fmt: skip


def from_tasks(raw: str, *, name: str = "") -> dict[str, list[str]]:
    """Names of tags by exchange, of the newest annotation of each task that was not cancelled.

    Raises:
        BadBundle: this is no export of Label Studio with our tasks.
    """
    try:
        tasks = json.loads(raw)
        found: dict[str, list[str]] = {}
        for task in tasks:
            annotations = [a for a in task.get("annotations", []) if not a.get("was_cancelled")]
            if not annotations:
                continue
            names: list[str] = []
            for result in annotations[-1].get("result", []):
                if result.get("type") == "choices":
                    names += [str(c) for c in result["value"]["choices"]]
            found[str(task["data"]["item"])] = list(
                dict.fromkeys(n.strip()[:20] for n in names if n.strip())
            )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadBundle(
            name=name,
            detail="不是从 Label Studio 导出的这里的任务",
            detail_en="this is no Label Studio export of tasks from here",
        ) from error
    return found


COLUMNS = (
    "item", "call", "agent", "team", "node", "start", "end", "question", "answer", "tags", "score",
)  # fmt: skip


def table(rows: Sequence[Row], form: str) -> bytes:
    """Tags and scores, a line for each exchange: ``csv`` or ``xlsx``."""
    import pandas as pd

    frame = pd.DataFrame(
        [
            {c: _still("、".join(r.tags) if c == "tags" else getattr(r, c)) for c in COLUMNS}
            for r in rows
        ],
        columns=list(COLUMNS),
    )
    if form == "csv":
        return frame.to_csv(index=False).encode("utf-8-sig")
    out = io.BytesIO()
    frame.to_excel(out, index=False)
    return out.getvalue()


def _still(value: object) -> object:
    """A text that a spreadsheet would run as a formula stays text."""
    if not isinstance(value, str):
        return value
    value = _CONTROL.sub("", value)
    return "'" + value if value[:1] in tuple("=+-@\t\r") else value
