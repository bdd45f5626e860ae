"""Taking benchmarks, tags and scores out and in, as one person may."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from coach.acting.library import Library
from coach.acting.reviewing import Asked, Reviewer
from coach.bootstrap import asked_of, new_id, now, own_call, own_clip
from coach.calls.masking.clip import ClipState
from coach.calls.recording import CallMeta
from coach.errors import NotFound
from coach.library.benchmark import Benchmark, Standing
from coach.library.bundle import Packed, read_bundle, write_bundle
from coach.library.labels import Row, from_tasks
from coach.library.tags import Kind, current
from coach.people.rights import Right

EVERYTHING = Asked(untagged=False)
MOST = 50_000  # rows of an export


class Carrying(Reviewer, Library):
    """Import and export of the library."""

    def export_benchmarks(self, path: Path) -> int:
        """Approved benchmarks with the sound of their released clips, as a bundle."""
        self.who.need(Right.APPROVE)
        count = write_bundle(path, self._packed())
        self.note("exported benchmarks", str(count))
        return count

    def import_benchmarks(self, path: Path, name: str, by: str = "") -> list[Benchmark]:
        """Take a bundle in: its benchmarks are nominated, and have to be listened to, released and
        approved here as any other. What came before is not taken again. Raises BadBundle."""
        self.who.need(Right.APPROVE)
        with tempfile.TemporaryDirectory() as folder:
            found = [
                made
                for packed, clip in read_bundle(path, Path(folder), name=name)
                if (made := self._take(packed, clip, self.name(by) or name)) is not None
            ]
        self.note("imported benchmarks", f"{name}: {len(found)}", by)
        return found

    def rows(self) -> list[Row]:
        """Exchanges in the queue with tags and scores, texts masked."""
        self.who.need(Right.MARK)
        reviewing = self.services.library.reviewing
        names = {tag.id: tag.name for tag in current(self.tags())}
        items = reviewing.store.items(self.chosen(EVERYTHING), MOST)
        tagged = self.tagged([i.id for i in items])
        totals = self.services.library.rubrics.totals()
        calls = {r.id: r for r in self.recordings()}
        found = []
        masked = {i.recording_id: None for i in items}
        for recording_id in masked:
            call = self.services.call(recording_id)
            mask = self.services.gate.mask(call)
            for item in (i for i in items if i.recording_id == recording_id):
                exchange = call.exchanges[item.place] if item.place < len(call.exchanges) else None
                if exchange is None or exchange.answer is None:
                    continue
                r = calls[recording_id]
                tags = tuple(names[t] for t in tagged[item.id] if t in names)
                found.append(
                    Row(
                        item.id, r.title, self.shown_as(r.meta.agent), r.meta.team, r.meta.node,
                        item.start, item.end, mask.text(exchange.question),
                        mask.text(exchange.answer), tags, totals.get(item.id),
                    )
                )  # fmt: skip
        self.note("exported tags", str(len(found)))
        return found

    def import_tags(self, raw: str, name: str) -> int:
        """Tags of a Label Studio export, on the exchanges it names; new names become tags. Returns
        how many exchanges. Raises BadBundle."""
        self.who.need(Right.MARK)
        wanted = from_tasks(raw, name=name)
        ids = {tag.name: tag.id for tag in current(self.tags())}
        count = 0
        for item_id, names in wanted.items():
            try:
                self.item(item_id)
            except NotFound:
                continue
            have = set(self.tagged([item_id])[item_id])
            for tag in names:
                if tag not in ids:
                    ids[tag] = self.add_tag(tag, Kind.TOPIC).id
                if ids[tag] not in have:
                    self.toggle_tag(item_id, ids[tag])
            count += 1
        self.note("imported tags", f"{name}: {count}")
        return count

    def _packed(self) -> Iterator[tuple[Benchmark, float, IO[bytes]]]:
        today = now().date()
        for b in self.services.benchmarks.released():
            if b.standing is not Standing.APPROVED or b.expired(today):
                continue
            clip = self.services.gate.hear(b.clip)
            with self.services.hearing.opened(clip) as sound:
                named = replace(b, agent=self.shown_as(b.agent))
                yield named, min(clip.duration, asked_of(self.services, b)), sound

    def _take(self, packed: Packed, clip: Path, by: str) -> Benchmark | None:
        """One benchmark, nominated; None where its clip came before, or was deleted here."""
        meta = CallMeta(agent=packed.agent, node=packed.node)
        with clip.open("rb") as sound:
            asked, said = packed.asked, (packed.question, packed.answer)
            recording = own_call(self.services, sound, *said, asked, meta)
        if recording is None:
            return None
        made = own_clip(self.services, recording, ClipState.CHECKED, by)
        return self.services.benchmarks.add(
            Benchmark(
                new_id(), recording.id, packed.question, packed.answer, 0.0, recording.duration,
                packed.agent, packed.node, packed.tags, by, now(), made.id, "", packed.points,
                packed.why, packed.card, None, self.who.id,
            )
        )  # fmt: skip
