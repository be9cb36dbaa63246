"""Every error that is explained is provoked, so that a library's new text is noticed."""

from __future__ import annotations

import contextlib
import math
import time

import numpy as np
import pytest
from IPython.core.error import StdinNotImplementedError

from grader.judging.answers import LiveAnswers
from grader.judging.exercise import Case, Exercise
from grader.judging.explain import explain, without_colours
from grader.judging.judge import judge
from grader.judging.render import to_html, to_text
from grader.judging.subject import InProcess
from grader.probing.forbidden_calls import refused

zeros = np.zeros


def _add_in_place(target, value):
    target += value


def _divide_in_place(target, value):
    target /= value


def _at(value, index):
    return value[index]


def _assign(target, index, value):
    target[index] = value


def _read_only():
    array = zeros(3)
    array.flags.writeable = False
    return array


def _before_assignment():
    total += 1  # noqa: F821
    return total


def _maybe_assigned():
    for i in ():
        total = i
    return total


def _closure():
    def inner():
        return later

    inner()
    later = 1
    return later


def _pair(a, b):
    return a, b


def _keywords(*, size):
    return size


def _again():
    return _again()


def _unpack(values):
    first, second = values
    return first, second


def _unpack_three(values):
    first, second, third = values
    return first, second, third


def _forbidden():
    with refused(["numpy.convolve"]):
        np.convolve(zeros(3), zeros(2))


def _ask_somebody():
    raise StdinNotImplementedError("raw_input was called")


def _if(value):
    return 1 if value else 0


# What is done, the name of its exception, and what the sentence has to tell.
PLAIN = [
    (_ask_somebody, "StdinNotImplementedError", "`input()`|arguments"),
    (lambda: __import__("torchy"), "ModuleNotFoundError", "`torchy`"),
    (lambda: zeros((2, 3)) + zeros((4, 5)), "ValueError", "(2, 3) and (4, 5)|3 and 5"),
    (lambda: zeros((2, 3)) + zeros((4, 3)), "ValueError", "(2, 3) and (4, 3)|2 and 4"),
    (lambda: zeros(3) + zeros((2, 4)), "ValueError", "(3,) and (2, 4)|3 and 4"),
    (
        lambda: np.where(zeros((2, 3)) > 0, zeros(4), zeros((2, 3))),
        "ValueError",
        "(2, 3), (4,) and (2, 3)|3 and 4",
    ),
    (
        lambda: np.einsum("ij,jk", zeros((2, 3)), zeros((4, 5))),
        "ValueError",
        "einsum|letter",
    ),
    (
        lambda: _add_in_place(zeros(3), zeros((2, 3))),
        "ValueError",
        "(3,)|(2, 3)|in place",
    ),
    (
        lambda: zeros((2, 3)) @ zeros((4, 5)),
        "ValueError",
        "left array (3)|right one (4",
    ),
    (lambda: zeros((2, 3)) @ zeros(4), "ValueError", "left array (3)|right one (4"),
    (lambda: np.dot(zeros((2, 3)), zeros((4, 5))), "ValueError", "(2, 3)|(4, 5)|(3)"),
    (lambda: np.dot(zeros(3), zeros(4)), "ValueError", "(3,)|(4,)"),
    (lambda: np.tensordot(zeros(3), zeros(4), 1), "ValueError", "`tensordot`"),
    (lambda: 2 @ zeros(3), "ValueError", "operand 0|0 axes"),
    (lambda: _assign(zeros((3, 3)), 0, zeros(4)), "ValueError", "(4,)|(3,)"),
    (lambda: _assign(zeros((3, 3)), [0, 1], zeros(4)), "ValueError", "(4,)|(2, 3)"),
    (
        lambda: _assign(zeros((3, 3)), zeros((3, 3)) == 0, zeros(4)),
        "ValueError",
        "4 values|9 places",
    ),
    (
        lambda: np.concatenate([zeros((2, 3)), zeros((2, 4))]),
        "ValueError",
        "axis 1|3 and 4",
    ),
    (lambda: np.concatenate([zeros((2, 3)), zeros(4)]), "ValueError", "2|1|axes"),
    (lambda: np.stack([zeros(2), zeros(3)]), "ValueError", "`stack`"),
    (lambda: zeros(10).reshape(3, 4), "ValueError", "10 numbers|(3, 4)|takes 12"),
    (lambda: zeros(10).reshape(2, 3, 4), "ValueError", "10 numbers|(2, 3, 4)|24"),
    (lambda: zeros(10).reshape(3, -1), "ValueError", "10|(3, -1)|a multiple of 3"),
    (lambda: zeros((2, 3)).sum(axis=2), "AxisError", "axis 2|axes is 2"),
    (lambda: zeros((2, 3)).transpose(0, 1, 2), "ValueError", "order of axes"),
    (lambda: zeros((2, 3))[0, 3], "IndexError", "index 3|axis 1|size 3, so 0 to 2"),
    (lambda: zeros((2, 3))[-4], "IndexError", "index -4|axis 0|size 2"),
    (lambda: zeros((0, 3))[0], "IndexError", "index 0|axis 0|is empty"),
    (lambda: zeros((2, 3))[0, 0, 0], "IndexError", "axes (2)|indices (3)"),
    (lambda: np.float64(1.5)[0], "IndexError", "single number"),
    (lambda: zeros(4)[zeros(3) > 0], "IndexError", "mask is 3|is 4"),
    (lambda: zeros(3)[1.0], "IndexError", "neither a whole number nor a slice"),
    (lambda: zeros(3)[zeros(2)], "IndexError", "neither a whole number nor a slice"),
    (lambda: range(zeros(3)), "TypeError", "whole array|whole number"),
    (lambda: np.concatenate(zeros(3), zeros(3)), "TypeError", "whole array|call"),
    (lambda: float(zeros((2, 2))), "TypeError", "whole array|one number"),
    (lambda: math.sqrt(zeros(3)), "TypeError", "whole array|one number"),
    (lambda: np.array([[1, 2], [3]]), "ValueError", "different lengths|(2,)"),
    (lambda: _assign(zeros(3), 0, [1, 2]), "ValueError", "a place for one number"),
    (lambda: _assign(_read_only(), 0, 1), "ValueError", "read-only"),
    (lambda: _add_in_place(_read_only(), 1), "ValueError", "read-only"),
    (lambda: _if(zeros(3) > 0), "ValueError", "one per element"),
    (lambda: max(0, zeros(3)), "ValueError", "one per element"),
    (lambda: _if(zeros(0)), "ValueError", "empty array"),
    (
        lambda: _add_in_place(np.arange(3), 0.5),
        "UFuncTypeError",
        "`add`|float64|int64",
    ),
    (
        lambda: _divide_in_place(np.zeros(3, "uint8"), 2),
        "UFuncTypeError",
        "`divide`|float64|uint8",
    ),
    (lambda: np.arange(3) - "a", "UFuncTypeError", "`subtract`|int64|<U1"),
    (lambda: zeros(3) & 1, "TypeError", "`bitwise_and`"),
    (lambda: np.array([300], "uint8"), "OverflowError", "300|uint8"),
    (lambda: np.ones(2, "uint8") - 1000, "OverflowError", "1000|uint8"),
    (
        lambda: np.lib.stride_tricks.sliding_window_view(zeros((2, 3, 4)), (2, 2)),
        "ValueError",
        "window sizes (2)|axes (3)|`axis`",
    ),
    (lambda: (zeros(3) > 0) - (zeros(3) > 0), "TypeError", "boolean subtract"),
    (lambda: zeros(10)[:2.0], "TypeError", "slice"),
    (lambda: [1, 2][: 3 / 2], "TypeError", "slice"),
    (lambda: range(4 / 2), "TypeError", "float|whole number"),
    (lambda: zeros((2.0, 3)), "TypeError", "float|whole number"),
    (lambda: zeros(2.0), "TypeError", "2.0|whole numbers"),
    (lambda: zeros(3, 4), "TypeError", "4|`dtype`"),
    (lambda: zeros((-1, 2)), "ValueError", "negative"),
    (lambda: np.pad(zeros(3), -1), "ValueError", "pad width|negative"),
    (lambda: zeros((10**6, 10**6, 10)), "MemoryError", "(1000000, 1000000, 10)|TiB"),
    (lambda: [0] * 10**18, "MemoryError", "memory"),
    (_forbidden, "ForbiddenCall", "the task asks for your own code|`numpy.convolve`"),
    (lambda: relu(1), "NameError", "`relu`|run the cell"),  # noqa: F821
    (_before_assignment, "UnboundLocalError", "`total`"),
    (_maybe_assigned, "UnboundLocalError", "`total`"),
    (_closure, "NameError", "`later`|before it has a value"),
    (lambda: _pair(1), "TypeError", "`_pair`|without 'b'"),
    (lambda: _pair(), "TypeError", "`_pair`|without 'a' and 'b'"),
    (lambda: _keywords(), "TypeError", "`_keywords`|without 'size'"),
    (lambda: zeros(), "TypeError", "`zeros`|without 'shape'"),
    (lambda: _pair(1, 2, 3), "TypeError", "`_pair`|takes 2 and gets 3"),
    (lambda: abs(1, 2), "TypeError", "`abs`|exactly one and gets 2"),
    (lambda: np.maximum(zeros(3)), "TypeError", "`maximum`|from 2 to 3 and gets 1"),
    (lambda: _pair(1, 2, c=3), "TypeError", "`_pair`|`c`"),
    (lambda: _pair(1, 2, a=3), "TypeError", "`_pair`|`a` twice"),
    (lambda: _at(None, 0), "TypeError", "not subscriptable|`return`"),
    (lambda: list(None), "TypeError", "not iterable|`return`"),
    (lambda: None + 1, "TypeError", "`+`|'NoneType' and 'int'|`return`"),
    (lambda: zeros(3) * None, "TypeError", "`*`|'float' and 'NoneType'|`return`"),
    (lambda: None**2, "TypeError", "`** or pow()`|`return`"),
    (lambda: len(None), "TypeError", "`None`|`return`"),
    (lambda: _unpack(None), "TypeError", "`None`|`return`"),
    (lambda: _assign(zeros(3, int), 0, np.nan), "ValueError", "`nan`|`dtype`"),
    (lambda: _unpack(np.int64(3)), "TypeError", "type numpy.int64|several names"),
    (lambda: None.shape, "AttributeError", "`.shape`|`None`|`return`"),
    (lambda: [1] - [2], "TypeError", "`-`|list and list"),
    (lambda: 10.0 ^ 9, "TypeError", "`^`|power"),
    (lambda: zeros(3) ^ 2, "TypeError", "`^`|power"),
    (lambda: _at(3, 0), "TypeError", "int is not subscriptable"),
    (lambda: zeros(3)(0), "TypeError", "numpy.ndarray is not callable"),
    (lambda: len(3), "TypeError", "int has no length"),
    (lambda: float([1]), "TypeError", "`float`|type list"),
    (lambda: _at([[1]], (0, 0)), "TypeError", "list takes one index"),
    (lambda: _at([1], 1.0), "TypeError", "into a list is a float"),
    (lambda: _assign((1, 2), 0, 1), "TypeError", "tuple cannot be changed"),
    (lambda: _assign(range(3), 0, 1), "TypeError", "range cannot be changed"),
    (lambda: [1, 2][5], "IndexError", "outside the list"),
    (lambda: (1, 2)[5], "IndexError", "outside the tuple"),
    (lambda: _assign([1], 3, 1), "IndexError", "outside the list"),
    (lambda: {"a": 1}["b"], "KeyError", "'b'"),
    (lambda: {1: 1}[2], "KeyError", "no key 2"),
    (
        lambda: _unpack((1, 2, 3)),
        "ValueError",
        "more values than names to hold them (2)",
    ),
    (lambda: _unpack_three((1, 2)), "ValueError", "values (2)|names to hold them (3)"),
    (lambda: [1].shape, "AttributeError", "A list has no `.shape`, arrays have"),
    (lambda: (1).shape, "AttributeError", "An int has no `.shape`, arrays have"),
    (lambda: zeros(3).append(1), "AttributeError", "A NumPy array has no `.append`"),
    (lambda: np.float, "AttributeError", "`numpy` has no `float`"),
    (_again, "RecursionError", "calls itself"),
    (lambda: 1 / 0, "ZeroDivisionError", "zero"),
    (lambda: 1.0 % 0, "ZeroDivisionError", "zero"),
]


def _raised(action) -> tuple[str, str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        action()
    return caught.type.__name__, str(caught.value)


def _assert_explained(action, kind: str, told: str) -> None:
    raised, message = _raised(action)
    sentence = explain(raised, message)
    assert raised == kind
    assert sentence, f"no words for {raised}: {message}"
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence, "one sentence"
    missing = [words for words in told.split("|") if words not in sentence]
    assert not missing, sentence


@pytest.mark.parametrize(
    ("action", "kind", "told"),
    PLAIN,
    ids=[f"{i}-{told}" for i, (_, _, told) in enumerate(PLAIN)],
)
def test_numpy_and_python(action, kind, told):
    """Errors of NumPy and Python are explained with the shapes at hand."""
    _assert_explained(action, kind, told)


def _model(*layers, shape=(8, 8, 1), **compiled):
    import keras

    model = keras.Sequential([keras.Input(shape), *layers])
    if compiled:
        model.compile(optimizer="sgd", **compiled)
    return model


def _called(inputs, images):
    first = inputs[0]._keras_history.operation
    return first(images)


def _gradient_of_numpy(tf, values):
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(values).numpy()
    return tape.gradient(total, values)


def _keras_errors(tf, keras, folder):
    """Give each error of Keras and TensorFlow as in `PLAIN`."""
    layer, nn = keras.layers, tf.nn
    images, labels = zeros((4, 8, 8, 1), "float32"), np.array([0, 1, 2, 9])
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    one_hot = keras.losses.CategoricalCrossentropy(from_logits=True)
    small = _model(layer.Conv2D(2, 3), layer.Flatten(), layer.Dense(10))
    conv, dense = small.layers[0], layer.Dense(3)
    dense(zeros((2, 5)))
    unbuilt, grey = keras.Sequential([layer.Dense(3)]), keras.Input((4, 6, 1))

    def fit(loss, *layers, targets=labels):
        _model(*layers, loss=loss).fit(images, targets, verbose=0)

    def graph(function, *tensors):
        return tf.function(function, autograph=False)(*tensors)

    def add(a, b):
        return a + b

    ones, whole = tf.ones(2), tf.ones(2, tf.int32)
    wide, tall = tf.zeros((2, 3)), tf.zeros((4, 5))
    yield (
        lambda: layer.Conv2D(2, 3)(keras.Input((28, 28))),
        "ValueError",
        "takes 4 axes|gets 3|(None, 28, 28)|channel axis",
    )
    yield (
        lambda: layer.MaxPooling2D()(zeros((4, 28, 28))),
        "ValueError",
        "takes 4 axes|gets 3|(4, 28, 28)|channel axis",
    )
    yield (
        lambda: _model(layer.Flatten(), layer.Conv2D(2, 3)),
        "ValueError",
        "takes 4 axes|gets 2|(None, 64)|flat rows",
    )
    yield (
        lambda: layer.Dense(3)(zeros(5)),
        "ValueError",
        "takes 2 axes|gets 1|(5,)",
    )
    yield (
        lambda: tf.data.Dataset.from_tensor_slices((zeros((4, 2)), zeros(3))),
        "ValueError",
        "4 and 3|labels as images",
    )
    yield (lambda: tf.reduce_mean(None), "ValueError", "`None`|tape")
    yield (
        lambda: keras.Model(grey, layer.Flatten()(grey))(zeros((4, 6, 1))),
        "ValueError",
        "(None, 4, 6, 1)|(4, 6)|axis of the batch",
    )
    yield (lambda: _called(small.inputs, images), "TypeError", "`InputLayer`")
    yield (
        lambda: _gradient_of_numpy(tf, ones),
        "AttributeError",
        "NumPy value|tensors alone",
    )
    yield (lambda: keras.Input((None, 8)).shape[1] % 2, "TypeError", "`%`|still open")
    yield (lambda: dense(zeros((2, 6))), "ValueError", "`dense|size 5|axis -1|(2, 6)")
    yield (
        lambda: small(zeros((4, 9, 9, 1))),
        "ValueError",
        "size 72|axis -1|(4, 98)",
    )
    yield (lambda: small(zeros((4, 8))), "ValueError", "(None, 8, 8, 1)|(4, 8)")
    yield (
        lambda: layer.Conv2D(2, 3)(zeros((4, 8, 8, 1, 1))),
        "ValueError",
        "(3, 3, 1, 2)|(4, 8, 8, 1, 1)",
    )
    yield (
        lambda: fit(
            "sparse_categorical_crossentropy", layer.Conv2D(2, 3), layer.Dense(10)
        ),
        "ValueError",
        "(None,)|(None, 6, 6, 10)|feature maps",
    )
    yield (
        lambda: sparse(np.eye(10)[labels], zeros((4, 10))),
        "ValueError",
        "(4, 10)|one-hot",
    )
    yield (
        lambda: fit("categorical_crossentropy", layer.Flatten(), layer.Dense(10)),
        "ValueError",
        "(None,)|(None, 10)|one-hot",
    )
    yield (
        lambda: one_hot(np.eye(9)[[0, 1, 2, 8]], zeros((4, 10))),
        "ValueError",
        "(4, 9)|(4, 10)",
    )
    yield (
        lambda: fit("sparse_categorical_crossentropy", layer.Flatten(), layer.Dense(9)),
        "InvalidArgumentError",
        "label is 9|outputs is 9|from 0 to 8",
    )
    yield (
        lambda: sparse(labels, zeros((4, 9))),
        "InvalidArgumentError",
        "label is 9|outputs is 9|from 0 to 8",
    )
    yield (
        lambda: layer.Conv2D(2, 5)(keras.Input((3, 3, 1))),
        "ValueError",
        "5x5|3x3|(None, 3, 3, 1)",
    )
    yield (
        lambda: layer.MaxPooling2D(4)(keras.Input((3, 3, 1))),
        "ValueError",
        "4x4|3x3|(None, 3, 3, 1)",
    )
    yield (
        lambda: nn.conv2d(tf.zeros((1, 3, 3, 1)), tf.zeros((5, 5, 1, 2)), 1, "VALID"),
        "InvalidArgumentError",
        "window 5|3 pixels",
    )
    yield (
        lambda: small.predict(zeros((8, 8, 1)), verbose=0),
        "ValueError",
        "window 3|1 pixels|(8, 8, 1, 1)|batch axis",
    )
    yield (lambda: ones + whole, "InvalidArgumentError", "second|int32|float32|`AddV2`")
    yield (
        lambda: ones * tf.ones(2, tf.float64),
        "InvalidArgumentError",
        "second|float64|float32|`Mul`",
    )
    yield (lambda: graph(add, ones, whole), "TypeError", "int32|float32|`AddV2`")
    yield (
        lambda: tf.convert_to_tensor(ones, tf.int32),
        "ValueError",
        "float32|int32",
    )
    yield (
        lambda: nn.conv2d(
            zeros((1, 3, 3, 1), "uint8"), zeros((3, 3, 1, 1), "uint8"), 1, "VALID"
        ),
        "InvalidArgumentError",
        "`Conv2D`|uint8",
    )
    yield (
        lambda: nn.conv2d(tf.zeros((1, 3, 3, 1)), tf.zeros((3, 3, 1, 1)), 1, "same"),
        "InvalidArgumentError",
        '`padding`|"same"|"SAME"',
    )
    yield (lambda: wide + tall, "InvalidArgumentError", "(2, 3) and (4, 5)|3 and 5")
    yield (
        lambda: graph(add, wide, tall),
        "ValueError",
        "(2, 3) and (4, 5)|3 and 5",
    )
    yield (
        lambda: keras.Input((3,)) + keras.Input((5,)),
        "ValueError",
        "(None, 3) and (None, 5)|3 and 5",
    )
    yield (
        lambda: layer.Add()([zeros((2, 3)), zeros((2, 5))]),
        "ValueError",
        "(3,) and (5,)|3 and 5",
    )
    yield (
        lambda: layer.Concatenate()([keras.Input((3, 3, 1)), keras.Input((4, 4, 1))]),
        "ValueError",
        "(None, 3, 3, 1), (None, 4, 4, 1)",
    )
    yield (
        lambda: tf.concat([wide, tall], 1),
        "InvalidArgumentError",
        "(2, 3) and (4, 5)",
    )
    yield (lambda: wide @ tall, "InvalidArgumentError", "(2, 3) and (4, 5)")
    yield (lambda: tf.reshape(wide, (4, 5)), "InvalidArgumentError", "6 numbers|20")
    yield (
        lambda: layer.Reshape((3, 3))(keras.Input((10,))),
        "ValueError",
        "(10,)|(3, 3)",
    )
    yield (
        lambda: nn.bias_add(tf.zeros((1, 3, 3, 2)), tf.zeros(3)),
        "InvalidArgumentError",
        "biases is 3|(1, 3, 3, 2)",
    )
    yield (lambda: ones[5], "InvalidArgumentError", "index 5|axis 0")
    yield (lambda: tf.convert_to_tensor(None), "ValueError", "`None`|labels")
    yield (
        lambda: _model(layer.Flatten(), loss=sparse, metrics="accuracy"),
        "ValueError",
        "a list|gets accuracy",
    )
    yield (lambda: tf.gather(ones, 5), "InvalidArgumentError", "index 5|2 entries")
    yield (
        lambda: nn.conv2d(tf.zeros((1, 5, 5, 3)), tf.zeros((3, 3, 2, 4)), 1, "VALID"),
        "InvalidArgumentError",
        "3 in the image|2 in the kernel",
    )
    yield (
        lambda: graph(
            lambda x, w: nn.conv2d(x, w, 1, "VALID"),
            tf.zeros((1, 5, 5, 3)),
            tf.zeros((3, 3, 2, 4)),
        ),
        "ValueError",
        "3 in the image|2 in the kernel",
    )
    yield (
        lambda: conv.set_weights([zeros((3, 3, 1, 2))]),
        "ValueError",
        "length 2|length 1",
    )
    yield (
        lambda: layer.Conv2D(2, 3).set_weights([zeros((3, 3, 1, 2)), zeros(2)]),
        "ValueError",
        "length 0|length 2|built",
    )
    yield (
        lambda: conv.set_weights([zeros((2, 1, 3, 3)), zeros(2)]),
        "ValueError",
        "(3, 3, 1, 2)|(2, 1, 3, 3)|another order",
    )
    yield (
        lambda: conv.kernel.assign(zeros((2, 2, 1, 2))),
        "ValueError",
        "(3, 3, 1, 2)|(2, 2, 1, 2)",
    )
    yield (
        lambda: tf.Variable(ones).assign(tf.zeros(3)),
        "ValueError",
        "(2,)|(3,)",
    )
    yield (lambda: small.save(folder / "net"), "ValueError", f"{folder / 'net'}`")
    yield (
        lambda: small.save(folder / "net", save_format="tf"),
        "ValueError",
        "`save_format` (here tf)",
    )
    yield (lambda: small.save_weights(folder / "net"), "ValueError", "net`")
    yield (
        lambda: keras.saving.load_model(folder / "net.keras"),
        "ValueError",
        "no file|net.keras`",
    )
    yield (lambda: keras.saving.load_model(folder / "net"), "ValueError", "net`")
    yield (lambda: small.fit(images, labels), "ValueError", "`compile`")
    yield (lambda: fit(None, layer.Flatten()), "ValueError", "without a loss")
    yield (lambda: unbuilt.count_params(), "ValueError", f"`{unbuilt.name}`|`Input`")
    yield (lambda: unbuilt.output, "AttributeError", f"`{unbuilt.name}`|`Input`")
    yield (lambda: unbuilt.input_shape, "AttributeError", f"`{unbuilt.name}`|`Input`")
    yield (lambda: layer.Dense(3).kernel, "AttributeError", "`kernel`|built")
    yield (
        lambda: fit("mse", layer.Flatten(), targets=labels[:3]),
        "ValueError",
        "inputs is 4|labels 3",
    )
    yield (
        lambda: layer.Conv2D(3, 3, stride=2),
        "ValueError",
        "`Conv2D`|{'stride': 2}",
    )
    yield (
        lambda: keras.optimizers.Adam(lr=0.1),
        "ValueError",
        "{'lr': 0.1}",
    )
    yield (lambda: layer.Conv2D(3), "TypeError", "without 'kernel_size'")
    yield (
        lambda: small.fit(images, labels, epoch=1),
        "TypeError",
        "no argument called `epoch`",
    )
    yield (
        lambda: layer.Dense(3, activation="rellu"),
        "ValueError",
        "activation function|rellu",
    )
    yield (lambda: nn.relu(keras.Input((3,))), "ValueError", "hold no numbers")
    yield (lambda: np.maximum(keras.Input((3,)), 0), "ValueError", "hold no numbers")
    yield (
        lambda: keras.Model(keras.Input((3,)), dense(keras.Input((5,)))),
        "ValueError",
        "not computed from its inputs",
    )
    yield (lambda: _assign(ones, 0, 1), "TypeError", "tensor cannot be changed")
    yield (
        lambda: ones.reshape(1, 2),
        "AttributeError",
        "An EagerTensor has no `.reshape`",
    )


# Keras's own way to make an array of one of its variables.
@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.slow
def test_keras_and_tensorflow(tmp_path):
    """Errors of Keras and TensorFlow are explained with the shapes at hand."""
    import keras
    import tensorflow as tf

    for number, expected in enumerate(_keras_errors(tf, keras, tmp_path)):
        try:
            _assert_explained(*expected)
        except (AssertionError, pytest.fail.Exception) as error:
            raise AssertionError(f"error {number}, {expected[2]}: {error}") from error


@pytest.mark.slow
def test_pooling_over_the_edge():
    """A pooling window larger than the feature map: some CPUs give a map of no size."""
    import keras

    def pooled():
        return keras.layers.MaxPooling2D(4)(zeros((1, 3, 3, 1)))

    with contextlib.suppress(pytest.fail.Exception):  # nothing is raised
        kind, message = _raised(pooled)
        assert "feature map" in explain(kind, message)
    told = explain(
        "AbortedError",
        "could not create a descriptor for a pooling forward propagation primitive, "
        "shape=[1,3,3,1]",
    )
    assert "on the shape (1, 3, 3, 1)" in told
    assert "feature map" in told


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("ValueError", "the lake is too cold"),
        ("ValueError", ""),
        ("AssertionError", ""),
        ("TypeError", "index 3 is out of bounds for axis 1 with size 3"),
        ("MyOwnError", "name 'x' is not defined"),
    ],
)
def test_unknown(kind, message):
    """Of what is not known nothing is said; a known text under another type is not."""
    assert explain(kind, message) == ""


def test_older_texts():
    """The texts of NumPy 1 and Python 3.10 that say the same are known too."""
    assert explain(
        "TypeError", "only length-1 arrays can be converted to Python scalars"
    )
    assert "`x`" in explain(
        "UnboundLocalError", "local variable 'x' referenced before assignment"
    )


def test_hostile_message():
    """A message written to confuse costs no time, breaks nothing and is not repeated."""
    began = time.perf_counter()
    for piece in (
        "(",
        "(1, ",
        "shapes (2,3) ",
        "[1,",
        "a",
        "9",
        "{0} ",
        "\x1b[1m",
        "'",
    ):
        for kind in ("ValueError", "TypeError", "AttributeError", "IndexError"):
            assert len(explain(kind, piece * 100_000)) < 1000
    assert time.perf_counter() - began < 5
    size = "9" * 5000
    assert not explain(
        "IndexError", f"index 1 is out of bounds for axis 0 with size {size}"
    )
    assert "{name}" in explain("KeyError", "'{name}'")


def test_end_of_a_long_message_counts():
    """What TensorFlow says below a long stack is found."""
    stack = 'File "trainer.py", line 1\n' * 1000
    message = f"{stack}Incompatible shapes: [4] vs. [4,10]\n"
    assert "(4,) and (4, 10)" in explain("InvalidArgumentError", message)


def _verdict(function):
    exercise = Exercise(
        id="lab99.scaled",
        points=2,
        cases=lambda rng: [Case((zeros((2, 3)),), label="zeros")],
        reference=lambda x: 2 * x,
    )
    subject = InProcess({"scaled": function})
    return judge(exercise, subject, LiveAnswers(exercise, exercise.reference))


def test_in_a_verdict():
    """The sentence comes first, the original message below it, in both forms."""

    def broken(x):
        return x + zeros((4, 5))

    verdict = _verdict(broken)
    where, words, original = verdict.evidence
    assert (
        where == "zeros: it raises ValueError in the line `return x + zeros((4, 5))`."
    )
    assert words.startswith("The shapes (2, 3) and (4, 5) do not fit together")
    assert original == (
        "operands could not be broadcast together with shapes (2,3) (4,5)"
    )
    for shown in (to_text(verdict), to_html(verdict)):
        assert -1 < shown.find("do not fit together") < shown.find("operands could")


def test_unknown_in_a_verdict():
    """Without a sentence the original message stands alone; an empty one not at all."""

    def unknown(x):
        raise ValueError("the lake is too cold")

    def silent(x):
        raise AssertionError

    assert _verdict(unknown).evidence[1:] == ("the lake is too cold",)
    assert len(_verdict(silent).evidence) == 1


def test_forbidden_call_is_told_once():
    """A sentence that holds the message is enough."""

    def forbidden(x):
        return _forbidden()

    where, words = _verdict(forbidden).evidence
    assert "ForbiddenCall" in where
    assert words.count("the task asks for your own code") == 1


def test_colours_are_taken_out():
    """Keras writes its messages for a terminal; a page shows them without."""
    assert without_colours("a \x1b[1mbold\x1b[0m word") == "a bold word"

    def coloured(x):
        raise ValueError("\x1b[1mbold\x1b[0m")

    assert _verdict(coloured).evidence[1:] == ("bold",)
