"""Right answers to lab11.saliency in other styles than the solution's."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def saliency_watch(model, img, label=None):
    x = tf.convert_to_tensor(img[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = model(x)
        best = tf.reduce_max(scores) if label is None else scores[0, label]
    return tape.gradient(best, x)[0]


def saliency_one_hot(model, img, label=None):
    x = tf.Variable(img[np.newaxis])
    with tf.GradientTape() as tape:
        scores = model(x, training=False)
        chosen = int(tf.argmax(scores, axis=1)[0]) if label is None else label
        score = tf.reduce_sum(scores * tf.one_hot([chosen], scores.shape[1]))
    return np.squeeze(tape.gradient(score, x).numpy(), axis=0)


def saliency_jacobian(model, img, label=None):
    x = tf.Variable(img[None])
    with tf.GradientTape() as tape:
        scores = model(x)
    slopes = tape.jacobian(scores, x)[0, :, 0].numpy()
    return slopes[int(np.argmax(scores)) if label is None else label]


def saliency_output_gradients(model, img, label=None):
    scores = model(img[None])
    direction = np.zeros(scores.shape, "float32")
    direction[0, np.argmax(scores) if label is None else label] = 1
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        x = tf.constant(img)
        tape.watch(x)
        again = model(x[tf.newaxis])
    return tape.gradient(again, x, output_gradients=tf.constant(direction))


def saliency_forward(model, img, label=None):
    """Give the slopes one pixel after another, in forward mode."""
    label = int(np.argmax(model(img[None]))) if label is None else label
    slopes = np.zeros(img.size, "float32")
    for place in range(img.size):
        direction = np.zeros(img.size, "float32")
        direction[place] = 1
        x, step = (tf.constant(v.reshape(1, *img.shape)) for v in (img, direction))
        with tf.autodiff.ForwardAccumulator(x, step) as accumulator:
            scores = model(x)
        slopes[place] = accumulator.jvp(scores)[0, label]
    return slopes.reshape(img.shape)
