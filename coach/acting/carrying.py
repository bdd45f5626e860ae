"""Taking benchmarks, tags and scores out and in, as one person may."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from coach.acting.reviewing import Asked, Reviewer, exchange_of
from coach.bootstrap import asked_of, new_id, now, own_call, own_clip
from coach.calls.cuts import Cut
from coach.calls.masking.clip import ClipState
from coach.calls.recording import CallMeta, Recording
from coach.errors import CoachError, NotAllowed, NotFound
from coach.library.benchmark import Benchmark, Standing
from coach.library.bundle import Packed, read_bundle, write_bundle
from coach.library.labels import Row, from_tasks
from coach.library.reviewing import Item
from coach.library.tags import Kind, current, resolved
from coach.people.rights import Right

EVERYTHING = Asked(untagged=False)
MOST = 50_000  # rows of an export


class Carrying(Reviewer):
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
        by_call: dict[str, list[Item]] = {}
        for item in items:
            by_call.setdefault(item.recording_id, []).append(item)
        found = []
        for recording_id, its in by_call.items():
            if recording_id in calls:
                tags = {i.id: tuple(names[x] for x in tagged[i.id] if x in names) for i in its}
                found += self._rows_of(calls[recording_id], its, tags, totals)
        self.note("exported tags", str(len(found)))
        return found

    def _rows_of(
        self,
        r: Recording,
        items: Sequence[Item],
        tags: Mapping[str, tuple[str, ...]],
        totals: Mapping[str, float],
    ) -> list[Row]:
        """Rows of one call; its words stay out where a clip of them would be stopped."""
        try:
            call = self.services.call(r.id)
            mask = self.services.gate.mask(call)
        except CoachError:  # deleted meanwhile, or its key is missing
            return []
        found = []
        for item in items:
            try:
                exchange = exchange_of(call, item)
            except NotFound:
                continue
            parts = [p for p in (exchange.question, exchange.answer) if p is not None]
            clip = mask.clip("", r.id, Cut(item.start, item.end), parts)
            (looked,) = self.services.gate.look([clip])
            said = [mask.text(p) for p in parts] if looked.state is ClipState.CHECKED else ["", ""]
            found.append(
                Row(
                    item.id, self.services.gate.cleaned(r.title), self.shown_as(r.meta.agent),
                    r.meta.team, r.meta.node, item.start, item.end, said[0], said[1],
                    tags[item.id], totals.get(item.id),
                )
            )  # fmt: skip
        return found

    def import_tags(self, raw: str, name: str) -> int:
        """Tags of a Label Studio export, on the exchanges it names; new names become tags. Returns
        how many exchanges. Raises BadBundle."""
        self.who.need(Right.MARK)
        wanted = from_tasks(raw, name=name)
        every = self.tags()
        ids = {n: resolved(every, tag.id) for tag in every for n in (*tag.former, tag.name)}
        ids |= {tag.name: tag.id for tag in current(every)}
        count = 0
        for item_id, names in wanted.items():
            try:
                self.item(item_id)
            except (NotFound, NotAllowed):
                continue
            have = set(self.tagged([item_id])[item_id])
            for tag in names:
                if tag not in ids:
                    ids[tag] = self.add_tag(tag, Kind.TOPIC).id
                if ids[tag] not in have:
                    self.toggle_tag(item_id, ids[tag])
                    have.add(ids[tag])
            count += 1
        self.note("imported tags", f"{name}: {count}")
        return count

    def _packed(self) -> Iterator[tuple[Benchmark, float, IO[bytes]]]:
        today = self.services.today()
        for b in self.services.benchmarks.released():
            if b.standing is not Standing.APPROVED or b.expired(today):
                continue
            try:
                clip = self.services.gate.hear(b.clip)
                asked = min(clip.duration, asked_of(self.services, b))
                sound = self.services.hearing.opened(clip)
            except CoachError:  # withdrawn meanwhile, or its sound is gone
                continue
            with sound:
                yield replace(b, agent=self.shown_as(b.agent)), asked, sound

    def _take(self, packed: Packed, clip: Path, by: str) -> Benchmark | None:
        """One benchmark, nominated; None where it is here, its clip came before, or was deleted."""
        with suppress(NotFound):
            self.services.benchmarks.get(packed.id)
            return None
        meta = CallMeta(agent=packed.agent, node=packed.node)
        with clip.open("rb") as sound:
            asked, said = packed.asked, (packed.question, packed.answer)
            recording = own_call(self.services, sound, *said, asked, meta)
        if recording is None:
            return None
        made = own_clip(self.services, recording, ClipState.CHECKED, by)
        new = Benchmark(
            packed.id or new_id(), recording.id, packed.question, packed.answer, 0.0, recording.duration,
            packed.agent, packed.node, packed.tags, by, now(), made.id, "", packed.points,
            packed.why, packed.card, None, self.who.id,
        )  # fmt: skip
        return self.services.benchmarks.add(self.cleaned(new))
