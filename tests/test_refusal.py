"""Forbidden calls are refused at run time, however they are spelt."""

from __future__ import annotations

import _thread
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import numpy as np
import pytest
from scipy import signal

from grader import exercises
from grader.exercises.answers import answers_for
from grader.judging.judge import judge
from grader.judging.subject import InProcess
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


def test_what_a_library_calls_is_not_the_student_s():
    """SciPy correlates by convolving; NumPy multiplies polynomials by convolving."""
    with refused(["scipy.signal.convolve", "numpy.convolve"]):
        assert signal.correlate(X, K).size == 6
        assert np.polymul(X, K).size == 5
    with refused(["scipy.signal.convolve"]), pytest.raises(ForbiddenCall):
        np.vectorize(lambda x: signal.convolve([x], K)[0])(X)
    with refused(["scipy.signal.convolve"]), pytest.raises(ForbiddenCall):
        np.apply_along_axis(signal.convolve, 0, X, K)


def _in_a_thread():
    found = []
    thread = Thread(target=lambda: found.append(signal.convolve(X, K)))
    thread.start()
    thread.join()
    return found[0]


def _in_a_pool():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(signal.convolve, X, K).result()


def _by_a_bare_thread():
    _thread.start_new_thread(signal.convolve, (X, K))


def _unwatched():
    sys.setprofile(None)
    return signal.convolve(X, K)


def _in_c():
    return np._core.multiarray.correlate(X, K, 2)


@pytest.mark.parametrize(
    "way", [_in_a_thread, _in_a_pool, _by_a_bare_thread, _unwatched, _in_c]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_ways_around(way):
    """Another thread, C's own function, and no watching at all are refused as well."""
    with (
        refused(["scipy", "numpy.correlate"]),
        pytest.raises((ForbiddenCall, IndexError)),
    ):
        way()
    way()
    sys.setprofile(None)


def test_a_decorated_function_is_the_student_s_own_call():
    """TensorFlow wraps its functions, and the wrappers call them."""
    tf = pytest.importorskip("tensorflow")
    x, W = tf.ones((1, 4, 4, 1)), tf.ones((2, 2, 1, 1))
    with refused(["tensorflow.nn.conv2d"]), pytest.raises(ForbiddenCall):
        tf.nn.conv2d(x, W, 1, "VALID")
    with refused(["tensorflow.nn.relu"]):
        assert float(tf.reduce_sum(tf.nn.conv2d(x, W, 1, "VALID"))) == 36


def test_the_judge_allows_what_the_task_allows():
    """Convolution by SciPy's correlation of the turned filter is one's own code."""
    exercise = exercises.get("lab03.convolve2d_valid")
    code = (
        "import numpy as np\nimport scipy.signal\n"
        "def convolve2d_valid(x, k):\n"
        "    x, k = np.asarray(x, float), np.asarray(k, float)\n"
        "    return scipy.signal.correlate(x, k[::-1, ::-1], mode='valid')\n"
    )
    namespace = {}
    exec(code, namespace)
    verdict = judge(exercise, InProcess(namespace, code), answers_for(exercise))
    assert verdict.passed, verdict
