"""标签树: what an exchange is about, which skill it shows, how it ended. Pure.

A tag is its id: renaming keeps what was tagged, merging sends it to another tag, and both can be read
from the tag itself later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from coach.errors import BadInput

KEYS = 9  # tags that a digit sets
LONGEST = 20  # characters of a name


class Kind(StrEnum):
    """What a tag tells."""

    TOPIC = "topic"  # 主题
    SKILL = "skill"  # 技能
    OUTCOME = "outcome"  # 结果


@dataclass(frozen=True)
class Tag:
    """``parent``: the tag above it; ``into``: the tag it was merged into; ``former``: older names."""

    id: str
    name: str
    kind: Kind
    place: int
    parent: str = ""
    into: str = ""
    former: tuple[str, ...] = ()


START: tuple[tuple[str, Kind], ...] = (
    ("共情", Kind.SKILL), ("确认需求", Kind.SKILL), ("方案清楚", Kind.SKILL), ("说清时限", Kind.SKILL),
    ("主动服务", Kind.SKILL), ("费用争议", Kind.TOPIC), ("业务办理", Kind.TOPIC), ("一次解决", Kind.OUTCOME),
    ("升级投诉", Kind.OUTCOME),
)  # fmt: skip
"""What a new desk offers; teams change it."""


def current(tags: Sequence[Tag]) -> list[Tag]:
    """Those that can be set, in their order: the first nine by a digit."""
    return sorted((t for t in tags if not t.into), key=lambda t: (t.place, t.name))


def resolved(tags: Sequence[Tag], tag_id: str) -> str:
    """The tag that stands for one today: merges are followed."""
    by_id = {t.id: t for t in tags}
    seen: set[str] = set()
    while tag_id in by_id and by_id[tag_id].into and tag_id not in seen:
        seen.add(tag_id)
        tag_id = by_id[tag_id].into
    return tag_id


def checked(tags: Sequence[Tag], name: str, *, but: str = "") -> str:
    """A name as it is kept. Raises BadInput: it is empty, or another tag has it."""
    name = name.strip()[:LONGEST].strip()
    if not name:
        raise BadInput(detail="标签要有名字", detail_en="a tag needs a name")
    if any(t.name == name and t.id != but for t in current(tags)):
        raise BadInput(
            detail=f"已有标签“{name}”，要合并就用合并", detail_en=f"“{name}” is there: merge"
        )
    return name


def tree(tags: Sequence[Tag]) -> list[tuple[int, Tag]]:
    """Depth and tag, kinds together, those below a tag after it."""
    live = current(tags)
    known = {t.id for t in live}
    out: list[tuple[int, Tag]] = []

    def walk(above: str, depth: int, kind: Kind) -> None:
        for tag in live:
            parent = tag.parent if tag.parent in known else ""
            if tag.kind is kind and parent == above and all(tag.id != t.id for _, t in out):
                out.append((depth, tag))
                walk(tag.id, depth + 1, kind)

    for kind in Kind:
        walk("", 0, kind)
    out += [(0, t) for t in live if all(t.id != x.id for _, x in out)]
    return out


class TagStore(Protocol):
    """Where the tag tree is kept."""

    def listed(self) -> list[Tag]:
        """All, merged ones too."""

    def put(self, tag: Tag) -> None:
        """Store a tag, new or changed."""
