"""A small digit network that is trained already, for the lab that looks inside one.

The weights lie beside this file and were trained by data/train_small_cnn.py. Nothing
here imports TensorFlow before a model is asked for.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from grader.folder import PACKAGE
from grader.probing.networks import build_network

PATH = PACKAGE / "pretrained.npz"
INPUT_SHAPE = (28, 28, 1)
LAYERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Conv2D",
        {
            "name": "conv1",
            "filters": 16,
            "kernel_size": 7,
            "padding": "same",
            "activation": "relu",
        },
    ),
    ("MaxPooling2D", {"name": "pool1", "pool_size": 2}),
    (
        "Conv2D",
        {
            "name": "conv2",
            "filters": 20,
            "kernel_size": 5,
            "padding": "same",
            "activation": "relu",
        },
    ),
    ("MaxPooling2D", {"name": "pool2", "pool_size": 2}),
    (
        "Conv2D",
        {
            "name": "conv3",
            "filters": 24,
            "kernel_size": 5,
            "padding": "same",
            "activation": "relu",
        },
    ),
    ("GlobalAveragePooling2D", {"name": "average"}),
    ("Dense", {"name": "scores", "units": 10}),
)
# Of these steps of training the first layer's filters are kept, and of the last one.
STEPS = (0, 100, 300, 1000)


def small_cnn() -> Any:
    """Return the trained network: grey digits in, one score for each digit out.

    Input (n, 28, 28, 1), from 0 for background to 1 for ink; output (n, 10), logits.
    It was trained on the 60,000 training images of MNIST, each changed a little, by
    data/train_small_cnn.py; data/README.md says how many other digits it reads.

    Returns:
        A Keras model with 21,094 parameters and the layers conv1, pool1, conv2, pool2,
        conv3, average and scores.
    """
    stored = read()
    weights = [stored[f"weight_{n}"] for n in range(2 * 4)]
    return build_network(INPUT_SHAPE, LAYERS, weights)


def untrained() -> Any:
    """Return the same network with weights drawn by Keras."""
    return build_network(INPUT_SHAPE, LAYERS)


def first_filters() -> dict[int, np.ndarray]:
    """Return the filters of conv1 while they were learned.

    Returns:
        Number of training steps so far, ascending -> filters (7, 7, 1, 16); the last
        ones are those of `small_cnn`.
    """
    stored = read()
    steps = sorted(int(n.removeprefix("step_")) for n in stored if n.startswith("step"))
    return {step: stored[f"step_{step}"].copy() for step in steps}


@cache
def read() -> Mapping[str, np.ndarray]:
    """Read the stored arrays, as float32 and read-only, by name."""
    with np.load(PATH, allow_pickle=False) as archive:
        arrays = {name: archive[name].astype("float32") for name in archive.files}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def packed(weights: Sequence[np.ndarray], snapshots: Mapping[int, np.ndarray]) -> bytes:
    """Return the content of the file that `read` reads: half precision, no pickle."""
    arrays = {f"weight_{n}": weight for n, weight in enumerate(weights)}
    arrays |= {f"step_{step}": filters for step, filters in snapshots.items()}
    halves = {name: array.astype("float16") for name, array in arrays.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **halves)
    return buffer.getvalue()
