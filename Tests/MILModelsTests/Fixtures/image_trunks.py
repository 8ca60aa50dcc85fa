"""Writes image_trunks.json: features and gradients of the convolutional trunks, by PyTorch in double precision.

Run in this folder: python image_trunks.py (PyTorch). Images and parameters are sines of their places, so that the file holds
results alone; of long gradients it holds their sum and some of their elements. The loss is the mean over bags of the sum
over their instances of probe times the square of the features. Weight matrices are inputs x outputs.
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SIZES = [1, 3]


def waves(count, step, scale):
    return scale * torch.sin(step * torch.arange(count))


def some(tensor):
    flat = tensor.flatten()
    step = max(1, len(flat) // 24)
    return {"sum": flat.sum().item(), "step": step, "elements": flat[::step].tolist()}


def case(trunk, image, maps, units):
    channels = image[0]
    shapes = {}
    side = image[1]
    for index, (count, kernel) in enumerate(maps, 1):
        shapes[f"convolution.{index}"] = (channels * kernel * kernel, count)
        channels, side = count, (side - kernel + 1) // 2
    width = channels * side * side
    for index, count in enumerate(units, 1):
        shapes[f"trunk.{index}"] = (width, count)
        width = count
    parameters = {}
    for place, (name, (rows, columns)) in enumerate(shapes.items()):
        parameters[name + ".weight"] = waves(rows * columns, 0.7 + 0.1 * place, 1.5 / rows**0.5).reshape(rows, columns)
        parameters[name + ".bias"] = waves(columns, 1.1 + 0.1 * place, 0.1)
    parameters["probe"] = waves(width, 0.9, 1)
    for value in parameters.values():
        value.requires_grad_()
    count = image[0] * image[1] * image[2]
    images = waves(sum(SIZES) * count, 0.37, 1).reshape(-1, *image).requires_grad_()
    x = images
    for index, (channels, kernel) in enumerate(maps, 1):
        weight = parameters[f"convolution.{index}.weight"].T.reshape(channels, -1, kernel, kernel)
        x = F.max_pool2d(F.relu(F.conv2d(x, weight, parameters[f"convolution.{index}.bias"])), 2)
    x = x.flatten(1)
    for index in range(1, len(units) + 1):
        x = F.relu(x @ parameters[f"trunk.{index}.weight"] + parameters[f"trunk.{index}.bias"])
    loss = sum(bag.sum() for bag in (parameters["probe"] * x**2).split(SIZES)) / len(SIZES)
    loss.backward()
    return {
        "trunk": trunk, "image": image, "sizes": SIZES, "loss": loss.item(), "features": some(x.detach()),
        "parameters": {name: list(value.shape) for name, value in parameters.items()},
        "gradients": {name: some(value.grad) for name, value in parameters.items()} | {"": some(images.grad)},
    }  # fmt: skip


cases = [
    case("lenet-digits", [1, 28, 28], [(20, 5), (50, 5)], [500]),
    case("lenet-histology", [3, 27, 27], [(36, 4), (48, 3)], [512, 512]),
    case("lenet-histology", [3, 32, 32], [(36, 4), (48, 3)], [512, 512]),
]
with open("image_trunks.json", "w") as file:
    json.dump(cases, file, indent=1)
