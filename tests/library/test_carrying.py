"""Benchmarks from site to site, tags to Label Studio and back: whole, masked, and trusting nothing."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from coach.acting import Acting
from coach.bootstrap import Services, build
from coach.errors import BadBundle, CoachError, NotAllowed
from coach.library.benchmark import CaseCard, Standing
from coach.library.bundle import read_bundle
from coach.library.keypoints import KeyPoint
from coach.library.labels import Row, from_tasks, table, to_tasks
from coach.people.rights import LOCAL, Role, Who
from coach.settings import Settings


@pytest.fixture
def bundle(demo: Services, tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.zip"
    Acting(demo, LOCAL).export_benchmarks(path)
    return path


def rewritten(bundle: Path, change: Callable[[dict[str, Any]], None], **more: bytes) -> Path:
    """The bundle with another manifest, and more files."""
    out = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json":
                document = json.loads(data)
                change(document)
                data = json.dumps(document).encode()
            new.writestr(info.filename, data)
        for name, data in more.items():
            new.writestr(name, data)
    return out


def test_another_site_gets_everything_and_decides_for_itself(
    demo: Services, bundle: Path, tmp_path: Path
) -> None:
    other = build(Settings(data_dir=tmp_path / "other"))
    acting = Acting(other, LOCAL)
    taken = acting.import_benchmarks(bundle, "标杆.zip", "质检甲")
    sent = {b.question: b for b in demo.benchmarks.released()}
    assert {b.question for b in taken} == set(sent)
    for b in other.benchmarks.listed():
        old = sent[b.question]
        assert (b.answer, b.agent, b.node, b.points) == (
            old.answer,
            old.agent,
            old.node,
            old.points,
        )
        assert b.standing is Standing.NOMINATED
    assert other.benchmarks.released() == []  # nobody here has listened yet
    first = taken[0]
    acting.review(first.clip)
    acting.release([first.clip], "质检乙")
    acting.approve(first.id, first.number, "质检乙")
    assert other.search.find(first.question).matches[0].benchmark.id == first.id
    assert (
        abs(acting.hear(first.clip).duration - demo.gate.hear(sent[first.question].clip).duration)
        < 0.01
    )
    assert acting.import_benchmarks(bundle, "标杆.zip", "质检甲") == []  # again: nothing twice


def test_its_own_bundle_brings_a_site_nothing_and_neither_does_one_that_went_round(
    demo: Services, bundle: Path, tmp_path: Path
) -> None:
    here, calls = Acting(demo, LOCAL), len(demo.calls.listed())
    assert here.import_benchmarks(bundle, "标杆.zip", "质检甲") == []
    other = Acting(build(Settings(data_dir=tmp_path / "other")), LOCAL)
    taken = other.import_benchmarks(bundle, "标杆.zip", "质检甲")
    for b in taken:
        other.review(b.clip)
    other.release([b.clip for b in taken], "质检乙")
    for b in taken:
        other.approve(b.id, b.number, "质检乙")
    back = tmp_path / "back.zip"
    assert other.export_benchmarks(back) == len(taken)
    assert here.import_benchmarks(back, "回来.zip", "质检甲") == []
    assert len(demo.calls.listed()) == calls


def test_only_what_is_released_and_approved_goes_out(demo: Services, tmp_path: Path) -> None:
    acting = Acting(demo, LOCAL)
    one, two, *_ = demo.benchmarks.released()
    demo.gate.withdraw([one.clip], "质检")
    acting.retire(two.id, "质检", "旧了")
    path = tmp_path / "out.zip"
    count = acting.export_benchmarks(path)
    with zipfile.ZipFile(path) as found:
        text = found.read("manifest.json").decode()
        assert len([n for n in found.namelist() if n.endswith(".wav")]) == count
    assert count == len(demo.benchmarks.released())
    assert one.question not in text
    assert two.question not in text


def broken(document: dict[str, Any], **more: object) -> None:
    document["benchmarks"][0].update(more)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: broken(d, clip="../../etc/passwd"),
        lambda d: broken(d, clip="/etc/passwd"),
        lambda d: broken(d, clip="clips/none.wav"),
        lambda d: broken(d, asked="soon"),
        lambda d: broken(d, asked=-1),
        lambda d: broken(d, question=" "),
        lambda d: broken(d, points="x"),
        lambda d: broken(d, tags=None),
        lambda d: d.update(format=9),
        lambda d: d.update(benchmarks={}),
        lambda d: d.update(benchmarks=[{}] * 6000),
    ],
)
def test_a_bundle_that_was_changed(
    bundle: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    other = build(Settings(data_dir=tmp_path / "other"))
    with pytest.raises(BadBundle):
        Acting(other, LOCAL).import_benchmarks(rewritten(bundle, change), "x.zip")
    assert other.benchmarks.listed() == []


def test_files_beside_the_manifest_are_never_followed(bundle: Path, tmp_path: Path) -> None:
    path = rewritten(bundle, lambda d: None, **{"../evil.txt": b"x", "clips/../../evil.wav": b"x"})
    folder = tmp_path / "in"
    folder.mkdir()
    assert list(read_bundle(path, folder))
    assert not list(tmp_path.glob("**/evil*"))


def test_a_bomb_is_not_unpacked(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = rewritten(
        bundle, lambda d: broken(d, clip="clips/bomb.wav"), **{"clips/bomb.wav": bytes(20_000_000)}
    )
    assert path.stat().st_size < bundle.stat().st_size + 100_000
    monkeypatch.setattr("coach.library.bundle.LARGEST_CLIP", 10_000_000)
    with pytest.raises(BadBundle):
        list(read_bundle(path, tmp_path))
    monkeypatch.setattr("coach.library.bundle.LARGEST", 15_000_000)
    with pytest.raises(BadBundle):
        list(read_bundle(path, tmp_path))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all" * 100])
def test_what_is_no_zip(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(BadBundle):
        list(read_bundle(path, tmp_path))


def test_a_clip_that_is_no_sound(demo: Services, bundle: Path, tmp_path: Path) -> None:
    path = rewritten(
        bundle, lambda d: broken(d, clip="clips/x.wav"), **{"clips/x.wav": b"RIFF nonsense" * 9}
    )
    other = build(Settings(data_dir=tmp_path / "other"))
    with pytest.raises(CoachError):
        Acting(other, LOCAL).import_benchmarks(path, "x.zip")


def test_an_agent_takes_nothing_away(demo: Services, tmp_path: Path) -> None:
    agent = Acting(demo, Who("a", "班员", Role.AGENT))
    for act in (
        lambda: agent.export_benchmarks(tmp_path / "x.zip"),
        lambda: agent.import_benchmarks(tmp_path / "x.zip", "x"),
        agent.rows,
        lambda: agent.import_tags("[]", "x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_tags_go_to_label_studio_and_come_back(demo: Services) -> None:
    acting = Acting(demo, LOCAL).filled()
    rows = acting.rows()
    assert len(rows) > 10
    tags = {t.name: t.id for t in acting.tags()}
    acting.toggle_tag(rows[0].item, tags["共情"])
    tasks = to_tasks(acting.rows())
    tasks[1]["annotations"] = [
        {"was_cancelled": True, "result": [{"type": "choices", "value": {"choices": ["错的"]}}]},
        {"result": [{"type": "choices", "value": {"choices": ["共情", "新标签"]}}]},
    ]
    tasks.append({"data": {"item": "gone"}, "annotations": [{"result": []}]})
    assert acting.import_tags(json.dumps(tasks), "ls.json") == 2
    found = {r.item: r.tags for r in acting.rows()}
    assert found[rows[0].item] == ("共情",)
    assert set(found[rows[1].item]) == {"共情", "新标签"}


@pytest.mark.parametrize("raw", ["", "{", "{}", '[{"annotations": [{"result": [{"type": "choices"}]}]}]', "[[[[["])  # fmt: skip
def test_what_is_no_export_of_label_studio(raw: str) -> None:
    if raw == "{}":
        assert from_tasks(raw) == {}
        return
    with pytest.raises(BadBundle):
        from_tasks(raw)


ROW = Row(
    "i1",
    "=HYPERLINK(1)",
    "小禾",
    "一班",
    "费用",
    1.0,
    9.0,
    "为什么扣钱",
    "因为…",
    ("共情", "时限"),
    87.5,
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables_hold_texts_not_formulas(form: str) -> None:
    data = io.BytesIO(table([ROW], form))
    frame = pd.read_csv(data) if form == "csv" else pd.read_excel(data)
    assert frame.loc[0, "call"] == "'=HYPERLINK(1)"
    assert (frame.loc[0, "tags"], frame.loc[0, "score"]) == ("共情、时限", 87.5)


def test_exported_texts_are_masked(demo: Services) -> None:
    acting = Acting(demo, LOCAL).filled()
    said = " ".join(t.text for r in demo.calls.listed() for t in demo.call(r.id).turns)
    out = " ".join(r.question + r.answer for r in acting.rows())
    assert "滨江花园" in said
    assert "滨江花园" not in out


def test_a_bundle_whose_packing_is_damaged(bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = b"\xff" * 200
    path = tmp_path / "damaged.zip"
    path.write_bytes(data)
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(BadBundle):
        list(read_bundle(path, folder))


def test_half_a_character_is_refused_and_a_broken_import_goes_on(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = build(Settings(data_dir=tmp_path / "other"))
    acting = Acting(other, LOCAL)
    with pytest.raises(BadBundle):
        acting.import_benchmarks(rewritten(bundle, lambda d: broken(d, answer="\ud800")), "x.zip")
    with monkeypatch.context() as patch:
        patch.setattr(other.intake, "describe", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            acting.import_benchmarks(bundle, "x.zip")
    with zipfile.ZipFile(bundle) as whole:
        count = len([n for n in whole.namelist() if n.endswith(".wav")])
    assert len(acting.import_benchmarks(bundle, "x.zip")) == count


def test_what_people_write_goes_out_without_a_customer_s_number(
    demo: Services, tmp_path: Path
) -> None:
    acting = Acting(demo, LOCAL)
    b = demo.benchmarks.released()[0]
    changed = replace(
        b, why="手机13812345678 的客户", tags=("13812345678", "时限"),
        points=(KeyPoint("回电13812345678", ("打13812345678",)),), card=CaseCard("号码13812345678"),
    )  # fmt: skip
    made = acting.revise(changed, "质检甲")
    acting.approve(b.id, made.number, "质检乙")
    path = tmp_path / "x.zip"
    acting.export_benchmarks(path)
    with zipfile.ZipFile(path) as found:
        assert "13812345678" not in found.read("manifest.json").decode()
    assert demo.benchmarks.get(b.id).tags[1] == "时限"


def test_after_a_repair_words_and_tags_still_belong_together(demo: Services) -> None:
    acting = Acting(demo, LOCAL).filled()
    before = {r.item: r.question for r in acting.rows()}
    call = next(r for r in demo.calls.listed() if r.source_name.startswith("01"))
    first = demo.repairing.lines(call.id)[2]
    demo.repairing.do(call.id, {"do": "role", "id": first.id}, "质检")
    after = {r.item: r.question for r in acting.rows()}
    assert set(after) < set(before)  # two exchanges have become one
    assert all(q.startswith(before[i]) for i, q in after.items())


def test_a_table_without_control_characters() -> None:
    row = replace(ROW, question="a\x08b", tags=("=1+1",))
    frame = pd.read_excel(io.BytesIO(table([row], "xlsx")))
    assert (frame.loc[0, "question"], frame.loc[0, "tags"]) == ("ab", "'=1+1")
