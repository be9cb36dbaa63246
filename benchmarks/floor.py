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
from dataclasses import asdict, dataclass
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
    run = _run_apart if "--apart" in sys.argv else _run
    shell = _warm_shell(stem)
    paths = sorted(submitted.glob(f"*/{stem}/{stem}.ipynb"))

    def run_all(paths: list[Path]) -> dict[str, dict[str, float]]:
        return {
            path.parent.parent.name: _in_a_folder(run, shell, path) for path in paths
        }

    if "--two" in sys.argv:
        other = _in_a_fork(lambda: run_all(paths[1::2]))
        output.write_text(json.dumps(run_all(paths[::2]) | other()))
    else:
        output.write_text(json.dumps(run_all(paths)))


def _in_a_folder(
    run: Callable[[Any, list[dict[str, Any]]], Spent], shell: Any, path: Path
) -> dict[str, float]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        spent = run(shell, code)
        os.chdir("/")
    return asdict(spent)


def _in_a_fork(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin work in a fork; give a function that waits for what it gives."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        with os.fdopen(writing, "w") as pipe:
            json.dump(work(), pipe)
        os._exit(0)
    os.close(writing)

    def result() -> Any:
        with os.fdopen(reading) as pipe:
            found = json.load(pipe)
        os.waitpid(pid, 0)
        return found

    return result


def _warm_shell(stem: str) -> Any:
    """Import what a warm process imports for this lab, and what its checks need."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from grader import exercises, rules
    from grader.course_folder import find_root
    from grader.kernel import warm

    config = Config()
    config.HistoryManager.enabled = False
    # Before matplotlib is imported, which looks for a shell to show figures in.
    shell = InteractiveShell.instance(config=config)
    script = find_root() / "solutions" / f"{stem}.py"
    exercises.of_lab(stem)
    warm.warm_up(rules.names_used(script.read_text("utf-8")))
    return shell


def _run(shell: Any, code: list[dict[str, Any]]) -> Spent:
    from IPython.utils.capture import capture_output
    from matplotlib import pyplot as plt

    from grader.kernel.python import set_seeds

    shell.reset(new_session=True)
    plt.close("all")
    set_seeds(0)
    checks, wall, cpu = 0.0, time.monotonic(), time.process_time()
    for cell in code:
        before = time.process_time()
        with capture_output():
            shell.run_cell("".join(cell["source"]), store_history=True)
        if _is_check(cell):
            checks += time.process_time() - before
    return Spent(time.process_time() - cpu, checks, time.monotonic() - wall)


def _run_apart(shell: Any, code: list[dict[str, Any]]) -> Spent:
    return Spent(**_in_a_fork(lambda: asdict(_run(shell, code)))())


def _is_check(cell: dict[str, Any]) -> bool:
    role = cell["metadata"].get("nbgrader", {})
    return bool(role.get("grade") and not role.get("solution"))


if __name__ == "__main__":
    main()
