"""The command line as others use it: real processes, JSON out, errors with a code."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from tests.conftest import DEMO
from tests.factories import tone_wav
from tests.questions import half

PART = {
    "type": "object",
    "required": ["turns", "start", "end", "text"],
    "properties": {"turns": {"type": "array", "items": {"type": "integer"}}},
}
SPAN = {"type": "object", "required": ["start", "end", "text"]}
SCHEMAS = {
    "roles": {
        "required": ["roles", "confidence"],
        "properties": {"roles": {"additionalProperties": {"enum": ["AGENT", "CUSTOMER", "UNKNOWN"]}}},
    },
    "pair": {
        "required": ["exchanges"],
        "properties": {
            "exchanges": {
                "items": {
                    "required": ["question", "answer"],
                    "properties": {"question": PART, "answer": {"anyOf": [PART, {"type": "null"}]}},
                }
            }
        },
    },
    "rounds": {
        "required": ["rounds"],
        "properties": {
            "rounds": {
                "items": {
                    "required": ["position", "question", "answer", "next_question"],
                    "properties": {
                        "question": SPAN,
                        "answer": SPAN,
                        "next_question": {"anyOf": [SPAN, {"type": "null"}]},
                    },
                }
            }
        },
    },
}  # fmt: skip


def coach(
    *arguments: str | Path, stdin: str = "", ok: bool = True
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "coach", *map(str, arguments)],
        input=stdin, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


def document(*arguments: str | Path, **more: Any) -> Any:
    return json.loads(coach(*arguments, "--json", **more).stdout)


TURNS = {
    "turns": [
        {"speaker": "a", "role": "AGENT", "start": 0, "end": 2, "text": "您好，请问有什么可以帮您"},
        {"speaker": "b", "role": "CUSTOMER", "start": 3, "end": 5, "text": "流量怎么查？"},
        {"speaker": "a", "role": "AGENT", "start": 5.5, "end": 9, "text": "发短信就可以查"},
    ]
}
EXCHANGES = {
    "exchanges": [
        {"question": {"start": 3, "end": 5, "text": "流量怎么查？"}, "answer": {"start": 5.5, "end": 9, "text": "发短信"}},
        {"question": {"start": 10, "end": 12, "text": "那怎么取消？"}, "answer": {"start": 12, "end": 15, "text": "打热线"}},
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "line"), [("roles", TURNS), ("pair", TURNS), ("rounds", EXCHANGES)]
)
def test_a_pure_stage_answers_each_line_in_its_shape_and_errors_in_their_place(
    stage: str, line: dict, tmp_path: Path
) -> None:
    good = json.dumps(line, ensure_ascii=False)
    bad = [
        "{",
        "[1]",
        '{"turns": 7, "exchanges": 7}',
        "",
        '{"turns": [{"text": 5}], "exchanges": [{}]}',
    ]
    file = tmp_path / "in.jsonl"
    file.write_text("\ufeff" + "\n".join([good, *bad, good]) + "\n", "utf-8")
    for out in (coach(stage, file).stdout, coach(stage, stdin=file.read_text("utf-8")).stdout):
        rows = [json.loads(row) for row in out.splitlines()]
        assert len(rows) == 7
        for row in (rows[0], rows[-1]):
            validate(row, SCHEMAS[stage])
        for row in rows[1:-1]:
            assert set(row["error"]) == {"code", "message"}


def test_the_stages_know_the_call() -> None:
    line = json.dumps(TURNS)
    assert json.loads(coach("roles", stdin=line).stdout)["roles"] == {"a": "AGENT", "b": "CUSTOMER"}
    (exchange,) = json.loads(coach("pair", stdin=line).stdout)["exchanges"]
    assert exchange["question"] == {"turns": [1], "start": 3.0, "end": 5.0, "text": "流量怎么查？"}
    rows = json.loads(coach("rounds", "--count", "2", stdin=json.dumps(EXCHANGES)).stdout)["rounds"]
    assert rows[0]["next_question"]["text"] == "那怎么取消？"
    assert rows[1]["next_question"] is None


@pytest.mark.parametrize("huge", ["1e400", "NaN", "-Infinity", "1" + "0" * 400, '"3"', "true"])
def test_times_that_are_no_times_cost_only_their_line(huge: str) -> None:
    line = '{"turns": [{"role": "AGENT", "start": %s, "text": "x"}]}' % huge  # noqa: UP031
    rows = coach("pair", stdin=f"{line}\n{json.dumps(TURNS)}\n").stdout.splitlines()
    assert "error" in json.loads(rows[0])
    assert "exchanges" in json.loads(rows[1])


def test_untimed_turns_have_null_times() -> None:
    line = json.dumps(
        {"turns": [{"role": "CUSTOMER", "text": "怎么办？"}, {"role": "AGENT", "text": "这样"}]}
    )
    (exchange,) = json.loads(coach("pair", stdin=line).stdout)["exchanges"]
    assert exchange["question"]["start"] is None


def test_from_import_to_export(tmp_path: Path) -> None:
    """A person's day on the command line."""
    audio, transcript = next(DEMO.glob("02*.flac")), next(DEMO.glob("02*.transcript.json"))
    taken = document("import", audio, "--transcript", transcript, "--agent", "阿岚", "--node", "费用争议",
                     "--called-at", "2026-10-13 15:05")  # fmt: skip
    recording = taken["imported"][0]["recording"]
    assert recording["called_at"] == "2026-10-13T07:05:00+00:00"
    assert document("import", audio)["imported"][0]["known"]
    shown = document("show", recording["id"])
    assert set(shown) == {"recording", "roles", "confidence", "turns", "exchanges", "rounds"}
    validate(shown, SCHEMAS["roles"])
    validate(shown, SCHEMAS["pair"])
    validate(shown, SCHEMAS["rounds"])
    assert len(shown["exchanges"]) == 7
    rounds = document("rounds", recording["id"], "--count", "3", "--minutes", "3")
    assert len(rounds["rounds"]) == 3
    assert [r["id"] for r in document("show")["recordings"]] == [recording["id"]]
    found = document("search", "为什么扣钱", "-k", "2")
    assert found == {"embedder": "tfidf-char-1-2", "none": True, "matches": []}
    assert document("sessions") == {"sessions": []}
    assert document("doctor")["recordings"] == 1


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no")
    tone_wav(tmp_path / "b.wav")
    done = coach("import", tmp_path, tmp_path / "none.wav", "--json", ok=False)
    rows = json.loads(done.stdout)["imported"]
    codes = [r["error"]["code"] if "error" in r else "" for r in rows]
    assert sorted(codes) == ["", "audio.not_audio", "not_found"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show", "nothing"], "not_found"),
        (["transcribe", "nothing"], "not_found"),
        (["export", "nothing"], "not_found"),
        (["import", "/nowhere"], ""),
        (["models", "pull", "no-such"], "model.download"),
        (["import", "x.wav", "--called-at", "0001-01-01"], "input"),
    ],
)
def test_errors_have_a_code_both_languages_and_status_one(arguments: list[str], code: str) -> None:
    done = coach(*arguments, ok=False)
    assert code in done.stderr
    assert done.returncode == 1


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    done = coach("transcribe", tone_wav(tmp_path / "a.wav"), ok=False)
    assert "[model.not_found]" in done.stderr
    assert "coach models pull small" in done.stderr


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_TIME_ZONE", "Mars/Base")
    assert "COACH_TIME_ZONE" in coach("show", ok=False).stderr


def test_transcribing_a_file_prints_it_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.tiny_whisper import build

    monkeypatch.setenv("COACH_MODEL", str(build(tmp_path / "tiny")))
    found = document("transcribe", tone_wav(tmp_path / "a.wav", 2))
    assert found["language"] == "zh"
    for s in found["segments"]:
        assert {"channel", "start", "end", "text", "words"} <= set(s)
    assert document("show") == {"recordings": []}


def test_a_watched_folder_is_taken_in_once(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(next(DEMO.glob("04*.flac")), inbox / "今天.flac")
    (inbox / "坏.wav").write_bytes(b"RIFF")
    options = ("watch", inbox, "--once", "--every", "0.2")
    first = coach(*options).stdout
    assert "✓ 今天.flac" in first
    assert "坏.wav" in first
    assert "今天.flac" not in coach(*options).stdout
    assert len(document("show")["recordings"]) == 1
    assert "[not_found]" in coach("watch", tmp_path / "nowhere", ok=False).stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, coach.cli.main as m; m._load_commands()\n"
        "heavy = {'torch','streamlit','pandas','numpy','sqlalchemy','av','sklearn','faster_whisper'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_web_process_never_imports_torch(services: Any) -> None:
    code = (
        "import sys; from coach.ui.server import services, warm; s = services(); warm()\n"
        "s.search.find('流量'); bad = {'torch', 'sentence_transformers', 'faster_whisper', 'ctranslate2'}\n"
        "sys.exit(str(bad & set(sys.modules)) if bad & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_accounts_are_made_and_opened_again_from_the_command_line(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from coach.cli import main
    from coach.errors import BadInput, NotFound

    main._load_commands()

    def account(*arguments: str, typed: str = "") -> tuple[str, BaseException | None]:
        done = CliRunner().invoke(main.app, ["account", *arguments], input=typed)
        return done.stdout, done.exception

    good = "correct horse 7\n"
    made, error = account("add", "root", "--name", "林晓", "--role", "agent", typed=good)
    assert (made, error) == ("root admin\n", None)  # the first is an admin whatever was said
    assert account("add", "wang", "--role", "leader", typed=good)[1] is None
    assert isinstance(account("add", "root", typed=good)[1], BadInput)
    assert isinstance(account("add", "zhao", typed="short\n")[1], BadInput)
    assert isinstance(account("add", "li", "--team", "没有", typed=good)[1], NotFound)
    assert account("password", "WANG", typed="another staple 8\n")[1] is None
    assert isinstance(account("password", "nobody", typed=good)[1], NotFound)
    listed = json.loads(account("list", "--json")[0])
    assert [(a["login"], a["role"]) for a in listed] == [("root", "admin"), ("wang", "leader")]


def test_nothing_is_served_to_others_before_there_is_an_account() -> None:
    command = [sys.executable, "-m", "coach", "serve", "--host", "0.0.0.0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "coach account add" in done.stderr


def test_a_key_is_made_set_and_changed_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from coach.cli import main
    from coach.errors import KeyMissing, KeyUnusable

    main._load_commands()
    file = tmp_path / "keys"

    def keys(*arguments: str) -> tuple[str, BaseException | None]:
        done = CliRunner().invoke(main.app, ["keys", *arguments])
        return done.stdout, done.exception

    assert isinstance(keys("rotate")[1], KeyUnusable)
    old, new = keys("new")[0], keys("new")[0]
    assert old != new
    monkeypatch.setenv("COACH_KEY_FILE", str(file))
    file.write_text(old, "utf-8")
    first = json.loads(keys("status", "--json")[0])
    assert first["finished"] is False
    assert json.loads(keys("rotate", "--json")[0]) == {"changed": [], "left": [], "finished": True}
    file.write_text(new, "utf-8")
    assert isinstance(keys("status")[1], KeyMissing)
    file.write_text(new + old, "utf-8")
    second = json.loads(keys("status", "--json")[0])
    assert (second["keys"][1:], second["finished"]) == (first["keys"], False)
    assert keys("rotate")[1] is None
    assert json.loads(keys("status", "--json")[0])["finished"] is True


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_how_alike_two_questions_are(tmp_path: Path) -> None:
    source = tmp_path / "pairs.jsonl"
    source.write_text(
        lines(
            {"a": "怎么开通漫游", "b": "漫游怎么开通"},
            {"a": "怎么开通漫游", "b": "怎么取消漫游"},
            {"a": "怎么开通漫游", "b": "发票抬头写错了"},
            {"a": "", "b": "😀"},
            {"a": 1},
        ),
        "utf-8",
    )
    rows = [json.loads(row) for row in coach("similar", source).stdout.splitlines()]
    same, opposite, other, empty = (row["similarity"] for row in rows[:4])
    assert 1 >= same > opposite > other >= 0 == empty
    assert rows[0]["embedder"] == "tfidf-char-1-2"
    assert rows[4]["error"]["code"] == "input"


def test_a_limit_is_learnt_from_pairs_and_kept(tmp_path: Path) -> None:
    rows = [{"a": o, "b": q.question, "same": True} for q in half(0)[:25] for o in q.others]
    source = tmp_path / "pairs.jsonl"
    source.write_text(lines(*rows), "utf-8")
    before = document("index", "status")
    learnt = document("index", "calibrate", str(source))
    after = document("index", "status")
    assert before["threshold"] != after["threshold"] == learnt["threshold"]
    assert learnt["lexical"]["false_alarms"] <= 0.11
    assert len(learnt["lexical"]["curve"]) == 21
    source.write_text(lines(*rows[:10]), "utf-8")
    assert "search.pairs" in coach("index", "calibrate", source, ok=False).stderr
    source.write_text(lines({"a": "x", "b": "y", "same": "yes"}), "utf-8")
    assert "input" in coach("index", "calibrate", source, ok=False).stderr


def test_without_a_model_there_is_nothing_to_read_anew() -> None:
    done = coach("index", "rebuild", ok=False)
    assert "search.embedder" in done.stderr
    assert document("index", "status")["model"] is None


def test_a_report_comes_in_and_shows_where_a_team_is_weak(tmp_path: Path) -> None:
    source = tmp_path / "十月.csv"
    rows = ["类别,班组,坐席,归档量,首问解决率", "费用,一班,甲,400,70%", "费用,二班,乙,400,85%"]
    source.write_text("\n".join(rows), "utf-8")
    assert "nodes.report" in coach("nodes", "import", source, ok=False).stderr
    done = document("nodes", "import", str(source), "--map", "node=类别")
    assert (done["rows"], done["columns"]["node"]) == (2, "类别")
    assert document("nodes", "import", str(source))["rows"] == 2  # remembered
    found = document("nodes", "report", "--team", "一班")
    (weak,) = found["weak"]
    assert (weak["node"], weak["calls"], weak["mean"]) == ("费用", 400, 0.775)
    assert weak["solved"] < weak["shrunk"] < weak["mean"]
    assert [x["agent"] for x in weak["strong"]] == ["乙", "甲"]
    assert "input" in coach("nodes", "import", source, "--map", "nodes=类别", ok=False).stderr
