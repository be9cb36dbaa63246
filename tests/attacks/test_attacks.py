"""No hostile submission raises a score, ends a run, or reaches anything outside itself.

Everybody hands in to one class: the attackers, one honest student who is right, one who
is half right. It is graded once, with the command that an instructor uses.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections import Counter
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import on_the_course
import on_the_file
import pytest
from attack import BROKE, STEM, Attack
from conftest import ROOT
from field import NEIGHBOURS, Field, grade, new_course, prepared
from kinds import ATTACKS, KINDS

from grader.folder import PACKAGE
from grader.grading.journal import Journal
from grader.grading.many import ClassRun
from grader.kernel.limits import Limits
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.lock import LANDLOCK, SECCOMP, WATCHED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux"),
]
HERE = Path(__file__).parent
# Of each kind every fourth; the others where everything is run.
SOME = [attack for kind in KINDS for attack in kind.attacks[::4]]


def _by_name(attack: Attack) -> object:
    short = re.sub(r"\W+", "-", attack.name)[:40]
    return pytest.param(
        attack, id=short, marks=[] if attack in SOME else pytest.mark.complete
    )


GRADED = [_by_name(attack) for attack in ATTACKS if attack.graded]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(lock.available(), id="all layers"),
        pytest.param(
            (LANDLOCK, SECCOMP, WATCHED),
            id="no namespaces",
            marks=pytest.mark.complete,
        ),
    ],
)
def field(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Field:
    """Grade the class, and write its feedback and report."""
    if not set(request.param) <= set(lock.available()):
        pytest.skip("this host lacks a layer")
    asked = [
        item.callspec.params.get("attack")
        for item in request.session.items
        if hasattr(item, "callspec")
    ]
    attacks = [attack for attack in ATTACKS if attack in SOME or attack in asked]
    with prepared(tmp_path_factory.mktemp("attacked"), attacks) as here:
        here.layers = request.param
        grade(here)
    return here


def test_there_are_many() -> None:
    """The suite has at least 160 attacks, each with a name of its own, all of a kind."""
    assert len(ATTACKS) >= 160
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    modules = [import_module(path.stem) for path in HERE.glob("on_*.py")]
    written = {attack.name for module in modules for attack in module.ATTACKS}
    assert written == {attack.name for attack in ATTACKS}


def test_the_page_lists_them() -> None:
    """docs/security.md says of each kind how many there are, and what holds."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    assert [kind.row() for kind in KINDS if kind.row() not in text] == []
    assert f"{len(ATTACKS)} attacks" in text


def test_the_layers_are_those_meant(field: Field) -> None:
    """Whoever ran was locked in with these layers, no more and no less."""
    ran = {tuple(entry.layers) for entry in field.entries.values() if entry.layers}
    assert ran == {field.layers}


def test_there_is_something_to_find() -> None:
    """The right answers that attacks look for lie where they look."""
    folder = PACKAGE / "exercises" / on_the_course.ANSWERS
    assert "EXERCISE = " in folder.read_text("utf-8")


def test_the_run_ends_well(field: Field) -> None:
    """The command ends with success, and nobody who handed in is lost."""
    assert field.code == 0, field.printed
    expected = {attack.name for attack in field.graded} | set(NEIGHBOURS)
    assert set(field.entries) == expected


@pytest.mark.parametrize("attack", GRADED)
def test_attack(field: Field, attack: Attack) -> None:
    """It has the points that its work is worth, here and in the gradebook."""
    entry = field.entries[attack.name]
    points = {name: verdict.points for name, verdict in entry.verdicts.items()}
    assert tuple(points.values()) == attack.points, entry.verdicts
    assert field.gradebook_points(attack.name) == points
    assert BROKE not in _shown(entry.notebook)
    assert attack.note in " ".join(entry.notes)
    assert "grader error" not in {v.status for v in entry.verdicts.values()}
    assert field.page(attack.name).exists()


def _shown(notebook: str) -> str:
    """Give what a notebook's cells show, without errors, which quote their source."""
    cells = json.loads(notebook)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return json.dumps([o for o in outputs if o.get("output_type") != "error"])


def test_no_secret_is_told(field: Field) -> None:
    """Nothing that lies outside a submission appears in what it leaves behind."""
    for attack in field.graded:
        entry = field.entries[attack.name]
        told = json.dumps(entry.to_json())
        told += field.page(attack.name).read_text("utf-8")
        assert not [mark for mark in field.marks() if mark in told], attack.name


def test_nothing_else_changed(field: Field) -> None:
    """Solutions, labs, submissions, the seed and what lies outside are as they were."""
    assert field.after == field.before


def test_nothing_is_left(field: Field) -> None:
    """No process outlives the run, no folder is left, and the one attacked still runs."""
    assert field.left == []
    assert field.victim_lives
    assert field.files_left == []


def test_the_judge_stays_small(field: Field) -> None:
    """No process of the run had much memory, and nobody kept the judge for long."""
    assert field.memory_mb < 1000
    times = {name: entry.seconds for name, entry in field.entries.items()}
    assert max(times.values()) < 200, times


def test_neighbours_are_graded_as_if_alone(field: Field, tmp_path: Path) -> None:
    """Their points and executed notebooks are those of a class without attackers."""
    seed = (field.course.root / ".convlab" / "seed").read_text()
    course = new_course(tmp_path / "course", seed)
    limits = Limits.from_config(course.config)
    ClassRun(course, STEM, course.root / "submitted", 1, limits=limits).grade()
    for entry in Journal(course.root).latest(STEM):
        beside = field.entries[entry.student]
        assert beside.verdicts == entry.verdicts
        assert beside.notes == entry.notes
        assert beside.notebook == entry.notebook


# The last two hold what this parser and a browser read differently.
_ACTIVE = {
    *("script", "iframe", "object", "embed", "form", "base", "frame"),
    *("noscript", "template"),
}
_LOADS = {"src", "srcset", "poster", "background", "action", "formaction", "xlink:href"}
_REMOTE_STYLE = re.compile(r"@import|url\(\s*[\"']?\s*(https?:)?//", re.IGNORECASE)


class _Active(HTMLParser):
    """Count what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.found["remote style"] += len(_REMOTE_STYLE.findall(data))
            self.found["markup in a style"] += len(re.findall(r"<\w", data))

    def handle_endtag(self, tag: str) -> None:
        self.in_style = self.in_style and tag != "style"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        if tag in _ACTIVE:
            self.found[tag] += 1
        if tag == "meta" and any(name == "http-equiv" for name, _ in attrs):
            self.found["http-equiv"] += 1
        for name, value in attrs:
            target = re.sub(r"\s", "", value or "").lower()
            if name.startswith("on"):
                self.found["event handler"] += 1
            if target.startswith(("javascript:", "vbscript:", "data:text")):
                self.found["script in an address"] += 1
            loads = name in _LOADS or (name == "href" and tag != "a")
            if loads and "//" in target:
                self.found["remote load"] += 1
            if name == "style" and _REMOTE_STYLE.search(value or ""):
                self.found["remote style"] += 1


def _active(page: str) -> Counter[str]:
    parser = _Active()
    parser.feed(page)
    # The end of a comment for a browser, the start of one for this parser.
    parser.found["short comment"] += len(re.findall("<!--+>", page))
    return +parser.found


@pytest.mark.parametrize("html", on_the_file.HTML, ids=range(len(on_the_file.HTML)))
def test_what_is_active_is_seen(html: str) -> None:
    """Each piece of HTML that attackers use would be found, if it reached a page."""
    assert _active(html)


def test_feedback_is_inert(field: Field) -> None:
    """A page of feedback runs and loads nothing, and says so to the browser."""
    for attack in field.graded:
        found = _active(field.page(attack.name).read_text("utf-8"))
        assert found == {"http-equiv": 1}, (attack.name, found)


def test_report_is_inert(field: Field) -> None:
    """The report runs its own script alone, whatever students are called."""
    page = (field.course.root / "report.html").read_text("utf-8")
    found = _active(page)
    assert set(found) <= {"http-equiv", "script"}
    assert found["http-equiv"] == found["script"] == 1
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page


# Before all else of a page: what an attack fires marks the page, and stays to be read.
_MARK = """<script>alert = () => document.documentElement.setAttribute("fired", "")
</script>"""
_POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')
_BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def _fired(page: str, folder: Path) -> bool:
    """Return whether a script fires when a browser opens a page, without a network.

    What the page forbids the browser is left out: nothing is there that it would forbid.
    """
    page, forbidding = _POLICY.subn("", page)
    assert forbidding == 1
    (folder / "page.html").write_text(_MARK + page, "utf-8")
    options = ("--headless", "--disable-gpu", "--virtual-time-budget=3000")
    # Root's browser has no sandbox of its own; what it opens is harmless, see `HTML`.
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
    done = subprocess.run(
        [
            *(str(_BROWSER), *options, *alone, f"--user-data-dir={folder / 'user'}"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom"),
            (folder / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "</html>" in done.stdout
    return re.search(r"<html[^>]* fired", done.stdout) is not None


@pytest.mark.skipif(_BROWSER is None, reason="no browser to open the pages in")
def test_a_browser_runs_nothing(field: Field, tmp_path: Path) -> None:
    """No script fires in feedback or report, and one that is left in would be seen."""
    honest = field.page("partial").read_text("utf-8")
    assert _fired(honest + on_the_file.SCRIPT, tmp_path)
    hostile = on_the_file.PAGES + on_the_file.NAMES
    pages = [field.page(attack.name) for attack in field.graded if attack in hostile]
    for page in (*pages, field.course.root / "report.html"):
        assert not _fired(page.read_text("utf-8"), tmp_path), page
