"""The floor: the same cells in an interpreter that is warm already, with no grading.

    python benchmarks/floor.py LAB SUBMITTED OUTPUT [--apart [--two]]

Every code cell of every submission, check cells included, runs one after the other in
this one process, as it runs in a student's own notebook: a check is the public one, asked
in process; figures are drawn to pictures; errors become tracebacks. Libraries are imported
before the clock starts, the namespace is fresh for each submission and figures are closed.
There is no kernel, no message, no notebook format and no gradebook.

With `--apart` each submission runs in a fork of that process, as none may see another's
variables: then what libraries do when they are first used, in TensorFlow above all, is
paid by every one. With `--two` as well, two such forks run at once, which shows what the
machine's second core is worth.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any


@dataclass
class Spent:
    """CPU seconds of one submission, those in check cells among them, and wall time."""

    cpu: float
    checks: float
    wall: float


def main() -> None:
    """Write student -> `Spent` as JSON."""
    stem, submitted, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    run = partial(_run, _warm_shell(stem))
    paths = sorted(submitted.glob(f"*/{stem}/{stem}.ipynb"))
    if "--apart" in sys.argv:
        with ThreadPool(2 if "--two" in sys.argv else 1) as forks:
            found = forks.map(partial(_run_apart, run), paths, chunksize=1)
    else:
        found = list(map(run, paths))
    students = [path.parent.parent.name for path in paths]
    output.write_text(json.dumps(dict(zip(students, found, strict=True))))


def _run_apart(run: Callable[[Path], dict[str, float]], path: Path) -> dict[str, float]:
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    fork = context.Process(target=lambda: sending.send(run(path)))
    fork.start()
    sending.close()
    spent: dict[str, float] = receiving.recv()
    fork.join()
    return spent


def _warm_shell(stem: str) -> Any:
    """Import what a warm process imports for this lab, and what its checks need."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from grader import exercises
    from grader.folder import find_root
    from grader.judging import forbidden_source
    from grader.kernel import warm

    config = Config()
    config.HistoryManager.enabled = False
    # Before matplotlib is imported, which looks for a shell to show figures in.
    shell = InteractiveShell.instance(config=config)
    script = find_root() / "solutions" / f"{stem}.py"
    exercises.of_lab(stem)
    warm.warm_up(forbidden_source.names_used(script.read_text("utf-8")))
    return shell


def _run(shell: Any, path: Path) -> dict[str, float]:
    from IPython.utils.capture import capture_output
    from matplotlib import pyplot as plt

    from grader.kernel.python import set_seeds

    cells = json.loads(path.read_text("utf-8"))["cells"]
    shell.reset(new_session=True)
    plt.close("all")
    set_seeds(0)
    checks, wall, cpu = 0.0, time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for cell in cells:
            if cell["cell_type"] != "code":
                continue
            before = time.process_time()
            with capture_output():
                shell.run_cell("".join(cell["source"]), store_history=True)
            if _is_check(cell):
                checks += time.process_time() - before
    cpu = time.process_time() - cpu
    return asdict(Spent(cpu, checks, time.monotonic() - wall))


def _is_check(cell: dict[str, Any]) -> bool:
    role = cell["metadata"].get("nbgrader", {})
    return bool(role.get("grade") and not role.get("solution"))


if __name__ == "__main__":
    main()
