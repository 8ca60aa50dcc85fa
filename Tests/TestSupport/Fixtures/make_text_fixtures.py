"""Makes the fixtures of the text layouts: python make_text_fixtures.py DATA_FOLDER, with NumPy and SciPy.

DATA_FOLDER holds newsgroups/comp_graphics.txt.gz, newsgroups/alt_atheism.txt.gz and fox/fox.data (see
datasets/catalogue.json5). The musk excerpt is taken from musk-excerpt.csv, which make_fixtures.py makes first.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from scipy.io import arff

HERE = Path(__file__).parent


def described(bags, labels, features, instance_labels=None):
    """What a reader should make of instances in the order of the file, gathered into bags."""
    names = sorted(set(bags), key=bags.index)
    order = [i for name in names for i, bag in enumerate(bags) if bag == name]
    features = np.array(features, np.float64)[order]
    return {
        "bags": names,
        "offsets": [0] + np.cumsum([bags.count(name) for name in names]).tolist(),
        "labels": [int(labels[bags.index(name)]) for name in names],
        "instanceLabels": None if instance_labels is None else [int(instance_labels[i]) for i in order],
        "rowSums": features.sum(axis=1).tolist(),
        "columnSums": features.sum(axis=0).tolist(),
    }


def newsgroups(folder, task, bags, rows_a_bag, name):
    lines = gzip.decompress((folder / f"newsgroups/{task}.txt.gz").read_bytes()).splitlines(keepends=True)
    kept = [line for line in lines if line.startswith(b"%")]
    instances = []
    for bag in bags:
        members = [line for line in lines if line.split()[0] == str(bag).encode()]
        # The positive instances of the bag first, so that the excerpt has some.
        members.sort(key=lambda line: line.split()[3] != b"1")
        instances += members[:rows_a_bag]
    (HERE / name).write_bytes(b"".join(kept + instances))
    table = [line.split() for line in instances]
    return described(
        [row[0].decode() for row in table], [int(row[1]) for row in table],
        [[float(v) for v in row[4:]] for row in table], [int(row[3]) for row in table])


def keel(folder):
    lines = (folder / "fox/fox.data").read_text().splitlines()
    lines = lines[5:9] + lines[-3:]
    (HERE / "fox-excerpt.data").write_text("\n".join(lines) + "\n")
    table = [line.split(", ") for line in lines]
    return described([row[0] for row in table], [int(row[-1]) for row in table],
                     [[float(v) for v in row[1:-1]] for row in table])


def musk():
    """The musk excerpt in further layouts; all hold what musk-excerpt.csv holds."""
    table = [line.split(",") for line in (HERE / "musk-excerpt.csv").read_text().split()]
    molecules = json.loads((HERE / "musk-excerpt.json").read_text())["molecules"]
    numbers = sorted({row[1] for row in table}, key=[row[1] for row in table].index)
    rows = [(molecules[numbers.index(bag)], label, values) for label, bag, *values in table]
    names = [f"f{i + 1}" for i in range(len(rows[0][2]))]

    with open(HERE / "musk-excerpt-header.csv", "w", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(["bag id", "Patient", *names[:100], "class", *names[100:], "instance_label"])
        for bag, label, values in rows:
            values = [int(v) for v in values]
            kind = "musk" if label == "1" else "non-musk"
            writer.writerow([bag, f'patient "{bag}"; or\nwho', *values[:100], kind, *values[100:], int(label)])

    declared = "\n".join(f"@attribute {name} integer [-300, 300]" for name in names)
    bags = ",".join(molecules)
    lines = [", ".join([bag, *values, label]) for bag, label, values in rows]
    (HERE / "musk-excerpt-keel.dat").write_text(
        f"@relation musk\n@attribute molecule {{{bags}}}\n{declared}\n@attribute class{{0,1}}\n"
        f"@inputs molecule, {', '.join(names)}\n@outputs class\n@data\n" + "\n".join(lines) + "\n")

    declared = "\n".join(f"@ATTRIBUTE {name} NUMERIC" for name in names)
    quoted = ",".join(f"'{molecule}'" for molecule in molecules)
    flat = (f"% One instance a line.\n@RELATION 'musk, an excerpt'\n\n@ATTRIBUTE molecule_name {{{quoted}}}\n{declared}\n"
            "@ATTRIBUTE class {0,1}\n\n@DATA\n"
            + "\n".join(f"'{bag}',{','.join(values)},{label}" for bag, label, values in rows) + "\n")
    (HERE / "musk-excerpt-flat.arff").write_text(flat)
    data, _ = arff.loadarff(HERE / "musk-excerpt-flat.arff")
    assert all(float(data[i][j + 1]) == float(rows[i][2][j]) for i in range(len(rows)) for j in range(len(names)))

    head = (f"@relation musk\n@attribute molecule_name {{{bags}}}\n@attribute bag relational\n"
            + "\n".join(f"  @attribute {name} numeric" for name in names)
            + "\n@end bag\n@attribute class {0,1}\n@data\n")

    def relational(instance):
        lines = []
        for molecule in molecules:
            members = [instance(values) for bag, _, values in rows if bag == molecule]
            label = next(label for bag, label, _ in rows if bag == molecule)
            lines.append(f"{molecule},\"" + "\\n".join(members) + f"\",{label}")
        return head + "\n".join(lines) + "\n"

    (HERE / "musk-excerpt.arff").write_text(relational(",".join))
    data, _ = arff.loadarff(HERE / "musk-excerpt.arff")
    flattened = np.array([list(instance) for bag in data["bag"] for instance in bag], np.float64)
    assert (flattened == np.array([values for _, _, values in rows], np.float64)).all()
    (HERE / "musk-excerpt-sparse.arff").write_text(
        relational(lambda values: "{" + ", ".join(f"{i} {v}" for i, v in enumerate(values) if float(v) != 0) + "}"))

    lines = []
    for number, (bag, label, values) in enumerate(rows):
        pairs = " ".join(f"{i + 1}:{v}" for i, v in enumerate(values) if float(v) != 0)
        lines.append(f"{number}:{bag}:{1 if label == '1' else -1} {pairs}")
    (HERE / "musk-excerpt.svm").write_text("# instance:bag:label index:value ...\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    expected = {
        "newsgroups-excerpt.txt": newsgroups(folder, "comp_graphics", [1, 2, 99], 2, "newsgroups-excerpt.txt"),
        "newsgroups-excerpt-crlf.txt": newsgroups(folder, "alt_atheism", [1, 100], 2, "newsgroups-excerpt-crlf.txt"),
        "fox-excerpt.data": keel(folder),
    }
    (HERE / "text-excerpts.json").write_text(json.dumps(expected) + "\n")
    musk()
