"""Wrong answers to lab 07, as students would write them."""

import numpy as np


# mistake: maximum not subtracted
def softmax(x, axis=-1):
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)


# mistake: stride counted too early
def receptive_field(layers):
    sizes = []
    rf = 1
    jump = 1
    for k, s in layers:
        jump = jump * s
        rf = rf + (k - 1) * jump
        sizes.append(rf)
    return sizes
