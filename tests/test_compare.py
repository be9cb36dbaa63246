"""A right answer is equal whatever its style; a wrong one is told where it differs."""

import numpy as np
import pytest

from grader.judging.compare import _near, answered, close, exact
from grader.judging.show import show

EQUAL = [
    (80, 80.0),
    (80, np.array(80)),
    (np.array([1.0, 2.0]), [1, 2]),
    (np.array([1.0, 2.0]), np.float32([1, 2])),
    ([1, 2], (1, 2)),
    ((1, 2), np.array([1, 2])),
    ({"a": 1.0, "b": [1, 2]}, {"b": [1, 2], "a": 1.0}),
    (float("nan"), float("nan")),
    (np.array([1e8, 1.0]), np.array([1e8, 1.0 + 1e-3])),
    ("same", "same"),
    (np.array([np.inf, 1.0]), np.array([np.inf, 1.0])),
]


@pytest.mark.parametrize(("expected", "actual"), EQUAL, ids=str)
def test_equal(expected, actual):
    """Lists, float32, whole floats and rounding errors are not differences."""
    assert close(expected, actual) is None


DIFFERENT = [
    (80, 72, "value", "it is 72, expected 80"),
    (80, None, "type", "is a return missing"),
    (80, True, "type", "True or False"),
    (80, "80", "type", "a text"),
    (0.5, -(10**400), "value", "a number of 401 digits, expected 0.5"),
    (np.zeros((2, 3)), np.zeros((3, 2)), "shape", "(3, 2), expected (2, 3)"),
    (np.zeros(2), 0.0, "type", "expected an array"),
    (np.zeros(2), np.array(0.0), "type", "it is a number, expected an array"),
    ([np.zeros(2), np.zeros(3)], np.array(0), "type", "whole number, expected 2"),
    (np.zeros((2, 3)), np.zeros(6), "shape", "1 axis in place of 2"),
    (np.zeros(3), [[1], [1, 2]], "type", "an array"),
    ({"a": 1}, {"b": 1}, "shape", "the keys are b, expected a"),
    ({"a": 1}, {"a": 2}, "value", "in item 'a'"),
    ([np.zeros(2), 1], [np.zeros(2)], "shape", "1 item, expected 2"),
    ("yes", "no", "value", "expected 'yes'"),
    (1.0, float("nan"), "value", "nan"),
    (float("inf"), 1.0, "value", "inf"),
]


@pytest.mark.parametrize(("expected", "actual", "kind", "words"), DIFFERENT, ids=str)
def test_different(expected, actual, kind, words):
    """Each kind of difference is found and told in words."""
    difference = close(expected, actual)
    assert difference is not None
    assert difference.kind == kind
    assert words in difference.sentence


def test_first_index():
    """The first differing position is named with both values."""
    expected = np.arange(6.0).reshape(2, 3)
    actual = expected.copy()
    actual[1, 1] = -1
    actual[1, 2] = -1
    difference = close(expected, actual)
    assert difference.place == (1, 1)
    assert "2 of 6 values differ; at [1, 1] it is -1, expected 4" in difference.sentence


def test_first_place_inside():
    """In dictionaries and lists of arrays the steps to the number are told."""
    expected = {"dx": np.zeros(3), "parts": [np.zeros((2, 2)), np.zeros((2, 2))]}
    actual = {"dx": np.zeros(3), "parts": [np.zeros((2, 2)), np.eye(2)]}
    difference = close(expected, actual)
    assert difference.place == ("parts", 1, 0, 0)
    assert "in item 'parts': 2 of 8 values differ; at [1, 0, 0]" in difference.sentence


def test_exact_counts():
    """A count that is off by one in two billion is wrong."""
    assert exact(2_400_000_000, 2_400_000_001) is not None
    assert exact(2_400_000_000, 2.4e9) is None


@pytest.mark.parametrize("actual", [[1, 2.5, -3], (0, 0, 0), np.array([1, 2, 3])])
def test_answered(actual):
    """Any finite numbers are a prediction."""
    assert answered([0, 0, 0], actual) is None


@pytest.mark.parametrize(
    "actual", [[1, 2], [1, 2, None], [1, 2, "3"], 3, np.array(3), [1, 2, np.nan]]
)
def test_not_answered(actual):
    """Too few, no numbers, or NaN are not."""
    assert answered([0, 0, 0], actual) is not None


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 3, "0.333333"), (150_528_000, "150,528,000"), (784, "784"), (True, "True")],
)
def test_show(value, text):
    """Values are shown as a student reads them."""
    assert show(value) == text


def test_near_is_what_numpy_says():
    """Infinities, what is no number, and what is as far away as is allowed."""
    rng = np.random.default_rng(5)
    values = np.array([0, 1, -1, np.inf, -np.inf, np.nan, 1e-10, 1.0000001])
    for tolerance in (0, 1e-9, 1e-5, 1):
        found, expected = rng.choice(values, (2, 400))
        wanted = np.isclose(found, expected, rtol=0, atol=tolerance, equal_nan=True)
        np.testing.assert_array_equal(_near(found, expected, tolerance), wanted)
