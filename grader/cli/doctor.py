"""Look at this machine: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from grader.exceptions import DataError, InstructorError
from grader.kernel.provisioner import KERNEL_NAME, WarmProcess

PACKAGES = ("tensorflow", "keras", "numpy", "matplotlib", "jupyterlab", "nbgrader")
GIB = 2**30


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and advice if it is not fine."""

    what: str
    found: str
    fine: bool = True
    advice: str = ""


def findings(course: Path | None = None) -> list[Finding]:
    """Return everything worth knowing about this machine, in a fixed order."""
    return [
        *_versions(),
        _bytecode(),
        _data(),
        _memory(),
        _disk(),
        _course(course),
        _kernelspec(),
        _sandbox(),
    ]


def promises() -> Iterator[Finding]:
    """Attack each promise of the sandbox on this host, and say which layers hold it.

    It takes about half a minute: each layer is tried alone as well.
    """
    from grader.kernel.sandbox import lock
    from grader.kernel.sandbox import promises as attacks

    if not lock.available():
        yield Finding("sandbox", "none on this system", False, "grade on Linux")
        return
    WarmProcess.start(())
    broke = attacks.broken(lock.available())
    holders = attacks.holders()
    for promise, sentence in attacks.PROMISES.items():
        if broke[promise]:
            advice = f"a submission got through: {'; '.join(broke[promise])}"
            yield Finding(promise, f"NOT held: it {sentence}", False, advice)
        else:
            by = ", ".join(holders.get(promise, ["the session"])) or "layers together"
            yield Finding(promise, f"it {sentence}", advice=f"held by {by}")


def _versions() -> Iterator[Finding]:
    python = platform.python_version()
    fine = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding("Python", python, fine, "" if fine else "use Python 3.11 to 3.13")
    for name in PACKAGES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "missing", False, "install requirements.lock")


def _bytecode() -> Finding:
    """TensorFlow without compiled bytecode costs seconds at every import."""
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return Finding("compiled bytecode", "no TensorFlow", False)
    compiled = Path(importlib.util.cache_from_source(spec.origin)).exists()
    folder = Path(spec.origin).parent.parent
    advice = "" if compiled else f"{sys.executable} -m compileall -q {folder}"
    return Finding("compiled bytecode", "yes" if compiled else "no", compiled, advice)


def _data() -> Finding:
    from grader import digits

    try:
        found = digits.find(download=False)
    except DataError as error:
        return Finding("digits", "unusable", False, str(error))
    advice = "" if found.source == "mnist" else "data/README.md tells how to get MNIST"
    return Finding("digits", found.description, advice=advice)


def _memory() -> Finding:
    import psutil

    # What Linux calls MemAvailable: what it caches from the disk counts as free.
    free = psutil.virtual_memory().available / GIB
    fine = free > 2
    advice = "" if fine else "close programs; a TensorFlow lab needs 2 GiB"
    return Finding("free memory", f"{free:.1f} GiB", fine, advice)


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / GIB
    fine = free > 1
    return Finding("free disk", f"{free:.1f} GiB", fine, "" if fine else "free 1 GiB")


def _kernelspec() -> Finding:
    """Plain nbgrader finds the sandboxed kernel by this."""
    from jupyter_client.kernelspec import KernelSpecManager

    found = KERNEL_NAME in KernelSpecManager().find_kernel_specs()
    advice = "" if found else "make setup installs it; only plain nbgrader needs it"
    return Finding(f"kernelspec {KERNEL_NAME}", "yes" if found else "no", found, advice)


def _sandbox() -> Finding:
    from grader.kernel.sandbox import lock

    layers = lock.available()
    absent = [layer for layer in lock.LAYERS if layer not in layers]
    advice = f"this host lacks {', '.join(absent)}" if absent else ""
    return Finding("sandbox", ", ".join(layers) or "none", not absent, advice)


def _course(course: Path | None) -> Finding:
    from grader.folder import find_root

    try:
        return Finding("course folder", str(course or find_root()))
    except InstructorError as error:
        return Finding("course folder", "none", False, str(error))
