"""The way back through a convolution."""

from __future__ import annotations

import numpy as np

from grader.exercises.common.pictures import FORBIDDEN, pictures, small_numbers
from grader.exercises.common.wrong import after, input_changed
from grader.exercises.lab12_alexnet_inception.gradient_slips import (
    as_dy,
    averaged,
    b_without_dy,
    corner_only,
    filters_mixed,
    first_kept,
    first_picture,
    first_window_only,
    gated,
    gradients,
    in_gradients,
    into_the_first,
    last_of_all,
    last_share,
    nothing,
    own_weights,
    spread,
    sums_of_pixels,
    w_without_dy,
    weights_added,
    window_sums,
    written_over,
    x_without_dy,
)
from grader.exercises.lab12_alexnet_inception.shared import first_only
from grader.exercises.lab12_alexnet_inception.worked import gradient_in_full
from grader.judging.exercise import Case, Exercise, Mistake


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw inputs that leave one gradient alone not 0, and some whole numbers."""
    kh, kw, more_h, more_w, channels, filters = (int(n) for n in rng.integers(2, 5, 6))
    drawn = ((3, kh + more_h, kw + more_w, channels), (kh, kw, filters))
    grid = [
        ((1, 4, 5, 1), (2, 3, 1)),
        ((2, 5, 4, 3), (3, 2, 2)),
        ((2, 6, 7, 2), (3, 3, 2)),
        drawn,
    ]
    cases: list[Case] = []
    for image, (rows, columns, filters) in grid:
        x = pictures(rng, *image)
        W = pictures(rng, rows, columns, image[3], filters)
        out = (image[0], image[1] - rows + 1, image[2] - columns + 1, filters)
        dy = pictures(rng, *out) + 0.5 + np.arange(filters)
        note = f"{image[0]} x {image[1]}x{image[2]}x{image[3]}, W {rows}x{columns}x"
        note += f"{image[3]}x{filters}"
        even = _balanced(dy)
        # With x = 0, W = 0 or a sum of 0, the gradients of the other parts are zero,
        # and nearly so with an x near 0, which still has signs.
        lit = filters > 1
        faint = 1e-14 * x if lit else 0 * x
        cases += [
            Case((0 * x, 0 * W, dy), label=f"b alone: {note}, x and W all 0", part="b"),
            Case((x, 0 * W, even), label=f"W alone: {note}, W all 0", part="W"),
            Case(
                (faint, W, even),
                label=f"x alone: {note}, x {'nearly' if lit else 'all'} 0",
                part="x",
            ),
        ]
    whole = np.zeros((2, 4, 4, 2), int)
    W = pictures(rng, 2, 2, 2, 3)
    even = _balanced(pictures(rng, 2, 3, 3, 3))
    label = "x alone: 2 x 4x4x2, W 2x2x2x3, x all 0 in whole numbers"
    return [
        *cases,
        Case((whole, W, even), label=label, part="x"),
        *_small_cases(rng),
    ]


def _small_cases(rng: np.random.Generator) -> list[Case]:
    """Draw small whole numbers that leave one gradient alone not 0."""
    x, W = small_numbers(rng, 1, 3, 3, 1), small_numbers(rng, 2, 2, 1, 1)
    dy = np.array([[1.0, 2], [3, -1]]).reshape(1, 2, 2, 1)
    even = np.array([[1.0, 2], [-4, 1]]).reshape(1, 2, 2, 1)
    alone = {"b": (0 * x, 0 * W, dy), "W": (x, 0 * W, even), "x": (0 * x, W, even)}
    return [
        Case(arrays, label=f"{part} alone: small numbers", part=part)
        for part, arrays in alone.items()
    ]


def _balanced(dy: np.ndarray) -> np.ndarray:
    """Make a gradient whose sum is zero for each picture and filter."""
    return np.asarray(dy - dy.mean(axis=(1, 2), keepdims=True))


MISTAKES = (
    Mistake(
        "kernel turned in the gradient of x",
        "Follow one pixel: the weight that read it on the way forward carries its "
        "gradient on the way back. In your sum it is the weight on the opposite "
        "side of the kernel.",
        in_gradients(x=lambda right, x, W, dy: spread(dy, W[::-1, ::-1])),
    ),
    Mistake(
        "kernel turned upside down only",
        "Rows of the kernel meet the wrong rows in your gradient of x; "
        "columns are right.",
        in_gradients(x=lambda right, x, W, dy: spread(dy, W[::-1])),
    ),
    Mistake(
        "kernel mirrored left to right only",
        "Columns of the kernel meet the wrong columns in your gradient of x; "
        "rows are right.",
        in_gradients(x=lambda right, x, W, dy: spread(dy, W[:, ::-1])),
    ),
    Mistake(
        "shares replaced, not added",
        "All three gradients are sums: a bias, a weight and a pixel get a share "
        "from every output they took part in. Add to what is there.",
        in_gradients(
            x=last_share, W=last_of_all, b=lambda right, x, W, dy: dy[-1, -1, -1]
        ),
    ),
    Mistake(
        "last share of each pixel",
        "A pixel gets a share from each window and each filter that reads it. "
        "Add to what is there; do not replace it.",
        in_gradients(x=last_share),
    ),
    Mistake(
        "overlapping windows overwritten",
        "A pixel lies in several windows and gets a share from each. "
        "Add to what is there; do not replace it.",
        in_gradients(x=written_over),
    ),
    Mistake(
        "dy left out of the gradient of x",
        "You add up weights; each has to be multiplied by the dy of its output.",
        in_gradients(x=x_without_dy),
    ),
    Mistake(
        "dy left out of all gradients",
        "You add up weights, pixels and ones. "
        "Each share has to be multiplied by the dy of its output.",
        in_gradients(x=x_without_dy, W=w_without_dy, b=b_without_dy),
    ),
    Mistake(
        "x and W exchanged",
        "You multiply each by itself. Ask how much an output changes when one weight "
        "does, and when one pixel does.",
        in_gradients(x=sums_of_pixels, W=own_weights),
    ),
    Mistake(
        "gradient of x made from x",
        "Ask how much an output changes when one pixel does: that depends on the "
        "weight that reads it, not on the pixel.",
        in_gradients(x=sums_of_pixels),
    ),
    Mistake(
        "pixels left out of the gradient of W",
        "Ask how much an output changes when one weight does: that depends on the "
        "pixel that it reads, not on the weight.",
        in_gradients(W=own_weights),
    ),
    Mistake(
        "gradient of x only where x is positive",
        "You stop the gradient at negative pixels, as a ReLU does. "
        "A convolution lets every pixel through.",
        in_gradients(x=gated),
    ),
    Mistake(
        "filters mixed in the gradient of x",
        "You multiply each dy by all filters. The output of a filter sends its "
        "gradient back through that filter.",
        in_gradients(x=filters_mixed),
    ),
    Mistake(
        "weights added up in the gradient of x",
        "All pixels of a window get the same share. Each gets it through its own "
        "weight.",
        in_gradients(x=weights_added),
    ),
    Mistake(
        "only one pixel of each window",
        "Your gradient of x reaches the upper left pixel of each window alone; "
        "every pixel of it was read.",
        in_gradients(x=corner_only),
    ),
    Mistake(
        "pixels added up in the gradient of W",
        "All weights of a filter get the same share. Each gets the pixel that lies "
        "under it.",
        in_gradients(W=window_sums),
    ),
    Mistake(
        "first filter for all in the gradient of x",
        "You send all gradients back through filter 0; each goes through its own.",
        in_gradients(x=lambda right, x, W, dy: spread(dy, 0 * W + W[..., :1])),
    ),
    Mistake(
        "gradient of x left at 0",
        "Your gradient of x is still 0 everywhere.",
        in_gradients(x=nothing),
    ),
    Mistake(
        "gradient of b left at 0",
        "Your gradient of b is still 0 everywhere.",
        in_gradients(b=nothing),
    ),
    Mistake(
        "gradient of x for the first picture only",
        "Each picture has a gradient of its own; all but the first are still 0.",
        in_gradients(x=first_kept),
    ),
    Mistake(
        "gradient of x averaged over the batch",
        "You divide the gradient of x by the number of pictures. "
        "If the loss is a mean, that is already in dy.",
        in_gradients(x=averaged),
    ),
    Mistake(
        "all gradients averaged over the batch",
        "You divide all gradients by the number of pictures. "
        "If the loss is a mean, that is already in dy.",
        in_gradients(x=averaged, W=averaged, b=averaged),
    ),
    Mistake(
        "gradient of x as large as dy",
        "A gradient has the shape of what it belongs to; every pixel of x was read.",
        in_gradients(x=as_dy),
    ),
    Mistake(
        "gradient of x from the first filter",
        "All filters read the pixel, so all filters send something back.",
        in_gradients(x=lambda right, x, W, dy: spread(dy[..., :1], W[..., :1])),
    ),
    Mistake(
        "gradient of x the same for all pictures",
        "Each picture has a gradient of its own.",
        in_gradients(x=lambda right, *_: np.repeat(right[:1], len(right), axis=0)),
    ),
    Mistake(
        "gradient of x cut to whole numbers",
        "Pictures of whole numbers have gradients with decimals: "
        "start from an array of floats.",
        in_gradients(x=lambda right, x, W, dy: right.astype(x.dtype)),
    ),
    Mistake(
        "filters mixed in the gradient of W",
        "Each output adds to the weights of every filter. It was made by one filter, "
        "and only the weights of that one get a share.",
        in_gradients(W=lambda right, *_: right.sum(axis=3, keepdims=True) + 0 * right),
    ),
    Mistake(
        "pixels in the gradient of b",
        "A bias is added to the output and multiplied with no pixel: its share is the "
        "gradient of the output alone.",
        in_gradients(
            b=lambda right, *inputs: gradients(*inputs)["W"].sum(axis=(0, 1, 2))
        ),
    ),
    Mistake(
        "only the first output",
        "Your gradients hold the share of a single output: does the function return "
        "before its loop has ended?",
        lambda reference, x, W, dy: reference(x, W, first_only(dy)),
    ),
    Mistake(
        "gradient of b for each weight of the kernel",
        "A bias is added once to each output, however large the kernel is.",
        in_gradients(b=lambda right, x, W, dy: right * W.shape[0] * W.shape[1]),
    ),
    Mistake(
        "all shares given to the first picture",
        "A share of the gradient of x belongs to the picture that was read: number "
        "`n`.",
        in_gradients(x=into_the_first),
    ),
    Mistake(
        "gradient of W turned",
        "Your gradient of W stands on its head: weight [0, 0] meets the upper left "
        "pixel of each window.",
        in_gradients(W=lambda right, *_: right[::-1, ::-1]),
    ),
    Mistake(
        "only the first window",
        "Your gradients of x and W hold the share of the first window alone: does "
        "the function return before its loop has ended?",
        in_gradients(
            x=lambda right, x, W, dy: spread(first_window_only(dy), W),
            W=lambda right, x, W, dy: gradients(x, W, first_window_only(dy))["W"],
        ),
    ),
    Mistake(
        "gradient of W from the last window",
        "A weight is used at every position of every picture. Add up all of them.",
        in_gradients(W=last_of_all),
    ),
    Mistake(
        "gradient of W from the first picture",
        "All pictures of the batch use the same weights, so all of them count.",
        in_gradients(W=first_picture),
    ),
    Mistake(
        "both gradients averaged over the batch",
        "You divide the gradients of W and b by the number of pictures. "
        "Their shares are added; if the loss is a mean, that is already in dy.",
        in_gradients(W=averaged, b=averaged),
    ),
    Mistake(
        "gradient of W averaged over the batch",
        "The loss is a function of all pictures; their shares are added. "
        "If the loss is a mean, that is already in dy.",
        in_gradients(W=averaged),
    ),
    Mistake(
        "gradient of W averaged over positions",
        "The shares of all positions are added, not averaged.",
        in_gradients(W=lambda right, x, W, dy: right / (dy.shape[1] * dy.shape[2])),
    ),
    Mistake(
        "dy left out of the gradient of W",
        "You add up the pixels; each has to be multiplied by the dy of its window.",
        in_gradients(W=w_without_dy),
    ),
    Mistake(
        "channels and filters exchanged",
        "The gradient of W has the axes of W: (kh, kw, C, F).",
        in_gradients(W=lambda right, *_: right.swapaxes(2, 3)),
    ),
    Mistake(
        "gradient of b from the last output",
        "A bias is added to every value of its feature map. Add up all shares.",
        in_gradients(b=lambda right, x, W, dy: dy[-1, -1, -1]),
    ),
    Mistake(
        "gradient of b averaged",
        "A bias is added to every value of its feature map, and the shares of all "
        "are added: take the sum, not the mean.",
        in_gradients(b=lambda right, x, W, dy: dy.mean(axis=(0, 1, 2))),
    ),
    Mistake(
        "gradient of b averaged over the batch",
        "The pictures' shares are added too.",
        in_gradients(b=averaged),
    ),
    Mistake(
        "gradient of b from the first picture",
        "All pictures of the batch use the same bias, so all of them count.",
        in_gradients(b=lambda right, x, W, dy: dy[0].sum(axis=(0, 1))),
    ),
    Mistake(
        "gradient of b for each picture",
        "There is one bias for each filter, shared by the pictures of the batch: "
        "add over them as well.",
        in_gradients(b=lambda right, x, W, dy: dy.sum(axis=(1, 2))),
    ),
    Mistake(
        "gradient of b for each position",
        "There is one bias for each filter, shared by all positions: "
        "add over them as well.",
        in_gradients(b=lambda right, x, W, dy: dy.sum(axis=0)),
    ),
    Mistake(
        "one gradient for all biases",
        "Each filter has a bias of its own, so keep the filters apart.",
        in_gradients(b=lambda right, *_: np.full(right.shape, right.sum())),
    ),
    Mistake(
        "dy left out of the gradient of b",
        "You count the values that the bias was added to; add their dy.",
        in_gradients(b=b_without_dy),
    ),
    Mistake(
        "sign turned",
        "You give the direction downhill. The gradient points uphill; "
        "the minus comes with the learning rate.",
        in_gradients(**dict.fromkeys("xWb", lambda right, *_: -right)),
    ),
    Mistake(
        "a tuple, not a dictionary",
        "Your gradients come one after the other; asked is a dictionary with a name "
        "for each.",
        after(lambda right: tuple(right.values())),
    ),
    Mistake(
        "other names in the dictionary",
        "Your dictionary has other keys: the gradients are named after what they "
        "belong to.",
        after(lambda right: {f"d{name}": grad for name, grad in right.items()}),
    ),
    Mistake(
        "input changed",
        "The result is right, but you wrote into an array of the caller. "
        "Build a new array instead.",
        input_changed,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=gradients,
    parts={"b": 1, "W": 1, "x": 2},
    forbidden=FORBIDDEN,
    arithmetic=gradient_in_full,
    mistakes=MISTAKES,
)
