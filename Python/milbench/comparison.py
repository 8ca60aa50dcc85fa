"""Comparisons of models: those of the command, and those evaluated in Python."""

from __future__ import annotations

import html
import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .described import described
from .errors import MILBenchError, MissingLibraryError
from .evaluation import Evaluation
from .journal import read_journal
from .tool import options, run_tool_json

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Figure:
    """A figure drawn by the command."""

    name: str
    """Its name, such as ``learning-musk1``."""
    svg: str
    """The figure as SVG."""

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        """Returns one line with the name."""
        return f"Figure({self.name!r})"

    def save(self, path: str | Path) -> None:
        """Writes the figure into a file."""
        Path(path).write_text(self.svg, encoding="utf-8")


@dataclass(frozen=True)
class Comparison:
    """A comparison of models on the same folds: a table that prints in a notebook, and one sentence."""

    verdict: str
    """Which model is better, and how certain that is."""
    cells: list[dict[str, Any]] = field(repr=False)
    """The figures of each model on each data set, as the command writes them."""
    pairs: list[dict[str, Any]] = field(repr=False)
    """Every pair of models on every data set, with its tests."""
    ranks: list[dict[str, Any]] = field(repr=False)
    """The average rank of each model over the data sets."""
    figures: dict[str, Figure] = field(repr=False)
    """The figures by name, if there are enough data sets and models to draw them."""
    folder: Path
    """The folder with tables, statistics and figures."""
    facts: dict[str, Any] = field(repr=False)
    """Folds, repetitions, seed and protocol."""

    @property
    def models(self) -> list[str]:
        """The models, in the order of the table."""
        return list(self.facts["models"])

    @property
    def datasets(self) -> list[str]:
        """The data sets, in the order of the table."""
        return list(self.facts["datasets"])

    @property
    def figure(self) -> Figure:
        """The leading figure: average ranks if there are enough data sets, else a dot plot of the accuracies.

        The dot plot has one mark per model and data set, and a line over the corrected standard error to either side.
        """
        ranks = [figure for name, figure in sorted(self.figures.items()) if name.startswith("ranks")]
        return ranks[0] if ranks else Figure("accuracy", _drawing(self))

    def to_pandas(self) -> pd.DataFrame:
        """Returns the cells, with one row per model and data set.

        Raises:
            MissingLibraryError: without pandas.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingLibraryError("pandas", "to_pandas") from error
        plain = [{key: value for key, value in cell.items() if not isinstance(value, (list, dict))} for cell in self.cells]
        return pd.DataFrame(plain).set_index(["dataset", "model"])

    def cell(self, model: str, dataset: str) -> dict[str, Any]:
        """Returns the figures of a model on a data set.

        Raises:
            KeyError: if they were not compared.
        """
        for cell in self.cells:
            if cell["model"] == model and cell["dataset"] == dataset:
                return cell
        raise KeyError((model, dataset))

    def _rows(self) -> tuple[list[str], list[list[str]]]:
        titles = ["model"] + [f"{dataset}{kind}" for dataset in self.datasets for kind in ("", ", AUC")]
        rows = []
        best: dict[str, float] = {}
        for cell in self.cells:
            value = cell.get("accuracy")
            if value is not None:
                best[cell["dataset"]] = max(best.get(cell["dataset"], 0.0), value)
        for model in self.models:
            row = [model]
            for dataset in self.datasets:
                try:
                    cell = self.cell(model, dataset)
                except KeyError:
                    row += ["–", "–"]
                    continue
                value = cell.get("accuracy")
                text = _number(value) + _spread(cell.get("accuracyCorrectedStandardError"))
                row += [
                    f"**{text}**" if value is not None and value == best[dataset] else text,
                    _number(cell.get("auc")),
                ]
            rows.append(row)
        return titles, rows

    def _notes(self) -> list[str]:
        facts = self.facts
        unfinished = sum(cell.get("failed", 0) + cell.get("diverged", 0) for cell in self.cells)
        lines = [
            f"Accuracy, mean over {facts['repeats']} x {facts['folds']} folds, ± the corrected standard error over folds; "
            f"protocol {facts['protocol']}, seed {facts['seed']}. Bold: the largest mean of a set."
        ]
        return [f"{unfinished} trials failed or diverged, and are left out."] * bool(unfinished) + lines

    def _repr_markdown_(self) -> str:
        titles, rows = self._rows()
        lines = ["| " + " | ".join(titles) + " |", "|:" + "---|:".join([""] * len(titles)) + "---|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([self.verdict, "", *lines, "", *self._notes()])

    def _repr_html_(self) -> str:
        titles, rows = self._rows()

        def cell(text: str, tag: str = "td") -> str:
            is_bold = text.startswith("**")
            shown = html.escape(text.strip("*"))
            return f"<{tag}><b>{shown}</b></{tag}>" if is_bold else f"<{tag}>{shown}</{tag}>"

        head = "".join(cell(title, "th") for title in titles)
        body = "".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in rows)
        notes = "".join(f"<p><small>{html.escape(line)}</small></p>" for line in self._notes())
        return (
            f"<p><b>{html.escape(self.verdict)}</b></p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            + notes
        )

    def __str__(self) -> str:
        """Returns the sentence and the table as text."""
        titles, rows = self._rows()
        plain = [[text.strip("*") for text in row] for row in rows]
        widths = [max(len(row[place]) for row in [titles, *plain]) for place in range(len(titles))]

        def line(row: list[str]) -> str:
            return "  ".join(
                text.rjust(width) if place else text.ljust(width)
                for place, (text, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()

        return "\n".join([self.verdict, "", line(titles), *map(line, plain), "", *self._notes()])

    def __repr__(self) -> str:
        """Returns the sentence and the table as text."""
        return str(self)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    text = f"{value:.3f}"
    return text[1:] if text.startswith("0") else text


def _spread(value: float | None) -> str:
    return "" if value is None else f" ± {_number(value)}"


def _drawing(comparison: Comparison) -> str:
    """Draws the accuracies as a dot plot, with one section per data set and one line per model."""
    cells = [cell for cell in comparison.cells if cell.get("accuracy") is not None]
    ends = [(cell["accuracy"] - sign * (cell.get("accuracyCorrectedStandardError") or 0)) for cell in cells for sign in (-1, 1)]
    low, high = max(min(ends, default=0.0) - 0.02, 0.0), min(max(ends, default=1.0) + 0.02, 1.0)
    left = 20 + 7 * max((len(model) for model in comparison.models), default=0)
    width, step = left + 420, 22

    def place(value: float) -> float:
        return left + 400 * (value - low) / max(high - low, 1e-9)

    parts: list[str] = []
    y = 24
    for dataset in comparison.datasets:
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{html.escape(dataset)}</text>')
        for cell in (one for one in cells if one["dataset"] == dataset):
            y += step
            x, error = place(cell["accuracy"]), cell.get("accuracyCorrectedStandardError") or 0
            ends_x = place(max(cell["accuracy"] - error, low)), place(min(cell["accuracy"] + error, high))
            parts.append(
                f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{html.escape(cell["model"])}</text>'
                f'<line x1="{ends_x[0]:.1f}" x2="{ends_x[1]:.1f}" y1="{y}" y2="{y}" stroke="#7a8ba8" stroke-width="2"/>'
                f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="#1f4e9c"/>'
                f"<title>{html.escape(cell['model'])} on {html.escape(dataset)}: {cell['accuracy']:.3f}</title>"
            )
        y += step + 6
    step_of_ticks = 0.1 if high - low > 0.3 else 0.05
    first = math.ceil(low / step_of_ticks - 1e-9)
    for tick in range(first, math.floor(high / step_of_ticks + 1e-9) + 1):
        value = tick * step_of_ticks
        text = f"{value:.2f}".lstrip("0") if value < 1 else "1.00"
        parts.append(f'<text x="{place(value):.1f}" y="{y}" text-anchor="middle" fill="#555">{text}</text>')
    y += 20
    parts.append(f'<text x="{left + 200}" y="{y}" text-anchor="middle" fill="#555">accuracy</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y + 12}" width="{width}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )


def compare(
    *models: str | Evaluation,
    datasets: str | Path | Iterable[str | Path] | None = None,
    folds: int | str | Path | None = None,
    repeats: int | None = None,
    seed: int | None = None,
    output: str | Path = "runs",
    reuse: Iterable[str | Path] = (),
    workers: int | None = None,
    progress: bool = True,
    **reading: Any,
) -> Comparison:
    """Compares models on the same folds; trials in journals do not run again.

    Models that were evaluated in Python have the same names as there, and their trials come from their journals. The command
    runs all other models. Data sets, folds, repetitions and seed default to those of the first model that was evaluated in
    Python.

    Args:
        models: two or more names, or results of ``evaluate``.
        datasets: names or paths, one or several.
        folds: the number of folds, ``"loo"``, or a file of splits.
        repeats: the number of repetitions of the cross-validation.
        seed: the master seed.
        output: the folder of runs.
        reuse: further folders whose journals are used.
        workers: the number of parallel trials; all cores by default.
        progress: whether standard error shows the progress.
        reading: the command's options for reading the files among the data sets.

    Raises:
        MILBenchError: for a model in Python with missing trials, and with the command's message for all other errors.
    """
    names = [model.name if isinstance(model, Evaluation) else model for model in models]
    for name in names:
        if not isinstance(name, str):
            raise MILBenchError(f"a model is a {type(name).__name__}, expected a name or what evaluate returned")
    if len(names) < 2:
        raise MILBenchError(f"models are {', '.join(names) or 'none'}, expected at least two to compare")
    runs = Path(output)
    places = {name: place for name in names if (place := described(runs, name)) is not None}
    asked: dict[str, Any] = {"folds": folds, "repeats": repeats, "seed": seed}
    given = [datasets] if isinstance(datasets, (str, Path)) else list(datasets or ())
    for name in places:
        settings = _settings(runs, name)
        for key, value in settings.items():
            if key in asked and asked[key] is None:
                asked[key] = value
        given = given or settings["datasets"]
    if not given:
        raise MILBenchError(
            f"datasets is empty and none of {', '.join(names)} was evaluated in Python with output={str(output)!r}, expected "
            f"datasets=, or the output= of milbench.evaluate"
        )
    known = [variable for variable in (os.environ.get("MILBENCH_MODELS"),) if variable]
    environment = {"MILBENCH_MODELS": ":".join([*map(str, places.values()), *known])} if places else {}
    for name in places:
        _require(runs, name, asked)
    words = ["compare", *names, "--datasets", *map(str, given), *options({**asked, "workers": workers, **reading})]
    for folder in reuse:
        words += ["--reuse", str(folder)]
    answer = run_tool_json(
        [*words, "--output", str(runs)],
        shows_progress=progress,
        environment=environment,
        accepts_unfinished=True,
    )
    folder = runs / "compare"
    figures = {
        path.stem: Figure(path.stem, path.read_text(encoding="utf-8")) for path in sorted((folder / "figures").glob("*.svg"))
    }
    return Comparison(
        verdict=answer["sentence"],
        cells=answer["cells"],
        pairs=answer["pairs"],
        ranks=answer["ranks"],
        figures=figures,
        folder=folder,
        facts={key: answer[key] for key in ("models", "datasets", "folds", "repeats", "seed", "protocol")},
    )


def _settings(runs: Path, name: str) -> dict[str, Any]:
    """Returns the data sets, folds, repetitions and seed of a model's last evaluation."""
    path = runs / name / "journal.jsonl.gz"
    records = read_journal(path).records if path.exists() else []
    if not records:
        raise MILBenchError(f'{path}: no trials of {name}, run milbench.evaluate(..., name="{name}") first')
    last = records[-1]
    same = [
        one
        for one in records
        if one["protocolSettings"] == last["protocolSettings"] and one["configuration"] == last["configuration"]
    ]
    settings = json.loads(last["protocolSettings"])
    result: dict[str, Any] = {"datasets": list(dict.fromkeys(one["dataset"] for one in same)), "seed": settings["seed"]}
    if settings["scheme"] == "stratified":
        result |= {"folds": settings["folds"], "repeats": max(one["repetition"] for one in same)}
    elif settings["scheme"] == "leave-one-out":
        result["folds"] = "loo"
    return result


def _require(runs: Path, name: str, asked: dict[str, Any]) -> None:
    """Rejects a comparison over more repetitions than a model in Python has."""
    has = _settings(runs, name)
    for key, noun in (("repeats", "repetitions"), ("folds", "folds"), ("seed", "seed")):
        if key not in has or asked[key] is None:
            continue
        is_short = asked[key] > has[key] if key == "repeats" else str(asked[key]) != str(has[key])
        if is_short:
            raise MILBenchError(
                f"{name} was evaluated with {noun} {has[key]}, but {asked[key]} is asked for; run "
                f'milbench.evaluate(..., name="{name}", {key}={asked[key]!r}) first'
            )
