"""Kernels come from one warm process, whoever asks."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from grader.kernel import sandbox
from grader.kernel.provisioner import WarmProcess


def _folder_connected_to() -> Path:
    WarmProcess.connect().close()
    assert WarmProcess.current is not None
    return WarmProcess.current.folder


@pytest.mark.slow
@pytest.mark.skipif(not sandbox.available(), reason="warm processes need Linux")
def test_a_worker_uses_the_warm_process_it_was_given() -> None:
    """It starts none of its own, and does not end the one it was given."""
    warm = WarmProcess.start(())
    arguments = (warm.folder, ())
    context = get_context("spawn")
    with ProcessPoolExecutor(1, context, WarmProcess.share, arguments) as pool:
        assert pool.submit(_folder_connected_to).result() == warm.folder
    assert warm.process.poll() is None
    assert _folder_connected_to() == warm.folder
