"""Choose what is imported once, before the processes that grade are forked."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.grading.needed import needed
from grader.judging.forbidden_source import imported_by, names_used
from grader.judging.source import parsed, source_of

# Seconds to import, and not every judge needs them; in this order.
_FRAMEWORKS = ("tensorflow", "keras")
# What takes long to import and a student may know without the lab. Nothing else that is
# named in a submission is imported outside of a sandbox.
_KNOWN = (*_FRAMEWORKS, "scipy.ndimage", "scipy.signal", "sklearn")
_WORD = re.compile(r"\w+")
_IMPORT = re.compile(r"^[^\S\n]*(?:import|from)\b.*", re.MULTILINE)


def of_kernels(
    course: Course, stem: str, handed_in: Iterable[str], run_all: bool
) -> list[str]:
    """Return the names of libraries that most kernels of a class will use.

    They are those that the solved lab uses, without a package that neither what its
    checks need nor any student's own text speaks of; and what a student imports of the
    libraries that students know, so that no kernel takes seconds to import it again.

    Args:
        course: the course.
        stem: of the lab.
        handed_in: the notebooks as JSON; "" for none.
        run_all: everything runs, not only what the checks need.
    """
    released = nbformat.read(course.released(stem), as_version=4)
    given = {cell.source.strip() for cell in released.cells}
    spoken, imported = set[str](), set[str]()
    for source in (own for text in handed_in for own in _own(text, given)):
        spoken |= set(_WORD.findall(source))
        imported |= set(_WORD.findall("\n".join(_IMPORT.findall(source))))
    used = names_used(course.script(stem).read_text("utf-8"))
    if not run_all and (kept := _kept(course, stem, released, spoken)):
        used = [name for name in used if _package(name) in kept]
    known = (name for name in _KNOWN if set(name.split(".")) <= imported)
    return [*dict.fromkeys((*used, *known))]


def _kept(
    course: Course, stem: str, released: NotebookNode, spoken: set[str]
) -> set[str]:
    """Return the packages that the checks need or somebody speaks of; none for all."""
    solved = nbformat.read(course.solution(stem), as_version=4)
    plan = needed(released, solved)
    if plan is None:
        return set()
    code = [
        plan.get(place, cell.source)
        for place, cell in enumerate(solved.cells)
        if cell.cell_type == "code" and not is_check(cell)
    ]
    kept = {"numpy", *map(_package, names_used(source_of(code)))}
    script = course.script(stem).read_text("utf-8")
    imported = imported_by(ast.walk(parsed(script)))
    return kept | {
        _package(name) for alias, name in imported if {alias, _package(name)} & spoken
    }


def of_judges(stem: str) -> list[str]:
    """Return the frameworks and the modules that judging a lab needs, in order."""
    modules = exercises.modules(stem)
    specs = filter(None, map(importlib.util.find_spec, modules))
    texts = (Path(spec.origin).read_text("utf-8") for spec in specs if spec.origin)
    used = {name for text in texts for name in names_used(text)}
    return [*(name for name in _FRAMEWORKS if name in used), *modules]


def _package(name: str) -> str:
    return name.partition(".")[0]


def _own(text: str, given: set[str]) -> Iterator[str]:
    """Yield the code cells of a notebook that are not the lab's own."""
    cells = json.loads(text)["cells"] if text else []
    code = (cell["source"] for cell in cells if cell["cell_type"] == "code")
    sources = ("".join(source).strip() for source in code)
    yield from (source for source in sources if source not in given)
