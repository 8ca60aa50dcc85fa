"""Makes the fixtures of the tests of readers and data sets: python make_fixtures.py DATA_FOLDER, with NumPy, SciPy and scikit-learn.

DATA_FOLDER holds musk1/musk1.csv, musk1/clean1.data and musk1/musk1.mat (see datasets/catalogue.json5).
"""

import gzip
import hashlib
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
# Bags (from 1) of the excerpt of musk1: two musks, two non-musks, sixteen conformations.
BAGS = [1, 2, 48, 49]


def write_json(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n")


# The musk excerpt in three layouts.


class MAT5:
    """Writes the elements of a MATLAB 5 file, byte by byte, in either byte order."""

    KINDS = {"i1": 1, "u1": 2, "i2": 3, "u2": 4, "i4": 5, "u4": 6, "f4": 7, "f8": 9}

    def __init__(self, order):
        self.order = order

    def element(self, kind, data):
        if 0 < len(data) <= 4:
            word = len(data) << 16 | kind
            return struct.pack(self.order + "I", word) + data.ljust(4, b"\0")
        return struct.pack(self.order + "II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    def matrix(self, array_class, dimensions, name, body):
        flags = self.element(6, struct.pack(self.order + "II", array_class, 0))
        size = self.element(5, struct.pack(f"{self.order}{len(dimensions)}i", *dimensions))
        content = flags + size + self.element(1, name.encode()) + body
        return struct.pack(self.order + "II", 14, len(content)) + content

    def numbers(self, array, stored, name=""):
        array = np.asarray(array)
        data = array.astype(self.order + stored).tobytes(order="F")
        return self.matrix(6, array.shape, name, self.element(self.KINDS[stored], data))

    def text(self, rows, name=""):
        width = max(map(len, rows))
        grid = np.array([list(row.ljust(width)) for row in rows])
        codes = np.vectorize(ord)(grid).astype(self.order + "u2")
        return self.matrix(4, grid.shape, name, self.element(4, codes.tobytes(order="F")))

    def cell(self, dimensions, elements):
        return self.matrix(1, dimensions, "", b"".join(elements))

    def structure(self, fields, name="", class_name=None):
        length = max(map(len, fields)) + 1
        names = b"".join(field.encode().ljust(length, b"\0") for field in fields)
        body = b"" if class_name is None else self.element(1, class_name.encode())
        body += self.element(5, struct.pack(self.order + "i", length)) + self.element(1, names)
        return self.matrix(2 if class_name is None else 3, (1, 1), name, body + b"".join(fields.values()))

    def file(self, variables, compress):
        header = b"MATLAB 5.0 MAT-file, an excerpt made for a test".ljust(124)
        header += struct.pack(self.order + "H", 0x0100) + (b"IM" if self.order == "<" else b"MI")
        for variable in variables:
            if compress:
                packed = zlib.compress(variable, 9)
                variable = struct.pack(self.order + "II", 15, len(packed)) + packed
            header += variable
        return header


def prtools(order, data, labels, bags, compress, numeric_bags):
    mat = MAT5(order)
    milbag = mat.numbers(np.array(bags)[:, None], "u1") if numeric_bags else mat.text(bags)
    fields = {
        "data": mat.numbers(data, "i2"),
        "lablist": mat.cell((2, 4), [mat.text(["negative", "positive"])] + [mat.numbers(np.zeros((0, 0)), "f8")] * 7),
        "nlab": mat.numbers(np.array(labels)[:, None] + 1, "u1"),
        "labtype": mat.text(["crisp"]),
        "ident": mat.structure({"ident": mat.numbers(np.arange(len(bags))[:, None] + 1, "u2"), "milbag": milbag}),
        "name": mat.text(["Musk 1, an excerpt"]),
    }
    return mat.file([mat.structure(fields, name="x", class_name="dataset")], compress)


def musk(folder):
    csv = (folder / "musk1/musk1.csv").read_bytes().splitlines(keepends=True)
    uci = (folder / "musk1/clean1.data").read_bytes().splitlines(keepends=True)
    rows = [i for i, line in enumerate(csv) if int(line.split(b",")[1]) in BAGS]
    csv = [csv[i] for i in rows]
    (HERE / "musk-excerpt.csv").write_bytes(b"".join(csv))
    (HERE / "musk-excerpt.csv.gz").write_bytes(gzip.compress(b"".join(csv), mtime=0))
    (HERE / "musk-excerpt.data").write_bytes(b"".join(uci[i] for i in rows))
    x = scipy.io.loadmat(folder / "musk1/musk1.mat")["x"][0, 0]
    data = x["data"][rows]
    labels = [int(label) - 1 for label in x["nlab"][rows, 0]]
    names = [str(name).rstrip() for name in x["ident"][0, 0]["milbag"][rows]]
    (HERE / "musk-excerpt-little.mat").write_bytes(prtools("<", data, labels, names, False, False))
    (HERE / "musk-excerpt-big.mat").write_bytes(prtools(">", data, labels, names, False, False))
    numbers = [sorted(set(names), key=names.index).index(name) + 1 for name in names]
    (HERE / "musk-excerpt-packed.mat").write_bytes(prtools("<", data, labels, numbers, True, True))
    table = [[float(v) for v in line.split(b",")] for line in csv]
    features = np.array(table)[:, 2:]
    offsets = [0] + [int(i) for i in np.flatnonzero(np.diff([row[1] for row in table])) + 1] + [len(table)]
    bag_labels = [int(table[i][0]) for i in offsets[:-1]]
    digest = hashlib.sha256()
    digest.update(np.array([len(bag_labels), *features.shape, *offsets, *bag_labels], "<u8").tobytes())
    digest.update(features.astype("<f4").tobytes())
    write_json(
        "musk-excerpt.json",
        {
            "offsets": offsets,
            "labels": bag_labels,
            "molecules": sorted(set(names), key=names.index),
            "rowSums": features.sum(axis=1).tolist(),
            "columnSums": features.sum(axis=0).tolist(),
            "fingerprint": digest.hexdigest(),
        },
    )


# Values of every class as SciPy writes them.


def matlab_values():
    sparse = scipy.sparse.csc_matrix(np.array([[0, 2.5, 0], [0, 0, 0], [-1, 0, 4]]))
    values = {
        "whole": np.array([[1, 2, 3], [4, 5, 6]], dtype=np.float64),
        "single": np.array([[1.5], [-2.25]], dtype=np.float32),
        **{t: np.array([[np.iinfo(t).min, np.iinfo(t).max]], dtype=t) for t in
           ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]},
        "yes": np.array([[True, False, True]]),
        "words": np.array(["one", "three"]),
        "umlaut": "Größe €",
        "nothing": np.zeros((0, 3)),
        "solid": np.arange(24, dtype=np.float64).reshape(2, 3, 4),
        "cells": np.array([[np.array([[7.0]]), "text"]], dtype=object),
        "record": {"a": 1.0, "inner": {"b": "deep"}},
        "sparse": sparse,
        "complex": np.array([[1 + 2j]]),
    }
    for compress in [False, True]:
        path = HERE / f"values-{'packed' if compress else 'plain'}.mat"
        scipy.io.savemat(path, values, do_compression=compress)
        # SciPy states the time in the header.
        path.write_bytes(b"MATLAB 5.0 MAT-file, written by SciPy".ljust(116) + path.read_bytes()[116:])


# Golden numbers.


def numbers():
    rng = np.random.default_rng(3)
    texts = ["0", "-0", "1.", ".5", "+3", "1e5", "-12", "9007199254740993", "1e22", "1e23", "123456789012345678",
             "0.1", "0.3", "2.2250738585072011e-308", "4.9e-324", "1.7976931348623157e308", "8.41e21", "3.5844466002796428e+298",
             "9223372036854775807", "18446744073709551615", "18446744073709551616", "0.000000000000000000000000001",
             "1234567890123456789e-27", "9999999999999999999e27", "0.500000000000000166533453693773481063544750213623046875",
             "1.00000005960464477539062500001", "7205759403792793e-1", "179769313486231580793e-21"]
    texts += [repr(float(v)) for v in rng.standard_normal(300) * 10.0 ** rng.integers(-20, 20, 300)]
    texts += [f"{v:.19f}" for v in rng.random(100)]
    texts += [f"{int(m)}e{int(e)}" for m, e in zip(rng.integers(1, 2**63, 200), rng.integers(-30, 30, 200))]
    write_json("decimals.json", [[text, f"{struct.unpack('<Q', struct.pack('<d', float(text)))[0]:016x}"] for text in texts])


def digests():
    cases = {}
    for length in [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 100_003]:
        cases[str(length)] = hashlib.sha256(bytes((i * 7 + i // 256) % 256 for i in range(length))).hexdigest()
    write_json("sha256.json", cases)


def standardised():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((40, 6)).astype(np.float32) * np.array([1, 1e3, 1e-3, 1, 1e30, 1], np.float32)
    x[:, 1] += np.float32(1e4)
    x[:, 3] = np.float32(0.1)
    x[:, 5] = np.where(rng.random(40) < 0.1, np.float32(1e-44), np.float32(0))
    fitted, other = x[:30], x[30:].copy()
    other[0, 3] = 5
    scaler = StandardScaler().fit(np.delete(fitted, 3, axis=1).astype(np.float64))
    clean = np.insert(scaler.transform(np.delete(other, 3, axis=1).astype(np.float64)), 3, 0, axis=1)
    wide = fitted.astype(np.float64)
    published = (other.astype(np.float64) - (wide.mean(0) + 1e-6)) / (wide.std(0) + 1e-6)
    write_json("standardised.json", {
        "fitted": fitted.astype(float).tolist(), "other": other.astype(float).tolist(),
        "clean": clean.tolist(), "published": published.tolist()})


def folds():
    cases = []
    for bags, count in [(92, 10), (102, 10), (200, 10), (58, 4), (7, 7), (11, 3)]:
        sizes = [len(test) for _, test in KFold(count, shuffle=True, random_state=0).split(np.zeros((bags, 1)))]
        cases.append({"bags": bags, "folds": count, "sizes": sizes})
    write_json("plain-folds.json", cases)


# Folds drawn by the published generators, written from their papers.

MASK = 2**64 - 1


def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return state, z ^ z >> 31


class Xoshiro:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed, value = splitmix(seed)
            self.s.append(value)

    def next(self):
        def rotated(x, k):
            return (x << k | x >> 64 - k) & MASK

        s = self.s
        result = rotated(s[1] * 5 & MASK, 7) * 9 & MASK
        shifted = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 45)
        return result

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product & MASK >= 2**64 % bound:
                return product >> 64

    def permuted(self, values):
        values = list(values)
        for last in range(len(values) - 1, 0, -1):
            other = self.below(last + 1)
            values[last], values[other] = values[other], values[last]
        return values


def derived(master, path):
    value = 0xCBF29CE484222325 ^ splitmix(master)[1]
    for part in path:
        for byte in [*part.encode(), 0xFF]:
            value = (value ^ byte) * 0x100000001B3 & MASK
    return splitmix(value)[1]


def drawn_folds():
    cases = []
    for scheme, labels, count, repeats, seed in [
        ("stratified", [i % 2 for i in range(12)], 3, 2, 42), ("plain", [i % 2 for i in range(11)], 4, 2, 2**64 - 1),
        ("stratified", [1] * 47 + [0] * 45, 10, 1, 0)]:
        assignment = []
        for repeat in range(1, repeats + 1):
            generator = Xoshiro(derived(seed, ["folds", "made", scheme, str(count), str(repeat)]))
            folds = [0] * len(labels)
            if scheme == "plain":
                order = generator.permuted(range(len(labels)))
                for fold, part in enumerate(np.array_split(order, count), 1):
                    for bag in part:
                        folds[bag] = fold
            else:
                order = generator.permuted(range(count))
                dealt = [bag for label in [1, 0]
                         for bag in generator.permuted([b for b in range(len(labels)) if labels[b] == label])]
                for place, bag in enumerate(dealt):
                    folds[bag] = order[place % count] + 1
            assignment.append(folds)
        lines = ["made", str(len(labels)), scheme, str(count), str(repeats), str(seed)]
        lines += [",".join(map(str, row)) for row in assignment]
        digest = hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()
        cases.append({"scheme": scheme, "labels": labels, "folds": count, "seed": seed,
                      "assignment": assignment, "hash": digest})
    (HERE / "drawn-folds.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    musk(Path(sys.argv[1]))
    matlab_values()
    numbers()
    digests()
    standardised()
    folds()
    drawn_folds()
