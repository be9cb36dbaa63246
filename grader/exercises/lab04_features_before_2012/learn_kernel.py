"""Learn a filter from an image before and after it, by gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.exercises.common.arithmetic import Index, added, products
from grader.exercises.common.wrong import after
from grader.judging import compare
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show


def cases(rng: np.random.Generator) -> Sequence[Case]:
    """Draw images before and after a filter, for one step and for many, and a y of zeros."""

    def case(
        label: str, shape: tuple[int, int], *settings: Any, noise: float = 0.1
    ) -> Case:
        size, lr, steps = settings
        x = rng.normal(0, 1, shape)
        kernel = rng.normal(0, 1, (size, size))
        y = (_windows(x, size) @ kernel.ravel()).reshape(
            shape[0] - size + 1, shape[1] - size + 1
        )
        y += rng.normal(0, noise, y.shape)
        text = f"{label}{size}x{size} kernel, {shape[0]}x{shape[1]} image"
        count = f"{steps} step" + "s" * (steps > 1)
        return Case((x, y, size, lr, steps), label=f"{text}, lr={lr:g}, {count}")

    whole = rng.integers(-2, 3, (6, 8))
    small = np.array([[1.0, 0, 2], [3, 1, 0], [0, 2, 1]]), np.array([[1.0, 2], [0, 3]])
    height, width, steps = (int(rng.integers(*r)) for r in ((6, 10), (7, 11), (4, 9)))
    return [
        Case((*small, 2, 1, 1), label="one step: 2x2 kernel, small numbers, lr=1"),
        case("one step: ", (6, 8), 3, 0.1, 1),
        case("", (7, 6), 2, 0.05, 3),
        case("", (9, 12), 3, 0.1, 25),
        case("", (4, 5), 2, 0.1, 2),
        Case(
            (whole, whole[1:-1, 1:-1] + 2 * whole[1:-1, 2:], 3, 0.02, 6),
            label="whole numbers, 3x3 kernel, 6x8 image, lr=0.02, 6 steps",
        ),
        Case(
            (rng.normal(0, 1, (5, 7)), np.zeros((3, 5)), 3, 0.1, 4),
            label="y is zero: nothing to learn",
        ),
        case("", (height, width), 3, 0.04, steps),
        # Without noise the loss goes to 0, long before the kernel has arrived.
        case("without noise: ", (7, 8), 2, 0.2, 90, noise=0.0),
    ]


def reference(
    x: np.ndarray, y: np.ndarray, size: int, lr: float, steps: int
) -> np.ndarray:
    """Return the kernel after all the steps at once, from the eigenvalues of the loss."""
    windows = _windows(x, size)
    curvature, axes = np.linalg.eigh(2 / len(windows) * windows.T @ windows)
    slope = axes.T @ (2 / len(windows) * windows.T @ y.ravel())
    flat = curvature < 1e-9
    safe = np.where(flat, 1.0, curvature)
    way = np.where(flat, lr * steps, (1 - (1 - lr * safe) ** steps) / safe)
    learned: np.ndarray = (axes @ (way * slope)).reshape(size, size)
    return learned


def arithmetic(
    index: Index, x: np.ndarray, y: np.ndarray, size: int, lr: float, steps: int
) -> str:
    """Return the first step of a kernel of zeros; "" if there are more."""
    if steps > 1:
        return ""
    pixels = _windows(x, size).reshape(-1, size, size)[:, index[0], index[1]]
    words = (
        "the first step, from zeros: -lr times the slope, in which each y meets its "
        "window's pixel"
    )
    total = added(products(y.ravel(), pixels))
    return f"{words}\n{show(lr)} * 2 * ({total}) / {y.size}"


def _windows(x: np.ndarray, size: int) -> np.ndarray:
    """Return every window of `x` as a row."""
    return sliding_window_view(x, (size, size)).reshape(-1, size * size).astype(float)


def _start_at_one(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    start = np.ones((size, size))
    already = (_windows(x, size) @ start.ravel()).reshape(y.shape)
    return start + reference(x, y - already, size, lr, steps)


def _solved(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    solved = np.linalg.lstsq(_windows(x, size), y.ravel(), rcond=None)[0]
    return solved.reshape(size, size)


def _every_step(
    step: Callable[[Callable[[Any], Any], Any, Any], Any],
) -> Callable[..., Any]:
    """Return a mistake made in every step.

    `step` gets the change of the kernel as a function of what is missing in the output,
    the kernel, and what is missing as a function of the kernel; it returns the next
    kernel.
    """

    def wrong(
        reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
    ) -> Any:
        def change(missing: Any) -> Any:
            return reference(x, missing, size, lr, 1)

        def missing(kernel: Any) -> Any:
            return y - (_windows(x, size) @ kernel.ravel()).reshape(y.shape)

        kernel = np.zeros((size, size))
        for _ in range(steps):
            kernel = step(change, kernel, missing)
        return kernel

    return wrong


def _without_image(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    sums, weight = _windows(x, size).sum(axis=1), 0.0
    for _ in range(steps):
        weight += 2 * lr * float((y.ravel() - sums * weight).mean())
    return np.full((size, size), weight)


def _piling_up(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    changes = np.zeros((1, size, size))
    for _ in range(steps):
        # The kernel so far: an early change has been added in every step since.
        kernel = changes.cumsum(0).sum(0).reshape(-1)
        missing = y - (_windows(x, size) @ kernel).reshape(y.shape)
        changes = np.concatenate([changes, [reference(x, missing, size, lr, 1)]])
    return changes.cumsum(0).sum(0)


def _weight_by_weight(change: Any, kernel: Any, missing: Any) -> Any:
    kernel = kernel.copy()
    for index in np.ndindex(*kernel.shape):
        kernel[index] += change(missing(kernel))[index]
    return kernel


def _learned_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare kernels; a mistake of many outcomes gives a pile of them, one of which is met."""
    piled = isinstance(expected, np.ndarray) and expected.ndim == 3
    if piled and isinstance(actual, np.ndarray) and actual.ndim == 2:
        found = [compare.close(kernel, actual) for kernel in expected]
        return None if None in found else found[0]
    return compare.close(expected, actual)


def _stopped(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    """Return the kernels after each step: any may be the one that they stop at."""
    return np.stack([reference(x, y, size, lr, n + 1) for n in range(steps)])


def _random_start(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    """Return the kernels that come of the usual random numbers from the usual seeds."""
    shape = (size, size)
    starts = [
        scale * numbers
        for seed in (0, 1, 42)
        for numbers in (
            np.random.default_rng(seed).normal(size=shape),
            np.random.default_rng(seed).random(shape),
            np.random.default_rng(seed).uniform(-1, 1, shape),
            np.random.RandomState(seed).normal(size=shape),
            np.random.RandomState(seed).uniform(size=shape),
        )
        for scale in (1, 0.1, 0.01)
    ]
    windows = _windows(x, size)
    return np.stack(
        [
            start
            + reference(
                x, y - (windows @ start.ravel()).reshape(y.shape), size, lr, steps
            )
            for start in starts
        ]
    )


def _of_same_size(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    np.subtract(x, y)  # raises where theirs does
    return reference(x, y, size, lr, steps)


def _loss(x: Any, y: Any, kernel: Any) -> float:
    output = _windows(x, len(kernel)) @ kernel.ravel()
    return float(np.mean((output - y.ravel()) ** 2))


def _with_loss(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    before = reference(x, y, size, lr, steps - 1)
    return reference(x, y, size, lr, steps), _loss(x, y, before)


def _with_losses(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    kernels = [reference(x, y, size, lr, done) for done in range(steps)]
    losses = [_loss(x, y, kernel) for kernel in kernels]
    return reference(x, y, size, lr, steps), losses


def _of_three(
    reference: Callable[..., Any], x: Any, y: Any, size: int, lr: float, steps: int
) -> Any:
    # They raise where theirs does: at the error, else at the step.
    np.subtract(np.zeros([side - 2 for side in x.shape]), y)
    np.subtract(np.zeros((3, 3)), np.zeros((size, size)))
    return reference(x, y, size, lr, steps)


MISTAKES = (
    Mistake(
        "uphill",
        "Your steps make the loss larger: a step goes against the gradient. "
        "Look at the sign of the error too.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, -lr, steps),
    ),
    Mistake(
        "factor 2 missing",
        "Your steps are half as long: the derivative of a square has a factor.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, lr / 2, steps),
    ),
    Mistake(
        "sum for mean",
        "Your steps grow with the image: the loss is the mean over the outputs.",
        lambda reference, x, y, size, lr, steps: reference(
            x, y, size, lr * y.size, steps
        ),
    ),
    Mistake(
        "divided by the number of weights",
        "The loss is a mean over the output pixels, not over the weights.",
        lambda reference, x, y, size, lr, steps: reference(
            x, y, size, lr * y.size / size**2, steps
        ),
    ),
    Mistake(
        "kernel flipped",
        "Your kernel comes out turned by half a turn: "
        "`convolve` turns the kernel, `correlate` does not.",
        after(lambda kernel: kernel[::-1, ::-1]),
    ),
    Mistake(
        "output with the kernel turned",
        "For the output the kernel slides as it is; "
        "a function called `convolve` turns it.",
        _every_step(lambda change, k, missing: k + change(missing(k[::-1, ::-1]))),
    ),
    Mistake(
        "error turned in the gradient",
        "The weight at [a, b] meets error [i, j] at x[i + a, j + b]. In your gradient "
        "the error is turned by half a turn, as `convolve` does it.",
        _every_step(lambda change, k, missing: k + change(missing(k)[::-1, ::-1])),
    ),
    Mistake(
        "gradient transposed",
        "The weight at [a, b] meets error [i, j] at x[i + a, j + b]; "
        "in your gradient a and b have changed places.",
        _every_step(lambda change, k, missing: k + change(missing(k)).T),
    ),
    Mistake(
        "gradient turned by half a turn",
        "The weight at [a, b] meets error [i, j] at x[i + a, j + b]; "
        "in your gradient the first weight gets what belongs to the last.",
        _every_step(lambda change, k, missing: k + change(missing(k))[::-1, ::-1]),
    ),
    Mistake(
        "absolute error",
        "You follow the absolute error. The loss is the mean squared error, whose "
        "gradient grows with the error.",
        _every_step(lambda change, k, missing: k + change(np.sign(missing(k))) / 2),
    ),
    Mistake(
        "error squared in the gradient",
        "The loss has the squared error, its gradient the error itself.",
        _every_step(lambda change, k, missing: k - change(missing(k) ** 2)),
    ),
    Mistake(
        "kernel replaced in every step",
        "A step changes the kernel that there is; "
        "yours throws it away and keeps the last change only.",
        _every_step(lambda change, k, missing: change(missing(k))),
    ),
    Mistake(
        "gradients piled up",
        "The gradient of a step still holds those of the steps before: "
        "start its sum at zero in every step.",
        _piling_up,
    ),
    Mistake(
        "image left out of the gradient",
        "All of your weights are equal. The gradient for the weight at [a, b] has a "
        "factor that depends on a and b.",
        _without_image,
    ),
    Mistake(
        "weights changed one after the other",
        "You renew the error after each single weight. "
        "A step computes the whole gradient first and then changes all weights.",
        _every_step(_weight_by_weight),
    ),
    Mistake(
        "mean over the pixels of the image",
        "The output has fewer pixels than the image: the mean is over the output.",
        lambda reference, x, y, size, lr, steps: reference(
            x, y, size, lr * y.size / x.size, steps
        ),
    ),
    Mistake(
        "one step too many",
        "You take one step more than `steps`.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, lr, steps + 1),
    ),
    Mistake(
        "kernel transposed",
        "Rows and columns of your kernel are swapped.",
        after(np.transpose),
    ),
    Mistake(
        "one step too few",
        "You take one step less than `steps`.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, lr, steps - 1),
    ),
    Mistake(
        "one step only",
        "You take a single step: repeat it, each time with the new kernel.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, lr, 1),
    ),
    Mistake(
        "gradient never renewed",
        "All your steps go the same way: "
        "the error changes with the kernel, so compute it again in every step.",
        lambda reference, x, y, size, lr, steps: steps * reference(x, y, size, lr, 1),
    ),
    Mistake(
        "starts at one",
        "The kernel starts with zeros everywhere; yours starts with ones.",
        _start_at_one,
    ),
    Mistake(
        "steps ignored",
        "You take 100 steps whatever the caller asks for: use `steps`.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, lr, 100),
    ),
    Mistake(
        "stopped early",
        "You stop before the last step, perhaps because the loss is small. Take "
        "exactly `steps` steps: the kernel still gets better.",
        _stopped,
    ),
    Mistake(
        "starts with random numbers",
        "The kernel starts with zeros everywhere; yours starts with random numbers.",
        _random_start,
    ),
    Mistake(
        "padded to the same size",
        "You let the kernel hang over the edge, so the output is as large as the "
        "image: it is smaller, as `y` is.",
        _of_same_size,
    ),
    Mistake(
        "kernel of 3x3 assumed",
        "The kernel has `size` rows and columns, not always 3.",
        _of_three,
    ),
    Mistake(
        "loss returned as well",
        "You give two things, the kernel and a loss. Return the kernel alone.",
        _with_loss,
    ),
    Mistake(
        "losses returned as well",
        "You give two things, the kernel and the losses. Return the kernel alone.",
        _with_losses,
    ),
    Mistake(
        "output returned",
        "You give the output of the learned kernel. Return the kernel itself.",
        lambda reference, x, y, size, lr, steps: (
            _windows(x, size) @ reference(x, y, size, lr, steps).ravel()
        ).reshape(y.shape),
    ),
    Mistake(
        "flattened",
        "The weights are right, but they stand in one line: "
        "the kernel has rows and columns.",
        after(np.ravel),
    ),
    Mistake(
        "kernel never changed",
        "Your kernel is still zero: is the step stored in it?",
        lambda reference, x, y, size, lr, steps: np.zeros((size, size)),
    ),
    Mistake(
        "last gradient returned",
        "You give the last step, not the kernel that all steps together lead to.",
        lambda reference, x, y, size, lr, steps: (
            (reference(x, y, size, lr, steps - 1) - reference(x, y, size, lr, steps))
            / lr
        ),
    ),
    Mistake(
        "solved, not learned",
        "You jump to the best kernel at once. That is clever, "
        "but a network cannot; take exactly `steps` steps.",
        _solved,
    ),
    Mistake(
        "learning rate ignored",
        "`lr` scales every step; yours have a fixed length of 1 times the gradient.",
        lambda reference, x, y, size, lr, steps: reference(x, y, size, 1.0, steps),
    ),
    Mistake(
        "learning rate divided by the steps",
        "Each step goes the whole way that `lr` says, however many steps there are.",
        lambda reference, x, y, size, lr, steps: reference(
            x, y, size, lr / max(steps, 1), steps
        ),
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    comparison=_learned_alike,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
