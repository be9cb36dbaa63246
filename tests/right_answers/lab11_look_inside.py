"""Right answers to lab 11 in other styles than the solution's."""

from __future__ import annotations

import collections
import itertools

import keras
import numpy as np
import tensorflow as tf

# -- confusion_matrix


def confusion_loop(y, p, n):
    matrix = [[0] * n for _ in range(n)]
    for truth, answer in zip(y, p, strict=True):
        matrix[truth][answer] += 1
    return matrix


def confusion_bincount(y, p, n):
    return np.bincount(n * y + p, minlength=n * n).reshape(n, n)


def confusion_one_hot(y, p, n):
    return np.eye(n)[y].T @ np.eye(n)[p]


def confusion_histogram(y, p, n):
    edges = np.arange(n + 1) - 0.5
    return np.histogram2d(y, p, bins=(edges, edges))[0]


def confusion_counter(y, p, n):
    pairs = collections.Counter(zip(y.tolist(), p.tolist(), strict=True))
    return np.array([[pairs[i, j] for j in range(n)] for i in range(n)])


def confusion_masks(y, p, n):
    matrix = np.empty((n, n), "int32")
    for i, j in itertools.product(range(n), repeat=2):
        matrix[i, j] = ((y == i) & (p == j)).sum()
    return matrix


# -- per_class_recall


def recall_loop(matrix):
    shares = []
    for i, row in enumerate(matrix):
        total = sum(row)
        shares.append(row[i] / total if total else float("nan"))
    return shares


def recall_where(matrix):
    totals = matrix.sum(axis=1)
    return np.where(totals > 0, matrix.diagonal() / np.maximum(totals, 1), np.nan)


def recall_divide(matrix):
    counts = matrix.astype(float)
    result = np.full(len(counts), np.nan)
    totals = counts @ np.ones(len(counts))
    return np.divide(np.diagonal(counts), totals, out=result, where=totals != 0)


def recall_with_a_warning(matrix):
    return np.diag(matrix) / np.sum(matrix, 1)


def recall_normed_rows(matrix):
    with np.errstate(all="ignore"):
        return np.diag((matrix.T / matrix.sum(axis=-1)).T)


# -- hardest_examples


def hardest_sorted(probs, y, k):
    return sorted(range(len(y)), key=lambda place: probs[place, y[place]])[:k]


def hardest_by_loss(probs, y, k):
    losses = -np.log(np.take_along_axis(probs, y[:, None], axis=1).ravel())
    return np.argsort(losses)[::-1][:k]


def hardest_one_hot(probs, y, k):
    own = (probs * np.eye(probs.shape[1])[y]).sum(axis=1)
    return own.argsort(kind="stable")[0:k]


def hardest_partition(probs, y, k):
    own = probs[range(len(y)), y]
    if k >= len(own):
        return np.argsort(own)
    chosen = np.argpartition(own, k)[:k]
    return chosen[np.argsort(own[chosen])]


def hardest_tensorflow(probs, y, k):
    own = tf.gather(probs, y, batch_dims=1)
    return tf.argsort(own)[: min(k, len(y))]


def hardest_one_by_one(probs, y, k):
    own = np.array([row[label] for row, label in zip(probs, y, strict=True)])
    found = []
    for _ in range(min(k, len(own))):
        found.append(int(own.argmin()))
        own[found[-1]] = np.inf
    return found


# -- feature_maps


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


# -- occlusion_map


def occlusion_batch(model, img, size, label=None):
    before = model(img[None]).numpy()[0]
    label = before.argmax() if label is None else label
    copies, tops, lefts = [], range(0, img.shape[0], size), range(0, img.shape[1], size)
    for top, left in itertools.product(tops, lefts):
        copies.append(img.copy())
        copies[-1][top : top + size, left : left + size, :] = 0
    after = model.predict(np.array(copies), verbose=0)[:, label]
    return (before[label] - after).reshape(len(tops), len(lefts))


def occlusion_masks(model, img, size, label=None):
    height, width, _ = img.shape
    rows, columns = -(-height // size), -(-width // size)
    masks = 1 - np.kron(
        np.eye(rows * columns).reshape(rows * columns, rows, columns),
        np.ones((size, size)),
    )
    masks = masks[:, :height, :width, None].astype("float32")
    before = model(img[None])
    label = int(tf.argmax(before[0])) if label is None else label
    return tf.reshape(before[0, label] - model(img * masks)[:, label], (rows, columns))


def occlusion_restored(model, img, size, label=None):
    work = np.array(img)
    if label is None:
        label = int(np.argmax(model(work[None])))
    whole = float(model(work[None])[0, label])
    result = np.zeros(np.ceil(np.array(img.shape[:2]) / size).astype(int))
    for i, j in np.ndindex(result.shape):
        place = np.s_[i * size : (i + 1) * size, j * size : (j + 1) * size]
        kept = work[place].copy()
        work[place] = 0.0
        result[i, j] = whole - float(model(work[None])[0, label])
        work[place] = kept
    return result


def occlusion_lists(model, img, size, label=None):
    def score_of(image):
        return model(np.expand_dims(image, 0)).numpy()[0]

    label = score_of(img).argmax() if label is None else label
    height, width = img.shape[0], img.shape[1]
    lines = []
    for top in range(0, height, size):
        line = []
        for left in range(0, width, size):
            rows, columns = np.ogrid[:height, :width]
            inside = (rows // size == top // size) & (columns // size == left // size)
            covered = np.where(inside[..., None], np.float32(0), img)
            line.append(float(score_of(img)[label] - score_of(covered)[label]))
        lines.append(line)
    return lines


def occlusion_padded(model, img, size, label=None):
    height, width, _ = img.shape
    wide = np.pad(img, [(0, -height % size), (0, -width % size), (0, 0)])
    whole = model.predict(img[None], verbose=0)[0]
    label = np.argmax(whole) if label is None else label
    result = []
    for band in range(wide.shape[0] // size):
        for block in range(wide.shape[1] // size):
            copy = wide.copy()
            copy[band * size :][:size, block * size :][:, :size] = 0
            score = model(copy[None, :height, :width])[0, label]
            result.append(whole[label] - score)
    return np.reshape(result, (wide.shape[0] // size, -1))


# -- saliency


def saliency_watch(model, img, label=None):
    x = tf.convert_to_tensor(img[None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = model(x)
        best = tf.reduce_max(scores) if label is None else scores[0, label]
    return tape.gradient(best, x)[0]


def saliency_one_hot(model, img, label=None):
    x = tf.Variable(img[np.newaxis])
    with tf.GradientTape() as tape:
        scores = model(x, training=False)
        chosen = int(tf.argmax(scores, axis=1)[0]) if label is None else label
        score = tf.reduce_sum(scores * tf.one_hot([chosen], scores.shape[1]))
    return np.squeeze(tape.gradient(score, x).numpy(), axis=0)


def saliency_jacobian(model, img, label=None):
    x = tf.Variable(img[None])
    with tf.GradientTape() as tape:
        scores = model(x)
    slopes = tape.jacobian(scores, x)[0, :, 0].numpy()
    return slopes[int(np.argmax(scores)) if label is None else label]


def saliency_output_gradients(model, img, label=None):
    scores = model(img[None])
    direction = np.zeros(scores.shape, "float32")
    direction[0, np.argmax(scores) if label is None else label] = 1
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        x = tf.constant(img)
        tape.watch(x)
        again = model(x[tf.newaxis])
    return tape.gradient(again, x, output_gradients=tf.constant(direction))


def saliency_forward(model, img, label=None):
    """Give the slopes one pixel after another, in forward mode."""
    label = int(np.argmax(model(img[None]))) if label is None else label
    slopes = np.zeros(img.size, "float32")
    for place in range(img.size):
        direction = np.zeros(img.size, "float32")
        direction[place] = 1
        x, step = (tf.constant(v.reshape(1, *img.shape)) for v in (img, direction))
        with tf.autodiff.ForwardAccumulator(x, step) as accumulator:
            scores = model(x)
        slopes[place] = accumulator.jvp(scores)[0, label]
    return slopes.reshape(img.shape)


# -- grad_cam


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


RIGHT_ANSWERS = {
    "confusion_matrix": [
        confusion_loop,
        confusion_bincount,
        confusion_one_hot,
        confusion_histogram,
        confusion_counter,
        confusion_masks,
    ],
    "per_class_recall": [
        recall_loop,
        recall_where,
        recall_divide,
        recall_with_a_warning,
        recall_normed_rows,
    ],
    "hardest_examples": [
        hardest_sorted,
        hardest_by_loss,
        hardest_one_hot,
        hardest_partition,
        hardest_tensorflow,
        hardest_one_by_one,
    ],
    "feature_maps": [
        maps_keras_function,
        maps_predict,
        maps_layer_by_layer,
        maps_all_outputs,
        maps_sequential,
        maps_image_by_image,
    ],
    "occlusion_map": [
        occlusion_batch,
        occlusion_masks,
        occlusion_restored,
        occlusion_lists,
        occlusion_padded,
    ],
    "saliency": [
        saliency_watch,
        saliency_one_hot,
        saliency_jacobian,
        saliency_output_gradients,
        saliency_forward,
    ],
    "grad_cam": [
        cam_two_outputs,
        cam_two_halves,
        cam_loop_over_filters,
        cam_resized,
        cam_upsampling_layer,
    ],
}
