"""Exercises of lab 02: what moves when pixels are shuffled, and what must move along."""

PREDICTIONS = 3
ORDER = (
    "make_permutation",
    "permute_pixels",
    "inverse_permutation",
    "permute_dense_weights",
    "permute_hidden_units",
    "neighbour_difference",
)
