"""Convlab: labs on convolutional neural networks, and the judge that grades them.

A lab needs these names from here: ``from grader import check, sliders, yours_or_given``.
"""

from grader.notebook.check import check
from grader.notebook.history import remember
from grader.notebook.sliders import sliders
from grader.notebook.stand_ins import yours_or_given
from grader.notebook.tensorflow_logs import silence_in_notebooks

silence_in_notebooks()
remember()

__all__ = ["check", "sliders", "yours_or_given"]
