"""Imported first by the process that forks workers: it silences what comes below Python.

TensorFlow logs at import, from C++, to the standard error of whoever imports it.
"""

from __future__ import annotations

import atexit
import os

_null = os.open(os.devnull, os.O_WRONLY)

os.dup2(_null, 2)

os.close(_null)

# Registered first, it runs last: nothing is left to do but to take TensorFlow apart.
atexit.register(os._exit, 0)
