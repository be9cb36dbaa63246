"""Lab 08 judges NumPy answers without TensorFlow; here its references meet it."""

from __future__ import annotations

import os

import numpy as np
import pytest

from grader import exercises
from grader.judging.exercise import Exercise

SEEDS = range(3)


@pytest.fixture(scope="module")
def tf():
    """Import TensorFlow once, quietly, for the tests that need it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("tensorflow")


def _calls(exercise: Exercise):
    for seed in SEEDS:
        for case in exercise.cases(np.random.default_rng(seed)):
            yield case.args, dict(case.kwargs)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_agrees_with_tensorflow(tf, kind):
    """The pooling references give what tf.nn gives (in float32), VALID and SAME."""
    exercise = exercises.get(f"lab08.{kind}_pool2d")
    pool = {"max": tf.nn.max_pool2d, "avg": tf.nn.avg_pool2d}[kind]
    seen = set()
    for (x, size), kwargs in _calls(exercise):
        stride, padding = kwargs.get("stride", size), kwargs.get("padding", "valid")
        seen.add(padding)
        right = pool(x.astype(float), size, stride, padding.upper()).numpy()
        ours = exercise.reference(x, size, **kwargs)
        np.testing.assert_allclose(ours, right, rtol=1e-6, atol=1e-6)
    assert seen == {"valid", "same"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layer"),
    [("avg", "GlobalAveragePooling2D"), ("max", "GlobalMaxPooling2D")],
)
def test_global_pooling_agrees_with_keras(tf, name, layer):
    """The global pooling references give what Keras's layers give."""
    exercise = exercises.get(f"lab08.global_{name}_pool")
    for (x,), _ in _calls(exercise):
        right = getattr(tf.keras.layers, layer)()(x.astype("float32")).numpy()
        np.testing.assert_allclose(exercise.reference(x), right, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_shifts_agree_with_tensorflow(tf):
    """A shift is zero padding on one side and a crop on the other."""
    exercise = exercises.get("lab08.shift_images")
    for (x, dx, dy), _ in _calls(exercise):
        _, height, width, _ = x.shape
        a, b = abs(dy), abs(dx)
        wide = tf.pad(x.astype(float), [[0, 0], [a, a], [b, b], [0, 0]])
        right = tf.image.crop_to_bounding_box(wide, a - dy, b - dx, height, width)
        np.testing.assert_array_equal(exercise.reference(x, dx, dy), right.numpy())


@pytest.mark.slow
def test_macs_agree_with_keras(tf):
    """Work is weights times output positions, of a network that Keras builds."""
    exercise = exercises.get("lab08.model_macs")
    layers = tf.keras.layers
    for (network,), _ in _calls(exercise):
        maps = tf.keras.Input(tuple(network[0]["shape"]))
        expected = []
        for setting in network[1:]:
            kind = setting["layer"]
            if kind == "conv":
                settings = {key: setting[key] for key in setting if key != "layer"}
                layer = layers.Conv2D(**settings, use_bias=False)
            elif kind == "pool":
                layer = layers.MaxPooling2D(setting["size"])
            elif kind == "global_pool":
                layer = layers.GlobalMaxPooling2D()
            else:
                maps = layers.Flatten()(maps) if len(maps.shape) > 2 else maps
                layer = layers.Dense(setting["units"], use_bias=False)
            maps = layer(maps)
            positions = int(np.prod(maps.shape[1:-1]))
            expected.append(layer.count_params() * positions)
        assert exercise.reference(network) == expected
