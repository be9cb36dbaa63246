"""Reach a student's object, where it lives, with plain data in and plain data out.

This module runs beside the student's code, so it holds no right answer and decides
nothing. The judge sends a request, a dictionary:

    probe       a key of `PROBES`
    name        the student's object
    args kwargs what to call it with
    extra       what the probe itself needs, such as the images to show a model
    time_limit  seconds, `None` for no limit
    forbidden   dotted names that it may not call

and gets a reply, a dictionary whose "status" is "ok" (with "value", and "changed", the
arguments that the call changed), "missing", "error" (with "type", "message", "line"),
"timeout" or "unplain" (with "message"). Whoever carries the request to another process
adds "crashed" (with "why"): that process ended.
"""

from __future__ import annotations

import _thread
import copy
import itertools
import linecache
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError
from grader.plain import a_kind, to_plain
from grader.refusal import refused

Request = Mapping[str, Any]
Reply = dict[str, Any]


# After such a reply every other case would fail alike: one time-out is enough to wait for.
LAST = frozenset({"crashed", "missing", "timeout"})
# Of a long message its beginning and its end are kept, so many characters of each.
_MESSAGE_END = 1000
_NOT_THE_STUDENTS = (
    str(Path(__file__).parent),
    str(Path(np.__file__).parents[1]),
    str(Path(traceback.__file__).parent),
)
# They build a model and then tell what it computes, for weights that they draw.
BUILDING = frozenset({"block", "network"})
# The others work with Keras, whose import is nobody's slow answer.
WITHOUT_KERAS = frozenset({"call", "calls", "value"})


class _TimeLimit(Exception):
    pass


def answer(namespace: Mapping[str, Any], request: Request) -> Reply:
    """Answer one request about an object in `namespace`; never raises."""
    name = request["name"]
    if name not in namespace:
        return {"status": "missing"}
    if request["probe"] not in WITHOUT_KERAS:
        import keras  # noqa: F401
    try:
        with (
            _limited(request.get("time_limit", 10.0)),
            refused(request.get("forbidden", ())),
        ):
            return _probed(namespace[name], request)
    except _TimeLimit:
        return {"status": "timeout"}
    except PlainDataError as error:
        return {"status": "unplain", "message": str(error)}
    except Exception as error:
        return _error(error)


def _probed(subject: Any, request: Request) -> Reply:
    before = request.get("args", ()), request.get("kwargs", {})
    # Copies, for subjects that change them: a request may be put again.
    args, kwargs = list(copy.deepcopy(before[0])), dict(copy.deepcopy(before[1]))
    probe = PROBES[request["probe"]]
    value = to_plain(probe(subject, args, kwargs, request.get("extra", {})))
    changed = [str(i) for i, arg in enumerate(args) if _differs(arg, before[0][i])]
    changed += [key for key, arg in kwargs.items() if _differs(arg, before[1][key])]
    return {"status": "ok", "value": value, "changed": changed}


def _differs(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        # To look for NaNs is slow, and nearly always there is nothing to look for.
        return not np.array_equal(now, before) and (
            before.dtype.kind != "f" or not np.array_equal(now, before, equal_nan=True)
        )
    return isinstance(before, (list, dict)) and repr(now) != repr(before)


def _error(error: Exception) -> Reply:
    message = str(error)
    if len(message) > 2 * _MESSAGE_END:
        # TensorFlow puts a stack of calls before what it has to say.
        message = f"{message[:_MESSAGE_END]}\n...\n{message[-_MESSAGE_END:]}"
    return {
        "status": "error",
        "type": type(error).__name__,
        "message": message,
        "line": _students_line(error),
    }


def _students_line(error: Exception) -> str:
    """Give the first line that is the student's: one of a library, or ours, says nothing."""
    for frame, number in traceback.walk_tb(error.__traceback__):
        path = frame.f_code.co_filename
        if not path.startswith(_NOT_THE_STUDENTS):
            line = linecache.getline(path, number, frame.f_globals).strip()
            if line:
                return line
    return ""


@contextmanager
def _limited(seconds: float | None) -> Iterator[None]:
    """Interrupt the main thread after `seconds`, on every platform; `None`: never."""
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    expired = threading.Event()

    def interrupt() -> None:
        expired.set()
        _thread.interrupt_main()

    # A program in the background ignores interrupts, and an event loop may keep them.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
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
        if before is not None:  # `None` stands for a handler that Python did not set
            signal.signal(signal.SIGINT, before)


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
        raise PlainDataError(f"{a_kind(built)} in place of a Keras model")
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


def draw_weights(shapes: list[list[int]], seed: int | list[int]) -> list[np.ndarray]:
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


def calls(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Call a function several times and give all answers: for seeds and side effects.

    Args:
        extra: "changes", for each call the keyword arguments that differ from `kwargs`.
    """
    return [
        to_plain(subject(*copy.deepcopy(args), **{**kwargs, **change}))
        for change in extra["changes"]
    ]


def network(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Build a Keras model and say what it computes, in whatever style it is written.

    Functional, Sequential and subclassed models of the same function give the same
    reply, in whatever order they create their weights.

    Args:
        extra: "inputs", an array to predict; "weight_seed", from which every weight is
            drawn, by its shape.

    Returns:
        "weight_shapes" (sorted), "parameters", "outputs" for the drawn weights,
        "training_zeros" (the share of outputs that are 0 in training mode) and
        "dropout_rates" (sorted).
    """
    return _tell_network(build("network", subject, args, kwargs, extra), **extra)


def block(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Put a function of a Keras tensor into a model and say what that computes.

    The tensor comes before the other arguments. The extra and the reply are those of
    `network`; with the extra "alike", weights of one shape get the same numbers.
    """
    return _tell_network(build("block", subject, args, kwargs, extra), **extra)


def build(
    kind: str, subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any
) -> Any:
    """Build what the probe of that name in `BUILDING` asks: the model, not yet told of."""
    if kind == "network":
        return subject(*args, **kwargs)
    import keras

    inputs = keras.Input(extra["inputs"].shape[1:])
    outputs = subject(inputs, *args, **kwargs)
    if not isinstance(outputs, keras.KerasTensor):
        raise PlainDataError(f"{a_kind(outputs)} in place of a Keras tensor")
    return keras.Model(inputs, outputs)


def _tell_network(
    built: Any, inputs: np.ndarray, weight_seed: int, alike: bool = False
) -> Any:
    from keras import Model

    if not isinstance(built, Model):
        raise PlainDataError(f"{a_kind(built)} in place of a Keras model")
    built(inputs[:1])
    shapes = [tuple(weight.shape) for weight in built.get_weights()]
    built.set_weights(_weights_by_shape(shapes, weight_seed, alike))
    return {
        "weight_shapes": sorted(map(list, shapes)),
        "parameters": int(built.count_params()),
        "outputs": np.asarray(built(inputs, training=False)),
        "training_zeros": float(np.mean(np.asarray(built(inputs, training=True)) == 0)),
        "dropout_rates": _dropout_rates(built),
    }


def _dropout_rates(layer: Any) -> list[float]:
    inner = layer._flatten_layers(include_self=True, recursive=True)
    return sorted(float(i.rate) for i in inner if "Dropout" in type(i).__name__)


def _weights_by_shape(
    shapes: list[tuple[int, ...]], seed: int, alike: bool = False
) -> list[np.ndarray]:
    drawn: list[np.ndarray] = []
    for number, shape in enumerate(shapes):
        twin = 0 if alike else shapes[:number].count(shape)
        drawn += draw_weights([list(shape)], [seed, twin, *shape])
    return drawn


def compiled(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function compile a model that gives back its input, and say how it did.

    Args:
        extra: "logits" (n, classes), which go in and so come out; "labels" (n,); for a
            rate that falls, "schedule" with its settings, which is handed in.

    Returns:
        "optimizer" (class name), "learning_rate" at the tenth step, and "results": the loss and each
        metric, by name, for these logits and labels.
    """
    import keras

    logits = np.asarray(extra["logits"], "float32")
    stand_in = keras.Sequential(
        [keras.Input(logits.shape[1:]), keras.layers.Identity()]
    )
    if "schedule" in extra:
        falling = keras.optimizers.schedules.PolynomialDecay(**extra["schedule"])
        kwargs = {**kwargs, "learning_rate": falling}
    subject(stand_in, *args, **kwargs)
    # Eagerly: quicker for one batch, and Keras cannot look behind a softmax to mend it.
    stand_in.run_eagerly = True
    results = stand_in.test_on_batch(logits, extra["labels"], return_dict=True)
    stand_in.optimizer.iterations.assign(10)
    return {
        "optimizer": type(stand_in.optimizer).__name__,
        "learning_rate": float(stand_in.optimizer.learning_rate),
        "results": {name: float(value) for name, value in results.items()},
    }


def training(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function train a small recording model and tell what the model was shown.

    The model is compiled; it comes before the other arguments. It records whatever way
    it is called: by `fit`, `train_on_batch`, `evaluate` or in a loop of one's own.

    Args:
        extra: "classes"; "weight_seed"; "sets", name -> (x, y) to evaluate afterwards.

    Returns:
        "kind", the class of what the function returned, and "result", its value if it
        is plain; one entry per batch in "training" (was it in training mode?) and
        "sizes"; "rows", for each image shown the position of its largest value;
        "largest", the largest value shown; "mislabelled", was an image of a set trained
        with another label than its own, as far as the model computed the loss itself?
        "losses", by set, after the function is done; "optimizer", its class name then.
    """
    images = args[0]
    seed = extra["weight_seed"]
    model, noted, labels = _recorder(images.shape[1:], extra["classes"], seed)
    result = subject(model, *args, **kwargs)
    shown, given = list(noted), list(labels)
    losses = {
        name: float(model.compute_loss(x, y, model(x, training=False)))
        for name, (x, y) in extra["sets"].items()
    }
    own = {
        (int(row), int(label))
        for x, y in extra["sets"].values()
        for row, label in zip(_peaks(x), y, strict=True)
    }
    known = {row for row, _ in own}
    rows = [rows for _, rows, _ in shown]
    return {
        "kind": "dict" if isinstance(result, dict) else type(result).__name__,
        "result": result if isinstance(result, _PLAIN_RESULTS) else None,
        "training": np.array([flag for flag, _, _ in shown], bool),
        "sizes": np.array([len(batch) for batch in rows], "int32"),
        "rows": np.concatenate(rows) if rows else np.zeros(0, "int32"),
        "largest": max((largest for _, _, largest in shown), default=0.0),
        "mislabelled": any(
            row in known and (row, label) not in own for row, label in given
        ),
        "losses": losses,
        "optimizer": type(model.optimizer).__name__,
    }


_PLAIN_RESULTS = (dict, float, int, list, tuple, np.ndarray)


def _peaks(images: Any) -> np.ndarray:
    """Give the position of each image's largest value."""
    found: np.ndarray = np.reshape(images, (len(images), -1)).argmax(axis=1)
    return found.astype("int32")


def _recorder(
    shape: tuple[int, ...], classes: int, seed: int
) -> tuple[Any, list[Any], list[tuple[int, int]]]:
    import keras

    class Recorder(keras.Model):  # type: ignore[misc]
        """A linear classifier that notes every batch it is called with."""

        def __init__(self) -> None:
            super().__init__()
            self.flatten = keras.layers.Flatten()
            self.dense = keras.layers.Dense(classes)

        def compile(self, *args: Any, **kwargs: Any) -> None:
            # Eagerly, or the images are symbols that cannot be noted.
            super().compile(*args, **{**kwargs, "run_eagerly": True})

        def call(self, images: Any, training: bool = False) -> Any:
            if hasattr(images, "numpy"):
                array = images.numpy()
                shown.append((bool(training), _peaks(array), float(array.max())))
            return self.dense(self.flatten(images))

        def compute_loss(
            self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
        ) -> Any:
            if kwargs.get("training", True) and hasattr(x, "numpy"):
                pairs = zip(_peaks(x.numpy()), np.ravel(y), strict=True)
                labels.extend((int(row), int(label)) for row, label in pairs)
            return super().compute_loss(x, y, *args, **kwargs)

    # Beside the model: Keras would wrap a list that is one of its attributes.
    shown: list[tuple[bool, np.ndarray, float]] = []
    labels: list[tuple[int, int]] = []
    model = Recorder()
    model(np.zeros((1, *shape), "float32"))
    model.set_weights(
        draw_weights([list(weight.shape) for weight in model.get_weights()], seed)
    )
    model.compile(
        keras.optimizers.SGD(learning_rate=0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    shown.clear()
    return model, shown, labels


def build_network(
    input_shape: Sequence[int],
    layers: Sequence[tuple[str, Mapping[str, Any]]],
    weights: Sequence[np.ndarray] = (),
) -> Any:
    """Build a Keras model, one layer after another, from plain data.

    Args:
        input_shape: of one input, without the batch.
        layers: (class name in `keras.layers`, settings) of each layer.
        weights: as `model.get_weights()` gives them; without, Keras draws them.
    """
    import keras

    x = inputs = keras.Input(tuple(input_shape))
    for kind, settings in layers:
        x = getattr(keras.layers, kind)(**settings)(x)
    built = keras.Model(inputs, x)
    if len(weights):
        built.set_weights(list(weights))
    return built


def on_network(
    subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any
) -> Any:
    """Call a function with a small Keras model, which comes before the other arguments.

    Args:
        extra: "input_shape", "layers" and "weights"; see `build_network`.
    """
    return subject(build_network(**extra), *args, **kwargs)


def layer(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function make a Keras layer, twice, and say what it computes.

    Args:
        extra: "inputs", an array to call the layer with.

    Returns:
        "weight_shapes"; "repeats", whether both layers give the same; "outputs" of the
        first, all 0 if they do not.
    """
    import keras

    made = [subject(*copy.deepcopy(args), **copy.deepcopy(kwargs)) for _ in range(2)]
    if not isinstance(made[0], keras.layers.Layer):
        raise PlainDataError(f"{a_kind(made[0])} in place of a Keras layer")
    first, second = (np.asarray(one(extra["inputs"])) for one in made)
    repeats = bool(np.array_equal(first, second))
    return {
        "weight_shapes": [list(weight.shape) for weight in made[0].weights],
        "repeats": repeats,
        "outputs": first if repeats else np.zeros_like(first),
    }


def pair(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function give a loss and a last layer, and measure one behind the other.

    Args:
        extra: "features", which the layer reads; "labels"; "weight_seed".

    Returns:
        "weight_shapes", "outputs" (for the drawn weights) and "dropout_rates" of the
        layer, and the "loss" of these outputs and the labels.
    """
    import keras

    loss, head = subject(*args, **kwargs)
    if not isinstance(head, keras.layers.Layer):
        raise TypeError(f"the second is {a_kind(head)}, not a Keras layer")
    features = np.asarray(extra["features"], "float32")
    head(features)
    shapes = [tuple(weight.shape) for weight in head.get_weights()]
    head.set_weights(_weights_by_shape(shapes, extra["weight_seed"]))
    outputs = np.asarray(head(features, training=False))
    # The loss gets numbers: Keras cannot look behind a softmax to mend it.
    stand_in = keras.Sequential(
        [keras.Input(outputs.shape[1:]), keras.layers.Identity()]
    )
    stand_in.compile(loss=loss, run_eagerly=True)
    return {
        "weight_shapes": sorted(map(list, shapes)),
        "outputs": outputs,
        "dropout_rates": _dropout_rates(head),
        "loss": float(stand_in.test_on_batch(outputs, extra["labels"])),
    }


def dataset(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function make data sets of images and labels, and read them.

    Args:
        extra: "changes", for each data set the keyword arguments that differ from
            `kwargs`; "epochs"; "limit", the most batches to read in an epoch.

    Returns:
        For each data set a list of epochs. An epoch has "ended" (within the limit),
        "sizes" of its batches, and all its images "x" and labels "y" in order.
    """
    made = [
        subject(*copy.deepcopy(args), **{**kwargs, **change})
        for change in extra["changes"]
    ]
    epochs, limit = range(extra["epochs"]), extra["limit"]
    return [[_epoch(one, limit) for _ in epochs] for one in made]


def _epoch(batches: Iterable[Any], limit: int) -> dict[str, Any]:
    read = [
        (np.atleast_1d(x), np.atleast_1d(y))
        for x, y in itertools.islice(batches, limit + 1)
    ]
    images, labels = ([pair[side] for pair in read] for side in (0, 1))
    return {
        "ended": len(read) <= limit,
        "sizes": np.array([len(y) for y in labels], "int32"),
        "x": np.concatenate(images) if read else np.zeros(0),
        "y": np.concatenate(labels) if read else np.zeros(0),
    }


def saved(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Let a function save a compiled model in an empty folder and load it again.

    The model and the folder come before the other arguments.

    Args:
        extra: "inputs", "weight_seed", and "steps", the training steps that the
            optimizer has counted.

    Returns:
        "endings" of what is in the folder afterwards; of the model that was returned:
        whether it is the "same" object, its "steps" (-1 if it is not compiled) and
        "outputs"; and "own", the outputs of the model that was handed over.
    """
    import keras

    inputs = np.asarray(extra["inputs"], "float32")
    given = keras.Sequential(
        [keras.Input(inputs.shape[1:]), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    shapes = [list(weight.shape) for weight in given.get_weights()]
    given.set_weights(draw_weights(shapes, extra["weight_seed"]))
    given.compile("adam", keras.losses.MeanSquaredError())
    given.optimizer.build(given.trainable_variables)
    given.optimizer.iterations.assign(extra["steps"])
    own = np.asarray(given(inputs))
    with tempfile.TemporaryDirectory() as folder:
        loaded = subject(given, folder, *args, **kwargs)
        endings = sorted(map(_ending, Path(folder).iterdir()))
    if not isinstance(loaded, keras.Model):
        raise PlainDataError(f"{a_kind(loaded)} in place of a Keras model")
    optimizer = getattr(loaded, "optimizer", None)
    return {
        "endings": endings,
        "same": loaded is given,
        "steps": -1 if optimizer is None else int(optimizer.iterations),
        "outputs": np.asarray(loaded(inputs)),
        "own": own,
    }


def _ending(path: Path) -> str:
    return ".weights.h5" if path.name.endswith(".weights.h5") else path.suffix


PROBES: dict[str, Callable[[Any, list[Any], dict[str, Any], Any], Any]] = {
    "block": block,
    "call": call,
    "calls": calls,
    "compiled": compiled,
    "dataset": dataset,
    "layer": layer,
    "model": model,
    "network": network,
    "on_network": on_network,
    "pair": pair,
    "saved": saved,
    "training": training,
    "value": value,
}
