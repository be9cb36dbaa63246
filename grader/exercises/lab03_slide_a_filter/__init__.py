"""Exercises of lab 03: one filter, one channel, every position where it fits."""

PREDICTIONS = 3
ORDER = ("output_size_valid", "window", "correlate2d_valid", "convolve2d_valid")
