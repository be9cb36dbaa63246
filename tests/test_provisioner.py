"""Kernels come from one warm process, whoever asks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.exceptions import HostError
from grader.kernel import folders
from grader.kernel.provisioner import KERNEL_NAME, WarmProcess
from grader.kernel.sandbox import lock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="warm processes need Linux"),
]


def _folder_connected_to() -> Path:
    WarmProcess.connect().close()
    assert WarmProcess.current is not None
    return WarmProcess.current.folder


def test_a_worker_uses_the_warm_process_it_was_given() -> None:
    """It starts none of its own, and does not end the one it was given."""
    warm = WarmProcess.start(())
    arguments = (warm.folder, ())
    context = get_context("spawn")
    with ProcessPoolExecutor(1, context, WarmProcess.share, arguments) as pool:
        assert pool.submit(_folder_connected_to).result() == warm.folder
    assert warm.process.poll() is None
    assert _folder_connected_to() == warm.folder


def test_a_signal_for_a_kernel_that_is_gone() -> None:
    """It ends neither the warm process nor the wait of whoever sent it."""
    with WarmProcess.connect() as connection:
        connection.send(b'{"signal": 2}')
        assert connection.recv(100) == b'{"sent": 2}'


def _executed(folder: Path, *sources: str, **options: object) -> NotebookClient:
    """Run cells as any program does that knows the kernel by its name only."""
    notebook = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, sources))
    )
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL_NAME,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        **options,
    )
    client.execute()
    return client


def test_a_notebook_runs_by_the_name_of_the_kernel(tmp_path: Path) -> None:
    """It is locked in as well, though nobody asked for more than the name."""
    (tmp_path / "own").mkdir()
    (tmp_path / "secret").write_text("a secret")
    client = _executed(
        tmp_path / "own",
        "from pathlib import Path\nPath('mine').write_text('x')\nprint(6 * 7)",
        f"print(Path({str(tmp_path / 'secret')!r}).read_text())",
        "import socket\nsocket.socket(socket.AF_INET)",
    )
    first, reading, network = (cell.outputs[0] for cell in client.nb.cells)
    assert first.text == "42\n"
    assert (tmp_path / "own" / "mine").read_text() == "x"
    assert reading.ename in ("FileNotFoundError", "PermissionError")
    assert network.ename in ("PermissionError", "OSError")


def test_an_interrupt_arrives(tmp_path: Path) -> None:
    """An endless cell is interrupted, and the kernel goes on with what it had."""
    endless = "kept = 7\nwhile True:\n    pass"
    client = _executed(
        tmp_path,
        endless,
        "print(kept)",
        timeout=5,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "Stopped", "evalue": "", "traceback": []},
    )
    first, second = client.nb.cells
    assert [output.ename for output in first.outputs] == ["KeyboardInterrupt"]
    assert second.outputs[0].text == "7\n"


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Give a temporary folder in whose path a socket has room."""
    folder = Path(tempfile.mkdtemp(prefix="a-"))
    yield folder
    folders.remove(folder)


def test_nothing_of_a_kernel_is_left(
    short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sockets, its connection file and its temporary folder go with it."""
    monkeypatch.setattr("tempfile.tempdir", str(short_path))
    (short_path / "own").mkdir()
    WarmProcess.connect().close()
    before = set(short_path.iterdir())
    _executed(short_path / "own", "import tempfile\ntempfile.mkdtemp()")
    assert set(short_path.iterdir()) == before


def test_a_temporary_folder_with_too_long_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever set it is told, and what to do."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(HostError, match="Set TMPDIR to a short one"):
        _executed(tmp_path, "1")
    assert list(long.iterdir()) == []
