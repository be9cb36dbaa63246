"""The wrong ways to pad, which two exercises share."""

from __future__ import annotations

from collections.abc import Callable

from grader.exercises.common.pads import Pads, spread, tensorflow_pads

# Name, hint, and (before, after) from the size, the kernel, the stride, the dilation.
PADDINGS: tuple[tuple[str, str, Callable[[int, int, int, int], Pads]], ...] = (
    (
        "same pad on both sides",
        "You pad half the kernel on each side, whatever the stride. For 28 pixels, "
        "kernel 3 and stride 2 one pixel is enough, and TensorFlow puts it at the end.",
        lambda n, k, stride, d: (spread(k, d).size // 2,) * 2,
    ),
    (
        "half the kernel on both sides, rounded down",
        "You pad the same on each side, whatever the stride. An even kernel needs an "
        "odd total, and a larger stride fewer zeros.",
        lambda n, k, stride, d: ((spread(k, d).size - 1) // 2,) * 2,
    ),
    (
        "half the kernel on both sides, without dilation",
        "You pad half the number of weights on each side, whatever stride and dilation "
        "are. Both change how far the windows reach.",
        lambda n, k, stride, d: (k // 2, k // 2),
    ),
    (
        "half of k - 1 on both sides, without dilation",
        "You pad half of one less than the number of weights on each side, whatever "
        "stride and dilation are. Both change how far the windows reach.",
        lambda n, k, stride, d: ((k - 1) // 2,) * 2,
    ),
    (
        "one step too many",
        "From the first window to the last there is one step less than there are windows.",
        lambda n, k, stride, d: _halves(max(_lacking(n, k, stride, d) + stride, 0)),
    ),
    (
        "odd pixel first",
        "The total is right. If it is odd, TensorFlow puts the extra pixel at the end: "
        "bottom and right.",
        lambda *call: tensorflow_pads(*call)[::-1],
    ),
    (
        "padding ignores the stride",
        "Your pads are those of stride 1. With a larger stride the last window starts "
        "earlier and needs fewer.",
        lambda n, k, stride, d: tensorflow_pads(n, k, 1, d),
    ),
    (
        "output size rounded to the nearest",
        "You round n / stride to the nearest whole number; SAME gives one window more "
        "if any rest is left.",
        lambda n, k, stride, d: _halves(
            max(_lacking(n, k, stride, d, round(n / stride)), 0)
        ),
    ),
    (
        "output size rounded down",
        "You pad for floor(n / stride) windows; SAME gives one more if a rest is left.",
        lambda n, k, stride, d: _halves(max(_lacking(n, k, stride, d, n // stride), 0)),
    ),
    (
        "as if the stride divided the size",
        "Your rule holds where the stride divides n. With a rest the last window starts "
        "elsewhere, and another number is needed.",
        lambda n, k, stride, d: _halves(max(spread(k, d).size - stride, 0)),
    ),
    (
        "as if a rest were left",
        "Your rule holds where the stride leaves a rest of n. Where it divides n, the "
        "last window starts a whole stride before the end.",
        lambda n, k, stride, d: _halves(max(spread(k, d).size - n % stride, 0)),
    ),
    (
        "same size at every stride",
        "You pad so much that the output is as large as the input. "
        "SAME keeps the size at stride 1 only.",
        lambda n, k, stride, d: _halves(_lacking(n, k, stride, d, n)),
    ),
    (
        "negative padding",
        "Your total can fall below 0, which would cut pixels off. "
        "Where the window is shorter than the stride nothing needs to be added.",
        lambda *call: _halves(_lacking(*call)),
    ),
    (
        "all padding at the end",
        "The total is right, and you put all of it at the end. It is shared between "
        "both sides.",
        lambda *call: (0, sum(tensorflow_pads(*call))),
    ),
    (
        "total on both sides",
        "You put the total on each side, so twice as much in all.",
        lambda *call: (sum(tensorflow_pads(*call)),) * 2,
    ),
    (
        "padding ignores the dilation",
        "A dilated window reaches further, so its outermost pixels need more padding.",
        lambda n, k, stride, d: tensorflow_pads(n, k, stride),
    ),
    (
        "padding for a reach of k times d",
        "Your dilated window is too long. Between k pixels there are fewer gaps than "
        "pixels.",
        lambda n, k, stride, d: tensorflow_pads(n, k * d, stride),
    ),
    (
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        lambda n, k, stride, d: tensorflow_pads(n, k, stride, d + 1),
    ),
)


def _lacking(
    n: int, k: int, stride: int, dilation: int, windows: int | None = None
) -> int:
    """Count the pixels that so many windows lack; below 0, those they leave over.

    Args:
        n, k, stride, dilation: as in the exercise.
        windows: how many; by default one for each stride-th pixel.
    """
    if windows is None:
        windows = len(range(0, n, stride))
    return (windows - 1) * stride + spread(k, dilation).size - n


def _halves(total: int) -> Pads:
    return total // 2, total - total // 2
