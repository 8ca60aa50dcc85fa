"""A support vector machine on minima and maxima of bags (Gaertner et al., ICML 2002) as an external model of MILBench."""
import json, pickle, sys
import numpy as np
from sklearn.svm import SVC

step, folder = sys.argv[1:]
chosen = json.load(open(f"{folder}/job.json"))["parameters"]
data = np.load(f"{folder}/training.npz" if step == "fit" else f"{folder}/bags.npz")
low = np.minimum.reduceat(data["instances"], data["starts"])
high = np.maximum.reduceat(data["instances"], data["starts"])
bags = np.hstack([low, high])
if step == "fit":
    pickle.dump(SVC(C=chosen["c"], gamma=chosen["gamma"]).fit(bags, data["labels"]), open(f"{folder}/state.pkl", "wb"))
else:
    np.savetxt(f"{folder}/scores.csv", pickle.load(open(f"{folder}/state.pkl", "rb")).decision_function(bags))
