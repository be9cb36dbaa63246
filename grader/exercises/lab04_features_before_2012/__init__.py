"""Exercises of lab 04: Gabor filters, co-occurrence matrices, a learned kernel."""

PREDICTIONS = 3
ORDER = (
    "gabor_kernel",
    "filter_bank_features",
    "cooccurrence",
    "glcm_contrast",
    "glcm_homogeneity",
    "learn_kernel",
)
