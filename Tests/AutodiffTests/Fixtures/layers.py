"""Writes layers.json: values and gradients of attention, layer normalisation and layers of images, by PyTorch.

Run in this folder: python layers.py (NumPy, PyTorch). Cases are those of rows.py, in double precision.
"""

import json

import torch
import torch.nn.functional as F

from rows import case, draw

wide = draw(10, 6)
wide[8] = wide[6]
wide[3] = 0.75  # a row of equal values
image_rows = torch.round(4 * draw(3, 60)) / 4  # with ties


def heads(q, k, v, count):
    """Attention as PyTorch has it: heads x rows x columns."""
    split = lambda a: a.reshape(len(a), count, -1).transpose(0, 1)
    return F.scaled_dot_product_attention(split(q), split(k), split(v)).transpose(0, 1).reshape(len(q), -1)


def linear(x, p, name):
    return x @ p[name + ".weight"] + p[name + ".bias"]


def self_attention(x, p, count):
    """torch.nn.MultiheadAttention with our weights."""
    layer = lambda name: p["a." + name + ".weight"].T
    bias = lambda name: p["a." + name + ".bias"].flatten()
    x = x[:, None]
    result, _ = F.multi_head_attention_forward(
        x, x, x, x.shape[2], count, torch.cat([layer(n) for n in ("query", "key", "value")]),
        torch.cat([bias(n) for n in ("query", "key", "value")]), None, None, False, 0.0, layer("output"), bias("output"),
    )
    return result[:, 0]


def layer(name, rows, columns):
    return {name + ".weight": draw(rows, columns), name + ".bias": draw(1, columns)}


def attention_layers(width):
    names = ("query", "key", "value", "output")
    return {key: value for name in names for key, value in layer("a." + name, width, width).items()}


def cross(x, p):
    return heads(p["p"], linear(x, p, "k"), linear(x, p, "v"), 2)


def convolved(x, p, shape, name="c", **settings):
    """Ours has the weights of a channel in a column."""
    channels = p[name + ".weight"].shape[1]
    kernel = round((len(p[name + ".weight"]) / shape[0]) ** 0.5)
    weight = p[name + ".weight"].T.reshape(channels, shape[0], kernel, kernel)
    bias = p[name + ".bias"].flatten() if name + ".bias" in p else None
    return F.conv2d(x.reshape(-1, *shape), weight, bias, **settings)


def flat(images):
    return images.reshape(len(images), -1)


def small_network(x, p):
    images = F.max_pool2d(torch.tanh(convolved(x, p, (2, 6, 5), padding=1)), 2)
    return linear(flat(torch.tanh(convolved(images.reshape(len(images), -1), p, (3, 3, 2), "d"))), p, "l")


def image_case(name, function, parameters=None):
    return case(name, lambda x, p, b: flat(function(x, p)), parameters, [1, 2], image_rows)


shape = (2, 6, 5)
norm = {"n.gain": draw(1, 6), "n.bias": draw(1, 6)}
cases = [
    case("attention", lambda x, p, b: heads(x, x, x, 1), rows=wide),
    case("selfAttention", lambda x, p, b: self_attention(x, p, 2), attention_layers(6), rows=wide),
    case(
        "crossAttention", lambda x, p, b: cross(x, p),
        {"p": draw(3, 4)} | layer("k", 6, 4) | layer("v", 6, 8), rows=wide,
    ),
    case(
        "bagAttention",
        lambda x, p, b: heads(x.mean(dim=0, keepdim=True), x, x, 3), rows=wide,
    ),
    case("layerNormalised", lambda x, p, b: F.layer_norm(x, (6,), p["n.gain"][0], p["n.bias"][0]), norm, rows=wide),
    case(
        "layerNormalisedBags",
        lambda x, p, b: F.layer_norm(x.sum(dim=0, keepdim=True), (6,), p["n.gain"][0], p["n.bias"][0], 0.01),
        norm, rows=wide,
    ),
    case("softmaxOverFeatures", lambda x, p, b: torch.softmax(3 * x, dim=1), rows=wide),
    image_case("convolution", lambda x, p: convolved(x, p, shape), layer("c", 18, 4)),
    image_case("paddedConvolution", lambda x, p: convolved(x, p, shape, padding=2), {"c.weight": draw(18, 3)}),
    image_case("stridedConvolution", lambda x, p: convolved(x, p, shape, stride=2, padding=1), layer("c", 18, 4)),
    image_case("sparseConvolution", lambda x, p: convolved(x, p, shape, stride=3, padding=1), layer("c", 8, 2)),
    image_case("pointConvolution", lambda x, p: convolved(x, p, shape), layer("c", 2, 3)),
    image_case("maxPooled", lambda x, p: F.max_pool2d(x.reshape(-1, *shape), 2)),
    image_case("overlappingMaxPooled", lambda x, p: F.max_pool2d(x.reshape(-1, *shape), 3, 2)),
    image_case("smallNetwork", small_network, layer("c", 18, 3) | layer("d", 12, 4) | layer("l", 8, 3)),
]


def long_attention(sizes, taken):
    """Bags of several tiles: a formula gives the input, and some rows are compared."""
    row, column = torch.arange(sum(sizes))[:, None], torch.arange(6)[None]
    x = (2 * torch.sin(0.7 * row + 1.3 * column + 0.001 * row * row)).requires_grad_()
    value = torch.cat([heads(2 * part, part, part, 2) for part in torch.split(x, sizes)])
    loss = ((value + 0.3) ** 2).sum()
    loss.backward()
    rows = lambda a: a[taken].flatten().tolist()
    return {
        "bagSizes": sizes, "taken": taken, "loss": loss.item(), "value": rows(value), "inputGradient": rows(x.grad)
    }


def ways():
    """The eight ways to lay an image on itself, of 2 x 3 x 3 values 0, 1, ..."""
    image = torch.arange(18).reshape(2, 3, 3)
    return [torch.rot90(each, k, (1, 2)).flatten().tolist() for each in (image, image.flip(2)) for k in range(4)]


with open("layers.json", "w") as file:
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    file.write('{"cases":[\n' + ",\n".join(map(compact, cases)) + "\n],\n")
    long = long_attention([130, 1, 600], [0, 127, 128, 129, 130, 131, 386, 387, 642, 643, 730])
    file.write(f'"longAttention":{compact(long)},\n"ways":{compact(ways())}}}\n')
