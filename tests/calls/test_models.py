"""Models where the hub is blocked: a mirror that breaks off, archives on a stick, checksums."""

import hashlib
import http.server
import json
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.calls.fetching import SUMS
from coach.calls.models import ADVICE, Source, bring, check, pull, recommended
from coach.errors import (
    BadModelArchive,
    DownloadFailed,
    ModelDamaged,
    ModelIncomplete,
    ModelNotFound,
)

FILES = {
    "model.bin": b"m" * 300_000,
    "config.json": b"{}",
    "tokenizer.json": b"{}",
    "vocabulary.json": b"[]",
}


class Mirror(http.server.ThreadingHTTPServer):
    """Answers as ModelScope does; ``breaks`` cuts the transfer of model.bin after 100,000 bytes."""

    breaks = False
    lies = False
    asked: list[str]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.path} {self.headers.get('Range', '')}".strip())
        if "/repo/files" in self.path:
            rows = [
                {"Path": n, "Size": len(b), "Sha256": hashlib.sha256(b).hexdigest(), "Type": "blob"}
                for n, b in FILES.items()
            ]
            body = json.dumps({"Data": {"Files": [*rows, {"Path": "d", "Type": "tree"}]}}).encode()
        else:
            body = FILES[self.path.rsplit("/", 1)[1]]
            if self.server.lies:
                body = b"x" * len(body)
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if self.server.breaks and self.path.endswith("model.bin"):
            self.wfile.write(body[start : start + 100_000])
            self.close_connection = True
            return
        self.wfile.write(body[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def address(server: Mirror) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def model(folder: Path, *, without: str = "") -> Path:
    folder.mkdir(parents=True)
    for name, body in FILES.items():
        if name != without:
            (folder / name).write_bytes(body)
    return folder


def test_a_broken_transfer_goes_on_where_it_stopped(mirror: Mirror, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    get = {"source": Source.MODELSCOPE, "endpoint": address(mirror)}
    mirror.breaks = True
    with pytest.raises(DownloadFailed) as caught:
        pull("tiny", tmp_path, **get)  # type: ignore[arg-type]
    assert "modelscope" in caught.value.advice()
    assert not (tmp_path / "tiny" / "model.bin").exists()
    mirror.breaks = False
    folder = pull("tiny", tmp_path, progress=lambda *x: told.append(x), **get)  # type: ignore[arg-type]
    assert (folder / "model.bin").read_bytes() == FILES["model.bin"]
    assert any("bytes=" in line and "model.bin" in line for line in mirror.asked)
    assert told[0][0] == "model.bin"
    assert check("tiny", [tmp_path]) == folder


def test_a_file_that_is_not_the_one_announced_is_thrown_away(
    mirror: Mirror, tmp_path: Path
) -> None:
    mirror.lies = True
    with pytest.raises(DownloadFailed, match="download"):
        pull("tiny", tmp_path, source=Source.MODELSCOPE, endpoint=address(mirror))
    assert not list(tmp_path.rglob("model.bin*"))


def test_no_server_and_no_such_name_fail_at_once(tmp_path: Path) -> None:
    for name in ("tiny", "nonsense"):
        with pytest.raises(DownloadFailed):
            pull(name, tmp_path, source=Source.MODELSCOPE, endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz", "zip with a folder in it"])
def test_a_model_comes_from_a_stick(kind: str, tmp_path: Path) -> None:
    source = model(tmp_path / "stick" / "small")
    path = source
    if kind.startswith("zip"):
        path = tmp_path / "small.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for file in source.iterdir():
                packed.write(file, file.name if kind == "zip" else f"small/{file.name}")
    if kind == "tar.gz":
        path = tmp_path / "small.tar.gz"
        with tarfile.open(path, "w:gz") as packed:
            packed.add(source, "small")
    folder = bring(path, tmp_path / "models")
    assert folder == tmp_path / "models" / "small"
    assert (folder / SUMS).is_file()
    assert check("small", [tmp_path / "models"]) == folder
    assert [p.name for p in (tmp_path / "models").iterdir()] == ["small"]


def test_what_is_no_model_is_not_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as packed:
        packed.writestr("../../outside.txt", "x")
    (tmp_path / "empty").mkdir()
    for name in ("notes.txt", "evil.zip", "empty"):
        with pytest.raises(BadModelArchive):
            bring(tmp_path / name, tmp_path / "models")
    with pytest.raises(ModelIncomplete):
        bring(model(tmp_path / "half", without="tokenizer.json"), tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []
    assert not (tmp_path / "outside.txt").exists()


def test_a_changed_file_is_found(tmp_path: Path) -> None:
    bring(model(tmp_path / "small"), tmp_path / "models")
    (tmp_path / "models" / "small" / "model.bin").write_bytes(b"other")
    with pytest.raises(ModelDamaged) as caught:
        check("small", [tmp_path / "models"])
    assert "model.bin" in caught.value.message()
    with pytest.raises(BadModelArchive):
        bring(tmp_path / "models" / "small", tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "models" / "small")
    with pytest.raises(ModelNotFound):
        check("small", [tmp_path / "models"])


def test_the_recommended_model_keeps_up_and_fits() -> None:
    assert recommended(5, 64_000).name == "tiny"
    assert recommended(1e6, 64_000).name == "large-v3"
    assert recommended(1e6, 1_000).name in ("tiny", "base")
    speeds = [a.realtime(100) for a in ADVICE]
    assert speeds[:4] == sorted(speeds[:4], reverse=True)


@pytest.mark.parametrize("name", [".", "..", "../x", ".hidden", "a/b", "C:x"])
def test_no_name_leaves_the_folder_of_models(name: str, tmp_path: Path) -> None:
    kept = model(tmp_path / "models" / "kept")
    with pytest.raises(BadModelArchive):
        bring(model(tmp_path / "small"), tmp_path / "models", name=name)
    assert (kept / "model.bin").is_file()


def test_names_keep_their_dots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = model(tmp_path / "bge-small-zh-v1.5")
    assert bring(source, tmp_path / "models").name == "bge-small-zh-v1.5"
    monkeypatch.chdir(source)
    assert bring(Path(), tmp_path / "models").name == "bge-small-zh-v1.5"
