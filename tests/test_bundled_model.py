"""The whole chain with the model that ships: nothing faked, nothing downloaded."""

from pathlib import Path

import pytest

from coach.bootstrap import Services
from coach.calls.transcript import Role
from coach.errors import ModelNotFound
from tests.factories import tone_wav

BUNDLED = Path(__file__).parents[1] / "models" / "demo-zh"


def test_the_bundled_calls_are_transcribed_by_the_bundled_model(services: Services) -> None:
    """Nothing faked: audio, words, roles, exchanges, rounds. Bounds are far looser than docs/methods.md."""
    from coach.bootstrap import recognisers, transcribing
    from coach.demo import load_demo
    from coach.game.rounds import PlanOptions, plan_rounds
    from tests.texts import character_error_rate, demo_text

    fourth = load_demo(services)[3]
    assert services.calls.segments(fourth) == []
    told: list[float] = []
    settings = services.settings
    transcribing(services, recognisers(settings)).run(fourth, lambda done, _: told.append(done))
    call = services.call(fourth)
    assert call.recording.layout == "split"
    for channel in (0, 1):
        heard = "".join(t.text for t in call.turns if t.channel == channel)
        assert character_error_rate(demo_text("04", channel), heard) <= 0.4
    agent = {t.channel for t in call.turns if t.role is Role.AGENT}
    assert agent == {1}
    assert len(call.exchanges) >= 3
    plan = plan_rounds(call.exchanges, call.recording.duration, PlanOptions(count=3))
    assert len(plan.rounds) >= 2
    words = [w for t in call.turns for w in t.words]
    assert all(0 <= w.start <= w.end <= call.recording.duration + 0.1 for w in words)
    assert told == sorted(told)


def test_the_bundled_model_is_for_the_bundled_calls_only(
    services: Services, tmp_path: Path
) -> None:
    from coach.bootstrap import speech_model
    from coach.demo import load_demo

    ids = load_demo(services)
    own = services.intake.take(tone_wav(tmp_path / "own.wav", 5)).recording
    assert speech_model(services.settings, services.calls.get(ids[0])) == BUNDLED
    with pytest.raises(ModelNotFound):
        speech_model(services.settings, own)


def test_where_a_number_truly_sounds_there_is_silence_by_the_model_s_own_times(
    services: Services,
) -> None:
    """The synthesiser says when each character sounds; the model's transcript says what is masked."""
    from coach.bootstrap import recognisers, transcribing
    from coach.demo import load_demo
    from tests.calls.test_gate import NUMBER

    first = load_demo(services)[0]
    spoken = []
    for turn in services.call(first).turns:
        owners = [w for w in turn.words for _ in w.text]  # a word may carry its punctuation
        at = "".join(w.text for w in turn.words).find(NUMBER)
        if at >= 0:
            spoken.append((owners[at].start, owners[at + len(NUMBER) - 1].end))
    assert len(spoken) == 2
    job = services.transcribe(first)
    run = transcribing(services, recognisers(services.settings)).run
    run(first, lambda *_: None, again=job.id)
    windows = services.gate.mask(services.call(first)).windows
    for start, end in spoken:
        assert any(w.start <= start and end <= w.end for w in windows)
