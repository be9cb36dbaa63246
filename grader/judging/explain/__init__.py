"""Say in a sentence what an exception means, with the shapes and numbers at hand.

The texts of NumPy, Keras and TensorFlow change from version to version: the tests
provoke every error here with the libraries installed. What is not known stays
unexplained, and the original message is always shown as well.
"""

from __future__ import annotations

import re

from grader.judging.explain.keras import KERAS
from grader.judging.explain.known import KnownError, tidy
from grader.judging.explain.numpy import NUMPY
from grader.judging.explain.python import PYTHON

# The message comes from the student's process: patterns see a bounded text only. The
# end counts too: TensorFlow puts a stack before what it has to say.
_HEAD, _TAIL = 2000, 2000
_QUOTED = re.compile(r"""(['"`]).{0,200}?\1""")
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")


def explain(kind: str, message: str) -> str:
    """Explain an exception in one sentence.

    Args:
        kind: the name of its type, such as "ValueError".
        message: its text.

    Returns:
        What went wrong and what to look at; "" if the error is not known.
    """
    known, found = _look_up(kind, message)
    if known is None or found is None:
        return ""
    groups = {name: tidy(got or "") for name, got in found.groupdict().items()}
    words = known.words
    return words.format(**groups) if isinstance(words, str) else words(groups)


def alike(kind: str, message: str, other: str) -> bool:
    """Return whether another message of one type of exception tells of the same thing.

    Messages hold numbers and names of their own: of two that are not known here the
    words are compared. What a mistake raises by hand stops before them, or says nothing
    at all: the other begins with it.
    """
    one, two = _look_up(kind, message)[0], _look_up(kind, other)[0]
    if one is None and two is None and _words(message) == _words(other):
        return True
    return (one is two is not None) or other.startswith(message)


def _words(message: str) -> list[str]:
    """Return the plain words of a message's first line: no numbers, nothing quoted."""
    line = without_colours(message).strip().split("\n")[0][:_HEAD]
    return re.findall(r"[a-z]+", _QUOTED.sub("", line).lower())


def _look_up(kind: str, message: str) -> tuple[KnownError | None, re.Match[str] | None]:
    text = without_colours(message)
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    for known in _KNOWN:
        found = known.pattern.search(text) if kind in known.kinds else None
        if found:
            return known, found
    return None, None


def without_colours(message: str) -> str:
    """Take out the terminal colours that Keras puts into its messages."""
    return _COLOURS.sub("", message)


_KNOWN = (*KERAS, *NUMPY, *PYTHON)
