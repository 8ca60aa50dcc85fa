"""Makes the fixtures of arrays whose roles, ids or shapes need care: python make_arrays.py, with NumPy and SciPy.

Feature 0 of every instance is the number of its bag in the order in which bags first appear, from 0, and feature 1 the
place of the instance in its bag, so that a test can tell which bag an instance went to.
"""

from pathlib import Path

import numpy as np
import scipy.io

OUT = Path(__file__).parent / "arrays"


def rows(ids):
    """Instances of bags with these ids."""
    order = {}
    places = {}
    result = []
    for name in ids:
        bag = order.setdefault(name, len(order))
        places[name] = places.get(name, -1) + 1
        result.append([bag, places[name]])
    return np.array(result, "f4")


def npz(name, *unnamed, **arrays):
    np.savez(OUT / name, *unnamed, **arrays)


def mat(name, **variables):
    scipy.io.savemat(OUT / name, variables, do_compression=True, oned_as="column")


def ids():
    big = np.repeat(np.array([2**62 + 1, 2**62 + 2, 2**62 + 3, 2**60 + 1, 7]), 2)
    label = np.repeat([1, 1, 0, 0, 0], 2)
    npz("int64", X=rows(big), bag=big, y=label)
    npz("uint64", X=rows(big), bag=big.astype("u8") + np.uint64(2**63), y=label)
    npz("double-ids", X=rows(big), bag=big.astype("f8"), y=label)
    mat("int64.mat", X=rows(big), bag=big, y=label)
    mat("uint64.mat", X=rows(big), bag=big.astype("u8") + np.uint64(2**63), y=label)
    mat("double-ids.mat", X=rows(big), bag=big.astype("f8"), y=label)
    table = np.column_stack([label, big, rows(big).astype("i8")])
    np.save(OUT / "table-int64.npy", table)
    np.save(OUT / "table-double.npy", table.astype("f8"))
    small = np.column_stack([label, np.repeat([2**24 + 1, 2**24 + 3, 5, 6, 7], 2), rows(big)])
    np.save(OUT / "table-single.npy", small.astype("f4"))


def texts():
    names = ["caf\xe9", "caf\xe9", "caf\xe8", "caf\xe8", "th\xe9"]
    latin = np.array([name.encode("latin-1") for name in names])
    npz("latin1", X=rows(names), bag=latin, y=[1, 1, 0, 0, 1])
    npz("utf8-bytes", X=rows(names), bag=np.array([name.encode() for name in names]), y=[1, 1, 0, 0, 1])
    npz("latin1-labels", X=rows(names), bag=[1, 1, 2, 2, 3], y=np.array([b"non-caf\xe9"] * 2 + [b"caf\xe9"] * 3))
    wild = np.array(["ab", "ab", "cd", "cd", "ef"])
    wild.view("u4")[0] = 0xD800
    npz("surrogate", X=rows(names), bag=wild, y=[1, 1, 0, 0, 1])


def orders():
    natural = np.repeat([f"s{n}" for n in range(1, 13)], 2)
    per_bag = np.array([1] * 4 + [0] * 8)
    npz("natural", X=rows(natural), bag=natural, y=per_bag)
    alphabetical = np.sort(natural)
    npz("alphabetical", X=rows(alphabetical), bag=alphabetical, y=per_bag)
    mixed = np.repeat(["b", "a", "c"], 2)
    npz("mixed", X=rows(mixed), bag=mixed, y=[1, 0, 0])
    npz("mixed-rows", X=rows(mixed), bag=mixed, y=[1, 1, 0, 0, 0, 0])
    npz("mixed-listed", X=rows(mixed), bag=mixed, y=[1, 0, 0], bag_names=["c", "a", "b"])
    numbers = np.repeat([10, 2, 30], 2)
    npz("descending", X=rows(numbers), bag=numbers, labels=[1, 0, 0], groups=["p", "q", "r"])
    npz("descending-groups", X=rows(numbers), bag=numbers, labels=np.repeat([1, 0, 0], 2), groups=["p", "q", "r"])
    mat("descending.mat", X=rows(numbers), bag=numbers, labels=[1, 0, 0])
    cells = np.empty(6, dtype=object)
    cells[:] = list(mixed)
    mat("mixed.mat", X=rows(mixed), bag=cells, labels=[1, 0, 0])


def cubes():
    cube = np.stack([np.stack([[bag, place, 5 + bag * place] for place in range(4)]) for bag in range(3)]).astype("f4")
    cube[:, :, 2] += 1
    padded = cube.copy()
    padded[1, 3] = 0
    nan = cube.copy()
    nan[2, 2:] = np.nan
    minus = cube.copy()
    minus[0, 3] = -1
    npz("cube", X=cube, y=[1, 0, 1])
    npz("cube-ids", X=np.asfortranarray(cube), bag=[7, 5, 6], y=[1, 0, 1])
    npz("cube-padded", X=padded, bag=[7, 5, 6], y=[1, 0, 1])
    npz("cube-nan", X=nan, y=[1, 0, 1])
    npz("cube-minus", X=minus, y=[1, 0, 1])
    repeated = cube.copy()
    repeated[1, 3] = repeated[1, 2]
    shared = cube.copy()
    shared[1, 3] = shared[2, 3] = [0.25, -1.5, 3]
    leading = cube.copy()
    leading[0, 0] = leading[2, 0] = [0.25, -1.5, 3]
    cycled = cube.copy()
    cycled[0, 2:] = cycled[0, :2]
    cycled[2, 3] = cycled[2, 0]
    npz("cube-cycled", X=cycled, y=[1, 0, 1])
    npz("cube-repeated", X=repeated, y=[1, 0, 1])
    npz("cube-shared", X=shared, y=[1, 0, 1])
    npz("cube-leading", X=leading, y=[1, 0, 1])
    patches = np.arange(3 * 4 * 2 * 2, dtype="f4").reshape(3, 4, 2, 2)
    npz("cube-4d", X=patches, y=[1, 0, 1])
    npz("cube-4d-sizes", X=patches, y=[1, 0, 1], sizes=[4, 3, 4])
    npz("transposed", X=rows(np.repeat(["a", "b"], 3)).T, bag=np.repeat(["a", "b"], 3), y=[1, 0])
    npz("unnamed", cube, [1, 0, 1])
    npz("padded-flat", X=np.vstack([cube[:, :3].reshape(9, 3), np.zeros((3, 3))]),
        bag=np.append(np.repeat([0, 1, 2], 3), [-1] * 3), y=np.append(np.repeat([1, 0, 1], 3), [0] * 3))
    np.save(OUT / "features.npy", cube[0] + 0.5)
    npz("cube-sizes", X=padded, y=[1, 0, 1], sizes=[4, 3, 4])
    front = cube.copy()
    front[1] = np.roll(padded[1], 1, axis=0)
    npz("cube-front-sizes", X=front, y=[1, 0, 1], sizes=[4, 3, 4])
    mask = np.ones((3, 4), bool)
    mask[2, 2:] = False
    instance = np.array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, -1, -1]])
    npz("cube-mask", X=nan, y=[1, 0, 1], mask=mask, instance_labels=instance)
    shorter = np.ones((3, 4), bool)
    shorter[:, 3] = False
    npz("cube-key-padding-mask", X=np.where(shorter[:, :, None], cube, 0), y=[1, 0, 1], mask=~shorter)
    letters = np.repeat(["a", "b", "c"], 2)
    npz("names-misspelt", X=rows(letters), bag=letters, y=[1, 0, 0], bag_names=np.array(["c", "a", "zz"]))
    npz("ids-missing", X=rows(letters), bag=np.array(["a", "a", "nan", "b", "b", "nan"]), y=[1, 1, 0, 0, 0, 0])
    mat("cube.mat", X=cube, y=[1, 0, 1])
    mat("cube-padded.mat", X=padded, y=[1, 0, 1])
    mat("cube-sizes.mat", X=padded, y=[1, 0, 1], n_instances=[4, 3, 4])
    patches = np.arange(6 * 2 * 3, dtype="f4").reshape(6, 2, 3)
    npz("patches", X=patches, bag=np.repeat([1, 2, 3], 2), y=[1, 0, 1])
    ids = np.array(["u", "u", "u", "v", "w", "w"])
    npz("lengths-ids", X=rows([1, 1, 1, 2, 3, 3]), lengths=[3, 1, 2], ids=ids, y=[1, 0, 1])
    npz("lengths-names", X=rows([1, 1, 1, 2, 3, 3]), lengths=[3, 1, 2], ids=np.array(["u", "v", "w"]), y=[1, 0, 1])
    npz("lengths-contrary", X=rows([1, 1, 1, 2, 3, 3]), lengths=[3, 2, 1], ids=ids, y=[1, 0, 1])
    npz("lengths", X=rows([1, 1, 1, 2, 3, 3]), lengths=[3, 1, 2], y=[1, 0, 1])


def roles():
    bags = np.repeat([1, 2, 3], 2)
    places = np.arange(12).reshape(6, 2) * 10
    npz("roles", X=rows(bags), bag=bags, label=["yes", "no", "no"], coords=places, names=["a", "b", "c"],
        patient=["p", "p", "q"], site=["u", "v", "v"], instance_labels=[1, -1, 0, 0, 0, 0], fold=[1, 2, 1],
        across=places[:, 0], down=places[:, 1], scanner=[1, 2, 3], truth=[0, 1, 1],
        meta=np.array([{"a": 1}], dtype=object))
    npz("derived", X=rows(bags), bag=bags, instance_labels=np.array([0, 1, 0, 0, 0, 0], bool))
    npz("unlabelled", X=rows(bags), bag=bags)
    npz("rivals", X=rows(bags), bag=bags, label=[1, 0, 0], y=[0, 1, 1])
    cells = np.empty(6, dtype=object)
    cells[:] = list(np.repeat(["s1", "s2", "s10"], 2))
    mat("roles.mat", X=rows(bags), bag=cells, labels=np.array([True, False, False]), patient=np.array(["p ", "pq", "q "]),
        instance_labels=[1, -1, 0, 0, 0, 0], site=["u", "v", "v"], fold=[1, 2, 1], coords=places)
    mat("char.mat", X=rows(bags), bag=np.array(["s1", "s1", "s2", "s2", "t3", "t3"]), labels=["pos", "neg", "neg"])
    data = np.empty((3, 1), dtype=object)
    for bag in range(3):
        data[bag, 0] = rows(bags)[bags == bag + 1]
    mat("cells.mat", bags=data, labels=np.array(["yes", "no ", "no "]), patient=["p", "p", "q"], names=["u", "v", "w"])


def features():
    """Five bags of two instances with four features: a number of the bag, noise, a copy of the label, and noise."""
    bags = np.repeat(np.arange(1, 6), 2)
    label = np.array([1, 0, 1, 0, 1])
    noise = np.array([[3, 5], [1, 4], [8, 2], [5, 7], [2, 9], [7, 7], [4, 1], [9, 3], [6, 8], [0, 6]], "f8")
    X = np.column_stack([noise[:, 0], noise[:, 1], np.repeat(label, 2), noise[:, 1] * 2])
    npz("numbered", X=X, bag=bags, y=label)
    npz("numbered-other", features=X, bag=bags, y=label)
    npz("numbered-named", X=X, bag=bags, y=label, feature_names=["p", "q", "r", "s"])
    npz("numbered-bookkeeping", X=X, bag=bags, y=label, feature_names=["tile_id", "q", "fold_1", "s"])
    npz("numbered-runs", X=X, bag=bags, y=label, feature_names=["run", "left", "top", "s"])
    npz("numbered-three", X=X[:, :3], bag=bags, y=label)
    npz("numbered-places", X=X, bag=bags, y=label, feature_names=["x", "y", "r", "s"])
    nan = X.copy()
    nan[3, 2] = np.nan
    npz("numbered-nan", X=nan, bag=bags, y=label)
    npz("numbered-cube", X=nan.reshape(5, 2, 4), y=label)
    mat("numbered.mat", X=nan, bag=bags, y=label)
    mat("numbered-cube.mat", X=nan.reshape(5, 2, 4), y=label)
    cells = np.empty((5, 2), dtype=object)
    for bag in range(5):
        cells[bag, 0], cells[bag, 1] = nan[2 * bag:2 * bag + 2], float(label[bag])
    mat("numbered-cells.mat", data=cells)
    fields = {"data": nan, "nlab": np.repeat(2 - label, 2), "lablist": np.array(["positive", "negative"]),
              "ident": {"milbag": bags}}
    mat("numbered-prtools.mat", x=fields)
    np.save(OUT / "numbered.npy", np.column_stack([np.repeat(label, 2), bags, nan]))


def precision():
    """Values that single precision takes apart no more: too small, too large, too near to each other."""
    bags = np.repeat(np.arange(1, 6), 2)
    label = np.array([1, 0, 1, 0, 1])
    small = np.arange(10) * 1e-50
    near = 1e9 + np.arange(10) % 3
    X = np.column_stack([[3, 1, 8, 5, 2, 7, 4, 9, 6, 0], small, near])
    npz("precision", X=X, bag=bags, y=label)
    mat("precision.mat", X=X, bag=bags, y=label)
    npz("precision-fortran", X=np.asfortranarray(X), bag=bags, y=label)
    npz("precision-cube", X=X.reshape(5, 2, 3), y=label)
    mat("precision-cube.mat", X=X.reshape(5, 2, 3), y=label)
    npz("precision-whole", X=X.astype("i8"), bag=bags, y=label)
    large = X.copy()
    large[7, 1] = 8e38
    npz("large", X=large, bag=bags, y=label)
    mat("large.mat", X=large, bag=bags, y=label)
    npz("large-cube", X=large.reshape(5, 2, 3), y=label)
    cells = np.empty((5, 2), dtype=object)
    for bag in range(5):
        cells[bag, 0], cells[bag, 1] = large[2 * bag:2 * bag + 2], float(label[bag])
    mat("large-cells.mat", data=cells)


def blanks():
    """Ids and labels with blanks behind them, and parts and codes that have no place for bags."""
    ids = np.array(["s1", "s1 ", "s2", "s2", "s3 ", "s3 "])
    npz("blanks", X=rows([1, 1, 2, 2, 3, 3]), bag=ids, y=np.array(["pos", "pos ", "neg", "neg", "neg", "neg"]))
    cells = np.empty(6, dtype=object)
    cells[:] = list(ids)
    mat("blanks.mat", X=rows([1, 1, 2, 2, 3, 3]), bag=cells, y=[1, 1, 0, 0, 0, 0])
    bags = np.repeat([1, 2, 3], 2)
    npz("parts", X_train=rows(bags), y_train=[1, 0, 0], X_test=rows(bags), y_test=[1, 0, 0])
    npz("one-hot", X=rows(bags), bag=bags, y=np.eye(2)[[1, 0, 0]])
    mat("one-hot.mat", X=rows(bags), bag=bags, y=np.eye(2)[[1, 0, 0]])


def refused():
    """Arrays that no reading takes, each of which needs its own way out."""
    bags = np.repeat([1, 2, 3], 2)
    X = rows(bags)
    npz("bag-an-array", **{f"bag_{bag}": X[bags == bag] for bag in (1, 2, 3)}, labels=[1, 0, 0])
    npz("one-array", data=np.column_stack([bags, [1, 1, 0, 0, 0, 0], X]))
    npz("structured", data=np.zeros(6, dtype=[("bag", "i4"), ("label", "i4"), ("f1", "f4")]))
    npz("ids-fractional", X=X, bag=bags + 0.5, y=[1, 0, 0])
    npz("ids-dates", X=X, bag=np.datetime64("2020-01-01") + bags, y=[1, 0, 0])
    npz("cube-instance-ids", X=X.reshape(3, 2, 2), bag=bags, y=[1, 0, 0])
    npz("label-missing", X=X, bag=bags, y=[1, 0, np.nan])
    cells = np.empty(3, dtype=object)
    cells[:] = [X[bags == bag].astype(float) for bag in (1, 2, 3)]
    mat("cells-fewer-labels.mat", bags=cells, labels=[1, 0])
    mat("cells-two.mat", pos=cells[:2], neg=cells[1:])
    mat("cells-label-missing.mat", bags=cells, labels=[1, 0, np.nan])
    turned = np.empty(3, dtype=object)
    turned[:] = [np.arange(3.0 * count).reshape(3, count) for count in (2, 4, 5)]
    mat("cells-transposed.mat", bags=turned, labels=[1, 0, 0])
    empty = cells.copy()
    empty[1] = np.zeros((0, 2))
    mat("cells-empty.mat", bags=empty, labels=[1, 0, 0])


def words():
    """Labels of bags and of instances that are words, some of which may say that there is none."""
    bags = np.repeat([1, 2, 3], 2)
    for name, label in [("three", ["1", "0", "unknown"]), ("two", ["tumour", "pending", "tumour"]),
                        ("certain", ["1", "0", "n/d"]), ("present", ["Present", "Absent", "Absent"])]:
        npz("words-" + name, X=rows(bags), bag=bags, label=label)
        mat("words-" + name + ".mat", X=rows(bags), bag=bags, labels=np.array(label, dtype=object))
    of_bags = ["1", "0", "0"]
    npz("words-instances", X=rows(bags), bag=bags, label=of_bags, instance_labels=["1", "TBD", "0", "-", "0", "unknown"])
    npz("words-signed", X=rows(bags), bag=bags, label=of_bags, instance_labels=[1, -1, -1, -1, -1, -1])


def fillings():
    """Whole numbers and flat arrays that look padded, infinite features, and other kinds that need an option."""
    whole = np.array([[[1, 2, 3], [4, 5, 9], [4, 5, 9]], [[2, 2, 7], [1, 6, 3], [8, 5, 1]], [[0, 3, 1], [5, 2, 6], [1, 4, 4]]])
    npz("cube-whole", X=whole, y=[1, 0, 1])
    mat("cube-whole.mat", X=whole.astype(float), y=[1, 0, 1])
    cube = np.stack([[[bag + 0.5, place, 7 - place * bag] for place in range(4)] for bag in range(6)])
    ends = cube.copy()
    ends[1, 3:] = ends[4, 2:] = 0
    front = cube.copy()
    front[0, :1] = front[3, :2] = 0
    copies = cube.copy()
    copies[0, 2:], copies[2, 3], copies[5, 1:] = copies[0, 1], copies[2, 2], copies[5, 0]
    bag, y = np.repeat(np.arange(1, 7), 4), [1, 0, 1, 0, 1, 0]
    for name, values in [("ends", ends), ("front", front), ("copies", copies)]:
        npz("flat-" + name, X=values.reshape(24, 3), bag=bag, y=y)
        mat(f"flat-{name}.mat", X=values.reshape(24, 3), bag=bag, y=y)
    infinite = cube.reshape(24, 3).copy()
    infinite[5, 1], infinite[9, 2] = np.inf, -np.inf
    npz("infinite", X=infinite, bag=bag, y=y)
    mat("infinite.mat", X=infinite, bag=bag, y=y)
    npz("nan-rows", X=np.where(np.arange(24)[:, None] == 7, np.nan, cube.reshape(24, 3)), bag=bag, y=y)
    natural = np.repeat([f"s{n}" for n in range(1, 13)], 2)
    mat("natural.mat", X=rows(natural), bag=natural.astype(object), y=[1] * 4 + [0] * 8)
    cells = np.empty(12, dtype=object)
    cells[:] = [cube[n % 6] + n for n in range(12)]
    mat("x.mat", data=cells, labels=[1, 0] * 5 + [1])


def axes():
    """Arrays whose last axis is the bags, masks and sizes under usual names, matrices with bags first, and zeros in ids."""
    def cube(*shape):
        return np.arange(1.0, np.prod(shape) + 1).reshape(shape) ** 1.5

    for name, shape in [("last", (4, 3, 6)), ("two", (2, 3, 6)), ("same", (5, 3, 5))]:
        y = np.arange(shape[2]) % 2
        npz(f"axes-{name}", X=cube(*shape), y=y)
        mat(f"axes-{name}.mat", X=cube(*shape), y=y.astype(float))
    npz("axes-second", X=cube(4, 5, 3), y=np.arange(5) % 2)
    npz("axes-ids", X=cube(4, 3, 6), bag=np.arange(6), y=np.arange(6) % 2)
    padded, there = cube(4, 3, 2), np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 0]])
    padded[there == 0] = 0
    sizes, y = there.sum(1), [1, 0, 1, 0]
    for name in ["attention_mask", "valid_mask", "valid", "tile_mask"]:
        npz("mask-" + name, X=padded, y=y, **{name: there == 1})
    for name in ["padding_mask", "key_padding_mask", "pad"]:
        npz("mask-" + name, X=padded, y=y, **{name: there == 0})
    npz("mask-pad_mask", X=padded, y=y, pad_mask=there)
    npz("mask-pad_garbage", X=cube(4, 3, 2), y=y, pad_mask=there)
    npz("mask-other", X=padded, y=y, other=there)
    mat("mask-attention.mat", X=padded, y=y, attentionMask=there.astype(float))
    for name in ["n_patches", "seq_len", "lens", "lengths", "valid_len", "numTiles"]:
        npz("sizes-" + name, X=padded, y=y, **{name: sizes})
    npz("sizes-other", X=padded, y=y, other=sizes)
    npz("sizes-age", X=cube(4, 3, 2), y=y, age=sizes)
    npz("bag-mask", features=padded[1], mask=there[1])
    bag, label = np.repeat(np.arange(1, 9), 3), np.repeat(np.arange(8) % 2, 3)
    features = cube(24, 2)
    np.save(OUT / "table-bag-first.npy", np.c_[bag, label, features])
    np.save(OUT / "table-label-first.npy", np.c_[label, bag, features])
    np.save(OUT / "table-two-orders.npy", np.c_[np.arange(8) // 4 + 2, np.arange(8) // 4 + 5, features[:8]][[0, 0, 4]])
    np.save(OUT / "table-classes.npy", np.c_[np.repeat(np.arange(1, 7), 4), np.repeat([5, 6, 5, 6, 5, 6], 4), features])
    for name, ids in [("zero-bytes", np.array([b"a\0b", b"a\0c", b"a\0b", b"d"])), ("zero-text", np.array(["a\0b", "a\0c", "a\0b", "d"]))]:
        npz(name, X=cube(4, 2), bag=ids, y=[1, 0, 1, 0])


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    ids()
    texts()
    orders()
    cubes()
    roles()
    features()
    precision()
    blanks()
    refused()
    words()
    fillings()
    axes()
