"""The input and output of a rival: one folder of files from the benchmark, then one request per line on standard input.

The folder has case.json and raw little-endian arrays: instances.f32 (bags already in the order of the steps), offsets.i32,
labels.f32 and parameters.f32 (one after the other, as case.json names them; weights are inputs x outputs).

Requests and their answers, each one line of JSON:
  prepare B      compiles and warms up steps of B bags; {"scores": [...]} of all bags after one epoch from the start
  train B E      {"seconds": s} of E epochs from the start, without what is not training (resetting, reading)
  score N        {"seconds": s} of scoring all bags N times
"""

import json
import sys
import time
from pathlib import Path

import numpy as np


class Case:
    """The bags, the initial parameters and the constants of a training run."""

    def __init__(self, folder):
        folder = Path(folder)
        values = json.loads((folder / "case.json").read_text())
        self.model = values["model"]
        self.layers = values["layers"]
        self.training = values["training"]
        self.threads = values["threads"]
        self.clock = time.process_time if values["clock"] == "processor" else time.perf_counter
        self.iterations = values["iterations"]
        self.margins = values["margins"]
        self.offsets = np.fromfile(folder / "offsets.i32", dtype="<i4").astype(np.int64)
        self.labels = np.fromfile(folder / "labels.f32", dtype="<f4")
        instances = np.fromfile(folder / "instances.f32", dtype="<f4")
        self.instances = instances.reshape(-1, values["features"])
        self.bags = len(self.labels)
        self.sizes = np.diff(self.offsets)
        flat = np.fromfile(folder / "parameters.f32", dtype="<f4")
        self.parameters, start = {}, 0
        for name, rows, columns in values["parameters"]:
            shape = (rows, columns) if name.endswith("weight") else (columns,)
            self.parameters[name] = flat[start : start + rows * columns].reshape(shape).copy()
            start += rows * columns

    def batches(self, size):
        """Returns the first bag of each step, and the end of the last."""
        return list(range(0, self.bags, size)) + [self.bags]


def serve(rival, version):
    """Answers requests until the input ends."""

    clock = rival.case.clock

    def answer(values):
        print(json.dumps(values), flush=True)

    answer({"version": version})
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        numbers = [int(word) for word in words[1:]]
        try:
            if words[0] == "prepare":
                rival.reset()
                rival.train(numbers[0], 1)
                answer({"scores": [float(score) for score in rival.score()]})
            elif words[0] == "train":
                rival.reset()
                start = clock()
                rival.train(*numbers)
                answer({"seconds": clock() - start})
            elif words[0] == "score":
                start = clock()
                for _ in range(numbers[0]):
                    rival.score()
                answer({"seconds": clock() - start})
            else:
                answer({"error": f"unknown request {words[0]}"})
        except Exception as error:  # The benchmark prints it; the other cases go on.
            answer({"error": f"{type(error).__name__}: {error}".splitlines()[0]})
