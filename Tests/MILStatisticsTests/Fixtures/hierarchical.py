"""Golden probabilities of the Bayesian hierarchical comparison: python hierarchical.py writes hierarchical.json beside this file.

The posterior of Corani et al. (2017) is integrated on a dense grid with SciPy's densities. Each result is checked against
a Gibbs sampler of the whole model, with the standard deviation of each data set and the hyperparameters of the degrees
of freedom among its variables. It takes some minutes.
"""

import json
import pathlib

import numpy as np
from scipy import stats

ROPE = 0.01
SHAPE, RATE = (0.5, 5.0), (0.05, 0.15)


class Data:
    """Means and sums of squares of the data sets, and the bounds of the priors."""

    def __init__(self, sets):
        self.n = np.array([len(x) for x, _ in sets])
        self.mean = np.array([np.mean(x) for x, _ in sets])
        self.rho = np.array([rho for _, rho in sets])
        squares = np.array([np.sum((np.asarray(x) - np.mean(x)) ** 2) for x, _ in sets])
        # The variance of a uniform distribution over the region of equivalence, for a set without spread.
        self.squares = np.where(squares < 1e-15, self.n * ROPE**2 / 3, squares)
        deviation = np.sqrt(self.squares / (self.n - 1))
        self.largest_width = 1000 * self.mean.std(ddof=1)
        self.largest_deviation = 1000 * deviation.mean()
        self.weight = self.n / (1 + (self.n - 1) * self.rho)


def prior(above):
    """The density of nu - 1: gamma, averaged over shape and rate by Gauss's rule."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    shape = np.mean(SHAPE) + np.diff(SHAPE) / 2 * nodes
    rate = np.mean(RATE) + np.diff(RATE) / 2 * nodes
    density = stats.gamma.pdf(above[:, None, None], shape[None, :, None], scale=1 / rate[None, None, :])
    return np.einsum("yab,a,b->y", density, weights, weights) / 4


def integrated(sets, places=101, centres=141, widths=80, degrees=32):
    data = Data(sets)
    freedom = data.n - 2
    scale = np.sqrt(data.squares / (1 - data.rho) / data.weight / freedom)
    u = np.linspace(-7, 7, places)
    y, dy = np.sinh(u), np.cosh(u) * (u[1] - u[0])
    u = np.linspace(-2.6, 3.7, degrees)
    nus = 1 + 10 * np.exp(u - np.exp(-u))
    nu_mass = prior(nus - 1) * (nus - 1) * (1 + np.exp(-u)) * (u[1] - u[0])
    u = np.linspace(-2.6, np.log(data.largest_width / scale.min()), widths)
    sigmas = scale.min() * np.exp(u - np.exp(-u))
    sigma_mass = sigmas * (1 + np.exp(-u)) * (u[1] - u[0])
    sigma_mass[-1] /= 2
    own = [stats.t.pdf(y, v) for v in freedom]
    logs, above, below = [], [], []
    for nu, nm in zip(nus, nu_mass):
        standard = stats.t.pdf(y, nu)
        for sigma, sm in zip(sigmas, sigma_mass):
            precision = 1 / (sigma**2 + scale**2)
            middle, spread = np.median(data.mean), 1 / np.sqrt(precision.sum())
            u = np.linspace(-np.arcsinh((1 + middle) / spread), np.arcsinh((1 - middle) / spread), centres)
            mu = middle + spread * np.sinh(u)
            mass = spread * np.cosh(u) * (u[1] - u[0])
            mass[[0, -1]] /= 2
            log = np.log(mass * nm * sm)
            for mean, width, v, density in zip(data.mean, scale, freedom, own):
                # f g = f g f / (f + g) + f g g / (f + g), each on the nodes of one density
                f = standard[None, :] / sigma
                g = stats.t.pdf((mu[:, None] + sigma * y - mean) / width, v) / width
                total = (f * g / (f + g) * standard * dy).sum(axis=1)
                f = stats.t.pdf((mean + width * y - mu[:, None]) / sigma, nu) / sigma
                g = density[None, :] / width
                total += (f * g / (f + g + 1e-300) * density * dy).sum(axis=1)
                log = log + np.log(total + 1e-300)
            logs.append(log)
            above.append(stats.t.sf((ROPE - mu) / sigma, nu))
            below.append(stats.t.cdf((-ROPE - mu) / sigma, nu))
    logs = np.array(logs)
    weight = np.exp(logs - logs.max())
    right, left = (np.sum(weight * np.array(part)) / weight.sum() for part in (above, below))
    return right, 1 - right - left, left


def sampled(sets, chains=2000, burn_in=500, draws=300, seed=1):
    """A Gibbs sampler: t as a scale mixture of normals, Metropolis steps for nu and the parameters of its prior."""
    data, random = Data(sets), np.random.default_rng(seed)
    size = (chains, len(sets))
    mu, sigma, nu = np.full(chains, data.mean.mean()), np.full(chains, 0.05), np.full(chains, 10.0)
    shape, rate = np.full(chains, 2.0), np.full(chains, 0.1)
    delta, mixing = np.tile(data.mean, (chains, 1)), np.ones(size)
    right, left = [], []

    def log_nu(value, shape=None, rate=None):
        z = (delta - mu[:, None]) / sigma[:, None]
        return stats.gamma.logpdf(value - 1, shape, scale=1 / rate) + stats.t.logpdf(z, value[:, None]).sum(axis=1)

    for step in range(burn_in + draws):
        rest = data.squares / (1 - data.rho) + data.weight * (data.mean - delta) ** 2
        variance = np.minimum(rest / 2 / random.gamma((data.n - 1) / 2, size=size), data.largest_deviation**2)
        precision = data.weight / variance + mixing / sigma[:, None] ** 2
        mean = (data.weight / variance * data.mean + mixing / sigma[:, None] ** 2 * mu[:, None]) / precision
        delta = mean + random.normal(size=size) / np.sqrt(precision)
        for _ in range(3):
            proposed = 1 + (nu - 1) * np.exp(random.choice([0.3, 1.5], size=chains) * random.normal(size=chains))
            ratio = log_nu(proposed, shape, rate) - log_nu(nu, shape, rate) + np.log((proposed - 1) / (nu - 1))
            nu = np.where(np.log(random.random(chains)) < ratio, proposed, nu)
        z = (delta - mu[:, None]) / sigma[:, None]
        mixing = random.gamma((nu[:, None] + 1) / 2 * np.ones(size)) / ((nu[:, None] + z**2) / 2)
        mean, deviation = (mixing * delta).sum(axis=1) / mixing.sum(axis=1), sigma / np.sqrt(mixing.sum(axis=1))
        low, high = stats.norm.cdf((-1 - mean) / deviation), stats.norm.cdf((1 - mean) / deviation)
        mu = mean + deviation * stats.norm.ppf(low + (high - low) * random.random(chains))
        squares, half = (mixing * (delta - mu[:, None]) ** 2).sum(axis=1) / 2, (len(sets) - 1) / 2
        low = stats.gamma.cdf(squares / data.largest_width**2, half)
        share = np.minimum(low + (1 - low) * random.random(chains), 1 - 1e-15)
        sigma = np.sqrt(squares / stats.gamma.ppf(share, half))
        for bounds, is_shape in ((SHAPE, True), (RATE, False)):
            proposed = random.uniform(*bounds, size=chains)
            other = (proposed, rate) if is_shape else (shape, proposed)
            ratio = stats.gamma.logpdf(nu - 1, other[0], scale=1 / other[1]) - stats.gamma.logpdf(
                nu - 1, shape, scale=1 / rate)
            taken = np.log(random.random(chains)) < ratio
            shape, rate = np.where(taken, other[0], shape), np.where(taken, other[1], rate)
        if step >= burn_in:
            right.append(stats.t.sf((ROPE - mu) / sigma, nu).mean())
            left.append(stats.t.cdf((-ROPE - mu) / sigma, nu).mean())
    return np.mean(right), 1 - np.mean(right) - np.mean(left), np.mean(left)


def drawn(random, sets, folds, mean, among, within, test_fraction=0.1):
    """Fold differences with common noise, as of folds that share training bags."""
    made = []
    for _ in range(sets):
        center = mean + among * random.standard_t(4)
        common, rest = np.sqrt(test_fraction) * random.normal(), np.sqrt(1 - test_fraction) * random.normal(size=folds)
        made.append((np.round(center + within * (common + rest), 5), test_fraction))
    return made


def main():
    random = np.random.default_rng(2017)
    cases = {
        "five, one better": drawn(random, 5, 50, 0.03, 0.01, 0.08),
        "five, equal": drawn(random, 5, 50, 0.0, 0.0, 0.02),
        "three with few folds": drawn(random, 3, 5, 0.02, 0.02, 0.05, 0.2),
        "twelve of two designs": drawn(random, 8, 50, -0.01, 0.02, 0.06) + drawn(random, 4, 4, -0.01, 0.02, 0.06, 0.25),
        "one outlier": drawn(random, 6, 50, 0.0, 0.005, 0.03) + drawn(random, 1, 50, 0.2, 0.0, 0.03),
        "one set without spread": drawn(random, 4, 10, 0.01, 0.01, 0.05) + [(np.full(10, 0.02), 0.1)],
    }
    written = []
    for name, sets in cases.items():
        found, other = integrated(sets), sampled(sets)
        print(name, np.round(found, 5), np.round(other, 5), flush=True)
        assert np.allclose(found, other, atol=4e-3), name
        written.append({
            "name": name, "aBetter": found[0], "equal": found[1], "bBetter": found[2],
            "datasets": [
                {"differences": list(map(float, x)), "testPerTraining": rho / (1 - rho)} for x, rho in sets],
        })
    file = pathlib.Path(__file__).with_name("hierarchical.json")
    file.write_text(json.dumps(written) + "\n")


if __name__ == "__main__":
    main()
