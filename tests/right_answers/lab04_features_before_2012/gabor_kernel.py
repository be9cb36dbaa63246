"""Right answers to lab04.gabor_kernel in other styles than the solution's."""

from __future__ import annotations

import math

import numpy as np


def gabor_by_loops(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Fill the kernel point by point and return a list of lists."""
    half = size // 2
    kernel = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(size):
            x, y = column - half, row - half
            u = x * math.cos(theta) + y * math.sin(theta)
            v = -x * math.sin(theta) + y * math.cos(theta)
            bell = math.exp(-(u * u + (gamma * v) ** 2) / (2 * sigma * sigma))
            kernel[row][column] = bell * math.cos(2 * math.pi * u / wavelength + psi)
    mean = sum(map(sum, kernel)) / size**2
    return [[value - mean for value in row] for row in kernel]


def gabor_by_rotation_matrix(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Rotate all points at once; the wave is the real part of an exponential."""
    line = np.arange(size) - (size - 1) // 2
    points = np.stack(np.meshgrid(line, line))
    turn = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    u, v = np.einsum("ab,bij->aij", turn, points)
    exponent = -(u**2 + gamma**2 * v**2) / (2 * sigma**2)
    kernel = np.exp(exponent + 1j * (2 * np.pi * u / wavelength + psi)).real
    return (kernel - np.average(kernel)).astype("float32")


def gabor_by_broadcasting(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Let a column of y meet a row of x; centre with a sum."""
    x = np.arange(size)[None, :] - size // 2
    y = x.T
    u = np.cos(theta) * x + np.sin(theta) * y
    v = np.cos(theta) * y - np.sin(theta) * x
    kernel = np.exp(-0.5 * (u / sigma) ** 2) * np.exp(-0.5 * (gamma * v / sigma) ** 2)
    kernel = kernel * np.cos(2 * np.pi * u / wavelength + psi)
    return kernel - kernel.sum() / kernel.size


def gabor_in_float32(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Work in float32 from the start."""
    half = size // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype("float32")
    c, s = np.float32(math.cos(theta)), np.float32(math.sin(theta))
    u, v = x * c + y * s, y * c - x * s
    bell = np.exp(-(u * u + np.float32(gamma) ** 2 * v * v) / np.float32(2 * sigma**2))
    wave = np.cos(np.float32(2 * math.pi / wavelength) * u + np.float32(psi))
    product = bell * wave
    return product - product.mean(dtype="float32")


def gabor_by_a_function_of_a_point(size, wavelength, theta, sigma, psi=0.0, gamma=1.0):
    """Apply a function of one point to all, in polar coordinates."""

    def value(row, column):
        x, y = column - size // 2, row - size // 2
        distance, angle = math.hypot(x, y), math.atan2(y, x) - theta
        u, v = distance * math.cos(angle), distance * math.sin(angle)
        bell = math.exp(-(u**2 + gamma**2 * v**2) / 2 / sigma**2)
        return bell * math.cos(2 * math.pi * u / wavelength + psi)

    kernel = np.fromfunction(np.vectorize(value, otypes=[float]), (size, size))
    kernel -= kernel.mean()
    return kernel
