"""A notebook damaged anywhere is graded, or refused in words; never with a traceback."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from conftest import ROOT, copy_course
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course.course import Course
from grader.exceptions import UnreadableSubmission
from grader.grading.gradebook import one_gradebook, register
from grader.grading.submission import restore
from grader.reading.repair import read
from grader.reading.which import examine

STEM = "lab00_how_grading_works"
NAME = f"{STEM}.ipynb"
SECONDS = 20  # for one file; on a busy machine most take a tenth of one
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.sampled_from(["code", "markdown", "double", "predictions", "\ud800", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "cells",
        "cell_type",
        "source",
        "metadata",
        "nbgrader",
        "grade_id",
        "outputs",
        "id",
    ]
) | st.text(max_size=8)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything in some JSON."""
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in list(items):
            yield from _places(item, (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a lab's notebook that is damaged in up to five places."""
    notebook = copy.deepcopy(draw(st.sampled_from(NOTEBOOKS)))
    for _ in range(draw(st.integers(0, 3))):
        paths = [path for path in _places(notebook) if path]
        if paths:
            _damage(draw, notebook, draw(st.sampled_from(paths)))
    encoding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "cp1252"]))
    text = json.dumps(notebook, indent=draw(st.sampled_from([None, 1])))
    data = bytearray(text.encode(encoding, "replace"))
    for _ in range(draw(st.integers(0, 2))):
        _damage_bytes(draw, data)
    return bytes(data)


def _damage(draw: st.DrawFn, notebook: Any, path: tuple[Any, ...]) -> None:
    parent, key = _at(notebook, path[:-1]), path[-1]
    how = draw(st.sampled_from(["replace", "drop", "double", "rename", "wrap", "swap"]))
    if how == "replace":
        parent[key] = draw(JSON)
    elif how == "drop":
        del parent[key]
    elif how == "wrap":
        parent[key] = draw(st.sampled_from([[parent[key]], {"x": parent[key]}]))
    elif isinstance(parent, list):
        other = draw(st.integers(0, len(parent) - 1))
        if how == "double":
            parent.insert(other, copy.deepcopy(parent[key]))
        else:
            parent[key], parent[other] = parent[other], parent[key]
    else:
        value = parent[key] if how == "double" else parent.pop(key)
        parent[draw(KEYS)] = copy.deepcopy(value)


def _damage_bytes(draw: st.DrawFn, data: bytearray) -> None:
    if not data:
        return
    start = draw(st.integers(0, len(data) - 1))
    length = draw(st.sampled_from([0, 1, 2, 20, 1000, len(data)]))
    data[start : start + length] = draw(
        st.binary(max_size=6)
        | st.sampled_from(
            [b'"', b"\\", b"[" * 2000, b"{", b"]}", b",", b"\0", b"<<<<<<<"]
        )
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Give a course whose gradebook knows the lab; restoring changes nothing there."""
    course = copy_course(tmp_path_factory.mktemp("fuzzed") / "course")
    with one_gradebook():
        register(course, STEM)
        yield course


def _notebooks() -> list[Any]:
    solved = json.loads((ROOT / "solutions" / STEM / NAME).read_text("utf-8"))
    for cell in solved["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
            ]
    old = nbformat.convert(nbformat.reads(json.dumps(solved), as_version=4), 3)
    return [solved, json.loads(nbformat.writes(old, version=3))]


NOTEBOOKS = _notebooks()


def _code_in(data: bytes) -> bool:
    """Return whether a file is JSON with a code cell in it."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    found = (_at(value, path) for path in _places(value))
    return any(isinstance(v, dict) and v.get("cell_type") == "code" for v in found)


def _try(course: Course, data: bytes) -> None:
    begun = time.monotonic()
    try:
        notebook, _ = read(data, NAME)
    except UnreadableSubmission as error:
        return _assert_told(str(error), data)
    assert examine(data, NAME, STEM).notebook == notebook
    nbformat.validate(notebook)
    restored, notes = restore(notebook, STEM, "ada", course.db_url, course.config)
    nbformat.validate(restored)
    nbformat.writes(restored).encode()
    assert all(note.encode() and note.endswith(".") for note in notes)
    checks = [c.source.split("\n")[-1] for c in restored.cells if _is_check(c)]
    assert sorted(checks) == ['check("lab00.double")', 'check("lab00.predictions")']
    assert time.monotonic() - begun < SECONDS
    return None


def _assert_told(refused: str, data: bytes) -> None:
    assert refused.startswith(NAME)
    assert refused.endswith(".")
    assert not _code_in(data)


def _is_check(cell: Any) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("grade") and not role["solution"])


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(300, marks=pytest.mark.slow),
        pytest.param(10_000, marks=pytest.mark.complete),
    ],
)
def test_damaged_anywhere(course: Course, number: int) -> None:
    """Each file is read, restored and complete, or refused with a sentence."""

    @settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged())
    def trying(data: bytes) -> None:
        _try(course, data)

    trying()
