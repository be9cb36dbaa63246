"""Wrong answers to lab 06, as students would write them."""

import numpy as np


# mistake: one position too few
def output_size(n, k, stride, pad_total, dilation=1):
    k_dilated = k + (k - 1) * (dilation - 1)
    free = n + pad_total - k_dilated
    return free // stride


# mistake: window starts at i, not at i times the stride
def conv2d(x, W, b, stride=(1, 1), padding="valid", dilation=1):
    kh, kw, C, F = W.shape
    sh, sw = stride
    reach_h = (kh - 1) * dilation + 1
    reach_w = (kw - 1) * dilation + 1
    if padding == "same":
        out_h = int(np.ceil(x.shape[1] / sh))
        out_w = int(np.ceil(x.shape[2] / sw))
        pad_h = max((out_h - 1) * sh + reach_h - x.shape[1], 0)
        pad_w = max((out_w - 1) * sw + reach_w - x.shape[2], 0)
        top, left = pad_h // 2, pad_w // 2
        x = np.pad(x, ((0, 0), (top, pad_h - top), (left, pad_w - left), (0, 0)))
    N, H, width, C = x.shape
    out_h = (H - reach_h) // sh + 1
    out_w = (width - reach_w) // sw + 1
    out = np.zeros((N, out_h, out_w, F))
    for n in range(N):
        for i in range(out_h):
            for j in range(out_w):
                part = x[n, i : i + reach_h : dilation, j : j + reach_w : dilation, :]
                for f in range(F):
                    out[n, i, j, f] = (part * W[:, :, :, f]).sum() + b[f]
    return out
