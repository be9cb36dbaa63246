"""Wrong answers to lab 02, as students would write them."""

import numpy as np


# mistake: inverse permutation
def permute_pixels(images, perm):
    flat = images.reshape(len(images), -1)  # (n, height * width)
    shuffled = np.zeros_like(flat)
    for i in range(len(perm)):
        # pixel i goes to its new place
        shuffled[:, perm[i]] = flat[:, i]
    return shuffled.reshape(images.shape)


# mistake: bytes wrap around
def neighbour_difference(images):
    n, height, width = images.shape
    diff = np.abs(images[:, :, 1:] - images[:, :, :-1])
    return diff.sum() / (n * height * (width - 1))
