"""Mistakes of a call are answered in a sentence of this package, not of a library that it uses."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import milbench

BAGS = [np.full((3, 2), number, dtype=float) for number in range(6)]
LABELS = [0, 1] * 3


class Answering:
    def __init__(self, answer: Callable[[int], Any]) -> None:
        self.answer = answer

    def fit(self, bags: object, labels: object) -> None: ...

    def predict_proba(self, bags: Any) -> Any:
        return self.answer(len(bags))


@pytest.mark.parametrize(
    ("bags", "labels", "words"),
    [
        ([*BAGS[:5], [[1, 2], [3, np.nan]]], LABELS, "first in bag 5, instance 1"),
        ([*BAGS[:5], [[1, 2], [1e300, 3]]], LABELS, "first in bag 5, instance 1"),
        ([*BAGS[:5], [[1, 2], [3]]], LABELS, "bag 5 has rows of different lengths"),
        ([*BAGS[:5], [["a", "b"]]], LABELS, "bag 5 has features that are no numbers"),
        (BAGS, [None, 1, 0, 1, 0, 1], "types NoneType, int, expected one type"),
        (BAGS, np.zeros(6, dtype=int), "y has the one class 0, expected"),
    ],
)
def test_bags_and_labels(bags: Any, labels: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        milbench.MILClassifier("constant").fit(bags, labels)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda count: ["a"] * count, "no array of numbers"),
        (lambda count: [[1], *[[1, 2]] * (count - 1)], "no array of numbers"),
        (lambda count: np.full(count, 1j), "complex numbers"),
    ],
)
def test_answers_of_a_model(answer: Callable[[int], Any], words: str) -> None:
    with pytest.raises(milbench.MILBenchError, match=words):
        milbench.evaluate(Answering(answer), ["musk1"], "mine", folds=2, repeats=1, progress=False)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda model: milbench.evaluate(model, None, "mine"), "datasets is a NoneType, expected names"),
        (lambda model: milbench.evaluate(model, "musk1", None), 'name is "None", expected lower-case'),
        (lambda model: milbench.compare(1, 2), "a model is a int, expected a name"),
        (lambda model: milbench.read_journals(3), "places are a int, expected files or folders"),
        # The parser's error stands above its help.
        (lambda model: list(milbench.folds("musk1", repeats="x")), "The value 'x' is invalid for '--repeats <n>'"),
    ],
)
def test_arguments(call: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(milbench.MILBenchError, match=words):
        call(Answering(np.zeros))
