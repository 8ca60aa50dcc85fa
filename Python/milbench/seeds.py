"""Seeds of trials, equal to those of the command."""

from __future__ import annotations

from collections.abc import Sequence

_MASK = (1 << 64) - 1


def _mixed(state: int) -> int:
    """One step of SplitMix64 from a state (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195)."""
    value = (state + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def derive_seed(master: int, path: Sequence[str]) -> int:
    """Returns the 64-bit seed for ``path``: FNV-1a over its parts, starting from the mixed master seed, then mixed again."""
    state = 0xCBF29CE484222325 ^ _mixed(master & _MASK)
    for part in path:
        for byte in part.encode():
            state = ((state ^ byte) * 0x100000001B3) & _MASK
        state = ((state ^ 0xFF) * 0x100000001B3) & _MASK
    return _mixed(state)


def trial_seed(master: int, seed_name: str, model: str, repetition: int, fold: int) -> int:
    """Returns the seed of all randomness in a trial under the protocol ``clean``."""
    return derive_seed(master, ["trial", seed_name, model, "clean", str(repetition), str(fold)])
