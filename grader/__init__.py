"""Convlab: labs on convolutional neural networks, and the judge that grades them.

What a lab needs stands here: ``from grader import check``, and what goes with it.
"""

from grader.notebook.check import check
from grader.notebook.compare import compare
from grader.notebook.explore import explore
from grader.notebook.history import remember
from grader.notebook.progress import progress
from grader.notebook.sliders import sliders
from grader.notebook.stand_ins import yours_or_given
from grader.notebook.tensorflow_logs import silence_in_notebooks

silence_in_notebooks()
remember()

__all__ = ["check", "compare", "explore", "progress", "sliders", "yours_or_given"]
