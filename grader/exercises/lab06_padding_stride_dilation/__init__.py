"""Exercises of lab 06: where the windows of a convolution may lie."""

PREDICTIONS = 3
ORDER = ("output_size", "pad2d", "same_pads", "conv2d", "liberties")
