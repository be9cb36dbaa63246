"""Right answers to lab 10 in other styles than the solution's."""

from __future__ import annotations

import itertools
import math
import random

import keras
import numpy as np
import scipy.special
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


def preprocess_reshape(images):
    n, height, width = images.shape
    return np.divide(images.reshape(n, height, width, 1), 255, dtype="float32")


def preprocess_rescaling(images):
    return keras.layers.Rescaling(1 / 255)(images[:, :, :, None]).numpy()


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


def split_recursive(x, y, val_fraction, seed):
    def of_classes(classes, rng):
        if len(classes) == 0:
            return np.array([], int)
        places = np.argwhere(y == classes[0]).ravel()
        count = int(np.rint(len(places) * val_fraction))
        drawn = np.argsort(rng.random(len(places)))[:count]
        return np.append(places[drawn], of_classes(classes[1:], rng))

    val = of_classes(np.unique(y), np.random.RandomState(seed))
    rest = np.ones(len(y), bool)
    rest[val] = False
    return x[rest], y[rest], x[val], y[val]


def split_sorted(x, y, val_fraction, seed):
    random.seed(seed)
    keys = [(label, random.random(), place) for place, label in enumerate(y.tolist())]
    groups = {}
    for label, _, place in sorted(keys):
        groups.setdefault(label, []).append(place)
    first = [g[: round(len(g) * val_fraction)] for g in groups.values()]
    last = [g[round(len(g) * val_fraction) :] for g in groups.values()]
    train, val = [*itertools.chain(*last)], [*itertools.chain(*first)]
    return (
        np.take(x, train, axis=0),
        np.take(y, train),
        np.take(x, val, axis=0),
        np.take(y, val),
    )


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


def build_added(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer(shape=input_shape))
    for filters, size, pooled in ((16, 5, True), (32, 3, True), (64, 3, False)):
        model.add(keras.layers.Convolution2D(filters, size, activation="relu"))
        if pooled:
            model.add(keras.layers.MaxPool2D(2, 2))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(num_classes, activation="linear"))
    return model


class _Rectified(keras.layers.Layer):
    """A convolution and what follows it, as a layer of its own."""

    def __init__(self, filters, size, pool):
        super().__init__()
        self.convolution = keras.layers.Conv2D(filters, size)
        self.pool = keras.layers.MaxPooling2D() if pool else None

    def call(self, x):
        x = tf.nn.relu(self.convolution(x))
        return self.pool(x) if self.pool else x


def build_own_layers(input_shape=(28, 28, 1), num_classes=10, dropout=0.2):
    inputs = keras.Input(input_shape)
    x = _Rectified(16, 5, pool=True)(inputs)
    x = _Rectified(32, 3, pool=True)(x)
    x = keras.layers.Flatten()(_Rectified(64, 3, pool=False)(x))
    outputs = keras.layers.Dense(num_classes)(keras.layers.Dropout(dropout)(x))
    return keras.Model(inputs=inputs, outputs=outputs)


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


def report_scipy(logits, labels):
    shares = scipy.special.log_softmax(logits, axis=1)
    right = (logits.argmax(1) == labels).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        hit, seen = (
            np.bincount(labels, weights=w, minlength=logits.shape[1])
            for w in (right, np.ones(len(labels)))
        )
        per_class = np.divide(hit, seen)
    return {
        "loss": -np.take_along_axis(shares, labels[:, None], 1).mean(),
        "accuracy": np.average(right),
        "majority": seen.max() / seen.sum(),
        "per_class": per_class,
    }


def report_keras(logits, labels):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    found, counts = np.unique(labels, return_counts=True)
    right = tf.math.in_top_k(labels, tf.cast(logits, tf.float32), 1).numpy()
    per_class = np.full(logits.shape[-1], np.nan)
    per_class[found] = [right[labels == label].mean() for label in found]
    return {
        "per_class": per_class,
        "loss": float(loss(labels, logits)),
        "majority": counts.max() / counts.sum(),
        "accuracy": float(right.mean()),
    }


def report_matrix(logits, labels):
    truth = np.eye(logits.shape[1])[labels]
    answer = np.eye(logits.shape[1])[np.argmax(logits, 1)]
    confusion = truth.T @ answer
    sums = confusion.sum(axis=1)
    highest = logits.max(axis=1)
    log_sums = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    diagonal = np.diag(confusion)
    return {
        "loss": np.mean(log_sums - np.einsum("nc,nc->n", logits, truth)),
        "accuracy": np.trace(confusion) / len(labels),
        "majority": sums.max() / len(labels),
        "per_class": np.where(sums > 0, diagonal / np.maximum(sums, 1), np.nan),
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


def classify_batches(model, images):
    ready = np.expand_dims(np.float32(images), -1) / np.float32(255)
    parts = [ready[i : i + 7] for i in range(0, len(ready), 7)]
    return np.concatenate([model.predict_on_batch(p).argmax(-1) for p in parts])


def classify_sorted(model, images):
    scores = keras.ops.convert_to_numpy(model(images[..., None] / 255))
    return np.argsort(scores, axis=1, kind="stable")[:, -1].tolist()


RIGHT_ANSWERS = {
    "preprocess": [
        preprocess_expand,
        preprocess_tensorflow,
        preprocess_loop,
        preprocess_reshape,
        preprocess_rescaling,
    ],
    "split": [
        split_lists,
        split_global_seed,
        split_choice,
        split_recursive,
        split_sorted,
    ],
    "build_cnn": [
        build_sequential,
        build_subclassed,
        build_nested,
        build_added,
        build_own_layers,
    ],
    "compile_model": [
        compile_function,
        compile_more,
        compile_jitted,
        compile_own_class,
        compile_keywords,
    ],
    "overfit": [
        overfit_batches,
        overfit_dataset,
        overfit_one_by_one,
        overfit_large_batch,
        overfit_tensors,
    ],
    "train": [
        train_dataset,
        train_by_epochs,
        train_own_loop,
        train_positional,
        train_callback,
    ],
    "evaluate_report": [
        report_loops,
        report_masks,
        report_scipy,
        report_keras,
        report_matrix,
    ],
    "classify": [
        classify_call,
        classify_probabilities,
        classify_one_by_one,
        classify_batches,
        classify_sorted,
    ],
}
