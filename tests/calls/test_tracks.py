"""What the channels carry: the same sound twice, nothing, the other side, a machine, music."""

from pathlib import Path

import numpy as np
import pytest

from coach.bootstrap import Services
from coach.calls.cuts import Cut
from coach.calls.transcript import Role
from coach.errors import NoExchanges
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from tests.factories import demo_sound, stored
from tests.fakes import FakeRecogniser, Says, transcribe


def test_fake_stereo_is_heard_once_and_told_apart(services: Services, tmp_path: Path) -> None:
    mix = demo_sound("01").sum(axis=1)
    fake = FakeRecogniser()
    recording_id = stored(services, tmp_path, np.stack([mix, 0.5 * mix], axis=1))
    transcribe(services, recording_id, fake, [], window=300)
    assert len(fake.heard) == 1
    assert services.calls.get(recording_id).layout == "same"
    assert {s.speaker for s in services.calls.segments(recording_id)} == {"s0", "s1"}


def test_a_dead_channel_is_not_listened_to(services: Services, tmp_path: Path) -> None:
    mix = demo_sound("02").sum(axis=1)
    fake = FakeRecogniser()
    recording_id = stored(services, tmp_path, np.stack([mix, 0 * mix], axis=1))
    transcribe(services, recording_id, fake, [], window=300)
    assert len(fake.heard) == 1
    segments = services.calls.segments(recording_id)
    assert {s.channel for s in segments} == {0}
    assert {s.speaker for s in segments} == {"s0", "s1"}


def test_cross_talk_does_not_become_a_second_transcript(services: Services, tmp_path: Path) -> None:
    clean = demo_sound("03")
    bled = np.stack([clean[:, 0] + 0.1 * clean[:, 1], clean[:, 1] + 0.1 * clean[:, 0]], axis=1)
    words = []
    for sound in (clean, bled):
        recording_id = stored(services, tmp_path, sound)
        transcribe(services, recording_id, FakeRecogniser(), [], window=300)
        words.append(len(services.calls.segments(recording_id)))
    assert words[1] <= 1.1 * words[0]


def test_two_people_on_one_channel_and_a_menu_on_the_other(
    services: Services, tmp_path: Path
) -> None:
    people = demo_sound("02").sum(axis=1)
    machine = np.roll(demo_sound("03")[: len(people), 1], 9000)
    machine = np.pad(machine, (0, len(people) - len(machine)))
    machine[30 * 8000 :] = 0
    recording_id = stored(services, tmp_path, np.stack([machine, people], axis=1))
    menu = ["欢迎致电，查询请按一", "人工服务请按零", "正在为您转接"]
    talk = ["您好，很高兴为您服务", "你们为什么又扣我五十块钱啊"] * 8
    transcribe(services, recording_id, Says(menu, talk), [], window=300)
    by_channel = {s.channel: set() for s in services.calls.segments(recording_id)}
    for s in services.calls.segments(recording_id):
        by_channel[s.channel].add(s.speaker)
    assert by_channel == {0: {"ch0"}, 1: {"s0", "s1"}}
    roles = services.calls.get(recording_id).roles
    assert set(roles.values()) == {Role.AGENT, Role.CUSTOMER}
    assert "ch0" not in roles


def test_hours_of_hold_music_end_with_a_clear_word(services: Services, tmp_path: Path) -> None:
    """A steady tune is no speech: nothing is transcribed into rounds, nothing breaks.

    Half an hour here; three hours were run by hand (16 s).
    """
    hours = 0.5
    t = np.arange(60 * 8000) / 8000
    minute = 0.2 * np.sin(2 * np.pi * 440 * t) * (1 + np.sin(np.pi * t)) / 2
    recording_id = stored(services, tmp_path, np.tile(minute, int(hours * 60))[:, None])
    transcribe(services, recording_id, Says(*[["嗯嗯嗯"]] * 60), [], window=300)
    assert services.calls.get(recording_id).duration == pytest.approx(hours * 3600)
    with pytest.raises(NoExchanges):
        services.prepare(recording_id, PlanOptions(), PackWords())


@pytest.mark.parametrize("make", [lambda x: np.clip(20 * x, -1, 1), lambda x: x[::2]])
def test_clipped_and_narrow_band_calls_are_taken(make, services: Services, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sound = demo_sound("01")[: 30 * 8000]
    recording_id = stored(services, tmp_path, make(sound))
    transcribe(services, recording_id, FakeRecogniser(), [], window=300)
    assert services.calls.segments(recording_id)


def test_upside_down_fake_stereo_is_not_silence(services: Services, tmp_path: Path) -> None:
    mix = demo_sound("01").sum(axis=1)[:240000]
    recording_id = stored(services, tmp_path, np.stack([mix, -mix], axis=1))
    fake = FakeRecogniser()
    transcribe(services, recording_id, fake, [], window=300)
    assert services.calls.segments(recording_id)
    clip = services.hearing.original(recording_id, Cut(0.0, 20.0))
    assert max(services.hearing.peaks(clip)) > 0.1


def test_one_channel_at_an_odd_rate(services: Services, tmp_path: Path) -> None:
    import wave

    path = tmp_path / "odd.wav"
    tone = demo_sound("02").sum(axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes((np.clip(np.tile(tone, 4), -1, 1) * 32767).astype(np.int16).tobytes())
    recording_id = services.intake.take(path).recording.id
    transcribe(services, recording_id, FakeRecogniser(), [], window=300)
    master = services.hearing.master(recording_id)
    assert len(master.envelope()) == pytest.approx(master.duration * 100, abs=3)
