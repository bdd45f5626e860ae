"""Windows, stages stored when finished, and one contract for every recogniser."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.bootstrap import Services
from coach.calls.glossary import Term, choose
from coach.calls.models import find_model, installed
from coach.calls.recogniser import HOTWORD_TOKENS, RATE, FasterWhisper, Recogniser
from coach.calls.speakers import LightSpeakers
from coach.calls.transcribing import TranscribeOptions, Transcribing
from coach.calls.transcript import Role
from coach.calls.windows import plan_windows
from coach.errors import (
    DownloadFailed,
    ModelIncomplete,
    ModelNotFound,
    StillTranscribing,
)
from coach.game.pack import PackWords
from coach.game.rounds import PlanOptions
from tests.conftest import DEMO
from tests.factories import demo_sound, stored, tone_wav
from tests.fakes import FakeRecogniser, Says, transcribe


@given(st.floats(1, 900), st.floats(20, 300))
def test_windows_cover_the_call_and_none_is_too_long(duration: float, longest: float) -> None:
    envelope = np.random.default_rng(1).random((int(duration * 100), 2)).astype(np.float32)
    windows = plan_windows(envelope, duration, longest=longest)
    assert windows[0].start == 0
    assert windows[-1].end == duration
    assert all(a.end == b.start for a, b in zip(windows, windows[1:], strict=False))
    assert all(0 < w.end - w.start <= longest + 1e-6 for w in windows)


def test_a_window_is_cut_in_the_pause() -> None:
    envelope = np.ones((6000, 2), np.float32)
    envelope[2600:2700] = 0
    assert plan_windows(envelope, 60.0, longest=30)[0].end == pytest.approx(26.5, abs=0.5)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.tiny_whisper import build

    return build(tmp_path_factory.mktemp("models") / "tiny-random")


@pytest.fixture(params=["fake", "faster-whisper"])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    if request.param == "fake":
        return FakeRecogniser()
    return FasterWhisper(request.getfixturevalue("tiny_model"))


def test_the_contract_of_a_recogniser(recogniser: Recogniser) -> None:
    """Times inside the window, words inside segments, progress inside the window, silence says
    nothing, and the language asked for is the language told."""
    tone = (0.3 * np.sin(np.arange(3 * RATE) * 0.2)).astype(np.float32)
    told: list[float] = []
    heard = recogniser.transcribe(tone, language="zh", progress=told.append)
    assert heard.language == "zh"
    for s in heard.segments:
        assert 0 <= s.start <= s.end <= 3.5
        assert s.text == s.text.strip() != ""
        for w in s.words:
            assert s.start - 0.5 <= w.start <= w.end <= s.end + 0.5
            assert 0 <= w.probability <= 1
    assert all(0 <= t <= 3.0 for t in told)
    silence = np.zeros(2 * RATE, np.float32)
    assert recogniser.transcribe(silence, language="zh", progress=told.append).segments == ()
    assert recogniser.name


def test_the_tiny_model_is_multilingual(tiny_model: Path) -> None:
    assert FasterWhisper(tiny_model)._model.model.is_multilingual


def test_each_channel_of_each_window_is_a_stage_in_turn(services: Services, tmp_path: Path) -> None:
    r = services.intake.take(tone_wav(tmp_path / "a.wav", 70)).recording
    fake, told = FakeRecogniser(), []
    transcribe(services, r.id, fake, told)
    assert len(fake.heard) == 6
    assert services.calls.parts_done(r.id, TranscribeOptions(30).hash("fake")) == {
        f"{w:04d}/{c}" for w in range(3) for c in range(2)
    }
    assert told[-1] == (pytest.approx(70), pytest.approx(70))
    assert [d for d, _ in told] == sorted(d for d, _ in told)
    segments = services.calls.segments(r.id)
    assert {s.channel for s in segments} == {0, 1}
    assert max(s.end for s in segments) <= 70


def test_running_again_does_nothing_and_a_break_redoes_no_finished_stage(
    services: Services, tmp_path: Path
) -> None:
    class Broken(FakeRecogniser):
        def transcribe(self, samples, **more):  # type: ignore[no-untyped-def]
            if len(self.heard) == 3:
                raise RuntimeError("power cut")
            return super().transcribe(samples, **more)

    r = services.intake.take(tone_wav(tmp_path / "a.wav", 70)).recording
    with pytest.raises(RuntimeError):
        transcribe(services, r.id, Broken(), [])
    rest = FakeRecogniser()
    transcribe(services, r.id, rest, [])
    assert len(rest.heard) == 3
    again = FakeRecogniser()
    transcribe(services, r.id, again, [])
    assert again.heard == []


def test_the_real_adapter_runs_the_whole_chain(
    services: Services, tiny_model: Path, tmp_path: Path
) -> None:
    r = services.intake.take(tone_wav(tmp_path / "a.wav", 2, channels=1)).recording
    transcribe(services, r.id, FasterWhisper(tiny_model), [])
    assert services.calls.get(r.id).language == "zh"
    assert services.calls.get(r.id).roles_by == "auto"


def test_a_person_s_roles_outlast_a_new_transcript(services: Services) -> None:
    audio = next(DEMO.glob("01*.flac"))
    r = services.intake.take(audio, transcript=next(DEMO.glob("01*.transcript.json"))).recording
    services.repairing.swap(r.id, "林晓")
    swapped = services.calls.get(r.id).roles
    transcribe(services, r.id, FakeRecogniser(), [])
    assert services.calls.get(r.id).roles == swapped


def test_a_model_is_found_in_order_and_its_absence_says_what_to_do(
    tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    with pytest.raises(ModelNotFound) as caught:
        find_model("small", [folder], download=False)
    for text in (caught.value.advice("zh"), caught.value.advice("en")):
        assert "coach models pull small" in text
        assert "--transcript" in text
    assert str(folder / "small") in caught.value.message("en")
    assert find_model(str(tiny_model), [folder], download=False) == tiny_model
    assert find_model(tiny_model.name, [folder, tiny_model.parent], download=False) == tiny_model
    assert [m.name for m in installed([tiny_model.parent])] == [tiny_model.name]


def test_a_half_copied_model_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelIncomplete) as caught:
        find_model("small", [tmp_path], download=False)
    assert "tokenizer.json" in caught.value.message("en")


def test_a_download_that_fails_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed):
        find_model("small", [tmp_path], download=True)
    with pytest.raises(DownloadFailed):
        find_model("no-such-name", [tmp_path], download=True)


def test_what_people_did_meanwhile_stays(services: Services) -> None:
    """Roles set, or a transcript put in, while a transcription runs."""
    audio, text = next(DEMO.glob("01*.flac")), next(DEMO.glob("01*.transcript.json"))
    r = services.intake.take(audio).recording

    class Meanwhile(FakeRecogniser):
        def transcribe(self, samples, **more):  # type: ignore[no-untyped-def]
            if not self.heard:
                services.put_transcript(r.id, text, "a.json")
                services.repairing.swap(r.id, "林晓")
            return super().transcribe(samples, **more)

    transcribe(services, r.id, Meanwhile(), [])
    assert services.calls.get(r.id).roles_by == "林晓"
    assert len(services.call(r.id).exchanges) > 0 or services.call(r.id).turns[0].text.startswith(
        "您好"
    )


def test_swapping_works_on_a_transcript_with_roles_of_its_own(
    services: Services, tmp_path: Path
) -> None:
    import json

    doc = json.loads(next(DEMO.glob("01*.transcript.json")).read_text("utf-8"))
    for s in doc["segments"]:
        s["role"] = "agent" if s["channel"] == 1 else "customer"
    (tmp_path / "t.json").write_text(json.dumps(doc))
    r = services.intake.take(next(DEMO.glob("01*.flac")), transcript=tmp_path / "t.json").recording
    first = services.call(r.id).turns[0].role
    services.repairing.swap(r.id, "林晓")
    assert services.call(r.id).turns[0].role is first.other


def test_the_glossary_goes_in_before_and_is_counted_after(
    services: Services, tmp_path: Path
) -> None:
    services.glossary.put([Term("词1号", wrong=("词1",)), Term("光猫")])
    fake = FakeRecogniser()
    recording_id = stored(services, tmp_path, demo_sound("01")[:160000])
    transcribe(services, recording_id, fake, [], window=300)
    assert fake.hotwords == ["光猫", "词1号"]
    assert "词1号" in "".join(s.text for s in services.calls.segments(recording_id))
    assert {t.text: t.uses > 0 for t in services.glossary.listed()} == {
        "词1号": True,
        "光猫": False,
    }


def test_the_hot_words_of_the_real_adapter_fit(tiny_model: Path) -> None:
    real = FasterWhisper(tiny_model)
    terms = [Term(f"术语{i:04}号业务") for i in range(5000)]
    chosen = choose(terms, node="", cost=real.cost, room=HOTWORD_TOKENS)
    tokens = real._model.hf_tokenizer.encode(" " + " ".join(chosen), add_special_tokens=False).ids
    assert len(chosen) > 1
    assert len(tokens) <= HOTWORD_TOKENS + 1 < 223


def test_a_first_round_can_be_looked_at_before_a_quarter_is_done(
    services: Services, tmp_path: Path
) -> None:
    """A 20-minute call: after the first windows there are roles and exchanges, but no pack."""

    class Stops(Says):
        def transcribe(self, samples, **more):  # type: ignore[no-untyped-def]
            if not self.texts:
                raise RuntimeError("that far")
            return super().transcribe(samples, **more)

    burst = 0.1 * np.random.default_rng(5).standard_normal((5 * 8000, 2))
    burst[4 * 8000 :] = 0
    sound = np.tile(burst, (20 * 60 // 5, 1))
    recording_id = stored(services, tmp_path, sound)
    customer = ["", "你好，我想办一个亲情号，怎么办？", "", "那什么时候生效啊？"]
    agent = [
        "您好，请问有什么可以帮您？",
        "",
        "有的，一个月三块钱，最多加九个号码。",
        "",
        "马上生效。",
    ]
    told: list[tuple[float, float]] = []
    with pytest.raises(RuntimeError):
        transcribe(services, recording_id, Stops(customer, agent), told, window=300)
    assert told[-1][0] / told[-1][1] <= 0.25
    call = services.call(recording_id)
    assert {r.value for r in call.recording.roles.values()} == {"AGENT", "CUSTOMER"}
    assert len(call.exchanges) == 2
    line = services.repairing.lines(recording_id)[1]
    services.repairing.do(
        recording_id, {"do": "text", "id": line.id, "text": "先改好了的这一句"}, ""
    )
    with pytest.raises(StillTranscribing):
        services.prepare(recording_id, PlanOptions(), PackWords())
    rest = Says(*[["后来说的话"]] * 20)
    transcribe(services, recording_id, rest, told, window=300)
    assert services.calls.whole(recording_id)
    texts = [x.text for x in services.repairing.lines(recording_id)]
    assert "先改好了的这一句" in texts, "an early repair outlasts the end of the transcription"
    assert "后来说的话" in "".join(texts)


def test_a_finished_call_is_not_done_again_because_the_glossary_changed(
    services: Services, tmp_path: Path
) -> None:
    services.glossary.put([Term("词1号", wrong=("词1",)), Term("光猫")])
    recording_id = stored(services, tmp_path, demo_sound("01")[:160000])
    transcribe(services, recording_id, FakeRecogniser(), [], window=300)
    line = services.repairing.lines(recording_id)[0]
    services.repairing.do(recording_id, {"do": "text", "id": line.id, "text": "改过的"}, "")
    services.glossary.put([Term("新词")])
    uses = {t.text: t.uses for t in services.glossary.listed()}
    again = FakeRecogniser()
    transcribe(services, recording_id, again, [], window=300)
    assert again.heard == []
    assert services.repairing.lines(recording_id)[0].text == "改过的"
    assert {t.text: t.uses for t in services.glossary.listed()} == uses


def test_asked_for_anew_a_call_is_transcribed_anew_once(services: Services, tmp_path: Path) -> None:
    recording_id = stored(services, tmp_path, demo_sound("01")[:160000])
    transcribe(services, recording_id, FakeRecogniser(), [], window=300)
    assert services.transcribe(recording_id).kind == "again"
    anew, options = FakeRecogniser(), TranscribeOptions(window=300)
    for _ in range(2):
        Transcribing(
            services.calls, services.glossary, services.hearing, lambda _: anew, options, LightSpeakers()
        ).run(recording_id, lambda *_: None, again="job-7")  # fmt: skip
    assert len(anew.heard) == 2


def test_roles_a_person_set_hold_only_for_speakers_that_are_still_there(
    services: Services,
) -> None:
    audio = next(DEMO.glob("01*.flac"))
    r = services.intake.take(audio).recording
    services.calls.save(
        replace(r, roles={"坐席": Role.AGENT, "客户": Role.CUSTOMER}, roles_by="林晓")
    )
    transcribe(services, r.id, FakeRecogniser(), [])
    assert set(services.calls.get(r.id).roles) == {"ch0", "ch1"}
