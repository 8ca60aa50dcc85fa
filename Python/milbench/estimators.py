"""The command's models as estimators of scikit-learn."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .bags import Bags, as_bags
from .errors import MILBenchError, MissingLibraryError
from .tool import find_tool, list_models, run_tool_json

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.metaestimators import available_if
except ImportError as _error:
    raise MissingLibraryError("scikit-learn", "MILClassifier", "scikit-learn") from _error

Array = npt.NDArray[Any]

_OWN = ("model", "protocol", "seed", "calibrate")
"""The parameters of the estimator; all others are the model's."""


@lru_cache
def _meanings_of_scores(tool: Path) -> dict[str, str]:
    """Returns for each model of a command whether its scores are ``probabilities`` or ``decisions``."""
    return {model["id"]: model["scores"] for model in list_models() if "scores" in model}


def _has_probabilities(estimator: MILClassifier) -> bool:
    """Returns whether an estimator has ``predict_proba``: its scores are probabilities, or it is calibrated.

    Before a fit, scores are those of the model with its default parameters. An unknown model has it, so that the fit reports
    the mistake.
    """
    description = getattr(estimator, "description_", None)
    if description is None:
        if estimator.calibrate != "none":
            return True
        model = str(estimator.model).partition("[")[0]
        return _meanings_of_scores(find_tool()).get(model, "probabilities") == "probabilities"
    return bool(description["scoresAreProbabilities"]) or "calibration" in description["notes"]


class MILClassifier(ClassifierMixin, BaseEstimator):
    """A model of the command as a classifier of bags.

    ``X`` is a sequence of bags: the result of ``load``, or a list of arrays of instances x features. In an array with two
    axes, each row is a bag of one instance. ``y`` has one label per bag. Fitting writes the bags into a file for ``milbench
    train``, so a fit is the same as that of the command (except that seeds of a catalogue data set come from its name).

    >>> from sklearn.model_selection import cross_val_score
    >>> bags = milbench.load("musk1")
    >>> cross_val_score(MILClassifier("attention", epochs=50), bags, bags.labels, groups=bags.groups)
    """

    def __init__(
        self,
        model: str = "attention",
        *,
        protocol: str = "clean",
        seed: int = 2018,
        calibrate: str = "none",
        **parameters: object,
    ) -> None:
        """Creates a model by its id, such as ``attention`` or ``mi-net-bag[pooling=mean]``, with its parameters.

        Args:
            model: the id.
            protocol: the protocol for parameters and standardisation: ``clean``, ``as-published`` or ``tuned``.
            seed: the master seed of all randomness.
            calibrate: how scores of two classes become probabilities: ``none``, ``sigmoid`` or ``isotonic``. Predicted labels
                follow from the scores in any case.
            parameters: parameters of the model; ``learning_rate`` means ``learningRate``.
        """
        self.model = model
        self.protocol = protocol
        self.seed = seed
        self.calibrate = calibrate
        self._parameters = parameters

    def get_params(self, deep: bool = True) -> dict[str, object]:
        """Returns the parameters of the estimator and of its model."""
        return {**{name: getattr(self, name) for name in _OWN}, **self._parameters}

    def set_params(self, **params: object) -> MILClassifier:
        """Sets parameters; a name that the estimator does not have is the model's."""
        for name, value in params.items():
            if name in _OWN:
                setattr(self, name, value)
            else:
                self._parameters = {**self._parameters, name: value}
        return self

    @property
    def identifier(self) -> str:
        """The id of the model with its parameters."""
        written = ",".join(f"{_camel(name)}={_text(value)}" for name, value in sorted(self._parameters.items()))
        if not written:
            return self.model
        if self.model.endswith("]"):
            return f"{self.model[:-1]},{written}]"
        return f"{self.model}[{written}]"

    def __sklearn_tags__(self) -> Any:
        """Returns the tags for scikit-learn: bags are not a two-dimensional array."""
        tags: Any = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.three_d_array = True
        tags.non_deterministic = False
        return tags

    def fit(self, X: object, y: Any, groups: object = None) -> MILClassifier:
        """Trains the model on bags with labels.

        Args:
            X: the bags.
            y: one label per bag.
            groups: accepted for callers that pass them on; a fit on all bags does not use them.

        Raises:
            ValueError: for labels that do not match the bags, or have only one class.
            MILBenchError: with the command's message, for an unknown model or parameter and for errors in training.
        """
        bags = _checked(X)
        labels = np.asarray(y)
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.shape != (len(bags),):
            raise ValueError(f"y has the shape {labels.shape}, expected a label for each of the {len(bags)} bags")
        if labels.dtype.kind in "fc" and not (np.isfinite(labels).all() and (labels == np.round(labels)).all()):
            raise ValueError("Unknown label type: y has numbers that are no whole ones, expected classes")
        try:
            self.classes_, numbers = np.unique(labels, return_inverse=True)
        except TypeError as error:
            kinds = ", ".join(sorted({type(label).__name__ for label in labels}))
            raise ValueError(f"Unknown label type: y mixes labels of the types {kinds}, expected one type") from error
        if len(self.classes_) < 2:
            raise ValueError(f"y has the one class {self.classes_.tolist()[0]!r}, expected two or more")
        names = [str(label) for label in self.classes_]
        training = replace(bags, labels=numbers.astype(np.int64), label_names=names, times=None, events=None, name="bags")
        self.n_features_in_ = bags.feature_count
        with tempfile.TemporaryDirectory(prefix="milbench-") as folder:
            file, kept = Path(folder) / "bags.safetensors", Path(folder) / "model.safetensors"
            training.save(file)
            self.description_: dict[str, Any] = run_tool_json(
                ["train", "--model", self.identifier, "--data", str(file), "--out", str(kept)]
                + ["--protocol", self.protocol, "--seed", str(self.seed), "--calibrate", self.calibrate]
            )
            self.model_file_ = kept.read_bytes()
        self._training = bags
        self.__dict__.pop("_weights", None)
        return self

    def _asked(self, command: str, X: object, *more: str) -> tuple[Bags, Any]:
        if not hasattr(self, "model_file_"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet; call 'fit' first")
        bags = _checked(X)
        if bags.feature_count != self.n_features_in_:
            raise ValueError(
                f"X has {bags.feature_count} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input"
            )
        with tempfile.TemporaryDirectory(prefix="milbench-") as folder:
            file, kept = Path(folder) / "bags.safetensors", Path(folder) / "model.safetensors"
            kept.write_bytes(self.model_file_)
            numbered = [str(number + 1) for number in range(len(bags))]
            replace(bags, labels=None, times=None, events=None, names=numbered, groups=None).save(file)
            return bags, run_tool_json([command, kept, "--data", file, "--no-labels", *more])

    def _scores(self, X: object) -> tuple[Array, Array | None, float]:
        """Returns scores (for two classes one per bag, else a row), probabilities of the same shape, and the threshold.

        There are no probabilities if scores are none and the model is not calibrated.
        """
        _, answer = self._asked("predict", X)
        classes = list(map(str, answer["classes"]))
        bags = answer["bags"]
        if len(classes) > 2:
            scores = np.array([[bag["scores"][name] for name in classes] for bag in bags])
        else:
            scores = np.array([bag["score"] for bag in bags])
        if answer.get("calibration"):
            probabilities: Array | None = np.array([bag["probability"] for bag in bags])
        else:
            probabilities = scores if answer["scores_are_probabilities"] else None
        return scores, probabilities, float(answer.get("threshold") or 0.0)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: object) -> Array:
        """Returns the probability of each class, bags x classes, in the order of ``classes_``.

        A model whose scores are not probabilities has no such method unless it is calibrated; ``decision_function`` returns
        its scores.
        """
        _, probabilities, _ = self._scores(X)
        if probabilities is None:
            raise MILBenchError(f"the scores of {self.identifier} are no probabilities, expected decision_function instead")
        return probabilities if probabilities.ndim == 2 else np.stack([1 - probabilities, probabilities], axis=1)

    def decision_function(self, X: object) -> Array:
        """Returns the score of each bag; for two classes, a score above 0 predicts the second."""
        scores, _, threshold = self._scores(X)
        return scores if scores.ndim == 2 else scores - threshold

    def predict(self, X: object) -> Array:
        """Returns the predicted label of each bag."""
        scores, _, threshold = self._scores(X)
        numbers = scores.argmax(axis=1) if scores.ndim == 2 else (scores >= threshold).astype(int)
        return np.asarray(self.classes_[numbers])

    def instance_weights(self, X: object) -> list[Array]:
        """Returns the model's instance weights, or instance scores if it has none, with one array per bag."""
        _, answer = self._asked("explain", X, "--bag", "all")
        return [np.array([one["value"] for one in bag["instances"]]) for bag in answer["bags"]]

    @property
    def instance_weights_(self) -> list[Array]:
        """The relevance of the training bags' instances, with one array per bag; computed on first use."""
        if not hasattr(self, "_weights"):
            if not hasattr(self, "model_file_"):
                raise AttributeError("instance_weights_ is there after 'fit'")
            self._weights = self.instance_weights(self._training)
        return self._weights

    def save(self, path: str | Path) -> None:
        """Writes the model file, which ``milbench predict`` and ``milbench explain`` read."""
        if not hasattr(self, "model_file_"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet; call 'fit' first")
        Path(path).write_bytes(self.model_file_)


def _checked(X: object) -> Bags:
    """Checks that bags have no missing or infinite features.

    Raises:
        ValueError: if a feature is missing or infinite.
    """
    try:
        bags = as_bags(X)
    except (MILBenchError, TypeError) as error:
        raise ValueError(str(error)) from error
    rows = np.flatnonzero(~np.isfinite(bags.instances).all(axis=1))
    if len(rows):
        bag = int(np.searchsorted(bags.offsets, rows[0], side="right")) - 1
        row = int(rows[0] - bags.offsets[bag])
        raise ValueError(
            f"Input X contains NaN or infinity, first in bag {bag}, instance {row}; expected finite single-precision numbers:"
            " fill or drop them"
        )
    return bags


def _camel(name: str) -> str:
    """Converts ``learning_rate`` to the command's spelling, ``learningRate``."""
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name)


def _text(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str) else json.dumps(value)
