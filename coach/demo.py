"""The bundled calls, their team and pack: what a newcomer meets first."""

from __future__ import annotations

import json
from collections.abc import Sequence

from coach.bootstrap import BUNDLED, Services, new_id
from coach.calls.models import find_model
from coach.calls.recording import CallMeta, parse_when
from coach.errors import ModelError
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from coach.people.team import Team

DEMO_TEAM = "示范班组"
DEMO_RELEASE = "demo"  # who releases the bundled calls: nobody real speaks in them
DEMO_APPROVE = "demo QA"
DEMO_MEMBERS = ("林晓", "陈默", "王珊", "赵一鸣", "周可", "孙悦")


def load_demo(services: Services) -> list[str]:
    """Import the bundled calls, make the demo team and a pack; again, it changes nothing.

    Returns the recordings' ids in the order of the calls.
    """
    ids = []
    for audio in sorted(services.settings.demo.glob("*.flac")):
        about = json.loads(audio.with_suffix(".meta.json").read_text("utf-8"))
        transcript = audio.with_suffix(".transcript.json")
        taken = services.intake.take(
            audio,
            title=about["title"],
            meta=CallMeta(
                agent=about["agent"],
                team=DEMO_TEAM,
                called_at=parse_when(about["called_at"], services.zone),
                node=about["node"],
            ),
            transcript=transcript if transcript.is_file() else None,
        )
        ids.append(taken.recording.id)
    if not any(team.name == DEMO_TEAM for team in services.teams.listed()):
        team = Team(new_id(), DEMO_TEAM)
        services.teams.add(team)
        services.teams.add_members(team.id, list(DEMO_MEMBERS))
    have = {pack.recording_id for pack in services.packs.listed()}
    if ids and ids[0] not in have and services.calls.segments(ids[0]):
        words = PackWords(metric="一次解决率", why="先肯定再说明，把费用和怎么办一次讲清。")
        plan = PlanOptions(count=services.settings.rounds, minutes=services.settings.minutes)
        pack = services.prepare(ids[0], plan, words, DEMO_RELEASE)
        services.gate.release(pack.clips, DEMO_RELEASE, "synthetic voices")
    _transcribe(services, ids)
    if not services.benchmarks.listed():
        for recording_id in ids:
            for index, exchange in enumerate(services.call(recording_id).exchanges[:6]):
                if exchange.answer is not None:
                    marked = services.mark(recording_id, index, (), DEMO_RELEASE)
                    services.gate.release([marked.clip], DEMO_RELEASE, "synthetic voices")
                    approving = services.library.approving
                    approving.approve(marked.id, marked.number, DEMO_APPROVE)
    return ids


def _transcribe(services: Services, ids: Sequence[str]) -> None:
    """Queue the call that has no transcript, once, where a model is there to do it."""
    try:
        find_model(BUNDLED, services.settings.model_folders, download=False)
    except ModelError:
        return
    transcribed = services.calls.transcribed()
    for recording_id in ids:
        if recording_id not in transcribed and not services.jobs.listed(recording_id):
            services.transcribe(recording_id)
