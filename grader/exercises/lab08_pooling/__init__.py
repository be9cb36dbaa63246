"""Exercises of lab 08: pooling, moved pictures, and what pooling saves."""

PREDICTIONS = 3
ORDER = (
    "max_pool2d",
    "avg_pool2d",
    "global_avg_pool",
    "global_max_pool",
    "shift_images",
    "equivariance_gap",
    "model_macs",
)
