"""Right answers to lab10.split in other styles than the solution's."""

from __future__ import annotations

import itertools
import random

import numpy as np


def split_lists(x, y, val_fraction, seed):
    draw = random.Random(seed)
    train, val = [], []
    for label in sorted(set(y.tolist())):
        places = [place for place in range(len(y)) if y[place] == label]
        draw.shuffle(places)
        count = int(val_fraction * len(places) + 0.5)
        val += places[:count]
        train += places[count:]
    return x[train], y[train], x[val], y[val]


def split_global_seed(x, y, val_fraction, seed):
    np.random.seed(seed)
    order = np.random.permutation(len(y))
    x, y = x[order], y[order]
    rank = np.zeros(len(y))
    for label in np.unique(y):
        mask = y == label
        rank[mask] = np.arange(mask.sum()) / mask.sum()
    val = rank < val_fraction - 1e-9
    return [x[~val], y[~val], x[val], y[val]]


def split_choice(x, y, val_fraction, seed):
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(y, return_counts=True)
    val = np.concatenate(
        [
            rng.choice(np.where(y == c)[0], round(n * val_fraction), replace=False)
            for c, n in zip(classes, counts, strict=True)
        ]
    )
    train = np.setdiff1d(np.arange(len(y)), val)
    rng.shuffle(train)
    return x[train], y[train], x[val], y[val]


def split_recursive(x, y, val_fraction, seed):
    def of_classes(classes, rng):
        if len(classes) == 0:
            return np.array([], int)
        places = np.argwhere(y == classes[0]).ravel()
        count = int(np.rint(len(places) * val_fraction))
        drawn = np.argsort(rng.random(len(places)))[:count]
        return np.append(places[drawn], of_classes(classes[1:], rng))

    val = of_classes(np.unique(y), np.random.RandomState(seed))
    rest = np.ones(len(y), bool)
    rest[val] = False
    return x[rest], y[rest], x[val], y[val]


def split_sorted(x, y, val_fraction, seed):
    random.seed(seed)
    keys = [(label, random.random(), place) for place, label in enumerate(y.tolist())]
    groups = {}
    for label, _, place in sorted(keys):
        groups.setdefault(label, []).append(place)
    first = [g[: round(len(g) * val_fraction)] for g in groups.values()]
    last = [g[round(len(g) * val_fraction) :] for g in groups.values()]
    train, val = [*itertools.chain(*last)], [*itertools.chain(*first)]
    return (
        np.take(x, train, axis=0),
        np.take(y, train),
        np.take(x, val, axis=0),
        np.take(y, val),
    )
