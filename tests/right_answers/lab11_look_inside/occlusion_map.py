"""Right answers to lab11.occlusion_map in other styles than the solution's."""

from __future__ import annotations

import itertools

import numpy as np
import tensorflow as tf


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
