"""Right answers to lab15.split_by_source in other styles than the solution's."""

from __future__ import annotations

import random

import numpy as np


def split_masks(x, y, sources, test_fraction, seed):
    names = np.unique(sources)
    rng = np.random.RandomState(seed)
    chosen = rng.choice(names, round(test_fraction * len(names)), replace=False)
    test = np.isin(sources, chosen)
    return x[~test], y[~test], x[test], y[test]


def split_lists(x, y, sources, test_fraction, seed):
    names = sorted(set(sources.tolist()))
    random.Random(seed).shuffle(names)
    for_test = set(names[: int(test_fraction * len(names) + 0.5)])
    parts = [[], [], [], []]
    for image, label, source in zip(x, y, sources.tolist(), strict=True):
        place = 2 * (source in for_test)
        parts[place].append(image)
        parts[place + 1].append(label)
    return parts


def split_ranked(x, y, sources, test_fraction, seed):
    _, numbers = np.unique(sources, return_inverse=True)
    count = numbers.max() + 1
    ranks = np.random.default_rng(seed).permutation(count)
    test = ranks[numbers] >= count - round(test_fraction * count)
    return np.compress(~test, x, 0), y[~test], np.compress(test, x, 0), y[test]


def split_grouped(x, y, sources, test_fraction, seed):
    random.seed(seed)
    groups = {}
    for place, source in enumerate(sources):
        groups.setdefault(int(source), []).append(place)
    drawn = random.sample(sorted(groups), round(test_fraction * len(groups)))
    test = [place for source in drawn for place in groups[source]]
    train = [p for s, places in groups.items() if s not in drawn for p in places]
    return [x[train], y[train], x[test], y[test]]


def split_by_threshold(x, y, sources, test_fraction, seed):
    np.random.seed(seed)
    keys = {source: np.random.rand() for source in np.unique(sources)}
    count = round(test_fraction * len(keys))
    limit = sorted(keys.values())[count]
    below = np.array([keys[source] < limit for source in sources])
    order = np.argsort(below, kind="stable")
    cut = int((~below).sum())
    train, test = order[:cut], order[cut:]
    return x[train], y[train], x[test], y[test]
