#!/usr/bin/env python3
"""Makes the image bags of Ilse et al. 2018 from the public originals, as one .npz file that MILBench reads.

    make-image-bags.py colon FOLDER colon_cancer.npz     CRCHistoPhenotypes of the University of Warwick
    make-image-bags.py breast FOLDER breast_cancer.npz   UCSB bio-segmentation benchmark, breast cancer cells

A patch of the colon set is 27 x 27 pixels around a marked nucleus, the image being reflected at its border; a bag is an
image, positive where a nucleus is epithelial. A patch of the breast set is a square of a grid of 32 x 32 pixels; a bag is
an image, positive where its name says malignant. Both need NumPy and Pillow, the colon set SciPy too. Put the file into
the folder colon_cancer or breast_cancer of a folder that MILBENCH_DATA names.

Arrays: patches (uint8, N x height x width x 3), bag (number from 1), xy (place in the image), labels and image (one a
bag), and of the colon set cell_type (0 epithelial, 1 fibroblast, 2 inflammatory, 3 others).
"""

import argparse
import re
from pathlib import Path

import numpy as np
from PIL import Image

CELL_TYPES = ("epithelial", "fibroblast", "inflammatory", "others")


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def number(path):
    """Returns the number in a name such as img12.bmp."""
    return int(re.search(r"\d+", path.stem).group())


def colon_image(path, side=27):
    """Returns patches, places and types of the nuclei of an image, whose marks are in one MATLAB file per type."""
    from scipy.io import loadmat

    half = side // 2
    image = pixels(path)
    padded = np.pad(image, ((half, half), (half, half), (0, 0)), mode="reflect")
    patches, places, types = [], [], []
    for code, name in enumerate(CELL_TYPES):
        marks = loadmat(path.with_name(f"{path.stem.split('_')[0]}_{name}.mat"))["detection"]
        for x, y in marks:
            # Marks count pixels from 1.
            left = int(np.clip(round(x) - 1, 0, image.shape[1] - 1))
            top = int(np.clip(round(y) - 1, 0, image.shape[0] - 1))
            patches.append(padded[top : top + side, left : left + side])
            places.append((x, y))
            types.append(code)
    return patches, places, types


def breast_image(path, side=32):
    image = pixels(path)
    places = [
        (x, y)
        for y in range(0, image.shape[0] - side + 1, side)
        for x in range(0, image.shape[1] - side + 1, side)
    ]
    return [image[y : y + side, x : x + side] for x, y in places], places, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=("colon", "breast"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    if options.set == "colon":
        files = sorted(options.folder.rglob("img*.bmp"), key=number)
        read, expected = colon_image, (100, 22444)
    else:
        files, read, expected = sorted(options.folder.rglob("*.tif")), breast_image, (58, 38976)
    if not files:
        parser.error(f"no images of the {options.set} set in {options.folder}")
    columns = {"patches": [], "bag": [], "xy": [], "cell_type": []}
    labels = []
    for bag, path in enumerate(files, 1):
        patches, places, types = read(path)
        columns["patches"] += patches
        columns["bag"] += [bag] * len(patches)
        columns["xy"] += places
        columns["cell_type"] += types or []
        labels.append(int("malignant" in path.name if types is None else 0 in types))
    found = (len(files), len(columns["bag"]))
    if found != expected:
        print(f"found {found[0]} images and {found[1]} patches, expected {expected[0]} and {expected[1]}")
    kinds = {"patches": np.uint8, "bag": np.int16, "xy": np.float32, "cell_type": np.uint8}
    arrays = {name: np.array(values, kinds[name]) for name, values in columns.items() if values}
    np.savez_compressed(
        options.output, labels=np.array(labels, np.uint8), image=np.array([path.name for path in files]), **arrays)


if __name__ == "__main__":
    main()
