import hashlib
from pathlib import Path

import numpy as np
import pytest

import milbench
from milbench.bags import Bags, as_bags
from milbench.packed import read_packed, write_packed
from milbench.standardisation import Standardiser


def test_the_shipped_set_has_its_shape(musk1: Bags) -> None:
    assert (len(musk1), musk1.instances.shape, musk1.labels.sum()) == (92, (476, 166), 47)
    assert musk1.offsets[0] == 0 and musk1.offsets[-1] == 476 and musk1.label_names == ["0", "1"]
    assert musk1.seed_name == "musk1" and musk1.task and musk1.decisions
    assert repr(musk1) == "Bags('musk1': 92 bags, 476 instances, 166 features)"


def test_the_fingerprint_is_that_of_what_was_loaded(musk1: Bags) -> None:
    numbers = np.concatenate([[92, 476, 166], musk1.offsets, musk1.labels]).astype("<i8")
    digest = hashlib.sha256(numbers.tobytes() + musk1.instances.astype("<f4").tobytes()).hexdigest()
    assert digest == musk1.fingerprint


def test_columns_are_named_by_options(table: Path) -> None:
    bags = milbench.load(table, bag_column="slide", group_column="patient", label_column="label", positive="high")
    assert len(bags) == 24 and bags.feature_names == ["a", "b", "c"]
    assert bags.label_names == ["low", "high"] and bags.groups[:3] == ["p0", "p0", "p1"]
    assert list(bags.labels[:4]) == [0, 1, 0, 1] and bags.names[:2] == ["s0", "s1"]


def test_what_the_command_refuses_is_an_error_in_its_words() -> None:
    with pytest.raises(milbench.MILBenchError, match="musk1"):
        milbench.load("musk11")
    with pytest.raises(milbench.ToolError) as caught:
        milbench.load("musk1", no_such_option=1)
    assert caught.value.code == 64


def test_bags_are_sequences(musk1: Bags) -> None:
    bag = musk1[3]
    assert np.array_equal(bag.instances, musk1.instances[musk1.offsets[3] : musk1.offsets[4]]) and len(bag) == len(
        bag.instances
    )
    assert musk1[-1].name == musk1.names[-1] and [one.label for one in musk1][:3] == [1, 1, 1]
    with pytest.raises(IndexError):
        musk1[92]
    some = musk1.select([5, 0, 5])
    assert some.names == [musk1.names[5], musk1.names[0], musk1.names[5]] and len(some.instances) == some.offsets[-1]
    assert np.array_equal(some[1].instances, musk1[0].instances)
    assert len(musk1[10:20]) == 10 and len(musk1[musk1.labels == 1]) == 47


def test_padding_has_a_mask(musk1: Bags) -> None:
    padded, mask = musk1.padded()
    assert padded.shape == (92, musk1.sizes.max(), 166) and mask.sum() == 476
    assert np.array_equal(padded[7][mask[7]], musk1[7].instances) and not padded[~mask].any()


def test_saved_bags_come_back_with_all_that_is_known(table: Path, workplace: Path) -> None:
    bags = milbench.load(table, bag_column="slide", group_column="patient", label_column="label", positive="high")
    bags.save("kept.safetensors")
    again = milbench.load("kept.safetensors")
    assert again.fingerprint == bags.fingerprint and again.groups == bags.groups and again.names == bags.names
    assert again.label_names == bags.label_names and again.feature_names == bags.feature_names


def test_mapped_bags_stay_in_their_file(workplace: Path) -> None:
    bags = milbench.load("musk1", out="musk1.safetensors")
    assert isinstance(bags.instances, np.memmap) and (workplace / "musk1.safetensors").exists()


def test_damaged_files_are_told(workplace: Path) -> None:
    path = workplace / "bags.safetensors"
    write_packed(path, {"names": ["a"], "sizes": [2]}, {"features": np.ones((2, 3), np.float32)})
    assert read_packed(path)[1]["features"].shape == (2, 3)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(milbench.MILBenchError, match="fewer than the array features needs"):
        read_packed(path)
    path.write_bytes(b"no")
    with pytest.raises(milbench.MILBenchError, match="packed bags"):
        read_packed(path)
    with pytest.raises(milbench.MILBenchError, match="cannot be read"):
        read_packed(workplace / "none")


def test_sequences_of_arrays_are_bags() -> None:
    bags = as_bags([np.ones((2, 3)), np.zeros((1, 3))])
    assert list(bags.sizes) == [2, 1] and list(as_bags(np.ones((4, 3))).sizes) == [1, 1, 1, 1]
    assert list(as_bags(np.ones((4, 5, 3))).sizes) == [5, 5, 5, 5]
    for wrong in ([], [np.ones((2, 3)), np.ones((2, 4))], [np.ones(3)], 7):
        with pytest.raises(milbench.MILBenchError, match="expected"):
            as_bags(wrong)


def test_standardisation_is_that_of_training_instances() -> None:
    generator = np.random.default_rng(0)
    instances = generator.normal(3, 5, size=(50, 4)).astype(np.float32)
    instances[:, 2] = 0.1
    rows = np.arange(0, 50, 2)
    shown = Standardiser.fitted(instances, rows).apply(instances)
    assert np.allclose(shown[rows].mean(axis=0), 0, atol=1e-6) and not shown[:, 2].any()
    assert np.allclose(shown[rows][:, [0, 1, 3]].std(axis=0), 1, atol=1e-5)
    instances[1, 0] = instances[4, 0] = np.nan
    shown = Standardiser.fitted(instances, rows).apply(instances)
    assert np.allclose(shown[[1, 4], 0], 0, atol=1e-6) and np.isfinite(shown).all()
    images = np.concatenate([generator.normal(1, 2, (50, 2)), generator.normal(9, 3, (50, 2))], axis=1).astype(np.float32)
    shown = Standardiser.fitted(images, rows, channels=2).apply(images)[rows]
    assert np.allclose(
        [shown[:, :2].mean(), shown[:, 2:].mean(), shown[:, :2].std(), shown[:, 2:].std()], [0, 0, 1, 1], atol=1e-5
    )
