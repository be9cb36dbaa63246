"""Which file of a student's folder is the lab: chosen by what is in it, not by its name."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from nbformat import NotebookNode

from grader import exercises
from grader.exceptions import UnreadableSubmission
from grader.judging.definitions import answers
from grader.reading.repair import read
from grader.reading.text import MAX_FILE

# Of a folder and of archives in it. A lab is one file.
_MAX_FILES, _MAX_LISTED, _MAX_DEPTH, _MAX_ALL = 20, 200, 3, 2 * MAX_FILE
_MAX_LIST, _SIZE_OF_LIST = 2**20, 5
_NOTEBOOKS = (".ipynb", ".json", ".txt", ".zip", "")
_SHOWN = 5
# Follow no link, and wait for no pipe; what a system does not know it has not.
_AS_IT_IS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
)
# Words of more are no answers, and take long to look through.
_MAX_CODE = 200_000


@dataclass(frozen=True)
class Found:
    """A file that may be a lab's notebook.

    Attributes:
        name: as seen from the student's folder.
        notebook: what was read; `None` if it is no notebook.
        notes: what was mended, and what else a student should know.
        refused: why it cannot be graded, if it cannot.
        answered: how many exercises of the lab it answers.
        belongs: how many cells and names of the lab it has.
    """

    name: str
    notebook: NotebookNode | None = None
    notes: list[str] = field(default_factory=list)
    refused: str = ""
    answered: int = 0
    belongs: int = 0


def choose(folder: Path, stem: str, outputs: bool = False) -> Found:
    """Return the notebook of a lab in a student's folder, or why there is none.

    It may be renamed, too deep, in a zip archive, or lie beside others. Of several the
    one with the most answers counts, then the one with the right name.

    Args:
        folder: the student's.
        stem: the lab's.
        outputs: keep what its cells showed.
    """
    wanted = f"{stem}.ipynb"
    names: list[str] = []
    best: Found | None = None
    left = _MAX_ALL
    for name, data in islice(_files(folder, wanted), _MAX_FILES):
        left -= len(data)
        if left < 0:
            break
        names.append(name)
        found = examine(data, name, stem, outputs)
        if best is None or _rank(found, wanted) > _rank(best, wanted):
            best = found
    if best is None:
        return Found(wanted, refused=_nothing(folder, wanted))
    if best.notebook is None and len(names) > 1:
        best.notes.append(_listed("Found were", names))
    elif best.notebook is not None and best.name != wanted:
        best.notes.append(f"Graded was `{best.name}`; the file should be `{wanted}`.")
    elif best.notebook is not None and len(names) > 1:
        others = [name for name in names if name != best.name]
        best.notes.append(_listed(f"Graded was `{best.name}`, not", others))
    return best


def examine(data: bytes, name: str, stem: str, outputs: bool = False) -> Found:
    """Read a file, and tell how much of a lab it is."""
    try:
        notebook, notes = read(data, name, outputs)
    except UnreadableSubmission as error:
        return Found(name, refused=str(error))
    answered, belongs = _share(notebook, stem)
    if not belongs:
        other = next((s for s in exercises.stems() if _cells_of(notebook, s)), None)
        if other is not None:
            return Found(
                name,
                refused=f"{name} is the notebook of {other}, not of {stem}. Hand in "
                f"{stem}.ipynb.",
            )
        notes.append(f"{name} has no cell and no answer of {stem}.")
    return Found(name, notebook, notes, "", answered, belongs)


def _rank(found: Found, wanted: str) -> tuple[bool, int, int, bool, bool]:
    name = PurePosixPath(found.name).name
    return (
        found.notebook is not None,
        found.answered,
        found.belongs,
        found.name == wanted,
        name.endswith(".ipynb"),
    )


def _share(notebook: NotebookNode, stem: str) -> tuple[int, int]:
    """Return how many names of a lab are answered, and how much of it is there."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    if sum(map(len, code)) > _MAX_CODE:
        code = []
    names = exercises.names(stem)
    answered = sum(any(answers(source, n) for source in code) for n in names)
    return answered, answered + _cells_of(notebook, stem)


def _cells_of(notebook: NotebookNode, stem: str) -> int:
    """Return how many checks of a lab a notebook has: by their roles, or by their lines."""
    short = stem.split("_")[0]
    names = set(exercises.names(stem))
    roles = {
        cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells
    }
    # Every lab has predictions.
    own = len(roles & (names - {"predictions"}))
    return own + sum(f'check("{short}.' in cell.source for cell in notebook.cells)


def _files(folder: Path, wanted: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of what may be a notebook, those in archives too."""
    for name, path in _paths(folder, wanted):
        with suppress(OSError), _opened(path) as file:
            packed = False
            for item in _unpacked(file, name):
                packed = True
                yield item
            if not packed:
                file.seek(0)
                yield name, file.read(MAX_FILE + 1)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file, and nothing that has taken its place since it was listed.

    Raises:
        OSError: it is a link, a pipe, or not there any more.
    """
    with open(os.open(path, _AS_IT_IS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path} is no plain file")
        yield file


def _paths(folder: Path, wanted: str) -> Iterator[tuple[str, Path]]:
    """Yield what may be a notebook, folder by folder, in each the right name first."""
    todo = [(folder, 0)]
    while todo:
        here, depth = todo.pop(0)
        paths = sorted(here.iterdir(), key=lambda path: (path.name != wanted, path))
        for path in paths[:_MAX_LISTED]:
            if _is_nobodys(path.name):
                continue
            # A link may lead to somebody else's work.
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode) and depth < _MAX_DEPTH:
                todo.append((path, depth + 1))
            elif stat.S_ISREG(mode) and path.suffix.lower() in _NOTEBOOKS:
                yield _printable(path.relative_to(folder).as_posix()), path


def _printable(name: str) -> str:
    """Return a name as it may stand in a note, between backticks."""
    return "".join(c if c.isprintable() and c != "`" else "?" for c in name)


def _is_nobodys(name: str) -> bool:
    """Return whether a program made a file beside the student's: macOS, Jupyter, nbgrader."""
    return name.startswith(".") or name in ("__MACOSX", *_EXCHANGE)


# What nbgrader's exchange puts beside a notebook.
_EXCHANGE = ("submission_secret.txt", "timestamp.txt")


def _unpacked(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield what may be a notebook in an archive, each read no further than it may be."""
    left = MAX_FILE
    try:
        # Python reads an archive's list whole, and it may be most of the file.
        end = vars(zipfile)["_EndRecData"](file)
        if end is None or end[_SIZE_OF_LIST] > _MAX_LIST:
            return
        with zipfile.ZipFile(file) as archive:
            for item in sorted(archive.infolist()[:_MAX_LISTED], key=_name):
                inner = PurePosixPath(item.filename)
                if item.is_dir() or any(map(_is_nobodys, inner.parts)):
                    continue
                if inner.suffix.lower() not in _NOTEBOOKS or item.file_size > left:
                    continue
                with archive.open(item) as inside:
                    data = inside.read(left)
                left -= len(data)
                yield _printable(f"{name}/{inner.name}"), data
    except Exception:
        return  # damaged in any way, encrypted, or packed as Python does not know


def _name(item: zipfile.ZipInfo) -> str:
    return item.filename


def _nothing(folder: Path, wanted: str) -> str:
    names = [
        f"{_printable(path.name)}{_kind(path)}"
        for path in sorted(folder.iterdir())
        if path.name not in _EXCHANGE
    ]
    found = _listed("Found were", names) if names else "The folder is empty."
    return f"No readable file {wanted} was handed in. {found}"


def _kind(path: Path) -> str:
    if path.is_symlink():
        return " (a link)"
    return " (a folder)" if path.is_dir() else ""


def _listed(words: str, names: list[str]) -> str:
    shown = [f"`{name[:80]}`" for name in names[:_SHOWN]]
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return f"{words} {', '.join([*shown, *more])}."
