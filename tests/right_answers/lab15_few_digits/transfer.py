"""Right answers to lab15.transfer in other styles than the solution's."""

from __future__ import annotations

import keras


def _compiled(model, learning_rate):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


def transfer_sequential(base, num_classes, tuned=(), learning_rate=0.001):
    base.trainable = False
    for name in tuned:
        base.get_layer(name).trainable = True
    model = keras.Sequential(base.layers[:-1])
    model.add(keras.layers.Dense(num_classes))
    return _compiled(model, learning_rate)


def transfer_nested(base, num_classes, tuned=(), learning_rate=0.001):
    for layer in base.layers:
        layer.trainable = layer.name in set(tuned)
    body = keras.Model(base.input, base.layers[-1].input)
    inputs = keras.Input(base.input_shape[1:])
    head = keras.layers.Dense(num_classes, name="new_head")
    return _compiled(keras.Model(inputs, head(body(inputs))), learning_rate)


def transfer_cloned(base, num_classes, tuned=(), learning_rate=0.001):
    """Leave the trained network alone: a copy gets its weights."""
    copy = keras.models.clone_model(base)
    copy.set_weights(base.get_weights())
    for layer in copy.layers:
        layer.trainable = any(layer.name == name for name in tuned)
    outputs = keras.layers.Dense(num_classes, activation="linear")(
        copy.layers[-2].output
    )
    return _compiled(keras.Model(copy.inputs, outputs), learning_rate)


def transfer_frozen_last(base, num_classes, tuned=(), learning_rate=0.001):
    """Freeze and compile once more when all is put together."""
    scores = keras.layers.Dense(num_classes)(base.layers[-2].output)
    model = _compiled(keras.Model(base.input, scores), learning_rate)
    for layer in model.layers[:-1]:
        layer.trainable = layer.name in tuned
    return _compiled(model, learning_rate)


class _WithHead(keras.Model):
    """A body and a head, written out."""

    def __init__(self, body, num_classes):
        super().__init__()
        self.body = body
        self.head = keras.layers.Dense(num_classes)

    def call(self, images, training=False):
        return self.head(self.body(images, training=training))


def transfer_subclassed(base, num_classes, tuned=(), learning_rate=0.001):
    for layer in base.layers:
        layer.trainable = layer.name in tuned
    body = keras.Model(base.inputs, base.layers[-2].output)
    model = _WithHead(body, num_classes)
    model(keras.ops.zeros((1, *base.input_shape[1:])))
    return _compiled(model, learning_rate)


def transfer_layer_by_layer(base, num_classes, tuned=(), learning_rate=0.001):
    inputs = keras.Input(shape=base.input_shape[1:])
    x = inputs
    for layer in base.layers[1:-1]:
        layer.trainable = layer.name in tuned
        x = layer(x)
    model = keras.Model(inputs, keras.layers.Dense(units=num_classes)(x))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=lambda y, z: keras.ops.sparse_categorical_crossentropy(
            keras.ops.cast(keras.ops.reshape(y, (-1,)), "int32"), z, from_logits=True
        ),
    )
    return model
