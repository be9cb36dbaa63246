"""Nothing that a kernel wrote is removed before all of it has ended.

No test here lets a kernel move folders while they are emptied: a cleaner that could be
led astray would remove what lies above, up to the host's own folders.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Timer

import pytest

from grader.kernel import folders
from grader.kernel.provisioner import WarmProcess
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.lock import LANDLOCK, SECCOMP, WATCHED
from grader.kernel.session import Session

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux"),
]


@pytest.mark.parametrize(
    "layers",
    [lock.available(), (LANDLOCK, SECCOMP, WATCHED)],
    ids=["all", "no namespaces"],
)
def test_a_kernel_has_ended_when_its_folder_is_emptied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layers: tuple[str, ...]
) -> None:
    """However late the warm process comes to end it, its folder waits."""
    if not set(layers) <= set(lock.available()):
        pytest.skip("this host lacks a layer")
    WarmProcess.connect().close()
    assert WarmProcess.current is not None
    warm = WarmProcess.current.process.pid
    alive: list[bool] = []
    remove = folders.remove

    def note_and_remove(folder: Path) -> None:
        alive.append(Path(f"/proc/{pid}").exists())
        remove(folder)

    with Session(tmp_path, sandboxed=True, layers=layers) as session:
        pid = session._pid
        monkeypatch.setattr(folders, "remove", note_and_remove)
        os.kill(warm, signal.SIGSTOP)
        Timer(1.0, os.kill, (warm, signal.SIGCONT)).start()
    assert alive == [False]
