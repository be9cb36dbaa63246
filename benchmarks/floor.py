"""The floor: the needed statements in an interpreter that is warm already, no grading.

    python benchmarks/floor.py LAB COURSE OUTPUT

Of every submission what `convlab grade` chooses (`grader/grading/needed.py`) runs, one
after the other in this one process. Libraries are imported before the clock starts, the
namespace is fresh for each submission and figures are closed. There is no kernel, no
message, no check, no notebook format and no gradebook.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.course.roles import is_check
from grader.grading.needed import needed


def main() -> None:
    """Write the CPU seconds of all submissions, the median of three rounds, as JSON."""
    stem, course, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    shell = _warm_shell(stem, course)
    released = nbformat.read(course / "labs" / stem / f"{stem}.ipynb", as_version=4)
    paths = sorted((course / "submitted").glob(f"*/{stem}/{stem}.ipynb"))
    texts = [_needed(released, nbformat.read(path, as_version=4)) for path in paths]
    rounds = [sum(_run(shell, cells) for cells in texts) for _ in range(3)]
    output.write_text(json.dumps(sorted(rounds)[1]))


def _needed(released: NotebookNode, submitted: NotebookNode) -> list[str]:
    plan = needed(released, submitted) or {}
    return [
        plan.get(place, cell.source)
        for place, cell in enumerate(submitted.cells)
        if cell.cell_type == "code" and not is_check(cell)
    ]


def _warm_shell(stem: str, course: Path) -> Any:
    """Import what a warm process imports for this lab."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from grader.judging import forbidden_source
    from grader.kernel import warm

    config = Config()
    config.HistoryManager.enabled = False
    # Before matplotlib is imported, which looks for a shell to show figures in.
    shell = InteractiveShell.instance(config=config)
    script = course / "solutions" / f"{stem}.py"
    warm.warm_up(forbidden_source.names_used(script.read_text("utf-8")))
    return shell


def _run(shell: Any, cells: list[str]) -> float:
    from IPython.utils.capture import capture_output
    from matplotlib import pyplot as plt

    from grader.kernel.python import set_seeds

    shell.reset(new_session=True)
    plt.close("all")
    set_seeds(0)
    before = time.process_time()
    with tempfile.TemporaryDirectory() as folder, chdir(folder), capture_output():
        for cell in filter(None, cells):
            shell.run_cell(cell, store_history=True)
    return time.process_time() - before


if __name__ == "__main__":
    main()
