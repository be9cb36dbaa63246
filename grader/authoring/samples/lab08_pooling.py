"""Wrong answers to lab 08, as students would write them."""

import numpy as np


# mistake: maximum started at 0
def global_max_pool(x):
    N, H, W, C = x.shape
    out = np.zeros((N, C))
    for n in range(N):
        for c in range(C):
            biggest = 0
            for i in range(H):
                for j in range(W):
                    if x[n, i, j, c] > biggest:
                        biggest = x[n, i, j, c]
            out[n, c] = biggest
    return out


# mistake: wrapped around
def shift_images(x, dx, dy):
    moved = np.roll(x, dy, axis=1)
    moved = np.roll(moved, dx, axis=2)
    return moved
