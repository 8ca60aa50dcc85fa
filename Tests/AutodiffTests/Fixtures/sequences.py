"""Writes sequences.json: what reads the instances of a bag in their order, by PyTorch in double precision.

Run in this folder: python sequences.py (NumPy, PyTorch); a case is as in rows.py.
"""

import json

import torch
import torch.nn.functional as F

from rows import case, draw, features

torch.manual_seed(3)
sizes = [1, 3, 6]


def inverse(a, steps=6):
    """The iteration of the Nyströmformer, started at the scale of its own matrix; rows of `a` sum to one."""
    z = a.T / a.sum(dim=0).max()
    one = torch.eye(len(a))
    for _ in range(steps):
        x = a @ z
        z = 0.25 * z @ (13 * one - x @ (15 * one - x @ (7 * one - x)))
    return z


def means(rows, count):
    n = len(rows)
    return torch.stack([rows[i * n // count : (i + 1) * n // count].mean(dim=0) for i in range(count)])


def landmark_attention(x, p, landmarks, longest, heads):
    q, k, v = x @ p["q.weight"], x @ p["k.weight"], x @ p["v.weight"]
    results = []
    for q, k, v in zip(q.chunk(heads, dim=1), k.chunk(heads, dim=1), v.chunk(heads, dim=1)):
        scale = q.shape[1] ** -0.5
        if len(x) <= max(longest, landmarks):
            results.append(torch.softmax(scale * q @ k.T, dim=1) @ v)
            continue
        ql, kl = means(q, landmarks), means(k, landmarks)
        first = torch.softmax(scale * q @ kl.T, dim=1)
        middle = inverse(torch.softmax(scale * ql @ kl.T, dim=1))
        results.append(first @ (middle @ (torch.softmax(scale * ql @ k.T, dim=1) @ v)))
    return torch.cat(results, dim=1)


def square(x, weight, bias, size):
    """A depthwise convolution of the rows as an image; what is missing from a square are the first rows again."""
    n, width = x.shape
    side = 1
    while side * side < n:
        side += 1
    image = torch.cat([x, x[: side * side - n]]).T.reshape(1, width, side, side)
    kernel = weight.T.reshape(width, 1, size, size)
    result = F.conv2d(image, kernel, bias[0], padding=size // 2, groups=width)
    return result.reshape(width, side * side).T[:n]


def line(x, weight, size):
    width = x.shape[1]
    return F.conv1d(x.T[None], weight.T.reshape(width, 1, size), padding=size // 2, groups=width)[0].T


def among_largest(x, count):
    """1 for the largest of each column; those that tie for the last places share them."""
    x = x.detach()
    if count == 0:
        return 0 * x
    smallest = torch.sort(x, dim=0, descending=True).values[count - 1]
    above, tied = (x > smallest), (x == smallest)
    return above + tied * ((count - above.sum(dim=0)) / tied.sum(dim=0))


projections = {"q.weight": draw(5, 4), "k.weight": draw(5, 4), "v.weight": draw(5, 6)}
cases = [
    case("landmarkAttention", lambda x, p, b: landmark_attention(x, p, 2, 3, 2), projections, rows=features),
    case("landmarkAttentionOfOne", lambda x, p, b: landmark_attention(x, p, 3, 0, 1), projections, rows=features),
    case(
        "squareConvolution",
        lambda x, p, b: square(x, p["c.weight"], p["c.bias"], 3),
        {"c.weight": draw(9, 5), "c.bias": draw(1, 5)},
    ),
    case(
        "wideSquareConvolution",
        lambda x, p, b: square(x, p["c.weight"], p["c.bias"], 7),
        {"c.weight": draw(49, 5), "c.bias": draw(1, 5)},
    ),
    case("lineConvolution", lambda x, p, b: line(x, p["c.weight"], 3), {"c.weight": draw(3, 5)}),
    case("amongLargest", lambda x, p, b: x * among_largest(x, min(2, len(x)))),
    case("amongLargestShare", lambda x, p, b: x * among_largest(x, min(-(-len(x) * 2 // 5), len(x) - 1))),
]

if __name__ == "__main__":
    with open("sequences.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n")
