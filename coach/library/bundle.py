"""Benchmarks between sites: a zip of masked clips and a manifest. Nothing unmasked is ever in it.

Reading trusts nothing: names are looked up, never followed, and sizes are bounded before anything
is unpacked.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from coach.errors import BadBundle
from coach.library.benchmark import Benchmark, CaseCard
from coach.library.keypoints import LONGEST, MOST, KeyPoint

FORMAT = 1
MOST_ENTRIES = 5_000
LARGEST_CLIP = 64 * 2**20  # bytes: ten minutes and more at telephone rates
LARGEST = 2 * 2**30  # bytes of all clips together
LARGEST_MANIFEST = 32 * 2**20
BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError)
_CLIP = re.compile(r"^clips/[\w-]{1,64}\.wav$")
_ID = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True)
class Packed:
    """A benchmark in a bundle. ``asked``: seconds until its question ends; ``clip``: its file."""

    question: str
    answer: str
    agent: str
    node: str
    tags: tuple[str, ...]
    points: tuple[KeyPoint, ...]
    why: str
    card: CaseCard
    asked: float
    clip: str
    id: str = ""  # on the site it comes from


def write_bundle(path: Path, packed: Iterable[tuple[Benchmark, float, IO[bytes]]]) -> int:
    """Write benchmarks with the sound of their released clips; returns how many.

    Args:
        packed: benchmark, seconds until its question ends, its masked clip as WAV.
    """
    documents = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, (b, asked, sound) in enumerate(packed, start=1):
            name = f"clips/{number:05d}.wav"
            with bundle.open(name, "w") as target:
                while block := sound.read(2**20):
                    target.write(block)
            documents.append(
                {
                    "id": b.id,
                    "question": b.question,
                    "answer": b.answer,
                    "agent": b.agent,
                    "node": b.node,
                    "tags": list(b.tags),
                    "points": [[p.name, list(p.phrasings)] for p in b.points],
                    "why": b.why,
                    "card": [b.card.scene, b.card.conduct, b.card.confirmed, b.card.solution],
                    "asked": round(asked, 3),
                    "clip": name,
                }
            )
        manifest = {"format": FORMAT, "kind": "benchmarks", "benchmarks": documents}
        bundle.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return len(documents)


def read_bundle(path: Path, folder: Path, *, name: str = "") -> Iterator[tuple[Packed, Path]]:
    """Benchmarks of a bundle, each with its clip unpacked into ``folder``, one at a time.

    Raises:
        BadBundle: it is no bundle of ours, or larger than one may be.
    """
    name = name or path.name
    try:
        with zipfile.ZipFile(path) as bundle:
            manifest = _manifest(bundle, name)
            sizes = {i.filename: i.file_size for i in bundle.infolist()}
            wanted = [_packed(doc, name) for doc in manifest]
            if sum(sizes.get(p.clip, 0) for p in wanted) > LARGEST:
                raise BadBundle(
                    name=name,
                    detail=f"超过 {LARGEST >> 20} MB",
                    detail_en=f"more than {LARGEST >> 20} MB",
                )
            for number, packed in enumerate(wanted):
                target = folder / f"{number}.wav"
                with bundle.open(packed.clip) as source, target.open("wb") as out:
                    _copy(source, out, name)
                yield packed, target
                target.unlink(missing_ok=True)
    except BROKEN as error:
        raise BadBundle(
            name=name,
            detail="不是标杆包，或已损坏",
            detail_en="this is no bundle of benchmarks, or a damaged one",
        ) from error


def _manifest(bundle: zipfile.ZipFile, name: str) -> list[Any]:
    with bundle.open("manifest.json") as file:
        raw = file.read(LARGEST_MANIFEST + 1)
    try:
        document = json.loads(raw) if len(raw) <= LARGEST_MANIFEST else None
        json.dumps(document, ensure_ascii=False).encode()  # half a character pair is no text
    except (ValueError, RecursionError) as error:
        raise BadBundle(
            name=name, detail="清单 manifest.json 不对", detail_en="its manifest.json will not do"
        ) from error
    document = document if isinstance(document, dict) else {}
    found = document.get("benchmarks")
    if not isinstance(found, list) or document.get("format") != FORMAT or len(found) > MOST_ENTRIES:
        raise BadBundle(
            name=name, detail="清单 manifest.json 不对", detail_en="its manifest.json will not do"
        )
    return found


def _packed(document: Any, name: str) -> Packed:
    try:
        clip, asked = str(document["clip"]), float(document["asked"])
        question, answer = str(document["question"]).strip(), str(document["answer"]).strip()
        if not _CLIP.match(clip) or not question or not answer or not 0 <= asked < 7200:
            raise ValueError(clip)
        points = tuple(
            KeyPoint(str(n)[:LONGEST], tuple(str(p)[:LONGEST] for p in said)[:10])
            for n, said in document.get("points", [])[:MOST]
        )
        card = CaseCard(*(str(x)[:500] for x in document.get("card", ())[:4]))
        tags = tuple(str(x)[:20] for x in document.get("tags", ()))[:20]
        rest = (str(document.get(k, ""))[:80] for k in ("agent", "node"))
        agent, node = rest
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadBundle(
            name=name, detail="清单 manifest.json 不对", detail_en="its manifest.json will not do"
        ) from error
    why = str(document.get("why", ""))[:500]
    known = str(document.get("id", ""))
    return Packed(
        question[:5000], answer[:5000], agent, node, tags, points, why, card, asked, clip,
        known if _ID.match(known) else "",
    )  # fmt: skip


def _copy(source: IO[bytes], out: IO[bytes], name: str) -> None:
    """What a zip says of its sizes need not be true."""
    left = LARGEST_CLIP
    while block := source.read(2**20):
        left -= len(block)
        if left < 0:
            raise BadBundle(
                name=name,
                detail=f"一段声音超过 {LARGEST_CLIP >> 20} MB",
                detail_en=f"a clip of more than {LARGEST_CLIP >> 20} MB",
            )
        out.write(block)
