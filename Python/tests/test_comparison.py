from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_evaluation import READING, Largest

import milbench


def test_a_model_in_python_stands_beside_those_of_the_command(capfd: pytest.CaptureFixture[str], workplace: Path) -> None:
    result = milbench.evaluate(Largest, "musk1", "largest", folds=3, repeats=1, progress=False)
    comparison = milbench.compare(result, "constant", "mi-kernel", progress=False)
    assert comparison.models == ["largest", "constant", "mi-kernel"] and comparison.datasets == ["musk1"]
    assert comparison.facts["folds"] == 3 and comparison.facts["repeats"] == 1
    cell = comparison.cell("largest", "musk1")
    assert cell["accuracy"] == pytest.approx(np.mean(result.accuracies()["musk1"])) and cell["failed"] == 0
    assert "musk1" in comparison.verdict and str(comparison).startswith(comparison.verdict)
    frame = comparison.to_pandas()
    assert frame.loc[("musk1", "largest"), "accuracy"] == cell["accuracy"]
    assert comparison._repr_html_().count("<tr>") == 4 and "| largest |" in comparison._repr_markdown_()
    assert comparison.figure.svg.startswith("<svg") and comparison.figure._repr_svg_().count("<circle") == 3
    comparison.figure.save("figure.svg")
    assert comparison.figures and (workplace / "runs/compare/table.md").exists()
    with pytest.raises(KeyError):
        comparison.cell("largest", "fox")
    # The journal is taken as it is: nothing was run for the model in Python.
    assert not any("largest" in line for line in capfd.readouterr().err.splitlines() if "ended with exit code" in line)


def test_files_are_compared_with_their_options(table: Path) -> None:
    milbench.evaluate(Largest, table, "largest", folds=4, repeats=1, progress=False, **READING)
    comparison = milbench.compare("largest", "constant", datasets=[table], progress=False, **READING)
    assert comparison.cell("largest", "slides")["finished"] == 4


def test_what_is_missing_is_told(workplace: Path) -> None:
    milbench.evaluate(Largest, "musk1", "largest", folds=3, repeats=1, progress=False)
    with pytest.raises(milbench.MILBenchError, match=r"evaluated with repetitions 1, but 2 .*repeats=2\) first"):
        milbench.compare("largest", "constant", repeats=2, progress=False)
    with pytest.raises(milbench.MILBenchError, match="none of constant, largset was evaluated in Python with output='runs'"):
        milbench.compare("constant", "largset")
    for models in [(), ("largest",)]:
        with pytest.raises(milbench.MILBenchError, match="expected at least two to compare$"):
            milbench.compare(*models)
    with pytest.raises(milbench.ToolError, match="unknown model"):
        milbench.compare("largest", "no-such-model", progress=False)


def test_models_of_the_command_alone() -> None:
    call: dict[str, Any] = {"datasets": "musk1", "folds": 3, "repeats": 1, "progress": False}
    comparison = milbench.compare("constant", "mi-kernel", **call)
    assert [cell["finished"] for cell in comparison.cells] == [3, 3]
