"""Convlab: labs on convolutional networks, and the judge that grades them.

A lab needs one name from here: ``from grader import check``.
"""

from grader.notebook import check
from grader.tensorflow_logs import silence_in_notebooks

silence_in_notebooks()

__all__ = ["check"]
