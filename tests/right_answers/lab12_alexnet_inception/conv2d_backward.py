"""Right answers to lab12.conv2d_backward in other styles than the solution's."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d_backward_scalar_loops(x, W, dy):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[3])
    for n, i, j, f in np.ndindex(dy.shape):
        db[f] += dy[n, i, j, f]
        for u, v, c in np.ndindex(W.shape[:3]):
            dW[u, v, c, f] += x[n, i + u, j + v, c] * dy[n, i, j, f]
            dx[n, i + u, j + v, c] += W[u, v, c, f] * dy[n, i, j, f]
    return {"x": dx, "W": dW, "b": db}


def conv2d_backward_by_weight(x, W, dy):
    height, width = dy.shape[1:3]
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for u, v in np.ndindex(W.shape[:2]):
        patch = (slice(None), slice(u, u + height), slice(v, v + width))
        dW[u, v] = np.tensordot(x[patch], dy, axes=([0, 1, 2], [0, 1, 2]))
        dx[patch] += dy @ W[u, v].T
    return {"x": dx, "W": dW, "b": dy.reshape(-1, dy.shape[3]).sum(axis=0)}


def conv2d_backward_as_matmul(x, W, dy):
    kh, kw, channels, filters = W.shape
    windows = sliding_window_view(x, (kh, kw), axis=(1, 2))
    columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, kh * kw * channels)
    flat = dy.reshape(-1, filters)
    pieces = (flat @ W.reshape(-1, filters).T).reshape(*dy.shape[:3], kh, kw, channels)
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        dx[:, i : i + kh, j : j + kw] += pieces[:, i, j]
    return {"x": dx, "W": (columns.T @ flat).reshape(W.shape), "b": flat.sum(0)}


def conv2d_backward_full_correlation(x, W, dy):
    """Slide the turned kernel over dy with a border of zeros."""
    kh, kw = W.shape[:2]
    wide = np.pad(dy, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
    windows = sliding_window_view(wide, (kh, kw), axis=(1, 2))
    reads = sliding_window_view(x, dy.shape[1:3], axis=(1, 2))
    return {
        "b": np.einsum("nijf->f", dy),
        "W": np.einsum("nuvcij,nijf->uvcf", reads, dy),
        "x": np.einsum("nijfuv,uvcf->nijc", windows, W[::-1, ::-1]),
    }


def conv2d_backward_picture_by_picture(x, W, dy):
    """Add up one picture after the other, one filter after the other."""
    kh, kw, _, filters = W.shape
    dx = np.zeros(x.shape, "float64")
    dW, db = np.zeros(W.shape), [0.0] * filters
    for picture, upstream, back in zip(x, dy, dx, strict=True):
        for f in range(filters):
            db[f] += upstream[..., f].sum()
            for (i, j), share in np.ndenumerate(upstream[..., f]):
                dW[..., f] += share * picture[i : i + kh, j : j + kw]
                back[i : i + kh, j : j + kw] += share * W[..., f]
    return {"x": dx, "W": dW, "b": np.array(db)}
