"""Exercises of lab 14: how the weights of a deep network begin, and what its layers are.

Two ask for numbers, one for batch normalisation, two for layers in Keras.
"""

PREDICTIONS = 3
ORDER = (
    "initial_scale",
    "batch_norm",
    "residual_block",
    "separable_cost",
    "build_compact",
)
