"""What students get installs by itself, checks every lab, and gives nothing away."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from test_house import PACKAGE, _imports, _name_of

from grader.authoring.build import dumps
from grader.authoring.release import wheel
from grader.authoring.release.folder import contents, first_cell, write_release
from grader.course.course import Course
from grader.exceptions import InstructorError
from grader.exercises import written
from grader.folder import CONFIG_NAME, lab_path, solution_path, stems
from grader.grading.needed import needed

ROOT = Path(__file__).resolve().parent.parent
STEMS = stems(ROOT)
DEPLOY = (ROOT / "docs" / "deploy.md").read_text("utf-8")
MARKED = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
SECRET = "8317264950318472"
pytestmark = pytest.mark.slow  # nbgrader makes the labs anew
# What the packages are called that are imported, and those that others bring.
IMPORTED_AS = {"scikit-image": "skimage", "scikit-learn": "sklearn"}
BROUGHT = {"IPython", "keras", "traitlets"}
# Labs that train nothing: their checks take seconds.
QUICK = {"lab00", "lab03"}
RUN = """\
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient


class Student(NotebookClient):
    def on_comm_open_jupyter_widget(self, msg):
        "See grader.kernel.client.WidgetsLeftAlone, which is not in the release."


path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
where = {"metadata": {"path": str(path.parent)}}
# Sockets in the file system: ports of kernels that start side by side collide.
manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=sys.argv[2])
Student(notebook, km=manager, timeout=300, resources=where).execute()
nbformat.write(notebook, path)
"""
# What Windows does not have.
ON_WINDOWS = """\
import os, signal, sys, time

for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for module, name in (
    (os, "fork"), (os, "fchmod"), (os, "getuid"), (os, "sched_getaffinity"),
    (signal, "SIGALRM"), (signal, "SIGKILL"), (signal, "setitimer"),
    (time, "pthread_getcpuclockid"),
):
    delattr(module, name)

from grader.notebook.check import verdict_on

given = {}
exec(sys.stdin.read(), given)
print(verdict_on("lab01.dense_params", given).status)
"""


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """Give the folder that students get from a course whose files have an address."""
    course = Course(tmp_path_factory.mktemp("release") / "course")
    shutil.copytree(ROOT / "solutions", course.root / "solutions")
    (course.root / ".convlab").mkdir()
    (course.root / ".convlab" / "seed").write_text(SECRET, "utf-8")
    target = course.root.parent / "students"
    settings = (ROOT / CONFIG_NAME).read_text("utf-8")
    (course.root / CONFIG_NAME).write_text(
        f'{settings}\nc.Release.address = "{target.as_uri()}/"\n', "utf-8"
    )
    write_release(course.root, STEMS, target)
    return target


class Bare:
    """An environment that has every package but ours, and reaches no network."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, symlinks=True)
        site = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
        Path(site, "packages.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
        self.folder = folder
        self.python = folder / "bin" / "python"

    def run(self, *args: object, cwd: Path | None = None, stdin: str = "") -> str:
        """Run its Python, in its own empty folder unless told otherwise."""
        done = subprocess.run(
            [self.python, *map(str, args)],
            cwd=cwd or self.folder,
            env=os.environ | {"PIP_NO_INDEX": "1", "KERAS_HOME": str(self.folder)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def run_notebook(self, notebook: NotebookNode) -> NotebookNode:
        """Run a notebook that lies alone in a folder."""
        path = self.folder / "alone" / "notebook.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dumps(notebook), "utf-8")
        with tempfile.TemporaryDirectory(prefix="k-") as sockets:
            self.run("-c", RUN, path, f"{sockets}/s")
        return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def installed(released, tmp_path_factory) -> Bare:
    """Give an environment into which the release is installed as its README says."""
    command = "-m pip install -r requirements.txt"
    assert command in (released / "README.md").read_text("utf-8")
    bare = Bare(tmp_path_factory.mktemp("installed"))
    bare.run(*command.split(), cwd=released)
    return bare


def _texts(released: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file, of those in the wheel as well."""
    for path in sorted(released.rglob("*")):
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path.relative_to(released).as_posix(), path.read_bytes()


def _role(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _solved(released: Path, stem: str) -> NotebookNode:
    """Give a released lab with the solutions written into its cells."""
    solution = nbformat.read(solution_path(ROOT, stem), as_version=4)
    solved = {_role(cell): cell.source for cell in solution.cells if _role(cell)}
    lab = nbformat.read(lab_path(released, stem), as_version=4)
    for cell in lab.cells:
        cell.source = solved[_role(cell)] if _role(cell) else cell.source
    return lab


def _refused(lab: NotebookNode) -> list[str]:
    """Give the check cells that gave no points or some: all points have no result."""
    checks = [c for c in lab.cells if c.cell_type == "code" and "check(" in c.source]
    assert all(cell.outputs for cell in checks)
    return [
        _role(cell)
        for cell in checks
        if any(o.output_type in ("error", "execute_result") for o in cell.outputs)
    ]


@pytest.mark.parametrize(
    "stem",
    [
        pytest.param(s, marks=[] if s[:5] in QUICK else pytest.mark.complete)
        for s in STEMS
    ],
)
def test_every_lab_is_checked(released, installed, stem):
    """A solved lab runs to its end where only the release is, and passes each check."""
    assert _refused(installed.run_notebook(_solved(released, stem))) == []


def test_wrong_is_wrong(released, installed):
    """A lab as it was released passes no check there: the checks do look."""
    lab = nbformat.read(lab_path(released, STEMS[3]), as_version=4)
    for cell in lab.cells:
        cell.metadata["tags"] = ["raises-exception"]
    ran = installed.run_notebook(lab)
    assert len(_refused(ran)) == sum("check(" in cell.source for cell in lab.cells)


def test_the_first_cell_installs(released, tmp_path):
    """Where the checks are missing a lab's first code cell installs them, else nothing."""
    bare = Bare(tmp_path)
    lab = _solved(released, STEMS[0])
    cell = next(cell for cell in lab.cells if cell.cell_type == "code")
    found = "import importlib.util as u; print(u.find_spec('grader'))"
    assert bare.run("-c", found) == "None\n"
    assert _refused(bare.run_notebook(lab)) == []
    assert str(tmp_path) in bare.run("-c", found)
    again = bare.run_notebook(nbformat.v4.new_notebook(cells=[cell]))
    assert again.cells[0].outputs == []


def test_without_an_address_the_first_cell_says_what_to_do(tmp_path):
    """A course that lies nowhere says where to read on."""
    cell = nbformat.v4.new_code_cell(first_cell(""))
    ran = Bare(tmp_path).run_notebook(nbformat.v4.new_notebook(cells=[cell]))
    assert "README.md says how" in ran.cells[0].outputs[0].text


@pytest.mark.parametrize("stem", STEMS)
def test_each_lab_has_the_first_cell(released, stem):
    """Below its title a lab has the cell; the rest is the lab as it was built."""
    lab = nbformat.read(lab_path(released, stem), as_version=4)
    nbformat.validate(lab)
    cell = lab.cells.pop(1)
    assert dumps(lab) == lab_path(ROOT, stem).read_text("utf-8")
    (place,) = released.glob("*.whl")
    assert cell.source == first_cell(place.as_uri())


def test_the_first_cell_changes_nothing_in_grading(released):
    """Grading still reads what a lab needs, with the cell in it and without."""
    built = nbformat.read(lab_path(ROOT, STEMS[3]), as_version=4)
    given = nbformat.read(lab_path(released, STEMS[3]), as_version=4)
    with_cell, without = needed(built, given), needed(built, built)
    assert with_cell is not None
    assert sorted(with_cell.values()) == sorted(without.values())


def test_nothing_is_given_away(released):
    """No solution, no seed, and nothing that grades is in any file of the release."""
    rooms = {n.split("/")[1] for n, _ in _texts(released) if n.startswith("grader/")}
    assert rooms == set(wheel.ROOMS)
    texts = {
        name: content.decode("utf-8", "replace") for name, content in _texts(released)
    }
    assert [name for name, text in texts.items() if SECRET in text] == []
    scripts = [ROOT / "solutions" / f"{stem}.py" for stem in STEMS]
    blocks = [b for s in scripts for b in MARKED.findall(s.read_text("utf-8"))]
    solved = {three for block in blocks for three in _telling(block)}
    seen = dumps(_solved(released, STEMS[3]))
    assert _telling(_code("solved.ipynb", seen)) & solved
    for name, text in texts.items():
        assert _telling(_code(name, text)) & solved == set(), name


def test_model_answers_are_kept_back(released, course):
    """What counts in an answer in words is released, an answer only if the course says so."""
    names = [f"grader/exercises/{stem}/{written.FILE}" for stem in STEMS]
    kept = {name: text.decode() for name, text in _texts(released) if name in names}
    assert len(kept) == len(STEMS)
    for stem, name in zip(STEMS, names, strict=True):
        asked = written.of_lab(stem)
        assert written.loads(kept[name]) == written.without_answers(asked) != asked
    config = course.root / CONFIG_NAME
    config.write_text(config.read_text() + "c.Release.model_answers = True\n")
    files = contents(course.root, STEMS[:1])
    (wheel_file,) = (files[name] for name in files if name.endswith(".whl"))
    with zipfile.ZipFile(io.BytesIO(wheel_file)) as archive:
        told = archive.read(names[3]).decode()
    assert written.loads(told) == written.of_lab(STEMS[3])


def _code(name: str, text: str) -> str:
    """Give the text of a file, of a notebook that of its cells."""
    if not name.endswith(".ipynb"):
        return text
    cells = nbformat.reads(text, as_version=4).cells
    return "\n".join(cell.source for cell in cells)


def _telling(text: str) -> set[tuple[str, ...]]:
    """Give each three lines in a row that are too long to stand together by chance."""
    lines = [line.strip().removeprefix("# ") for line in text.splitlines()]
    threes = zip(lines, lines[1:], lines[2:], strict=False)
    return {three for three in threes if min(map(len, three)) > 10}


def test_the_wheel_is_closed():
    """What is in the wheel imports only what is in it or what it or a lab needs."""
    asked = wheel.CHECKS_NEED + wheel.LABS_NEED
    needs = {IMPORTED_AS.get(name, name) for name in asked} | BROUGHT
    known = needs | sys.stdlib_module_names
    modules = {p for room in wheel.ROOMS for p in _modules_of(PACKAGE / room)}
    names = {_name_of(path) for path in modules} | {"grader"}
    for path in modules:
        for name in _imports(ast.parse(path.read_text("utf-8"))):
            assert name in names or name.split(".")[0] in known, f"{path}: {name}"


def test_the_wheel_has_what_is_no_python():
    """Stored answers, and what the explorer's widget draws with."""
    content = io.BytesIO(wheel.student_wheel().content)
    names = set(zipfile.ZipFile(content).namelist())
    rooms = [PACKAGE / room for room in wheel.ROOMS if (PACKAGE / room).is_dir()]
    files = (path for room in rooms for path in room.rglob("*.*"))
    kept = (p for p in files if p.suffix in {".css", ".js", ".npz"})
    assert {path.relative_to(ROOT).as_posix() for path in kept} <= names


def _modules_of(path: Path) -> list[Path]:
    return (
        list(path.rglob("*.py")) if path.is_dir() else [path] * (path.suffix == ".py")
    )


def test_windows(released, installed):
    """A check asks for nothing that only Linux has."""
    cells = {_role(cell): cell.source for cell in _solved(released, STEMS[1]).cells}
    solution = cells["dense_params-solution"]
    assert installed.run("-c", ON_WINDOWS, stdin=solution) == "passed\n"


def test_the_room(installed):
    """JupyterLab gets there what `make lab` gives it: settings and the plugin."""
    share = installed.folder / "share" / "jupyter"
    extension = share / "labextensions" / "convlab-room"
    theirs = wheel.ROOM / "labextensions" / "convlab-room"
    for name in ("package.json", "static/room.js"):
        assert (extension / name).read_bytes() == (theirs / name).read_bytes()
    (settings,) = (share / "lab" / "settings" / "overrides.d").iterdir()
    ours = wheel.ROOM / "labconfig" / "default_setting_overrides.json"
    assert settings.read_bytes() == ours.read_bytes()


def test_pinned_as_locked(released):
    """Students get few packages, in the versions of requirements.lock."""
    lines = (released / "requirements.txt").read_text("utf-8").splitlines()[1:]
    lock = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    locked = {line.split(" ")[0] for line in lock}
    assert len(lines) <= 12
    assert set(lines[:-1]) <= locked
    assert (released / lines[-1]).is_file()


def test_containers(released):
    """Codespaces and Binder install what the README says."""
    text = (released / ".devcontainer" / "devcontainer.json").read_text("utf-8")
    assert json.loads(text)["postCreateCommand"] == "pip install -r requirements.txt"
    assert "- -r requirements.txt" in (released / "environment.yml").read_text("utf-8")


def test_readme_is_a_page(released):
    """It speaks of every place where labs are opened, and is short."""
    text = (released / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 75
    for place in ("Linux", "macOS", "Windows", "Colab", "VS Code", "JupyterHub"):
        assert place in text


def test_the_same_again(released, tmp_path):
    """A release is the same bytes each time, in a folder and in an archive."""
    names = write_release(released.parent / "course", STEMS[:1], tmp_path / "Lab.zip")
    with zipfile.ZipFile(tmp_path / "Lab.zip") as archive:
        zipped = {name: archive.read(name) for name in archive.namelist()}
    assert zipped == {f"Lab/{name}": (released / name).read_bytes() for name in names}


def test_only_into_a_folder_of_its_own(released, tmp_path):
    """A release replaces an earlier one, and overwrites nothing else."""
    course = released.parent / "course"
    write_release(course, STEMS[:1], released)
    (tmp_path / "README.md").write_text("mine", "utf-8")
    for other in (course, tmp_path):
        with pytest.raises(InstructorError, match="holds something else"):
            write_release(course, STEMS[:1], other)
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"


def test_a_lab_that_is_not_built(released, tmp_path):
    """It is named, and nothing is written."""
    course = released.parent / "course"
    with pytest.raises(InstructorError, match="cannot release lab99_nothing"):
        write_release(course, ["lab99_nothing"], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_commands_in_deploy(course):
    """Every command by which docs/deploy.md gives labs out works, nbgrader's as well."""
    (course.root / "exchange").mkdir(mode=0o777)
    out, _ = DEPLOY.split("\n# Grade on many machines")
    blocks = re.findall(r"```sh\n(.*?)```", out, re.DOTALL)
    lines = [line.split("  #")[0].split() for line in "".join(blocks).splitlines()]
    assert {command for command, *_ in lines} == {"convlab", "nbgrader"}
    scripts = Path(sys.executable).parent
    for command, *args in lines:
        subprocess.run(
            [scripts / command, *args], cwd=course.root, check=True, capture_output=True
        )
    folder = course.root.parent / "course-students"
    assert folder.with_suffix(".zip").is_file()
    assert [path.stem for path in sorted(folder.glob("labs/*/*.ipynb"))] == STEMS
    (outbound,) = course.root.glob("exchange/convlab/outbound/*")
    assert [path.suffix for path in outbound.iterdir()] == [".ipynb"]
