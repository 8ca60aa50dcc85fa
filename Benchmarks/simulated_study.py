"""Writes the experiment file and the journal of a study that nobody ran, to measure reading and reporting.

    python3 Benchmarks/simulated_study.py FOLDER --models 20 --datasets 50 --folds 10 --repeats 100
    milbench report simulated --experiments FOLDER/experiments --output FOLDER/runs

The records look like those of the finished runs: two thirds of the models are networks with 50 epochs, and a fold has
10 test bags. The same arguments give the same bytes.
"""

import argparse
import dataclasses
import json
import pathlib
import random
import zlib

EPOCHS = 50
MEMBER = 1 << 18
RECIPE = "Adam at 5e-4 with weight decay 5e-3, 50 epochs, one bag a step, as in the authors' code"


def hexadecimal(draw: random.Random, digits: int) -> str:
    """Returns random digits, such as those of a hash."""
    return f"{draw.getrandbits(4 * digits):0{digits}x}"


class Dataset:
    """A data set with the folds of its repetitions; half of its bags are positive."""

    def __init__(self, number: int, bags: int, folds: int, repeats: int, draw: random.Random) -> None:
        self.name = f"set-{number:03}"
        self.hash = hexadecimal(draw, 64)
        self.assignments = []
        for _ in range(repeats):
            order = list(range(bags))
            draw.shuffle(order)
            parts = [sorted(order[fold::folds]) for fold in range(folds)]
            self.assignments.append((hexadecimal(draw, 64), parts))


def settings(folds: int, seed: int) -> str:
    """Returns the settings of the protocol as JSON."""
    values = {"folds": folds, "scheme": "stratified", "seed": seed, "standardisation": "training"}
    return json.dumps(values, separators=(",", ":"), sort_keys=True)


def configuration(model: int) -> str:
    """Returns the configuration of a model as JSON."""
    values = {
        "pooling": {"pooling": "max", "sharpness": 1},
        "training": {"bagsPerStep": 1, "beta1": 0.9, "beta2": 0.999, "epochs": EPOCHS, "optimiser": "sgd"},
        "trunk": {"dropout": 0.5, "lastLayer": "relu", "layers": f"{model + 16}-128-64"},
    }
    return json.dumps(values, separators=(",", ":"), sort_keys=True)


@dataclasses.dataclass(frozen=True)
class Study:
    """The size of a study."""

    models: int
    datasets: int
    folds: int
    repeats: int
    bags: int
    seed: int


@dataclasses.dataclass(frozen=True)
class Cell:
    """A model on a data set."""

    dataset: Dataset
    model: int
    configuration: str
    protocol: str
    skill: float


def line(cell: Cell, repetition: int, fold: int, draw: random.Random) -> bytes:
    """Returns one record, with its checksum and the newline."""
    dataset, model, skill = cell.dataset, cell.model, cell.skill
    folds_hash, parts = dataset.assignments[repetition - 1]
    bags = parts[fold - 1]
    labels = [bag % 2 for bag in bags]
    scores = [min(max(draw.gauss(0.5 + (skill if label else -skill), 0.3), 0.0), 1.0) for label in labels]
    right = sum((score >= 0.5) == (label == 1) for score, label in zip(scores, labels, strict=True))
    is_network = model % 3 != 2
    correct, losses = [right], []
    if is_network:
        correct = [draw.randrange(len(bags) + 1) for _ in range(EPOCHS - 1)] + [right]
        losses = [f"{draw.random():.8f}" for _ in range(EPOCHS)]
    record = (
        f'"bags":{json.dumps(bags, separators=(",", ":"))},"configuration":{json.dumps(cell.configuration)},'
        f'"core":"Cooperlake","correctByEpoch":{json.dumps(correct, separators=(",", ":"))},'
        f'"dataHash":"{dataset.hash}","dataset":"{dataset.name}","ended":{1.79e9 + draw.random() * 1e6!r},'
        f'"experiment":"simulated","family":"Variant","fold":{fold},"foldsHash":"{folds_hash}","format":1,'
        f'"labels":{json.dumps(labels, separators=(",", ":"))},"lossByEpoch":[{",".join(losses)}],'
        f'"model":"variant-{model:05}","notes":{{}},"parameters":{100353 if is_network else 166},'
        f'"protocol":"clean","protocolSettings":{json.dumps(cell.protocol)},"recipe":{json.dumps(RECIPE)},'
        f'"repetition":{repetition},"scores":{json.dumps(scores, separators=(",", ":"))},'
        f'"scoresAreProbabilities":true,"scoringSeconds":{draw.random() / 100!r},"seconds":{draw.random()!r},'
        f'"seed":"{hexadecimal(draw, 16)}","status":"finished","steps":{9000 if is_network else 0},"threshold":0.5,'
        f'"title":"Variant {model}","version":"0.1.0"}}'
    ).encode()
    return b'{"crc32":"%08x",' % zlib.crc32(record) + record + b"\n"


def write(folder: pathlib.Path, study: Study) -> None:
    """Writes the experiment file and the journal below a folder."""
    draw = random.Random(study.seed)
    sets = [Dataset(number, study.bags, study.folds, study.repeats, draw) for number in range(study.datasets)]
    experiment = {
        "title": "A study that nobody ran",
        "datasets": [dataset.name for dataset in sets],
        "models": [f"variant-{model:05}" for model in range(study.models)],
        "protocol": "clean",
        "folds": study.folds,
        "repeats": study.repeats,
        "seed": study.seed,
    }
    (folder / "experiments").mkdir(parents=True, exist_ok=True)
    (folder / "experiments" / "simulated.json5").write_text(json.dumps(experiment, indent=2) + "\n")
    place = folder / "runs" / "simulated"
    place.mkdir(parents=True, exist_ok=True)
    protocol = settings(study.folds, study.seed)
    with open(place / "journal.jsonl.gz", "wb") as file:

        def end(text: list[bytes]) -> None:
            # The same header as milbench writes, without a time.
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            file.write(packer.compress(b"".join(text)) + packer.flush())

        text, size = [], 0
        for model in range(study.models):
            described = configuration(model)
            for dataset in sets:
                cell = Cell(dataset, model, described, protocol, draw.uniform(0.05, 0.3))
                for repetition in range(1, study.repeats + 1):
                    for fold in range(1, study.folds + 1):
                        text.append(line(cell, repetition, fold, draw))
                        size += len(text[-1])
                        if size >= MEMBER:
                            end(text)
                            text, size = [], 0
        if text:
            end(text)


def main() -> None:
    """Reads the command line and writes the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    for name, default in [("models", 20), ("datasets", 50), ("folds", 10), ("repeats", 100), ("bags", 100), ("seed", 1)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    folder = chosen.__dict__.pop("folder")
    write(folder, Study(**chosen.__dict__))


if __name__ == "__main__":
    main()
