"""Right answers to lab 10 in other styles than the solution's."""

from __future__ import annotations

import math
import random

import keras
import numpy as np
import tensorflow as tf

# -- preprocess


def preprocess_expand(images):
    return np.expand_dims(np.asarray(images, np.float32) / np.float32(255), 3)


def preprocess_tensorflow(images):
    return tf.cast(images, tf.float32)[..., tf.newaxis] / 255.0


def preprocess_loop(images):
    result = np.zeros((*images.shape, 1), "float32")
    for number, image in enumerate(images):
        result[number, :, :, 0] = image * (1 / 255)
    return result


# -- split


def split_lists(x, y, val_fraction, seed):
    draw = random.Random(seed)
    train, val = [], []
    for label in sorted(set(y.tolist())):
        places = [place for place in range(len(y)) if y[place] == label]
        draw.shuffle(places)
        count = int(val_fraction * len(places) + 0.5)
        val += places[:count]
        train += places[count:]
    return x[train], y[train], x[val], y[val]


def split_global_seed(x, y, val_fraction, seed):
    np.random.seed(seed)
    order = np.random.permutation(len(y))
    x, y = x[order], y[order]
    rank = np.zeros(len(y))
    for label in np.unique(y):
        mask = y == label
        rank[mask] = np.arange(mask.sum()) / mask.sum()
    val = rank < val_fraction - 1e-9
    return [x[~val], y[~val], x[val], y[val]]


def split_choice(x, y, val_fraction, seed):
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(y, return_counts=True)
    val = np.concatenate(
        [
            rng.choice(np.where(y == c)[0], round(n * val_fraction), replace=False)
            for c, n in zip(classes, counts, strict=True)
        ]
    )
    train = np.setdiff1d(np.arange(len(y)), val)
    rng.shuffle(train)
    return x[train], y[train], x[val], y[val]


# -- build_cnn


def build_sequential(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(16, (5, 5)),
            layers.ReLU(),
            layers.MaxPool2D(),
            layers.Conv2D(32, 3, padding="valid"),
            layers.Activation(tf.nn.relu),
            layers.MaxPool2D((2, 2)),
            layers.Conv2D(64, (3, 3), strides=1, activation=keras.ops.relu),
            layers.Reshape((-1,)),
            layers.Dropout(dropout),
            layers.Dense(num_classes, activation=None),
        ]
    )


class _Subclassed(keras.Model):
    """Creates its layers in another order than it calls them."""

    def __init__(self, num_classes, dropout):
        super().__init__()
        self.scores = keras.layers.Dense(num_classes)
        self.drop = keras.layers.Dropout(dropout)
        self.third = keras.layers.Conv2D(64, 3, activation="relu")
        self.second = keras.layers.Conv2D(32, 3)
        self.first = keras.layers.Conv2D(16, 5, activation=keras.activations.relu)

    def call(self, inputs, training=False):
        x = keras.ops.max_pool(self.first(inputs), 2)
        x = keras.ops.max_pool(keras.ops.relu(self.second(x)), 2)
        x = self.third(x)
        x = keras.ops.reshape(x, (-1, math.prod(x.shape[1:])))
        return self.scores(self.drop(x, training=training))


def build_subclassed(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    model = _Subclassed(num_classes, dropout)
    model.build((None, *input_shape))
    return model


def build_nested(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    def block(filters, kernel_size):
        return keras.Sequential(
            [
                keras.layers.Conv2D(
                    filters, kernel_size, kernel_initializer="he_normal"
                ),
                keras.layers.MaxPooling2D(2),
                keras.layers.ReLU(),
            ]
        )

    inputs = keras.Input(shape=input_shape)
    x = block(32, 3)(block(16, 5)(inputs))
    x = keras.layers.Conv2D(64, 3, name="last")(x)
    x = keras.layers.Flatten()(keras.layers.ReLU()(x))
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    x = keras.layers.Dense(num_classes)(x)
    return keras.Model(inputs, keras.layers.Activation("linear")(x))


# -- compile_model


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


# -- overfit


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


# -- train


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


# -- evaluate_report


def report_loops(logits, labels):
    loss, hits = 0.0, 0
    classes = len(logits[0])
    right, total = [0] * classes, [0] * classes
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        top = max(row)
        loss += top + math.log(sum(math.exp(v - top) for v in row)) - row[label]
        total[label] += 1
        if row.index(top) == label:
            hits += 1
            right[label] += 1
    return {
        "loss": loss / len(labels),
        "accuracy": hits / len(labels),
        "majority": max(total) / len(labels),
        "per_class": [
            r / t if t else math.nan for r, t in zip(right, total, strict=True)
        ],
    }


def report_masks(logits, labels):
    scores = tf.convert_to_tensor(logits)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
    right = np.argmax(logits, axis=-1) == labels
    masks = [labels == label for label in range(logits.shape[1])]
    shares = [right[mask].mean() if mask.any() else np.nan for mask in masks]
    return {
        "per_class": np.array(shares, dtype="float32"),
        "majority": np.max([mask.mean() for mask in masks]),
        "accuracy": np.float32(right.sum() / right.size),
        "loss": tf.reduce_mean(losses),
    }


# -- classify


def classify_call(model, images):
    scores = model(tf.cast(images[:, :, :, tf.newaxis], tf.float32) / 255)
    return tf.argmax(scores, axis=1)


def classify_probabilities(model, images):
    probabilities = keras.ops.softmax(model.predict(images / 255.0, verbose=0))
    return [int(row) for row in np.argmax(probabilities, axis=-1)]


def classify_one_by_one(model, images):
    answers = []
    for image in images:
        batch = image.astype("float32").reshape(1, *image.shape, 1) / 255
        answers.append(np.argmax(model(batch)[0]))
    return np.array(answers)


RIGHT_ANSWERS = {
    "preprocess": [preprocess_expand, preprocess_tensorflow, preprocess_loop],
    "split": [split_lists, split_global_seed, split_choice],
    "build_cnn": [build_sequential, build_subclassed, build_nested],
    "compile_model": [compile_function, compile_more, compile_jitted],
    "overfit": [overfit_batches, overfit_dataset],
    "train": [train_dataset, train_by_epochs, train_own_loop],
    "evaluate_report": [report_loops, report_masks],
    "classify": [classify_call, classify_probabilities, classify_one_by_one],
}
