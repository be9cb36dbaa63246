"""Exercises of lab 07: activations, linear stacks, receptive fields."""

PREDICTIONS = 3
ORDER = (
    "collapse_two_linear_convs",
    "relu",
    "leaky_relu",
    "sigmoid",
    "softmax",
    "receptive_field",
    "probe_receptive_field",
)
