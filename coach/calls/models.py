"""Where speech models are: a folder, models/<name>/, or the hub or its mirror if allowed."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from coach.calls.fetching import MODELSCOPE, Progress, changed, download, seal, unpack
from coach.errors import (
    BadModelArchive,
    DownloadFailed,
    ModelDamaged,
    ModelIncomplete,
    ModelNotFound,
)

NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without these the hub would be asked
REPOSITORIES = {
    **{n: f"Systran/faster-whisper-{n}" for n in ("tiny", "base", "small", "medium", "large-v3")},
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "bge-small-zh-v1.5": "BAAI/bge-small-zh-v1.5",
}
ON_MODELSCOPE = {
    **{n: f"pengzhendong/faster-whisper-{n}" for n in REPOSITORIES if "bge" not in n},
    "bge-small-zh-v1.5": "AI-ModelScope/bge-small-zh-v1.5",
}


class Source(StrEnum):
    """Where models come from."""

    HUB = "hub"  # huggingface.co, or the mirror in HF_ENDPOINT
    MODELSCOPE = "modelscope"


@dataclass(frozen=True)
class Advice:
    """What to expect of a Whisper model: millions of parameters, and megabytes as int8."""

    name: str
    encoder: float
    decoder: float
    download_mb: int
    memory_mb: int

    def realtime(self, gflops: float) -> float:
        """Seconds of speech per second of work, roughly, from measured float32 matrix speed.

        An encoder passes 50 frames a second through its weights, a beam of 5 writes about 5 tokens
        a second; int8 makes up for what is lost beside the matrices.
        """
        work = 2e6 * (50 * self.encoder + 5 * 5 * self.decoder)
        return gflops * 1e9 / work


# Parameters: Radford et al. 2022, table 1, split by the layers' shapes; sizes: the hub's float16 files.
# Memory: int8, a beam of 5, measured with random weights of these shapes (2026-11-22, VmHWM);
# medium and large-v3 by the line through those: twice the weights and 100 MB.
ADVICE = (
    Advice("tiny", 8, 30, 75, 260),
    Advice("base", 21, 53, 145, 320),
    Advice("small", 88, 154, 484, 610),
    Advice("medium", 307, 457, 1530, 1650),
    Advice("large-v3-turbo", 637, 172, 1620, 1260),
    Advice("large-v3", 637, 907, 3090, 3200),
)
COMFORTABLE = 2.0  # times real time: a five-minute call in at most two and a half


def recommended(gflops: float, memory_mb: float) -> Advice:
    """The largest model that keeps up with ``COMFORTABLE`` and fits in half the free memory."""
    fitting = [
        a for a in ADVICE if a.realtime(gflops) >= COMFORTABLE and a.memory_mb <= memory_mb / 2
    ]
    return max(fitting, key=lambda a: a.encoder + a.decoder, default=ADVICE[0])


def matrix_speed(seconds: float = 0.4) -> float:
    """Float32 matrix products on this machine now, in 10⁹ operations a second."""
    a = np.random.default_rng(0).random((768, 768), np.float32)
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        a @ a
        done += 1
    return done * 2 * 768**3 / (time.perf_counter() - begun) / 1e9


@dataclass(frozen=True)
class Model:
    """A model on disk."""

    name: str
    folder: Path
    missing: tuple[str, ...] = ()


def missing_files(folder: Path) -> tuple[str, ...]:
    """What a speech model's folder lacks."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not any(folder.glob("vocabulary.*")):
        missing.append("vocabulary.json")
    return tuple(missing)


def find_model(name: str, folders: Sequence[Path], *, download: bool) -> Path:
    """The folder of a speech model: ``name`` itself when it is a path, else <folder>/<name>.

    Raises:
        ModelNotFound: it is nowhere, and downloading is not allowed.
        ModelIncomplete: a folder of that name lacks files.
        DownloadFailed: downloading was allowed and did not work.
    """
    command = f"coach models pull {name}"
    candidates = [Path(name).expanduser()] if _is_path(name) else [f / name for f in folders]
    for folder in candidates:
        if folder.is_dir() and any(folder.iterdir()):
            missing = missing_files(folder)
            if missing:
                raise ModelIncomplete(folder=folder, missing=", ".join(missing), command=command)
            return folder
    if download and not _is_path(name):
        return pull(name, folders[0])
    raise ModelNotFound(model=name, folder=candidates[0], command=command)


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.startswith((".", "~"))


def pull(
    name: str,
    into: Path,
    *,
    source: Source = Source.HUB,
    endpoint: str = MODELSCOPE,
    progress: Progress = lambda *_: None,
) -> Path:
    """Download a model into ``into/name``; taken up again, it goes on where it broke off.

    ``progress`` hears of ModelScope's files; the hub's own client draws its bars itself.

    Raises:
        DownloadFailed: no such name, no network, or the transfer broke off.
    """
    repositories = ON_MODELSCOPE if source is Source.MODELSCOPE else REPOSITORIES
    folder = into / name
    if name not in repositories:
        known = ", ".join(repositories)
        raise DownloadFailed(model=name, folder=folder, detail=f"known / 可选：{known}")
    if source is Source.MODELSCOPE:
        download(repositories[name], folder, name=name, endpoint=endpoint, progress=progress)
    else:
        _from_hub(repositories[name], folder, name)
    seal(folder)
    return folder


def _from_hub(repository: str, folder: Path, name: str) -> None:
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(repository, local_dir=str(folder), etag_timeout=10, max_workers=2)
    except Exception as error:  # the hub client raises many families; all mean: not downloaded
        detail = f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"
        raise DownloadFailed(model=name, folder=folder, detail=detail) from error


def check(name: str, folders: Sequence[Path]) -> Path:
    """The folder of a model that is whole and unchanged since it came.

    Raises:
        ModelNotFound, ModelIncomplete, ModelDamaged.
    """
    places = [f / name for f in folders]
    folder = next((f for f in places if (f / "modules.json").is_file()), None)
    folder = folder or find_model(name, folders, download=False)
    if wrong := changed(folder):
        raise ModelDamaged(model=name, folder=folder, files=", ".join(wrong))
    return folder


def bring(source: Path, into: Path, *, name: str = "") -> Path:
    """A model from a folder or archive, put in place when it is whole.

    Raises:
        BadModelArchive: there is no model in it, or its checksums do not fit.
        ModelIncomplete: a speech model that lacks files.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".import-") as draft:
        folder = unpack(source, Path(draft) / "model")
        if wrong := changed(folder):
            raise BadModelArchive(path=source, detail=", ".join(wrong))
        if (folder / "model.bin").is_file() and (missing := missing_files(folder)):
            raise ModelIncomplete(
                folder=source, missing=", ".join(missing), command="coach models pull"
            )
        inner = folder.name if folder != Path(draft) / "model" else ""
        target = into / _model_name(name or inner or source.resolve().name, source)
        seal(folder)
        if target.exists():
            target.rename(Path(draft) / "old")
        folder.rename(target)
    return target


def _model_name(name: str, source: Path) -> str:
    """A folder's or archive's name without an archive's ending. Raises BadModelArchive."""
    if source.is_file():
        name = re.sub(r"\.(?:zip|tar|tar\.gz|tgz|tar\.bz2|tar\.xz)$", "", name, flags=re.I)
    if not name or name.startswith(".") or set(name) & set("/\\:"):
        raise BadModelArchive(path=source, detail=f"--name {name!r}")
    return name


def installed(folders: Sequence[Path]) -> list[Model]:
    """Models found on disk, speech and embedding alike."""
    found = []
    for parent in folders:
        for folder in sorted(parent.glob("*/")) if parent.is_dir() else []:
            if (folder / "model.bin").is_file():
                found.append(Model(folder.name, folder, missing_files(folder)))
            elif (folder / "modules.json").is_file():
                found.append(Model(folder.name, folder))
    return found
