"""Right answers to lab15.decay_step in other styles than the solution's."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


def step_in_one_line(weights, gradients, learning_rate, decay, decoupled=True):
    return [
        w - learning_rate * (np.sign(g) + decay * (w.ndim > 1) * w)
        if decoupled
        else w - learning_rate * np.sign(g + decay * (w.ndim > 1) * w)
        for w, g in zip(weights, gradients, strict=True)
    ]


def step_shrinking(weights, gradients, learning_rate, decay, decoupled=True):
    """Shrink a kernel first, and move it by the sign that its old value asks for."""
    new = []
    for i in range(len(weights)):
        w, g = weights[i], gradients[i]
        is_kernel = len(w.shape) >= 2
        if is_kernel and not decoupled:
            g = g + decay * w
        if is_kernel and decoupled:
            w = (1 - learning_rate * decay) * w
        new.append(w - learning_rate * np.sign(g))
    return new


def step_by_conditions(weights, gradients, learning_rate, decay, decoupled=True):
    new = []
    for w, g in zip(weights, gradients, strict=True):
        lost = decay * w if np.ndim(w) != 1 else np.zeros(w.shape)
        way = g if decoupled else g + lost
        direction = np.where(way > 0, 1.0, np.where(way < 0, -1.0, 0.0))
        new.append(w - learning_rate * direction - decoupled * learning_rate * lost)
    return new


def step_in_place_on_copies(weights, gradients, learning_rate, decay, decoupled=True):
    new = [np.array(w, dtype=float) for w in weights]
    for w, g in zip(new, gradients, strict=True):
        pull = decay * w if w.ndim > 1 else 0.0
        if decoupled:
            w -= learning_rate * pull
            w -= learning_rate * np.sign(g)
        else:
            w -= learning_rate * np.sign(g + pull)
    return new


def step_two_functions(weights, gradients, learning_rate, decay, decoupled=True):
    def beside(w, g):
        return w - learning_rate * np.sign(g) - learning_rate * decay * w

    def in_loss(w, g):
        return w - learning_rate * np.sign(g + decay * w)

    def bias(w, g):
        return w - learning_rate * np.sign(g)

    chosen = beside if decoupled else in_loss
    pairs = zip(weights, gradients, strict=True)
    return tuple((bias if w.ndim == 1 else chosen)(w, g) for w, g in pairs)


def step_value_by_value(weights, gradients, learning_rate, decay, decoupled=True):
    new = []
    for w, g in zip(weights, gradients, strict=True):
        array = np.empty(w.shape)
        for place in np.ndindex(*w.shape):
            pull = decay * w[place] if w.ndim > 1 else 0.0
            slope = g[place] if decoupled else g[place] + pull
            array[place] = w[place] - learning_rate * ((slope > 0) - (slope < 0) * 1)
            if decoupled:
                array[place] -= learning_rate * pull
        new.append(array)
    return new


def step_by_tape(weights, gradients, learning_rate, decay, decoupled=True):
    """Let TensorFlow find the slope of the penalty."""
    new = []
    for w, g in zip(weights, gradients, strict=True):
        values = tf.Variable(np.asarray(w, "float64"))
        with tf.GradientTape() as tape:
            penalty = decay / 2 * tf.reduce_sum(values**2)
        slope = tape.gradient(penalty, values).numpy() if w.ndim > 1 else 0 * w
        step = np.sign(g) + slope if decoupled else np.sign(g + slope)
        new.append(w - learning_rate * step)
    return new
