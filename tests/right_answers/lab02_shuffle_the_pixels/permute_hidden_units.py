"""Right answers to lab02.permute_hidden_units in other styles than the solution's."""

from __future__ import annotations

import numpy as np


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
