"""Makes the fixtures of bags in MATLAB 7.3 and HDF5 files: python make_hdf5_bags.py, with NumPy, SciPy and h5py.

MATLAB 7.3 files are laid out as MATLAB saves them: a header of 512 bytes before HDF5's own, the attribute MATLAB_class,
sizes in reverse order, texts of 16-bit characters, cells of references into #refs#. The same arrays are saved in each
container, so that all of them are one data set: NAME.npz, NAME-5.mat (SciPy), NAME-7.mat and NAME.h5 (h5py).
"""

import gzip
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import scipy.sparse

OUT = Path(__file__).parent / "hdf5-bags"
OUT.mkdir(exist_ok=True)
HEADER = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, written by a test".ljust(124) + b"\x00\x02IM"
CLASSES = {"f8": "double", "f4": "single", "b1": "logical"}


class Variables:
    """A MATLAB 7.3 file, value by value."""

    def __init__(self, name, **settings):
        self.path = OUT / name
        self.file = h5py.File(self.path, "w", userblock_size=512, libver="earliest", track_order=False)
        self.settings = settings
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        with self.path.open("r+b") as out:
            out.write(HEADER)

    def mark(self, made, kind, **more):
        made.attrs["MATLAB_class"] = np.bytes_(kind)
        for name, value in more.items():
            made.attrs[name] = value

    def dataset(self, group, name, array):
        """An array whose sizes are in reverse order."""
        turned = np.ascontiguousarray(array.T)
        return group.create_dataset(name, data=turned, **(self.settings if turned.size > 8 else {}))

    def empty(self, group, name, kind, sizes=(0, 0)):
        made = group.create_dataset(name, data=np.array(sizes, "u8"))
        self.mark(made, kind, MATLAB_empty=np.uint8(1))

    def add(self, name, value, group=None):
        """A value under a name: an array, a text, a list (cell), a dictionary (struct) or a sparse matrix."""
        group = self.file if group is None else group
        if isinstance(value, str):
            units = np.frombuffer(value.encode("utf-16-le"), "u2").reshape(1, -1)
            if units.size == 0:
                self.empty(group, name, "char")
            else:
                self.mark(self.dataset(group, name, units), "char", MATLAB_int_decode=np.int32(2))
        elif isinstance(value, list) and not value:
            self.empty(group, name, "cell")
        elif isinstance(value, list):
            self.cell(group, name, np.array([None] * len(value)).reshape(-1, 1), value)
        elif isinstance(value, tuple):
            rows, columns = len(value), len(value[0])
            self.cell(group, name, np.empty((rows, columns), object), [row[c] for c in range(columns) for row in value])
        elif isinstance(value, dict):
            made = group.create_group(name)
            self.mark(made, "struct")
            for field, own in value.items():
                self.add(field, own, made)
        elif scipy.sparse.issparse(value):
            columns = value.tocsc()
            made = group.create_group(name)
            self.mark(made, "double", MATLAB_sparse=np.uint64(columns.shape[0]))
            made["jc"] = columns.indptr.astype("u8")
            if columns.nnz:
                made["ir"] = columns.indices.astype("u8")
                made["data"] = columns.data.astype("f8")
        else:
            array = np.asarray(value)
            array = array.reshape(-1, 1) if array.ndim < 2 else array
            kind = array.dtype.str[1:]
            if array.size == 0:
                self.empty(group, name, CLASSES.get(kind, "double"), array.shape)
            elif kind == "b1":
                made = self.dataset(group, name, array.astype("u1"))
                self.mark(made, "logical", MATLAB_int_decode=np.int32(1))
            else:
                self.mark(self.dataset(group, name, array), CLASSES.get(kind, array.dtype.name))

    def cell(self, group, name, shape, elements):
        """A cell array: references to its elements, column after column."""
        references = []
        for element in elements:
            own = "".join(chr(97 + self.count // 26**place % 26) for place in range(3))
            self.count += 1
            refs = self.file.require_group("#refs#")
            self.add(own, element, refs)
            references.append(refs[own].ref)
        made = group.create_dataset(name, shape.T.shape, dtype=h5py.ref_dtype)
        made[...] = np.array(references, h5py.ref_dtype).reshape(shape.T.shape)
        self.mark(made, "cell")


def matlab(name, variables, **settings):
    with Variables(name, **settings) as out:
        for key, value in variables.items():
            out.add(key, value)


def hdf5(name, arrays, group="/", **settings):
    with h5py.File(OUT / name, "w") as out:
        place = out.require_group(group)
        for key, value in arrays.items():
            array = np.asarray(value)
            if array.dtype.kind == "U":
                array = array.astype(object)
                place.create_dataset(key, data=array, dtype=h5py.string_dtype(), **settings)
            else:
                place.create_dataset(key, data=array, **(settings if array.ndim else {}))


def cells(texts):
    """Texts as SciPy saves a cell array of them."""
    result = np.empty((len(texts), 1), object)
    result[:, 0] = texts
    return result


def everywhere(name, texts=(), **arrays):
    """The same arrays in all containers."""
    np.savez(OUT / f"{name}.npz", **arrays)
    hdf5(f"{name}.h5", arrays)
    old = {key: cells(list(map(str, value))) if key in texts else value for key, value in arrays.items()}
    scipy.io.savemat(OUT / f"{name}-5.mat", old, do_compression=True, oned_as="column")
    matlab(f"{name}-7.mat", {key: list(map(str, value)) if key in texts else value for key, value in arrays.items()})


def main():
    random = np.random.default_rng(73)
    sizes = [3, 1, 4, 2, 5, 2]
    rows = sum(sizes)
    features = random.normal(size=(rows, 3)).astype("f4").astype("f8")
    bag = np.repeat(np.arange(1, 7), sizes)
    own = random.integers(0, 2, rows)
    y = np.array([own[bag == b].max() for b in range(1, 7)])
    assert 0 < y.sum() < 6
    places = random.integers(0, 100, (rows, 2)).astype("f8")
    group = np.repeat([1, 1, 2, 2, 3, 3], sizes)
    everywhere(
        "plain", X=features, bag=bag, y=y, instance_labels=own.astype(bool), coords=places, patient=group,
        other=np.arange(4.0))
    everywhere("single", X=features.astype("f4"), bag=bag.astype("u2"), y=y.astype(bool))
    words = ["slide b", "slide d", "slide e", "slide ä", "slide ω", "slide 漢"]
    names = np.array([words[b - 1] for b in bag])
    labels = np.array(["negative", "positive"])[y][bag - 1]
    everywhere("texts", texts=("bag", "y"), X=features, bag=names, y=labels)
    large = (2**62 + np.arange(6) * 2 + 1)[bag - 1]
    everywhere("int64", X=features, bag=large, y=y[bag - 1])
    cube = random.normal(size=(4, 3, 2))
    everywhere("cube", X=cube, y=np.array([1, 0, 0, 1]))
    everywhere("cube-sizes", X=cube, y=np.array([1, 0, 0, 1]), sizes=np.array([3, 2, 1, 3]))

    plain = {"X": features, "bag": bag, "y": y}
    # Only here: layouts of MATLAB, and how arrays are packed.
    matlab("packed-7.mat", plain, chunks=True, compression="gzip", shuffle=True)
    matlab("struct-7.mat", {"bags": plain})
    matlab("sparse-7.mat", {**plain, "X": scipy.sparse.csc_matrix(np.where(np.abs(features) > 0.7, features, 0))})
    scipy.io.savemat(
        OUT / "sparse-5.mat", {**plain, "X": scipy.sparse.csc_matrix(np.where(np.abs(features) > 0.7, features, 0))},
        oned_as="column")
    matrices = [features[bag == b] for b in range(1, 7)]
    matlab("cells-7.mat", {"bags": matrices, "labels": y, "none": [], "nothing": np.zeros((0, 3)), "note": ""})
    matlab("lamda-7.mat", {"data": tuple((m, np.float64(label)) for m, label in zip(matrices, y))})
    hdf5("packed.h5", {"X": features, "bag": names, "y": labels}, chunks=True, compression="gzip", shuffle=True)
    (OUT / "plain.h5.gz").write_bytes(gzip.compress((OUT / "plain.h5").read_bytes(), mtime=0))
    hdf5("group.h5", {"X": features, "bag": bag, "y": y}, group="set/first")
    with h5py.File(OUT / "fixed.h5", "w") as out:
        out["X"], out["y"] = features, labels.astype("S")
        out["bag"] = np.char.encode(names, "utf-8")
        spaced = h5py.h5t.C_S1.copy()
        spaced.set_size(12)
        spaced.set_strpad(h5py.h5t.STR_SPACEPAD)
        own = h5py.h5d.create(out.id, b"patient", spaced, h5py.h5s.create_simple((rows,)))
        own.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"p%d" % g for g in group], "S12"), mtype=None)
        # Left out by name: nothing else needs them.
        out["table"] = np.zeros(3, [("a", "f8"), ("b", "i4")])
        out["soft"] = h5py.SoftLink("/X")
        out["elsewhere"] = h5py.ExternalLink("other.h5", "/X")

    # What is refused, by name.
    with h5py.File(OUT / "one-bag.h5", "w") as out:
        out["features"], out["coords"] = features, places.astype("i4")
    with h5py.File(OUT / "groups.h5", "w") as out:
        for b, matrix in enumerate(matrices):
            out[f"slide{b}/features"] = matrix
    with h5py.File(OUT / "records.h5", "w") as out:
        out["X"] = np.zeros(rows, [("a", "f8"), ("b", "f8")])
        out["bag"], out["y"] = bag, y
    with h5py.File(OUT / "links.h5", "w") as out:
        out["own"], out["bag"], out["y"] = features, bag, y
        out["X"] = h5py.SoftLink("/own")
    with h5py.File(OUT / "lzf.h5", "w") as out:
        out.create_dataset("X", data=features, compression="lzf")
        out["bag"], out["y"] = bag, y
    with h5py.File(OUT / "octave.h5", "w") as out:
        for key, value in plain.items():
            made = out.create_group(key)
            made.attrs["OCTAVE_NEW_FORMAT"] = np.uint8(1)
            made["type"] = np.bytes_("matrix")
            made["value"] = np.asarray(value).T
    with h5py.File(OUT / "pandas.h5", "w") as out:
        for key in ["axis0", "axis1", "block0_items", "block0_values"]:
            out[f"bags/{key}"] = features
    with h5py.File(OUT / "headerless.h5", "w") as out:
        out["X"] = features.T
        out["X"].attrs["MATLAB_class"] = np.bytes_("double")
        out["bag"], out["y"] = bag, y
    for name, kind in [("string", "string"), ("categorical", "categorical"), ("other", "FileWrapper__")]:
        with Variables(f"{name}-7.mat") as out:
            out.add("X", features)
            out.add("y", y)
            made = out.file.create_dataset("bag", data=np.array([[0xDD000000, 2, 1, 1, 1, 1]], "u4"))
            out.mark(made, kind, MATLAB_object_decode=np.int32(3))
    with Variables("complex-7.mat") as out:
        out.add("bag", bag)
        out.add("y", y)
        pairs = np.zeros((3, rows), [("real", "f8"), ("imag", "f8")])
        out.mark(out.file.create_dataset("X", data=pairs), "double")
    with Variables("loop-7.mat") as out:
        out.add("X", features)
        made = out.file.create_dataset("bag", (1, 2), dtype=h5py.ref_dtype)
        made[...] = np.array([made.ref, made.ref], h5py.ref_dtype).reshape(1, 2)
        out.mark(made, "cell")
    with Variables("nowhere-7.mat") as out:
        out.add("X", features)
        made = out.file.create_dataset("bag", (1, 2), dtype=h5py.ref_dtype)
        made[...] = np.array([h5py.Reference(), h5py.Reference()], h5py.ref_dtype).reshape(1, 2)
        out.mark(made, "cell")
    with Variables("sparse-wrong-7.mat") as out:
        out.add("X", scipy.sparse.csc_matrix(np.eye(rows)))
        out.file["X/ir"][3] = 10**6


if __name__ == "__main__":
    main()
