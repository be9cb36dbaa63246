"""Wrong answers to lab 04, as students would write them."""

import numpy as np


# mistake: not zero-mean
def gabor_kernel(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    radius = size // 2
    offsets = np.arange(-radius, radius + 1)
    kernel = np.zeros((size, size))
    for row, y in enumerate(offsets):
        for col, x in enumerate(offsets):
            x_rot = x * np.cos(theta) + y * np.sin(theta)
            y_rot = y * np.cos(theta) - x * np.sin(theta)
            gauss = np.exp(-(x_rot**2 + gamma**2 * y_rot**2) / (2 * sigma**2))
            wave = np.cos(2 * np.pi * x_rot / wavelength + psi)
            kernel[row, col] = gauss * wave
    return kernel


# mistake: wrapped around at the top or left
def cooccurrence(img, dx, dy, levels, symmetric=False, normed=False):
    P = np.zeros((levels, levels))
    h, w = img.shape
    for y in range(h):
        for x in range(w):
            # skip pixels whose neighbour is outside
            if y + dy >= h or x + dx >= w:
                continue
            P[img[y, x], img[y + dy, x + dx]] += 1
    if symmetric:
        P = P + P.T
    if normed:
        P = P / P.sum()
    return P
