"""Train the small network that lab 11 looks into, and write grader/pretrained.npz.

    python data/train_small_cnn.py --data FOLDER [--epochs 10]

FOLDER holds MNIST (without it, the labs' own order of places counts). Every training
image is moved, turned, stretched and blurred a little, anew in each epoch, so that the
network also reads digits that come from another set. It takes some minutes on two
cores; on another machine the last digits of the weights differ, and so does the SHA-256,
which stands in tests/test_pretrained.py.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from scipy import ndimage

from grader import digits, pretrained

SEED = 11
BATCH_SIZE = 128
PEAK_LEARNING_RATE = 0.004


def main() -> None:
    """Train, write the file, and print what data/README.md says about it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="the folder of MNIST (default: as the labs)")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--images", type=int, help="only so many training images")
    options = parser.parse_args()
    data = digits.load("mnist", folder=options.data)
    keras.utils.set_random_seed(SEED)
    model = pretrained.untrained()
    images = data.x_train[: options.images]
    snapshots = trained(model, images, data.y_train[: len(images)], options.epochs)
    pretrained.PATH.write_bytes(pretrained.packed(model.get_weights(), snapshots))
    pretrained.read.cache_clear()
    report(data)


def trained(
    model: keras.Model, images: np.ndarray, labels: np.ndarray, epochs: int
) -> dict[int, np.ndarray]:
    """Train in place; give the first layer's filters after some numbers of steps."""
    steps = -(-len(images) // BATCH_SIZE) * epochs
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_LEARNING_RATE / 10,
        steps - steps // 10,
        warmup_target=PEAK_LEARNING_RATE,
        warmup_steps=steps // 10,
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    snapshots: dict[int, np.ndarray] = {}
    rng = np.random.default_rng(SEED)
    for step, (x, y) in enumerate(batches(images, labels, epochs, rng)):
        if step in pretrained.STEPS:
            snapshots[step] = model.get_weights()[0]
        model.train_on_batch(x, y)
    return snapshots | {steps: model.get_weights()[0]}


def batches(
    images: np.ndarray, labels: np.ndarray, epochs: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield batches of changed images, each image once in an epoch."""
    for epoch in range(epochs):
        order = rng.permutation(len(images))
        for chosen in np.split(order, range(BATCH_SIZE, len(order), BATCH_SIZE)):
            changed = [varied(image, rng) for image in images[chosen]]
            yield np.stack(changed)[..., None] / np.float32(255), labels[chosen]
        print(f"epoch {epoch + 1} of {epochs}", flush=True)


def varied(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move, turn, stretch and blur a digit (28, 28) a little."""
    angle = np.deg2rad(rng.uniform(-12, 12))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1, 0], [rng.uniform(-0.15, 0.15), 1]])
    matrix = turn @ shear @ np.diag(1 / rng.uniform([0.85, 0.75], [1.1, 1.2]))
    centre = np.array([13.5, 13.5])
    offset = centre - matrix @ centre + rng.uniform(-2, 2, 2)
    moved = ndimage.affine_transform(
        image.astype("float32"), matrix, offset, order=1, mode="constant"
    )
    return ndimage.gaussian_filter(moved, max(0.0, rng.uniform(-1, 1.2)))


def report(data: digits.Digits) -> None:
    """Print size, SHA-256 and the accuracy on digits that were not trained on."""
    content = pretrained.PATH.read_bytes()
    print(f"{pretrained.PATH.name}: {len(content):,} bytes")
    print(f"SHA-256 {hashlib.sha256(content).hexdigest()}")
    small = digits.embedded()
    sets = {
        "MNIST test": (data.x_test, data.y_test),
        "embedded, all": (
            np.concatenate([small.x_train, small.x_test]),
            np.concatenate([small.y_train, small.y_test]),
        ),
    }
    model = pretrained.small_cnn()
    for name, (images, labels) in sets.items():
        scores = model.predict(images[..., None] / 255, batch_size=500, verbose=0)
        right = int((scores.argmax(axis=1) == labels).sum())
        print(f"{name}: {right:,} of {len(labels):,} right, {right / len(labels):.2%}")


if __name__ == "__main__":
    main()
