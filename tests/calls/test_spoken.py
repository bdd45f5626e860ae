"""What people say instead of typing: kept sealed, written down by the worker, forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from coach.acting import Acting
from coach.bootstrap import SPOKEN, Services, build, make_worker
from coach.calls import spoken
from coach.calls.sealing.keyring import new_key
from coach.calls.spoken import Spoken
from coach.errors import KeyMissing, ModelNotFound, NotAudio, NotFound, SilentAudio, SpokenTooLong
from coach.people.rights import LOCAL, Role, Who
from coach.settings import Settings
from tests.factories import demo_sound, tone_wav, write_wav
from tests.fakes import FakeRecogniser
from tests.waiting import until

ME, SOMEBODY = "me", "somebody"


def said(s: Services, tmp_path: Path, seconds: float = 3) -> str:
    return s.dictation.take(tone_wav(tmp_path / "said.wav", seconds), ME).id


def sounds(s: Services) -> list[Path]:
    return list((s.settings.data / "spoken").glob("*"))


def test_it_is_written_down_and_its_sound_is_gone(services: Services, tmp_path: Path) -> None:
    found = said(services, tmp_path)
    assert services.dictation.read(found, ME).text is None
    assert len(sounds(services)) == 1
    services.dictation.write(found, FakeRecogniser(), "zh")
    assert services.dictation.read(found, ME).text == "词0。词1。词2。"
    assert sounds(services) == []
    again = FakeRecogniser()
    services.dictation.write(found, again, "zh")
    assert again.heard == [], "a job that runs once more does nothing"


def test_nobody_else_reads_or_forgets_it(services: Services, tmp_path: Path) -> None:
    found = said(services, tmp_path)
    services.dictation.write(found, FakeRecogniser(), "zh")
    with pytest.raises(NotFound):
        services.dictation.read(found, SOMEBODY)
    with pytest.raises(NotFound):
        services.dictation.forget(found, SOMEBODY)
    services.dictation.forget(found, ME)
    with pytest.raises(NotFound):
        services.dictation.read(found, ME)


def test_after_a_day_it_is_forgotten(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(services, tmp_path)
    assert services.dictation.sweep() == 0
    monkeypatch.setattr(spoken, "KEPT", timedelta(seconds=-1))
    assert services.dictation.sweep() == 1
    assert sounds(services) == []


def test_sound_and_text_are_sealed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(new_key())
    keys.chmod(0o600)
    s = build(Settings(data_dir=tmp_path / "data", key_file=keys))
    found = said(s, tmp_path)
    assert b"RIFF" not in sounds(s)[0].read_bytes()
    s.dictation.write(found, FakeRecogniser(), "zh")
    with s.engine.connect() as db:
        assert "词" not in str(db.exec_driver_sql("select text from spoken").scalar())
    assert s.dictation.read(found, ME).text == "词0。词1。词2。"
    s.engine.dispose()


@pytest.mark.parametrize(("seconds", "error"), [(121, SpokenTooLong), (3, SilentAudio)])
def test_what_is_too_long_or_silent_leaves_nothing(
    services: Services, tmp_path: Path, seconds: float, error: type[Exception]
) -> None:
    loud = 0.0 if error is SilentAudio else 0.3
    with pytest.raises(error):
        services.dictation.take(tone_wav(tmp_path / "a.wav", seconds, level=loud), ME)
    assert sounds(services) == []


def test_what_is_no_sound_leaves_nothing(services: Services, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("退款")
    with pytest.raises(NotAudio):
        services.dictation.take(tmp_path / "a.wav", ME)
    assert sounds(services) == []


def test_without_a_model_nobody_is_asked_to_speak(services: Services, tmp_path: Path) -> None:
    acting = Acting(services, LOCAL)
    assert not acting.can_speak()
    with pytest.raises(ModelNotFound):
        acting.say(tone_wav(tmp_path / "a.wav", 2))
    assert services.jobs.listed() == []


def test_the_one_who_spoke_fetches_it_once(tmp_path: Path) -> None:
    s = build(Settings(data_dir=tmp_path / "data", model="demo-zh"))
    acting = Acting(s, Who("a", "小王", Role.AGENT))
    other = Acting(s, Who("b", "小李", Role.AGENT))
    assert acting.can_speak()
    found = acting.say(tone_wav(tmp_path / "a.wav", 2)).id
    assert acting.said(found).text is None
    (job,) = s.jobs.listed()
    assert (job.kind, job.about, job.recording_id) == (SPOKEN, found, "")
    assert s.jobs.claim("calls", but=frozenset({SPOKEN})) is None
    assert s.jobs.claim("spoken", only=frozenset({SPOKEN})) is not None
    s.dictation.write(found, FakeRecogniser(), "zh")
    with pytest.raises(NotFound):
        other.said(found)
    assert acting.said(found).text == "词0。词1。"
    with pytest.raises(NotFound):
        acting.said(found)
    assert s.jobs.listed() == []
    s.engine.dispose()


def test_who_says_more_than_they_fetch_fills_no_queue(tmp_path: Path) -> None:
    s = build(Settings(data_dir=tmp_path / "data", model="demo-zh"))
    acting = Acting(s, Who("a", "小王", Role.AGENT))
    other = Acting(s, Who("b", "小李", Role.AGENT)).say(tone_wav(tmp_path / "b.wav", 2)).id
    said = [acting.say(tone_wav(tmp_path / "a.wav", 2)).id for _ in range(5)]
    about = {j.about for j in s.jobs.listed() if j.state.open}
    assert about == {other, *said[-2:]}
    assert len(sounds(s)) == 3
    s.engine.dispose()


def test_several_at_once_and_what_cannot_be_read_any_more_are_in_nobody_s_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = build(Settings(data_dir=tmp_path / "data", model="demo-zh"))
    acting = Acting(s, Who("a", "小王", Role.AGENT))
    sound = tone_wav(tmp_path / "a.wav", 2)
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda _: acting.say(sound).id, range(12)))
    assert len(set(said)) == 12

    def sealed(store: object, spoken_id: str) -> Spoken:
        raise KeyMissing()

    with monkeypatch.context() as patch:  # the key that the older ones were sealed with is gone
        patch.setattr(type(s.dictation._store), "get", sealed)
        newest = acting.say(sound).id
    assert newest in {j.about for j in s.jobs.listed() if j.state.open}
    assert len(sounds(s)) == spoken.WAITING
    s.engine.dispose()


def test_a_job_that_failed_says_so(tmp_path: Path) -> None:
    s = build(Settings(data_dir=tmp_path / "data", model="demo-zh"))
    acting = Acting(s, LOCAL)
    found = acting.say(tone_wav(tmp_path / "a.wav", 2)).id
    job = s.jobs.claim("w")
    assert job is not None
    s.jobs.fail(job, "model.damaged", "{}", retry=False)
    failed = acting.said(found).failed
    assert failed is not None
    assert failed.error_code == "model.damaged"
    assert sounds(s) == []
    s.engine.dispose()


def test_the_worker_writes_down_a_real_question(tmp_path: Path) -> None:
    """Real processes, the model that ships, and a question of the demo call it has not learnt."""
    s = build(Settings(data_dir=tmp_path / "data", model="demo-zh"))
    acting = Acting(s, LOCAL)
    sound = demo_sound("04")
    customer = sound[: 12 * 8000, :1]
    write_wav(tmp_path / "q.wav", (customer * 32767).astype(np.int16))
    spoken_id = acting.say(tmp_path / "q.wav").id
    crew = make_worker(s.settings)
    thread = threading.Thread(target=crew.run)
    thread.start()
    try:
        until(lambda: s.dictation.read(spoken_id, "local").text is not None, "written down")
    finally:
        crew.stop()
        thread.join(30)
    assert len(acting.said(spoken_id).text or "") > 5
    s.engine.dispose()
