"""The standardisation of the protocol ``clean``: fitted to the training bags of a fold alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .bags import FloatArray

_ROWS = 1 << 14


@dataclass(frozen=True)
class Standardiser:
    """Centres and scales each feature (for images, each channel) by the mean and population deviation of training instances.

    A feature that is constant over the training instances becomes 0 everywhere. A missing feature first becomes its mean.
    """

    shift: npt.NDArray[np.float64]
    divisor: npt.NDArray[np.float64]
    fill: npt.NDArray[np.float64] | None

    @classmethod
    def fitted(cls, instances: FloatArray, rows: npt.NDArray[np.int64], channels: int | None = None) -> Standardiser:
        """Computes the statistics of some rows of ``instances``, in double precision and two passes."""
        blocks = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
        columns, count = instances.shape[1], max(len(rows), 1)
        total, present = np.zeros(columns), np.zeros(columns)
        for block in blocks:
            part = np.asarray(instances[block], dtype=np.float64)
            known = ~np.isnan(part)
            present += known.sum(axis=0)
            total += np.where(known, part, 0).sum(axis=0)
        is_incomplete = bool((present < len(rows)).any())
        fill = total / np.maximum(present, 1) if is_incomplete else None
        low, high = np.full(columns, np.inf), np.full(columns, -np.inf)
        mean = fill if fill is not None else total / count
        for block in blocks:
            part = _filled(np.asarray(instances[block], dtype=np.float64), fill)
            low, high = np.minimum(low, part.min(axis=0)), np.maximum(high, part.max(axis=0))
        # A constant column's mean is its value exactly, whatever the rounding of the sum.
        mean = np.where(low == high, low, mean)
        squares = np.zeros(columns)
        for block in blocks:
            part = _filled(np.asarray(instances[block], dtype=np.float64), fill)
            squares += ((part - mean) ** 2).sum(axis=0)
        variance = np.where(low < high, squares / count, 0.0)
        if channels is not None:
            own, spread = mean.reshape(channels, -1), variance.reshape(channels, -1)
            centre = own.mean(axis=1, keepdims=True)
            variance = np.repeat((spread + (own - centre) ** 2).mean(axis=1), own.shape[1])
            mean = np.repeat(centre[:, 0], own.shape[1])
        return cls(mean, np.sqrt(variance), fill)

    def apply(self, instances: FloatArray) -> npt.NDArray[np.float32]:
        """Returns the standardised rows in single precision, clipped to its range."""
        divisor = np.where(self.divisor == 0, np.inf, self.divisor)
        limit = float(np.finfo(np.float32).max)
        result = np.empty(instances.shape, dtype=np.float32)
        for start in range(0, len(instances), _ROWS):
            part = _filled(np.asarray(instances[start : start + _ROWS], dtype=np.float64), self.fill)
            result[start : start + _ROWS] = np.clip((part - self.shift) / divisor, -limit, limit)
        return result


def _filled(part: npt.NDArray[np.float64], fill: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64]:
    return part if fill is None else np.where(np.isnan(part), fill, part)
