"""The one place that knows every part."""

from coach.bootstrap.building import build, database
from coach.bootstrap.keeping import asked_of, drop_ended, keep_benchmarks, own_call, own_clip
from coach.bootstrap.searching import embed_all, embedding_folder, load_embedder, unembedded
from coach.bootstrap.services import AGAIN, EMBED, SECOND, SPOKEN, TRANSCRIBE, Services, new_id, now
from coach.bootstrap.speech import (
    BUNDLED,
    is_bundled,
    is_demo,
    load_recogniser,
    make_runner,
    make_worker,
    recognisers,
    speaker_engine,
    speech_model,
    transcribing,
)

__all__ = [
    "own_clip",
    "own_call",
    "keep_benchmarks",
    "drop_ended",
    "asked_of",
    "AGAIN",
    "BUNDLED",
    "EMBED",
    "SECOND",
    "SPOKEN",
    "TRANSCRIBE",
    "Services",
    "build",
    "database",
    "embed_all",
    "embedding_folder",
    "is_bundled",
    "is_demo",
    "load_embedder",
    "load_recogniser",
    "make_runner",
    "make_worker",
    "new_id",
    "now",
    "recognisers",
    "speaker_engine",
    "speech_model",
    "transcribing",
    "unembedded",
]
