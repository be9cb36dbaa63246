"""Right answers to lab02.make_permutation in other styles than the solution's."""

from __future__ import annotations

import random

import numpy as np


def make_permutation_by_sorting(n, seed):
    return np.random.default_rng(seed).random(n).argsort()


def make_permutation_in_place(n, seed):
    places = np.arange(n)
    np.random.RandomState(seed).shuffle(places)
    return places


def make_permutation_of_a_list(n, seed):
    return random.Random(seed).sample(range(n), n)


def make_permutation_by_swaps(n, seed):
    draw = random.Random(seed)
    places = list(range(n))
    for last in range(n - 1, 0, -1):
        other = draw.randint(0, last)
        places[last], places[other] = places[other], places[last]
    return tuple(places)


def make_permutation_of_the_global_generator(n, seed):
    np.random.seed(seed)
    return np.random.choice(n, size=n, replace=False)
