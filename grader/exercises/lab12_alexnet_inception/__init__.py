"""Exercises of lab 12: three networks counted, and the way back.

The references count arrays and gather windows; the mistakes are written around them.
"""

PREDICTIONS = 3
ORDER = (
    "architecture_table",
    "inception_saving",
    "conv2d_backward",
    "max_pool_backward",
)
