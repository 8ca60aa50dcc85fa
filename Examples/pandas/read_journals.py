"""Read journals of MILBench into pandas: python3 read_journals.py JOURNAL.jsonl.gz ..."""
import sys
import pandas as pd

trials = pd.concat([pd.read_json(name, lines=True, dtype={"seed": str}) for name in sys.argv[1:]], ignore_index=True)
trials = trials[trials.status == "finished"]

# One row a test bag: which bag, its label, its score, and whether it was called right.
bags = trials.explode(["bags", "labels", "scores"]).astype({"bags": int, "labels": int, "scores": float})
bags["right"] = (bags.scores >= bags.threshold) == (bags.labels == 1)

# As the tables have it: the mean over repetitions of the mean over folds.
folds = bags.groupby(["dataset", "model", "protocol", "repetition", "fold"]).right.mean()
accuracy = folds.groupby(["dataset", "model", "protocol"]).agg(["mean", "std", "count"])
print(accuracy.round(4).to_string())
