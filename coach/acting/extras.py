"""Three scripted participants for the bundled calls, so that a newcomer sees the room live alone."""

from __future__ import annotations

from coach.bootstrap import is_demo
from coach.bootstrap.services import Services
from coach.errors import CoachError, SessionEnded, StepLocked
from coach.game.pack import Pack
from coach.game.phases import EntryKind
from coach.game.session import Session

NAMES = ("演示甲", "演示乙", "演示丙")
_SAYS: dict[EntryKind, tuple[str, str, str]] = {
    EntryKind.ANSWER: (
        "您先别着急，我马上帮您查一下。",
        "可以的，我帮您办理，一个月三块钱，下个月一号生效。",
        "我跟您核对一下号码，对吗？",
    ),
    EntryKind.GUESS: ("要多少钱？", "什么时候生效？", "怎么取消？"),
    EntryKind.NOTE: ("先肯定，再说明", "", "一次讲清费用和时间"),
    EntryKind.RECALL: ("先共情，再给方案", "说清费用、说清时间", "提醒客户怎么取消"),
    EntryKind.SIGN: ("", "", ""),
}


def offered(services: Services, pack: Pack) -> bool:
    """Only for calls in which nobody real speaks."""
    try:
        return is_demo(services.settings, services.calls.get(pack.recording_id))
    except CoachError:
        return False


def plays(services: Services, session: Session) -> bool:
    """Whether scripted participants sit in this session; who only has their name is somebody real."""
    there = any(s.visitor and s.name in NAMES for s in session.seats)
    return (
        there and not session.state.ended and offered(services, services.packs.get(session.pack_id))
    )


def turn(services: Services, session_id: str) -> bool:
    """One of them writes what the step asks for, if it asks; False once the session is over."""
    try:
        session = services.host.table(session_id).session
        if not plays(services, session):
            return False
        writing = services.host.view(session_id).get("writing")
        if not writing or not writing["open"]:
            return True
        kind, done = EntryKind(writing["kind"]), {s["id"] for s in writing["seats"] if s["done"]}
        for seat in session.seats:
            if seat.visitor and seat.name in NAMES and seat.id not in done and kind in _SAYS:
                said = _SAYS[kind][NAMES.index(seat.name)]
                services.host.write(session_id, kind, writing["round"], seat.id, said)
                break
    except (StepLocked, SessionEnded):
        return True  # the step went on meanwhile: the next turn sees where it is
    return True
