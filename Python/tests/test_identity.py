import importlib
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from milbench.identity import code_digest

SOURCE = """
import helper

SLOPE = 2

def size(bag):
    return SLOPE * len(bag)

class Model:
    def __init__(self, width=3):
        self.width = width

    def fit(self, bags, labels):
        self.mean = helper.mean([size(bag) for bag in bags])

    def predict_proba(self, bags):
        return [float(size(bag) > self.mean) for bag in bags]
"""
HELPER = "def mean(values):\n    return sum(values) / len(values)\n"


def made(folder: Path, source: str = SOURCE, helper: str = HELPER) -> ModuleType:
    (folder / "mine.py").write_text(source)
    (folder / "helper.py").write_text(helper)
    for name in ("mine", "helper"):
        sys.modules.pop(name, None)
    importlib.invalidate_caches()
    return importlib.import_module("mine")


@pytest.mark.parametrize(
    ("source", "helper"),
    [
        (SOURCE.replace("> self.mean", ">= self.mean"), HELPER),
        (SOURCE.replace("SLOPE * len", "SLOPE + len"), HELPER),
        (SOURCE.replace("SLOPE = 2", "SLOPE = 3"), HELPER),
        (SOURCE, HELPER.replace("/", "//")),
    ],
    ids=["method", "function", "constant", "other file"],
)
def test_what_the_code_hangs_on_changes_the_digest(
    source: str, helper: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = code_digest(made(tmp_path).Model)
    import linecache

    linecache.clearcache()
    assert code_digest(made(tmp_path, source, helper).Model) != before


def test_what_it_does_not_hang_on_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = made(tmp_path).Model
    digest = code_digest(before)
    after = made(tmp_path, SOURCE + "\n\ndef other():\n    return 1\n").Model
    assert code_digest(after) == digest
    assert code_digest(before(width=3)) == code_digest(before(width=3)) != code_digest(before(width=4))


def test_the_digest_is_the_same_in_every_process() -> None:
    script = textwrap.dedent(
        """
        from milbench.identity import code_digest
        class Model:
            names = {"a", "b", "c", "d"}
            def fit(self, bags, labels): return labels in {"e", "f", "g"}
        exec("class Other:\\n def fit(self, bags): return bags in {'e', 'f', 'g', 'h'}")
        print(code_digest(Model), code_digest(Other))
        """
    )
    runs = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1


def test_parameters_and_weights() -> None:
    torch = pytest.importorskip("torch")

    class Model:
        def __init__(self, width: int) -> None:
            self.network = torch.nn.Linear(3, width)
            self.rate = np.float32(0.1)

    assert code_digest(Model(2)) == code_digest(Model(2)) != code_digest(Model(3))
    loop: list[object] = []
    loop.append(loop)
    assert code_digest(loop)
