"""Exercises of lab 15: what to do with few labels, and what must not leak.

What is drawn is judged by its properties: which images a seed draws is free.
"""

PREDICTIONS = 3
ORDER = (
    "few_per_class",
    "moved_copies",
    "decay_step",
    "transfer",
    "split_by_source",
)
