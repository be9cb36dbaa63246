"""One step with weight decay, beside the step or in the loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from grader.exercises.common.arithmetic import Index, bracketed
from grader.exercises.common.wrong import (
    Wrong,
    by_default,
    with_arguments,
    with_settings,
)
from grader.exercises.lab15_few_digits.decay_slips import (
    against,
    divided,
    gradient_itself,
    gradients_in_place,
    in_place,
    zero_moves,
)
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.show import show

_BESIDE, _IN_LOSS = "beside the step", "in the loss"
# Of a weight's array (w, g, how fast, how much): its new values.
Step = Callable[[Any, Any, float, float], Any]


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw kernels and biases, some behind each other, with gradients of 0."""
    shapes: list[list[tuple[int, ...]]] = [
        [(4, 3), (3,)],
        [(3, 3, 1, 2), (2,), (8, 4), (4,)],
        [(2, 3), (3, 5), (5,)],
        [(3,), (2, 4)],
        [(5, 1)],
    ]
    drawn = [
        _arrays(rng, each, lambda *shape: rng.normal(0, 1, shape)) for each in shapes
    ]
    small = _arrays(
        rng, [(2, 3), (3,)], lambda *shape: rng.choice([-3.0, -2, -1, 1, 2, 3], shape)
    )
    whole = _arrays(rng, [(3, 2), (2,)], lambda *shape: rng.integers(-3, 4, shape))
    found = []
    for part, decoupled in ((_BESIDE, True), (_IN_LOSS, False)):
        found.append(_case("small", small, 2, 1, part, decoupled))
        for number, arrays in enumerate(drawn):
            rate, decay = rng.uniform(0.01, 0.3), rng.uniform(0.3, 0.6)
            if number == 4:
                decay = 0.0
            found.append(_case("drawn", arrays, rate, decay, part, decoupled))
        found.append(_case("whole numbers", whole, 0.5, 0.3, part, decoupled))
    default = Case((*drawn[0], 0.1, 0.5), label="without `decoupled`", part=_BESIDE)
    return [*found, default]


def _arrays(
    rng: np.random.Generator,
    shapes: Sequence[tuple[int, ...]],
    draw: Callable[..., np.ndarray],
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Draw weights and gradients of these shapes; some gradients are 0."""
    weights = [draw(*shape) for shape in shapes]
    gradients = [draw(*shape) for shape in shapes]
    for w, g in zip(weights, gradients, strict=True):
        if w.ndim > 1:
            w.flat[1], g.flat[1] = w.flat[1] or 1, 0
            # Here the decay decides the sign, if it is added before that is taken.
            sign = np.sign(w.flat[0] or 1)
            w.flat[0], g.flat[0] = 4 * sign, -sign
            if w.size > 12:  # and here a pull of a third does, and not one by the size
                w.flat[2], g.flat[2] = 4 * sign, -0.12 * sign
    return weights, gradients


def _case(
    words: str,
    arrays: tuple[list[np.ndarray], list[np.ndarray]],
    rate: float,
    decay: float,
    part: str,
    decoupled: bool,
) -> Case:
    rate, decay = (round(float(number), 3) for number in (rate, decay))
    shapes = ", ".join("x".join(map(str, w.shape)) for w in arrays[0])
    label = f"{words}, {shapes}, learning_rate={rate:g}, decay={decay:g}, {part}"
    return Case((*arrays, rate, decay), {"decoupled": decoupled}, label, part)


def reference(
    weights: Any,
    gradients: Any,
    learning_rate: float,
    decay: float,
    decoupled: bool = True,
) -> Any:
    """Return the new arrays, by what each of them is multiplied with and moved by."""
    new = []
    for w, g in zip(weights, gradients, strict=True):
        pull = decay * (np.ndim(w) > 1)
        shrink = 1 - learning_rate * pull * bool(decoupled)
        way = np.asarray(g) if decoupled else np.asarray(g) + pull * np.asarray(w)
        new.append(
            shrink * np.asarray(w) - np.copysign(learning_rate, way) * (way != 0)
        )
    return new


def where(index: Index, weights: Any, gradients: Any, *rest: Any, **kw: Any) -> str:
    """Return in words which weight and gradient make the value at `index`."""
    number, *place = index
    w, g = (arrays[number][tuple(place)] for arrays in (weights, gradients))
    kind = "a kernel" if weights[number].ndim > 1 else "biases"
    return (
        f"Array {number} holds {kind}; the weight is {show(w)}, its gradient {show(g)}."
    )


def arithmetic(
    index: Index,
    weights: Any,
    gradients: Any,
    learning_rate: float,
    decay: float,
    decoupled: bool = True,
) -> str:
    """Return one new weight, from the old one and its gradient."""
    number, *place = index
    w, g = (float(arrays[number][tuple(place)]) for arrays in (weights, gradients))
    pull = decay * (weights[number].ndim > 1)
    way = g if decoupled else g + pull * w
    steps = f"{show(w)} - {show(learning_rate)}*{bracketed(float(np.sign(way)))}"
    if not pull:
        return f"{'biases have' if decay else 'there is'} no decay\n{steps}"
    if decoupled:
        words = f"the sign of the gradient {show(g)}, and the decay of the old weight"
        return f"{words}\n{steps} - {show(learning_rate)}*{show(pull)}*{bracketed(w)}"
    return f"the sign of {show(g)} + {show(pull)}*{bracketed(w)} = {show(way)}\n{steps}"


def _stepping(beside: Step | None = None, in_loss: Step | None = None) -> Any:
    """Return a mistake: another step for arrays that decay, in one of the two places."""

    def wrong(
        reference: Callable[..., Any],
        weights: Any,
        gradients: Any,
        learning_rate: float,
        decay: float,
        decoupled: bool = True,
    ) -> Any:
        step = beside if decoupled else in_loss
        new = reference(weights, gradients, learning_rate, decay, decoupled=decoupled)
        if step is None:
            return new
        return [
            step(w, g, learning_rate, decay) if w.ndim > 1 else right
            for w, g, right in zip(weights, gradients, new, strict=True)
        ]

    return wrong


def _pulled(pull: Callable[[Any, float], Any]) -> Any:
    """Return a mistake: another pull on the weights, in both places."""
    return _stepping(
        lambda w, g, rate, decay: w - rate * np.sign(g) - rate * pull(w, decay),
        lambda w, g, rate, decay: w - rate * np.sign(g + pull(w, decay)),
    )


def _pulled_in_loss(pull: Callable[[Any, float], Any]) -> Any:
    """Return a mistake: another slope of the penalty."""
    return _stepping(
        in_loss=lambda w, g, rate, decay: w - rate * np.sign(g + pull(w, decay))
    )


def _decaying(which: Callable[[int, Any], bool]) -> Any:
    """Return a mistake: other arrays decay, by their number and what they hold."""

    def wrong(
        reference: Callable[..., Any],
        weights: Any,
        gradients: Any,
        learning_rate: float,
        decay: float,
        decoupled: bool = True,
    ) -> Any:
        new = []
        for number, (w, g) in enumerate(zip(weights, gradients, strict=True)):
            rows = [np.reshape(each, (1, -1)) for each in (w, g)]
            pull = decay if which(number, w) else 0.0
            (row,) = reference(
                [rows[0]], [rows[1]], learning_rate, pull, decoupled=decoupled
            )
            new.append(np.reshape(row, np.shape(w)))
        return new

    return wrong


def _only(where: bool, slip: Wrong) -> Wrong:
    """Return a mistake that is made with one value of `decoupled` only."""

    def wrong(
        reference: Callable[..., Any],
        weights: Any,
        gradients: Any,
        learning_rate: float,
        decay: float,
        decoupled: bool = True,
    ) -> Any:
        made = partial(slip, reference) if decoupled == where else reference
        return made(weights, gradients, learning_rate, decay, decoupled=decoupled)

    return wrong


MISTAKES = (
    Mistake(
        "decay forgotten",
        "Your weights follow their gradients only; `decay` changes nothing.",
        with_arguments(lambda w, g, rate, decay: (w, g, rate, 0.0)),
    ),
    Mistake(
        "biases decay too",
        "Your biases are pulled to 0 as well. A bias makes no unit more sensitive to its "
        "input, so it is left out: an array with one axis.",
        _decaying(lambda number, w: True),
    ),
    Mistake(
        "biases decay beside the step",
        "With `decoupled=True` your biases are pulled to 0 as well. They are left out in "
        "both forms.",
        _only(True, _decaying(lambda number, w: True)),
    ),
    Mistake(
        "biases decay in the loss",
        "With `decoupled=False` the slopes of your biases get a decay as well. They are "
        "left out in both forms.",
        _only(False, _decaying(lambda number, w: True)),
    ),
    Mistake(
        "biases decay, kernels do not",
        "The pull is on the arrays with one axis. These are the biases, which are left "
        "out.",
        _decaying(lambda number, w: w.ndim == 1),
    ),
    Mistake(
        "every second array taken for biases",
        "Kernels and biases need not take turns: a layer may have no bias. Look at the "
        "axes of each array.",
        _decaying(lambda number, w: number % 2 == 0),
    ),
    Mistake(
        "kernels with two axes only",
        "The kernel of a convolution has four axes, and it decays too.",
        _decaying(lambda number, w: w.ndim == 2),
    ),
    Mistake(
        "the first array only decays",
        "Only the first array is pulled. All kernels are.",
        _decaying(lambda number, w: number == 0 and w.ndim > 1),
    ),
    Mistake(
        "always beside the step",
        "With `decoupled=False` the decay is added to the gradient, before the sign of "
        "both together is taken.",
        with_settings(decoupled=True),
    ),
    Mistake(
        "always in the loss",
        "With `decoupled=True` the gradient stays as it is, and the decay is a step of "
        "its own.",
        with_settings(decoupled=False),
    ),
    Mistake(
        "the two places exchanged",
        "`decoupled=True` means that the decay is *not* in the gradient.",
        lambda reference, w, g, rate, decay, decoupled=True: reference(
            w, g, rate, decay, decoupled=not decoupled
        ),
    ),
    Mistake(
        "in the loss by default",
        "Called without `decoupled` your function puts the decay into the gradient. The "
        "task has another default.",
        by_default(decoupled=False),
    ),
    Mistake(
        "decay without the learning rate",
        "The pull is not multiplied by the learning rate, so that weights vanish however "
        "small the steps are.",
        _stepping(beside=lambda w, g, rate, decay: w - rate * np.sign(g) - decay * w),
    ),
    Mistake(
        "pushed away from 0",
        "Your decay makes weights larger. It has to pull them to 0.",
        _pulled(lambda w, decay: -decay * w),
    ),
    Mistake(
        "pushed away from 0 beside the step",
        "With `decoupled=True` your decay makes weights larger. It has to pull them to "
        "0.",
        _stepping(
            beside=lambda w, g, rate, decay: w - rate * np.sign(g) + rate * decay * w
        ),
    ),
    Mistake(
        "without the half",
        "The penalty here is a half of `decay` times the sum of squares: the slope of "
        "that is `decay * w`, without a factor of 2.",
        _pulled_in_loss(lambda w, decay: 2 * decay * w),
    ),
    Mistake(
        "half the pull",
        "The half of the penalty and the 2 of the square cancel in its slope.",
        _pulled_in_loss(lambda w, decay: decay * w / 2),
    ),
    Mistake(
        "sign of the weights",
        "You pull every weight by the same amount, which is the slope of the sum of "
        "absolute values. Here the penalty is made of squares.",
        _pulled(lambda w, decay: decay * np.sign(w)),
    ),
    Mistake(
        "slope of the norm",
        "You divide by the length of the array: that is the slope of the square root of "
        "the sum. The penalty has no root.",
        _pulled_in_loss(
            lambda w, decay: decay * w / max(np.sqrt(np.sum(w * w)), 1e-12)
        ),
    ),
    Mistake(
        "penalty averaged",
        "You divide the pull by the number of weights. The penalty is a sum.",
        _pulled_in_loss(lambda w, decay: decay * w / w.size),
    ),
    Mistake(
        "squares in the step",
        "You pull by the squares of the weights. The step needs the slope of the "
        "penalty, not its terms.",
        _pulled(lambda w, decay: decay * w**2),
    ),
    Mistake(
        "penalty of each weight in place of its slope",
        "You add the weight's own part of the penalty, a half of `decay` times its "
        "square, to the gradient. A step needs the slope of that.",
        _pulled_in_loss(lambda w, decay: decay / 2 * w**2),
    ),
    Mistake(
        "penalty in place of its slope",
        "You use the value of the penalty, one number for all weights. A step needs its "
        "slope by each weight.",
        _pulled_in_loss(lambda w, decay: decay / 2 * np.sum(w * w)),
    ),
    Mistake(
        "weights after the step decay",
        "You pull the weights that the step has moved already. The decay is that of the "
        "weights before.",
        _stepping(
            beside=lambda w, g, rate, decay: (
                (w - rate * np.sign(g)) * (1 - rate * decay)
            )
        ),
    ),
    Mistake(
        "gradient in place of its sign",
        "Each weight moves by its gradient. Here all move by `learning_rate`, and the "
        "gradient says only which way.",
        gradient_itself,
    ),
    Mistake(
        "sign taken in the loss only",
        "With `decoupled=True` each weight moves by its gradient. The sign is taken in "
        "both forms.",
        _only(True, gradient_itself),
    ),
    Mistake(
        "0 divided by 0",
        "You divide by the size of the gradient, and where that is 0 you get `nan`. The "
        "sign of 0 is 0: `np.sign` knows it.",
        divided,
    ),
    Mistake(
        "up the loss",
        "Your step has the sign of the gradient, so the loss grows. Go against it.",
        against,
    ),
    Mistake(
        "a gradient of 0 moves",
        "A gradient of 0 has no sign: the step leaves such a weight where it is.",
        zero_moves,
    ),
    Mistake(
        "multiplied by the decay",
        "What is left of a weight is your `decay` times itself. The decay is what is "
        "taken away.",
        _stepping(beside=lambda w, g, rate, decay: decay * w - rate * np.sign(g)),
    ),
    Mistake(
        "decimals cut off",
        "Where the weights are whole numbers, your results are too: `zeros_like` and "
        "`copy` keep the kind of number.",
        lambda reference, weights, *rest, **kw: [
            new.astype(w.dtype)
            for w, new in zip(weights, reference(weights, *rest, **kw), strict=True)
        ],
    ),
    Mistake(
        "weights changed in place",
        "The caller's arrays are changed. `-=` works in place: compute new arrays.",
        in_place,
    ),
    Mistake(
        "gradients changed in place",
        "The caller's gradients are changed. `+=` works in place: compute new arrays.",
        gradients_in_place,
    ),
    Mistake(
        "the first array only",
        "You give one array. All of them are asked for, in a list.",
        lambda reference, weights, *rest, **kw: reference(weights, *rest, **kw)[0],
    ),
    Mistake(
        "biases missing",
        "Your list has no biases. They have no decay, and still they take their step.",
        lambda reference, weights, *rest, **kw: [
            new for new in reference(weights, *rest, **kw) if np.ndim(new) > 1
        ],
    ),
    Mistake(
        "steps in place of weights",
        "You give by how much the weights change. The new weights are asked for.",
        lambda reference, weights, *rest, **kw: [
            new - w
            for w, new in zip(weights, reference(weights, *rest, **kw), strict=True)
        ],
    ),
)
EXERCISE = Exercise(
    points=3,
    cases=cases,
    reference=reference,
    parts={_BESIDE: 2, _IN_LOSS: 1},
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
