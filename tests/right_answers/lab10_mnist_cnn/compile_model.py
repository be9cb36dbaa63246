"""Right answers to lab10.compile_model in other styles than the solution's."""

from __future__ import annotations

import keras
import tensorflow as tf


def compile_function(model, learning_rate=0.001):
    def loss(labels, logits):
        labels = tf.cast(tf.reshape(labels, [-1]), tf.int32)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)

    metric = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[metric])


def compile_more(model, learning_rate=0.001):
    adam = keras.optimizers.Adam()
    adam.learning_rate = learning_rate
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(True),
        optimizer=adam,
        metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(k=2)],
    )
    return model


def compile_jitted(model, learning_rate=0.001):
    model.compile(
        optimizer=keras.optimizers.get(
            {"class_name": "Adam", "config": {"learning_rate": learning_rate}}
        ),
        loss=lambda y, z: keras.ops.sparse_categorical_crossentropy(
            keras.ops.cast(keras.ops.reshape(y, (-1,)), "int32"), z, from_logits=True
        ),
        metrics=["accuracy"],
        steps_per_execution=2,
    )


class _Loss(keras.losses.Loss):
    def call(self, y_true, y_pred):
        labels = keras.ops.one_hot(
            keras.ops.cast(keras.ops.reshape(y_true, (-1,)), "int32"), y_pred.shape[-1]
        )
        return keras.ops.categorical_crossentropy(labels, y_pred, from_logits=True)


def compile_own_class(model, learning_rate=0.001):
    model.compile(keras.optimizers.Adam(learning_rate), _Loss(), metrics=["accuracy"])


def compile_keywords(model, learning_rate=0.001):
    settings = {
        "optimizer": keras.optimizers.Adam(
            learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7
        ),
        "loss": [keras.losses.SparseCategoricalCrossentropy(from_logits=True)],
        "metrics": [keras.metrics.SparseCategoricalAccuracy("accuracy")],
    }
    model.compile(**settings)
