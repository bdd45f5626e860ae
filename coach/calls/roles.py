"""Who is the agent: evidence from greeting, wording and talk share, with how sure it is. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coach.calls.cues import AGENT_CUES, CUSTOMER_CUES, MENU, MENU_KEYS, asks, is_nod
from coach.calls.transcript import Role


@dataclass(frozen=True)
class RoleOptions:
    """Weights of the evidence, in log-odds."""

    greets_first: float = 1.5  # the first to greet in the manner of a hotline
    talk_share: float = 1.0  # agents talk more; at most this much for all of the talk
    cap_per_turn: float = 6.0  # no single turn decides alone
    unsure: float = 0.4  # evidence below this leaves the role UNKNOWN


@dataclass(frozen=True)
class Roles:
    """Role per speaker and the confidence 0.5..1 that the assignment is right."""

    by_speaker: dict[str, Role]
    confidence: float


def wording(text: str) -> float:
    """Log-odds that these words are an agent's: above zero agent, below zero customer."""
    agent = sum(weight * len(cue.findall(text)) for cue, weight in AGENT_CUES)
    customer = sum(weight * len(cue.findall(text)) for cue, weight in CUSTOMER_CUES)
    return agent - customer


def decide_roles(
    turns: Sequence[tuple[str, str]],
    options: RoleOptions = RoleOptions(),
) -> Roles:
    """Decide who is agent and who customer.

    Args:
        turns: (speaker, text) in time order.
        options: the weights.

    Returns:
        With two speakers, opposite roles, or both UNKNOWN below ``unsure``; with one, its role by
        wording alone; with more, the most agent-like is the agent and the rest are customers.
    """
    evidence = _evidence(turns, options)
    if not evidence:
        return Roles({}, 0.5)
    ranked = sorted(evidence, key=lambda speaker: -evidence[speaker])
    best, rest = ranked[0], ranked[1:]
    margin = evidence[best] - (sum(evidence[s] for s in rest) / len(rest) if rest else 0.0)
    if not rest:
        margin = abs(evidence[best])
    confidence = round(1 / (1 + math.exp(-margin / 2)), 3)
    if margin < options.unsure:
        return Roles(dict.fromkeys(evidence, Role.UNKNOWN), confidence)
    if not rest:
        role = Role.AGENT if evidence[best] > 0 else Role.CUSTOMER
        return Roles({best: role}, confidence)
    return Roles({s: Role.AGENT if s == best else Role.CUSTOMER for s in evidence}, confidence)


def _evidence(turns: Sequence[tuple[str, str]], options: RoleOptions) -> dict[str, float]:
    scores: dict[str, float] = {}
    characters: dict[str, int] = {}
    greeted = False
    for speaker, text in turns:
        score = max(-options.cap_per_turn, min(options.cap_per_turn, wording(text)))
        if not greeted and not is_nod(text):
            greeted = True
            if wording(text) > 1.0 and asks(text):
                score += options.greets_first
        scores[speaker] = scores.get(speaker, 0.0) + score
        characters[speaker] = characters.get(speaker, 0) + len(text)
    total = sum(characters.values()) or 1
    fair = 1 / max(1, len(scores))
    return {s: v + options.talk_share * (characters[s] / total - fair) for s, v in scores.items()}


def swapped(roles: Mapping[str, Role]) -> dict[str, Role]:
    """Agent and customer exchanged, in one click."""
    return {speaker: role.other for speaker, role in roles.items()}


def is_menu(texts: Sequence[str]) -> bool:
    """A machine's menu and nothing else: most of what is said are its phrases (…请按一, 正在转接)."""
    said = [text for text in texts if text.strip()]
    keys = sum(len(MENU_KEYS.findall(text)) for text in said)  # people say 转接 and 欢迎致电 too
    return keys >= 2 and sum(MENU.search(text) is not None for text in said) > len(said) / 2
