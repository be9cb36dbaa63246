"""Labs 05 and 06 judge NumPy answers without TensorFlow; here their references meet it."""

from __future__ import annotations

import os

import numpy as np
import pytest

from grader import exercises
from grader.judging.exercise import Exercise

LAYERS = ["lab05.conv_layer_forward", "lab05.conv1x1", "lab05.conv_via_matmul"]
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


def _by_tensorflow(tf, x, W, b, stride=(1, 1), padding="valid", dilation=1):
    """Convolve with strides and dilations together, which `tf.nn.conv2d` refuses.

    A dilated kernel is one with zeros between its weights.
    """
    kh, kw = ((k - 1) * dilation + 1 for k in W.shape[:2])
    wide = np.zeros((kh, kw, *W.shape[2:]))
    wide[::dilation, ::dilation] = W
    maps = tf.nn.conv2d(x.astype(float), wide, stride, padding.upper())
    return (maps + b).numpy()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LAYERS, "lab06.conv2d"])
def test_layers_agree_with_tensorflow(tf, name):
    """The reference of every convolution gives what tf.nn.conv2d gives."""
    exercise = exercises.get(name)
    for args, kwargs in _calls(exercise):
        right = exercise.reference(*args, **kwargs)
        np.testing.assert_allclose(
            right, _by_tensorflow(tf, *args, **kwargs), rtol=1e-9, atol=1e-9
        )


@pytest.mark.slow
def test_dilation_agrees_with_tensorflow(tf):
    """Zeros between the weights are what tf.nn.conv2d means by dilations."""
    reference = exercises.get("lab06.conv2d").reference
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(2, 9, 8, 2)), rng.normal(size=(3, 2, 2, 3))
    for padding in ("valid", "same"):
        maps = tf.nn.conv2d(x, W, 1, padding.upper(), dilations=2).numpy()
        right = reference(x, W, np.zeros(3), padding=padding, dilation=2)
        np.testing.assert_allclose(right, maps, rtol=1e-9, atol=1e-9)


@pytest.mark.slow
def test_im2col_agrees_with_tensorflow(tf):
    """The patch matrix has the order of tf.image.extract_patches."""
    exercise = exercises.get("lab05.im2col")
    for (x, kh, kw), _ in _calls(exercise):
        sizes = [1, kh, kw, 1]
        patches = tf.image.extract_patches(
            x.astype(float), sizes, [1] * 4, [1] * 4, "VALID"
        )
        flat = patches.numpy().reshape(-1, kh * kw * x.shape[3])
        np.testing.assert_allclose(exercise.reference(x, kh, kw), flat)


def _seen_padding(tf, n, k, stride, dilation):
    """Read TensorFlow's padding from which pixel feeds which output."""
    reach = (k - 1) * dilation + 1
    pixels = np.eye(n).reshape(n, 1, n, 1)
    # Weight t + 1 at distance t: an output tells how far into its window a pixel lies.
    ruler = np.arange(1.0, reach + 1).reshape(1, reach, 1, 1)
    seen = tf.nn.conv2d(pixels, ruler, [1, stride], "SAME").numpy()[:, 0, :, 0]
    pixel, output = np.argwhere(seen)[0]
    before = int(seen[pixel, output]) - 1 + int(output) * stride - int(pixel)
    total = max((seen.shape[1] - 1) * stride + reach - n, 0)
    return seen.shape[1], before, total - before


@pytest.mark.slow
def test_same_padding_agrees_with_tensorflow(tf):
    """The pads of SAME, and the sizes that follow, are TensorFlow's."""
    same_pads = exercises.get("lab06.same_pads")
    output_size = exercises.get("lab06.output_size").reference
    for args, kwargs in _calls(same_pads):
        n, k, stride = args
        dilation = kwargs.get("dilation", 1)
        size, before, after = _seen_padding(tf, n, k, stride, dilation)
        assert same_pads.reference(*args, **kwargs) == (before, after)
        assert output_size(n, k, stride, before + after, dilation) == size


@pytest.mark.slow
def test_padding_agrees_with_tensorflow(tf):
    """The reference of pad2d gives what tf.pad gives."""
    exercise = exercises.get("lab06.pad2d")
    for (x, top, bottom, left, right), kwargs in _calls(exercise):
        sides = [[0, 0], [top, bottom], [left, right], [0, 0]]
        value = kwargs.get("value", 0)
        padded = tf.pad(x.astype(float), sides, constant_values=float(value)).numpy()
        ours = exercise.reference(x, top, bottom, left, right, **kwargs)
        np.testing.assert_array_equal(ours, padded)


@pytest.mark.slow
def test_liberties_agree_with_tensorflow(tf):
    """A plus kernel with TensorFlow's SAME padding counts liberties."""
    exercise = exercises.get("lab06.liberties")
    plus = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], float).reshape(3, 3, 1, 1)
    for (board,), _ in _calls(exercise):
        empty = (board == 0).astype(float)[None, :, :, None]
        near = tf.nn.conv2d(empty, plus, 1, "SAME").numpy()[0, :, :, 0]
        np.testing.assert_array_equal(exercise.reference(board), near * (board > 0))
