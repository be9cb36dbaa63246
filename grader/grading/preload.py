"""Choose what is imported once, before the processes that grade are forked."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat

from grader import exercises
from grader.course.course import Course
from grader.course.roles import is_check
from grader.grading.needed import needed
from grader.judging.forbidden_source import imported_by, names_used
from grader.judging.source import parsed, source_of

# Seconds to import, and not every judge needs them; in this order.
_FRAMEWORKS = ("tensorflow", "keras")
_WORD = re.compile(r"\w+")


def of_kernels(
    course: Course, stem: str, handed_in: Iterable[str], run_all: bool
) -> list[str]:
    """Return the names of libraries that most kernels of a class will use.

    They are those that the solved lab uses; without a package that neither what its
    checks need nor any student's own text speaks of.

    Args:
        course: the course.
        stem: of the lab.
        handed_in: the notebooks as JSON; "" for none.
        run_all: everything runs, not only what the checks need.
    """
    script = course.script(stem).read_text("utf-8")
    used, kept = names_used(script), {"numpy"}
    if run_all:
        return used
    released = nbformat.read(course.released(stem), as_version=4)
    solved = nbformat.read(course.solution(stem), as_version=4)
    plan = needed(released, solved)
    if plan is None:
        return used
    code = [
        plan.get(place, cell.source)
        for place, cell in enumerate(solved.cells)
        if cell.cell_type == "code" and not is_check(cell)
    ]
    kept |= set(map(_package, names_used(source_of(code))))
    given = {cell.source.strip() for cell in released.cells}
    spoken = {word for text in handed_in for word in _words(text, given)}
    known = imported_by(ast.walk(parsed(script)))
    kept |= {
        _package(name) for alias, name in known if {alias, _package(name)} & spoken
    }
    return [name for name in used if _package(name) in kept]


def of_judges(stem: str) -> list[str]:
    """Return the frameworks and the modules that judging a lab needs, in order."""
    modules = exercises.modules(stem)
    specs = filter(None, map(importlib.util.find_spec, modules))
    texts = (Path(spec.origin).read_text("utf-8") for spec in specs if spec.origin)
    used = {name for text in texts for name in names_used(text)}
    return [*(name for name in _FRAMEWORKS if name in used), *modules]


def _package(name: str) -> str:
    return name.partition(".")[0]


def _words(text: str, given: set[str]) -> set[str]:
    """Return the words of the code in a notebook that is not the lab's own."""
    cells = json.loads(text)["cells"] if text else []
    sources = ("".join(cell["source"]).strip() for cell in cells)
    own = (source for source in sources if source not in given)
    return {word for source in own for word in _WORD.findall(source)}
