"""Right answers to lab11.grad_cam in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def _blocks(heat, img):
    down, across = img.shape[0] // heat.shape[0], img.shape[1] // heat.shape[1]
    return np.repeat(np.repeat(heat, down, axis=0), across, axis=1)


def cam_two_outputs(model, img, layer, label=None):
    both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        maps, scores = both(img[None])
        label = tf.argmax(scores[0]) if label is None else label
        score = scores[0, label]
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(0, 1, 2))
    heat = tf.nn.relu(tf.reduce_sum(maps[0] * weights, axis=-1)).numpy()
    return _blocks(heat, img)


def cam_two_halves(model, img, layer, label=None):
    names = [part.name for part in model.layers]
    cut = names.index(layer) + 1
    maps = tf.constant(img[None])
    for part in model.layers[1:cut]:
        maps = part(maps)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        x = maps
        for part in model.layers[cut:]:
            x = part(x)
        score = x[0, int(np.argmax(x)) if label is None else label]
    slopes = tape.gradient(score, maps).numpy()[0]
    heat = np.einsum("hwf,f->hw", maps[0].numpy(), slopes.mean(axis=(0, 1)))
    return np.kron(heat * (heat > 0), np.ones(np.array(img.shape[:2]) // heat.shape))


def cam_loop_over_filters(model, img, layer, label=None):
    both = keras.Model(model.inputs, (model.get_layer(layer).output, model.output))
    with tf.GradientTape(persistent=True) as tape:
        maps, scores = both(tf.constant(img)[tf.newaxis])
        picked = scores[:, int(np.argmax(scores)) if label is None else label]
    slopes = tape.gradient(picked, maps)
    heat = 0
    for number in range(maps.shape[-1]):
        heat = heat + maps[0, :, :, number] * np.mean(slopes[0, :, :, number])
    return _blocks(np.maximum(heat, 0), img)


def cam_resized(model, img, layer, label=None):
    both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        maps, scores = both(img[None])
        score = tf.reduce_max(scores) if label is None else scores[0, label]
    slopes = tape.gradient(score, maps)
    weights = keras.layers.GlobalAveragePooling2D(keepdims=True)(slopes)
    heat = tf.nn.relu(tf.reduce_sum(maps * weights, axis=-1, keepdims=True))
    return tf.image.resize(heat, img.shape[:2], method="nearest")[0, :, :, 0]


def cam_upsampling_layer(model, img, layer, label=None):
    both = keras.Model(model.input, [model.get_layer(layer).output, model.output])
    x = tf.Variable(img[None])
    with tf.GradientTape() as tape:
        maps, scores = both(x)
        label = int(np.argmax(scores)) if label is None else label
        score = tf.reduce_sum(scores * tf.one_hot([label], scores.shape[-1]))
    weights = np.average(tape.gradient(score, maps), axis=(1, 2))[0]
    heat = np.clip(np.tensordot(maps[0], weights, axes=1), 0, None)
    size = (img.shape[0] // heat.shape[0], img.shape[1] // heat.shape[1])
    return keras.layers.UpSampling2D(size)(heat[None, ..., None])[0, ..., 0].numpy()
