"""Exercises of lab 10: a complete convolutional network, from images to a report."""

PREDICTIONS = 3
ORDER = (
    "preprocess",
    "split",
    "build_cnn",
    "compile_model",
    "overfit",
    "train",
    "evaluate_report",
    "classify",
)
