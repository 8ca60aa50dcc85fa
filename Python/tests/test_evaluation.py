import gzip
import json
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import milbench
from milbench.bags import Bags
from milbench.models import probabilities

READING = {"bag_column": "slide", "group_column": "patient", "label_column": "label", "positive": "high"}


class Largest:
    """Scores a bag by its largest first feature, against the mean of the training bags' labels."""

    # A deque, since what is in a list would be part of the model.
    seen: deque[tuple[str, Bags]] = deque()  # noqa: RUF012

    def fit(self, bags: Bags, labels: npt.NDArray[np.int64]) -> None:
        assert len(bags) == len(labels)
        self.seen.append(("fit", bags))
        largest = np.maximum.reduceat(bags.instances[:, 0], bags.offsets[:-1])
        self.middle = (largest[labels == 1].mean() + largest[labels == 0].mean()) / 2

    def predict_proba(self, bags: Bags) -> npt.NDArray[np.float64]:
        self.seen.append(("predict", bags))
        largest = np.maximum.reduceat(bags.instances[:, 0], bags.offsets[:-1])
        return np.asarray(1 / (1 + np.exp(self.middle - largest)))


def test_trials_are_kept_and_not_run_again(table: Path) -> None:
    Largest.seen.clear()
    first = milbench.evaluate(Largest, table, "largest", folds=4, repeats=2, progress=False, **READING)
    assert first.ran == 8 and len(first.records) == 8 and np.mean(first.accuracies()["slides"]) > 0.8
    again = milbench.evaluate(Largest(), table, "largest", folds=4, repeats=2, progress=False, **READING)
    assert again.ran == 8, "an object is another model than its class"
    again = milbench.evaluate(Largest(), table, "largest", folds=4, repeats=2, progress=False, **READING)
    assert again.ran == 0 and len(Largest.seen) == 32
    third = milbench.evaluate(Largest, table, "largest", folds=4, repeats=3, progress=False, **READING)
    assert third.ran == 4
    fresh = milbench.evaluate(Largest, table, "largest", folds=4, repeats=2, fresh=True, progress=False, **READING)
    assert fresh.ran == 8
    assert [one["scores"] for one in fresh.records] == [one["scores"] for one in first.records]
    assert "largest on slides: accuracy" in repr(first) and len(first.to_pandas()) == 8


def test_labels_and_names_never_reach_the_model_and_order_is_drawn(table: Path) -> None:
    Largest.seen.clear()
    bags = milbench.load(table, **READING)
    milbench.evaluate(Largest, bags, "largest", folds=4, repeats=1, progress=False)
    orders = []
    for step, shown in Largest.seen:
        assert shown.labels is None and shown.instance_labels is None and shown.source is None and not shown.decisions
        assert shown.names == [str(number + 1) for number in range(len(shown))]
        assert set(shown.groups or []).isdisjoint(bags.groups)
        assert np.isfinite(shown.instances).all() and shown.instances.dtype == np.float32
        if step == "fit":
            assert np.allclose(shown.instances.mean(axis=0), 0, atol=1e-5)
            orders.append(list(shown.sizes))
    assert sorted(orders[0]) != orders[0]


def test_answers_are_put_back_into_the_order_of_the_data_set(table: Path) -> None:
    class Oracle(Largest):
        """Finds each bag again by its instances."""

        def predict_proba(self, bags: Bags) -> npt.NDArray[np.float64]:
            return np.array([round((len(bag) * 7 % 10) / 10, 1) for bag in bags])

    bags = milbench.load(table, **READING)
    result = milbench.evaluate(Oracle, bags, "oracle", folds=4, repeats=1, progress=False)
    for record in result.records:
        expected = [round((int(bags.sizes[bag]) * 7 % 10) / 10, 1) for bag in record["bags"]]
        assert record["scores"] == expected and record["labels"] == bags.labels[record["bags"]].tolist()


def test_edited_code_is_run_again(table: Path) -> None:
    def model(power: int) -> type:
        class Powered(Largest):
            def predict_proba(self, bags: Bags) -> npt.NDArray[np.float64]:
                return np.asarray(super().predict_proba(bags) ** power)

        return Powered

    call: dict[str, Any] = {"folds": 4, "repeats": 1, "progress": False, **READING}
    assert milbench.evaluate(model(1), table, "powered", **call).ran == 4
    assert milbench.evaluate(model(1), table, "powered", **call).ran == 0
    assert milbench.evaluate(model(2), table, "powered", **call).ran == 4
    assert milbench.evaluate(model(1), table, "powered", **call).ran == 0


def test_records_are_those_of_every_other_trial(workplace: Path) -> None:
    result = milbench.evaluate(Largest, "musk1", "largest", folds=3, repeats=1, progress=False)
    lines = gzip.open(result.journal, "rt").read().splitlines()
    own = json.loads(lines[0])
    milbench.run_tool(["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "3", "--output", "runs"])
    # Trials run side by side, so that the first line is that of any fold.
    others = [json.loads(line) for line in gzip.open("runs/evaluate/journal.jsonl.gz", "rt")]
    other = next(one for one in others if one["fold"] == own["fold"])
    assert set(other) - set(own) == set()
    for key in ("dataHash", "foldsHash", "protocolSettings", "bags", "labels", "trainingBags", "trainingPositives", "reading"):
        assert own[key] == other[key], key


class Failing(Largest):
    def fit(self, bags: Bags, labels: npt.NDArray[np.int64]) -> None:
        raise RuntimeError("no\ngood")


class Endless(Largest):
    def predict_proba(self, bags: Bags) -> npt.NDArray[np.float64]:
        return np.full(len(bags), np.nan)


def test_failures_are_recorded(table: Path) -> None:
    call: dict[str, Any] = {"folds": 4, "repeats": 1, "progress": False, **READING}
    with pytest.raises(RuntimeError, match="good"):
        milbench.evaluate(Failing, table, "failing", **call)
    result = milbench.evaluate(Failing, table, "failing", errors="record", **call)
    assert result.ran == 4 and {one["message"] for one in result.records} == {"RuntimeError: no good"}
    assert "4 trials failed" in str(result)
    result = milbench.evaluate(Endless, table, "endless", **call)
    assert {one["status"] for one in result.records} == {"diverged"}


def test_a_run_that_is_stopped_goes_on(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = deque([0])

    class Stopped(Largest):
        def fit(self, bags: Bags, labels: npt.NDArray[np.int64]) -> None:
            super().fit(bags, labels)
            calls.append(0)
            if len(calls) == 4:
                raise KeyboardInterrupt

    call: dict[str, Any] = {"folds": 4, "repeats": 1, **READING}
    with pytest.raises(KeyboardInterrupt):
        milbench.evaluate(Stopped, table, "stopped", **call)
    assert "stopped; 2 trials are kept in runs/stopped/journal.jsonl.gz" in capsys.readouterr().err
    assert milbench.evaluate(Stopped, table, "stopped", **call).ran == 2


def test_several_classes(workplace: Path) -> None:
    generator = np.random.default_rng(0)
    rows = [f"b{bag},{'abc'[bag % 3]},{generator.normal() + 3 * (bag % 3):.3f}" for bag in range(30) for _ in range(2)]
    Path("grades.csv").write_text("bag,label,x\n" + "\n".join(rows) + "\n")

    class Nearest:
        def fit(self, bags: Bags, labels: npt.NDArray[np.int64]) -> None:
            means = np.add.reduceat(bags.instances[:, 0], bags.offsets[:-1]) / bags.sizes
            self.centres = np.array([means[labels == number].mean() for number in range(3)])

        def predict_proba(self, bags: Bags) -> npt.NDArray[np.float64]:
            means = np.add.reduceat(bags.instances[:, 0], bags.offsets[:-1]) / bags.sizes
            weights = np.exp(-3 * (means[:, None] - self.centres) ** 2)
            return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    result = milbench.evaluate(Nearest, "grades.csv", "nearest", folds=3, repeats=1, progress=False)
    assert np.mean(result.accuracies()["grades"]) > 0.8 and result.records[0]["classNames"] == ["a", "b", "c"]
    answer = milbench.tool.run_tool_json(["compare", "--journal", result.journal, "--journal", twin(result.journal)])
    assert answer["cells"][0]["accuracy"] == pytest.approx(np.mean(result.accuracies()["grades"]))


def twin(journal: Path) -> Path:
    """The same journal of a model with another name."""
    path = journal.with_name("twin.jsonl")
    records = [{**json.loads(line), "model": "twin"} for line in gzip.open(journal, "rt")]
    path.write_text("".join(json.dumps({key: one[key] for key in one if key != "crc32"}) + "\n" for one in records))
    return path


def test_mistakes_are_told_before_any_data_are_read() -> None:
    with pytest.raises(milbench.MILBenchError, match="expected lower-case letters"):
        milbench.evaluate(Largest, "nowhere", "My Model")
    with pytest.raises(milbench.MILBenchError, match="is a int"):
        milbench.evaluate(7, "nowhere", "mine")  # type: ignore[arg-type]
    with pytest.raises(milbench.MILBenchError, match="expected an object with fit and predict_proba"):
        milbench.evaluate(dict, "nowhere", "mine")
    with pytest.raises(milbench.MILBenchError, match="is a model of the command"):
        milbench.evaluate(Largest, "musk1", "attention")
    with pytest.raises(milbench.MILBenchError, match="datasets is empty"):
        milbench.evaluate(Largest, [], "mine")


def test_answers_are_checked() -> None:
    assert list(probabilities([[0.2, 0.8], [1, 0]], 2, 2)) == [0.8, 0.0]
    assert probabilities(np.array([[0.5]]), 1, 2).shape == (1,)
    with pytest.raises(milbench.MILBenchError, match="one answer a bag"):
        probabilities([0.5], 2, 2)
    with pytest.raises(milbench.MILBenchError, match="gave 3, expected probabilities"):
        probabilities([3.0], 1, 2)


def test_seeds_make_runs_alike_and_leave_the_users_generators() -> None:
    torch = pytest.importorskip("torch")

    class Random(Largest):
        def predict_proba(self, bags: Bags) -> Any:
            return torch.rand(len(bags)) * np.random.rand()

    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    call: dict[str, Any] = {"folds": 3, "repeats": 1, "progress": False, "fresh": True}
    first = milbench.evaluate(Random, "musk1", "random", **call)
    assert torch.equal(torch.rand(1), expected)
    assert [one["scores"] for one in milbench.evaluate(Random, "musk1", "random", **call).records] == [
        one["scores"] for one in first.records
    ]
