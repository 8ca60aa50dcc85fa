"""Makes the fixtures of MATLAB layouts, NumPy files and folds: python make_layouts.py, with NumPy and SciPy.

All bags are those of musk-excerpt.csv, which make_fixtures.py cuts from the musk set.
"""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse

from make_fixtures import MAT5, write_json

HERE = Path(__file__).parent
OUT = HERE / "layouts"
HEADER = b"MATLAB 5.0 MAT-file, written by SciPy".ljust(116)

table = np.loadtxt(HERE / "musk-excerpt.csv", delimiter=",")
LABEL, ID, X = table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2:]
NUMBER = np.unique(ID, return_inverse=True)[1]
BAG_LABEL = np.array([LABEL[NUMBER == bag][0] for bag in range(NUMBER.max() + 1)])


def save(name, variables, compress=False):
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy.io.savemat(path, variables, do_compression=compress)
    # SciPy states the time in the header.
    path.write_bytes(HEADER + path.read_bytes()[116:])


def cells(bags=range(4), labels=BAG_LABEL, affinity=True):
    data = np.empty((len(bags), 3 if affinity else 2), dtype=object)
    for row, bag in enumerate(bags):
        data[row, 0] = X[NUMBER == bag]
        data[row, 1] = float(labels[bag])
        if affinity:
            data[row, 2] = np.ones((data[row, 0].shape[0],) * 2)
    return data


def lamda():
    save("lamda.mat", {"data": cells()})
    save("lamda-packed.mat", {"things": cells(labels=BAG_LABEL * 2 - 1, affinity=False)}, compress=True)
    sparse = np.empty((4, 1), dtype=object)
    for bag in range(4):
        sparse[bag, 0] = scipy.sparse.csc_matrix(X[NUMBER == bag])
    save("cells-and-labels.mat", {"bags": sparse, "y": (BAG_LABEL + 1)[:, None].astype("u1")})
    mat = MAT5(">")
    parts = [mat.numbers(X[NUMBER == bag], "i2") for bag in range(4)]
    parts += [mat.numbers(np.array([[label]]), "u1") for label in BAG_LABEL]
    content = mat.matrix(1, (4, 2), "data", b"".join(parts))
    (OUT / "lamda-big.mat").write_bytes(mat.file([content], False))


def flat():
    folds = np.array([[1, 2], [2, 1], [2, 1], [1, 2]])
    scaled = X * np.linspace(-2, 3, X.shape[1])[None] + np.arange(X.shape[1])[None]
    save("milpy.mat", {"Data": X, "DataZ": scaled, "bags": NUMBER[:, None].astype(float), "folds": folds,
                       "labels": BAG_LABEL[:, None].astype(float)})
    save("milpy-narrow.mat", {"X": X.astype("i2"), "bag_ids": NUMBER[None].astype("u1") + 1,
                              "labels": scipy.sparse.csc_matrix((LABEL * 2.0 - 1)[None])}, compress=True)
    save("milpy-sparse.mat", {"points": scipy.sparse.csc_matrix(X), "owner": (NUMBER * 3 + 7)[:, None].astype("i4"),
                              "truth": (BAG_LABEL + 1)[:, None].astype("i1"), "folds": folds})
    save("milpy-structure.mat", {"set": {"features": X.astype("f4"), "bag": NUMBER[:, None], "label": LABEL[:, None]}})
    order = np.random.default_rng(1).permutation(len(X))
    save("milpy-scrambled.mat", {"Data": X[order], "bags": NUMBER[order][:, None], "labels": BAG_LABEL[:, None]})
    digest = hashlib.sha256()
    stable = order[np.argsort(NUMBER[order], kind="stable")]
    sizes = np.bincount(NUMBER)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    digest.update(np.array([4, *X.shape, *offsets, *BAG_LABEL], "<u8").tobytes())
    digest.update(X[stable].astype("<f4").tobytes())
    (OUT / "milpy-scrambled.txt").write_text(digest.hexdigest() + "\n")
    save("three/X.mat", {"X": X}, compress=True)
    save("three/Bag2.mat", {"Bag2": NUMBER[:, None] + 1.0})
    save("three/BagI.mat", {"bagI": BAG_LABEL[:, None].astype("u1")})
    save("three-prefixed/small_x.mat", {"values": X})
    save("three-prefixed/small_bag2.mat", {"values": NUMBER[:, None]})
    save("three-prefixed/small_bagi.mat", {"values": BAG_LABEL[:, None]})


def prtools():
    def structure(names, nlab, milbag, rule="presence", **more):
        return {"data": X, "lablist": names, "nlab": nlab[:, None], "ident": {"milbag": milbag},
                "user": {"mil": {"combinerule": rule}}, "name": "an excerpt", **more}

    save("prtools-structure.mat", {"x": structure(np.array(["negative", "positive"]), LABEL + 1, NUMBER[:, None])})
    lists = np.empty((2, 4), dtype=object)
    lists[:] = [[np.zeros((0, 0))] * 4] * 2
    lists[0, 0] = np.array(["musk", "non-musk"])
    save("prtools-named.mat", {"x": structure(lists, 2 - LABEL, np.array([f"molecule {n}" for n in NUMBER]))})
    save("prtools-numbered.mat", {"x": structure(np.array([[-1.0], [1.0]]), LABEL + 1, NUMBER[:, None] + 1)})
    save("prtools-unknown.mat", {"x": structure(np.array(["apple", "pear"]), LABEL + 1, NUMBER[:, None])})
    # One musk conformation of each positive bag is the reason for the bag's label.
    first = np.concatenate([[True], NUMBER[1:] != NUMBER[:-1]])
    save("prtools-instances.mat",
         {"x": structure(np.array(["negative", "positive"]), (LABEL & first) + 1, NUMBER[:, None])})
    save("prtools-contrary.mat",
         {"x": structure(np.array(["negative", "positive"]), (LABEL & first) + 1, NUMBER[:, None], rule="first")})


def folds():
    # 10 bags, 3 repetitions of 4 folds: sizes 3, 3, 2, 2, padded with 0.
    rng = np.random.default_rng(2)
    rows, assignment = [], []
    for _ in range(3):
        fold = [0] * 10
        for number, part in enumerate(np.array_split(rng.permutation(10), 4), 1):
            rows.append([*(part + 1), *[0] * (3 - len(part))])
            for bag in part:
                fold[bag] = number
        assignment.append(fold)
    save("testIndex.mat", {"testIndex": np.array(rows, dtype="u1")})
    save("milpy-folds.mat", {"folds": np.array(assignment).T})
    stratified = [[1, 2, 3, 4, 1, 2, 3, 4, 1, 2]]
    write_json("layouts/schemes.json", {
        "set": "made", "meaning": "the fold, from 1, in which a bag is tested",
        "schemes": [{"name": "made-3x4", "source": "a script", "repetitions": 3, "folds": 4, "assignment": assignment},
                    {"name": "even-1x4", "assignment": stratified}]})


def numpy_types():
    arrays, golden = {}, {}
    values = np.array([[0, 1, 2], [3, 100, 127]])
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        for order in "<>":
            array = values.astype(order + kind)
            if kind[0] in "iu":
                info = np.iinfo(kind)
                array[0, 0], array[1, 2] = info.min, info.max
            elif kind[0] == "f":
                array[0] = [-1.5, np.finfo(kind).tiny, np.finfo(kind).max]
                array[1, 0] = np.nextafter(np.array(0, kind), np.array(1, kind))
            for layout in "CF":
                name = f"{kind}-{'little' if order == '<' else 'big'}-{layout}"
                arrays[name] = np.asarray(array, order=layout)
                with np.errstate(over="ignore"):
                    single = array.astype("f8").astype("f4")
                golden[name] = [f"{bits:08x}" for bits in single.view("u4").ravel()]
    for layout in "CF":
        arrays["solid-" + layout] = np.asarray(np.arange(24, dtype="f4").reshape(2, 3, 4), order=layout)
    arrays["unicode"] = np.array(["one", "Größe", ""])
    arrays["unicode-big"] = np.array(["one", "Größe", ""]).astype(">U6")
    arrays["bytes"] = np.array([b"one", b"three"])
    arrays["none"] = np.zeros((0, 3))
    arrays["single"] = np.array(3.5)
    write_npz("types.npz", arrays, zipfile.ZIP_DEFLATED)
    write_json("layouts/types.json", golden)
    for version in [(1, 0), (2, 0), (3, 0)]:
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.column_stack([LABEL, NUMBER, X]).astype("f4"), version)
        (OUT / f"table-{version[0]}.npy").write_bytes(buffer.getvalue())
    np.save(OUT / "pickled.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)


def write_npz(name, arrays, method, wide=False):
    """What numpy.savez writes, without the time of day."""
    with zipfile.ZipFile(OUT / name, "w") as archive:
        for key, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array)
            info = zipfile.ZipInfo(key + ".npy")
            info.compress_type = method
            with archive.open(info, "w", force_zip64=wide) as member:
                member.write(buffer.getvalue())


def numpy_bags():
    write_npz("bags.npz", {"features": X, "bag": NUMBER, "labels": BAG_LABEL}, zipfile.ZIP_STORED)
    write_npz("bags-deflated.npz", {
        "X": np.asfortranarray(X.astype(">f4")), "bag_ids": np.array([f"m{n}" for n in NUMBER]),
        "y": (LABEL * 2 - 1).astype("i1"), "instance_labels": LABEL.astype("?"),
        "groups": np.array(["left", "left", "right", "right"])}, zipfile.ZIP_DEFLATED, wide=True)
    rng = np.random.default_rng(4)
    images = {f"{split}_images": rng.integers(0, 256, (count, 2, 3, 3), dtype="u1")
              for split, count in [("train", 5), ("val", 2), ("test", 3)]}
    labels = {f"{split}_labels": np.array(kinds, dtype="u1")[:, None]
              for split, kinds in [("train", [2, 0, 1, 2, 2]), ("val", [0, 1]), ("test", [1, 1, 0])]}
    write_npz("medmnist.npz", images | labels, zipfile.ZIP_DEFLATED)
    rows = np.concatenate([images[s + "_images"].reshape(-1, 18) for s in ["train", "val", "test"]])
    write_json("layouts/medmnist.json", rows.tolist())


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    lamda()
    flat()
    prtools()
    folds()
    numpy_types()
    numpy_bags()
