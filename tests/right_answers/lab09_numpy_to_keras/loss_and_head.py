"""Right answers to lab09.loss_and_head in other styles than the solution's."""

from __future__ import annotations

import keras
import tensorflow as tf


def pair_probabilities(kind):
    if kind == "digit":
        return "sparse_categorical_crossentropy", keras.layers.Dense(10, "softmax")
    if kind == "one-hot":
        return "categorical_crossentropy", keras.layers.Dense(10, "softmax")
    units = 1 if kind == "yes or no" else 10
    return "binary_crossentropy", keras.layers.Dense(units, activation="sigmoid")


def pair_objects(kind):
    head = keras.layers.Dense(10)
    if kind == "digit":
        return keras.losses.SparseCategoricalCrossentropy(True), head
    if kind == "one-hot":
        return keras.losses.CategoricalCrossentropy(from_logits=True), head
    if kind == "yes or no":
        head = keras.layers.Dense(1, activation="linear")
    return [keras.losses.BinaryCrossentropy(from_logits=True), head]


def pair_functions(kind):
    """Losses of one's own, written with TensorFlow."""

    def sparse(labels, scores):
        labels = tf.cast(tf.reshape(labels, [-1]), tf.int32)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)

    def binary(labels, scores):
        labels = tf.reshape(tf.cast(labels, tf.float32), tf.shape(scores))
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels, scores)
        return tf.reduce_mean(losses, axis=-1)

    units = 1 if kind == "yes or no" else 10
    loss = {"digit": sparse, "one-hot": tf.nn.softmax_cross_entropy_with_logits}
    return loss.get(kind, binary), keras.layers.Dense(units)


def pair_layers(kind):
    """A last layer of two parts."""
    losses, several = keras.losses, kind in ("yes or no", "any of ten")
    squash = keras.layers.Activation("sigmoid") if several else keras.layers.Softmax()
    units = 1 if kind == "yes or no" else 10
    head = keras.Sequential([keras.layers.Dense(units), squash])
    loss = losses.BinaryCrossentropy() if several else losses.CategoricalCrossentropy()
    if kind == "digit":
        loss = losses.SparseCategoricalCrossentropy(from_logits=False)
    return loss, head


def pair_mixed(kind):
    """Scores for some questions and probabilities for others."""
    layers, losses = keras.layers, keras.losses
    return {
        "digit": (
            lambda y, z: keras.ops.sparse_categorical_crossentropy(
                keras.ops.cast(keras.ops.reshape(y, (-1,)), "int32"),
                z,
                from_logits=True,
            ),
            layers.Dense(10),
        ),
        "one-hot": (losses.CategoricalCrossentropy(), layers.Dense(10, "softmax")),
        "yes or no": (losses.BinaryCrossentropy(from_logits=True), layers.Dense(1)),
        "any of ten": (losses.BinaryCrossentropy(), layers.Dense(10, "sigmoid")),
    }[kind]
