"""Where speech models are: a folder, models/<name>/, or the hub or its mirror if allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.errors import DownloadFailed, ModelIncomplete, ModelNotFound

NEEDED = ("model.bin", "config.json", "tokenizer.json")  # without these the hub would be asked
REPOSITORIES = {
    **{n: f"Systran/faster-whisper-{n}" for n in ("tiny", "base", "small", "medium", "large-v3")},
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "bge-small-zh-v1.5": "BAAI/bge-small-zh-v1.5",
}


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


def pull(name: str, into: Path) -> Path:
    """Download a model from the hub, or from the mirror in HF_ENDPOINT, into ``into/name``.

    Raises:
        DownloadFailed: no such name, no network, or the transfer broke off.
    """
    repository = REPOSITORIES.get(name)
    folder = into / name
    if repository is None:
        known = ", ".join(REPOSITORIES)
        raise DownloadFailed(model=name, folder=folder, detail=f"known / 可选：{known}")
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(repository, local_dir=str(folder), etag_timeout=10, max_workers=2)
    except Exception as error:  # the hub client raises many families; all mean: not downloaded
        detail = f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"
        raise DownloadFailed(model=name, folder=folder, detail=detail) from error
    return folder


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
