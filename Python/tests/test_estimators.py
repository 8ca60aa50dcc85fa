import pickle
from pathlib import Path

import numpy as np
import pytest

import milbench
from milbench.bags import Bags

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.utils import estimator_checks

from milbench import MILClassifier


@pytest.fixture(scope="module")
def fitted(musk1: Bags) -> MILClassifier:
    return MILClassifier("attention", epochs=5).fit(musk1, musk1.labels)


def test_it_is_the_model_that_the_command_trains(fitted: MILClassifier, musk1: Bags, workplace: Path) -> None:
    musk1.save("bags.safetensors")
    milbench.run_tool(["train", "--model", "attention[epochs=5]", "--data", "bags.safetensors", "--out", "kept.safetensors"])
    answer = milbench.tool.run_tool_json(["predict", "kept.safetensors", "--data", "musk1"])
    assert np.array_equal(fitted.predict_proba(musk1)[:, 1], [bag["score"] for bag in answer["bags"]])
    labels = fitted.predict(musk1)
    assert labels.dtype == musk1.labels.dtype and (labels == musk1.labels).sum() == answer["right"]
    assert fitted.score(musk1, musk1.labels) == pytest.approx(answer["accuracy"])


def test_instance_weights(fitted: MILClassifier, musk1: Bags) -> None:
    weights = fitted.instance_weights_
    assert [len(one) for one in weights] == list(musk1.sizes) and np.allclose([one.sum() for one in weights], 1, atol=1e-4)
    assert len(fitted.instance_weights(musk1[:3])) == 3


def test_instance_weights_are_those_of_the_last_fit(musk1: Bags) -> None:
    model = MILClassifier("attention", epochs=1).fit(musk1, musk1.labels)
    assert len(model.instance_weights_) == len(musk1)
    part = musk1.select(np.arange(40, 55))
    assert [len(one) for one in model.fit(part, part.labels).instance_weights_] == list(part.sizes)


def test_parameters_are_those_of_the_model() -> None:
    model = MILClassifier("mi-net-bag[pooling=mean]", learning_rate=0.01, epochs=np.int64(3))
    assert model.identifier == "mi-net-bag[pooling=mean,epochs=3,learningRate=0.01]"
    assert clone(model).get_params() == model.get_params() == {
        "model": "mi-net-bag[pooling=mean]", "protocol": "clean", "seed": 2018, "calibrate": "none", "learning_rate": 0.01,
        "epochs": 3,
    }  # fmt: skip
    model.set_params(epochs=4, seed=1)
    assert model.seed == 1 and "epochs=4" in model.identifier
    assert "epochs=4" in repr(model)
    with pytest.raises(milbench.MILBenchError, match="epoch"):
        MILClassifier("attention", epoch=3).fit([np.ones((1, 2)), np.zeros((1, 2))], [0, 1])


def test_cross_validation_with_groups(table: Path) -> None:
    bags = milbench.load(table, bag_column="slide", group_column="patient", label_column="label", positive="high")
    names = np.array(bags.label_names)[bags.labels]
    scores = cross_val_score(MILClassifier("mi-kernel"), bags, names, groups=bags.groups, cv=GroupKFold(3))
    assert len(scores) == 3 and scores.mean() > 0.5
    folds = milbench.folds(bags, folds=3, repeats=1)
    assert len(cross_val_score(MILClassifier("constant"), bags, names, cv=folds)) == 3


def test_scores_that_are_no_probabilities(musk1: Bags) -> None:
    model = MILClassifier("mi-kernel")
    assert not hasattr(model, "predict_proba") and hasattr(MILClassifier("attention"), "predict_proba")
    model.fit(musk1, musk1.labels)
    assert not hasattr(model, "predict_proba")
    decisions = model.decision_function(musk1)
    assert np.array_equal(decisions >= 0, model.predict(musk1) == 1)
    # A scorer that accepts either of the two methods takes the one that there is.
    assert cross_val_score(model, musk1, musk1.labels, cv=2, scoring="roc_auc").mean() > 0.5


def test_calibrated_scores_are_probabilities(musk1: Bags) -> None:
    model = MILClassifier("mi-kernel", calibrate="sigmoid")
    assert hasattr(model, "predict_proba")
    model.fit(musk1, musk1.labels)
    chances = model.predict_proba(musk1)
    assert chances.shape == (92, 2) and np.allclose(chances.sum(axis=1), 1)
    order = np.argsort(model.decision_function(musk1))
    assert (np.diff(chances[order, 1]) >= 0).all() and chances.min() > 0 and chances.max() < 1
    model.set_params(calibrate="none").fit(musk1, musk1.labels)
    assert not hasattr(model, "predict_proba")


def test_it_can_be_pickled_and_kept(fitted: MILClassifier, musk1: Bags, workplace: Path) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict_proba(musk1[:4]), fitted.predict_proba(musk1[:4]))
    fitted.save("model.safetensors")
    assert milbench.tool.run_tool_json(["predict", "model.safetensors", "--data", "musk1"])["model"] == "attention[epochs=5]"


def test_mistakes(fitted: MILClassifier, musk1: Bags) -> None:
    with pytest.raises(NotFittedError, match="call 'fit'"):
        MILClassifier().predict(musk1)
    with pytest.raises(ValueError, match="is expecting 166"):
        fitted.predict([np.ones((2, 3))])
    with pytest.raises(ValueError, match="expected a label for each of the 92"):
        MILClassifier("constant").fit(musk1, [1, 2])
    with pytest.raises(ValueError, match="one class"):
        MILClassifier("constant").fit(musk1, np.zeros(92))
    with pytest.raises(ValueError, match="NaN"):
        MILClassifier("constant").fit([np.full((1, 2), np.nan)], [1])


@pytest.mark.parametrize(
    "check",
    [
        "check_estimator_cloneable",
        "check_no_attributes_set_in_init",
        "check_get_params_invariance",
        "check_set_params",
        "check_estimators_unfitted",
        "check_dict_unchanged",
        "check_estimators_overwrite_params",
        "check_fit_score_takes_y",
        "check_estimators_fit_returns_self",
        "check_classifiers_one_label",
        "check_complex_data",
        "check_methods_subset_invariance",
        "check_methods_sample_order_invariance",
        "check_n_features_in",
    ],
)
def test_checks_of_scikit_learn(check: str) -> None:
    getattr(estimator_checks, check)("MILClassifier", MILClassifier("constant"))
