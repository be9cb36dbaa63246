"""The folder or archive that students get, and the cell that installs the checks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from grader.authoring.build import dumps, student_labs
from grader.authoring.release.fill import filled
from grader.authoring.release.wheel import (
    NAME,
    license_text,
    pins,
    python_versions,
    student_wheel,
)
from grader.course.settings import nbgrader_config
from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.notebook.attempts import FILE, first_line

# The Python that the labs are tested with.
_PREFERRED = "3.11"
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_FIRST_CELL = """\
# Where the checks are missing, as on Colab and Kaggle, this installs them.
try:
    import grader
except ModuleNotFoundError:
    {otherwise}"""
_KEPT = (
    f"**What is kept of your tries.** Each check adds a line to `{FILE}` beside this "
    "notebook: the exercise, its points, the mistakes it named and how much it told; "
    "no name, no code and no time. It shows your teachers which hints help. Hand it in "
    "with the notebook, or delete it: then nothing is kept."
)
_SAY = 'print("The checks are not installed here: README.md says how to do it.")'


def write_release(root: Path, stems: Sequence[str], target: Path) -> list[str]:
    """Write what a student gets, into a folder or a zip archive.

    Args:
        root: the course folder.
        stems: the labs.
        target: a folder that is missing, empty or an earlier release, in which files
            are replaced and none is deleted; or a file that ends in .zip.

    Returns:
        The names of the files, sorted.

    Raises:
        InstructorError: a lab has no solution notebook, or `target` is a folder of
            something else.
    """
    archive = target.suffix.lower() == ".zip"
    if not archive:
        _refuse_what_is_other(target)
    files = contents(root, stems)
    if archive:
        write_whole(target, _zipped(files, target.stem))
    else:
        for name, content in files.items():
            write_whole(target / name, content)
    return sorted(files)


def contents(root: Path, stems: Sequence[str]) -> dict[str, bytes]:
    """Return what a student gets: the name of each file -> its content."""
    settings = nbgrader_config(root).Release
    wheel = student_wheel(bool(settings.get("model_answers")))
    address = str(settings.get("address", "")).strip()
    place = f"{address.rstrip('/')}/{wheel.name}" if address else ""
    known = {
        "address": address,
        "pins": pins(),
        "preferred": _PREFERRED,
        "python": python_versions(),
        "wheel": wheel.name,
    }
    texts = {
        "README.md": filled("README.md.j2", **known),
        "LICENSE": license_text(),
        "requirements.txt": filled("requirements.txt.j2", **known),
        "environment.yml": filled("environment.yml.j2", **known),
        ".devcontainer/devcontainer.json": filled("devcontainer.json.j2", **known),
    }
    return {
        wheel.name: wheel.content,
        **{name: text.encode() for name, text in texts.items()},
        **_labs(root, stems, place),
    }


def _labs(root: Path, stems: Sequence[str], place: str) -> dict[str, bytes]:
    """Return the files of labs, made anew: somebody may have worked in labs/."""
    with student_labs(root, stems) as labs:
        files = {
            f"labs/{path.relative_to(labs).as_posix()}": path.read_bytes()
            for path in labs.rglob("*")
            if path.is_file()
        }
    notebooks = {f"labs/{stem}/{stem}.ipynb" for stem in stems}
    kept = bool(nbgrader_config(root).Release.get("attempts"))
    if kept:
        files |= {f"labs/{stem}/{FILE}": first_line().encode() for stem in stems}
    return {
        name: _with_first_cells(content, place, kept) if name in notebooks else content
        for name, content in files.items()
    }


def first_cell(place: str) -> str:
    """Return the code that installs the checks where they are missing.

    Args:
        place: the address of the wheel; "" where the course has none.
    """
    return _FIRST_CELL.format(otherwise=f"%pip install -q {place}" if place else _SAY)


def _with_first_cells(content: bytes, place: str, kept: bool) -> bytes:
    """Return a lab with the cell below its title, and what it keeps of tries."""
    lab = nbformat.reads(content.decode(), as_version=4)
    if kept:
        lab.cells.insert(1, nbformat.v4.new_markdown_cell(_KEPT, id="attempts-kept"))
    cell = nbformat.v4.new_code_cell(first_cell(place), id="install-checks")
    lab.cells.insert(1, cell)
    return dumps(lab).encode()


def _refuse_what_is_other(target: Path) -> None:
    """Let a release be written where nothing lies but hidden files or an earlier one."""
    if not target.is_dir():
        return
    names = [path.name for path in target.iterdir() if path.name[0] != "."]
    wheels = list(target.glob(f"{NAME.replace('-', '_')}-*.whl"))
    if names and not wheels:
        raise InstructorError(
            f"{target} holds something else; name a new folder, or an earlier release."
        )


def _zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """Return an archive that unpacks into one folder; the same files, the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(f"{folder}/{name}", _EARLIEST)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
