"""Right answers to lab 07, in other styles than the solution's."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def collapse_by_loops(W1, W2):
    """Let every weight of one kernel meet every weight of the other."""
    kh1, kw1, c_in, c_mid = W1.shape
    kh2, kw2, _, c_out = W2.shape
    W = np.zeros((kh1 + kh2 - 1, kw1 + kw2 - 1, c_in, c_out))
    for a, b, i, m in np.ndindex(kh1, kw1, c_in, c_mid):
        for p, q, o in np.ndindex(kh2, kw2, c_out):
            W[a + p, b + q, i, o] += W1[a, b, i, m] * W2[p, q, m, o]
    return W


def collapse_by_impulse(W1, W2):
    """Send an impulse per channel through both layers; the answer is the kernel, turned."""

    def conv(x, W):
        windows = sliding_window_view(x, W.shape[:2], axis=(0, 1))
        return np.einsum("ijchw,hwco->ijo", windows, W)

    height, width = (W1.shape[a] + W2.shape[a] - 1 for a in (0, 1))
    kernels = []
    for channel in range(W1.shape[2]):
        x = np.zeros((2 * height - 1, 2 * width - 1, W1.shape[2]))
        x[height - 1, width - 1, channel] = 1
        kernels.append(conv(conv(x, W1), W2)[::-1, ::-1])
    return np.stack(kernels, axis=2)


def collapse_by_shifted_products(W1, W2):
    """Lay the whole first kernel down once for each weight of the second."""
    kh1, kw1 = W1.shape[:2]
    kh2, kw2 = W2.shape[:2]
    shape = (kh1 + kh2 - 1, kw1 + kw2 - 1, W1.shape[2], W2.shape[3])
    W = np.zeros(shape, "float32")
    for i in range(kh2):
        for j in range(kw2):
            W[i : i + kh1, j : j + kw1] += W1 @ W2[i, j]
    return W


def collapse_by_gathering(W1, W2):
    """Pad the first kernel and slide the second, turned, over it."""
    kh2, kw2 = W2.shape[:2]
    wide = np.pad(W1, ((kh2 - 1, kh2 - 1), (kw2 - 1, kw2 - 1), (0, 0), (0, 0)))
    windows = sliding_window_view(wide, (kh2, kw2), axis=(0, 1))
    return np.einsum("ijcmuv,uvmo->ijco", windows, W2[::-1, ::-1])


def collapse_by_polynomials(W1, W2):
    """Multiply polynomials: a kernel of one row becomes the digits of one number."""
    width = W1.shape[1] + W2.shape[1] - 1
    shape = (W1.shape[0] + W2.shape[0] - 1, width, W1.shape[2], W2.shape[3])
    W = np.zeros(shape)

    def digits(kernel):
        rest = width - kernel.shape[1]
        return np.pad(kernel, ((0, 0), (0, rest))).ravel()

    for i, m, o in np.ndindex(W1.shape[2], W1.shape[3], W2.shape[3]):
        product = np.polymul(digits(W1[:, :, i, m]), digits(W2[:, :, m, o]))
        # polymul drops leading zeros.
        length = digits(W1[:, :, i, m]).size + digits(W2[:, :, m, o]).size - 1
        product = np.pad(product, (length - len(product), 0))
        W[:, :, i, o] += product[: shape[0] * width].reshape(shape[:2])
    return W


def relu_by_maximum(x):
    """Compare with 0."""
    return np.maximum(0, x)


def relu_by_mask(x):
    """Multiply by a mask."""
    return x * (x > 0)


def relu_by_loop(x):
    """Copy, and clear the negative values one by one."""
    result = x.copy()
    for index in np.ndindex(x.shape):
        if x[index] < 0:
            result[index] = 0
    return result


def relu_of_lists(x):
    """Work on nested lists, level by level."""

    def one(values):
        return [one(v) for v in values] if isinstance(values, list) else max(values, 0)

    return one(x.tolist())


def relu_half(x):
    """Take half of what the number and its size add up to, as float32."""
    return ((x + abs(x)) / 2).astype("float32")


def leaky_by_where(x, slope=0.1):
    """Choose between two lines."""
    return np.where(x < 0, slope * x, x)


def leaky_by_parts(x, slope=0.1):
    """Add the positive part and a share of the negative one."""
    return np.clip(x, 0, None) + slope * np.clip(x, None, 0)


def leaky_by_maximum(x, slope=0.1):
    """Take the larger of two lines, which works for slopes up to 1."""
    return np.maximum(x, np.multiply(slope, x))


def leaky_by_mask(x, slope=0.1):
    """Shrink the negative values of a copy of floats."""
    result = np.array(x, dtype="float64")
    negative = result < 0
    result[negative] *= slope
    return result


def leaky_by_vectorize(x, slope=0.1):
    """Write the rule for one number and let NumPy apply it."""
    return np.vectorize(lambda v: v if v > 0 else v * slope, otypes=["float32"])(x)


def sigmoid_by_tanh(x):
    """Use that tanh is a stretched sigmoid."""
    return 0.5 * (np.tanh(x / 2) + 1)


def sigmoid_by_loop(x):
    """Choose the form without overflow, number by number."""

    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))

    return np.array([one(v) for v in x.ravel().tolist()]).reshape(x.shape)


def sigmoid_naive(x):
    """Overflow to infinity, with a warning, where the result is 0 anyway."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def sigmoid_by_halves(x):
    """Fill both halves of an array apart, each with the form that cannot overflow."""
    x = np.asarray(x, "float64")
    result = np.empty(x.shape)
    result[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    grown = np.exp(x[x < 0])
    result[x < 0] = grown / (grown + 1)
    return result


def sigmoid_by_logarithm(x):
    """Use log(1 + exp(-x)), which NumPy computes without an overflow, in float32."""
    return np.exp(-np.logaddexp(0, -x)).astype("float32")


def softmax_by_slices(x, axis=-1):
    """Apply a one-dimensional softmax along the axis."""

    def one(values):
        shifted = [math.exp(v - max(values)) for v in values]
        return [v / sum(shifted) for v in shifted]

    return np.apply_along_axis(one, axis, np.asarray(x, float))


def softmax_by_logarithm(x, axis=-1):
    """Subtract the logarithm of the sum of the exponentials."""
    moved = np.moveaxis(x, axis, 0)
    total = np.logaddexp.reduce(moved.astype(float), axis=0)
    return np.moveaxis(np.exp(moved - total), 0, axis).astype("float32")


def softmax_with_keepdims(x, axis=-1):
    """Subtract the maximum and divide by the sum."""
    powers = np.exp(np.subtract(x, np.amax(x, axis, keepdims=True)))
    return powers / np.sum(powers, axis, keepdims=True)


def softmax_by_transposing(x, axis=-1):
    """Bring the axis to the end, where a column of sums can be added by hand."""
    moved = np.swapaxes(x.astype(float), axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    shares = np.empty(rows.shape)
    for number, row in enumerate(rows):
        powers = np.exp(row - row.max())
        shares[number] = powers / powers.sum()
    return np.swapaxes(shares.reshape(moved.shape), axis, -1)


def softmax_by_differences(x, axis=-1):
    """Divide 1 by the sum of exp(x_j - x_i); what overflows is a share of 0."""
    moved = np.moveaxis(np.asarray(x, float), axis, -1)
    with np.errstate(over="ignore"):
        powers = np.exp(moved[..., None, :] - moved[..., :, None])
    return np.moveaxis(1 / powers.sum(axis=-1), -1, axis)


def field_by_jump(layers):
    """Keep the size and the jump."""
    size, jump, sizes = 1, 1, []
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
        sizes.append(size)
    return np.array(sizes)


def field_by_formula(layers):
    """Write the sum of products out."""
    return tuple(
        1
        + sum(
            (layers[i][0] - 1) * math.prod(s for _, s in layers[:i])
            for i in range(depth + 1)
        )
        for depth in range(len(layers))
    )


def field_by_recursion(layers):
    """Ask how far the units of the layer before lie apart, and go on."""

    def field(depth):
        if depth == 0:
            return 1, 1
        size, jump = field(depth - 1)
        kernel, stride = layers[depth - 1]
        return size + (kernel - 1) * jump, jump * stride

    return [field(depth)[0] for depth in range(1, len(layers) + 1)]


def field_backwards(layers):
    """Walk from one unit of a layer back to the input."""
    sizes = []
    for depth in range(len(layers)):
        size = 1
        for kernel, stride in layers[depth::-1]:
            size = (size - 1) * stride + kernel
        sizes.append(float(size))
    return sizes


def field_by_cumulation(layers):
    """Let NumPy multiply and add up."""
    kernels, strides = np.array(layers).T
    jumps = np.concatenate([[1], np.cumprod(strides)[:-1]])
    return 1 + np.cumsum((kernels - 1) * jumps)


def probe_by_loops(layers, n):
    """Send one impulse after the other through the layers."""
    answers = []
    for place in range(n):
        x = [0] * n
        x[place] = 1
        for kernel, stride in layers:
            x = [sum(x[i : i + kernel]) for i in range(0, len(x) - kernel + 1, stride)]
        answers.append(x[len(x) // 2])
    return answers


def probe_by_matrix(layers, n):
    """Send all impulses through at once, as the rows of an identity matrix."""
    x = np.eye(n)
    for kernel, stride in layers:
        x = sliding_window_view(x, kernel, axis=1)[:, ::stride].sum(axis=-1)
    return x[:, x.shape[1] // 2]


def probe_by_recursion(layers, n):
    """Ask each unit what its own inputs answer, back to the impulse."""
    sizes = [n]
    for kernel, stride in layers:
        sizes.append((sizes[-1] - kernel) // stride + 1)

    def answer(depth, unit):
        if depth == 0:
            return np.eye(n)[unit]
        kernel, stride = layers[depth - 1]
        first = unit * stride
        return sum(answer(depth - 1, first + tap) for tap in range(kernel))

    return answer(len(layers), sizes[-1] // 2)


def probe_backwards(layers, n):
    """Count the ways from the middle unit back to each input."""
    sizes = [n]
    for kernel, stride in layers:
        sizes.append(len(range(0, sizes[-1] - kernel + 1, stride)))
    ways = {sizes[-1] // 2: 1}
    for kernel, stride in reversed(layers):
        before = {}
        for unit, count in ways.items():
            for place in range(unit * stride, unit * stride + kernel):
                before[place] = before.get(place, 0) + count
        ways = before
    return [ways.get(place, 0) for place in range(n)]


def probe_by_convolve(layers, n):
    """Use NumPy's one-dimensional convolution; a kernel of ones has no direction."""
    answers = np.zeros(n, "float32")
    for place in range(n):
        x = np.zeros(n, "float32")
        x[place] = 1
        for kernel, stride in layers:
            x = np.convolve(x, np.ones(kernel), mode="valid")[::stride]
        answers[place] = x[x.size // 2]
    return answers


RIGHT_ANSWERS: dict[str, list[Callable]] = {
    "collapse_two_linear_convs": [
        collapse_by_loops,
        collapse_by_impulse,
        collapse_by_shifted_products,
        collapse_by_gathering,
        collapse_by_polynomials,
    ],
    "relu": [relu_by_maximum, relu_by_mask, relu_by_loop, relu_of_lists, relu_half],
    "leaky_relu": [
        leaky_by_where,
        leaky_by_parts,
        leaky_by_maximum,
        leaky_by_mask,
        leaky_by_vectorize,
    ],
    "sigmoid": [
        sigmoid_by_tanh,
        sigmoid_by_loop,
        sigmoid_naive,
        sigmoid_by_halves,
        sigmoid_by_logarithm,
    ],
    "softmax": [
        softmax_by_slices,
        softmax_by_logarithm,
        softmax_with_keepdims,
        softmax_by_transposing,
        softmax_by_differences,
    ],
    "receptive_field": [
        field_by_jump,
        field_by_formula,
        field_by_recursion,
        field_backwards,
        field_by_cumulation,
    ],
    "probe_receptive_field": [
        probe_by_loops,
        probe_by_matrix,
        probe_by_recursion,
        probe_backwards,
        probe_by_convolve,
    ],
}
