"""``make bench``: the figures of docs/operations.md. Ratios come from one run, interleaved.

Run alone on the machine: ``python -m tests.bench [help|page|keys|import|sealed|asr|channels|search]…``; all when none is named.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from coach.bootstrap import Services, build, transcribing
from coach.calls.audio import AudioLimits, decode_to_wav, resample
from coach.calls.master import Master
from coach.calls.recogniser import RATE, FasterWhisper
from coach.calls.windows import plan_windows
from coach.demo import load_demo
from coach.settings import Settings
from tests.bench_search import bench_search
from tests.conftest import CHROMIUM, DEMO
from tests.tiny_whisper import build as build_model
from tests.ui.app import running_app

RUNS = 5
MODEL = Path(__file__).parents[1] / "models" / "demo-zh"  # where its weights are there


def line(name: str, values: list[float], unit: str = "s", note: str = "") -> None:
    """Median with its spread."""
    values = sorted(values)
    print(
        f"{name:44} median {statistics.median(values):8.3f} {unit}"
        f"  [{values[0]:.3f} … {values[-1]:.3f}]  n={len(values)}  {note}",
        flush=True,
    )


def percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share))


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def bench_help() -> None:
    command = [str(Path(sys.executable).parent / "coach"), "--help"]
    empty = [sys.executable, "-c", "pass"]
    ours, bare = [], []
    for _ in range(RUNS + 4):
        ours.append(timed(lambda: subprocess.run(command, capture_output=True, check=True)))
        bare.append(timed(lambda: subprocess.run(empty, capture_output=True, check=True)))
    line("coach --help", ours, note="goal 0.3")
    line("an empty Python, for comparison", bare)


def template(folder: Path) -> Path:
    data = folder / "template"
    s = build(Settings(data_dir=data))
    load_demo(s)
    s.engine.dispose()
    return data


def bench_page() -> None:
    """From starting the app to its first page drawn, and the second time (make demo's second start)."""
    from playwright.sync_api import sync_playwright

    ready, drawn = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as p:
        data = template(Path(name))
        browser = p.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for i in range(RUNS):
            start = time.perf_counter()
            with running_app(data, Path(name) / f"run{i}") as app:
                ready.append(time.perf_counter() - start)
                page = browser.new_page()
                drawn.append(
                    timed(
                        lambda page=page, app=app: (
                            page.goto(app.url),
                            page.wait_for_selector("h1"),
                        )
                    )
                )
                page.close()
        browser.close()
    line("app start → answers", ready, note="goal of the second start: 5")
    line("first page ready (cold browser cache)", drawn)


TRACE = """
window.trace = {};
document.addEventListener('keydown', () => { window.trace = { key: performance.now() }; }, true);
const play = Audio.prototype.play;
Audio.prototype.play = function () {
  if (!this.traced) {
    this.traced = true;
    this.addEventListener('playing', () => { window.trace.sound ??= performance.now(); });
  }
  return play.call(this);
};
const find = () => [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)]
  .map(r => r.querySelector('.stage')).find(Boolean);
setInterval(() => {
  const stage = find();
  if (stage && !window.watched) {
    window.watched = true;
    new MutationObserver(() => requestAnimationFrame(() => { window.trace.drawn ??= performance.now(); }))
      .observe(stage, { attributes: true, attributeFilter: ['data-step'] });
  }
}, 20);
"""


def bench_keys() -> None:
    """Key press → sound, and → the next step drawn, over whole sessions in Chromium."""
    from playwright.sync_api import sync_playwright

    sound, drawn = [], []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as p:
        folder = Path(name)
        with running_app(template(folder), folder) as app:
            browser = p.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--mute-audio"]
            )
            for _ in range(RUNS):
                _session(browser, app, sound, drawn)
            browser.close()
    for what, values, goal in (("sound", sound, "goal p95 0.3"), ("next step drawn", drawn, "")):
        print(
            f"key press → {what:32} p50 {percentile(values, 50):.3f}  p95 {percentile(values, 95):.3f} s"
            f"  max {max(values):.3f}  n={len(values)}  {goal}",
            flush=True,
        )


def _session(browser, app, sound: list[float], drawn: list[float]) -> None:  # type: ignore[no-untyped-def]
    (pack,) = app.services.packs.listed()
    session = app.services.host.open(pack.id, [(None, "a"), (None, "b")])
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(TRACE)
    page.goto(f"{app.url}/stage?session={session.id}")
    page.wait_for_selector(".stage main")
    steps = app.services.host.table(session.id).steps
    for step in steps[1:]:
        page.wait_for_timeout(500)
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_function("() => window.trace.drawn", timeout=10_000)
        if step.clip:
            page.wait_for_function("() => window.trace.sound", timeout=10_000)
        trace = page.evaluate("() => window.trace")
        drawn.append((trace["drawn"] - trace["key"]) / 1000)
        if step.clip:
            sound.append((trace["sound"] - trace["key"]) / 1000)
    page.close()


def long_call(path: Path, minutes: float) -> Path:
    """The first demo call over and over, two channels at 8 kHz."""
    one = path.with_suffix(".one.wav")
    with one.open("w+b") as file:
        decode_to_wav(next(DEMO.glob("01*.flac")), file, name="demo", limits=AudioLimits())
    pcm = Master(one).read(0, 1e9)
    left = int(minutes * 60 * 8000)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(8000)
        while left > 0:
            out.writeframes(pcm[:left].tobytes())
            left -= len(pcm)
    return path


IMPORT = """
import re, sys, time
from pathlib import Path
from coach.bootstrap import build
from coach.settings import Settings
s = build(Settings(data_dir=Path(sys.argv[2])))
start = time.perf_counter()
s.intake.take(Path(sys.argv[1]))
# not getrusage: its maximum survives exec and would show this script's own
print(time.perf_counter() - start, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def bench_import() -> None:
    times: dict[int, list[float]] = {10: [], 60: []}
    peaks: dict[int, list[float]] = {10: [], 60: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calls = {m: long_call(folder / f"{m}.wav", m) for m in (10, 60)}
        for i in range(RUNS):
            for minutes, path in calls.items():
                done = subprocess.run(
                    [sys.executable, "-c", IMPORT, str(path), str(folder / f"d{i}-{minutes}")],
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                seconds, peak = map(float, done.stdout.split())
                times[minutes].append(seconds)
                peaks[minutes].append(peak)
    line("import of a 60-minute two-channel call", times[60])
    line("  its peak memory", peaks[60], "MB")
    line("  peak memory of a 10-minute one", peaks[10], "MB")
    ratios = [a / b for a, b in zip(peaks[60], peaks[10], strict=True)]
    line("  ratio of the peaks", ratios, "×", "goal ≤ 1.1")


class Steady(FasterWhisper):
    """Without the fallback to sampling: the same work in every run, for all sides."""

    def arguments(self, language: str | None, hotwords: Sequence[str] = ()) -> dict[str, Any]:
        return {**super().arguments(language, hotwords), "temperature": 0.0}


def bench_sealed() -> None:
    """An hour of sound read a minute at a time, sealed and in the clear, in turns."""
    import shutil

    from coach.calls.sealing.keyring import OPEN, Keyring, new_key

    keys = Keyring.parse(new_key())
    with tempfile.TemporaryDirectory() as folder:
        clear, sealed = Path(folder) / "a.wav", Path(folder) / "b.wav"
        long_call(clear, 60)
        with clear.open("rb") as source, keys.create(sealed) as target:
            line("sealing an hour", [timed(lambda: shutil.copyfileobj(source, target, 1 << 20))])

        def read(path: Path, ring: Keyring) -> float:
            master = Master(path, ring)
            return timed(lambda: [master.read(60.0 * m, 60.0 * m + 60) for m in range(60)])

        pairs = [(read(clear, OPEN), read(sealed, keys)) for _ in range(5)]
        line("an hour by minutes, in the clear", [a for a, _ in pairs])
        line("an hour by minutes, sealed", [b for _, b in pairs])


def bench_asr() -> None:
    """Ours, bare faster-whisper and batching in whisperX's manner, on the four demo calls.

    The same windows, warm model, VAD and options; the others get their samples ready in memory.
    Batching gives up what depends on order: it decodes the VAD's chunks side by side.
    """
    from faster_whisper import BatchedInferencePipeline

    sides: dict[str, list[float]] = {"ours": [], "bare": [], "batched": []}
    model = Steady(_model())
    batched = BatchedInferencePipeline(model._model)
    arguments = model.arguments("zh")
    beside = {k: v for k, v in arguments.items() if k != "condition_on_previous_text"}
    with tempfile.TemporaryDirectory() as name:
        for i in range(RUNS + 1):
            s = build(Settings(data_dir=Path(name) / f"d{i}"))
            calls = [s.intake.take(path).recording.id for path in sorted(DEMO.glob("*.flac"))]
            samples = [x for c in calls for x in _samples(s.hearing.master(c))]
            took = {
                "ours": timed(lambda s=s, calls=calls: _transcribe(s, model, calls)),
                "bare": timed(
                    lambda x=samples: [list(model._model.transcribe(w, **arguments)[0]) for w in x]
                ),
                "batched": timed(
                    lambda x=samples: [
                        list(batched.transcribe(w, batch_size=8, **beside)[0]) for w in x
                    ]
                ),
            }
            s.engine.dispose()
            for side in sides if i else ():  # the first round warms up
                sides[side].append(took[side])
    line("transcribing the four demo calls: ours", sides["ours"])
    line("  bare faster-whisper", sides["bare"])
    line("  batched", sides["batched"])
    for other, goal in (("bare", "goal ≤ 1.05"), ("batched", "")):
        ratios = [a / b for a, b in zip(sides["ours"], sides[other], strict=True)]
        line(f"  ours ÷ {other}", ratios, "×", goal)


def bench_channels() -> None:
    """What two channels cost over their mix to one, the same calls and model."""
    model = Steady(_model())
    two: list[float] = []
    one: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for i in range(RUNS + 1):
            s = build(Settings(data_dir=Path(name) / f"d{i}"))
            calls = [s.intake.take(path).recording.id for path in sorted(DEMO.glob("*.flac"))]
            mixed = [_mixed(s, c, Path(name) / f"{i}-{c}.wav") for c in calls]
            a = timed(lambda s=s, calls=calls: _transcribe(s, model, calls))
            b = timed(lambda s=s, mixed=mixed: _transcribe(s, model, mixed))
            s.engine.dispose()
            if i:
                two.append(a)
                one.append(b)
    line("the four demo calls, two channels", two)
    line("  their mixes to one channel", one)
    line("  ratio", [a / b for a, b in zip(two, one, strict=True)], "×", "goal ≤ 1.15")


def _model() -> Path:
    """The demo model, or one of whisper-tiny's size with random weights that ends every window."""
    if (MODEL / "model.bin").is_file():
        return MODEL
    return build_model(Path(tempfile.mkdtemp()) / "random", width=384, layers=4, ends=True)


def _samples(master: Master) -> list[Any]:
    windows = plan_windows(master.envelope(), master.duration, longest=300, first=120)
    return [
        resample(master.read_mono(w.start, w.end, c), master.sample_rate, RATE)
        for w in windows
        for c in (0, 1)
    ]


def _transcribe(s: Services, model: FasterWhisper, calls: list[str]) -> None:
    for recording_id in calls:
        transcribing(s, lambda _: model).run(recording_id, lambda *_: None)


def _mixed(s: Services, recording_id: str, path: Path) -> str:
    master = s.hearing.master(recording_id)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(master.sample_rate)
        file.writeframes(
            (master.read_mono(0, master.duration, None) * 32767).astype("int16").tobytes()
        )
    return s.intake.take(path).recording.id


def main() -> None:
    benches = {
        "help": bench_help, "page": bench_page, "keys": bench_keys, "import": bench_import, "sealed": bench_sealed, "asr": bench_asr, "channels": bench_channels, "search": bench_search,
    }  # fmt: skip
    chosen = sys.argv[1:] or list(benches)
    print(f"{datetime.now(UTC):%Y-%m-%d}  {platform.machine()}  Python {platform.python_version()}")
    for name in chosen:
        if name in ("page", "keys") and CHROMIUM is None:
            print(f"{name}: skipped, Chromium is not there")
            continue
        benches[name]()


if __name__ == "__main__":
    main()
