"""Exercises of lab 11: where a network errs, what it learned, and where it looks.

The right answers about networks are computed in double precision, slopes by moving
every value a little, so that nothing here reads like a solution and a solution is
compared with something else than itself.
"""

PREDICTIONS = 3
ORDER = (
    "confusion_matrix",
    "per_class_recall",
    "hardest_examples",
    "feature_maps",
    "occlusion_map",
    "saliency",
    "grad_cam",
)
