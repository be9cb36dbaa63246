"""Right answers to lab05.conv1x1 in other styles than the solution's."""

from __future__ import annotations

import numpy as np


def pixel_loops(x, W, b):
    out = np.empty((*x.shape[:3], W.shape[3]))
    for n, i, j in np.ndindex(x.shape[:3]):
        out[n, i, j] = np.dot(W[0, 0].T, x[n, i, j]) + b
    return out


def one_by_one_einsum(x, W, b):
    return np.einsum("nhwc,uvcf->nhwf", x, W) + b[None, None, None, :]


def one_by_one_sum(x, W, b):
    return (x[..., None] * W[0, 0]).sum(axis=-2) + b


def one_by_one_lists(x, W, b):
    columns = list(zip(*W[0, 0].tolist(), strict=True))
    return [
        [
            [
                [
                    bias + sum(p * w for p, w in zip(pixel, column, strict=True))
                    for column, bias in zip(columns, b.tolist(), strict=True)
                ]
                for pixel in row
            ]
            for row in picture
        ]
        for picture in x.tolist()
    ]


def one_by_one_tensordot(x, W, b):
    flat = x.reshape(-1, x.shape[3]).astype("float32")
    maps = np.tensordot(flat, W.squeeze((0, 1)).astype("float32"), axes=1)
    return (maps + b.astype("float32")).reshape(*x.shape[:3], -1)
