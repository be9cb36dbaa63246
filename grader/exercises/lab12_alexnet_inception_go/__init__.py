"""Exercises of lab 12: three networks counted, eight boards, and the way back.

The references count arrays, turn with NumPy and gather windows; the mistakes are written
around them.
"""

PREDICTIONS = 3
ORDER = (
    "architecture_table",
    "inception_saving",
    "board_symmetries",
    "symmetrise_kernel",
    "conv2d_backward",
    "max_pool_backward",
)
