"""MILBench from Python: a benchmark harness for multiple-instance learning.

>>> import milbench
>>> milbench.evaluate(MyModel, datasets=["musk1"], name="mine")
>>> milbench.compare("mine", "attention", "elm-mil")

Bags are loaded as arrays, and folds are those of every other model. A model of your own runs in this process and is in the
same journals, tables and statistics. NumPy is required; pandas, PyTorch and scikit-learn are imported on use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bags import Bag, Bags, as_bags, load
from .comparison import Comparison, Figure, compare
from .errors import MILBenchError, MissingLibraryError
from .evaluation import Evaluation, evaluate
from .journal import DamagedJournalWarning, read_journals
from .models import Model
from .splits import Folds, folds
from .standardisation import Standardiser
from .tool import ToolError, find_tool, list_models, run_tool
from .version import VERSION as __version__

if TYPE_CHECKING:
    from .estimators import MILClassifier
    from .torch_data import TorchBags, join, pad

__all__ = [
    "Bag",
    "Bags",
    "Comparison",
    "DamagedJournalWarning",
    "Evaluation",
    "Figure",
    "Folds",
    "MILBenchError",
    "MILClassifier",
    "MissingLibraryError",
    "Model",
    "Standardiser",
    "ToolError",
    "TorchBags",
    "__version__",
    "as_bags",
    "compare",
    "evaluate",
    "find_tool",
    "folds",
    "join",
    "list_models",
    "load",
    "pad",
    "read_journals",
    "run_tool",
]

_LAZY = {"MILClassifier": "estimators", "TorchBags": "torch_data", "join": "torch_data", "pad": "torch_data"}


def __getattr__(name: str) -> Any:
    """Imports a name that needs an optional library on its first use."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
