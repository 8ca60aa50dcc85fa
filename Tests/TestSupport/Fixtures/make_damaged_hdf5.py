#!/usr/bin/env python3
"""Writes damaged-hdf5/, files of hdf5-bags/ after changes that a fuzzer found: python3 make_damaged_hdf5.py

libhdf5 1.10.8 crashes on cells.mat and texts.h5, and asks for more memory than a machine has for memory.h5.
"""
import pathlib

here = pathlib.Path(__file__).parent
changes = {
    "cells.mat": ("cells-7.mat", {2704: "00", 6845: "ffffffff", 7356: "ffffffff"}),
    "texts.h5": ("texts.h5", {911: "80"}),
    "memory.h5": ("packed.h5", {931: "f1", 2168: "0f", 14882: "ffffffffffffffff"}),
}
(here / "damaged-hdf5").mkdir(exist_ok=True)
for name, (source, places) in changes.items():
    content = bytearray((here / "hdf5-bags" / source).read_bytes())
    for place, new in places.items():
        new = bytes.fromhex(new)
        content[place:place + len(new)] = new
    (here / "damaged-hdf5" / name).write_bytes(content)
