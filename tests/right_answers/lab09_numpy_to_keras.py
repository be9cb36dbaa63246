"""Right answers to lab 09 in other styles than the solution's."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

# -- conv_as_tf_nn


def conv_convolution(x, W, b, stride=(1, 1), padding="valid"):
    x, W = np.float32(x), np.float32(W)
    maps = tf.nn.convolution(x, W, strides=stride, padding=padding.upper())
    return tf.nn.bias_add(maps, b.astype("float32"))


def conv_float64(x, W, b, stride=(1, 1), padding="valid"):
    mode = {"valid": "VALID", "same": "SAME"}[padding]
    x, W, b = (tf.constant(array, dtype=tf.float64) for array in (x, W, b))
    return (tf.nn.conv2d(x, W, [1, *stride, 1], mode) + b).numpy()


def conv_raw(x, W, b, stride=(1, 1), padding="valid"):
    maps = tf.raw_ops.Conv2D(
        input=tf.convert_to_tensor(x.astype(np.float32)),
        filter=tf.convert_to_tensor(W.astype(np.float32)),
        strides=[1, stride[0], stride[1], 1],
        padding=padding.upper(),
        data_format="NHWC",
    )
    return np.asarray(maps) + b


def conv_patches(x, W, b, stride=(1, 1), padding="valid"):
    kh, kw, _, filters = W.shape
    patches = tf.image.extract_patches(
        tf.cast(x, "float32"),
        sizes=(1, kh, kw, 1),
        strides=(1, *stride, 1),
        rates=(1, 1, 1, 1),
        padding=padding.upper(),
    )
    return tf.tensordot(patches, W.reshape(-1, filters).astype("float32"), axes=1) + b


def conv_explicit_pads(x, W, b, stride=(1, 1), padding="valid"):
    pads = [[0, 0]]
    for n, k, step in zip(x.shape[1:3], W.shape[:2], stride, strict=True):
        total = max((math.ceil(n / step) - 1) * step + k - n, 0)
        total = total if padding == "same" else 0
        pads.append([total // 2, total - total // 2])
    x, W, b = (tf.cast(array, tf.float32) for array in (x, W, b))
    return tf.nn.conv2d(x, W, list(stride), padding=[*pads, [0, 0]]) + b


def conv_keras_ops(x, W, b, stride=(1, 1), padding="valid"):
    x, W, b = (keras.ops.cast(array, "float32") for array in (x, W, b))
    return keras.ops.add(keras.ops.conv(x, W, tuple(stride), padding), b)


# -- build_layer_from_numpy


def layer_called(W, b):
    if len(W.shape) == 2:
        layer = keras.layers.Dense(len(b))
        layer(np.zeros((1, len(W))))
    else:
        layer = keras.layers.Conv2D(len(b), W.shape[:2])
        layer(np.zeros((1, *W.shape[:3])))
    layer.set_weights((W, b))
    return layer


def layer_initializers(W, b):
    """Not built: the weights come when the first picture does."""
    first = {
        "kernel_initializer": lambda shape, dtype=None: tf.cast(W, dtype),
        "bias_initializer": keras.initializers.Constant(b),
    }
    if W.ndim == 2:
        return keras.layers.Dense(W.shape[-1], activation=None, **first)
    return keras.layers.Conv2D(W.shape[-1], W.shape[:2], activation="linear", **first)


def layer_assigned(W, b):
    *sides, c_in, filters = W.shape
    if sides:
        layer = keras.layers.Conv2D(filters, sides, strides=(1, 1), padding="valid")
    else:
        layer = keras.layers.Dense(filters)
    layer.build([None] * (len(W.shape) - 1) + [c_in])
    layer.kernel.assign(W.astype("float32"))
    layer.bias.assign(b.astype("float32"))
    return layer


def layer_in_a_model(W, b):
    shape = (None,) * (W.ndim - 2) + (W.shape[-2],)
    kind = keras.layers.Dense if W.ndim == 2 else keras.layers.Conv2D
    settings = {} if W.ndim == 2 else {"kernel_size": W.shape[:-2]}
    layer = kind(W.shape[-1], **settings)
    keras.Sequential([keras.Input(shape), layer]).set_weights([W, b])
    return layer


class _Own(keras.layers.Layer):
    """A layer of one's own that adds its weights in `build`."""

    def __init__(self, W, b):
        super().__init__()
        self.numbers = W, b

    def build(self, input_shape):
        W, b = self.numbers
        self.kernel = self.add_weight(shape=W.shape)
        self.bias = self.add_weight(shape=b.shape)
        self.set_weights([W, b])

    def call(self, inputs):
        if len(self.kernel.shape) == 2:
            return tf.matmul(inputs, self.kernel) + self.bias
        return tf.nn.conv2d(inputs, self.kernel, 1, "VALID") + self.bias


def layer_own_class(W, b):
    return _Own(W, b)


# -- build_lenet


def lenet_functional(input_shape=(28, 28, 1), classes=10):
    inputs = keras.Input(shape=input_shape)
    x = keras.layers.Conv2D(6, 5, padding="same")(inputs)
    x = keras.layers.ReLU()(x)
    x = keras.layers.MaxPool2D(2)(x)
    x = keras.layers.Conv2D(16, (5, 5), padding="valid")(x)
    x = keras.activations.relu(x)
    x = keras.layers.MaxPool2D(2, strides=2)(x)
    x = keras.layers.Reshape((-1,))(x)
    for units in (120, 84):
        x = keras.layers.Dense(units, activation=tf.nn.relu)(x)
    return keras.Model(inputs=inputs, outputs=keras.layers.Dense(classes)(x))


def lenet_added(input_shape=(28, 28, 1), classes=10):
    model = keras.models.Sequential(name="lenet")
    model.add(keras.layers.InputLayer(shape=input_shape))
    model.add(keras.layers.ZeroPadding2D(2))
    model.add(keras.layers.Conv2D(6, 5, kernel_initializer="he_uniform"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Conv2D(16, 5, activation="relu"))
    model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(120, "relu"))
    model.add(keras.layers.Dense(84, "relu"))
    model.add(keras.layers.Dense(classes, activation=None))
    return model


class _LeNet(keras.Model):
    """Creates its layers in another order than it calls them."""

    def __init__(self, classes):
        super().__init__()
        self.scores = keras.layers.Dense(classes)
        self.hidden = [keras.layers.Dense(n, activation="relu") for n in (120, 84)]
        self.second = keras.layers.Conv2D(16, 5, activation="relu")
        self.first = keras.layers.Conv2D(6, 5, activation="relu", padding="same")
        self.pool = keras.layers.MaxPooling2D(2)

    def call(self, inputs):
        x = self.pool(self.second(self.pool(self.first(inputs))))
        x = tf.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3]))
        for layer in self.hidden:
            x = layer(x)
        return self.scores(x)


def lenet_subclassed(input_shape=(28, 28, 1), classes=10):
    model = _LeNet(classes)
    model(np.zeros((1, *input_shape), "float32"))
    return model


def lenet_nested(input_shape=(28, 28, 1), classes=10):
    def block(filters, padding):
        layers = keras.layers
        conv = layers.Conv2D(filters, 5, padding=padding, activation="relu")
        return keras.Sequential([conv, layers.MaxPooling2D((2, 2))])

    head = keras.Sequential(
        [keras.layers.Dense(n, activation="relu") for n in (120, 84)]
    )
    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(block(16, "valid")(block(6, "same")(inputs)))
    return keras.Model(inputs, keras.layers.Dense(classes)(head(x)))


def lenet_compiled(input_shape=(28, 28, 1), classes=10):
    """Compiled already, and with a last activation that changes nothing."""
    relu = {"activation": keras.ops.relu}
    model = keras.Sequential(
        [
            keras.Input(input_shape, batch_size=None),
            keras.layers.Conv2D(6, 5, strides=1, padding="SAME", **relu),
            keras.layers.MaxPooling2D(2, padding="valid"),
            keras.layers.Conv2D(16, 5, **relu),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(data_format="channels_last"),
            keras.layers.Dense(120, **relu),
            keras.layers.Dense(84, **relu),
            keras.layers.Dense(classes),
            keras.layers.Activation("linear"),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# -- build_inception_block


def inception_function(x, f1, f3r, f3, f5r, f5, fp):
    def conv(tensor, filters, size=1):
        made = keras.layers.Conv2D(filters, (size, size), padding="same")(tensor)
        return keras.layers.Activation("relu")(made)

    pool = keras.layers.MaxPool2D((3, 3), (1, 1), "same")(x)
    branches = [
        conv(x, f1),
        conv(conv(x, f3r), f3, 3),
        conv(conv(x, f5r), f5, 5),
        conv(pool, fp),
    ]
    return keras.layers.concatenate(branches)


def inception_ops(x, f1, f3r, f3, f5r, f5, fp):
    conv = functools.partial(keras.layers.Conv2D, padding="same")
    relu = keras.ops.relu
    pooled = keras.ops.max_pool(x, 3, strides=1, padding="same")
    last = relu(conv(fp, 1)(pooled))
    third = relu(conv(f5, 5)(relu(conv(f5r, 1)(x))))
    second = relu(conv(f3, 3)(relu(conv(f3r, 1)(x))))
    first = relu(conv(f1, 1)(x))
    return keras.ops.concatenate([first, second, third, last], axis=3)


class _Block(keras.layers.Layer):
    """An Inception block as one layer of its own."""

    def __init__(self, f1, f3r, f3, f5r, f5, fp):
        super().__init__()
        made = {"padding": "same", "activation": "relu"}
        self.small = [keras.layers.Conv2D(f, 1, **made) for f in (fp, f5r, f3r, f1)]
        self.three = keras.layers.Conv2D(f3, 3, **made)
        self.five = keras.layers.Conv2D(f5, 5, **made)
        self.pool = keras.layers.MaxPooling2D(3, strides=1, padding="same")

    def call(self, x):
        project, before_five, before_three, one = self.small
        three, five = self.three(before_three(x)), self.five(before_five(x))
        return tf.concat([one(x), three, five, project(self.pool(x))], axis=-1)


def inception_layer(x, f1, f3r, f3, f5r, f5, fp):
    return _Block(f1, f3r, f3, f5r, f5, fp)(x)


def inception_sequential(x, f1, f3r, f3, f5r, f5, fp):
    def conv(filters, size):
        return keras.layers.Conv2D(
            filters, size, strides=1, padding="same", activation="relu"
        )

    pool = keras.layers.MaxPooling2D(pool_size=3, strides=1, padding="same")
    branches = (
        [conv(f1, 1)],
        [conv(f3r, 1), conv(f3, 3)],
        [conv(f5r, 1), conv(f5, 5)],
        [pool, conv(fp, 1)],
    )
    return keras.layers.Concatenate(axis=3)(
        [keras.Sequential(branch)(x) for branch in branches]
    )


def inception_relu_last(x, f1, f3r, f3, f5r, f5, fp):
    """The ReLU of all branches at once, behind the joint; pads added by hand."""
    layers = keras.layers
    small = [layers.Conv2D(f, 1, activation="relu")(x) for f in (f3r, f5r)]
    three = layers.Conv2D(f3, 3)(layers.ZeroPadding2D(1)(small[0]))
    five = layers.Conv2D(f5, 5)(layers.ZeroPadding2D(2)(small[1]))
    pooled = layers.MaxPooling2D(3, 1, padding="same")(x)
    joined = [layers.Conv2D(f1, 1)(x), three, five, layers.Conv2D(fp, 1)(pooled)]
    return layers.ReLU()(layers.Concatenate()(joined))


# -- loss_and_head


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


# -- make_dataset


def dataset_mapped(x, y, batch_size, training, seed):
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if training:
        dataset = dataset.shuffle(10 * len(y), seed=seed, reshuffle_each_iteration=True)
    dataset = dataset.batch(batch_size, drop_remainder=False)
    return dataset.map(lambda x, y: (tf.cast(x[..., None], tf.float32) / 255.0, y))


def dataset_cached(x, y, batch_size, training, seed):
    def ready(image, label):
        image = tf.image.convert_image_dtype(tf.expand_dims(image, -1), tf.float32)
        return image, tf.cast(label, tf.int64)

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).map(
        ready, num_parallel_calls=tf.data.AUTOTUNE
    )
    dataset = dataset.cache()
    dataset = dataset.shuffle(len(x), seed) if training else dataset
    return dataset.batch(batch_size)


def dataset_zipped(x, y, batch_size, training, seed):
    tf.random.set_seed(seed)
    images = tf.data.Dataset.from_tensor_slices(np.float32(x)[..., np.newaxis] / 255)
    dataset = tf.data.Dataset.zip((images, tf.data.Dataset.from_tensor_slices(y)))
    if training:
        dataset = dataset.shuffle(dataset.cardinality())
    return dataset.batch(batch_size).prefetch(1)


def dataset_generator(x, y, batch_size, training, seed):
    rng = np.random.default_rng(seed)

    def epoch():
        order = rng.permutation(len(x)) if training else range(len(x))
        for place in order:
            yield np.expand_dims(x[place] / np.float32(255), 2), y[place]

    signature = (
        tf.TensorSpec((*x.shape[1:], 1), tf.float32),
        tf.TensorSpec((), tf.int64),
    )
    made = tf.data.Dataset.from_generator(epoch, output_signature=signature)
    return made.batch(batch_size)


def dataset_of_places(x, y, batch_size, training, seed):
    """Shuffle the places, cut them into batches, and look the images up."""
    images = tf.constant((x / 255).astype(np.float32))[..., tf.newaxis]
    labels = tf.constant(y)
    places = tf.data.Dataset.range(len(x))
    if training:
        places = places.shuffle(len(x), seed=seed)
    return places.batch(batch_size).map(
        lambda part: (tf.gather(images, part), tf.gather(labels, part))
    )


# -- save_and_load


def saved_path(model, folder):
    path = Path(folder) / "my.best.model.keras"
    keras.saving.save_model(model, path)
    return keras.saving.load_model(path)


def saved_callback(model, folder):
    path = str(Path(folder, "kept.keras"))
    checkpoint = keras.callbacks.ModelCheckpoint(path)
    checkpoint.set_model(model)
    checkpoint.on_epoch_end(0, {})
    return keras.models.load_model(path)


def saved_twice(model, folder):
    path = folder + "/lenet.keras"
    for _ in range(2):
        model.save(path, overwrite=True)
    return tf.keras.models.load_model(path, compile=True)


def saved_weights_over(model, folder):
    loaded = saved_path(model, folder)
    loaded.set_weights(model.get_weights())
    return loaded


def saved_safely(model, folder):
    path = Path(folder).joinpath("model").with_suffix(".keras")
    keras.Model.save(model, filepath=path)
    return keras.saving.load_model(filepath=str(path), safe_mode=True)


RIGHT_ANSWERS = {
    "conv_as_tf_nn": [
        conv_convolution,
        conv_float64,
        conv_raw,
        conv_patches,
        conv_explicit_pads,
        conv_keras_ops,
    ],
    "build_layer_from_numpy": [
        layer_called,
        layer_initializers,
        layer_assigned,
        layer_in_a_model,
        layer_own_class,
    ],
    "build_lenet": [
        lenet_functional,
        lenet_added,
        lenet_subclassed,
        lenet_nested,
        lenet_compiled,
    ],
    "build_inception_block": [
        inception_function,
        inception_ops,
        inception_layer,
        inception_sequential,
        inception_relu_last,
    ],
    "loss_and_head": [
        pair_probabilities,
        pair_objects,
        pair_functions,
        pair_layers,
        pair_mixed,
    ],
    "make_dataset": [
        dataset_mapped,
        dataset_cached,
        dataset_zipped,
        dataset_generator,
        dataset_of_places,
    ],
    "save_and_load": [
        saved_path,
        saved_callback,
        saved_twice,
        saved_weights_over,
        saved_safely,
    ],
}
