import json
from pathlib import Path

import numpy as np
import pytest

import milbench
from milbench.bags import Bags
from milbench.seeds import derive_seed, trial_seed


def test_folds_are_those_that_a_run_of_the_command_keeps(musk1: Bags, workplace: Path) -> None:
    milbench.run_tool(
        ["evaluate", "--model", "constant", "--dataset", "musk1", "--folds", "3", "--repeats", "2", "--output", "runs"]
    )
    kept = json.loads((workplace / "runs/folds/musk1-stratified-3-seed-2018.json").read_text())
    folds = milbench.folds("musk1", folds=3, repeats=2)
    assert folds.assignment == kept["assignment"] and len(folds) == 6
    for record in milbench.read_journals("runs").to_dict("records"):
        training, test = folds.fold(record["repetition"], record["fold"])
        assert list(test) == record["bags"] and len(training) == record["trainingBags"]
        assert folds.hash(record["repetition"]) == record["foldsHash"]
        assert int(record["seed"], 16) == trial_seed(2018, "musk1", "constant", record["repetition"], record["fold"])


def test_pairs_divide_the_bags() -> None:
    folds = milbench.folds("musk1", repeats=2)
    assert len(list(folds)) == folds.get_n_splits() == 20
    for training, test in folds:
        assert sorted([*training, *test]) == list(range(92))
    assert np.array_equal(folds[-1][1], folds.fold(2, 10)[1]) and len(folds[:3]) == 3
    with pytest.raises(IndexError):
        folds[20]


def test_groups_stay_together(table: Path) -> None:
    bags = milbench.load(table, bag_column="slide", group_column="patient", label_column="label", positive="high")
    for training, test in milbench.folds(bags, folds=4, repeats=1):
        assert not {bags.groups[bag] for bag in training} & {bags.groups[bag] for bag in test}
    assert len(milbench.folds(bags, folds="loo")) == 12
    with pytest.raises(milbench.MILBenchError, match="selection"):
        milbench.folds(bags[:5])


def test_files_of_splits_and_their_names_in_settings(table: Path, workplace: Path) -> None:
    reading = {"bag_column": "slide", "label_column": "label", "positive": "high", "ignore_column": "patient"}
    lines = ["name,split_1"] + [f"s{bag},{'test' if bag < 6 else 'val' if bag < 8 else 'train'}" for bag in range(24)]
    Path("splits.csv").write_text("\n".join(lines) + "\n")
    words = ["--folds", "splits.csv", "--bag-column", "slide", "--label-column", "label", "--positive", "high"]
    milbench.run_tool(
        ["evaluate", "--model", "constant", "--dataset", table, *words, "--ignore-column", "patient", "--output", "runs"]
    )
    record = milbench.read_journals("runs").to_dict("records")[0]
    folds = milbench.folds(table, folds="splits.csv", **reading)
    training, test = folds[0]
    assert list(test) == record["bags"] == list(range(6)) and list(training) == list(range(8, 24))
    assert folds.hash(1) == record["foldsHash"]
    assert json.loads(record["protocolSettings"])["circulated"] == folds.circulated


def test_seeds_differ_by_every_part() -> None:
    seeds = {derive_seed(1, path) for path in (["a"], ["b"], ["a", ""], ["", "a"])} | {derive_seed(2, ["a"])}
    assert len(seeds) == 5
