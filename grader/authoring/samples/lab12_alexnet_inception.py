"""Wrong answers to lab 12, as students would write them."""

import numpy as np


# mistake: projection forgotten
def inception_saving(input_shape, f1, f3r, f3, f5r, f5, fp):
    h, w, c = input_shape
    # without bottlenecks
    naive_weights = c * f1 + 3 * 3 * c * f3 + 5 * 5 * c * f5
    naive_params = naive_weights + f1 + f3 + f5
    # with bottlenecks
    weights = c * f1
    weights += c * f3r + 3 * 3 * f3r * f3
    weights += c * f5r + 5 * 5 * f5r * f5
    params = weights + f1 + f3r + f3 + f5r + f5
    return {
        "naive_params": naive_params,
        "params": params,
        "naive_macs": naive_weights * h * w,
        "macs": weights * h * w,
    }


# mistake: overlapping windows overwritten
def conv2d_backward(x, W, dy):
    kh, kw = W.shape[:2]
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for i, j in np.ndindex(dy.shape[1:3]):
        window = x[:, i : i + kh, j : j + kw]  # (N, kh, kw, C)
        for n in range(len(x)):
            for f in range(W.shape[3]):
                dW[:, :, :, f] += window[n] * dy[n, i, j, f]
            dx[n, i : i + kh, j : j + kw] = W @ dy[n, i, j]
    db = dy.sum(axis=0).sum(axis=0).sum(axis=0)
    return {"x": dx, "W": dW, "b": db}
