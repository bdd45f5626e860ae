"""The repair desk's routes: one call's lines out, actions in. The screen itself is desk.js."""

from __future__ import annotations

import base64
import json
import threading
from collections import OrderedDict
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coach.bootstrap import Services
from coach.calls import cues, desk
from coach.calls.call import assemble
from coach.calls.numbers import readings
from coach.calls.recording import Recording
from coach.calls.transcript import Segment
from coach.errors import BadInput, CoachError, NotFound, RepairConflict, StillTranscribing

PEAKS = 25  # per second and channel
UNSURE_WORD = 0.5  # probability below which a word is marked
UNSURE_SPEAKER = 0.9
LARGEST = 64 * 1024  # bytes of an action
REMEMBERED = 5000  # numbers of actions


def desk_json(s: Services, recording_id: str) -> dict[str, Any]:
    """The lines as the desk draws them. Raises NotFound."""
    lines = s.repairing.lines(recording_id)
    recording = s.calls.get(recording_id)
    call = assemble(recording, lines)
    tags: dict[str, list[str]] = {}
    ids = [line.id for line in desk.in_order(lines)]
    for number, exchange in enumerate(call.exchanges, start=1):
        for i in exchange.question.turns:
            tags.setdefault(ids[i], []).append(f"{number}q")
        for i in exchange.answer.turns if exchange.answer else ():
            tags.setdefault(ids[i], []).append(f"{number}{'a' if i in exchange.reply else 'b'}")
    revisions = s.repairing.revisions(recording_id)
    return {
        "lines": [_line(line, recording, tags.get(line.id, [])) for line in desk.in_order(lines)],
        "undo": any(r.standing for r in revisions),
        "redo": any(not r.standing for r in revisions),
        "revisions": len([r for r in revisions if r.standing]),
        "exchanges": len(call.exchanges),
        "node": recording.meta.node,
        "duration": recording.duration,
        "sure": recording.role_confidence,
    }


def _line(line: Segment, recording: Recording, tags: list[str]) -> dict[str, Any]:
    role = recording.roles.get(line.speaker) or line.role
    at, low = 0, []
    lead = len("".join(w.text for w in line.words)) - len(
        "".join(w.text for w in line.words).lstrip()
    )
    for word in line.words:
        start, at = at, at + len(word.text)
        if word.probability < UNSURE_WORD and cues.bare(word.text):
            low.append([max(0, start - lead), at - lead])
    return {
        "id": line.id,
        "start": round(line.start, 3),
        "end": round(line.end, 3),
        "text": line.text,
        "role": role.value if role else "UNKNOWN",
        "channel": line.channel,
        "doubt": line.doubt,
        "unsure": line.sure < UNSURE_SPEAKER,
        "low": low,
        "readings": [[r.start, r.end, r.written] for r in readings(line.text)],
        "tags": tags,
    }


def peaks_json(s: Services, recording_id: str) -> dict[str, Any]:
    """The outline of each channel, PEAKS values of 0..255 a second, as base64."""
    levels = s.hearing.master(recording_id).envelope()
    width = 100 // PEAKS
    count = len(levels) // width
    blocks = levels[: count * width].reshape(count, width, -1).max(axis=1) if count else levels[:0]
    top = np.maximum(blocks.max(axis=0, initial=0), 1e-4)
    loud = np.sqrt(blocks / top) * 255
    channels = [
        base64.b64encode(loud[:, c].astype(np.uint8).tobytes()).decode()
        for c in range(levels.shape[1])
    ]
    return {"rate": PEAKS, "channels": channels}


async def desk_route(request: Request) -> Response:
    """GET: lines and, with ``?peaks=1``, the outline. POST: one action, then the lines again."""
    from coach.ui.server import problem, services, tickets

    ticket = tickets().read(request.path_params["ticket"])
    if ticket is None or ticket.get("may") != "desk":
        return JSONResponse({"error": "ticket"}, 401)
    s, recording_id = services(), str(ticket.get("recording", ""))
    try:
        more: dict[str, Any] = {}
        if request.method == "POST":
            action = await _action(request)
            more = await run_in_threadpool(_do, s, recording_id, action)
        elif request.query_params.get("peaks"):
            more = {"peaks": await run_in_threadpool(peaks_json, s, recording_id)}
        return JSONResponse({**await run_in_threadpool(desk_json, s, recording_id), **more})
    except (NotFound, StillTranscribing) as error:
        return problem(error, 422)
    except CoachError as error:
        now = await run_in_threadpool(desk_json, s, recording_id)
        status = 409 if isinstance(error, RepairConflict) else 422
        return JSONResponse({**now, "error": error.as_dict()}, status)


async def _action(request: Request) -> dict[str, Any]:
    body = await request.body()
    if len(body) > LARGEST:
        raise BadInput(detail="内容太长", detail_en="too long")
    try:
        action = json.loads(body)
    except ValueError as error:
        raise BadInput(detail="不是 JSON", detail_en="not JSON") from error
    if not isinstance(action, dict):
        raise BadInput(detail="不是一个动作", detail_en="not an action")
    return action


_numbers: OrderedDict[tuple[str, int], None] = OrderedDict()
_lock = threading.Lock()


def _done_before(recording_id: str, number: object) -> bool:
    """Whether an action has come already: its answer was lost and it was sent again."""
    if not isinstance(number, int):
        return False
    with _lock:
        known = (recording_id, number) in _numbers
        _numbers[recording_id, number] = None
        while len(_numbers) > REMEMBERED:
            _numbers.popitem(last=False)
    return known


def _do(s: Services, recording_id: str, action: dict[str, Any]) -> dict[str, Any]:
    if _done_before(recording_id, action.get("n")):
        return {}
    by = str(action.get("by", ""))[:40]
    wrong, right = str(action.get("wrong", "")), str(action.get("right", ""))
    if action.get("do") == "learn":
        node = s.calls.get(recording_id).meta.node
        s.repairing.learn(wrong=wrong, right=right, node=node)
        return {
            "learnt": [wrong, right],
            "elsewhere": s.repairing.elsewhere(wrong, but=recording_id),
        }
    if action.get("do") == "spread":
        return {"spread": s.repairing.spread(wrong=wrong, right=right, by=by, but=recording_id)}
    before = {line.id: line.text for line in s.repairing.lines(recording_id)}
    s.repairing.do(recording_id, action, by)
    if action.get("do") == "text" and action.get("id") in before:
        word = desk.changed_word(before[action["id"]], str(action.get("text", "")))
        return {"word": list(word) if word else None}
    return {}
