"""Forbidden calls are refused at run time, however they are spelt."""

from __future__ import annotations

import _thread
import builtins
import contextlib
import importlib
import pkgutil
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import numpy as np
import pytest
import scipy
from scipy import signal

from grader import exercises
from grader.exercises.answers import answers_for
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.probing.forbidden_calls import ForbiddenCall, refused

_kept = builtins.__import__
X, K = np.arange(5.0), np.array([1.0, -1.0])
RULES = [
    rule
    for stem in exercises.stems()
    for exercise in exercises.of_lab(stem).values()
    for rule in exercise.forbidden
]
hidden = getattr(np, "con" + "volve")


def test_functions_and_modules_are_refused():
    """A function, a whole module, and an alias made beforehand."""
    with (
        pytest.raises(ForbiddenCall, match=r"numpy\.conv"),
        refused(["numpy.convolve"]),
    ):
        hidden(X, K)
    with (
        pytest.raises(ForbiddenCall, match=r"scipy\.signal"),
        refused(["scipy.signal"]),
    ):
        signal.convolve(X, K)
    with pytest.raises(ForbiddenCall), refused(["scipy"]):
        signal.convolve(X, K)


def test_a_call_is_refused_where_it_is_made():
    """Nothing of what was called runs, and nothing behind the call in the function."""
    with pytest.raises(ForbiddenCall), refused(["numpy.convolve"]):  # noqa: SIM117
        with pytest.raises(ForbiddenCall, match=r"numpy\.conv"):
            hidden(X, K)


def test_import_inside_is_refused():
    """A module that is imported only when the function runs."""
    with pytest.raises(ForbiddenCall), refused(["wave"]):
        __import__("wave")


def _by_statement():
    import scipy.special as found

    return found


def _from_its_package():
    from scipy import special

    return special


def _by_name():
    return importlib.import_module("scipy." + "special")


def _relative():
    return importlib.import_module(".special", "scipy")


def _by_its_function():
    return __import__("scipy.special", fromlist=["expit"])


def _by_importlib():
    return importlib.__import__("scipy.special", fromlist=["expit"])


def _by_what_was_kept():
    return _kept("scipy.special", fromlist=["expit"])


def _by_text():
    space = {}
    exec("from scipy.special import expit", space)
    return space


def _by_the_library_itself():
    return pkgutil.resolve_name("scipy.special:expit")


def _in_a_thread_of_its_own():
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_by_statement).result()


@pytest.mark.parametrize(
    "way",
    [
        _by_statement,
        _from_its_package,
        _by_name,
        _relative,
        _by_its_function,
        _by_importlib,
        _by_what_was_kept,
        _by_text,
        _by_the_library_itself,
        _in_a_thread_of_its_own,
    ],
)
@pytest.mark.parametrize("loaded", [True, False])
def test_imports_are_refused(way, loaded, monkeypatch):
    """A module whose functions cannot be watched is not imported, loaded or not."""
    sure = importlib.import_module("scipy.special")
    if not loaded:
        monkeypatch.delitem(sys.modules, "scipy.special")
    with (
        pytest.raises(ForbiddenCall, match="your own code, without"),
        refused(["scipy.special"]),
    ):
        way()
    monkeypatch.setitem(sys.modules, "scipy.special", sure)
    assert way()
    assert builtins.__import__ is _kept


def test_a_library_imports_what_it_needs(monkeypatch):
    """Of SciPy, whose parts are loaded when they are asked for; and functions may be."""
    monkeypatch.delitem(sys.modules, "scipy.fftpack", raising=False)
    monkeypatch.delattr(scipy, "fftpack", raising=False)
    with refused(["scipy.fftpack", "scipy.signal.convolve"]):
        assert scipy.fftpack.__name__ == "scipy.fftpack"
        from scipy.signal import convolve, correlate

        assert correlate(X, K).size == 6
    with pytest.raises(ForbiddenCall), refused(["scipy.signal.convolve"]):
        convolve(X, K)


def test_the_rest_is_allowed():
    """Other functions of the same library work, and nothing is refused afterwards."""
    with refused(["numpy.convolve", "scipy.signal", "keras"]):
        assert np.dot(X, X) == 30
        assert np.pad(X, 1).size == 7
    assert signal.convolve(X, K).size == 6


@pytest.mark.slow
def test_tensorflow_by_its_public_name():
    """TensorFlow's public modules are gathered from elsewhere; they are refused too."""
    tf = pytest.importorskip("tensorflow")
    x = tf.ones((1, 4, 4, 1))
    with pytest.raises(ForbiddenCall), refused(["tensorflow.nn"]):
        tf.nn.relu(x)
    with pytest.raises(ForbiddenCall), refused(["tensorflow"]):
        tf.reduce_sum(x)
    assert float(tf.reduce_sum(x)) == 16


def test_what_a_library_calls_is_not_the_student_s():
    """SciPy correlates by convolving; NumPy multiplies polynomials by convolving."""
    with refused(["scipy.signal.convolve", "numpy.convolve"]):
        assert signal.correlate(X, K).size == 6
        assert np.polymul(X, K).size == 5
    with pytest.raises(ForbiddenCall), refused(["scipy.signal.convolve"]):
        np.vectorize(lambda x: signal.convolve([x], K)[0])(X)
    with pytest.raises(ForbiddenCall), refused(["scipy.signal.convolve"]):
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
        pytest.raises((ForbiddenCall, IndexError)),
        refused(["scipy", "numpy.correlate"]),
    ):
        way()
    way()
    sys.setprofile(None)


def _caught(call):
    def attempt():
        with contextlib.suppress(Exception):
            call()
        return call()

    return attempt


def _caught_and_then_wrong():
    with contextlib.suppress(BaseException):
        hidden(X, K)
    raise ValueError("something else")


@pytest.mark.parametrize(
    "call",
    [
        _caught(lambda: hidden(X, K)),
        _caught(lambda: signal.convolve(X, K)),
        _caught(lambda: importlib.import_module("scipy.signal")),
        _caught(lambda: Thread(target=hidden, args=(X, K)).start()),
        _caught_and_then_wrong,
    ],
)
def test_who_catches_the_refusal_is_refused(call):
    """Neither what follows it nor an answer without it counts."""
    with (
        pytest.raises(ForbiddenCall, match="without `"),
        refused(["numpy.convolve", "scipy.signal"]),
    ):
        call()
    with refused(["numpy.convolve"]):
        np.multiply(X, X)  # the next one is not blamed


def test_a_refusal_that_is_caught_is_told_with_its_line():
    """The verdict names the call, as if it had not been caught."""
    code = (
        "import numpy as np\n"
        "def correlate2d_valid(x, k):\n"
        "    try:\n"
        "        return getattr(np.fft, 'rfft2')(x)\n"
        "    except Exception:\n"
        "        return getattr(np.fft, 'rfft2')(x)\n"
    )
    exercise, namespace = exercises.get("lab03.correlate2d_valid"), {}
    exec(code, namespace)
    verdict = judge(exercise, InProcess(namespace, code), answers_for(exercise))
    assert verdict.points == 0
    assert "numpy.fft" in repr(verdict)


@pytest.mark.slow
def test_a_decorated_function_is_the_student_s_own_call():
    """TensorFlow wraps its functions, and the wrappers call them."""
    tf = pytest.importorskip("tensorflow")
    x, W = tf.ones((1, 4, 4, 1)), tf.ones((2, 2, 1, 1))
    with pytest.raises(ForbiddenCall), refused(["tensorflow.nn.conv2d"]):
        tf.nn.conv2d(x, W, 1, "VALID")
    with refused(["tensorflow.nn.relu"]):
        assert float(tf.reduce_sum(tf.nn.conv2d(x, W, 1, "VALID"))) == 36


@pytest.mark.slow
@pytest.mark.parametrize("rule", sorted({*RULES} - {"cv2", "pandas"}))
def test_every_rule_names_something(rule):
    """A misspelt name in a list would forbid nothing; these two may not be installed."""
    assert pkgutil.resolve_name(rule)


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


BY_FOURIER = """
import numpy as np
def correlate2d_valid(x, k):
    {imported}
    size = [n + m - 1 for n, m in zip(x.shape, k.shape)]
    full = fft.irfft2(fft.rfft2(x, size) * fft.rfft2(k[::-1, ::-1], size), size)
    return full[k.shape[0] - 1 : x.shape[0], k.shape[1] - 1 : x.shape[1]]
"""


@pytest.mark.parametrize(
    "imported",
    [
        "fft = np.fft",
        "import scipy.fft as fft",
        "fft = getattr(np, 'ff' + 't')",
        "fft = __import__('sci' + 'py.fft', fromlist=['rfft2'])",
        "import importlib; fft = importlib.import_module('sci' + 'py.fft')",
    ],
)
def test_the_judge_refuses_what_the_task_forbids(imported):
    """A Fourier transform is a ready-made convolution, by whatever name it comes."""
    exercise = exercises.get("lab03.correlate2d_valid")
    code, namespace = BY_FOURIER.format(imported=imported), {}
    exec(code, namespace)
    verdict = judge(exercise, InProcess(namespace, code), answers_for(exercise))
    assert verdict.points == 0
    said = repr(verdict)
    assert "your own code" in said
    assert ".fft" in said
