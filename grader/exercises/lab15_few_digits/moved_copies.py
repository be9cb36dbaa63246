"""Moved copies of images, with their labels and what they were made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from grader.exercises.common.arithmetic import Index, taken_from
from grader.exercises.common.wrong import after, with_arguments
from grader.judging.exercise import Case, Exercise, Mistake

_IMAGES, _LABELS, _SOURCES = range(3)


def cases(rng: np.random.Generator) -> list[Case]:
    """Draw moves to all sides, of 0 and beyond the image, and several channels."""
    grid: list[tuple[str, tuple[int, ...], Any]] = [
        ("down", (3, 4, 5, 1), [(1, 0)]),
        ("right", (3, 4, 5, 1), [(0, 2)]),
        ("up and to the left", (2, 5, 4, 2), [(-1, 0), (0, -2), (-2, -1)]),
        ("not moved, and moved", (3, 4, 6, 1), [(0, 0), (2, -3), (-1, 1)]),
        ("beyond the image", (2, 3, 4, 1), [(7, 0), (0, -9), (1, 1)]),
        ("a little too far", (2, 4, 5, 1), [(5, 0), (-7, 1), (0, 6), (1, -9)]),
        ("all the way", (2, 4, 3, 1), [(4, 0), (0, 3), (0, -3)]),
    ]
    for _ in range(2):
        shape = tuple(map(int, (*rng.integers(2, 5, 1), *rng.integers(4, 8, 2), 2)))
        count = int(rng.integers(3, 5))
        grid.append(("drawn moves", shape, rng.integers(-3, 4, (count, 2)).tolist()))
    found = [_case(words, rng.uniform(0.1, 1, s), m, rng) for words, s, m in grid]
    whole = rng.integers(1, 256, (2, 4, 5, 1)).astype(np.uint8)
    found.append(_case("whole numbers", whole, [(1, -1), (0, 2)], rng))
    small = [
        (np.arange(1, 10).reshape(1, 3, 3, 1), [(1, 0), (0, -1)]),
        (np.arange(1, 9).reshape(2, 2, 2, 1), [(0, 1), (0, 0)]),
    ]
    return [*(_case("small", x, moves, rng) for x, moves in small), *found]


def _case(words: str, images: Any, moves: Any, rng: np.random.Generator) -> Case:
    labels = rng.permutation(np.arange(1, 10))[: len(images)]
    size = "x".join(map(str, images.shape))
    label = f"{words}: images {size}, shifts {[list(move) for move in moves]}"
    return Case((images, labels, np.array(moves)), label=label)


def reference(images: Any, labels: Any, shifts: Any) -> Any:
    """Return images, labels and sources of all copies, moved by SciPy."""
    exact = np.asarray(images, float)
    copies = [
        ndimage.shift(image, (*move, 0), order=0, mode="constant", cval=0)
        for image in exact
        for move in np.asarray(shifts).tolist()
    ]
    sources = np.indices((len(images), len(shifts)))[0].ravel()
    return np.array(copies), np.asarray(labels)[sources], sources


def where(index: Index, images: Any, labels: Any, shifts: Any) -> str:
    """Return in words which image and which shift belong to a copy."""
    image, move = divmod(int(index[1]), len(shifts))
    down, right = np.asarray(shifts)[move].tolist()
    return f"Copy {index[1]} is image {image}, moved by {down} down and {right} right."


def arithmetic(index: Index, images: Any, labels: Any, shifts: Any) -> str:
    """Return where a value of the copies comes from."""
    image, move = divmod(int(index[1]), len(shifts))
    if index[0] != _IMAGES:
        words = f"copy {index[1]} is made from image {image}"
        return f"{words}\n{f'labels[{image}]' if index[0] == _LABELS else image}"
    down, right = np.asarray(shifts)[move].tolist()
    row, column = index[2] - down, index[3] - right
    if 0 <= row < images.shape[1] and 0 <= column < images.shape[2]:
        return taken_from("images", (image, row, column, index[4]))
    return "no pixel moves there\n0"


def _other_moves(change: Callable[[Any], Any]) -> Any:
    """Return a mistake that moves by other shifts."""
    return with_arguments(
        lambda images, labels, shifts: (images, labels, change(shifts))
    )


def _other_images(move: Callable[[Any, Any], Any]) -> Any:
    """Return a mistake with other copies: of one image (H, W, C) and its (down, right)."""

    def wrong(reference: Any, images: Any, labels: Any, shifts: Any) -> Any:
        _, *rest = reference(images, labels, shifts)
        copies = [move(image, step) for image in images for step in shifts.tolist()]
        return (np.stack(copies), *rest)

    return wrong


def _filled(cval: Callable[[Any], float], mode: str = "constant") -> Any:
    """Return a mistake: something else than 0 comes in at the border."""
    return _other_images(
        lambda image, step: ndimage.shift(
            image.astype(float), (*step, 0), order=0, mode=mode, cval=cval(image)
        )
    )


def _rolled(image: Any, step: Any) -> Any:
    return np.roll(image, step, axis=(0, 1))


def _cleared_at_the_front(image: Any, step: Any) -> Any:
    """Clear what a roll brings in at the top and on the left, and nowhere else."""
    rolled = _rolled(image, step)
    rolled[: max(step[0], 0)] = 0
    rolled[:, : max(step[1], 0)] = 0
    return rolled


def _negative_indices(image: Any, step: Any) -> Any:
    for size, move in zip(image.shape, step, strict=False):
        if -move > size:
            _ = np.zeros(size)[move]  # an IndexError, in NumPy's words
    return _cleared_at_the_front(image, step)


def _sliced(image: Any, step: Any) -> Any:
    """Use slices that are right for moves down and to the right only."""
    out = np.zeros_like(image)
    down, right = step
    out[down:, right:] = image[: len(image) - down, : image.shape[1] - right]
    return out


def _sliced_from_the_end(image: Any, step: Any) -> Any:
    out = np.zeros_like(image)
    down, right = step
    out[down:, right:] = image[:-down, :-right]
    return out


def _sliced_without_a_limit(image: Any, step: Any) -> Any:
    """Use slices for all directions, of moves that leave something of the image."""
    out = np.zeros_like(image)
    to, source = (
        tuple(
            slice(max(move, 0), size + min(move, 0))
            for move, size in zip(moves, image.shape, strict=False)
        )
        for moves in (step, [-move for move in step])
    )
    out[to] = image[source]
    return out


def _axes_of_a_batch(image: Any, step: Any) -> Any:
    return ndimage.shift(image.astype(float), (0, *step), order=0)


def _old_pixels_stay(image: Any, step: Any) -> Any:
    exact = image.astype(float)
    # NaN is what comes in.
    moved = ndimage.shift(exact, (*step, 0), order=0, cval=np.nan)
    return np.where(np.isnan(moved), exact, moved)


def _cut_off(image: Any, step: Any) -> Any:
    down, right = step
    rows = slice(max(-down, 0), len(image) - max(down, 0))
    return image[rows, slice(max(-right, 0), image.shape[1] - max(right, 0))]


def _grouped_by_shift(
    reference: Callable[..., Any], images: Any, labels: Any, shifts: Any
) -> Any:
    """Return all images moved by the first shift, then all by the second."""
    return tuple(
        np.concatenate([part[start :: len(shifts)] for start in range(len(shifts))])
        for part in reference(images, labels, shifts)
    )


def _part(place: int, change: Callable[[Any, Any, Any, Any], Any]) -> Any:
    """Return a mistake in one of the three arrays: (it, images, labels, shifts) -> it."""

    def wrong(reference: Any, images: Any, labels: Any, shifts: Any) -> Any:
        parts = list(reference(images, labels, shifts))
        parts[place] = change(parts[place], images, labels, shifts)
        return tuple(parts)

    return wrong


def _in_place(reference: Any, images: Any, labels: Any, shifts: Any) -> Any:
    parts = reference(images, labels, shifts)
    images[...] = parts[_IMAGES][len(shifts) - 1 :: len(shifts)]
    return parts


def _one_after_another(images: Any, shifts: Any) -> Any:
    """Move each copy on from the last one, which was overwritten."""
    copies = []
    for image in images:
        for step in shifts.tolist():
            image = ndimage.shift(image.astype(float), (*step, 0), order=0)
            copies.append(image)
    return np.array(copies)


MISTAKES = (
    Mistake(
        "wrapped around",
        "What leaves the image on one side comes in again on the other, as `np.roll` "
        "does, and a stroke that nobody wrote appears. What comes in is background.",
        _other_images(_rolled),
    ),
    Mistake(
        "negative shifts wrap around",
        "What leaves at the top or on the left comes in on the other side. A negative "
        "shift has to lose it, too.",
        _other_images(_cleared_at_the_front),
    ),
    Mistake(
        "only one end of the frame looked at",
        "You ask whether a place is too far down or right. One above or left of the frame "
        "has a negative index, which counts from the other end.",
        _other_images(_negative_indices),
    ),
    Mistake(
        "rows and columns exchanged",
        "The first number of a shift counts rows down, the second columns to the right.",
        _other_moves(lambda shifts: shifts[:, ::-1]),
    ),
    Mistake(
        "opposite direction",
        "Your images move up and left where they should move down and right.",
        _other_moves(lambda shifts: -shifts),
    ),
    Mistake(
        "up and down exchanged",
        "A positive first number moves the image down; rows are counted from the top.",
        _other_moves(lambda shifts: shifts * [-1, 1]),
    ),
    Mistake(
        "left and right exchanged",
        "A positive second number moves the image to the right.",
        _other_moves(lambda shifts: shifts * [1, -1]),
    ),
    Mistake(
        "moved down and up only",
        "The second number of a shift is not used: nothing moves to the side.",
        _other_moves(lambda shifts: shifts * [1, 0]),
    ),
    Mistake(
        "moved to the side only",
        "The first number of a shift is not used: nothing moves up or down.",
        _other_moves(lambda shifts: shifts * [0, 1]),
    ),
    Mistake(
        "not moved",
        "Your copies are all where the image was.",
        _other_moves(lambda shifts: 0 * shifts),
    ),
    Mistake(
        "negative shifts ignored",
        "A negative shift does nothing. It moves the image up, or to the left.",
        _other_moves(lambda shifts: np.maximum(shifts, 0)),
    ),
    Mistake(
        "signs ignored",
        "A shift of -1 moves as one of 1 does. A negative one goes up, or to the left.",
        _other_moves(np.abs),
    ),
    Mistake(
        "slices for one direction only",
        "Your slices are those for moves down and to the right. With a negative number a "
        "slice counts from the other end.",
        _other_images(_sliced),
    ),
    Mistake(
        "slices beyond the image",
        "Of an image that moves by more than its own size nothing is left. There a slice "
        "of yours ends at a negative number, which counts from the other end, and the two "
        "slices do not fit.",
        _other_images(_sliced_without_a_limit),
    ),
    Mistake(
        "a shift of 0 fails",
        "`[:-0]` is `[:0]`, a slice with nothing in it. A shift of 0 leaves that "
        "direction as it is.",
        _other_images(_sliced_from_the_end),
    ),
    Mistake(
        "the first shift for all",
        "All copies of an image are moved by the first shift.",
        _other_moves(lambda shifts: np.repeat(shifts[:1], len(shifts), axis=0)),
    ),
    Mistake(
        "the last copy for all",
        "All your copies are the last one: it is one array, put into the list over and "
        "over again. Make a new array for each copy.",
        _part(_IMAGES, lambda it, *given: np.repeat(it[-1:], len(it), axis=0)),
    ),
    Mistake(
        "each copy moved on from the last",
        "The second copy starts from the first, and so on. Each copy is made from the "
        "image as it was given.",
        lambda reference, images, labels, shifts: (
            _one_after_another(images, shifts),
            *reference(images, labels, shifts)[1:],
        ),
    ),
    Mistake(
        "one pixel too far",
        "Your images move one pixel further than the shift says.",
        _other_moves(lambda shifts: shifts + np.sign(shifts)),
    ),
    Mistake(
        "columns and channels moved",
        "Your axes are those of a batch. One image has rows on axis 0 and columns on "
        "axis 1.",
        _other_images(_axes_of_a_batch),
    ),
    Mistake(
        "edge repeated",
        "The outermost pixels are continued into the free place. What comes in is "
        "background, 0.",
        _filled(lambda image: 0, mode="nearest"),
    ),
    Mistake(
        "mirrored at the edge",
        "The image is mirrored into the free place. What comes in is background, 0.",
        _filled(lambda image: 0, mode="reflect"),
    ),
    Mistake(
        "ink comes in",
        "What comes in at the border is 1, which is ink. Background is 0.",
        _filled(lambda image: 1),
    ),
    Mistake(
        "the smallest value comes in",
        "What comes in is the smallest pixel of the image. Background is 0, whatever the "
        "image holds.",
        _filled(np.min),
    ),
    Mistake(
        "old pixels stay",
        "You move pixels within a copy of the image, and where nothing moves to, the old "
        "ones are still there. Begin with background.",
        _other_images(_old_pixels_stay),
    ),
    Mistake(
        "cut off",
        "Your copies are smaller than the image: what leaves is cut off and nothing comes "
        "in. A batch needs images of one size.",
        _other_images(_cut_off),
    ),
    Mistake(
        "shift by shift",
        "You give all images moved by the first shift, then all by the second. All copies "
        "of one image stand together.",
        _grouped_by_shift,
    ),
    Mistake(
        "images shift by shift, labels image by image",
        "Your images come shift by shift and the labels image by image, so most copies "
        "have the label of another image.",
        lambda reference, images, labels, shifts: (
            _grouped_by_shift(reference, images, labels, shifts)[0],
            *reference(images, labels, shifts)[1:],
        ),
    ),
    Mistake(
        "labels and sources tiled",
        "Your images come image by image, labels and sources over and over again in the "
        "order given. `np.repeat` and `np.tile` differ.",
        lambda reference, images, labels, shifts: (
            reference(images, labels, shifts)[0],
            np.tile(labels, len(shifts)),
            np.tile(np.arange(len(images)), len(shifts)),
        ),
    ),
    Mistake(
        "labels tiled",
        "The labels come over and over again in the order given, the images one by one "
        "with all their copies. `np.repeat` and `np.tile` differ.",
        _part(_LABELS, lambda it, images, labels, shifts: np.tile(labels, len(shifts))),
    ),
    Mistake(
        "sources tiled",
        "The sources come over and over again in the order given, the images one by one "
        "with all their copies. `np.repeat` and `np.tile` differ.",
        _part(
            _SOURCES,
            lambda it, images, labels, shifts: np.tile(
                np.arange(len(images)), len(shifts)
            ),
        ),
    ),
    Mistake(
        "labels multiplied",
        "`*` multiplies the numbers of an array; only a list is repeated by it. Each copy "
        "has the label of its image.",
        _part(_LABELS, lambda it, images, labels, shifts: labels * len(shifts)),
    ),
    Mistake(
        "labels not copied",
        "There are as many labels as images were given. Each copy needs its own.",
        _part(_LABELS, lambda it, images, labels, shifts: labels),
    ),
    Mistake(
        "labels in place of sources",
        "Your sources are the labels. Two images of one class are two sources: give the "
        "place of the image in `images`.",
        _part(_SOURCES, lambda it, images, labels, shifts: labels.repeat(len(shifts))),
    ),
    Mistake(
        "numbers of the shifts in place of sources",
        "Your sources say by which shift a copy was moved. They should say which image it "
        "was made from.",
        _part(
            _SOURCES,
            lambda it, images, labels, shifts: np.tile(
                np.arange(len(shifts)), len(images)
            ),
        ),
    ),
    Mistake(
        "each copy a source of its own",
        "Every copy has a number of its own. Copies of one image share its place.",
        _part(_SOURCES, lambda it, *given: np.arange(len(it))),
    ),
    Mistake(
        "sources counted from 1",
        "Places are counted from 0.",
        _part(_SOURCES, lambda it, *given: it + 1),
    ),
    Mistake(
        "sources forgotten",
        "You give two arrays. The third says which image each copy was made from.",
        after(lambda parts: parts[:2]),
    ),
    Mistake(
        "an axis more",
        "Your images have an axis for the images and one for their copies. Put all copies "
        "behind each other.",
        _part(
            _IMAGES,
            lambda it, images, labels, shifts: it.reshape(
                len(images), len(shifts), *images.shape[1:]
            ),
        ),
    ),
    Mistake(
        "originals added",
        "Before its copies stands each image as it was. Only the copies are asked for; a "
        "shift of (0, 0) would be the image itself.",
        _other_moves(lambda shifts: np.concatenate([[[0, 0]], shifts])),
    ),
    Mistake(
        "the first image only",
        "You give the copies of the first image. All images are asked for.",
        with_arguments(lambda images, labels, shifts: (images[:1], labels[:1], shifts)),
    ),
    Mistake(
        "images changed in place",
        "The images of the caller are other ones after the call. Work on copies.",
        _in_place,
    ),
)
EXERCISE = Exercise(
    points=4,
    cases=cases,
    reference=reference,
    forbidden=("keras", "scipy", "skimage", "tensorflow"),
    where=where,
    arithmetic=arithmetic,
    mistakes=MISTAKES,
)
