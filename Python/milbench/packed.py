"""Reading and writing files of packed bags: safetensors files with the table of bags in their metadata."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import MILBenchError

_KEY = "milbench_bags"
_VERSION = 2
_LONGEST_HEADER = 1 << 30
_TYPES: dict[str, np.dtype[Any]] = {
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I8": np.dtype("i1"),
}
_NAMES = {dtype: name for name, dtype in _TYPES.items()}

Array = npt.NDArray[Any]


def read_packed(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Reads a file of packed bags: its table, and its arrays by name, mapped from the file.

    Raises:
        MILBenchError: for a file that is truncated, damaged or of another kind.
    """

    def damaged(found: str) -> MILBenchError:
        return MILBenchError(f"{path}: {found}, expected packed bags as 'milbench data export' writes them")

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(_LONGEST_HEADER, size - 8):
                raise damaged(f"a header of {length} bytes in a file of {size}")
            header = json.loads(file.read(length))
        table = json.loads(header["__metadata__"][_KEY])
    except OSError as error:
        raise MILBenchError(f"{path}: cannot be read ({error.strerror}), expected a file of packed bags") from error
    except (ValueError, KeyError, TypeError) as error:
        raise damaged("a header that cannot be read") from error
    if table.get("version") != _VERSION:
        raise damaged(f"version {table.get('version')} of the layout")
    arrays: dict[str, Array] = {}
    for name, layout in header.items():
        if name == "__metadata__":
            continue
        dtype, shape, (start, end) = _TYPES.get(layout["dtype"]), tuple(layout["shape"]), layout["data_offsets"]
        if dtype is None:
            raise damaged(f"the array {name} of {layout['dtype']}")
        if end - start != math.prod(shape) * dtype.itemsize or 8 + length + end > size:
            raise damaged(f"{size} bytes, fewer than the array {name} needs")
        if end == start:
            arrays[name] = np.zeros(shape, dtype)
        else:
            arrays[name] = np.memmap(path, dtype=dtype, mode="r", offset=8 + length + start, shape=shape)
    if "features" not in arrays:
        raise damaged("no array features")
    return table, arrays


def write_packed(path: Path, table: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Writes a file of packed bags, which every command of milbench opens; arrays with larger elements come first."""
    metadata = json.dumps({"version": _VERSION, **table}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    header: dict[str, Any] = {"__metadata__": {_KEY: metadata}}
    end = 0
    parts: list[Array] = []
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].dtype.itemsize):
        part = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        header[name] = {
            "dtype": _NAMES[part.dtype],
            "shape": list(part.shape),
            "data_offsets": [end, end + part.nbytes],
        }
        end += part.nbytes
        parts.append(part)
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for part in parts:
            file.write(part.data)
