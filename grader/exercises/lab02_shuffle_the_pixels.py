"""Exercises of lab 02: what moves when pixels are shuffled, and what must move along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader import compare
from grader.compare import Difference
from grader.exercise import Case, Exercise, Mistake

Array = np.ndarray
Reference = Callable[..., Any]

PREDICTIONS = Exercise(
    id="lab02.predictions",
    points=1,
    cases=lambda rng: [Case()],
    reference=[0, 0, 0],
    comparison=compare.answered,
    probe="value",
)


FLOATS = (
    "The numbers are whole, but their type is float, and NumPy takes no float as an "
    "index: such an array cannot shuffle anything. Look for the `dtype`."
)


def _matrix(perm: Array) -> Array:
    """Give the permutation as a matrix: row p has its 1 in column perm[p]."""
    places = np.asarray(perm)
    return np.asarray(places[:, None] == np.arange(len(places)), float)


def _not_its_own_inverse(rng: np.random.Generator, n: int) -> Array:
    while True:
        perm = rng.permutation(n)
        if (perm[perm] != np.arange(n)).any():
            return perm


def _written_into(array: Array, result: Any) -> Any:
    array += 1
    return result


def _read_late(perm: Array) -> Array:
    """Give the places that are read if each is overwritten before the later ones."""
    sources = np.arange(len(perm))
    for place, source in enumerate(perm):
        sources[place] = sources[source]
    return sources


# ---- make_permutation: any way of drawing is right, so its properties are compared


def _permutation_case(n: int, seed: int, other: int) -> Case:
    seeds = (seed, other, seed)
    return Case(
        kwargs={"n": n, "seed": seed},
        label=f"n={n}, called with the seeds {', '.join(map(str, seeds))}",
        extra={"changes": [{"seed": s} for s in seeds]},
    )


def _permutation_cases(rng: np.random.Generator) -> Sequence[Case]:
    n, seed = int(rng.integers(40, 400)), int(rng.integers(500, 20_000))
    return [
        _permutation_case(784, 1, 2),
        _permutation_case(36, 7, 5),
        _permutation_case(n, seed, seed + 1),
    ]


def _drawn(drawn: Any) -> str:
    """Say what kind of numbers a draw has, as a student reads it."""
    if drawn is None:
        return "it gives None (is a return missing, or does the call give nothing?)"
    try:
        array = np.asarray(drawn)
    except ValueError:
        return "it is not an array of whole numbers"
    if array.ndim == 1 and array.dtype.kind == "f" and len(array):
        whole = (array == np.floor(array)).all()
        return f"its numbers are {'stored as floats' if whole else 'fractions'}"
    if array.ndim != 1 or array.dtype.kind not in "iu" or not len(array):
        return f"it is not a row of whole numbers but {compare.show(drawn)}"
    if len(np.unique(array)) < len(array):
        return f"it has {len(array)} numbers, and some come twice"
    return f"it has {len(array)} numbers, from {array.min()} to {array.max()}"


def _mixed(drawn: Any) -> str:
    try:
        array = np.asarray(drawn)
    except ValueError:
        return ""
    if array.ndim != 1 or array.size < 2 or array.dtype.kind not in "iuf":
        return ""
    steps = np.diff(array)
    if (steps == 1).all():
        return "its numbers stand in their order"
    if (abs(steps) == 1).mean() > 0.5:
        return "most neighbours are still neighbours"
    return "its numbers are mixed"


def _properties(drawn: Sequence[Any]) -> tuple[str, ...]:
    first, other, again = (
        repr(d.tolist() if isinstance(d, np.ndarray) else d) for d in drawn
    )
    return (
        _drawn(drawn[0]),
        _mixed(drawn[0]),
        f"the same seed gives {'the same' if first == again else 'another result'}",
        f"another seed gives {'the same' if first == other else 'another result'}",
    )


def _drawn_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare three draws by their properties; the order itself is free."""
    for wanted, found in zip(_properties(expected), _properties(actual), strict=True):
        if wanted != found:
            return Difference("value", f"{found}; expected: {wanted}")
    return None


MAKE_PERMUTATION = Exercise(
    id="lab02.make_permutation",
    points=2,
    cases=_permutation_cases,
    reference=lambda n, seed: np.argsort(np.random.RandomState(seed).uniform(size=n)),
    comparison=_drawn_alike,
    probe="calls",
    mistakes=(
        Mistake(
            "seed not used",
            "Every call gives another permutation, so nobody can repeat your shuffle, "
            "and training and test images are shuffled differently. Use `seed`.",
            lambda reference, n, seed: np.random.default_rng().permutation(n),
        ),
        Mistake(
            "same permutation for every seed",
            "The seed is fixed inside the function: another `seed` should give another "
            "permutation.",
            lambda reference, n, seed: reference(n, 42),
        ),
        Mistake(
            "numbers drawn with repeats",
            "Some places come twice and others never, so pixels get lost. "
            "Each place must occur exactly once.",
            lambda reference, n, seed: np.random.RandomState(seed).randint(0, n, n),
        ),
        Mistake(
            "counted from 1",
            "Python counts places from 0: your last number is no place of an array.",
            lambda reference, n, seed: reference(n, seed) + 1,
        ),
        Mistake(
            "one place missing",
            "There is one number too few: the last place never occurs.",
            lambda reference, n, seed: reference(n - 1, seed),
        ),
        Mistake(
            "one place too many",
            "There is one number too many: n places are counted from 0 to n - 1.",
            lambda reference, n, seed: reference(n + 1, seed),
        ),
        Mistake(
            "not shuffled",
            "Your numbers stand in their order, so no pixel moves.",
            lambda reference, n, seed: np.arange(n),
        ),
        Mistake(
            "rotated, not shuffled",
            "Your numbers are moved on in a circle: "
            "nearly all neighbours are still neighbours.",
            lambda reference, n, seed: np.roll(np.arange(n), 1 + seed % (n - 1)),
        ),
        Mistake(
            "None from an in-place shuffle",
            "`shuffle` mixes the array that you give it and returns nothing: "
            "return the array.",
            lambda reference, n, seed: None,
        ),
        Mistake(
            "random fractions",
            "You give random numbers between 0 and 1; wanted are places, "
            "which are whole numbers.",
            lambda reference, n, seed: np.random.RandomState(seed).uniform(size=n),
        ),
        Mistake(
            "places stored as floats",
            FLOATS,
            lambda reference, n, seed: reference(n, seed).astype(float),
        ),
        Mistake(
            "n and seed swapped",
            "The length of your result depends on the seed: "
            "which of the two numbers is which?",
            lambda reference, n, seed: reference(seed, n),
        ),
    ),
)


# ---- permute_pixels


def _coded(rng: np.random.Generator, count: int, height: int, width: int) -> Array:
    """Draw images whose values tell where each pixel was: image, row, column.

    The last image equals the first: a shuffle that treats equal images differently
    shows, whatever its random numbers.
    """
    image, row, column = np.indices((count, height, width))
    code = 1000 * (image % (count - 1)) + 100 * row + 10 * column
    noise = rng.uniform(0, 9, (count, height, width))
    noise[-1] = noise[0]
    return np.asarray(code + noise)


def _pixel_case(
    rng: np.random.Generator, shape: tuple[int, int], whole: bool = False
) -> Case:
    height, width = shape
    images = _coded(rng, 5, height, width)
    if whole:
        images = images.astype(int)
    perm = _not_its_own_inverse(rng, height * width)
    kind = "whole numbers, " if whole else ""
    return Case((images, perm), label=f"{kind}5 images of {height}x{width} pixels")


def _pixel_cases(rng: np.random.Generator) -> Sequence[Case]:
    height = int(rng.integers(3, 9))
    return [
        _pixel_case(rng, (3, 5)),
        _pixel_case(rng, (6, 4)),
        _pixel_case(rng, (5, 5)),
        _pixel_case(rng, (4, 7), whole=True),
        _pixel_case(rng, (height, int(rng.integers(3, 9)))),
    ]


def _permuted(images: Array, perm: Array) -> Array:
    flat = images.reshape(len(images), -1)
    return np.asarray(np.einsum("pq,nq->np", _matrix(perm), flat)).reshape(images.shape)


def _trace(answer: Any) -> str:
    """Read from the codes what moved, if it is one of the mistakes drawn at random."""
    if not isinstance(answer, np.ndarray) or answer.ndim != 3 or not answer.size:
        return ""
    if len(answer) < 3 or answer.dtype.kind not in "iuf":
        return ""
    answer = answer.astype(float)  # a byte cannot be divided by 1000
    image, place = answer // 1000, answer % 1000 // 10
    row, column = place // 10, place % 10
    _, rows, columns = np.indices(answer.shape)
    if (image != image[:, :1, :1]).any():
        return ""
    order, in_order = image[:, 0, 0], np.arange(len(image)) % (len(image) - 1)
    if (np.sort(order) != np.sort(in_order)).any():
        return ""
    if (order != in_order).any():
        still = (row == rows).all() and (column == columns).all()
        return "images moved" if still else "images and pixels moved"
    if (answer[0] != answer[-1]).any():
        return "an own way for each image"
    if (row == row[:, :, :1]).all() and (column == columns).all():
        return "" if (row == rows).all() else "rows moved"
    if (column == column[:, :1]).all() and (row == rows).all():
        return "columns moved"
    return ""


def _moved_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare values; two answers with the same random mistake count as the same."""
    difference = compare.close(expected, actual)
    trace = _trace(actual)
    return None if trace and trace == _trace(expected) else difference


def _pixel_feed(index: tuple[int, ...], images: Array, perm: Array) -> str:
    image, row, column = index
    width = images.shape[2]
    place = row * width + column
    source = int(perm[place])
    return (
        f"Row {row}, column {column} is place {place}, and perm[{place}] is {source}: "
        f"it gets the pixel from row {source // width}, column {source % width}, "
        f"which is {compare.show(images[image, source // width, source % width])}."
    )


def _own_way(images: Array) -> Array:
    flat = images.reshape(len(images), -1)
    return np.random.default_rng().permuted(flat, axis=1).reshape(images.shape)


def _overwrite(array: Array, result: Array) -> Array:
    array[...] = result
    return array


def _swap_places(images: Array) -> Array:
    images[...] = np.roll(images, 1 + len(images) // 3, axis=0)
    return images


def _column_first(reference: Reference, images: Array, perm: Array) -> Array:
    upright = images.transpose(0, 2, 1)
    return np.asarray(reference(upright, perm).transpose(0, 2, 1))


PERMUTE_PIXELS = Exercise(
    id="lab02.permute_pixels",
    points=4,
    cases=_pixel_cases,
    reference=_permuted,
    comparison=_moved_alike,
    window=_pixel_feed,
    mistakes=(
        Mistake(
            "another permutation for each image",
            "Two equal images come out different. Draw one permutation and reuse it: "
            "here it is `perm`.",
            lambda reference, images, perm: _own_way(images),
        ),
        Mistake(
            "inverse permutation",
            "You send the pixel at place p to place perm[p]. The task fetches: "
            "place p gets the pixel from place perm[p].",
            lambda reference, images, perm: reference(images, np.argsort(perm)),
        ),
        Mistake(
            "whole rows moved",
            "You moved whole rows: neighbours inside a row are still neighbours. "
            "Each pixel has a place of its own in `perm`.",
            lambda reference, images, perm: np.roll(images, 1, axis=1),
        ),
        Mistake(
            "whole columns moved",
            "You moved whole columns: neighbours inside a column are still neighbours. "
            "Each pixel has a place of its own in `perm`.",
            lambda reference, images, perm: np.roll(images, 1, axis=2),
        ),
        Mistake(
            "rows indexed with places",
            "`perm` counts pixels, and the axis you index has fewer entries. "
            "Bring each image into one row of pixels first.",
            lambda reference, images, perm: images[:, perm],
        ),
        Mistake(
            "images shuffled, not pixels",
            "You shuffle the first axis, which counts images, and in the caller's "
            "array: every label now belongs to another image.",
            lambda reference, images, perm: _swap_places(images),
        ),
        Mistake(
            "images moved, too",
            "Only pixels move. Your images stand in another order, "
            "so the labels no longer belong to them.",
            lambda reference, images, perm: reference(np.roll(images, 2, axis=0), perm),
        ),
        Mistake(
            "last place left out",
            "The last pixel of each image is still 0: where does your loop end?",
            lambda reference, images, perm: (
                reference(images, perm)
                * (np.arange(len(perm)) < len(perm) - 1).reshape(images.shape[1:])
            ),
        ),
        Mistake(
            "nothing moved",
            "Your function gives back its images unchanged.",
            lambda reference, images, perm: images,
        ),
        Mistake(
            "permuted twice",
            "Your result is the shuffled image, shuffled again.",
            lambda reference, images, perm: reference(reference(images, perm), perm),
        ),
        Mistake(
            "not reshaped back",
            "The values are right, but each image is still one long row: "
            "give it back its height and width.",
            lambda reference, images, perm: reference(images, perm).reshape(
                len(images), -1
            ),
        ),
        Mistake(
            "height and width swapped",
            "The pixels are right, but an image of height 3 and width 5 comes out "
            "as 5 by 3.",
            lambda reference, images, perm: reference(images, perm).reshape(
                len(images), images.shape[2], images.shape[1]
            ),
        ),
        Mistake(
            "counted column by column",
            "You count the places down the columns. "
            "Here they are counted row by row, as `reshape` does.",
            _column_first,
        ),
        Mistake(
            "only the first image",
            "You give back one image; the others are missing.",
            lambda reference, images, perm: reference(images[:1], perm)[0],
        ),
        Mistake(
            "first image for all",
            "All of your results are the first image, shuffled.",
            lambda reference, images, perm: np.repeat(
                reference(images[:1], perm), len(images), axis=0
            ),
        ),
        Mistake(
            "pixels read after they were overwritten",
            "You fetch from the array that you write into, and `reshape` made no copy: "
            "some pixels are gone before their turn. Write into a new array.",
            lambda reference, images, perm: _overwrite(
                images, reference(images, _read_late(perm))
            ),
        ),
        Mistake(
            "pixels of the copy read after they were overwritten",
            "You fetch from the copy that you write into, so some pixels are gone "
            "before their turn. Fetch from the old images.",
            lambda reference, images, perm: reference(images, _read_late(perm)),
        ),
        Mistake(
            "changed in place",
            "The result is right, but the caller's images are changed. Work on a copy.",
            lambda reference, images, perm: _written_into(
                images, reference(images, perm)
            ),
        ),
    ),
)


# ---- inverse_permutation


def _inverse_cases(rng: np.random.Generator) -> Sequence[Case]:
    return [
        Case((np.array([2, 0, 3, 1, 4]),)),
        Case((np.array([1, 2, 0]),)),
        Case((np.array([1, 0, 2, 4, 3]),), label="two swaps: [1, 0, 2, 4, 3]"),
        Case((np.array([0]),), label="a single pixel"),
        Case((_not_its_own_inverse(rng, 7),)),
        Case((_not_its_own_inverse(rng, int(rng.integers(9, 30))),)),
        Case((_not_its_own_inverse(rng, 784),), label="784 pixels"),
    ]


def _places_alike(expected: Any, actual: Any) -> Difference | None:
    """Compare places, which are an index: floats are none."""
    difference = compare.exact(expected, actual)
    if difference is None and _floats(actual) and not _floats(expected):
        return Difference("type", "its numbers are right, but stored as floats")
    return difference


def _floats(places: Any) -> bool:
    return not isinstance(places, dict) and np.asarray(places).dtype.kind == "f"


def _put_into_itself(perm: Array) -> Array:
    """Fill in the inverse while `perm` is still being read."""
    for place in range(len(perm)):
        perm[perm[place]] = place
    return perm


INVERSE_PERMUTATION = Exercise(
    id="lab02.inverse_permutation",
    points=3,
    cases=_inverse_cases,
    reference=lambda perm: (_matrix(perm).T @ np.arange(len(perm))).astype(int),
    comparison=_places_alike,
    mistakes=(
        Mistake(
            "permutation returned unchanged",
            "A permutation that only swaps pairs undoes itself; others do not. "
            "Follow one pixel there and back.",
            lambda reference, perm: perm,
        ),
        Mistake(
            "read backwards",
            "You reverse the order of the numbers. To undo a shuffle, each pixel has "
            "to go back to its own old place.",
            lambda reference, perm: perm[::-1],
        ),
        Mistake(
            "inverse read backwards",
            "The right numbers stand in the reverse order: "
            "you sorted from the largest to the smallest.",
            lambda reference, perm: reference(perm)[::-1],
        ),
        Mistake(
            "sorted",
            "You sort the numbers, which gives 0, 1, 2, ... for every permutation. "
            "Wanted are the places of the numbers.",
            lambda reference, perm: np.arange(len(perm)),
        ),
        Mistake(
            "permuted twice",
            "Permuting again moves the pixels on, not back.",
            lambda reference, perm: perm[perm],
        ),
        Mistake(
            "counted from the end",
            "You turn each number round, so that 0 becomes the largest. "
            "It is the number and its place that change roles.",
            lambda reference, perm: len(perm) - 1 - perm,
        ),
        Mistake(
            "negative numbers",
            "Minus a place is no place; NumPy reads it as counted from the end.",
            lambda reference, perm: -perm,
        ),
        Mistake(
            "counted from 1",
            "Every number is too large by one: Python counts places from 0.",
            lambda reference, perm: reference(perm) + 1,
        ),
        Mistake(
            "last entry left out",
            "Your loop stops one entry too early: one place is still 0.",
            lambda reference, perm: np.where(
                np.arange(len(perm)) == perm[-1], 0, reference(perm)
            ),
        ),
        Mistake(
            "dictionary returned",
            "The pairs are right, but a dictionary cannot index an array: "
            "put them into one.",
            lambda reference, perm: {int(q): p for p, q in enumerate(perm)},
        ),
        Mistake(
            "places stored as floats",
            FLOATS,
            lambda reference, perm: np.asarray(reference(perm)).astype(float),
        ),
        Mistake(
            "places overwritten before they were read",
            "You write into `perm` itself while you still read it; a second name for "
            "it is no copy. Write into a new array.",
            lambda reference, perm: _put_into_itself(perm),
        ),
        Mistake(
            "changed in place",
            "The result is right, but the caller's `perm` is changed. Work on a copy.",
            lambda reference, perm: _written_into(perm, reference(perm)),
        ),
    ),
)


# ---- permute_dense_weights


def _weights_case(rng: np.random.Generator, n_in: int, units: int) -> Case:
    weights = rng.uniform(-2, 2, (n_in, units))
    perm = _not_its_own_inverse(rng, n_in)
    return Case((weights, perm), label=f"{n_in} pixels, {units} units")


def _weights_cases(rng: np.random.Generator) -> Sequence[Case]:
    n_in = int(rng.integers(8, 20))
    return [
        _weights_case(rng, 6, 4),
        _weights_case(rng, 5, 7),
        _weights_case(rng, 5, 5),
        _weights_case(rng, 4, 2),
        _weights_case(rng, n_in, int(rng.integers(2, 7))),
    ]


def _weights_feed(index: tuple[int, ...], weights: Array, perm: Array) -> str:
    row, unit = index
    return (
        f"Row {row} meets the pixel that was at place perm[{row}] = {perm[row]}; "
        f"the weight of that pixel for unit {unit} was "
        f"{compare.show(weights[perm[row], unit])}."
    )


PERMUTE_DENSE_WEIGHTS = Exercise(
    id="lab02.permute_dense_weights",
    points=3,
    cases=_weights_cases,
    reference=lambda weights, perm: _matrix(perm) @ weights,
    window=_weights_feed,
    mistakes=(
        Mistake(
            "weights not moved",
            "The images are shuffled and the weights are not. "
            "Row i of the weights belongs to pixel i: where is that pixel now?",
            lambda reference, weights, perm: weights,
        ),
        Mistake(
            "inverse permutation",
            "You move the rows the other way. Place p of a shuffled image holds the "
            "pixel from place perm[p], so which row has to stand at p?",
            lambda reference, weights, perm: reference(weights, np.argsort(perm)),
        ),
        Mistake(
            "columns in place of rows",
            "A column holds the weights of one unit, a row those of one pixel. "
            "It is the pixels that moved.",
            lambda reference, weights, perm: weights[:, perm],
        ),
        Mistake(
            "columns in place of rows, inverse",
            "A column holds the weights of one unit, a row those of one pixel. "
            "It is the pixels that moved.",
            lambda reference, weights, perm: weights[:, np.argsort(perm)],
        ),
        Mistake(
            "rows and columns",
            "Only the pixels moved, and they belong to the rows. "
            "The units stay where they are.",
            lambda reference, weights, perm: reference(weights, perm)[:, perm],
        ),
        Mistake(
            "permuted twice",
            "Your rows are moved twice.",
            lambda reference, weights, perm: reference(reference(weights, perm), perm),
        ),
        Mistake(
            "transposed",
            "The rows are right, but they lie on their side: "
            "the result has the shape of the weights.",
            lambda reference, weights, perm: reference(weights, perm).T,
        ),
        Mistake(
            "rows in reverse order",
            "The rows are read from the last to the first.",
            lambda reference, weights, perm: reference(weights, perm)[::-1],
        ),
        Mistake(
            "first unit only",
            "Only the weights of the first unit are moved; every unit has its own.",
            lambda reference, weights, perm: np.column_stack(
                [reference(weights, perm)[:, 0], weights[:, 1:]]
            ),
        ),
        Mistake(
            "single weights moved",
            "You moved the first weights one by one, as if the array were a single "
            "row. A whole row belongs to each pixel.",
            lambda reference, weights, perm: _single_weights(reference, weights, perm),
        ),
        Mistake(
            "rows read after they were overwritten",
            "`new = weights` is a second name, not a copy: you overwrite rows that are "
            "still to be read.",
            lambda reference, weights, perm: _overwrite(
                weights, reference(weights, _read_late(perm))
            ),
        ),
        Mistake(
            "rows of the copy read after they were overwritten",
            "You fetch from the copy that you write into, so some rows are gone before "
            "their turn. Fetch from the old weights.",
            lambda reference, weights, perm: reference(weights, _read_late(perm)),
        ),
        Mistake(
            "changed in place",
            "The result is right, but the caller's weights are changed. "
            "Work on a copy.",
            lambda reference, weights, perm: _written_into(
                weights, reference(weights, perm)
            ),
        ),
    ),
)


def _single_weights(reference: Reference, weights: Array, perm: Array) -> Array:
    flat = weights.ravel().copy()
    flat[: len(perm)] = reference(flat[: len(perm)], perm)
    return flat.reshape(weights.shape)


# ---- permute_hidden_units


def _hidden_case(rng: np.random.Generator, n_in: int, units: int, outputs: int) -> Case:
    arrays = (
        rng.uniform(-2, 2, (n_in, units)),
        rng.uniform(3, 9, units),
        rng.uniform(-2, 2, (units, outputs)),
    )
    return Case(
        (*arrays, _not_its_own_inverse(rng, units)),
        label=f"{n_in} inputs, {units} hidden units, {outputs} outputs",
    )


def _hidden_cases(rng: np.random.Generator) -> Sequence[Case]:
    units = int(rng.integers(4, 12))
    return [
        _hidden_case(rng, 6, 4, 3),
        _hidden_case(rng, 3, 5, 7),
        _hidden_case(rng, 4, 4, 4),
        _hidden_case(rng, 2, 3, 2),
        _hidden_case(rng, int(rng.integers(2, 9)), units, int(rng.integers(2, 9))),
    ]


def _reordered(w1: Array, b1: Array, w2: Array, order: Array) -> tuple[Array, ...]:
    matrix = _matrix(order)
    return w1 @ matrix.T, matrix @ b1, matrix @ w2


def _some_reordered(*moved: bool) -> Callable[..., Any]:
    def wrong(r: Reference, w1: Array, b1: Array, w2: Array, order: Array) -> Any:
        new = r(w1, b1, w2, order)
        pairs = zip(moved, new, (w1, b1, w2), strict=True)
        return tuple(after if move else before for move, after, before in pairs)

    return wrong


def _inverse_for(*inverse: bool) -> Callable[..., Any]:
    def wrong(r: Reference, w1: Array, b1: Array, w2: Array, order: Array) -> Any:
        new = r(w1, b1, w2, order)
        back = r(w1, b1, w2, np.argsort(order))
        pairs = zip(inverse, new, back, strict=True)
        return tuple(b if other else n for other, n, b in pairs)

    return wrong


PERMUTE_HIDDEN_UNITS = Exercise(
    id="lab02.permute_hidden_units",
    points=3,
    cases=_hidden_cases,
    reference=_reordered,
    mistakes=(
        Mistake(
            "nothing moved",
            "All three arrays come back unchanged, whatever the order.",
            _some_reordered(False, False, False),
        ),
        Mistake(
            "outgoing weights left behind",
            "The units moved, but the next layer still reads them in the old order: "
            "row j of `w2` belongs to hidden unit j.",
            _some_reordered(True, True, False),
        ),
        Mistake(
            "biases left behind",
            "The weights moved, the biases did not: each unit takes its bias along.",
            _some_reordered(True, False, True),
        ),
        Mistake(
            "incoming weights left behind",
            "Column j of `w1` holds the weights into hidden unit j; it moves along.",
            _some_reordered(False, True, True),
        ),
        Mistake(
            "incoming weights only",
            "A unit is more than its incoming weights: "
            "it has a bias, and weights to the next layer.",
            _some_reordered(True, False, False),
        ),
        Mistake(
            "outgoing weights only",
            "You move the rows of `w2` alone. A unit also has incoming weights "
            "and a bias.",
            _some_reordered(False, False, True),
        ),
        Mistake(
            "rows of w1 in place of columns",
            "A row of `w1` belongs to an input, a column to a hidden unit.",
            lambda r, w1, b1, w2, order: (w1[order], *r(w1, b1, w2, order)[1:]),
        ),
        Mistake(
            "columns of w2 in place of rows",
            "A column of `w2` belongs to an output, a row to a hidden unit.",
            lambda r, w1, b1, w2, order: (*r(w1, b1, w2, order)[:2], w2[:, order]),
        ),
        Mistake(
            "w2 transposed",
            "Your `w2` has its hidden units side by side; "
            "in the network they stand one below the other.",
            lambda r, w1, b1, w2, order: (
                *r(w1, b1, w2, order)[:2],
                r(w1, b1, w2, order)[2].T,
            ),
        ),
        Mistake(
            "columns of both matrices",
            "The hidden units are the columns of `w1`, but not those of `w2`: "
            "look at the shapes.",
            lambda r, w1, b1, w2, order: (w1[:, order], b1, w2[:, order]),
        ),
        Mistake(
            "rows of w1 and columns of w2",
            "It is the other way round: a hidden unit is a column of `w1` and a row "
            "of `w2`.",
            lambda r, w1, b1, w2, order: (
                w1[order],
                r(w1, b1, w2, order)[1],
                w2[:, order],
            ),
        ),
        Mistake(
            "inverse order",
            "New unit j is the old unit order[j]; you sent the old unit j to order[j].",
            _inverse_for(True, True, True),
        ),
        Mistake(
            "inverse order for w2",
            "The two layers must agree on who is who: "
            "you moved the rows of `w2` the other way round.",
            _inverse_for(False, False, True),
        ),
        Mistake(
            "inverse order for w1 and b1",
            "The two layers must agree on who is who: "
            "you moved the units one way and the rows of `w2` the other.",
            _inverse_for(True, True, False),
        ),
        Mistake(
            "arrays returned in another order",
            "The arrays are right; return them in the order w1, b1, w2.",
            lambda r, w1, b1, w2, order: tuple(
                r(w1, b1, w2, order)[i] for i in (0, 2, 1)
            ),
        ),
        Mistake(
            "units read after they were overwritten",
            "A second name for an array is no copy: you overwrite units that are still "
            "to be read.",
            lambda r, w1, b1, w2, order: tuple(
                _overwrite(old, new)
                for old, new in zip(
                    (w1, b1, w2), r(w1, b1, w2, _read_late(order)), strict=True
                )
            ),
        ),
        Mistake(
            "changed in place",
            "The result is right, but the caller's arrays are changed. Work on copies.",
            lambda r, w1, b1, w2, order: _written_into(w1, r(w1, b1, w2, order)),
        ),
    ),
)


# ---- neighbour_difference


def _difference_cases(rng: np.random.Generator) -> Sequence[Case]:
    stripes = np.zeros((1, 4, 6))
    stripes[:, :, ::2] = 8.0
    shape = tuple(rng.integers(3, 9, 3))
    floats = [
        ("a 3x4 image", rng.uniform(0, 9, (1, 3, 4))),
        ("two images of 5x3", rng.uniform(0, 9, (2, 5, 3))),
        ("upright stripes of 8 and 0", stripes),
        ("level stripes of 8 and 0", stripes.transpose(0, 2, 1)),
        ("three negative images of 2x6", -rng.uniform(1, 9, (3, 2, 6))),
        (f"{shape[0]} drawn images", rng.uniform(0, 9, shape)),
    ]
    return [
        *(Case((images,), label=label, part="values") for label, images in floats),
        *_byte_cases(rng),
    ]


def _byte_cases(rng: np.random.Generator) -> Sequence[Case]:
    photo = rng.integers(0, 256, (2, 4, 5)).astype(np.uint8)
    # Dark beside bright, so that a difference of bytes has to wrap around.
    photo[0, 0] = (10, 200, 30, 40, 250)
    # Steps across only, so that steps down have another mean.
    photo[1] = (0, 255, 0, 255, 1)
    row = np.array([[[10, 200, 30, 40]]], np.uint8)
    return [
        Case((row,), label="bytes 10, 200, 30, 40", part="bytes"),
        Case((photo,), label="two photos of bytes", part="bytes"),
    ]


def _mean_step(images: Array) -> float:
    pairs = np.lib.stride_tricks.sliding_window_view(images.astype(float), 2, axis=2)
    return float(np.ptp(pairs, axis=-1).mean())


def _steps(images: Array, axis: int) -> Array:
    return np.asarray(np.diff(images.astype(float), axis=axis))


def _pairs(images: Array) -> int:
    return _steps(images, 2).size


def _falls(images: Array) -> Array:
    """Give left minus right, absolute, in the pixels' own number type."""
    return np.abs(np.diff(images[:, :, ::-1], axis=2))


def _mean_in_own_type(steps: Array) -> float:
    return float(np.abs(steps).sum(dtype=steps.dtype) / steps.size)


def _divided(values: Array) -> float:
    return float(values.mean()) if values.size else float("nan")


NEIGHBOUR_DIFFERENCE = Exercise(
    id="lab02.neighbour_difference",
    points=3,
    cases=_difference_cases,
    reference=_mean_step,
    parts={"values": 2, "bytes": 1},
    mistakes=(
        Mistake(
            "sign kept",
            "Steps up and down cancel in your mean. "
            "How far apart two pixels are has no sign.",
            lambda reference, images: _divided(_steps(images, 2)),
        ),
        Mistake(
            "sign removed after the mean",
            "Steps up and down have already cancelled when you take the absolute "
            "value: take it of each difference.",
            lambda reference, images: abs(_divided(_steps(images, 2))),
        ),
        Mistake(
            "sign kept, and bytes wrap around",
            "Steps up and down cancel in your mean; how far apart two pixels are has no "
            "sign. And a byte cannot be negative.",
            lambda reference, images: _divided(np.diff(images, axis=2)),
        ),
        Mistake(
            "bytes wrap around",
            "A byte cannot be negative: 10 - 200 becomes 66. "
            "Turn the pixels into floats before you subtract.",
            lambda reference, images: float(np.abs(np.diff(images, axis=2)).mean()),
        ),
        Mistake(
            "bytes wrap around, left minus right",
            "A byte cannot be negative: 10 - 200 becomes 66. "
            "Turn the pixels into floats before you subtract.",
            lambda reference, images: float(_falls(images).mean()),
        ),
        Mistake(
            "bytes and their sum wrap around",
            "A byte cannot be negative, and a sum of bytes cannot be above 255. "
            "Turn the pixels into floats before you subtract.",
            lambda reference, images: _mean_in_own_type(np.diff(images, axis=2)),
        ),
        Mistake(
            "bytes and their sum wrap around, left minus right",
            "A byte cannot be negative, and a sum of bytes cannot be above 255. "
            "Turn the pixels into floats before you subtract.",
            lambda reference, images: _mean_in_own_type(_falls(images)),
        ),
        Mistake(
            "neighbours above and below",
            "You compare each pixel with the one below; "
            "the task asks for neighbours in the same row.",
            lambda reference, images: (
                reference(images.transpose(0, 2, 1))
                if images.shape[1] > 1
                else float("nan")
            ),
        ),
        Mistake(
            "both directions",
            "You count neighbours above and below as well; "
            "the task asks for those in the same row only.",
            lambda reference, images: _divided(
                np.concatenate([abs(_steps(images, a)).ravel() for a in (1, 2)])
            ),
        ),
        Mistake(
            "mean of both directions",
            "You average the steps across and the steps down; "
            "the task asks for neighbours in the same row only.",
            lambda reference, images: (
                (reference(images) + _divided(abs(_steps(images, 1)))) / 2
            ),
        ),
        Mistake(
            "neighbouring images",
            "You subtract whole images from each other. Which axis runs along a row?",
            lambda reference, images: _divided(abs(_steps(images, 0))),
        ),
        Mistake(
            "end of a row beside the start of the next",
            "In one long row of pixels, the last of a row stands beside the first of "
            "the next, but in the image they are not neighbours.",
            lambda reference, images: reference(images.reshape(len(images), 1, -1)),
        ),
        Mistake(
            "all pixels in one row",
            "In one long row, the last pixel of a row stands beside the first of the "
            "next, and the last of an image beside the first of the next image.",
            lambda reference, images: reference(images.reshape(1, 1, -1)),
        ),
        Mistake(
            "row closed to a ring",
            "Your last pixel of a row is compared with the first of the same row, as "
            "`np.roll` does; they are at opposite ends.",
            lambda reference, images: reference(
                np.concatenate([images, images[:, :, :1]], axis=2)
            ),
        ),
        Mistake(
            "divided by the number of pixels",
            "A row of 4 pixels has 3 pairs of neighbours: divide by the pairs.",
            lambda reference, images: reference(images) * _pairs(images) / images.size,
        ),
        Mistake(
            "divided by the pairs of one image",
            "Your result grows with the number of images: "
            "the pairs of all images count together.",
            lambda reference, images: reference(images) * len(images),
        ),
        Mistake(
            "divided by the pairs of one row",
            "Your result grows with the number of rows: "
            "the pairs of all rows and images count together.",
            lambda reference, images: reference(images) * len(images) * images.shape[1],
        ),
        Mistake(
            "sum, not mean",
            "Your result grows with the number of pixels: divide by the number of pairs.",
            lambda reference, images: reference(images) * _pairs(images),
        ),
        Mistake(
            "squared",
            "You average squares, which counts large steps more. "
            "Use the absolute difference.",
            lambda reference, images: _divided(_steps(images, 2) ** 2),
        ),
        Mistake(
            "root of the mean square",
            "The root of the mean of squares is not the mean of the differences.",
            lambda reference, images: _divided(_steps(images, 2) ** 2) ** 0.5,
        ),
        Mistake(
            "largest difference",
            "You give the largest step; the task asks for the mean.",
            lambda reference, images: float(abs(_steps(images, 2)).max()),
        ),
        Mistake(
            "median, not mean",
            "You give the median of the steps; the task asks for their mean.",
            lambda reference, images: float(np.median(abs(_steps(images, 2)))),
        ),
        Mistake(
            "every second pair left out",
            "You cut the row into pairs. A pixel inside a row is in two pairs: "
            "one with each neighbour.",
            lambda reference, images: _divided(abs(_steps(images, 2))[:, :, ::2]),
        ),
        Mistake(
            "only the first image",
            "You look at the first image only; take the mean over all of them.",
            lambda reference, images: reference(images[:1]),
        ),
        Mistake(
            "one number for each image",
            "You give one number per image; the task asks for one for all of them.",
            lambda reference, images: [reference(image[None]) for image in images],
        ),
        Mistake(
            "rounded",
            "You round the result. Keep the exact number, round only when you print.",
            lambda reference, images: float(round(reference(images))),
        ),
        Mistake(
            "fractions of the pixels cut off",
            "You turn the pixels into whole numbers before you subtract, "
            "and pixels may be fractions: take floats.",
            lambda reference, images: reference(images.astype(int)),
        ),
    ),
)

EXERCISES = (
    PREDICTIONS,
    MAKE_PERMUTATION,
    PERMUTE_PIXELS,
    INVERSE_PERMUTATION,
    PERMUTE_DENSE_WEIGHTS,
    PERMUTE_HIDDEN_UNITS,
    NEIGHBOUR_DIFFERENCE,
)
