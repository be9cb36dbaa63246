"""Right answers to lab10.overfit in other styles than the solution's."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def overfit_batches(model, x, y, epochs=60):
    before = model.test_on_batch(x, y)[0]
    for _ in range(epochs):
        model.train_on_batch(x, y)
    return [float(before), float(model.test_on_batch(x, y)[0])]


def overfit_dataset(model, x, y, epochs=60):
    data = tf.data.Dataset.from_tensors((x, y))
    before = model.evaluate(data, verbose=0)[0]
    model.fit(data, epochs=epochs, verbose=0)
    return np.array([before, model.evaluate(data, verbose=0)[0]])


def overfit_one_by_one(model, x, y, epochs=60):
    before = model.evaluate(x, y, verbose=0)[0]
    for _ in range(epochs):
        model.fit(x, y, batch_size=len(y), epochs=1, shuffle=False, verbose=0)
    return before, model.evaluate(x, y, verbose=0)[0]


def overfit_large_batch(model, x, y, epochs=60):
    losses = [model.evaluate(x, y, verbose=0, return_dict=True)["loss"]]
    model.fit(x=x, y=y, batch_size=10_000, epochs=epochs, verbose=0)
    losses.append(model.evaluate(x, y, verbose=0, return_dict=True)["loss"])
    return losses


def overfit_tensors(model, x, y, epochs=60):
    x, y = tf.constant(x), tf.constant(y)
    before, _ = model.evaluate(x, y, batch_size=len(x), verbose=0)
    model.fit(x, y, steps_per_epoch=1, batch_size=len(x), epochs=epochs, verbose=0)
    after, _ = model.evaluate(x, y, batch_size=len(x), verbose=0)
    return np.float32(before), np.float32(after)
