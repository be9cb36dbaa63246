"""What the explorer shows of one case: a plane of the answers, and what feeds each value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.judging import compare, draw
from grader.judging.compare import as_array
from grader.judging.example import how, told_at
from grader.judging.exercise import Case, Exercise
from grader.judging.picture import SIDE, of_another_shape, rows_of
from grader.judging.verdict import Panel, Picture

# A longer sum is no help.
_LONGEST = 160
Index = tuple[int, ...]
# A cell as the front end draws it: its text, its colour and that of the text.
Cells = list[list[tuple[str, str, str]]]


@dataclass(frozen=True)
class Scene:
    """A case, its right answer and the student's.

    Attributes:
        exercise, case: whose answers they are.
        label: the case in words.
        right: the right answer, of two axes or of four.
        yours: the student's; `None` if it is no array of the same shape.
        aside: the first matrix of the student's, if it has another shape.
        plane: which picture and which filter are looked at, if there are four axes.
    """

    exercise: Exercise
    case: Case
    label: str
    right: np.ndarray
    yours: np.ndarray | None
    plane: Index = ()
    aside: Panel | None = None

    def index(self, row: int, column: int) -> Index:
        """Return where a value of the plane stands in the whole answer."""
        if self.right.ndim == 2:
            return row, column
        picture, kernel = self.plane
        return picture, row, column, kernel

    def of_plane(self, answer: np.ndarray) -> np.ndarray:
        """Return the plane of an answer."""
        if answer.ndim == 2:
            return answer
        picture, kernel = self.plane
        return np.asarray(answer[picture, :, :, kernel])

    def window(self, row: int, column: int) -> list[tuple[Panel, ...]]:
        """Return the matrices that make a value of the plane, in rows."""
        at = self.index(row, column)
        return [
            tuple(Panel(title, rows_of(matrix)) for title, matrix in drawn)
            for drawn in _windows(self.exercise, self.case, at)
        ]

    def read(self, row: int, column: int) -> list[list[Index]]:
        """Return which pixels a value reads: for each row of `window`, (row, column)s.

        The window of a picture whose values are their own places tells it.
        """
        x, *rest = self.case.args
        places = np.arange(x.size).reshape(x.shape)
        case = Case((places, *rest), self.case.kwargs)
        found = _windows(self.exercise, case, self.index(row, column))
        return [
            [_pixel(place, x.shape) for place in drawn[0][1].ravel().tolist()]
            for drawn in found
        ]

    def inputs(self) -> list[Panel]:
        """Return the planes of the picture that are read, one for each row of `window`."""
        x = self.case.args[0]
        if x.ndim == 2:
            return [Panel("x", rows_of(x))]
        picture, kernel = self.plane
        rows = len(_windows(self.exercise, self.case, self.index(0, 0)))
        # Each filter reads all channels; a pooling reads one.
        channels = range(rows) if rows == x.shape[3] else [kernel]
        return [
            Panel(f"x[{picture}, :, :, {c}]", rows_of(x[picture, :, :, c]))
            for c in channels
        ]

    def wrong(self) -> list[list[bool]]:
        """Return where the plane of the student's answer is wrong."""
        if self.yours is None:
            return []
        right, yours = map(self.of_plane, (self.right, self.yours))
        found: list[list[bool]] = _differ(right, yours, self.right).tolist()
        return found

    def words(self, row: int, column: int) -> tuple[str, str]:
        """Return what a value of the plane is, and how it comes about; that may be ""."""
        at = self.index(row, column)
        right = told_at(self.right, at)
        place = f"Row {row}, column {column}"
        equation = (how(self.exercise, self.case, self.right, at) or [""])[-1]
        equation = equation if len(equation) <= _LONGEST else ""
        if self.yours is None:
            return f"{place}: right is {right}.", equation
        yours = told_at(self.yours, at)
        if not self.wrong()[row][column]:
            return f"{place}: yours is {yours}, which is right.", equation
        return f"{place}: yours is {yours}, right is {right}.", equation


def _windows(
    exercise: Exercise, case: Case, index: Index
) -> Sequence[Sequence[tuple[str, np.ndarray]]]:
    assert exercise.window is not None  # noqa: S101  (asked before: see `is_drawable`)
    return exercise.window(index, *case.args, **case.kwargs)


def _pixel(place: int, shape: Index) -> Index:
    index = tuple(int(i) for i in np.unravel_index(place, shape))
    return index if len(shape) == 2 else index[1:3]


def is_drawable(exercise: Exercise, case: Case, right: Any) -> bool:
    """Return whether a case has windows, and is small enough to look at all of it."""
    if not isinstance(right, np.ndarray) or right.ndim not in (2, 4) or not right.size:
        return False
    x = case.args[0]
    rows, columns = (1, 2) if x.ndim == 4 else (0, 1)
    if max(x.shape[rows], x.shape[columns], right.shape[rows]) > SIDE:
        return False
    windows = _windows(exercise, case, (0,) * right.ndim)
    return bool(windows) and right.shape[columns] <= SIDE


def same_shape(right: np.ndarray, yours: Any) -> np.ndarray | None:
    """Return an answer as an array if it can be laid over the right one."""
    found = as_array(yours)
    if found is None or found.shape != right.shape or found.dtype.kind not in "biuf":
        return None
    return found


def _differ(right: np.ndarray, yours: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return where answers differ by more than a check lets pass (see `compare.close`)."""
    close = compare.close
    largest = float(np.max(np.abs(whole.astype(float))))
    off = np.abs(yours.astype(float) - right.astype(float))
    return np.asarray(~(off <= close.atol + close.rtol * largest))  # no number is wrong


def set_aside(right: np.ndarray, yours: Any) -> Panel | None:
    """Return the first matrix of an answer of another shape, with its shape."""
    found = as_array(yours)
    if found is None or found.ndim != right.ndim or not found.size:
        return None
    return of_another_shape("", right, found)[1]


def first_wrong(right: np.ndarray, yours: np.ndarray | None) -> Index:
    """Return the place of the first value that is wrong; of none the first of all."""
    if yours is not None:
        wrong = _differ(right, yours, right)
        if wrong.any():
            return tuple(int(i) for i in np.argwhere(wrong)[0])
    return (0,) * right.ndim


def still(scene: Scene, row: int, column: int) -> Picture:
    """Return the picture of one place, for where nothing moves."""
    plane, at = scene.of_plane(scene.right), (row, column)
    answers = [Panel("right", rows_of(plane), at)]
    if scene.yours is not None:
        yours = scene.of_plane(scene.yours)
        answers.append(Panel("yours", rows_of(yours), at))
    answers += [scene.aside] if scene.aside else []
    return Picture(scene.label, tuple(answers), tuple(scene.window(row, column)))


def to_data(scene: Scene) -> dict[str, Any]:
    """Return a scene as the front end gets it."""
    right = scene.of_plane(scene.right)
    outputs = [Panel("right", rows_of(right))]
    if scene.yours is not None:
        outputs.append(Panel("yours", rows_of(scene.of_plane(scene.yours))))
    aside = [scene.aside] if scene.aside else []
    drawn, others = list(_drawn([*outputs, *aside])), len(outputs)
    rows, columns = right.shape
    places = [[_place(scene, i, j) for j in range(columns)] for i in range(rows)]
    return {
        "outputs": drawn[:others],
        "aside": drawn[others:],
        "inputs": [data for panel in scene.inputs() for data in _drawn([panel])],
        "wrong": scene.wrong(),
        "places": places,
    }


def _place(scene: Scene, row: int, column: int) -> dict[str, Any]:
    words, equation = scene.words(row, column)
    return {
        "words": words,
        "equation": equation,
        "read": scene.read(row, column),
        "rows": [list(_drawn(panels)) for panels in scene.window(row, column)],
    }


def _drawn(panels: Sequence[Panel]) -> Iterator[dict[str, Any]]:
    """Yield panels on one scale of colours."""
    largest = draw.largest_of(panels)
    for panel in panels:
        yield {"title": panel.title, "cells": _cells(panel, largest)}


def _cells(panel: Panel, largest: float) -> Cells:
    written = draw.texts(panel)
    return [
        [
            (written[i][j] if written else "", *draw.colours(value, largest))
            for j, value in enumerate(row)
        ]
        for i, row in enumerate(panel.rows)
    ]
