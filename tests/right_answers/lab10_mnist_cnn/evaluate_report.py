"""Right answers to lab10.evaluate_report in other styles than the solution's."""

from __future__ import annotations

import math

import keras
import numpy as np
import scipy.special
import tensorflow as tf


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
