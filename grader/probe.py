"""Reach a student's object, where it lives, with plain data in and plain data out.

This module runs beside the student's code, so it holds no right answer and decides
nothing. The judge sends a request, a dictionary:

    probe       a key of `PROBES`
    name        the student's object
    args kwargs what to call it with
    extra       what the probe itself needs, such as the images to show a model
    time_limit  seconds

and gets a reply, a dictionary whose "status" is "ok" (with "value", and "changed", the
arguments that the call changed), "missing", "error" (with "type", "message", "line"),
"timeout" or "unplain" (with "message"). Whoever carries the request to another process
adds "crashed": that process ended.
"""

from __future__ import annotations

import _thread
import copy
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError
from grader.plain import to_plain

Request = Mapping[str, Any]
Reply = dict[str, Any]


class _TimeLimit(Exception):
    pass


def answer(namespace: Mapping[str, Any], request: Request) -> Reply:
    """Answer one request about an object in `namespace`; never raises."""
    name = request["name"]
    if name not in namespace:
        return {"status": "missing"}
    try:
        with _limited(request.get("time_limit", 10.0)):
            return _probed(namespace[name], request)
    except _TimeLimit:
        return {"status": "timeout"}
    except PlainDataError as error:
        return {"status": "unplain", "message": str(error)}
    except Exception as error:
        return _error(error)


def _probed(subject: Any, request: Request) -> Reply:
    args = list(request.get("args", ()))
    kwargs = dict(request.get("kwargs", {}))
    before = copy.deepcopy((args, kwargs))
    probe = PROBES[request["probe"]]
    value = to_plain(probe(subject, args, kwargs, request.get("extra", {})))
    changed = [str(i) for i, arg in enumerate(args) if _differs(arg, before[0][i])]
    changed += [key for key, arg in kwargs.items() if _differs(arg, before[1][key])]
    return {"status": "ok", "value": value, "changed": changed}


def _differs(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        return not np.array_equal(now, before, equal_nan=before.dtype.kind == "f")
    return isinstance(before, (list, dict)) and repr(now) != repr(before)


def _error(error: Exception) -> Reply:
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__
    ]
    line = next((frame.line for frame in frames if frame.line), "")
    message = str(error)[:2000]
    return {
        "status": "error",
        "type": type(error).__name__,
        "message": message,
        "line": line or "",
    }


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Interrupt the main thread after `seconds`, on every platform."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    expired = threading.Event()

    def interrupt() -> None:
        expired.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not expired.is_set():
            raise
        raise _TimeLimit from None
    finally:
        timer.cancel()


def call(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Call a function."""
    return subject(*args, **kwargs)


def value(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Give a variable as it is."""
    return subject


def model(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Build a Keras model and say what it is and what it computes.

    Args:
        extra: "inputs", an array to predict; "weight_seed", from which every weight is
            drawn, in the order of `model.get_weights()`.

    Returns:
        "layers" (see `describe_layer`), "parameters", "weight_shapes", "output_shape",
        and "outputs" for the drawn weights.
    """
    return describe_model(subject(*args, **kwargs), **extra)


def describe_model(built: Any, inputs: np.ndarray, weight_seed: int) -> Any:
    """Describe a Keras model; see `model`."""
    from keras import Model

    if not isinstance(built, Model):
        raise PlainDataError(f"a {type(built).__name__} in place of a Keras model")
    built(inputs[:1])
    shapes = [list(weight.shape) for weight in built.get_weights()]
    built.set_weights(draw_weights(shapes, weight_seed))
    return {
        "layers": [describe_layer(layer) for layer in built.layers],
        "parameters": int(built.count_params()),
        "weight_shapes": shapes,
        "output_shape": [size or 0 for size in built.output_shape],
        "outputs": np.asarray(built(inputs, training=False)),
    }


def draw_weights(shapes: list[list[int]], seed: int) -> list[np.ndarray]:
    """Draw weights whose layers neither die nor explode (He et al. 2015, eq. 10)."""
    rng = np.random.default_rng(seed)
    fans = [max(1, int(np.prod(shape[:-1]))) for shape in shapes]
    return [
        rng.normal(0.0, np.sqrt(2.0 / fan), shape).astype("float32")
        if len(shape) > 1
        else rng.normal(0.0, 0.2, shape).astype("float32")
        for shape, fan in zip(shapes, fans, strict=True)
    ]


_TOLD = (
    "activation",
    "filters",
    "kernel_size",
    "padding",
    "pool_size",
    "rate",
    "strides",
    "units",
    "use_bias",
)


def describe_layer(layer: Any) -> dict[str, Any]:
    """Give a layer's class and those of its settings that a lab speaks of."""
    config = layer.get_config()
    told = {
        key: config[key]
        for key in _TOLD
        if isinstance(config.get(key), (str, int, float, bool, list, tuple))
    }
    return {"class": type(layer).__name__, **told}


PROBES: dict[str, Callable[[Any, list[Any], dict[str, Any], Any], Any]] = {
    "call": call,
    "model": model,
    "value": value,
}
