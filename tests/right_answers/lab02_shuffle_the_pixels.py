"""Right answers to lab 02 in other styles than the solution's."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

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


def permute_pixels_in_loops(images, perm):
    count, _, width = images.shape
    result = np.zeros(images.shape)
    for number in range(count):
        for place, source in enumerate(perm):
            row, column = divmod(place, width)
            result[number, row, column] = images[
                number, source // width, source % width
            ]
    return result


def permute_pixels_with_take(images, perm):
    flat = np.reshape(images, (images.shape[0], -1))
    return np.take(flat, perm, axis=1).reshape(images.shape)


def permute_pixels_by_rows_and_columns(images, perm):
    sources = np.unravel_index(np.reshape(perm, images.shape[1:]), images.shape[1:])
    return images[:, sources[0], sources[1]]


def permute_pixels_of_lists(images, perm):
    shuffled = []
    for image in images.tolist():
        pixels = [pixel for row in image for pixel in row]
        moved = [pixels[source] for source in perm]
        width = len(image[0])
        shuffled.append([moved[i : i + width] for i in range(0, len(moved), width)])
    return shuffled


def permute_pixels_image_by_image(images, perm):
    return np.stack([image.ravel()[perm].reshape(image.shape) for image in images])


def inverse_permutation_in_a_loop(perm):
    inverse = [0] * len(perm)
    for place, source in enumerate(perm):
        inverse[source] = place
    return inverse


def inverse_permutation_by_assignment(perm):
    inverse = np.empty_like(perm)
    inverse[perm] = np.arange(len(perm))
    return inverse


def inverse_permutation_by_search(perm):
    return [list(perm).index(place) for place in range(len(perm))]


def inverse_permutation_by_sorting(perm):
    return np.argsort(perm, kind="stable")


def inverse_permutation_of_a_matrix(perm):
    matrix = np.eye(len(perm), dtype="float32")[perm]
    return matrix.argmax(axis=0)


def inverse_permutation_by_sorted_pairs(perm):
    pairs = sorted((int(source), place) for place, source in enumerate(perm))
    return tuple(place for _, place in pairs)


def inverse_permutation_along_cycles(perm):
    """Walk from each place until the next step would lead home."""
    inverse = []
    for home in range(len(perm)):
        place = home
        while perm[place] != home:
            place = perm[place]
        inverse.append(place)
    return np.array(inverse, dtype="int32")


def permute_dense_weights_in_a_loop(weights, perm):
    moved = np.zeros(weights.shape)
    for place in range(len(perm)):
        moved[place, :] = weights[perm[place], :]
    return moved


def permute_dense_weights_with_take(weights, perm):
    return np.take(weights, perm, axis=0)


def permute_dense_weights_of_lists(weights, perm):
    rows = weights.tolist()
    return [rows[source] for source in perm]


def permute_dense_weights_by_assignment(weights, perm):
    moved = np.empty_like(weights)
    moved[np.argsort(perm)] = weights
    return moved.astype("float32")


def permute_dense_weights_of_a_matrix(weights, perm):
    shuffle = np.eye(len(perm))[perm]
    return shuffle @ weights


def permute_dense_weights_by_recursion(weights, perm):
    if len(perm) == 1:
        return weights[perm]
    half = len(perm) // 2
    parts = [
        permute_dense_weights_by_recursion(weights, part)
        for part in (perm[:half], perm[half:])
    ]
    return np.concatenate(parts)


def permute_hidden_units_with_take(w1, b1, w2, order):
    return [
        np.take(w1, order, axis=1),
        np.take(b1, order),
        np.take(w2, order, axis=0),
    ]


def permute_hidden_units_unit_by_unit(w1, b1, w2, order):
    into, bias, out = [], [], []
    for unit in order:
        into.append(w1[:, unit])
        bias.append(b1[unit])
        out.append(w2[unit])
    return np.array(into).T, np.array(bias), np.array(out)


def permute_hidden_units_as_one_array(w1, b1, w2, order):
    units = np.vstack([w1, b1, w2.T])[:, order]
    n_in = len(w1)
    return units[:n_in], units[n_in], units[n_in + 1 :].T


def permute_hidden_units_of_a_matrix(w1, b1, w2, order):
    units = np.eye(len(order))[:, order]
    return w1 @ units, b1 @ units, units.T @ w2


def permute_hidden_units_in_loops(w1, b1, w2, order):
    n1, n2, n3 = np.zeros(w1.shape), np.zeros(b1.shape), np.zeros(w2.shape)
    for j, old in enumerate(order):
        for i in range(w1.shape[0]):
            n1[i, j] = w1[i, old]
        n2[j] = b1[old]
        for o in range(w2.shape[1]):
            n3[j, o] = w2[old, o]
    return n1, n2, n3


def permute_hidden_units_of_lists(w1, b1, w2, order):
    rows = [[row[old] for old in order] for row in w1.tolist()]
    return rows, [float(b1[old]) for old in order], [w2.tolist()[old] for old in order]


def permute_hidden_units_in_float32(w1, b1, w2, order):
    new = w1[:, order], b1[order], w2[order]
    return tuple(array.astype("float32") for array in new)


def neighbour_difference_with_diff(images):
    return np.mean(np.abs(np.diff(np.asarray(images, float))))


def neighbour_difference_in_loops(images):
    total, count = 0.0, 0
    for image in images:
        for row in image:
            for left, right in pairwise(row):
                total += abs(float(right) - float(left))
                count += 1
    return total / count


def neighbour_difference_as_float32(images):
    images = images.astype("float32")
    return np.abs(images[..., :-1] - images[..., 1:]).mean()


def neighbour_difference_of_integers(images):
    wide = images.astype(int) if images.dtype == np.uint8 else images
    steps = np.maximum(wide[:, :, 1:], wide[:, :, :-1]) - np.minimum(
        wide[:, :, 1:], wide[:, :, :-1]
    )
    return steps.sum() / steps.size


def neighbour_difference_of_windows(images):
    pairs = np.lib.stride_tricks.sliding_window_view(images.astype("f4"), 2, axis=-1)
    return abs(pairs @ np.array([1, -1], dtype="f4")).mean()


def neighbour_difference_of_lists(images):
    steps = [
        abs(row[i + 1] - row[i])
        for image in images.tolist()
        for row in image
        for i in range(len(row) - 1)
    ]
    return sum(steps) / len(steps)


def neighbour_difference_by_image(images):
    means = []
    for image in images:
        left, right = np.float64(image[:, :-1]), np.float64(image[:, 1:])
        means.append(np.sqrt((left - right) ** 2).mean())
    return np.array(np.mean(means))


RIGHT_ANSWERS: dict[str, list[Callable[..., Any]]] = {
    "make_permutation": [
        make_permutation_by_sorting,
        make_permutation_in_place,
        make_permutation_of_a_list,
        make_permutation_by_swaps,
        make_permutation_of_the_global_generator,
    ],
    "permute_pixels": [
        permute_pixels_in_loops,
        permute_pixels_with_take,
        permute_pixels_by_rows_and_columns,
        permute_pixels_of_lists,
        permute_pixels_image_by_image,
    ],
    "inverse_permutation": [
        inverse_permutation_in_a_loop,
        inverse_permutation_by_assignment,
        inverse_permutation_by_search,
        inverse_permutation_by_sorting,
        inverse_permutation_of_a_matrix,
        inverse_permutation_by_sorted_pairs,
        inverse_permutation_along_cycles,
    ],
    "permute_dense_weights": [
        permute_dense_weights_in_a_loop,
        permute_dense_weights_with_take,
        permute_dense_weights_of_lists,
        permute_dense_weights_by_assignment,
        permute_dense_weights_of_a_matrix,
        permute_dense_weights_by_recursion,
    ],
    "permute_hidden_units": [
        permute_hidden_units_with_take,
        permute_hidden_units_unit_by_unit,
        permute_hidden_units_as_one_array,
        permute_hidden_units_of_a_matrix,
        permute_hidden_units_in_loops,
        permute_hidden_units_of_lists,
        permute_hidden_units_in_float32,
    ],
    "neighbour_difference": [
        neighbour_difference_with_diff,
        neighbour_difference_in_loops,
        neighbour_difference_as_float32,
        neighbour_difference_of_integers,
        neighbour_difference_of_windows,
        neighbour_difference_of_lists,
        neighbour_difference_by_image,
    ],
}
