"""Exercises of lab 16: a classifier that reads pages, and boxes compared and counted.

The references about boxes count pixels that are painted one by one, so that nothing here
reads like a solution.
"""

PREDICTIONS = 3
ORDER = (
    "dense_kernel",
    "build_finder",
    "iou",
    "non_max_suppression",
    "precision_recall",
)
