"""Keep TensorFlow's start-up messages out of a student's notebook.

On a machine without a GPU it writes some ten lines in red below the first cell that
imports it, from C++ and before any setting for its log is read. They are no errors, but
look like some.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def silence_in_notebooks() -> None:
    """Silence the first import of TensorFlow, if this is a notebook's kernel."""
    interactive = sys.modules.get("IPython.core.getipython")
    in_kernel = interactive is not None and interactive.get_ipython() is not None
    if in_kernel and "tensorflow" not in sys.modules:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Find TensorFlow as always, and have it loaded silently; once."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of TensorFlow with another loader, of other modules nothing."""
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to TensorFlow's own loader."""
        module: ModuleType | None = self.loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Import TensorFlow and let it look for devices, both of which are loud."""
        with _silenced():
            self.loader.exec_module(module)
            with suppress(Exception):
                module.config.list_physical_devices()


@contextmanager
def _silenced() -> Iterator[None]:
    """Send what is written below Python to nowhere."""
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
