"""Forbidden calls are refused at run time, however they are spelt."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from grader.probing.forbidden_calls import ForbiddenCall, refused

X, K = np.arange(5.0), np.array([1.0, -1.0])
hidden = getattr(np, "con" + "volve")


def test_functions_and_modules_are_refused():
    """A function, a whole module, and an alias made beforehand."""
    with (
        refused(["numpy.convolve"]),
        pytest.raises(ForbiddenCall, match=r"numpy\.conv"),
    ):
        hidden(X, K)
    with (
        refused(["scipy.signal"]),
        pytest.raises(ForbiddenCall, match=r"scipy\.signal"),
    ):
        signal.convolve(X, K)
    with refused(["scipy"]), pytest.raises(ForbiddenCall):
        signal.convolve(X, K)


def test_import_inside_is_refused():
    """A module that is imported only when the function runs."""
    with refused(["wave"]), pytest.raises(ForbiddenCall):
        __import__("wave")


def test_the_rest_is_allowed():
    """Other functions of the same library work, and nothing is refused afterwards."""
    with refused(["numpy.convolve", "scipy.signal", "keras"]):
        assert np.dot(X, X) == 30
        assert np.pad(X, 1).size == 7
    assert signal.convolve(X, K).size == 6


def test_tensorflow_by_its_public_name():
    """TensorFlow's public modules are gathered from elsewhere; they are refused too."""
    tf = pytest.importorskip("tensorflow")
    x = tf.ones((1, 4, 4, 1))
    with refused(["tensorflow.nn"]), pytest.raises(ForbiddenCall):
        tf.nn.relu(x)
    with refused(["tensorflow"]), pytest.raises(ForbiddenCall):
        tf.reduce_sum(x)
    assert float(tf.reduce_sum(x)) == 16
