"""Race lab 10's network against the well-known small Keras example, on the full MNIST.

    python benchmarks/mnist_cnn.py --data FOLDER [--epochs 3] [--example-epochs 4]

Both are trained in this one process, an epoch of the example and an epoch of the
solution in turn, so that a busy machine is equally busy for both. The solution's own
functions are used: the ones that students are compared with.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from grader import digits
from grader.course import find_root
from grader.reference import solution_namespace

SEED = 10
Epochs = Iterator[tuple[float, float]]  # seconds of an epoch, test accuracy after it


def keras_example() -> keras.Model:
    """Build the small convolutional network of Keras's MNIST example."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(64, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def epochs_of(
    model: keras.Model,
    one_epoch: Callable[[int], Any],
    count: int,
    x_test: np.ndarray,
    y_test: np.ndarray,
) -> Epochs:
    """Train epoch by epoch; give seconds of training and test accuracy of each."""
    for epoch in range(count):
        started = time.perf_counter()
        one_epoch(epoch)
        seconds = time.perf_counter() - started
        scores = model.predict(x_test, batch_size=500, verbose=0)
        yield seconds, float(np.mean(scores.argmax(axis=1) == y_test))


def main() -> None:
    """Print both curves and the ratio of their times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="the folder of MNIST (default: as the labs)")
    parser.add_argument("--epochs", type=int, default=3, help="of the solution")
    parser.add_argument("--example-epochs", type=int, default=4)
    options = parser.parse_args()
    data = digits.load("mnist", folder=options.data)
    lab = solution_namespace(find_root() / "solutions" / "lab10_mnist_cnn.py")
    runs = {
        "Keras example": _example(data, options.example_epochs),
        "lab 10": _solution(data, lab, options.epochs),
    }
    _report(_interleaved(runs))


def _example(data: digits.Digits, count: int) -> Epochs:
    x_train, x_test = ((x[..., None] / 255).astype("float32") for x in _images(data))
    y_train = keras.utils.to_categorical(data.y_train, 10)
    keras.utils.set_random_seed(SEED)
    model = keras_example()
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return epochs_of(
        model,
        lambda epoch: model.fit(x_train, y_train, batch_size=128, verbose=0),
        count,
        x_test,
        data.y_test,
    )


def _solution(data: digits.Digits, lab: dict[str, Any], count: int) -> Epochs:
    x_train, x_test = map(lab["preprocess"], _images(data))
    labels = data.y_train.astype("int64")
    x_train, y_train, x_val, y_val = lab["split"](x_train, labels, 0.1, SEED)
    keras.utils.set_random_seed(SEED)
    model = lab["build_cnn"]()
    lab["compile_model"](model, lab["one_cycle"](len(x_train), count, 128))
    return epochs_of(
        model,
        # The time of validation counts as well: it is part of the lab's training.
        lambda epoch: lab["train"](model, x_train, y_train, x_val, y_val, 1, 128),
        count,
        x_test,
        data.y_test,
    )


def _images(data: digits.Digits) -> tuple[np.ndarray, np.ndarray]:
    return data.x_train, data.x_test


def _interleaved(runs: dict[str, Epochs]) -> dict[str, list[tuple[float, float]]]:
    curves: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    going = dict(runs)
    print(f"{'':14s} epoch  seconds  in all  test accuracy")
    while going:
        for name, run in list(going.items()):
            point = next(run, None)
            if point is None:
                del going[name]
                continue
            curves[name].append(point)
            total = sum(seconds for seconds, _ in curves[name])
            print(
                f"{name:14s} {len(curves[name]):5d} {point[0]:8.1f} {total:7.1f}"
                f"  {point[1]:.4f}",
                flush=True,
            )
    return curves


def _report(curves: dict[str, list[tuple[float, float]]]) -> None:
    seconds = {name: sum(s for s, _ in curve) for name, curve in curves.items()}
    (first, first_time), (second, second_time) = seconds.items()
    print(
        f"{second}: {curves[second][-1][1]:.2%} in {second_time:.1f} s; "
        f"{first}: {curves[first][-1][1]:.2%} in {first_time:.1f} s; "
        f"ratio of the times {second_time / first_time:.2f}."
    )


if __name__ == "__main__":
    main()
