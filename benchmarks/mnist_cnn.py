"""Race lab 10's network against the well-known small Keras example, on the full MNIST.

    python benchmarks/mnist_cnn.py --data FOLDER [--seed 10] [--more-seeds 4]

Both are trained in this one process, an epoch of the example and an epoch of the
solution in turn, so that a busy machine is equally busy for both. The solution's own
functions are used, those that students are compared with, and in the lab's order: two
epochs on digits as they are, then five on moved digits. The example learns from 54,000
images as its authors have it, the solution from the lab's 45,000; both are measured on
6,000 others after each epoch. Moving the digits and this validation count as time of
training.

The test accuracy after each epoch is there because the curves are what is asked for.
Nothing here is chosen by it: the number of epochs is fixed beforehand, and the last
epoch counts, not the best one. The lab itself opens the test set once.

Measured with --more-seeds 5 on two cores that others used too (TensorFlow 2.21): the
example needs 7 epochs to 99.0 %, the solution 2, in 0.15 to 0.17 of the time; after
7 epochs, 38 to 41 seconds, six seeds of the solution end at 99.40 % to 99.45 %.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from grader import digits
from grader.exercises.answers import solution_namespace
from grader.folder import find_root

BATCH_SIZE = 128
# As in the lab: its parts of the images, EPOCHS and MOVED_EPOCHS, and their rates.
IMAGES, VALIDATION = 45_000, 6_000
EPOCHS = (2, 5)
PEAKS = (0.01, 0.006)
LINE = 0.99
GOAL = 0.993
EXAMPLE, LAB = "Keras example", "lab 10"


class Point(NamedTuple):
    """The state of a training after an epoch; all seconds since its begin."""

    seconds: float
    cpu_seconds: float
    val_accuracy: float
    test_accuracy: float


Curve = list[Point]
History = dict[str, list[float]]


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


def example(data: digits.Digits, seed: int, count: int) -> Iterator[Point]:
    """Train the example as its authors do, until it has crossed the line."""
    x_train, x_test = ((x[..., None] / 255).astype("float32") for x in _images(data))
    y_train = keras.utils.to_categorical(data.y_train, 10)
    keras.utils.set_random_seed(seed)
    model = keras_example()
    model.compile("adam", loss="categorical_crossentropy", metrics=["accuracy"])

    epochs = (
        model.fit(x_train, y_train, BATCH_SIZE, verbose=0, validation_split=0.1).history
        for _ in range(count)
    )
    for point in _points(model, epochs, x_test, data.y_test):
        yield point
        if point.test_accuracy >= LINE:
            return


def solution(data: digits.Digits, seed: int) -> Iterator[Point]:
    """Train the solution's network as the lab does, first as they are, then moved."""
    lab = solution_namespace(find_root() / "solutions" / "lab10_mnist_cnn.py")
    x_train, x_test = map(lab["preprocess"], _images(data))
    labels = data.y_train.astype("int64")
    x_train, x_val, y_train, y_val = train_test_split(
        x_train,
        labels,
        train_size=IMAGES,
        test_size=VALIDATION,
        stratify=labels,
        random_state=seed,
    )
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = lab["build_cnn"]()

    def epochs() -> Iterator[History]:
        for moves, count, peak in zip((False, True), EPOCHS, PEAKS, strict=True):
            rate = lab["one_cycle"](len(x_train), count, BATCH_SIZE, peak)
            lab["compile_model"](model, rate)
            for _ in range(count):
                images = lab["moved_at_random"](x_train, rng) if moves else x_train
                yield lab["train"](model, images, y_train, x_val, y_val, 1, BATCH_SIZE)

    return _points(model, epochs(), x_test, data.y_test)


def _points(
    model: keras.Model,
    epochs: Iterator[History],
    x_test: np.ndarray,
    y_test: np.ndarray,
) -> Iterator[Point]:
    """Take epoch after epoch, each of which trains, and measure."""
    seconds, cpu_seconds = 0.0, 0.0
    while True:
        started, cpu_started = time.perf_counter(), time.process_time()
        history = next(epochs, None)
        if history is None:
            return
        seconds += time.perf_counter() - started
        cpu_seconds += time.process_time() - cpu_started
        scores = model.predict(x_test, batch_size=500, verbose=0)
        test_accuracy = float(np.mean(scores.argmax(axis=1) == y_test))
        yield Point(seconds, cpu_seconds, history["val_accuracy"][-1], test_accuracy)


def _images(data: digits.Digits) -> tuple[np.ndarray, np.ndarray]:
    return data.x_train, data.x_test


def interleaved(runs: dict[str, Iterator[Point]]) -> dict[str, Curve]:
    """Take an epoch of each run in turn, print it, and give the curves."""
    curves: dict[str, Curve] = {name: [] for name in runs}
    going = dict(runs)
    print(f"{'':14s} epoch  seconds  CPU seconds  validation    test")
    while going:
        for name, run in list(going.items()):
            point = next(run, None)
            if point is None:
                del going[name]
                continue
            curves[name].append(point)
            print(
                f"{name:14s} {len(curves[name]):5d} {point.seconds:8.1f} "
                f"{point.cpu_seconds:12.1f} {point.val_accuracy:11.2%} "
                f"{point.test_accuracy:7.2%}",
                flush=True,
            )
    return curves


def _report(curves: dict[str, Curve]) -> None:
    crossings: dict[str, Point] = {}
    for name, curve in curves.items():
        epochs = [n for n, point in enumerate(curve) if point.test_accuracy >= LINE]
        if not epochs:
            print(f"{name} did not reach {LINE:.1%}: no ratio.")
            return
        crossings[name] = point = curve[epochs[0]]
        print(
            f"{name}: {LINE:.1%} after epoch {epochs[0] + 1}, {point.seconds:.1f} s "
            f"({point.cpu_seconds:.1f} CPU s)."
        )
    lab, other = crossings[LAB], crossings[EXAMPLE]
    print(
        f"Ratio of the times to {LINE:.1%}: {lab.seconds / other.seconds:.2f} "
        f"(of the CPU times: {lab.cpu_seconds / other.cpu_seconds:.2f})."
    )


def main() -> None:
    """Print both curves and the ratio of their times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="the folder of MNIST (default: as the labs)")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument(
        "--example-epochs", type=int, default=15, help="of the example, at most"
    )
    parser.add_argument(
        "--more-seeds",
        type=int,
        default=0,
        help="train the solution this many times more, with the seeds that follow",
    )
    options = parser.parse_args()
    data = digits.load("mnist", folder=options.data)
    curves = interleaved(
        {
            EXAMPLE: example(data, options.seed, options.example_epochs),
            LAB: solution(data, options.seed),
        }
    )
    _report(curves)
    last = [curves[LAB][-1]]
    for seed in range(options.seed + 1, options.seed + 1 + options.more_seeds):
        name = f"seed {seed}"
        last += interleaved({name: solution(data, seed)})[name][-1:]
    reached = sum(point.test_accuracy >= GOAL for point in last)
    ends = ", ".join(f"{point.test_accuracy:.2%}" for point in last)
    print(f"{LAB} at the end: {ends}; {reached} of {len(last)} reach {GOAL:.1%}.")


if __name__ == "__main__":
    main()
