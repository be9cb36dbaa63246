"""Convlab: labs on convolutional networks, and the judge that grades them.

A lab needs one name from here: ``from grader import check``.
"""

from grader.notebook import check

__all__ = ["check"]
