"""What is looked for, and what was found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The closed list of what is masked; the value is what stands in its place, in brackets."""

    MOBILE = "手机号"
    LANDLINE = "座机"
    ID = "身份证"
    CARD = "银行卡"
    CODE = "安全码"  # card verification code or expiry: never kept, PCI DSS 3.3.1
    PASSWORD = "密码"  # noqa: S105
    NAME = "姓名"
    ADDRESS = "地址"
    EMAIL = "邮箱"
    ACCOUNT = "账号"
    PLATE = "车牌"
    BIRTH = "生日"
    OTHER = "其他"

    @property
    def token(self) -> str:
        """What a masked text shows."""
        return f"[{self.value}]"


@dataclass(frozen=True)
class Finding:
    """Characters [start, end) of one turn. Parts of one number share a ``group``."""

    turn: int
    start: int
    end: int
    kind: Kind
    confidence: float
    group: int = 0


@dataclass(frozen=True)
class Said:
    """A turn as the finders see it."""

    speaker: str
    text: str


def merged(findings: list[Finding]) -> list[Finding]:
    """In order, none overlapping: what overlaps becomes one, of the surer one's kind."""
    out: list[Finding] = []
    for f in sorted(findings, key=lambda f: (f.turn, f.start, -f.end)):
        last = out[-1] if out else None
        if last is None or last.turn != f.turn or f.start >= last.end:
            out.append(f)
            continue
        best = max(last, f, key=lambda x: (x.confidence, x.end - x.start))
        out[-1] = Finding(
            f.turn, last.start, max(last.end, f.end), best.kind, best.confidence, best.group
        )
    return out
