"""The network of lab 11 is the one described, and reads as many digits as claimed."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader import digits, pretrained

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "mnist"
SHA256 = "198ace9ff9ca333db2c7cf07c24a1a54e7e7d614e17faa8de9c377416c13c4b4"


def _right(images: np.ndarray, labels: np.ndarray) -> int:
    scores = pretrained.small_cnn().predict(
        images[..., np.newaxis] / 255, batch_size=500, verbose=0
    )
    return int((scores.argmax(axis=1) == labels).sum())


def _claimed(name: str) -> float:
    """Give the percentage that data/README.md states for a set of digits."""
    text = (ROOT / "data" / "README.md").read_text("utf-8")
    return float(re.search(rf"{name}.*\| ([\d.]+) % \|", text)[1])


def test_file_is_the_one_that_was_trained():
    """The weights are those of the script, small, and free of pickles."""
    content = pretrained.PATH.read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256
    assert 20_000 < len(content) < 50_000
    with np.load(pretrained.PATH, allow_pickle=False) as archive:
        assert {archive[name].dtype for name in archive.files} == {np.dtype("float16")}


@pytest.mark.slow
def test_network_has_the_layers_the_lab_speaks_of():
    """Names, maps and the number of weights are those of the docstring."""
    model = pretrained.small_cnn()
    assert [layer.name for layer in model.layers[1:]] == [
        "conv1",
        "pool1",
        "conv2",
        "pool2",
        "conv3",
        "average",
        "scores",
    ]
    assert model.count_params() == 21_094
    assert model.get_layer("conv3").output.shape == (None, 7, 7, 24)


@pytest.mark.slow
def test_first_filters_end_as_the_network_s_own():
    """The filters begin at step 0 and end with those of the trained network."""
    filters = pretrained.first_filters()
    assert [*filters][:-1] == list(pretrained.STEPS)
    last = pretrained.small_cnn().get_layer("conv1").get_weights()[0]
    assert np.array_equal([*filters.values()][-1], last)
    assert {kernel.shape for kernel in filters.values()} == {(7, 7, 1, 16)}


@pytest.mark.slow
def test_accuracy_on_the_embedded_digits_is_the_one_claimed():
    """Of all embedded digits, none of which it has seen, it reads 1,611."""
    small = digits.embedded()
    right = _right(small.x_train, small.y_train) + _right(small.x_test, small.y_test)
    # A score may tip on another processor: two images of tolerance.
    assert abs(right - 1_611) <= 2
    assert round(100 * 1_611 / 1_797, 2) == _claimed("embedded digits, which")


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="MNIST does not lie beside the course")
def test_accuracy_on_mnist_is_the_one_claimed():
    """Of MNIST's 10,000 test images it reads 9,885."""
    data = digits.read(SHARED)
    assert abs(_right(data.x_test, data.y_test) - 9_885) <= 2
    assert _claimed("10,000 test images") == 98.85


def test_loader_does_not_import_tensorflow_before_it_is_asked():
    """Reading the filters needs NumPy alone."""
    code = (
        "import sys; from grader import pretrained; pretrained.first_filters(); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_weights_are_part_of_the_package():
    """An installed package holds the file too."""
    assert '"*.npz"' in (ROOT / "pyproject.toml").read_text("utf-8")
