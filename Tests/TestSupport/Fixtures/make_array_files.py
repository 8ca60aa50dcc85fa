#!/usr/bin/env python3
"""Writes the files of array-files/ by the libraries that users have, and what they hold as expected.json.

    pip install numpy h5py torch safetensors
    python3 make_array_files.py

Every array is checked by reading it with its own library before its numbers go into expected.json: name, shape, type and, row
after row in C order, the values of all elements as float64.
"""
import json
import pathlib

import h5py
import numpy as np
import safetensors.torch
import torch

folder = pathlib.Path(__file__).parent / "array-files"
folder.mkdir(exist_ok=True)
random = np.random.default_rng(20260117)
expected = {}


def plain(value):
    if value.dtype.kind != "f":
        return int(value)
    return float(value) if value.dtype.itemsize == 2 else float(str(value))


def expect(file, name, array, type_name=None, **more):
    """Notes what an array of a file holds."""
    array = np.asarray(array)
    # As few digits as tell the numbers of the type apart.
    entry = {
        "name": name,
        "shape": list(array.shape),
        "type": type_name or ("uint8" if array.dtype == bool else array.dtype.newbyteorder("=").name),
        "values": [plain(value) for value in array.reshape(-1)],
    }
    expected.setdefault(file, []).append({**entry, **more})


def numbers(rows, columns, kind):
    """Numbers that single precision and the kind itself hold exactly enough: halves have no digits more than they keep."""
    if np.issubdtype(kind, np.floating):
        return random.normal(size=(rows, columns)).astype(kind)
    information = np.iinfo(kind)
    return random.integers(max(information.min, -(2**23)), min(information.max, 2**23), (rows, columns)).astype(kind)


def numpy_files():
    for name in ["float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]:
        array = numbers(5, 3, np.dtype(name))
        np.save(folder / f"{name}.npy", array)
        expect(f"{name}.npy", "array", array, mapped=True)
    cases = {
        "big-endian": numbers(4, 3, np.float32).astype(">f4"),
        "big-endian-half": numbers(4, 3, np.float16).astype(">f2"),
        "fortran": np.asfortranarray(numbers(6, 4, np.float32)),
        "batch-of-one": numbers(5, 3, np.float32)[None],
        "list": numbers(1, 7, np.float32)[0],
        "one": np.float32(2.5),
        "empty": np.zeros((0, 4), np.float32),
        "cube": random.normal(size=(3, 2, 4)).astype(np.float32),
        "fortran-cube": np.asfortranarray(random.normal(size=(3, 2, 4)).astype(np.float32)),
        "truth": np.array([[True, False], [False, True]]),
    }
    specials = np.array([[0, -0.0, 6e-8, 65504], [6.1e-5, -6e-5, 1, -2]], np.float16)
    cases["half-specials"] = specials
    for name, array in cases.items():
        np.save(folder / f"{name}.npy", array)
        expect(f"{name}.npy", "array", array, mapped=True)
    arrays = {"features": numbers(6, 4, np.float32), "coords": numbers(6, 2, np.int64)}
    np.savez(folder / "stored.npz", **arrays, names=np.array(["a", "b"]))
    np.savez_compressed(folder / "deflated.npz", **arrays, turned=np.asfortranarray(numbers(3, 5, np.float16)))
    turned = np.load(folder / "deflated.npz")["turned"]
    for name, array in arrays.items():
        expect("stored.npz", name, array, mapped=True)
        expect("deflated.npz", name, array, mapped=False)
    expect("deflated.npz", "turned", turned, mapped=False)


def hdf5_files():
    features, coords = numbers(40, 6, np.float32), numbers(40, 2, np.int32)
    half = numbers(40, 6, np.float16)
    for version in ["earliest", "v110"]:
        file = f"{version}.h5"
        with h5py.File(folder / file, "w", libver=(version, "v110")) as out:
            made = {
                "contiguous": dict(data=features),
                "rows": dict(data=features, chunks=(1, 6), maxshape=(None, 6)),
                "chunks": dict(data=features, chunks=(32, 6), maxshape=(None, 6)),
                "blocks": dict(data=features, chunks=(20, 4)),
                "gzip": dict(data=features, chunks=(32, 6), compression="gzip"),
                "shuffle": dict(data=features, chunks=(32, 6), compression="gzip", shuffle=True, fletcher32=True),
                "half": dict(data=half),
                "half-chunks": dict(data=half, chunks=(32, 6)),
                "big-endian": dict(data=features.astype(">f4"), chunks=(32, 6)),
                "deep/in/groups": dict(data=coords),
                "batch-of-one": dict(data=features[None, :5], chunks=(1, 2, 6)),
                "empty": dict(shape=(0, 6), dtype="f4", chunks=(32, 6), maxshape=(None, 6)),
            }
            for name, settings in made.items():
                dataset = out.create_dataset(name, **settings)
                mapped = dataset.chunks is None
                expect(file, name, dataset[...], mapped=mapped)
            lzf = out.create_dataset("lzf", data=features, chunks=(32, 6), compression="lzf")
            out.create_dataset("texts", data=[b"a", b"b"])
            out["soft"] = h5py.SoftLink("/contiguous")
            out["external"] = h5py.ExternalLink("other.h5", "/features")
            layout = h5py.VirtualLayout((40, 6), "f4")
            layout[:] = h5py.VirtualSource(out["contiguous"])
            out.create_virtual_dataset("virtual", layout)
            out.create_dataset("elsewhere", (40, 6), "f4", external=[("elsewhere.raw", 0, 40 * 6 * 4)])
            out.create_dataset("unwritten", (40, 6), "f4")
            out["loop"] = h5py.SoftLink("/")
            out.attrs["unit"] = "um"
            out.attrs["tile_size_um"] = 256.0
            out.attrs["fixed"] = np.bytes_(b"text of fixed length")
            for number in range(9):
                out["deep/in/groups"].attrs[f"attribute{number}"] = number
            out["deep/in/groups"].attrs["level_dim"] = np.array([100, 200])
            out["deep/in/groups"].attrs["flag"] = True
    # The newest layout: what is packed there needs a libhdf5 as new.
    with h5py.File(folder / "latest.h5", "w", libver="latest") as out:
        for name, settings in [("contiguous", {}), ("rows", dict(chunks=(1, 6))), ("chunks", dict(chunks=(32, 6)))]:
            out.create_dataset(name, data=features, **settings)
            expect("latest.h5", name, features, mapped=name == "contiguous")
    # As Python's h5py of MATLAB's files: a block of 512 bytes before, columns first, and the class of each array.
    with h5py.File(folder / "matlab.mat", "w", userblock_size=512) as out:
        bag = numbers(8, 3, np.float64)
        out.create_dataset("bag", data=bag.T).attrs["MATLAB_class"] = np.bytes_(b"double")
        packed = out.create_dataset("packed", data=bag.T, chunks=(3, 4), compression="gzip")
        packed.attrs["MATLAB_class"] = np.bytes_(b"double")
        out.create_group("#refs#").create_dataset("a", data=bag)
    with open(folder / "matlab.mat", "r+b") as out:
        out.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, written by a test".ljust(124) + b"\x00\x02IM")
    expect("matlab.mat", "bag", bag, mapped=True)
    expect("matlab.mat", "packed", bag, mapped=False)


def torch_files():
    tensor = torch.from_numpy(numbers(7, 5, np.float32))
    cube = torch.from_numpy(random.normal(size=(4, 3, 2)).astype(np.float32))

    def save(name, value, *arrays, **settings):
        torch.save(value, folder / f"{name}.pt", **settings)
        for key, array in arrays:
            is_brain = isinstance(array, torch.Tensor) and array.dtype == torch.bfloat16
            plain = array.detach().float() if is_brain else array.detach() if isinstance(array, torch.Tensor) else array
            expect(f"{name}.pt", key, np.asarray(plain), "bfloat16" if is_brain else None)

    save("tensor", tensor, ("array", tensor))
    save("half", tensor.half(), ("array", tensor.half()))
    save("bfloat16", tensor.bfloat16(), ("array", tensor.bfloat16()))
    save("double", tensor.double(), ("array", tensor.double()))
    save("long", (tensor * 100).long(), ("array", (tensor * 100).long()))
    save("bool", tensor > 0, ("array", tensor > 0))
    save("uint16", (tensor.abs() * 100).to(torch.uint16), ("array", (tensor.abs() * 100).to(torch.uint16)))
    save("batch-of-one", tensor[None], ("array", tensor[None]))
    save("empty", torch.zeros(0, 5), ("array", torch.zeros(0, 5)))
    nested = {"feats": tensor, "coords": tensor[:, :2].int(), "label": 1, "name": "slide", 3: {"deep": tensor[0]}}
    save("dict", nested, ("feats", tensor), ("coords", tensor[:, :2].int()), ("3.deep", tensor[0]))
    save("list", [tensor, (tensor[1:3], None)], ("0", tensor), ("1.0", tensor[1:3]))
    save("transposed", tensor.T, ("array", tensor.T))
    save("permuted", cube.permute(2, 0, 1), ("array", cube.permute(2, 0, 1)))
    save("slice", tensor[2:6, 1:4], ("array", tensor[2:6, 1:4]))
    save("step", tensor[::2], ("array", tensor[::2]))
    save("parameter", torch.nn.Parameter(tensor), ("array", tensor))
    layer = torch.nn.Linear(3, 2)
    save("state", layer.state_dict(), ("weight", layer.weight), ("bias", layer.bias))
    save("expanded", tensor[:1].clone().expand(4, 5))
    for protocol in [2, 3, 4, 5]:
        save(f"protocol{protocol}", {"a": tensor}, ("a", tensor), pickle_protocol=protocol)
        arrays = {"features": tensor.numpy(), "turned": np.asfortranarray(numbers(3, 4, np.float16)),
                  "large": numbers(2, 3, np.dtype(">i4")), "none": np.zeros((0, 4), np.float32)}
        save(f"numpy{protocol}", arrays, *arrays.items(), pickle_protocol=protocol)
    save("numpy", tensor.numpy(), ("array", tensor.numpy()))
    save("legacy", tensor, _use_new_zipfile_serialization=False)

    class Evil:
        def __reduce__(self):
            import os
            return os.system, ("touch /tmp/executed",)

    torch.save({"a": tensor, "b": Evil()}, folder / "evil.pt")
    torch.save({"a": {1, 2}}, folder / "set.pt", pickle_protocol=4)


def safetensors_files():
    tensors = {
        "features": torch.from_numpy(numbers(6, 4, np.float32)), "half": torch.from_numpy(numbers(3, 4, np.float16)),
        "long": torch.from_numpy(numbers(6, 2, np.int64)), "none": torch.zeros(0, 4),
    }
    brain = tensors["features"].bfloat16()
    safetensors.torch.save_file({**tensors, "brain": brain}, folder / "bag.safetensors", metadata={"encoder": "test"})
    for name, tensor in tensors.items():
        expect("bag.safetensors", name, tensor.numpy(), mapped=True)
    expect("bag.safetensors", "brain", brain.float().numpy(), "bfloat16", mapped=True)


def text_files():
    features = np.round(random.normal(size=(5, 4)), 4)
    single = features.astype(np.float32)
    header = ",".join(str(column) for column in range(4))
    np.savetxt(folder / "dsmil.csv", features, "%.4f", ",", header=header, comments="")
    np.savetxt(folder / "plain.csv", features, "%.4f", ",")
    np.savetxt(folder / "named.csv", features, "%.4f", ";", header="a;b;c;d", comments="")
    np.savetxt(folder / "blanks.txt", features, "%.4f", " ")
    for name in ["dsmil.csv", "plain.csv", "named.csv", "blanks.txt"]:
        expect(name, "array", single, mapped=False)


numpy_files()
hdf5_files()
torch_files()
safetensors_files()
text_files()
(folder / "elsewhere.raw").unlink(missing_ok=True)
(folder / "expected.json").write_text(json.dumps(expected))
