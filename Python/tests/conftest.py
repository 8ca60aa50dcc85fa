"""Bags that tests share."""

import os
from pathlib import Path

import numpy as np
import pytest

import milbench
from milbench.bags import Bags


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test works in; nothing of the user's own data folder is seen."""
    tool = os.environ.get("MILBENCH_TOOL")
    if tool:
        monkeypatch.setenv("MILBENCH_TOOL", os.path.abspath(tool))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("MILBENCH_MODELS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def musk1() -> Bags:
    """The shipped set."""
    return milbench.load("musk1")


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file of 24 bags in which one instance of each positive bag is far from the others; bags have patients."""
    generator = np.random.default_rng(1)
    lines = ["slide,patient,label,a,b,c"]
    for bag in range(24):
        label = bag % 2
        rows = generator.normal(size=(2 + bag % 3, 3))
        if label:
            rows[0, 0] += 4
        lines += [f"s{bag},p{bag // 2},{'high' if label else 'low'}," + ",".join(f"{x:.4f}" for x in row) for row in rows]
    path = tmp_path_factory.mktemp("table") / "slides.csv"
    path.write_text("\n".join(lines) + "\n")
    return path
