"""Models in Python, and the unfitted copies for folds."""

from __future__ import annotations

import copy
import inspect
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from .bags import Bags
from .errors import MILBenchError


@runtime_checkable
class Model(Protocol):
    """A model that can be evaluated: it learns from bags and their labels, and predicts probabilities of others."""

    def fit(self, bags: Bags, labels: npt.NDArray[np.int64]) -> object:
        """Fits the model; labels are the numbers of classes, 0 or 1 for two."""
        ...

    def predict_proba(self, bags: Bags) -> Any:
        """Returns the probability of the positive class, one number per bag, or one row per bag with one column per class."""
        ...


ModelSource = Model | Callable[..., Model]
"""A model to copy for each fold; or a class or function that creates one, with the trial's ``seed`` if it accepts it."""


def fresh_model(source: ModelSource, seed: int) -> Model:
    """Returns an unfitted model.

    Raises:
        MILBenchError: if it has no ``fit`` and ``predict_proba``, or cannot be copied.
    """
    if not isinstance(source, type) and isinstance(source, Model):
        if hasattr(source, "get_params"):
            parameters = {name: copy.deepcopy(value) for name, value in source.get_params(deep=False).items()}
            return type(source)(**parameters)
        try:
            return copy.deepcopy(source)
        except Exception as error:
            raise MILBenchError(
                f"the model cannot be copied for a fold ({error}), expected a class or a function that makes one"
            ) from error
    if not callable(source):
        raise MILBenchError(
            f"the model is a {type(source).__name__}, expected an object with fit and predict_proba, or what makes one"
        )
    try:
        takes_seed = "seed" in inspect.signature(source).parameters
    except (TypeError, ValueError):
        takes_seed = False
    model = source(seed=seed & 0xFFFFFFFF) if takes_seed else source()
    if not isinstance(model, Model):
        raise MILBenchError(f"the model made is a {type(model).__name__}, expected an object with fit and predict_proba")
    return model


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seeds the generators of Python, NumPy and, if it is imported, PyTorch, and restores their states afterwards."""
    states = random.getstate(), np.random.get_state()
    torch: Any = sys.modules.get("torch")
    torch_state = torch.get_rng_state() if torch is not None else None
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)
    if torch is not None:
        torch.manual_seed(seed & 0xFFFFFFFF)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        if torch_state is not None:
            torch.set_rng_state(torch_state)


def probabilities(answer: object, bags: int, classes: int) -> npt.NDArray[np.float64]:
    """Checks and returns a model's answers: one number per bag for two classes, else bags x classes.

    Raises:
        MILBenchError: for another number of answers, and for answers that are not probabilities.
        FloatingPointError: for answers that are not finite.
    """
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu().numpy()
    try:
        given = np.asarray(answer)
        if np.iscomplexobj(given):
            raise MILBenchError("predict_proba gave complex numbers, expected probabilities from 0 to 1")
        scores = given.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise MILBenchError(f"predict_proba gave what is no array of numbers ({error}), expected one answer a bag") from error
    if classes == 2 and scores.shape == (bags, 2):
        scores = scores[:, 1]
    if classes == 2 and scores.shape == (bags, 1):
        scores = scores[:, 0]
    expected = (bags,) if classes == 2 else (bags, classes)
    if scores.shape != expected:
        raise MILBenchError(f"predict_proba gave the shape {scores.shape}, expected {expected}, one answer a bag")
    if not np.isfinite(scores).all():
        raise FloatingPointError("predict_proba gave scores that are not finite")
    # Sums in single precision can be slightly above 1.
    if scores.min(initial=0) < -1e-6 or scores.max(initial=0) > 1 + 1e-6:
        outside = float(scores[(scores < 0) | (scores > 1)][0])
        raise MILBenchError(f"predict_proba gave {outside:g}, expected probabilities from 0 to 1")
    return np.clip(scores, 0, 1)


def trained_parameters(model: object) -> int:
    """Returns the number of trained parameters of a PyTorch model, or of the modules in a model; 0 if it is unknown."""
    parts = [model, *vars(model).values()] if hasattr(model, "__dict__") else [model]
    counted: dict[int, int] = {}
    for part in parts:
        parameters = getattr(part, "parameters", None)
        if callable(parameters) and hasattr(part, "state_dict"):
            counted.update({id(tensor): int(tensor.numel()) for tensor in parameters() if tensor.requires_grad})
    return sum(counted.values())
