"""COACH_OFFLINE=1: no outbound connection and no name look-up, whatever is asked for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import tone_wav

GUARD = """
import socket
def refuse(*what, **more):
    raise SystemExit("NETWORK " + repr(what[1:2]))
real = socket.socket.connect
def connect(self, address):
    if self.family == socket.AF_UNIX or str(address[0]) in ("127.0.0.1", "::1"):
        return real(self, address)
    refuse(self, address)
socket.socket.connect = connect
socket.socket.connect_ex = refuse
known = socket.getaddrinfo
def look_up(host, *rest, **more):
    if host in (None, "", "127.0.0.1", "::1", "localhost"):
        return known(host, *rest, **more)
    refuse(None, host)
socket.getaddrinfo = look_up
socket.gethostbyname = refuse
"""


def coach(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "sitecustomize.py").write_text(GUARD)
    return subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        env={**os.environ, "PYTHONPATH": str(folder), "COACH_OFFLINE": "1", "HF_HUB_OFFLINE": "0", **environment},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=100,
    )  # fmt: skip


def test_the_guard_works(tmp_path: Path) -> None:
    done = coach(tmp_path, "models", "pull", "tiny", "--source", "modelscope", COACH_OFFLINE="0")
    assert "NETWORK" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("doctor", "--json", "--no-measure"),
        ("models", "list"),
        ("models", "pull", "tiny"),
        ("models", "pull", "tiny", "--source", "modelscope"),
        ("models", "check", "small"),
        ("search", "流量怎么查"),
    ],
    ids=" ".join,
)
def test_no_command_reaches_out(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = coach(tmp_path, *arguments, COACH_ALLOW_DOWNLOAD="true")
    assert "NETWORK" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if arguments[0] == "doctor":
        assert json.loads(done.stdout)["offline"] is True


def test_transcribing_without_a_model_does_not_reach_out(tmp_path: Path) -> None:
    """As far as the model, where a download would begin."""
    own = tone_wav(tmp_path / "own.wav", 5)
    data = {"COACH_DATA_DIR": str(tmp_path / "data"), "COACH_ALLOW_DOWNLOAD": "true"}
    done = coach(tmp_path, "transcribe", str(own), COACH_MODEL="small", **data)
    said = done.stdout + done.stderr
    assert "coach models pull small" in said
    assert "NETWORK" not in said
    online = coach(tmp_path, "transcribe", str(own), COACH_MODEL="small", COACH_OFFLINE="0", **data)
    assert "NETWORK" in online.stdout + online.stderr
