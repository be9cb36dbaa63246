"""Convlab: labs on convolutional neural networks, and the judge that grades them.

A lab needs two names from here: ``from grader import check, yours_or_given``.
"""

from grader.given import yours_or_given
from grader.notebook import check
from grader.tensorflow_logs import silence_in_notebooks

silence_in_notebooks()

__all__ = ["check", "yours_or_given"]
