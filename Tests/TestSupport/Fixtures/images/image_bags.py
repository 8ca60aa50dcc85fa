"""Writes bags of images: byte i of the patches is 7 i modulo 256, and bags take turns. Run in this folder (NumPy)."""

import numpy as np

patches = (7 * np.arange(5 * 4 * 5 * 3) % 256).astype(np.uint8).reshape(5, 4, 5, 3)
arrays = {
    "bag": np.array([1, 2, 1, 2, 1], np.int16),
    "xy": np.array([[10 * i, i] for i in range(5)], np.float32),
    "cell_type": np.array([2, 1, 0, 3, 1], np.uint8),
    "labels": np.array([1, 0], np.uint8),
    "image": np.array(["a.png", "b.png"]),
}
np.savez_compressed("last.npz", patches=patches, **arrays)
np.savez_compressed("first.npz", patches=np.ascontiguousarray(patches.transpose(0, 3, 1, 2)), **arrays)
np.savez_compressed("short.npz", patches=patches, **{**arrays, "bag": arrays["bag"][:4]})
