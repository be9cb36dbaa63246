"""Right answers to lab10.preprocess in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def preprocess_expand(images):
    return np.expand_dims(np.asarray(images, np.float32) / np.float32(255), 3)


def preprocess_tensorflow(images):
    return tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0


def preprocess_loop(images):
    result = np.zeros((*images.shape, 1), "float32")
    for number, image in enumerate(images):
        result[number, :, :, 0] = image * (1 / 255)
    return result


def preprocess_reshape(images):
    n, height, width = images.shape
    return np.divide(images.reshape(n, height, width, 1), 255, dtype="float32")


def preprocess_rescaling(images):
    return keras.layers.Rescaling(1 / 255)(images[:, :, :, None]).numpy()
