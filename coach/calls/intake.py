"""Import: a file becomes a recording, or nothing is left behind."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from coach.calls.audio import ENDINGS, AudioLimits, Decoded, decode_to_wav, file_hash
from coach.calls.call import IMPORTED, CallStore, roles_from
from coach.calls.fit import FitOptions, check_fit, check_times, place_channels
from coach.calls.formats import read_transcript
from coach.calls.hearing import Hearing
from coach.calls.master import Master
from coach.calls.recording import CallMeta, Recording, safe_name
from coach.calls.transcript import Segment
from coach.errors import AlreadyImported, DiskFull, NotAudio, NotFound


@dataclass(frozen=True)
class Imported:
    """What an import led to; ``known`` when the recording was already there."""

    recording: Recording
    known: bool = False


class Intake:
    """Takes files in. ``new_id`` and ``now`` are given, as everywhere."""

    def __init__(
        self,
        store: CallStore,
        hearing: Hearing,
        incoming: Path,
        limits: AudioLimits,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._hearing, self._incoming = store, hearing, incoming
        self._limits, self._new_id, self._now = limits, new_id, now

    def take(
        self,
        source: Path,
        *,
        name: str = "",
        title: str = "",
        meta: CallMeta = CallMeta(),  # noqa: B008 - a frozen value
        transcript: Path | None = None,
        allowed: Callable[[Recording], None] = lambda known: None,
    ) -> Imported:
        """Import one file, with a transcript where given; all of it or nothing.

        Of a known recording, what was missing in its meta is filled in, and a transcript given
        takes the place of what it had; ``allowed`` raises where that may not be.

        Raises:
            AudioError, TranscriptError, DiskFull, NotFound.
        """
        name = safe_name(name or source.name)
        if not source.is_file():
            raise NotFound(what="文件", what_en="file", key=str(source))
        with self._disk(name), self._scratch() as scratch:
            by_file = file_hash(source)
            known = self._store.by_hash(by_file)
            if known is None:
                recording_id = self._new_id()  # a sealed file vouches for its name
                wav = scratch / f"{recording_id}.wav"
                with self._hearing.keys.create(wav) as file:
                    decoded = decode_to_wav(source, file, name=name, limits=self._limits)
                known = self._store.by_hash(decoded.pcm_hash)
            if known is not None:
                allowed(known)
                return self._again(known, meta, transcript)
            segments = (
                self._fitting(transcript, Master(wav, self._hearing.keys)) if transcript else []
            )
            recording = self._recording(recording_id, decoded, name, title, meta)
            hashes = {by_file: "file", decoded.pcm_hash: "pcm"}
            return self._keep(_with_roles(recording, segments), wav, hashes, segments)

    def _recording(
        self, recording_id: str, decoded: Decoded, name: str, title: str, meta: CallMeta
    ) -> Recording:
        return Recording(
            id=recording_id,
            title=title or Path(name).stem,
            source_name=name,
            duration=decoded.duration,
            sample_rate=decoded.sample_rate,
            channels=decoded.channels,
            created_at=self._now(),
            meta=meta,
        )

    def describe(self, recording_id: str, transcript: Path, *, name: str = "") -> Recording:
        """Put a transcript from elsewhere to a recording, in place of what it had.

        Raises:
            NotFound, TranscriptError.
        """
        known = self._store.get(recording_id)
        segments = self._fitting(transcript, self._hearing.master(recording_id), name)
        known = _with_roles(known, segments)
        self._store.save_segments(known.id, IMPORTED, IMPORTED, segments)
        self._store.replace_transcript(known.id, IMPORTED)
        self._store.save(known)
        return known

    def _keep(
        self, recording: Recording, wav: Path, hashes: dict[str, str], segments: list[Segment]
    ) -> Imported:
        """Audio into its place first, the rows last: a row always has its audio."""
        place = self._hearing.path(recording.id)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(wav, place)
        try:
            self._store.add(recording, hashes, segments)
        except AlreadyImported:  # another import of the same call was faster
            place.unlink(missing_ok=True)
            known = self._store.by_hash(*hashes)
            if known is None:
                raise
            return Imported(known, known=True)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        return Imported(recording)

    def _again(self, known: Recording, meta: CallMeta, transcript: Path | None) -> Imported:
        """A known call: what was not known of it is filled in, a transcript given replaces."""
        filled = replace(known, meta=known.meta.filled_from(meta))
        if filled != known:
            self._store.save(filled)
        if transcript:
            filled = self.describe(known.id, transcript)
        return Imported(filled, known=True)

    def _fitting(self, transcript: Path, master: Master, name: str = "") -> list[Segment]:
        name = name or transcript.name
        segments = read_transcript(transcript, name=name)
        options = FitOptions()
        check_times(segments, master.duration, name=name, slack=options.slack)
        envelope = master.envelope()
        segments = place_channels(segments, envelope, options.frame, name=name)
        check_fit(segments, envelope, name=name, options=options)
        return segments

    def sweep(self, older_than: float, clock: float) -> None:
        """Remove what broken-off imports left behind more than ``older_than`` seconds ago."""
        for left in self._incoming.glob("*"):
            try:
                if clock - left.stat().st_mtime > older_than:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            except OSError:  # another process is just removing it
                continue

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._incoming) as folder:
            yield Path(folder)

    @contextmanager
    def _disk(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(name=name) from error
            raise


def _with_roles(recording: Recording, segments: list[Segment]) -> Recording:
    if not segments:
        return recording
    roles = roles_from(segments)
    return replace(
        recording, roles=roles.by_speaker, role_confidence=roles.confidence, roles_by="auto"
    )


def audio_files(path: Path) -> list[Path]:
    """The audio files of a folder and its folders, in order; a file stands for itself.

    Raises:
        NotFound: nothing is there.
        NotAudio: a folder without audio.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotFound(what="文件", what_en="file", key=str(path))
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    if not found:
        raise NotAudio(name=path.name)
    return found
