"""Wrong answers to lab 03, as students would write them."""

import numpy as np


# mistake: stride on the rows only
def window(x, i, j, kh, kw, stride=1):
    top = i * stride
    bottom = top + kh
    return x[top:bottom, j : j + kw]


# mistake: filter turned by half a turn
def correlate2d_valid(x, k):
    H, W = x.shape
    kh, kw = k.shape
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            s = 0.0
            for a in range(kh):
                for b in range(kw):
                    s += x[i + a, j + b] * k[kh - 1 - a, kw - 1 - b]
            out[i, j] = s
    return out
