"""Right answers to lab09.make_dataset in other styles than the solution's."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


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
