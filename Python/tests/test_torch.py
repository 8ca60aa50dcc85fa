import numpy as np
import pytest

import milbench
from milbench.bags import Bags

torch = pytest.importorskip("torch")


def test_bags_are_a_data_set(musk1: Bags) -> None:
    data = milbench.TorchBags(musk1)
    assert len(data) == 92 and np.array_equal(data[5].instances.numpy(), musk1[5].instances) and data[5].label == 1
    assert torch.equal(data[-1].instances, data[91].instances) and len(list(torch.utils.data.Subset(data, [1, 2]))) == 2
    with pytest.raises(IndexError):
        data[92]
    with pytest.raises(ValueError, match="2 labels for 92 bags"):
        milbench.TorchBags(musk1, [1, 0])
    assert milbench.TorchBags(musk1, np.zeros(92, int))[0].label == 0


def test_batches_are_joined_or_padded(musk1: Bags) -> None:
    data = milbench.TorchBags(musk1)
    joined = next(iter(torch.utils.data.DataLoader(data, batch_size=4, collate_fn=milbench.join)))
    assert joined.instances.shape == (musk1.sizes[:4].sum(), 166) and torch.bincount(joined.bag).tolist() == list(
        musk1.sizes[:4]
    )
    padded = next(iter(torch.utils.data.DataLoader(data, batch_size=4, collate_fn=milbench.pad)))
    assert padded.mask.sum(dim=1).tolist() == list(musk1.sizes[:4]) and padded.labels.tolist() == [1, 1, 1, 1]
    assert torch.equal(padded.instances[padded.mask], joined.instances)
