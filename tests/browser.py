"""JupyterLab as a student sees it, in a browser."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.release.wheel import ROOM

SCRIPTS = Path(sys.executable).parent
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# A small notebook computer.
WINDOW = {"width": 1366, "height": 768}


def lacking(*more: str) -> str:
    """Return what is not here, in words: of Playwright, Chromium and more programs."""
    programs = [name for name in ("chromium", *more) if shutil.which(name) is None]
    playwright = importlib.util.find_spec("playwright") is not None
    return ", ".join(programs if playwright else ["playwright", *programs])


@contextmanager
def chromium() -> Iterator[object]:
    """Give a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@contextmanager
def jupyterlab(folder: Path, home: Path, instructor: bool = False) -> Iterator[str]:
    """Give the address of JupyterLab on a folder, as `make lab` starts it.

    Args:
        folder: what it shows, and where it runs.
        home: of whoever starts it.
        instructor: start it as `make instructor` does, with nbgrader's pages.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    variables = () if instructor else ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")
    room = {name: str(ROOM) for name in variables}
    command = [
        *(SCRIPTS / "jupyter", "lab", "--no-browser", "--allow-root"),
        "--LabApp.expose_app_in_browser=True",  # to change the theme
    ]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [
                *command,
                f"--port={port}",
                "--port-retries=0",
                f"--notebook-dir={folder}",
            ],
            cwd=folder,
            env=os.environ | room | {"HOME": str(home), "JUPYTER_TOKEN": token},
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api")
            yield f"http://127.0.0.1:{port}/lab?token={token}"
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str) -> None:
    """Wait until a server answers, two minutes at most."""
    for _ in range(240):
        with suppress(OSError):
            urllib.request.urlopen(address)
            return
        time.sleep(0.5)
    raise TimeoutError(address)


@dataclass(frozen=True)
class Lab:
    """A notebook that is open in JupyterLab.

    Attributes:
        page: of Playwright.
    """

    page: object

    def cell(self, holds: str) -> object:
        """Return the first code cell that holds a text."""
        return self.page.locator(".jp-CodeCell", has_text=holds).first

    def write(self, holds: str, text: str) -> None:
        """Replace the code of a cell."""
        self.cell(holds).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, menu: str, entry: str) -> None:
        """Choose what stands in a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_text(entry, exact=True).last.click()

    def run_all(self) -> None:
        """Run all cells, and wait until none is left to run: all did, or one failed."""
        waiting = self.page.locator(".jp-InputPrompt", has_text="[*]:")
        self.choose("Run", "Run All Cells")
        waiting.first.wait_for(state="attached")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.jp-InputPrompt')]"
            ".every(prompt => prompt.textContent !== '[*]:')"
        )

    def look(self, theme: str) -> None:
        """Change the theme, "light" or "dark"."""
        command = f"({{ theme: '{THEMES[theme]}' }})"
        self.page.evaluate(
            f"jupyterapp.commands.execute('apputils:change-theme', {command})"
        )
        is_light = json.dumps(theme == "light")
        body = self.page.locator(f"body[data-jp-theme-light='{is_light}']")
        body.wait_for(state="attached")


def opened(browser: object, address: str, notebook: str) -> Lab:
    """Return a notebook that a student has just opened."""
    page = browser.new_page(viewport=WINDOW)
    page.set_default_timeout(60_000)
    page.goto(address.replace("/lab?", f"/lab/tree/{notebook}?reset&"))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("| Idle").wait_for()
    return Lab(page)
