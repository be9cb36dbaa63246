"""Compare an answer with the right one: equal, or how not.

A comparison is called with (expected, actual), both plain data, and gives `None` or a
`Difference`. Style is never a difference: a list is as good as an array, float32 as good
as float64, and 80.0 as good as 80.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.judging.show import show


@dataclass(frozen=True)
class Difference:
    """How an answer differs from the right one.

    Attributes:
        kind: "type", "shape" or "value".
        sentence: what the student reads.
        place: the steps that lead to the first differing number, through dictionaries and
            lists into an array, in C order.
    """

    kind: str
    sentence: str
    place: tuple[Any, ...] | None = None


Comparison = Callable[[Any, Any], Difference | None]


@dataclass(frozen=True)
class Close:
    """Compare numbers, arrays, lists and dictionaries within a tolerance.

    Two numbers are equal if they differ by at most ``atol + rtol * m``, where m is the
    largest absolute value of the expected array: errors of a sum grow with its terms,
    not with its result.
    """

    rtol: float = 1e-5
    atol: float = 1e-9

    def __call__(self, expected: Any, actual: Any) -> Difference | None:
        """Return the first difference, or `None`."""
        if isinstance(expected, Mapping):
            return self._mappings(expected, actual)
        if isinstance(expected, (list, tuple)) and not _is_numeric(expected):
            return self._sequences(expected, actual)
        if isinstance(expected, (np.ndarray, list, tuple)):
            return self._arrays(np.asarray(expected), actual)
        if _is_number(expected):
            return self._numbers(expected, actual)
        if type(expected) is type(actual) and expected == actual:
            return None
        return _unequal(expected, actual)

    def _numbers(self, expected: Any, actual: Any) -> Difference | None:
        if isinstance(actual, np.ndarray) and actual.ndim == 0:
            actual = actual.item()
        if not _is_number(actual):
            return _wrong_type("a number", actual)
        tolerance = self.atol + self.rtol * abs(expected)
        if _equal_numbers(expected, actual, tolerance):
            return None
        return _unequal(expected, actual)

    def _arrays(self, expected: np.ndarray, actual: Any) -> Difference | None:
        found = as_array(actual)
        if found is None or (found.ndim == 0 and expected.ndim > 0):
            return _wrong_type("an array", actual)
        if found.shape != expected.shape:
            return Difference("shape", _shapes(expected.shape, found.shape))
        return self._values(expected, found)

    def _values(self, expected: np.ndarray, found: np.ndarray) -> Difference | None:
        finite = np.abs(expected[np.isfinite(expected)])
        scale = float(finite.max()) if finite.size else 0.0
        equal = _near(
            found.astype(float), expected.astype(float), self.atol + self.rtol * scale
        )
        if equal.all():
            return None
        index = tuple(int(i) for i in np.argwhere(~equal)[0])
        wrong = int(equal.size - equal.sum())
        where = f"[{', '.join(map(str, index))}]"
        return Difference(
            "value",
            f"{wrong:,} of {equal.size:,} values differ; at {where} it is "
            f"{show(found[index])}, expected {show(expected[index])}",
            index,
        )

    def _mappings(self, expected: Mapping[str, Any], actual: Any) -> Difference | None:
        if not isinstance(actual, Mapping):
            return _wrong_type("a dictionary", actual)
        if set(actual) != set(expected):
            keys, names = _names(actual), _names(expected)
            return Difference("shape", f"the keys are {keys}, expected {names}")
        return self._first(expected, expected, actual)

    def _sequences(self, expected: Any, actual: Any) -> Difference | None:
        if not _is_row(actual):
            return _wrong_type(f"{len(expected)} values", actual)
        if len(actual) != len(expected):
            items = "item" if len(actual) == 1 else "items"
            return Difference(
                "shape", f"it has {len(actual)} {items}, expected {len(expected)}"
            )
        return self._first(range(len(expected)), expected, actual)

    def _first(
        self, steps: Iterable[Any], expected: Any, actual: Any
    ) -> Difference | None:
        for step in steps:
            difference = self(expected[step], actual[step])
            if difference is not None:
                sentence = f"in item {step!r}: {difference.sentence}"
                inside = difference.place
                place = None if inside is None else (step, *inside)
                return Difference(difference.kind, sentence, place)
        return None


close = Close()
exact = Close(rtol=0, atol=0)


def answered(expected: Any, actual: Any) -> Difference | None:
    """Accept any finite numbers, as many as expected: for predictions."""
    if not _is_row(actual):
        return _wrong_type(f"a list of {len(expected)} numbers", actual)
    if len(actual) != len(expected):
        return Difference(
            "shape", f"there are {len(actual)} predictions, expected {len(expected)}"
        )
    for position, value in enumerate(actual):
        if not _is_number(value) or not np.isfinite(value):
            return Difference(
                "type", f"prediction {position + 1} is {show(value)}, not a number yet"
            )
    return None


def _shapes(expected: tuple[int, ...], found: tuple[int, ...]) -> str:
    """Return how a shape differs: the number of axes, or which is too long or too short."""
    sentence = f"the shape is {found}, expected {expected}"
    if len(expected) != len(found):
        axes = "axis" if len(found) == 1 else "axes"
        return f"{sentence}: {len(found)} {axes} in place of {len(expected)}"
    parts = [
        f"axis {axis} is too {'long' if have > want else 'short'} by {abs(have - want)}"
        for axis, (want, have) in enumerate(zip(expected, found, strict=True))
        if want != have
    ]
    return f"{sentence}: {', '.join(parts)}"


def _unequal(expected: Any, actual: Any) -> Difference:
    sentence = f"it is {show(actual)}, expected {show(expected)}"
    return Difference("value", sentence)


def _wrong_type(wanted: str, actual: Any) -> Difference:
    if isinstance(actual, np.ndarray) and actual.ndim == 0:
        actual = actual.item()
    kind = type(actual).__name__
    shown = _KINDS.get(kind, f"of type {kind}")
    return Difference("type", f"it is {shown}, expected {wanted}")


_KINDS = {
    "NoneType": "None (is a return missing?)",
    "bool": "True or False",
    "dict": "a dictionary",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "ndarray": "an array",
    "str": "a text",
    "tuple": "a tuple",
}


def _names(mapping: Mapping[str, Any]) -> str:
    return ", ".join(sorted(map(str, mapping)))


def _is_row(value: Any) -> bool:
    """Return whether a value has a length; an array without axes has none."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, (list, tuple))


def _near(found: np.ndarray, expected: np.ndarray, tolerance: float) -> np.ndarray:
    """Return where two arrays are equal; what is no number equals itself.

    As `numpy.isclose` without a relative tolerance, in a fifth of its time on the small
    arrays of a check, of which a diagnosis compares hundreds.
    """
    with np.errstate(invalid="ignore"):  # two infinities have no difference
        near = np.abs(found - expected) <= tolerance
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    return np.asarray(near | same)


def _is_number(value: Any) -> bool:
    numeric = (int, float, np.integer, np.floating)
    return isinstance(value, numeric) and not isinstance(value, bool)


def _is_infinite(value: float) -> bool:
    # Python's whole numbers can be too large for a float, and are never infinite.
    return isinstance(value, (float, np.floating)) and bool(np.isinf(value))


def _equal_numbers(expected: float, actual: float, tolerance: float) -> bool:
    if expected != expected or actual != actual:
        return expected != expected and actual != actual
    if _is_infinite(expected) or _is_infinite(actual):
        return expected == actual
    try:
        return abs(expected - actual) <= tolerance
    except OverflowError:  # a whole number beyond all floats
        return False


def as_array(value: Any) -> np.ndarray | None:
    """Return numbers as an array, `None` if they are none or have no common shape."""
    if not isinstance(value, (np.ndarray, list, tuple, int, float)):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None


def _is_numeric(values: Any) -> bool:
    array = as_array(values)
    return array is not None and array.ndim >= 1
