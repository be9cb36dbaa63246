"""Right answers to lab10.train in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def train_dataset(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    data = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    data = data.shuffle(len(x_train), reshuffle_each_iteration=True).batch(batch_size)
    val = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(5)
    return model.fit(data, validation_data=val, epochs=epochs, verbose=0).history


def train_by_epochs(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    history = {}
    for _ in range(epochs):
        one = model.fit(x_train, y_train, batch_size=batch_size, verbose=0)
        val = model.evaluate(x_val, y_val, verbose=0, return_dict=True)
        for key, value in {k: v[0] for k, v in one.history.items()}.items():
            history.setdefault(key, []).append(value)
        for key, value in val.items():
            history.setdefault("val_" + key, []).append(value)
    return history


def train_own_loop(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    history = {key: [] for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
    rng = np.random.default_rng()
    for _ in range(epochs):
        order = rng.permutation(len(x_train))
        for start in range(0, len(order), batch_size):
            part = order[start : start + batch_size]
            with tf.GradientTape() as tape:
                loss = loss_of(y_train[part], model(x_train[part], training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)
        for prefix, x, y in (("", x_train, y_train), ("val_", x_val, y_val)):
            scores = model(x, training=False)
            history[prefix + "loss"].append(float(loss_of(y, scores)))
            right = np.argmax(scores, axis=1) == y
            history[prefix + "accuracy"].append(float(right.mean()))
    return history


def train_positional(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    result = model.fit(
        x_train, y_train, batch_size, epochs, 0, validation_data=[x_val, y_val]
    )
    return dict(result.history)


def train_callback(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    rows = []
    model.fit(
        tf.convert_to_tensor(x_train),
        tf.convert_to_tensor(y_train),
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
        callbacks=[
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: rows.append(dict(logs))
            )
        ],
    )
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}
