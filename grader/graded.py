"""How a kernel of a grading run is told that it is one; a student's notebook never is."""

from __future__ import annotations

import os

# Set by `grader.course` for a run of plain nbgrader: what draws the secret cases.
SEED_VARIABLE = "CONVLAB_SEED"
SOLUTIONS_VARIABLE = "CONVLAB_SOLUTIONS"
# Set where the judge asks from outside: a check in the kernel has nothing to say there.
OUTSIDE_VARIABLE = "CONVLAB_JUDGED_OUTSIDE"


def is_graded() -> bool:
    """Return whether this is the kernel of a grading run, not a student's notebook."""
    return bool(os.environ.get(OUTSIDE_VARIABLE)) or SEED_VARIABLE in os.environ
