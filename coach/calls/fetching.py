"""Model files from ModelScope, or from a stick: resumable, checked, and put in place only whole."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import tarfile
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.errors import BadModelArchive, DownloadFailed

MODELSCOPE = "https://modelscope.cn"
TIMEOUT = 15.0  # seconds without an answer
BLOCK = 1 << 20
SUMS = "SHA256SUMS"
Progress = Callable[[str, int, int], None]  # file, bytes done, bytes in all


@dataclass(frozen=True)
class Remote:
    """A file to fetch."""

    path: str
    url: str
    size: int
    sha256: str = ""


def modelscope_files(repository: str, endpoint: str = MODELSCOPE) -> list[Remote]:
    """What a ModelScope repository holds.

    Raises:
        OSError, ValueError, KeyError: no connection, or another answer than expected.
    """
    base = endpoint.rstrip("/")
    listing = f"{base}/api/v1/models/{repository}/repo/files?Revision=master&Recursive=true"
    with _open(listing) as answer:
        files = json.loads(answer.read())["Data"]["Files"]
    return [
        Remote(
            path=str(f["Path"]),
            url=f"{base}/models/{repository}/resolve/master/{urllib.parse.quote(str(f['Path']))}",
            size=int(f["Size"]),
            sha256=str(f.get("Sha256") or ""),
        )
        for f in files
        if f.get("Type") != "tree" and not str(f["Path"]).startswith(".")
    ]


def _open(url: str, **headers: str):  # type: ignore[no-untyped-def]
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    request = urllib.request.Request(url, headers={"User-Agent": "call-coach", **headers})  # noqa: S310
    return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310


def fetch(files: list[Remote], folder: Path, progress: Progress) -> None:
    """Fetch what is not there yet; a broken transfer goes on where it stopped.

    Raises:
        OSError: the connection broke.
        ValueError: a file is not the one that was announced.
    """
    for file in files:
        target = _inside(folder, file.path)
        if target.is_file() and target.stat().st_size == file.size:
            progress(file.path, file.size, file.size)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        _continue(file, part, progress)
        if part.stat().st_size < file.size:
            raise OSError(f"{file.path}: broken off at {part.stat().st_size} of {file.size} bytes")
        if part.stat().st_size > file.size or (file.sha256 and digest(part) != file.sha256):
            part.unlink()
            raise ValueError(f"{file.path}: checksum")
        part.replace(target)


def _continue(file: Remote, part: Path, progress: Progress) -> None:
    part.touch()
    done = part.stat().st_size
    if done >= file.size:
        return
    headers = {"Range": f"bytes={done}-"} if done else {}
    with _open(file.url, **headers) as answer:
        if done and answer.status != 206:
            done = 0  # the server starts over
        with part.open("ab" if done else "wb") as out:
            while block := answer.read(BLOCK):
                out.write(block)
                done += len(block)
                progress(file.path, done, file.size)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> None:
    """Write the checksums of a model's files beside them, in the format of sha256sum."""
    rows = [f"{digest(p)}  {p.relative_to(folder).as_posix()}" for p in _files(folder)]
    (folder / SUMS).write_text("\n".join(rows) + "\n", "utf-8")


def changed(folder: Path) -> list[str]:
    """Files that are gone or not what they were when the folder was sealed; none where it never was."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    out = []
    for line in lines:
        wanted, _, name = line.partition("  ")
        path = _inside(folder, name.lstrip("*"))
        if not path.is_file() or digest(path) != wanted:
            out.append(name)
    return out


def _files(folder: Path) -> list[Path]:
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file() and p.name != SUMS and not any(x.startswith(".") for x in p.parts[-2:])
    )


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} leaves the folder")
    return path


BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error)  # a password is a RuntimeError


def unpack(source: Path, into: Path) -> Path:
    """A folder, zip or tar with a model in it, copied under ``into``; returns the model's folder.

    Raises:
        BadModelArchive: it cannot be read, or leaves its folder, or holds no model.
    """
    try:
        if source.is_dir():
            shutil.copytree(source, into, dirs_exist_ok=True)
        elif zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as packed:
                for name in packed.namelist():
                    _inside(into, name)
                packed.extractall(into)  # noqa: S202 (every name was checked)
        else:
            with tarfile.open(source) as packed:
                packed.extractall(into, filter="data")
    except (OSError, ValueError, RuntimeError, EOFError, *BROKEN) as error:
        raise BadModelArchive(path=source, detail=type(error).__name__) from error
    for folder in _folders(into):
        if (folder / "model.bin").is_file() or (folder / "modules.json").is_file():
            return folder
    raise BadModelArchive(path=source, detail="model.bin / modules.json")


def _folders(top: Path) -> Iterator[Path]:
    yield top
    yield from sorted(p for p in top.rglob("*") if p.is_dir())


def download(
    repository: str, folder: Path, *, name: str, endpoint: str, progress: Progress
) -> None:
    """A whole ModelScope repository. Raises DownloadFailed."""
    try:
        fetch(modelscope_files(repository, endpoint), folder, progress)
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as error:
        detail = f"{type(error).__name__}: {str(error)[:160]}"
        raise DownloadFailed(model=name, folder=folder, detail=detail) from error
