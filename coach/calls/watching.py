"""A folder that is watched: what arrives is taken in once it has stopped growing.

Nothing in the folder is moved or changed. A file that cannot be read is tried again, later each
time, then set aside with its reason; the others go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from coach.calls.audio import ENDINGS
from coach.errors import CoachError, UnexpectedProblem

TRIES = 3
WAIT = 30.0  # seconds before the second try; doubled before the third


@dataclass
class Seen:
    """A file as it was last looked at. ``state``: growing, done, waiting, aside."""

    size: int
    changed: float
    state: str = "growing"
    tries: int = 0
    due: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Arrival:
    """What became of a file in one look at the folder."""

    path: Path
    error: CoachError | None = None
    aside: bool = False


class FolderWatch:
    """Looks at a folder again and again. What it has seen is kept in ``memory``, a JSON file."""

    def __init__(self, folder: Path, memory: Path, take: Callable[[Path], None]) -> None:
        self._folder, self._memory, self._take = folder, memory, take
        self._seen = self._remembered()

    def look(self, now: float) -> list[Arrival]:
        """One look. A file is taken in when its size and time are those of the look before.

        Args:
            now: seconds, rising.
        """
        arrivals = []
        for path in sorted(self._folder.rglob("*")):
            if path.suffix.lower() in ENDINGS and path.is_file() and not path.name.startswith("."):
                found = self._file(path, now)
                if found is not None:
                    arrivals.append(found)
        self._remember()
        return arrivals

    def aside(self) -> dict[str, str]:
        """Files set aside, with their reasons."""
        return {name: seen.reason for name, seen in self._seen.items() if seen.state == "aside"}

    def _file(self, path: Path, now: float) -> Arrival | None:
        try:
            stat = path.stat()
        except OSError:
            return None  # gone between listing and looking
        key = path.relative_to(self._folder).as_posix()
        seen = self._seen.get(key)
        if seen is None or (seen.size, seen.changed) != (stat.st_size, stat.st_mtime):
            self._seen[key] = Seen(stat.st_size, stat.st_mtime)
            return None
        if seen.state in ("done", "aside") or now < seen.due:
            return None
        try:
            self._take(path)
        except CoachError as error:
            return self._failed(path, seen, error, now)
        except Exception as error:  # one file must not stop the others
            problem = UnexpectedProblem(detail=f"{type(error).__name__}: {error}")
            return self._failed(path, seen, problem, now)
        seen.state = "done"
        return Arrival(path)

    def _failed(self, path: Path, seen: Seen, error: CoachError, now: float) -> Arrival:
        seen.tries += 1
        seen.reason = error.message()
        seen.state = "aside" if seen.tries >= TRIES else "waiting"
        seen.due = now + WAIT * 2 ** (seen.tries - 1)
        return Arrival(path, error, aside=seen.state == "aside")

    def _remembered(self) -> dict[str, Seen]:
        try:
            rows = json.loads(self._memory.read_text("utf-8"))
            return {key: Seen(**{**row, "due": 0.0}) for key, row in rows.items()}
        except (OSError, ValueError, TypeError):
            return {}  # files already taken in are recognised by their sound

    def _remember(self) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        draft = self._memory.with_suffix(".part")
        rows = {key: asdict(seen) for key, seen in self._seen.items()}
        draft.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        draft.replace(self._memory)
