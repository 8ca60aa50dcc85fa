"""Writes generator.json: the values of the project's random generator, computed by plain Python integers.

Run in this folder: python generator.py (standard library only). Algorithms: xoshiro256** 1.0 and SplitMix64 as
published by their authors, Lemire's bounded integers, Box-Muller, Fisher-Yates, FNV-1a.
"""

import json
import math

MASK = (1 << 64) - 1


def splitmix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class Xoshiro:
    def __init__(self, seed):
        source = splitmix(seed)
        self.s = [next(source) for _ in range(4)]
        self.spare = []

    def bits(self):
        s = self.s
        result = (rotl((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def uniform(self):
        return (self.bits() >> 11) / (1 << 53)

    def below(self, bound):
        while True:
            product = self.bits() * bound
            if (product & MASK) >= (1 << 64) % bound:
                return product >> 64

    def normal(self):
        if not self.spare:
            radius = math.sqrt(-2 * math.log(1 - self.uniform()))
            angle = 2 * math.pi * self.uniform()
            self.spare = [radius * math.sin(angle), radius * math.cos(angle)]
        return self.spare.pop()

    def permutation(self, count):
        result = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


def derive(master, path):
    state = 0xCBF29CE484222325 ^ next(splitmix(master))
    for component in path:
        for byte in component.encode() + b"\xff":
            state = ((state ^ byte) * 0x100000001B3) & MASK
    return next(splitmix(state))


def sequences(seed):
    def many(draw, count=6):
        generator = Xoshiro(seed)
        return [draw(generator) for _ in range(count)]

    return {
        "seed": seed,
        "bits": many(Xoshiro.bits),
        "uniform": many(Xoshiro.uniform),
        "belowSeven": many(lambda g: g.below(7)),
        # Just over a third of the range, so that about every third draw is refused.
        "belowLarge": many(lambda g: g.below((1 << 64) // 3 + 1), 8),
        "normal": many(Xoshiro.normal, 7),
        "permutation": Xoshiro(seed).permutation(12),
    }


paths = [(0, []), (0, [""]), (1, ["fold", "musk1", "3"]), (1, ["fold", "musk13"]), (MASK, ["Grüße", "epoch", "0"])]
values = {
    "sequences": [sequences(seed) for seed in (0, 1, 42, MASK)],
    "seeds": [{"master": master, "path": path, "seed": derive(master, path)} for master, path in paths],
}

with open("generator.json", "w") as file:
    json.dump(values, file, separators=(",", ":"))
    file.write("\n")
