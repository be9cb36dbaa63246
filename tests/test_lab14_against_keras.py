"""Lab 14 judges NumPy answers without Keras; here its references meet Keras's layers."""

from __future__ import annotations

import os

import numpy as np
import pytest

from grader import exercises

SEEDS = range(2)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keras():
    """Import Keras once, quietly."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


def _calls(name: str):
    exercise = exercises.get(f"lab14.{name}")
    for seed in SEEDS:
        for case in exercise.cases(np.random.default_rng(seed)):
            yield case.args, dict(case.kwargs), exercise.reference


def test_scales_agree_with_keras(keras):
    """The deviations and limits are those of Keras's initializers."""
    seen, seeds = set(), keras.random.SeedGenerator(14)
    for (shape,), settings, reference in _calls("initial_scale"):
        scheme = settings.get("scheme", "he")
        distribution = settings.get("distribution", "normal")
        seen.add((scheme, distribution))
        initializer = keras.initializers.VarianceScaling(
            scale=2.0 if scheme == "he" else 1.0,
            mode="fan_in" if scheme == "he" else "fan_avg",
            distribution="untruncated_normal"
            if distribution == "normal"
            else "uniform",
            seed=seeds,
        )
        times = 1 + 1000 // np.prod(shape)
        drawn = np.concatenate([np.ravel(initializer(shape)) for _ in range(times)])
        if distribution == "uniform":
            assert np.abs(drawn).max() <= reference(shape, **settings) * (1 + 1e-6)
            drawn = drawn * np.sqrt(3)
        found = drawn.std() / reference(shape, **settings)
        assert abs(found - 1) < 0.25, (shape, settings, found)
    assert len(seen) == 4


def test_normalisation_agrees_with_keras(keras):
    """The batch and the averages are those of Keras's layer, trained or not."""
    seen = set()
    for (x, *arrays, training), settings, reference in _calls("batch_norm"):
        layer = keras.layers.BatchNormalization(
            momentum=settings.get("momentum", 0.99),
            epsilon=settings.get("epsilon", 0.001),
        )
        layer.build((None, *x.shape[1:]))
        layer.set_weights(arrays)
        y = np.asarray(layer(x.astype("float32"), training=training))
        right = reference(x, *arrays, training, **settings)
        mean, variance = layer.get_weights()[2:]
        for key, found in {"y": y, "moving_mean": mean, "moving_var": variance}.items():
            np.testing.assert_allclose(found, right[key], rtol=1e-4, atol=1e-4)
        seen.add(training)
    assert seen == {False, True}


def test_counts_agree_with_keras(keras):
    """The parameters are those of Keras's layer, and so are the positions."""
    for (shape, filters, kernel_size), settings, reference in _calls("separable_cost"):
        layer = keras.layers.SeparableConv2D(
            filters, kernel_size, padding="same", **settings
        )
        layer.build((None, *shape))
        cost = reference(shape, filters, kernel_size, **settings)
        assert cost["params"] == layer.count_params()
        _, height, width, _ = layer.compute_output_shape((None, *shape))
        assert cost["macs"] == (layer.count_params() - filters) * height * width


@pytest.mark.parametrize("strides", [1, 2])
def test_a_block_of_zeros(keras, root, strides):
    """With weights of 0 a block hands on what is not negative, where the shape stays."""
    from grader.exercises.answers import solution_namespace

    block = solution_namespace(root / "solutions" / "lab14_deeper.py")["residual_block"]
    inputs = keras.Input((4, 5, 3))
    model = keras.Model(inputs, block(inputs, 3, strides))
    model.set_weights([0 * weight for weight in model.get_weights()])
    x = np.random.default_rng(14).normal(size=(2, 4, 5, 3)).astype("float32")
    expected = np.maximum(x, 0) if strides == 1 else np.zeros((2, 2, 3, 3))
    np.testing.assert_array_equal(np.asarray(model(x)), expected)
