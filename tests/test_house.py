"""The rooms of grader/: who may know whom, how large a room is, and that the map has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "grader"
# From the top down: a room imports what stands below it, never what stands above.
# `pretrained` builds its network as a probe does, so it stands above `probing`.
ROOMS = (
    *("__main__", "cli", "reports", "authoring", "grading"),
    *("platforms", "course"),
    *("", "notebook", "kernel"),  # "" is the package's own face: `check`
    *("reading", "exercises", "judging", "pretrained", "probing"),
    *("training", "notice", "graded", "digits", "go", "folder", "exceptions"),
)
Arrows = dict[str, set[str]]


def _path_of(name: str) -> Path | None:
    path = ROOT.joinpath(*name.split("."))
    found = [p for p in (path / "__init__.py", path.with_suffix(".py")) if p.exists()]
    return found[0] if found else None


def _name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _modules() -> list[Path]:
    """Every module but the samples, which are answers as students write them."""
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "samples" not in p.parts]


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules of the package that a module imports, late imports as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if _path_of(inner) else str(node.module)


@pytest.fixture(scope="module")
def arrows() -> Arrows:
    """Give what each module of the package imports of it."""
    return {
        _name_of(path): {
            name
            for name in _imports(ast.parse(path.read_text("utf-8")))
            if name.split(".")[0] == "grader"
        }
        for path in _modules()
    }


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def upwards(arrows: Arrows) -> list[str]:
    """Give the arrows that lead to a room above, or from below the wall over it."""
    return [
        f"{one} imports {other}"
        for one, others in arrows.items()
        for other in others
        if ROOMS.index(_room(other)) < ROOMS.index(_room(one))
    ]


def circle(arrows: Arrows) -> list[str]:
    """Give the modules of a circle, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def beside_the_student(arrows: Arrows) -> set[str]:
    """Give the rooms that probing knows of, itself or through others."""
    todo = [module for module in arrows if _room(module) == "probing"]
    seen: set[str] = set()
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += arrows[module]
    return {_room(module) for module in seen}


def labs_named(source: str) -> list[str]:
    """Give the strings of a module, but for docstrings, that name a lab."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and re.search(r"\blab\d\d", node.value)
    ]


def test_probing_holds_no_right_answer(arrows):
    """What runs beside the student's code knows no judge, no exercise and no course."""
    assert beside_the_student(arrows) <= {"probing", "exceptions", "folder"}


def test_judging_knows_no_lab(arrows):
    """The judge imports no exercise and names no lab."""
    known = {
        _room(other)
        for module, others in arrows.items()
        if _room(module) == "judging"
        for other in others
    }
    assert known <= {"judging", "probing", "exceptions", "folder"}
    for path in (PACKAGE / "judging").rglob("*.py"):
        assert labs_named(path.read_text("utf-8")) == [], path.name


def test_no_circles_and_no_arrow_upwards(arrows):
    """Rooms stand above each other, and modules in one of them in no circle."""
    assert upwards(arrows) == []
    # The package's face is imported before any of its modules, whoever asks for one.
    assert circle({m: others - {"grader"} for m, others in arrows.items()}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("grader.probing.answer", "grader.judging.judge"),
        ("grader.judging.judge", "grader.exercises"),
        ("grader.judging.show", "grader.judging.judge"),
        ("grader.folder", "grader.course.course"),
    ],
)
def test_the_laws_can_be_broken(arrows, one, other):
    """An arrow that a law forbids is seen."""
    assert one in arrows
    assert other in arrows
    broken = arrows | {one: arrows[one] | {other}}
    assert upwards(broken) or circle(broken)
    if _room(one) == "probing":
        assert "judging" in beside_the_student(broken)
    assert labs_named('"""Of lab01."""\nhint = "as in lab01"\n') == ["as in lab01"]


@pytest.mark.parametrize("path", _modules(), ids=_name_of)
def test_size(path):
    """No exercise has more than 500 lines, no other module 400, no function 60."""
    source = path.read_text("utf-8")
    exercise = "\nEXERCISE = " in source
    assert len(source.splitlines()) <= (500 if exercise else 400)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


def test_every_lab_lists_its_files():
    """A lab's order names each of its exercises, and each has a file."""
    from grader import exercises

    for stem in exercises.stems():
        folder = PACKAGE / "exercises" / stem
        files = {p.stem for p in folder.glob("*.py")} - {"__init__"}
        written = {name.rpartition(".")[2] for name in exercises.modules(stem)}
        extra = files - written
        assert written <= files
        for name in extra:
            source = (folder / f"{name}.py").read_text("utf-8")
            assert "EXERCISE = " not in source, f"{stem}/{name}.py is in no order"


def test_the_map_has_every_folder():
    """CONTRIBUTING has a line for each folder of grader/, in at most 40 lines."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    begin = text.index("## The map")
    section = text[begin : text.index("\n## ", begin + 1)]
    assert len(section.strip().splitlines()) <= 40
    folders = {
        path.parent.relative_to(ROOT).as_posix() + "/"
        for path in _modules()
        if not re.search(r"exercises/lab\d\d", path.as_posix())
    }
    missing = [folder for folder in sorted(folders) if f"`{folder}`" not in section]
    assert missing == []
