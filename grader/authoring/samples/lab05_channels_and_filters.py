"""Wrong answers to lab 05, as students would write them."""

import numpy as np


# mistake: bias once per channel
def conv_layer_forward(x, W, b):
    pictures, height, width, _ = x.shape
    kh, kw, _, filters = W.shape
    maps = np.zeros((pictures, height - kh + 1, width - kw + 1, filters))
    places = np.ndindex(maps.shape)  # every (n, i, j, f), one after the other
    for n, i, j, f in places:
        for c in range(x.shape[3]):
            patch = x[n, i : i + kh, j : j + kw, c]
            maps[n, i, j, f] += np.sum(patch * W[:, :, c, f]) + b[f]
    return maps


# mistake: weights and patches in different orders
def conv_via_matmul(x, W, b):
    kh, kw, C, F = W.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))
    N, h_out, w_out = windows.shape[:3]
    patches = windows.reshape(N * h_out * w_out, C * kh * kw)
    weights = W.reshape(kh * kw * C, F)
    result = np.dot(patches, weights) + b
    return result.reshape(N, h_out, w_out, F)
