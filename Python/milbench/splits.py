"""The folds of the command's evaluations."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .bags import Bags
from .errors import MILBenchError
from .tool import options, run_tool_json

IntArray = npt.NDArray[np.int64]
Split = tuple[IntArray, IntArray]


@dataclass(frozen=True)
class Folds(Sequence[Split]):
    """Cross-validation folds as pairs of arrays: the numbers of the training bags, and those of the test bags.

    All folds of the first repetition come first. It is also a scikit-learn splitter: ``cross_val_score(..., cv=folds)``
    accepts it.
    """

    dataset: str
    """The name of the data set."""
    scheme: str
    """The scheme of the folds: stratified, plain, given and so on."""
    fold_count: int
    """The number of folds of a repetition."""
    repeats: int
    """The number of repetitions."""
    seed: int
    """The master seed of the draw."""
    assignment: list[list[int]]
    """The fold, from 1, that tests each bag, for each repetition; 0 for a bag that no fold tests."""
    left_out: list[list[list[int]]] | None = None
    """The bags that a fold neither trains on nor tests."""
    source: str | None = None
    """The file from which they were read."""

    def __len__(self) -> int:
        """Returns the number of folds of all repetitions."""
        return self.fold_count * self.repeats

    @overload
    def __getitem__(self, index: int) -> Split: ...
    @overload
    def __getitem__(self, index: slice) -> list[Split]: ...
    def __getitem__(self, index: int | slice) -> Split | list[Split]:
        """Returns the training and the test bags of a fold by its number, from 0."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"fold {index} of {len(self)}")
        repetition, fold = divmod(index % len(self), self.fold_count)
        return self.fold(repetition + 1, fold + 1)

    def __iter__(self) -> Iterator[Split]:
        """Iterates over the pairs of training and test bags."""
        return (self[number] for number in range(len(self)))

    def fold(self, repetition: int, fold: int) -> Split:
        """Returns the training and the test bags of a fold of a repetition, both from 1."""
        folds = np.asarray(self.assignment[repetition - 1])
        trains = folds != fold
        if self.left_out is not None:
            trains[self.left_out[repetition - 1][fold - 1]] = False
        return np.flatnonzero(trains), np.flatnonzero(folds == fold)

    def hash(self, repetition: int) -> str:
        """Returns the digest of one repetition, which identifies it in journals."""
        numbers = ",".join(map(str, self.assignment[repetition - 1]))
        bags = len(self.assignment[0])
        text = f"{self.dataset}\n{bags}\n{self.scheme}\n{self.fold_count}\n1\n{self.seed}\n{numbers}\n"
        if self.left_out is not None:
            text += f"left out {[self.left_out[repetition - 1]]}\n"
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def circulated(self) -> str | None:
        """The name of published folds in the settings of trials."""
        if self.scheme == "circulated" and self.source:
            return self.source.split(":")[0]
        if self.scheme != "given":
            return None
        numbers = "\n".join(",".join(map(str, row)) for row in self.assignment)
        bags = len(self.assignment[0])
        text = f"{self.dataset}\n{bags}\n{self.scheme}\n{self.fold_count}\n{self.repeats}\n{self.seed}\n{numbers}\n"
        if self.left_out is not None:
            text += f"left out {self.left_out}\n"
        return "given-" + hashlib.sha256(text.encode()).hexdigest()[:12]

    # The protocol of scikit-learn's splitters.

    def get_n_splits(self, X: object = None, y: object = None, groups: object = None) -> int:
        """Returns the number of folds of all repetitions."""
        return len(self)

    def split(self, X: object = None, y: object = None, groups: object = None) -> Iterator[Split]:
        """Iterates over the pairs of training and test bags."""
        return iter(self)

    def numbered(self) -> Iterator[tuple[int, int, IntArray, IntArray]]:
        """Iterates over repetition, fold (both from 1), training and test bags."""
        for repetition in range(1, self.repeats + 1):
            for fold in range(1, self.fold_count + 1):
                yield (repetition, fold, *self.fold(repetition, fold))


def folds(
    dataset: str | Path | Bags,
    *,
    folds: int | str | Path = 10,
    repeats: int | None = None,
    seed: int = 2018,
    scheme: str | None = None,
    **reading: Any,
) -> Folds:
    """Returns the folds of a data set, the same as those of the command's own trials.

    Args:
        dataset: a name, a path, or loaded bags.
        folds: their number, ``"loo"``, or a file of splits, as for ``--folds``.
        repeats: the number of repetitions of the cross-validation; 5, or all of a file of splits.
        seed: the master seed.
        scheme: ``"plain"`` instead of stratified folds, or the name of the data set's published folds.
        reading: the command's options for reading a file.

    Raises:
        MILBenchError: with the command's message, if the folds are unavailable.
    """
    if isinstance(dataset, Bags):
        if dataset.source is None:
            raise MILBenchError(f"{dataset.name} is a selection of bags, expected bags as load gives them")
        words = list(dataset.source)
    else:
        words = [str(dataset), *options(reading)]
    with tempfile.TemporaryDirectory(prefix="milbench-") as folder:
        more = options({"repeats": repeats, "scheme": scheme, "seed": seed, "folds": folds if scheme is None else None})
        written = run_tool_json(
            ["folds", "export", "--dataset", words[0], *words[1:], *more, "--output", str(Path(folder) / "folds")]
        )
        content = json.loads(Path(written["json"]).read_text(encoding="utf-8"))
    return Folds(
        dataset=content["dataset"],
        scheme=content["scheme"],
        fold_count=content["folds"],
        repeats=content["repeats"],
        seed=content["seed"],
        assignment=content["assignment"],
        left_out=content.get("left_out"),
        source=content.get("source"),
    )
