"""Right answers to lab10.classify in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def classify_call(model, images):
    scores = model(tf.cast(images[:, :, :, tf.newaxis], tf.float32) / 255)
    return tf.argmax(scores, axis=1)


def classify_probabilities(model, images):
    probabilities = keras.ops.softmax(model.predict(images / 255.0, verbose=0))
    return [int(row) for row in np.argmax(probabilities, axis=-1)]


def classify_one_by_one(model, images):
    answers = []
    for image in images:
        batch = image.astype("float32").reshape(1, *image.shape, 1) / 255
        answers.append(np.argmax(model(batch)[0]))
    return np.array(answers)


def classify_batches(model, images):
    ready = np.expand_dims(np.float32(images), -1) / np.float32(255)
    parts = [ready[i : i + 7] for i in range(0, len(ready), 7)]
    return np.concatenate([model.predict_on_batch(p).argmax(-1) for p in parts])


def classify_sorted(model, images):
    scores = keras.ops.convert_to_numpy(model(images[..., None] / 255))
    return np.argsort(scores, axis=1, kind="stable")[:, -1].tolist()
