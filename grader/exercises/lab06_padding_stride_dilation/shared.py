"""The wrong ways to pad, which two exercises share."""

from __future__ import annotations

from collections.abc import Callable

from grader.exercises.common.pads import Pads, spread, tensorflow_pads


def halves(total: int) -> Pads:
    return total // 2, total - total // 2


def signed_pads(
    n: int, k: int, stride: int, dilation: int = 1, outputs: int | None = None
) -> Pads:
    """Split what `outputs` windows lack, or have too much."""
    wanted = len(range(0, n, stride)) if outputs is None else outputs
    lacking = (wanted - 1) * stride + spread(k, dilation).size - n
    return halves(lacking)


def symmetric(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (spread(k, dilation).size // 2,) * 2


def symmetric_down(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return ((spread(k, dilation).size - 1) // 2,) * 2


def symmetric_plain(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (k // 2, k // 2)


def one_step_more(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = signed_pads(n, k, stride, dilation)
    return halves(max(before + after + stride, 0))


def extra_first(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = tensorflow_pads(n, k, stride, dilation)
    return after, before


def for_stride_1(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, 1, dilation)


def for_rounded_down(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    before, after = signed_pads(n, k, stride, dilation, n // stride)
    return halves(max(before + after, 0))


def for_same_size(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return signed_pads(n, k, stride, dilation, n)


def for_plain(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, stride)


def for_long_reach(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k * dilation, stride)


def for_next_dilation(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return tensorflow_pads(n, k, stride, dilation + 1)


def all_after(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return 0, sum(tensorflow_pads(n, k, stride, dilation))


def total_twice(n: int, k: int, stride: int, dilation: int = 1) -> Pads:
    return (sum(tensorflow_pads(n, k, stride, dilation)),) * 2


PADDINGS: tuple[tuple[str, str, Callable[..., Pads]], ...] = (
    (
        "same pad on both sides",
        "You pad half the kernel on each side, whatever the stride. For 28 pixels, "
        "kernel 3 and stride 2 one pixel is enough, and TensorFlow puts it at the end.",
        symmetric,
    ),
    (
        "half the kernel on both sides, rounded down",
        "You pad the same on each side, whatever the stride. An even kernel needs an "
        "odd total, and a larger stride fewer zeros.",
        symmetric_down,
    ),
    (
        "half the kernel on both sides, without dilation",
        "You pad half the number of weights on each side, whatever stride and dilation "
        "are. Both change how far the windows reach.",
        symmetric_plain,
    ),
    (
        "one step too many",
        "From the first window to the last there is one step less than there are windows.",
        one_step_more,
    ),
    (
        "odd pixel first",
        "The total is right. If it is odd, TensorFlow puts the extra pixel at the end: "
        "bottom and right.",
        extra_first,
    ),
    (
        "padding ignores the stride",
        "Your pads are those of stride 1. With a larger stride the last window starts "
        "earlier and needs fewer.",
        for_stride_1,
    ),
    (
        "output size rounded down",
        "You pad for floor(n / stride) windows; SAME gives one more if a rest is left.",
        for_rounded_down,
    ),
    (
        "same size at every stride",
        "You pad so much that the output is as large as the input. "
        "SAME keeps the size at stride 1 only.",
        for_same_size,
    ),
    (
        "negative padding",
        "Your total can fall below 0, which would cut pixels off. "
        "Where the window is shorter than the stride nothing needs to be added.",
        signed_pads,
    ),
    (
        "all padding at the end",
        "The total is right, and you put all of it at the end. It is shared between "
        "both sides.",
        all_after,
    ),
    (
        "total on both sides",
        "You put the total on each side, so twice as much in all.",
        total_twice,
    ),
    (
        "padding ignores the dilation",
        "A dilated window reaches further, so its outermost pixels need more padding.",
        for_plain,
    ),
    (
        "padding for a reach of k times d",
        "Your dilated window is too long. Between k pixels there are fewer gaps than "
        "pixels.",
        for_long_reach,
    ),
    (
        "dilation counted from 0",
        "For you, dilation 1 leaves a gap. Dilation 1 is the plain window.",
        for_next_dilation,
    ),
)
