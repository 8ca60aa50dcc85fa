"""Concordance indices with ties and censoring by scikit-survival, written to concordance.json: python3 concordance.py

Times are whole numbers, so that many are equal, and so are risks; a quarter to a half of the times are censored.
"""

import json

import numpy as np
from sksurv.metrics import concordance_index_censored

rng = np.random.default_rng(4)
cases = []
for count, levels, share in [(12, 5, 0.5), (40, 8, 0.7), (40, 100, 0.75), (25, 3, 0.6), (60, 12, 0.9)]:
    times = rng.integers(1, levels + 1, size=count).astype(float)
    events = rng.random(count) < share
    risks = np.round(rng.normal(size=count) - 0.3 * times / levels * 4, 1)
    cases.append(
        dict(times=times.tolist(), events=events.tolist(), risks=risks.tolist(),
             concordance=float(concordance_index_censored(events, times, risks)[0])))
json.dump(cases, open("concordance.json", "w"), indent=1)
