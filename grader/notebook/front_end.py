"""Whether a person looks at a notebook, or a program runs it."""

from __future__ import annotations


def is_someone_there() -> bool:
    """Return whether a person's front end runs this cell: one that could be asked for input.

    nbconvert and nbclient say that theirs cannot, and IPython in a terminal has no kernel.
    """
    from IPython.core.getipython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))
