"""Take the README's pictures of a lab: take_images.py FOLDER."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import chromium, jupyterlab, opened
from test_browser import CARD, TRIES, begun, own, solved

from grader.authoring.build import dumps

FILTER = TRIES[1]
CHECK = f'check("{FILTER.exercise}")'


def take(target: Path) -> None:
    """Write pictures of a second failed check, and of JupyterLab, into a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name) / "labs", Path(name) / "home"
        folder.mkdir()
        home.mkdir()
        (folder / "lab.ipynb").write_text(dumps(begun(FILTER)), "utf-8")
        with chromium() as browser, jupyterlab(folder, home) as address:
            lab = opened(browser, address, "lab.ipynb")
            wrong = solved(FILTER)[own(FILTER)].replace(FILTER.right, FILTER.wrong)
            lab.write("def correlate2d_valid(", wrong)
            for _ in range(2):
                lab.run_all()
            card = lab.cell(CHECK).locator(CARD, has_text="✗").first
            card.screenshot(path=target / "verdict.png")
            lab.look("dark")
            lab.cell("sliders(show_window").scroll_into_view_if_needed()
            lab.page.screenshot(path=target / "lab.png")


if __name__ == "__main__":
    take(Path(sys.argv[1]))
