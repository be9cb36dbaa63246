"""A student of a real JupyterHub fetches, solves, hands in and reads, in a browser.

CONTRIBUTING.md says what it needs.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import wait_for

from grader.folder import CONFIG_NAME

STEM = "lab00_how_grading_works"
PASSWORD = secrets.token_hex(8)
SCRIPTS = Path(sys.executable).parent
SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "convlab"
c.Exchange.root = {exchange!r}
"""
HUB = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allowed_users = {{{user!r}}}
c.Spawner.cmd = [{server!r}]
c.Spawner.environment = {environment!r}
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
"""
BROWSER = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    "--disable-background-networking",
)


def _lacking() -> str:
    """Give what is not here, in words."""
    modules = ("jupyterhub", "playwright")
    programs = ("configurable-http-proxy", "chromium", "useradd", "userdel")
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    lacking += [name for name in programs if shutil.which(name) is None]
    if os.getuid() != 0:
        return "root"
    # Students run it as well.
    python = Path(sys.executable).resolve()
    closed = [p for p in python.parents if p.stat().st_mode & 0o001 == 0]
    return ", ".join([*lacking, *(f"a Python outside {p}" for p in closed)])


pytestmark = [
    pytest.mark.complete,
    pytest.mark.skipif(bool(_lacking()), reason=f"no hub without {_lacking()}"),
]


@pytest.fixture
def student() -> Iterator[str]:
    """Give the name of a user of this system who is there for a while."""
    name = f"convlab-{secrets.token_hex(4)}"
    subprocess.run(["useradd", "--create-home", name], check=True)
    yield name
    subprocess.run(["userdel", "--remove", name], check=True)


@pytest.fixture
def exchange(student) -> Iterator[Path]:
    """Give the exchange's folder, which everybody reaches."""
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "exchange"
        place.mkdir()
        place.chmod(0o777)
        (place.parent / CONFIG_NAME).write_text(
            SETTINGS.format(exchange=str(place)), "utf-8"
        )
        yield place


@pytest.fixture
def hub(student, exchange) -> Iterator[str]:
    """Give the address of a JupyterHub whose server for the student has the checks."""
    folder = exchange.parent / "hub"
    folder.mkdir()
    ports = _free_ports(3)
    environment = {
        "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
        "JUPYTER_CONFIG_PATH": str(exchange.parent),
    }
    settings = folder / "jupyterhub_config.py"
    settings.write_text(
        HUB.format(
            ports=ports,
            password=PASSWORD,
            user=student,
            server=str(SCRIPTS / "jupyterhub-singleuser"),
            environment=environment,
        ),
        "utf-8",
    )
    address = f"http://127.0.0.1:{ports[0]}"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [SCRIPTS / "jupyterhub", "-f", settings], cwd=folder, stdout=log, stderr=log
        )
        try:
            wait_for(f"{address}/hub/login")
            yield address
        finally:
            process.terminate()
            process.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass(frozen=True)
class _Lab:
    """JupyterLab in a browser."""

    page: object
    address: str

    def choose(self, menu: str, entry: str) -> None:
        """Choose what stands in a menu."""
        self.page.get_by_role("menuitem", name=menu).first.click()
        self.page.get_by_text(entry, exact=True).last.click()

    def press(self, button: str) -> None:
        """Press a button of the list of assignments."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def see(self, text: str) -> None:
        """Wait for a text."""
        self.page.get_by_text(text).first.wait_for()

    def write(self, holds: str, text: str) -> None:
        """Replace the code of the first cell that holds a text."""
        cell = self.page.locator(".jp-CodeCell", has_text=holds).first
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)


@contextmanager
def _lab(hub: str, student: str) -> Iterator[_Lab]:
    """Give JupyterLab after the student has logged in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(BROWSER)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"{hub}/hub/login")
        page.fill("#username_input", student)
        page.fill("#password_input", PASSWORD)
        page.click("#login_submit")
        page.wait_for_url(f"**/user/{student}/lab**")
        yield _Lab(page, f"{hub}/user/{student}/lab")
        browser.close()


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [SCRIPTS / command[0], *command[1:]],
        cwd=folder,
        env=os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_round(course, exchange, hub, student):
    """What the student fetches there is graded, and the page comes back to the home."""
    with (course.root / CONFIG_NAME).open("a") as settings:
        settings.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    _run(course.root, "nbgrader", "release_assignment", STEM)
    with _lab(hub, student) as lab:
        lab.choose("Nbgrader", "Assignment List")
        lab.press("Fetch")
        lab.page.get_by_role("button", name="Submit", exact=True).wait_for()
        lab.page.goto(f"{lab.address}/tree/{STEM}/{STEM}.ipynb")
        lab.page.locator(".jp-CodeCell", has_text="def double").first.wait_for()
        lab.write("NotImplementedError", "predictions = [0.9, 2, 3]")
        lab.write("def double", "double = lambda x: 2 * x")
        lab.choose("Run", "Run All Cells")
        lab.see("✓ lab00.double")
        lab.page.keyboard.press("Control+S")
        lab.page.locator(".jp-mod-dirty").wait_for(state="detached")
        lab.choose("Nbgrader", "Assignment List")
        lab.press("Submit")
        lab.see("UTC")
    _run(course.root, "nbgrader", "collect", STEM)
    _run(course.root, "convlab", "grade", "lab00", "--no-sandbox")
    _run(course.root, "convlab", "feedback", "lab00")
    _run(course.root, "nbgrader", "release_feedback", STEM)
    with _lab(hub, student) as lab:
        lab.choose("Nbgrader", "Assignment List")
        lab.press("Fetch Feedback")
        lab.see("(view feedback)")
    home = Path(f"~{student}").expanduser()
    (page,) = home.glob(f"{STEM}/feedback/*/{STEM}.html")
    assert page.read_bytes() == course.feedback_page(STEM, student).read_bytes()
