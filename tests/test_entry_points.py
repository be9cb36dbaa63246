"""Functions of C that a task forbids are kept from the student's function."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
import scipy.special

from grader.probing.answer import answer
from grader.probing.forbidden_calls import refused

FORBIDDEN = ["numpy.correlate", "numpy.fft", "scipy", "skimage"]
BEFORE = """
import _thread, collections, functools, gc, sys, threading, types
import numpy as np, scipy.signal, scipy.special, skimage.feature._texture
kept = getattr(scipy.special, "ex" + "pit")
correlate = np._core.multiarray.correlate
found = []
"""
# What stands before the function, and in it; each ends in a call that is forbidden.
WAYS = {
    "another name": ("mine = kept", "return mine(x)"),
    "a list": ("box = [[kept]]", "return box[0][0](x)"),
    "a dictionary": ("box = {'a': {'b': kept}}", "return box['a']['b'](x)"),
    "a tuple in a queue": ("box = collections.deque([(kept,)])", "return box[0][0](x)"),
    "an attribute": ("box = types.SimpleNamespace(a=kept)", "return box.a(x)"),
    "of a class": ("class Box: a = (kept,)", "return Box.a[0](x)"),
    "of a function": ("def g(): pass\ng.a = kept", "return g.a(x)"),
    "of a library's module": ("np.mine = kept", "return np.mine(x)"),
    "of a module, by its name": ("np.mine = kept", "return vars(np)['mi' + 'ne'](x)"),
    "an array": ("box = np.array([kept, None])", "return box[0](x)"),
    "a closure": (
        "def made(inner):\n    return lambda x: inner(x)\ng = made(kept)",
        "return g(x)",
    ),
    "a default": ("def g(x, inner=kept): return inner(x)", "return g(x)"),
    "a helper": (
        "mine = kept\ndef g(x): return [f(x) for f in (mine,)][0]",
        "return g(x)",
    ),
    "a part of it": ("g = functools.partial(kept)", "return g(x)"),
    "its method": ("g = kept.__call__", "return g(x)"),
    "a cache": ("g = functools.lru_cache(kept)", "return g(0.5)"),
    "a generator": (
        "def made():\n    a = kept\n    yield\n    yield a\ng = made()\nnext(g)",
        "return next(g)(x)",
    ),
    "all names": ("mine = kept", "return globals()['mi' + 'ne'](x)"),
    "one by one": ("g = functools.partial(map, kept)", "return list(g([0.5]))"),
    "compiled by Cython": (
        "mine = getattr(skimage.feature._texture, '_glcm' + '_loop')",
        "return mine(x)",
    ),
    "read when it runs": ("", "return getattr(scipy.special, 'ex' + 'pit')(x)"),
    "mapped": ("", "return list(map(getattr(scipy.special, 'ex' + 'pit'), x))"),
    "by its method, later": (
        "",
        "return getattr(scipy.special, 'ad' + 'd', 0) or "
        "getattr(scipy.special, 'ex' + 'pit').outer(x)",
    ),
    "by a Fourier transform's own": (
        "",
        "inside = getattr(np, 'ff' + 't')._pocketfft_umath\nreturn inside.fft(x)",
    ),
    "by the modules": ("", "return sys.modules['scipy.special._ufuncs'].expit(x)"),
    "by a namespace": (
        "space = scipy.special.softmax.__globals__",
        "return [v for v in scipy.special.__dict__.items() if v[0] == 'ex' + 'pit'][0]"
        "[1](x)",
    ),
    "among all objects": (
        "",
        "return [o for o in gc.get_objects() if isinstance(o, np.ufunc)]",
    ),
    "NumPy's own, mapped": (
        "",
        "return list(map(getattr(np._core.multiarray, 'corr' + 'elate'), [x], [x]))",
    ),
    "NumPy's own, kept": ("box = {1: correlate}", "return box[1](x, x)"),
    "a library without its name": (
        "scipy.signal._signaltools.__dict__['__name__'] = 'mine'\n"
        "f = getattr(scipy.signal, 'con' + 'volve')",
        "return f(x, x)",
    ),
    "unwatched": (
        "",
        "list(map(sys.setprofile, [None]))\n"
        "return getattr(scipy.signal, 'con' + 'volve')(x, x)",
    ),
    "an unwatched thread": (
        "",
        "threading.setprofile(None)\n"
        "t = threading.Thread(target=getattr(scipy.signal, 'con' + 'volve'), "
        "args=(x, x))\nt.start()\nt.join()",
    ),
    "a bare thread": (
        "start = _thread.start_new_thread",
        "return list(map(start, [getattr(scipy.signal, 'con' + 'volve')], [(x, x)]))",
    ),
}


def _asked(before: str, inside: str) -> dict:
    body = "\n".join(f"    {line}" for line in inside.splitlines())
    space: dict = {}
    own = "" if "kept" in inside else "del kept"
    exec(f"{BEFORE}\n{before}\n{own}\ndef f_asked(x):\n{body}\n", space)
    request = {
        "probe": "call",
        "name": "f_asked",
        "args": [np.array([0.5, 1.0])],
        "forbidden": FORBIDDEN,
    }
    return answer(space, request)


@pytest.fixture(autouse=True)
def as_before():
    """Take back what a way around changed in a library."""
    name = scipy.signal._signaltools.__name__
    yield
    vars(scipy.signal._signaltools)["__name__"] = name
    vars(np).pop("mine", None)
    threading.setprofile(None)
    sys.setprofile(None)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_refused(way):
    """However a function of C is kept or reached, and however the watching is ended."""
    reply = _asked(*way)
    assert reply["status"] == "error", reply
    assert reply["type"] == "ForbiddenCall", reply
    assert "the task asks for your own code, without `" in reply["message"]


ALLOWED = {
    "held and not used": ("mine = kept\nbox = {'a': kept}", "return x + 1"),
    "NumPy's own functions": (
        "mine = {'e': np.exp, 'd': np.dot}",
        "return mine['e'](x)",
    ),
    "what Python offers": ("", "return list(map(np.add, x, x))"),
    "much data": ("box = [[i] for i in range(50_000)]", "return len(box)"),
    "a thread": ("", "t = threading.Thread(target=int)\nt.start()\nt.join()\nreturn 1"),
}


@pytest.mark.parametrize("way", ALLOWED.values(), ids=ALLOWED)
def test_allowed(way):
    """What the function does not use does not count, and what is allowed works."""
    assert _asked(*way)["status"] == "ok"


def test_a_library_uses_what_it_needs():
    """An allowed function of SciPy's transforms by Fourier's; afterwards all may."""
    x = np.arange(40.0)
    with refused(["scipy.fft", "numpy.fft", "scipy.special"]):
        by_fourier = scipy.signal.correlate(x, x, method="fft")
        assert scipy.stats.norm.cdf(0.0) == 0.5
    assert by_fourier.size == 79
    assert scipy.special.expit(0.0) == 0.5
    assert isinstance(scipy.special.expit, np.ufunc)
