"""Bags for PyTorch: a data set of single bags, and functions that collate several into a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .bags import Bags
from .errors import MissingLibraryError

try:
    import torch
    from torch.utils.data import Dataset
except ImportError as _error:
    raise MissingLibraryError("PyTorch", "milbench.torch_data", "torch") from _error

if TYPE_CHECKING:
    from torch import Tensor


class Example(NamedTuple):
    """Returns one bag."""

    instances: Tensor
    """Instances x features."""
    label: Tensor
    """Its label; -1 if it is unknown."""


class Joined(NamedTuple):
    """Several bags, with their instances concatenated."""

    instances: Tensor
    """All instances x features."""
    bag: Tensor
    """The number of each instance's bag within the batch."""
    labels: Tensor
    """One label per bag."""


class Padded(NamedTuple):
    """Several bags, each padded to the size of the largest."""

    instances: Tensor
    """Bags x largest bag x features; 0 after the instances of a bag."""
    mask: Tensor
    """Bags x largest bag: true for an instance, false for padding."""
    labels: Tensor
    """One label per bag."""


class TorchBags(Dataset[Example]):
    """Bags as a PyTorch data set, with one bag per item.

    ``DataLoader(TorchBags(bags), batch_size=8, collate_fn=join)`` returns batches with concatenated instances, and
    ``collate_fn=pad`` returns padded batches.
    """

    def __init__(self, bags: Bags, labels: Sequence[int] | np.ndarray[tuple[int], np.dtype[np.int64]] | None = None) -> None:
        """Wraps bags with their own labels or the given ones, as a model's ``fit`` receives them."""
        known = bags.labels if labels is None else np.asarray(labels)
        if known is not None and len(known) != len(bags):
            raise ValueError(f"{len(known)} labels for {len(bags)} bags")
        self.bags = bags
        self.instances = torch.from_numpy(np.array(bags.instances))
        self.labels = torch.full((len(bags),), -1) if known is None else torch.from_numpy(np.array(known))
        self._offsets = [int(offset) for offset in bags.offsets]

    def __len__(self) -> int:
        """Returns the number of bags."""
        return len(self.bags)

    def __getitem__(self, index: int) -> Example:
        """Returns one bag."""
        number = range(len(self))[index]
        return Example(self.instances[self._offsets[number] : self._offsets[number + 1]], self.labels[number])


def join(examples: Sequence[Example]) -> Joined:
    """Concatenates the instances of bags, for poolings by ``index_add`` or ``scatter_reduce``."""
    sizes = torch.tensor([len(example.instances) for example in examples])
    return Joined(
        torch.cat([example.instances for example in examples]),
        torch.repeat_interleave(torch.arange(len(examples)), sizes),
        torch.stack([example.label for example in examples]),
    )


def pad(examples: Sequence[Example]) -> Padded:
    """Pads bags to the size of the largest and adds a mask, for attention over the instances of a bag."""
    sizes = torch.tensor([len(example.instances) for example in examples])
    instances = torch.nn.utils.rnn.pad_sequence([example.instances for example in examples], batch_first=True)
    mask = torch.arange(instances.shape[1])[None, :] < sizes[:, None]
    return Padded(instances, mask, torch.stack([example.label for example in examples]))
