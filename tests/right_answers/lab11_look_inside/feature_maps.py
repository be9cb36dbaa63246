"""Right answers to lab11.feature_maps in other styles than the solution's."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


def maps_keras_function(model, x, layer):
    return keras.Model(model.inputs, model.get_layer(layer).output)(x).numpy()


def maps_predict(model, x, layer):
    part = keras.Model(inputs=model.input, outputs=model.get_layer(name=layer).output)
    return part.predict(x, verbose=0)


def maps_layer_by_layer(model, x, layer):
    maps = tf.convert_to_tensor(x)
    for part in model.layers[1:]:
        maps = part(maps)
        if part.name == layer:
            return np.array(maps)
    raise ValueError(layer)


def maps_all_outputs(model, x, layer):
    names = [part.name for part in model.layers]
    everything = keras.Model(model.input, [part.output for part in model.layers])
    return everything.predict_on_batch(x)[names.index(layer)]


def maps_sequential(model, x, layer):
    end = [part.name for part in model.layers].index(layer)
    front = keras.Sequential([keras.Input(x.shape[1:]), *model.layers[1 : end + 1]])
    return front(x)


def maps_image_by_image(model, x, layer):
    part = keras.Model(model.input, model.get_layer(layer).output)
    return np.stack([part(image[np.newaxis])[0] for image in x])
