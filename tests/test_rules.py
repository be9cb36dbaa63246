"""Forbidden calls are found through imports, aliases and helpers, and nowhere else."""

import pytest

from grader.judging.forbidden_source import forbidden_calls

FORBIDDEN = ("scipy.signal", "numpy.convolve", "tensorflow")

FOUND = {
    "direct": "import scipy.signal\ndef f(x): return scipy.signal.correlate2d(x, x)",
    "alias": "import scipy.signal as s\ndef f(x): return s.correlate2d(x, x)",
    "from": "from scipy import signal\ndef f(x): return signal.convolve(x, x)",
    "name": "from scipy.signal import convolve as c\ndef f(x): return c(x, x)",
    "inside": "def f(x):\n    import tensorflow as tf\n    return tf.nn.relu(x)",
    "helper": "import numpy as np\ndef g(x): return np.convolve(x, x)\ndef f(x): return g(x)",
    "lambda": "import numpy as np\ng = lambda x: np.convolve(x, x)\ndef f(x): return g(x)",
    "partial": (
        "import functools\nimport numpy as np\n"
        "g = functools.partial(np.convolve, mode='full')\ndef f(x): return g(x, x)"
    ),
    "local alias": "import numpy as np\ndef f(x):\n    c = np.convolve\n    return c(x, x)",
    "renamed": "import numpy as np\nmine = np.convolve\ndef f(x): return mine(x, x)",
}


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND)
def test_found(source):
    """A forbidden call is found however it is imported."""
    assert forbidden_calls(source, "f", FORBIDDEN)


ALLOWED = {
    "elsewhere": "import scipy.signal\ndef f(x): return x\nscipy.signal.convolve(1, 1)",
    "other numpy": "import numpy as np\ndef f(x): return np.sum(x)",
    "own name": "def convolve(x): return x\ndef f(x): return convolve(x)",
    "in a string": 'def f(x):\n    """Not scipy.signal."""\n    return x',
    "another function's local": (
        "import numpy as np\ndef f(x):\n    out = []\n    return out\n"
        "def demo(p):\n    out = np.convolve(p, p)\n    return out"
    ),
    "a parameter's name": "import numpy as np\nx = np.convolve([1], [1])\ndef f(x): return x",
    "recursion": "def f(x): return f(x - 1) if x else 0",
    "corrected": "import numpy as np\ndef f(x): return np.convolve(x, x)\ndef f(x): return x",
}


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED)
def test_allowed(source):
    """What the function does not use does not count."""
    assert forbidden_calls(source, "f", FORBIDDEN) == []
