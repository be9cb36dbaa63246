"""Right answers to lab08.avg_pool2d in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._shared import by_spans, padded, scalar_pool, window_spans


def avg_pool_by_spans(x, size, stride=None, padding="valid"):
    return by_spans(x, size, stride, padding, lambda block: block.mean(axis=(1, 2)))


def avg_pool_by_scalars(x, size, stride=None, padding="valid"):
    return scalar_pool(x, size, stride, padding, lambda seen: sum(seen) / len(seen))


def avg_pool_axis_by_axis(x, size, stride=None, padding="valid"):
    """Average with two matrices, one for the rows and one for the columns."""
    down, across = stride or size

    def shares(n, k, step):
        spans = window_spans(n, k, step, padding)
        matrix = np.zeros((len(spans), n))
        for row, span in zip(matrix, spans, strict=True):
            row[list(span)] = 1 / len(span)
        return matrix

    rows, columns = (
        shares(x.shape[1], size[0], down),
        shares(x.shape[2], size[1], across),
    )
    return np.einsum("ia,nabc,jb->nijc", rows, x.astype(float), columns)


def avg_pool_by_einsum(x, size, stride=None, padding="valid"):
    stride = stride or size
    sums, counts = (
        np.einsum(
            "nijcab->nijc",
            sliding_window_view(padded(values, size, stride, padding, 0), size, (1, 2)),
        )
        for values in (x, np.ones(x.shape))
    )
    return (sums / counts)[:, :: stride[0], :: stride[1]]


def avg_pool_by_cumsum(x, size, stride=None, padding="valid"):
    """Take differences of running sums, in two dimensions."""
    stride = stride or size

    def window_sums(values):
        wide = padded(values, size, stride, padding, 0)
        table = np.pad(wide, [(0, 0), (1, 0), (1, 0), (0, 0)]).cumsum(1).cumsum(2)
        tall = table[:, size[0] :] - table[:, : -size[0]]
        both = tall[:, :, size[1] :] - tall[:, :, : -size[1]]
        return both[:, :: stride[0], :: stride[1]]

    return window_sums(x) / window_sums(np.ones(x.shape, int))
