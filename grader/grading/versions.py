"""What has to be the same on two machines that are to give the same marks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import version

from grader import digits
from grader.grading.journal import grader_sha256

_LIBRARIES = ("numpy", "scipy", "scikit-image", "keras", "tensorflow")


def versions(stem: str) -> dict[str, str]:
    """Return what a lab's verdicts depend on here, by name."""
    return {
        "Convlab": grader_sha256(stem)[:12],
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: version(name) for name in _LIBRARIES},
        "the digits": "embedded" if digits.mnist_folder() is None else "MNIST",
    }


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Return in words what differs, empty if nothing does."""
    return ", ".join(
        f"{name} {theirs.get(name)} where this machine has {own}"
        for name, own in ours.items()
        if theirs.get(name) != own
    )
