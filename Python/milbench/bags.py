"""Bags as arrays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .errors import MILBenchError
from .packed import read_packed, write_packed
from .tool import options, run_tool_json

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.int64]
Selection = slice | Sequence[int] | npt.NDArray[Any]


@dataclass(frozen=True)
class Bag:
    """One bag: its instances, label, group and other data."""

    instances: FloatArray
    """The feature vectors, instances x features."""
    name: str
    """Its name in the source."""
    label: int | float | None = None
    """The number of its class, or the number to predict; None if it is unknown."""
    group: str | None = None
    """The group that no split may divide, such as a patient."""
    instance_labels: npt.NDArray[np.int8] | None = None
    """The label of each instance, 0 or 1; -1 if it is unknown."""

    def __len__(self) -> int:
        """Returns the number of instances."""
        return len(self.instances)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """Returns the instances."""
        return np.array(self.instances, dtype=dtype) if copy else np.asarray(self.instances, dtype=dtype)


@dataclass(frozen=True, eq=False)
class Bags(Sequence[Bag]):
    """Bags as arrays: the instances of all bags, one bag after the other, and the first row of each bag."""

    name: str
    """The data set's name."""
    instances: FloatArray
    """The feature vectors of all instances, N x d."""
    offsets: IntArray
    """The first instance of each bag, then N: bag ``i`` has the rows ``offsets[i]:offsets[i + 1]``."""
    names: list[str]
    """The names of the bags in their source."""
    labels: npt.NDArray[Any] | None = None
    """The number of each bag's class (for two classes 1 is positive), or the number to predict; None without labels."""
    label_names: list[str] = field(default_factory=list)
    """The names of the classes."""
    groups: list[str] | None = None
    """The group of each bag, such as a patient; no split divides a group."""
    instance_labels: npt.NDArray[np.int8] | None = None
    """The label of each instance, 0 or 1; -1 if it is unknown; None for a data set without instance labels."""
    places: npt.NDArray[np.float64] | None = None
    """The place of each instance in its image, across and down, N x 2."""
    feature_names: list[str] | None = None
    """The names of the features."""
    times: npt.NDArray[np.float64] | None = None
    """The survival times, if these are the targets."""
    events: npt.NDArray[np.bool_] | None = None
    """Whether the event happened at that time."""
    task: str = "two-classes"
    """The command's name of the task."""
    source: tuple[str, ...] | None = None
    """The arguments with which the command reads the same bags; None for a selection of bags."""
    seed_name: str = ""
    """The name from which folds and seeds of trials are drawn."""
    fingerprint: str = ""
    """The digest of the content that a model sees, which identifies the data in journals."""
    decisions: list[dict[str, str]] = field(default_factory=list)
    """The decisions about the file."""
    image_shape: tuple[int, ...] | None = None
    """Channels, height and width, if instances are images."""

    def __len__(self) -> int:
        """Returns the number of bags."""
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> Bag: ...
    @overload
    def __getitem__(self, index: Selection) -> Bags: ...
    def __getitem__(self, index: int | Selection) -> Bag | Bags:
        """Returns one bag by its number, or several bags by numbers, a slice or a mask, as ``select`` does."""
        if not isinstance(index, (int, np.integer)):
            return self.select(index)
        number = int(index)
        if not -len(self) <= number < len(self):
            raise IndexError(f"bag {number} of {len(self)}")
        number %= len(self)
        rows = slice(int(self.offsets[number]), int(self.offsets[number + 1]))
        return Bag(
            instances=self.instances[rows],
            name=self.names[number],
            label=None if self.labels is None else self.labels[number].item(),
            group=None if self.groups is None else self.groups[number],
            instance_labels=None if self.instance_labels is None else self.instance_labels[rows],
        )

    def __iter__(self) -> Iterator[Bag]:
        """Iterates over the bags."""
        return (self[number] for number in range(len(self)))

    def __repr__(self) -> str:
        """Returns one line with name and shape."""
        return f"Bags({self.name!r}: {len(self)} bags, {len(self.instances)} instances, {self.feature_count} features)"

    @property
    def feature_count(self) -> int:
        """The number of features of an instance."""
        return int(self.instances.shape[1])

    @property
    def sizes(self) -> IntArray:
        """The number of instances of each bag."""
        return np.diff(self.offsets)

    @property
    def bag_of_instance(self) -> IntArray:
        """The number of each instance's bag, N."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def rows(self, bags: npt.NDArray[Any]) -> IntArray:
        """Returns the rows of some bags in ``instances``, in the order of the bags."""
        sizes = self.sizes[bags]
        ends = np.cumsum(sizes)
        return np.asarray(np.arange(sizes.sum()) + np.repeat(self.offsets[bags] - (ends - sizes), sizes), dtype=np.int64)

    def select(self, bags: Selection) -> Bags:
        """Returns some of the bags, by their numbers, a slice or a mask."""
        numbers = np.arange(len(self))[bags if isinstance(bags, slice) else np.asarray(bags)]
        rows = self.rows(numbers)

        def some(values: list[str] | None) -> list[str] | None:
            return None if values is None else [values[number] for number in numbers]

        return replace(
            self,
            instances=self.instances[rows],
            offsets=np.concatenate([[0], np.cumsum(self.sizes[numbers])]).astype(np.int64),
            names=[self.names[number] for number in numbers],
            labels=None if self.labels is None else self.labels[numbers],
            groups=some(self.groups),
            instance_labels=None if self.instance_labels is None else self.instance_labels[rows],
            places=None if self.places is None else self.places[rows],
            times=None if self.times is None else self.times[numbers],
            events=None if self.events is None else self.events[numbers],
            source=None,
            fingerprint="",
        )

    def padded(self, value: float = 0.0) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Returns the instances as bags x largest bag x features, and a mask that is true for instances, not for padding."""
        largest = int(self.sizes.max(initial=0))
        mask = np.arange(largest)[None, :] < self.sizes[:, None]
        padded = np.full((len(self), largest, self.feature_count), value, dtype=self.instances.dtype)
        padded[mask] = self.instances
        return padded, mask

    def save(self, path: str | Path) -> None:
        """Writes the bags into a file that every command of milbench opens, and ``load`` too."""
        table: dict[str, Any] = {
            "names": self.names,
            "sizes": self.sizes.tolist(),
            "source": self.name,
            "reading": {"decisions": [], "options": _reading(self.labels is not None, self.label_names)},
        }
        if self.times is not None and self.events is not None:
            table |= {"times": self.times.tolist(), "events": self.events.tolist()}
            if self.task == "cox":
                table["task"] = "cox"
        elif self.labels is not None and np.issubdtype(self.labels.dtype, np.floating):
            table["numbers"] = self.labels.tolist()
        else:
            labels = np.zeros(len(self), np.int64) if self.labels is None else self.labels
            table |= {"classes": labels.tolist(), "classNames": self.label_names or ["0", "1"]}
        table |= {"groups": self.groups, "featureNames": self.feature_names}
        arrays: dict[str, npt.NDArray[Any]] = {"features": np.asarray(self.instances, dtype=np.float32)}
        if self.places is not None:
            arrays["places"] = np.asarray(self.places, dtype=np.float64)
        if self.instance_labels is not None:
            arrays["instance_labels"] = np.asarray(self.instance_labels, dtype=np.int8)
        write_packed(Path(path), {key: value for key, value in table.items() if value is not None}, arrays)


def _reading(has_labels: bool, label_names: list[str]) -> dict[str, Any]:
    """Returns the record in a packed file of how its bags were read."""
    lists: dict[str, list[str]] = {name: [] for name in ("coordinates", "folds", "ignored", "kept", "otherLabels")}
    options: dict[str, Any] = {"columns": {"areRemembered": False, "hasLabels": has_labels, **lists}}
    if has_labels and label_names:
        options["knownLabels"] = label_names
    return options


def from_packed(path: Path, about: dict[str, Any], source: tuple[str, ...] | None, is_mapped: bool) -> Bags:
    """Returns the bags of a packed file, with the decisions of the command."""
    table, arrays = read_packed(path)
    labels: npt.NDArray[Any] | None = None
    if table.get("classes") is not None:
        labels = np.asarray(table["classes"], dtype=np.int64)
    elif table.get("numbers") is not None:
        labels = np.asarray(table["numbers"], dtype=np.float64)

    def held(array: npt.NDArray[Any] | None) -> Any:
        return array if array is None or is_mapped else np.array(array)

    return Bags(
        name=about.get("name", path.name.split(".")[0]),
        instances=held(arrays["features"]),
        offsets=np.concatenate([[0], np.cumsum(table["sizes"])]).astype(np.int64),
        names=table["names"],
        labels=labels,
        label_names=table.get("classNames") or [],
        groups=table.get("groups"),
        instance_labels=held(arrays.get("instance_labels")),
        places=held(arrays.get("places")),
        feature_names=table.get("featureNames"),
        times=np.asarray(table["times"], dtype=np.float64) if table.get("times") is not None else None,
        events=np.asarray(table["events"], dtype=np.bool_) if table.get("events") is not None else None,
        task=about.get("task", ""),
        source=source,
        seed_name=about.get("seed_name", ""),
        fingerprint=about.get("fingerprint", ""),
        decisions=about.get("decisions", []),
        image_shape=tuple(about["image_shape"]) if about.get("image_shape") else None,
    )


def load(dataset: str | Path, *, out: str | Path | None = None, **reading: Any) -> Bags:
    """Loads a data set by its name, or a file or folder of bags, as every command reads it.

    The command's decisions about a file (the roles of columns, the positive label) are in ``decisions``.

    Args:
        dataset: a name such as ``"musk1"``, or a path.
        out: a file for the arrays; they are then mapped, so a data set may be larger than memory.
        reading: the options of the command with underscores, such as ``bag_column="slide"`` or ``labels="labels.csv"``.

    Raises:
        MILBenchError: with the command's message, if the data set is unavailable or cannot be read.
    """
    words = [str(dataset), *options(reading)]
    if out is not None:
        about = run_tool_json(["data", "export", *words, "--out", out])
        return from_packed(Path(out), about, tuple(words), is_mapped=True)
    with tempfile.TemporaryDirectory(prefix="milbench-") as folder:
        path = Path(folder) / "bags.safetensors"
        about = run_tool_json(["data", "export", *words, "--out", path])
        return from_packed(path, about, tuple(words), is_mapped=False)


def _array(bag: object, number: int) -> npt.NDArray[Any]:
    try:
        return np.asarray(bag)
    except ValueError as error:
        raise MILBenchError(f"bag {number} has rows of different lengths, expected instances x features") from error


def _numbers(array: npt.NDArray[Any], number: int) -> npt.NDArray[np.float32]:
    try:
        # Values beyond single precision become infinite, which is checked where it matters.
        with np.errstate(over="ignore"):
            return array.astype(np.float32, copy=False)
    except (TypeError, ValueError) as error:
        raise MILBenchError(f"bag {number} has features that are no numbers ({error}), expected numbers alone") from error


def as_bags(bags: object, name: str = "bags") -> Bags:
    """Converts to bags: ``Bags``, a sequence of bags or of instances x features, or bags x instances x features.

    In an array with two axes, each row is a bag of one instance.

    Raises:
        MILBenchError: for bags without instances, with different numbers of features, or with features that are no numbers.
    """
    if isinstance(bags, Bags):
        return bags
    if isinstance(bags, np.ndarray) and bags.dtype != object and bags.ndim == 2:
        bags = bags[:, None, :]
    if not isinstance(bags, (Sequence, np.ndarray)):
        raise MILBenchError(f"bags are a {type(bags).__name__}, expected a sequence of arrays, instances x features")
    arrays = [_array(bag, number) for number, bag in enumerate(bags)]
    for number, array in enumerate(arrays):
        # NumPy would drop the imaginary part with a warning.
        if np.iscomplexobj(array):
            raise MILBenchError(f"bag {number} has complex numbers, expected real ones. Complex data not supported")
    parts = [_numbers(array, number) for number, array in enumerate(arrays)]
    if not parts:
        raise MILBenchError("there are no bags, expected at least one")
    for number, part in enumerate(parts):
        if part.ndim != 2 or 0 in part.shape:
            raise MILBenchError(f"bag {number} has the shape {part.shape}, expected instances x features")
        if part.shape[1] != parts[0].shape[1]:
            raise MILBenchError(f"bag {number} has {part.shape[1]} features, expected {parts[0].shape[1]} as bag 0 has")
    return Bags(
        name=name,
        instances=np.concatenate(parts),
        offsets=np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64),
        names=[str(number + 1) for number in range(len(parts))],
    )
