"""Convlab: labs on convolutional neural networks, and the judge that grades them.

A lab needs three names from here: ``from grader import check, explore, yours_or_given``.
"""

from grader.notebook.check import check
from grader.notebook.explore import explore
from grader.notebook.history import remember
from grader.notebook.stand_ins import yours_or_given
from grader.notebook.tensorflow_logs import silence_in_notebooks

silence_in_notebooks()
remember()

__all__ = ["check", "explore", "yours_or_given"]
