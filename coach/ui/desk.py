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

from coach.acting import Acting
from coach.bootstrap import Services
from coach.calls import cues, desk
from coach.calls.call import assemble
from coach.calls.doubts import UNSURE_WORD
from coach.calls.numbers import readings
from coach.calls.recording import Recording
from coach.calls.transcript import Segment
from coach.errors import (
    BadInput,
    CoachError,
    NotAllowed,
    NotFound,
    RepairConflict,
    SealingError,
    StillTranscribing,
)
from coach.people.rights import Right
from coach.ui.guard import who

PEAKS = 25  # per second and channel
UNSURE_SPEAKER = 0.9
LARGEST = 64 * 1024  # bytes of an action
REMEMBERED = 5000  # answers to actions


def desk_json(s: Services, recording_id: str) -> dict[str, Any]:
    """The lines as the desk draws them. Raises NotFound."""
    lines = s.repairing.lines(recording_id)
    recording = s.calls.get(recording_id)
    call = assemble(recording, lines)
    tags: dict[str, list[str]] = {}
    ids = [line.id for line in lines]
    for number, exchange in enumerate(call.exchanges, start=1):
        for i in exchange.question.turns:
            tags.setdefault(ids[i], []).append(f"{number}q")
        for i in exchange.answer.turns if exchange.answer else ():
            tags.setdefault(ids[i], []).append(f"{number}{'a' if i in exchange.reply else 'b'}")
    standing, undone = s.repairing.steps(recording_id)
    return {
        "lines": [_line(line, recording, tags.get(line.id, [])) for line in lines],
        "duration": recording.duration,
        "undo": standing > 0,
        "redo": undone > 0,
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
    from coach.ui.server import problem, services, ticket_of

    ticket = ticket_of(request, request.path_params["ticket"])
    if ticket is None or ticket.get("may") != "desk":
        return JSONResponse({"error": "ticket"}, 401)
    s, recording_id = services(), str(ticket.get("recording", ""))
    acting = Acting(s, who(request.scope))
    try:
        await run_in_threadpool(acting.recording, recording_id)
        more: dict[str, Any] = {}
        if request.method == "POST":
            action = await _action(request)
            action["by"] = acting.name(str(action.get("by", "")))
            more = await run_in_threadpool(_once, acting, recording_id, action)
            await run_in_threadpool(s.remask, recording_id, str(action["by"]))
        elif request.query_params.get("peaks"):
            more = {"peaks": await run_in_threadpool(peaks_json, s, recording_id)}
        return JSONResponse({**await run_in_threadpool(desk_json, s, recording_id), **more})
    except NotAllowed as error:
        return problem(error, 403)
    except SealingError as error:
        return problem(error, 503)
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


_answers: OrderedDict[tuple[str, str, int], dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


def _once(acting: Acting, recording_id: str, action: dict[str, Any]) -> dict[str, Any]:
    """``_do``, but for an action whose answer was lost and that was sent again.

    Its number is kept only after it was done: one that failed is done when it comes again.
    """
    number = action.get("n")
    if not isinstance(number, int):
        return _do(acting, recording_id, action)
    with _lock:  # the same one may come again while it is being done
        key = (acting.who.id, recording_id, number)
        if key not in _answers:
            _answers[key] = _do(acting, recording_id, action)
        while len(_answers) > REMEMBERED:
            _answers.popitem(last=False)
        return _answers.get(key, {})


def _do(acting: Acting, recording_id: str, action: dict[str, Any]) -> dict[str, Any]:
    by, s = str(action.get("by", ""))[:40], acting.services
    wrong, right = str(action.get("wrong", "")), str(action.get("right", ""))
    if action.get("do") in ("learn", "spread"):
        acting.who.need(Right.GLOSSARY)
        others = [r.id for r in acting.recordings() if r.id != recording_id]
    if action.get("do") == "learn":
        s.repairing.learn(recording_id, wrong=wrong, right=right)
        return {"learnt": [wrong, right], "elsewhere": s.repairing.elsewhere(wrong, others)}
    if action.get("do") == "spread":
        changed = s.repairing.spread(wrong=wrong, right=right, by=by, among=others)
        for one in changed:
            s.remask(one, by)
        return {"spread": sum(changed.values())}
    repair = s.repairing.do(recording_id, action, by)
    if action.get("do") == "text":
        word = repair and desk.changed_word(repair.before[0].text, repair.after[0].text)
        return {"word": list(word) if word else None}
    return {}
