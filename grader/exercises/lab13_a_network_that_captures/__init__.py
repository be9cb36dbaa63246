"""Exercises of lab 13: what a network sees of a Go board, what it may play, and turns.

The references try moves out and turn with NumPy; the mistakes are written around them.
"""

PREDICTIONS = 3
ORDER = (
    "board_planes",
    "legal_moves",
    "build_policy",
    "board_symmetries",
    "turn_position",
    "average_answers",
    "symmetrise_kernel",
)
