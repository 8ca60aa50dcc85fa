"""Evaluation of models that run in this process, with the folds, records and journals of all others."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from .bags import Bags, load
from .described import Description, check_name
from .errors import MILBenchError, MissingLibraryError
from .identity import code_digest
from .journal import FORMAT, JournalWriter, Record, accuracy_of, trial_of
from .models import ModelSource, fresh_model, probabilities, seeded, trained_parameters
from .seeds import trial_seed
from .splits import Folds
from .splits import folds as folds_of
from .standardisation import Standardiser
from .tool import list_models
from .version import VERSION

if TYPE_CHECKING:
    import pandas as pd

_DONE = ("finished", "diverged", "notApplicable")


@dataclass(frozen=True)
class Evaluation:
    """The trials of a model: the records in its journal for the requested data sets and folds."""

    name: str
    """The model's name."""
    records: list[Record] = field(repr=False)
    """The records, one per trial."""
    journal: Path
    """The journal that has them."""
    ran: int
    """The number of trials that ran; the others were in the journal."""

    def accuracies(self) -> dict[str, list[float]]:
        """The accuracy of each finished trial, by data set."""
        result: dict[str, list[float]] = {}
        for record in self.records:
            accuracy = accuracy_of(record)
            if accuracy is not None:
                result.setdefault(record["dataset"], []).append(accuracy)
        return result

    def __str__(self) -> str:
        """Returns one line per data set."""
        lines = []
        for dataset, values in self.accuracies().items():
            spread = f", SD over folds {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
            lines.append(f"{self.name} on {dataset}: accuracy {np.mean(values):.3f}{spread}, {len(values)} trials")
        failed = [record for record in self.records if record["status"] not in ("finished", "notApplicable")]
        if failed:
            lines.append(f"{len(failed)} trials failed or diverged, the first with: {failed[0].get('message')}")
        return "\n".join(lines) or f"{self.name}: no finished trials"

    def __repr__(self) -> str:
        """Returns one line per data set."""
        return str(self)

    def to_pandas(self) -> pd.DataFrame:
        """Returns the records, with one row per trial and a column ``accuracy``.

        Raises:
            MissingLibraryError: without pandas.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingLibraryError("pandas", "to_pandas") from error
        return pd.DataFrame([{**record, "accuracy": accuracy_of(record)} for record in self.records])


@dataclass(frozen=True)
class _Trial:
    """One fold of one repetition, with the part of its record that is known before it runs."""

    bags: Bags
    training: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    seed: int
    record: Record


def evaluate(
    model: ModelSource,
    datasets: str | Path | Bags | Iterable[str | Path | Bags],
    name: str,
    *,
    folds: int | str | Path = 10,
    repeats: int | None = None,
    seed: int = 2018,
    output: str | Path = "runs",
    title: str | None = None,
    citation: str = "None; a model of one's own.",
    fresh: bool = False,
    errors: Literal["raise", "record"] = "raise",
    progress: bool = True,
    **reading: Any,
) -> Evaluation:
    """Cross-validates a model that runs in this process, under the protocol ``clean``, and keeps its trials in a journal.

    The model receives the training bags of a fold, standardised by these alone, in an order drawn from the trial's seed and
    without labels and names. Labels are a separate array. Then it predicts the test bags, and its answers are put back into
    the order of the data set. It never receives test labels. Trials in the journal do not run again, unless the code of the
    model has changed.

    Args:
        model: an object with ``fit(bags, labels)`` and ``predict_proba(bags)``, which is copied for each fold; or a class or
            function that creates one, called with ``seed`` if it has this parameter.
        datasets: names, paths or loaded bags, one or several.
        name: the name of the model in journals and tables.
        folds: the number of folds, ``"loo"``, or a file of splits.
        repeats: the number of repetitions of the cross-validation; 5, or all of a file of splits.
        seed: the master seed of folds and trials.
        output: the folder of runs.
        title: the title of the model in tables; the name by default.
        citation: authors, title, venue, year.
        fresh: whether all trials run again, regardless of the journal.
        errors: whether the first error of the model ends the run, or all are recorded as failed trials.
        progress: whether standard error shows the progress.
        reading: the command's options for reading the files among the data sets.

    Raises:
        MILBenchError: for data, folds or a journal that are unavailable, and for answers that are not probabilities.
    """
    description = Description(check_name(name), title or name, citation, code_digest(model))
    # Errors are reported before any data are read.
    fresh_model(model, 0)
    if any(one["id"] == name for one in list_models()):
        raise MILBenchError(f'name is "{name}", which is a model of the command, expected another one')
    if not isinstance(datasets, (str, Path, Bags, Iterable)):
        raise MILBenchError(f"datasets is a {type(datasets).__name__}, expected names, paths or sets of bags")
    given: Sequence[str | Path | Bags] = [datasets] if isinstance(datasets, (str, Path, Bags)) else list(datasets)
    if not given:
        raise MILBenchError("datasets is empty, expected at least one name, path or set of bags")
    runs = Path(output)
    trials: list[_Trial] = []
    for one in given:
        bags = one if isinstance(one, Bags) else load(one, **reading)
        trials += _trials(bags, folds_of(bags, folds=folds, repeats=repeats, seed=seed), description, seed)
    description.write(runs)
    ran = 0
    with JournalWriter(runs / name / "journal.jsonl.gz") as journal:
        known = {trial_of(record): record for record in journal.contents.records}
        results: list[Record | None] = [
            None if fresh or (found := known.get(trial_of(trial.record))) is None or found["status"] not in _DONE else found
            for trial in trials
        ]
        display = _Display(name, trials, sum(result is None for result in results), progress)
        for number, trial in enumerate(trials):
            if results[number] is None:
                try:
                    record, error = _run(model, trial)
                except KeyboardInterrupt:
                    print(
                        f"\n{name}: stopped; {ran} trials are kept in {journal.path}, and the same call goes on",
                        file=sys.stderr,
                    )
                    raise
                journal.append(record)
                results[number] = record
                ran += 1
                display.show(record)
                if error is not None and errors == "raise":
                    raise error
    return Evaluation(name, [record for record in results if record is not None], journal.path, ran)


def _trials(bags: Bags, folds: Folds, description: Description, seed: int) -> list[_Trial]:
    """Returns the trials on a data set."""
    if bags.labels is None or not np.issubdtype(bags.labels.dtype, np.integer):
        raise MILBenchError(f"{bags.name}: the task is {bags.task}, expected bags of classes; other tasks run in the command")
    settings: dict[str, Any] = {
        "epsilon": 0,
        "folds": folds.fold_count,
        "scheme": folds.scheme,
        "seed": seed,
        "standardisation": "training",
    }
    if folds.circulated is not None:
        settings["circulated"] = folds.circulated
    trials: list[_Trial] = []
    for repetition, fold, training, test in folds.numbered():
        number = trial_seed(seed, bags.seed_name, description.name, repetition, fold)
        record: Record = {
            "format": FORMAT,
            "experiment": description.name,
            "dataset": bags.name,
            "dataHash": bags.fingerprint,
            "model": description.name,
            "configuration": description.configuration,
            "protocol": "clean",
            "protocolSettings": json.dumps(settings, sort_keys=True, separators=(",", ":")).replace("/", "\\/"),
            "repetition": repetition,
            "fold": fold,
            "foldsHash": folds.hash(repetition),
            "status": "failed",
            "seed": f"{number:x}",
            "version": VERSION,
            "core": "Python",
            "title": description.title,
            "family": description.title,
            "reading": bags.decisions,
            "bags": test.tolist(),
            "labels": bags.labels[test].tolist(),
            "scores": [],
            "correctByEpoch": [],
            "lossByEpoch": [],
            "trainingBags": len(training),
            "threshold": 0.5,
            "scoresAreProbabilities": True,
            "seconds": 0.0,
            "scoringSeconds": 0.0,
            "steps": 0,
            "parameters": 0,
            "notes": {},
        }
        if len(bags.label_names) > 2:
            record["classNames"] = bags.label_names
        else:
            record["trainingPositives"] = int(bags.labels[training].sum())
        if bags.seed_name != bags.name:
            record["seedName"] = bags.seed_name
        if folds.scheme == "given" and folds.source:
            record["foldsSource"] = folds.source
        trials.append(_Trial(bags, training, test, number, record))
    return trials


def _blinded(bags: Bags, numbers: npt.NDArray[np.int64], standardiser: Standardiser) -> Bags:
    """Returns some bags as a model receives them: standardised, numbered, without labels."""
    chosen = bags.select(numbers)
    groups: list[str] | None = None
    if chosen.groups is not None:
        known: dict[str, str] = {}
        groups = [known.setdefault(group, str(len(known) + 1)) for group in chosen.groups]
    return replace(
        chosen,
        instances=standardiser.apply(chosen.instances),
        names=[str(number + 1) for number in range(len(numbers))],
        labels=None,
        groups=groups,
        instance_labels=None,
        times=None,
        events=None,
        decisions=[],
    )


def _run(source: ModelSource, trial: _Trial) -> tuple[Record, Exception | None]:
    """Runs a trial and returns its record and its error, if any; the record has the error, too."""
    record, bags = dict(trial.record), trial.bags
    assert bags.labels is not None
    classes = max(len(bags.label_names), 2)
    generator = np.random.default_rng(trial.seed)
    training, test = generator.permutation(trial.training), generator.permutation(trial.test)
    channels = bags.image_shape[0] if bags.image_shape else None
    standardiser = Standardiser.fitted(bags.instances, bags.rows(trial.training), channels)
    start = time.perf_counter()
    try:
        with seeded(trial.seed):
            model = fresh_model(source, trial.seed)
            shown = _blinded(bags, training, standardiser)
            start = time.perf_counter()
            model.fit(shown, bags.labels[training].copy())
            record["seconds"] = time.perf_counter() - start
            asked = _blinded(bags, test, standardiser)
            start = time.perf_counter()
            answers = probabilities(model.predict_proba(asked), len(test), classes)
            record["scoringSeconds"] = time.perf_counter() - start
        restored = answers[np.argsort(test)]
        record["scores" if classes == 2 else "outputs"] = restored.tolist()
        record["parameters"] = trained_parameters(model)
        record["status"] = "finished"
        calls = restored >= 0.5 if classes == 2 else restored.argmax(axis=1)
        record["correctByEpoch"] = [int((calls == bags.labels[trial.test]).sum())]
        return record, None
    except FloatingPointError as error:
        record["status"], record["message"] = "diverged", str(error)
        return record, None
    except Exception as error:
        record["message"] = f"{type(error).__name__}: {error}".replace("\n", " ")
        return record, error
    finally:
        record["ended"] = time.time()


class _Display:
    """A display of a run's progress, in one line that a terminal overwrites."""

    def __init__(self, name: str, trials: Sequence[_Trial], pending: int, is_on: bool) -> None:
        self.name, self.pending, self.is_on = name, pending, is_on and pending > 0
        self.done, self.start, self.told = 0, time.monotonic(), 0.0
        self.accuracies: dict[str, list[float]] = {}
        if is_on and trials:
            known = len(trials) - pending
            print(f"{name}: {pending} trials to run, {known} in the journal", file=sys.stderr)

    def show(self, record: Record) -> None:
        if not self.is_on:
            return
        self.done += 1
        own = self.accuracies.setdefault(record["dataset"], [])
        accuracy = accuracy_of(record)
        own.append(math.nan if accuracy is None else accuracy)
        now, is_terminal = time.monotonic(), sys.stderr.isatty()
        is_last = self.done == self.pending
        if not is_last and now - self.told < (0.2 if is_terminal else 10):
            return
        self.told = now
        left = (now - self.start) / self.done * (self.pending - self.done)
        mean = float(np.nanmean(own)) if not all(map(math.isnan, own)) else math.nan
        line = f"{self.done}/{self.pending} trials  {record['dataset']} {self.name} {mean:.3f} so far"
        line += "" if is_last else f"  {left:.0f} s left"
        print(f"\r\x1b[2K{line}" if is_terminal else line, end="\n" if is_last or not is_terminal else "", file=sys.stderr)
        sys.stderr.flush()
