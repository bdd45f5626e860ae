"""Commands that run the product: serve, demo, worker, doctor."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.main import Json, app, emit, note, say, services
from coach.errors import BadInput

if TYPE_CHECKING:
    from coach.bootstrap import Services

PORT = 8501


@app.command()
def serve(
    host: Annotated[
        str,
        typer.Option(
            help="address to listen on; other than 127.0.0.1 only once there is an account, "
            "and behind TLS (docs/operations.md)"
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port; the next free one when taken")] = PORT,
) -> None:
    """Open the app. On this machine only, unless --host says otherwise."""
    from coach.settings import load_settings

    free = free_port(host, port)
    opened = services()  # what is wrong with settings, database or keys is said here
    if host not in ("127.0.0.1", "localhost", "::1"):
        if opened.signing.open:
            raise BadInput(
                detail="还没有账号，不能对外开放：先运行 coach account add 账号名",
                detail_en="no accounts yet, so not for others: run coach account add LOGIN first",
            )
        os.environ.setdefault("COACH_ALLOWED_HOSTS", "*")
    shown = "localhost" if host in ("127.0.0.1", "localhost") else host
    say(f"http://{shown}:{free}")
    sys.stdout.flush()
    _streamlit(load_settings().app_file, host, free)


def _streamlit(app_file: Path, host: str, port: int) -> None:
    """Become streamlit. Every option that matters is given here: a wheel has no config.toml."""
    arguments = [
        sys.executable, "-m", "streamlit", "run", str(app_file),
        f"--server.address={host}", f"--server.port={port}", "--server.headless=true",
        "--server.fileWatcherType=none", "--server.disconnectedSessionTTL=600",
        "--server.enableStaticServing=false", "--server.maxUploadSize=200",
        "--runner.postScriptGC=false", "--browser.gatherUsageStats=false",
        "--client.toolbarMode=minimal", "--client.showErrorDetails=none",
        "--browser.serverAddress=localhost", "--logger.level=warning",
    ]  # fmt: skip
    if os.name == "nt":
        import subprocess

        raise SystemExit(subprocess.call(arguments))
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter


def free_port(host: str, first: int) -> int:
    """The first free port of ``first`` … ``first`` + 49.

    Raises:
        BadInput: none is free, or the address is not ours.
    """
    for port in range(first, first + 50):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno not in (13, 48, 98, 10013, 10048):
                    raise BadInput(
                        detail=f"不能监听 {host}", detail_en=f"cannot listen on {host}"
                    ) from error
                continue
            return port
    raise BadInput(detail="没有空闲的端口", detail_en="no free port")


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="see coach serve --help")] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = PORT,
    load_only: Annotated[bool, typer.Option(help="load the demo calls, do not serve")] = False,
) -> None:
    """Load the bundled demo calls and team, then open the app."""
    from coach.demo import load_demo

    s = services()
    ids = load_demo(s)
    note(f"{len(ids)} 通示范电话已就绪 demo calls ready")
    s.engine.dispose()
    if not load_only:
        serve(host, port)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="folder that recordings arrive in")],
    every: Annotated[float, typer.Option(min=0.2, help="seconds between two looks")] = 5.0,
    once: Annotated[bool, typer.Option(help="take in what is there, then end")] = False,
    transcribe: Annotated[bool, typer.Option(help="queue each new call")] = True,
) -> None:
    """Watch a folder: every recording that arrives is imported and queued for transcription."""
    import threading
    import time

    from coach.calls.recording import meta_from_name
    from coach.calls.watching import FolderWatch
    from coach.errors import NotFound

    if not folder.is_dir():
        raise NotFound(what="文件夹", what_en="folder", key=str(folder))
    s = services()

    def take(path: Path) -> None:
        """Import one file; a call that has text, or a job for it, is not queued again."""
        meta = meta_from_name(path.name, s.settings.filename_pattern, s.zone)
        taken = s.intake.take(path, meta=meta)
        found = taken.recording.id
        if transcribe and not s.calls.whole(found) and not s.jobs.listed(found):
            s.transcribe(found)

    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    watching = FolderWatch(folder, s.settings.data / "watch" / f"{name}.json", take)
    pause = threading.Event()
    looks = 0
    while not pause.wait(every if looks else 0):
        for found in watching.look(time.monotonic()):
            mark = "✓" if found.error is None else "✗" if found.aside else "…"
            say(f"{mark} {found.path.name}" + (f": {found.error}" if found.error else ""))
        looks += 1
        if once and looks > 1:
            return


@app.command()
def worker(
    attached: Annotated[
        bool, typer.Option("--attached", help="stop when standard input closes")
    ] = False,
) -> None:
    """Run queued work (transcription) until stopped. The app starts one by itself."""
    import logging

    from coach.bootstrap import make_worker
    from coach.jobs.worker import ChildBroken
    from coach.settings import load_settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    found = make_worker(load_settings())

    def stop(*_: Any) -> None:
        found.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if attached:
        threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
    try:
        found.run()
    except ChildBroken:
        note("任务进程起不来，请重新安装。 The job process cannot start; reinstall.")
        raise SystemExit(3) from None


def _until_closed(stop: Any) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    stop()


@app.command()
def doctor(
    measure: Annotated[
        bool, typer.Option(help="measure this machine and recommend a model")
    ] = True,
    as_json: Json = False,
) -> None:
    """What is set, found and missing on this machine; what it is fast enough for."""
    report = _found() | (_advice() if measure else {})
    if as_json:
        emit(report)
        return
    for key, value in report.items():
        say(f"{key:16} {value}")


def _sealed(s: Services) -> str:
    keys = s.rotation.keys.ids
    if not keys:
        return "no: COACH_KEY_FILE is not set"
    return f"with {keys[0]}" + ("" if s.rotation.finished else ", not all of it yet")


def _found() -> dict[str, Any]:
    import platform
    from importlib.metadata import version

    from coach.bootstrap import embedding_folder
    from coach.calls.models import find_model, installed
    from coach.errors import CoachError
    from coach.settings import PACKAGE, load_settings

    s = services()
    settings = load_settings()
    try:
        model: str = str(find_model(settings.model, settings.model_folders, download=False))
    except CoachError as error:
        model = str(error)
    embedding = embedding_folder(settings)
    return {
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "faster_whisper": version("faster-whisper"),
        "data": str(settings.data),
        "database": s.engine.url.render_as_string(hide_password=True),
        "sealed": _sealed(s),
        "recordings": len(s.calls.listed()),
        "speech_model": model,
        "embedding_model": str(embedding) if embedding else "none: character TF-IDF is used",
        "models": [m.name for m in installed(settings.model_folders)],
        "player": "ok"
        if (PACKAGE / "ui/static/wavesurfer.js").is_file()
        else "no waveform: run make install",
        "offline": settings.offline,
        "worker": settings.worker,
    }


def _advice() -> dict[str, Any]:
    """What each model would need here, from measured matrix speed and free memory."""
    import psutil

    from coach.calls.models import ADVICE, matrix_speed, recommended

    speed, free = matrix_speed(), psutil.virtual_memory().available / 1e6
    rows = {
        f"~ {a.name}": f"{a.download_mb} MB, ≈ {a.memory_mb} MB RAM, ≈ {a.realtime(speed):.1f} × real time"
        for a in ADVICE
    }
    best = recommended(speed, free).name
    return {"matrix_speed": f"{speed:.0f} GFLOP/s", **rows, "recommended": best}
