"""Exercises of lab 01: counting parameters, multiply-accumulates and memory.

The references count the entries of the arrays that a layer owns or forms; the mistakes
are written around them.
"""

PREDICTIONS = 3
ORDER = (
    "dense_params",
    "conv2d_params",
    "local_params",
    "pool_params",
    "dense_macs",
    "conv2d_macs",
    "memory_gb",
    "megapixels_where_billion",
)
