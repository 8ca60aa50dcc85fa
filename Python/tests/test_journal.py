import gzip
import json
import warnings
from pathlib import Path
from typing import Any

import pytest

import milbench
from milbench.journal import JournalWriter, accuracy_of, read_journal


def record(fold: int, **more: Any) -> dict[str, Any]:
    return {
        "format": 1, "experiment": "e", "dataset": "d", "dataHash": "h", "model": "m", "configuration": "{}",
        "protocol": "clean", "protocolSettings": '{"folds":2}', "repetition": 1, "fold": fold, "foldsHash": "f",
        "status": "finished", "seed": "1", "bags": [fold], "labels": [1], "scores": [0.9], "threshold": 0.5,
        "scoresAreProbabilities": True, "correctByEpoch": [1], "lossByEpoch": [], "seconds": 0.5, "scoringSeconds": 0.1,
        "steps": 0, "parameters": 0, "version": "0.2.0", "core": "Python", "notes": {}, **more,
    }  # fmt: skip


def test_what_is_written_is_read_by_gzip_and_by_the_command(workplace: Path) -> None:
    path = workplace / "journal.jsonl.gz"
    for model in ("m", "n"):
        with JournalWriter(path) as journal:
            for fold in (1, 2):
                journal.append(record(fold, model=model, message="é/ä"))
    lines = gzip.open(path, "rt", encoding="utf-8").read().splitlines()
    assert len(lines) == 4 and json.loads(lines[0])["message"] == "é/ä"
    contents = read_journal(path)
    assert len(contents.records) == 4 and not contents.damage and contents.sound_length == path.stat().st_size
    answer = milbench.tool.run_tool_json(["compare", "--journal", path])
    assert answer["models"] == ["m", "n"] and [cell["accuracy"] for cell in answer["cells"]] == [1, 1]


def test_classes_that_a_task_called_come_before_scores() -> None:
    graded = record(1, labels=[2], scores=[], outputs=[[0.9, 0.8]], classNames=["a", "b", "c"])
    assert accuracy_of(graded) == 0.0
    assert accuracy_of({**graded, "called": [2]}) == 1.0


def test_the_commands_journals_are_read(workplace: Path) -> None:
    milbench.run_tool(["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "3", "--output", "runs"])
    frame = milbench.read_journals("runs")
    assert len(frame) == 3 and frame.attrs["damage"] == [] and set(frame.model) == {"constant"}
    bags = frame.explode(["bags", "labels", "scores"])
    assert len(bags) == 92
    answer = milbench.tool.run_tool_json(
        ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "3", "--output", "runs"]
    )
    assert frame.accuracy.mean() == pytest.approx(answer["accuracy"])


def test_a_torn_end_is_cut_away_and_a_damaged_line_is_named(workplace: Path) -> None:
    path = workplace / "runs" / "journal.jsonl.gz"
    with JournalWriter(path) as journal:
        journal.append(record(1))
        journal.append(record(2))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    contents = read_journal(path)
    assert len(contents.records) == 1 and "killed" in contents.damage[0]
    with JournalWriter(path) as journal:
        journal.append(record(2))
    assert [one["fold"] for one in read_journal(path).records] == [1, 2] and not read_journal(path).damage
    text = gzip.decompress(whole).replace(b'"scores":[0.9]', b'"scores":[0.8]', 1)
    path.write_bytes(gzip.compress(text))
    with pytest.warns(milbench.DamagedJournalWarning, match=r"journal\.jsonl\.gz:1: checksum"):
        frame = milbench.read_journals("runs")
    assert list(frame.fold) == [2] and len(frame.attrs["damage"]) == 1


def test_damage_within_costs_the_member_alone(workplace: Path) -> None:
    path = workplace / "journal.jsonl.gz"
    with JournalWriter(path) as journal:
        for fold in (1, 2, 3):
            journal.append(record(fold))
    content = bytearray(path.read_bytes())
    second = content.find(content[:10], 1)
    content[second + 30 : second + 40] = bytes(10)
    path.write_bytes(content)
    contents = read_journal(path)
    assert [one["fold"] for one in contents.records] == [1, 3] and contents.damage
    with JournalWriter(path) as journal:
        journal.append(record(4))
    assert [one["fold"] for one in read_journal(path).records] == [1, 3, 4]


def test_plain_lines_and_later_records(workplace: Path) -> None:
    path = workplace / "journal.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (record(1), record(1, scores=[0.1]), {"format": 9, "dataset": "d"})))
    with pytest.warns(milbench.DamagedJournalWarning, match="format 9, expected format 1"):
        frame = milbench.read_journals(path)
    assert len(frame) == 1 and frame.accuracy[0] == 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(milbench.read_journals(path, all_records=True)) == 2


def test_mistakes(workplace: Path) -> None:
    with pytest.raises(milbench.MILBenchError, match="no such file or folder"):
        milbench.read_journals("nowhere")
    (workplace / "empty").mkdir()
    with pytest.raises(milbench.MILBenchError, match="no journals"):
        milbench.read_journals("empty")
    (workplace / "journal.jsonl.gz").write_text("mine")
    with pytest.raises(milbench.MILBenchError, match="is no packed journal"):
        JournalWriter(workplace / "journal.jsonl.gz")
    assert (workplace / "journal.jsonl.gz").read_text() == "mine"
    first = JournalWriter(workplace / "other.jsonl.gz")
    with first, pytest.raises(milbench.MILBenchError, match="another run"):
        JournalWriter(workplace / "other.jsonl.gz")
