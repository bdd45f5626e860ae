"""Speech to words: the port, and faster-whisper behind it (the only module that imports it)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from coach.calls.transcript import Segment, Word

RATE = 16000
Samples = npt.NDArray[np.float32]
# Punctuation and simplified characters come from the prompt; it fades, so every window has it.
ZH_PROMPT = "以下是普通话的客服电话录音。"
# faster-whisper cuts hot words silently at 223 tokens; prompt, hot words and what is said share 448,
# so what is left must hold 30 s of fast speech.
HOTWORD_TOKENS = 190


@dataclass(frozen=True)
class Heard:
    """What one window of one channel says; times in seconds from the window's start."""

    segments: tuple[Segment, ...]
    language: str


class Recogniser(Protocol):
    """Turns samples into segments with word times."""

    @property
    def name(self) -> str:
        """Identifies model and options; part of what decides whether a result is still good."""

    def cost(self, term: str) -> int:
        """What a hot word takes of ``HOTWORD_TOKENS``."""

    def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None],
    ) -> Heard:
        """Recognise mono float samples at 16 kHz; ``progress`` hears seconds done."""


@dataclass(frozen=True)
class WhisperOptions:
    """How faster-whisper is run."""

    device: str = "cpu"
    compute: str = "int8"
    threads: int = 0
    beam: int = 5
    vad: float = 0.3  # how likely speech must be to be listened to; 0: everything is


class FasterWhisper:
    """A faster-whisper model in a local folder. Not for the web process."""

    def __init__(
        self,
        folder: Path,
        options: WhisperOptions = WhisperOptions(),
    ) -> None:
        from faster_whisper import WhisperModel

        self._options = options
        self._model: Any = WhisperModel(
            str(folder),
            device=options.device,
            compute_type=options.compute,
            cpu_threads=options.threads,
            local_files_only=True,
        )
        self.name = f"faster-whisper:{folder.name}:{options.compute}:{options.beam}:{options.vad}"

    def cost(self, term: str) -> int:
        return len(self._model.hf_tokenizer.encode(f"{term} ", add_special_tokens=False).ids)

    def arguments(self, language: str | None, hotwords: Sequence[str] = ()) -> dict[str, Any]:
        """What is passed to ``WhisperModel.transcribe``; `make bench` passes the same."""
        return {
            "language": language,
            "multilingual": language is None,  # a call may switch: asked anew for each stretch
            "beam_size": self._options.beam,
            "word_timestamps": True,
            "vad_filter": self._options.vad > 0,
            "vad_parameters": {"threshold": self._options.vad} if self._options.vad else None,
            "condition_on_previous_text": False,  # stops loops from running through a call
            "initial_prompt": ZH_PROMPT if language == "zh" else None,
            "hotwords": " ".join(hotwords) or None,
        }

    def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None],
    ) -> Heard:
        found, info = self._model.transcribe(samples, **self.arguments(language, hotwords))
        segments = []
        for raw in found:  # lazy: the work happens here
            segments.append(_segment(raw))
            progress(min(float(raw.end), len(samples) / RATE))
        return Heard(tuple(s for s in segments if s.text), str(info.language))


def _segment(raw: Any) -> Segment:
    words = tuple(
        Word(float(w.start), float(w.end), str(w.word), float(w.probability))
        for w in raw.words or ()
    )
    return Segment(float(raw.start), float(raw.end), str(raw.text).strip(), words=words)


def shifted(segments: Sequence[Segment], by: float, channel: int | None) -> list[Segment]:
    """Segments of a window placed in the call, with the channel they were heard on."""
    return [
        replace(
            s,
            start=s.start + by,
            end=s.end + by,
            channel=channel,
            speaker=f"ch{channel}" if channel is not None else "",
            words=tuple(replace(w, start=w.start + by, end=w.end + by) for w in s.words),
        )
        for s in segments
    ]
