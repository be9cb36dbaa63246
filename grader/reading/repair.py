"""A valid notebook out of whatever holds cells: known things kept, all else made new."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.exceptions import UnreadableSubmission
from grader.judging.source import parsed
from grader.probing.plain import writable
from grader.reading.text import no_notebook, pieces_of

MAX_CELLS = 2000
# Turning words into a page can take a time that grows with the square of them. The
# labs' own have under 2,000 characters a cell and 20,000 in all.
MAX_WORDS, MAX_ALL_WORDS = 20_000, 200_000
_MAX_POINTS = 1000
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS = {"code": "code", "raw": "raw", "markdown": "markdown"} | dict.fromkeys(
    ("heading", "html", "md", "text"), "markdown"
)
_EVERY_CELL = {"cell_type", "metadata", "source"}
_OF_CODE = {"execution_count", "outputs"}
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def read(
    data: bytes, name: str, outputs: bool = False
) -> tuple[NotebookNode, list[str]]:
    """Return the notebook in a file, and a note on what was mended.

    Whatever holds cells becomes a valid notebook; the same cells become the same one.

    Args:
        data: the file's bytes.
        name: of the file, for what is said.
        outputs: keep what the cells showed; else it is left out.

    Raises:
        UnreadableSubmission: there are no cells, or too many, or no end of them.
    """
    pieces, wrong = pieces_of(data, name, outputs)
    cells = _all_cells(pieces)
    is_empty = any(map(_is_empty_notebook, pieces))
    if not (cells or is_empty or outputs):
        # A damaged file may call its cells outputs, which were left out.
        with suppress(UnreadableSubmission):
            pieces, wrong = pieces_of(data, name, outputs=True)
            cells = _all_cells(pieces)
            wrong.append("its cells stood in the place of outputs")
    if not (cells or is_empty):
        raise no_notebook(name, data)
    if len(cells) > MAX_CELLS:
        raise UnreadableSubmission(f"{name} has more than {MAX_CELLS} cells.")
    written = next((p.get("nbformat") for p in pieces if isinstance(p, dict)), None)
    if written != 4 and len(pieces) == 1:
        wrong.append("its format is not the one that JupyterLab writes today")
    odd = sum(_is_odd(cell) for cell in cells)
    if odd and written == 4:
        wrong.append(f"in {_cells_in_words(odd)} something was missing or too much")
    notebook = nbformat.v4.new_notebook(metadata=copy.deepcopy(_METADATA))
    notebook.cells = [_cell(cell, outputs) for cell in cells]
    settle(notebook)
    mended = f"{name} was mended before grading: {'; '.join(wrong)}."
    return notebook, [mended] if wrong else []


def _is_empty_notebook(piece: Any) -> bool:
    return isinstance(piece, dict) and piece.get("cells") == []


def settle(notebook: NotebookNode) -> None:
    """Give every cell an id of its own, cut endless words, drop what tags switch off."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    _number_cells(notebook.cells)
    left = MAX_ALL_WORDS
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)
        if cell.cell_type != "code":
            cell.source = _cut(cell.source, min(MAX_WORDS, left))
            left = max(0, left - len(cell.source))


def _all_cells(pieces: Iterable[Any]) -> list[dict[str, Any]]:
    return [cell for piece in pieces for cell in _cells(piece)]


def _cells(piece: Any) -> Iterator[dict[str, Any]]:
    """Yield the cells in some JSON: of today's format, of old ones, and wrapped ones."""
    todo: list[tuple[Any, bool]] = [(piece, False)]
    while todo:
        value, in_cells = todo.pop()
        if isinstance(value, dict):
            if "cell_type" in value or (in_cells and {"source", "input"} & set(value)):
                yield value
                continue
            inner = [(item, key == "cells") for key, item in value.items()]
        elif isinstance(value, list):
            inner = [(item, in_cells) for item in value]
        else:
            continue
        todo += reversed(inner)


def _is_odd(cell: dict[str, Any]) -> bool:
    """Return whether a cell has other keys or types than its kind should have."""
    code = cell.get("cell_type") == "code"
    wanted = _EVERY_CELL | (_OF_CODE if code else set())
    allowed = wanted | {"id"} | (set() if code else {"attachments"})
    return (
        not wanted <= set(cell) <= allowed
        or cell["cell_type"] not in ("code", "markdown", "raw")
        or not isinstance(cell["metadata"], dict)
        or not isinstance(cell["source"], str | list)
    )


def _cells_in_words(number: int) -> str:
    return "one cell" if number == 1 else f"{number} cells"


def _cell(cell: dict[str, Any], outputs: bool) -> NotebookNode:
    """Return a valid cell with what is known of this one."""
    metadata = cell.get("metadata")
    role = _role(metadata.get("nbgrader") if isinstance(metadata, dict) else None)
    source = _source(cell)
    kind = _kind(cell, role, source)
    # As nbformat would make it, without asking the schema whether it is valid.
    made: NotebookNode = nbformat.from_dict(
        {"cell_type": kind, "metadata": {}, "source": source}
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
    )
    made["id"] = cell["id"] if isinstance(cell.get("id"), str) else ""
    if role:
        made.metadata["nbgrader"] = NotebookNode(role)
    if kind == "markdown":
        pictures = _pictures(cell.get("attachments"))
        if pictures:
            made["attachments"] = nbformat.from_dict(pictures)
    if kind == "code" and outputs:
        made["outputs"] = list(_outputs(cell.get("outputs")))
    return made


def _outputs(found: Any) -> Iterator[NotebookNode]:
    """Yield what a cell showed, as far as a valid notebook can have it."""
    for output in found if isinstance(found, list) else ():
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind == "stream":
            yield nbformat.v4.new_output(kind, text=_joined(output.get("text")))
        elif kind == "error":
            texts = {key: _joined(output.get(key)) for key in ("ename", "evalue")}
            trace = _joined(output.get("traceback"), "\n").split("\n")
            yield nbformat.v4.new_output(kind, **texts, traceback=trace)
        elif kind in ("display_data", "execute_result"):
            data = output.get("data")
            forms = data.items() if isinstance(data, dict) else ()
            known = {writable(form): _joined(value) for form, value in forms}
            yield nbformat.v4.new_output("display_data", data=known)


def _joined(found: Any, between: str = "") -> str:
    """Return a text that a notebook may keep as a list of lines."""
    lines = found if isinstance(found, list) else [found]
    return writable(between.join(line for line in lines if isinstance(line, str)))


def _source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which older formats keep under another name."""
    found = cell.get("source", cell.get("input"))
    if isinstance(found, list):
        lines = [line for line in found if isinstance(line, str)]
        ended = any(line.endswith(("\n", "\r")) for line in lines)
        found = ("" if ended else "\n").join(lines)
    text = found if isinstance(found, str) else ""
    level = cell.get("level")
    if cell.get("cell_type") == "heading" and isinstance(level, int):
        text = f"{'#' * min(max(level, 1), 6)} {text}"
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return writable(text)


def _kind(cell: dict[str, Any], role: dict[str, Any], source: str) -> str:
    said = cell.get("cell_type")
    known = _KINDS.get(said.strip().lower()) if isinstance(said, str) else None
    known = known or _KINDS.get(role.get("cell_type", ""))
    if known:
        return known
    return "code" if _OF_CODE & set(cell) or _is_python(source) else "markdown"


def _is_python(source: str) -> bool:
    try:
        return len(source) < MAX_WORDS and bool(parsed(source).body)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


def _role(found: Any) -> dict[str, Any]:
    """Return what of nbgrader's metadata is a role, with all that one needs."""
    if not (isinstance(found, dict) and isinstance(found.get("grade_id"), str)):
        return {}
    role: dict[str, Any] = {
        key: found.get(key) is True for key in ("grade", "locked", "solution")
    }
    # nbgrader looks for copies among cells that have some role.
    role["locked"] |= not (role["grade"] or role["solution"])
    if role["grade"]:
        points = found.get("points")
        known = isinstance(points, int | float) and 0 <= points <= _MAX_POINTS
        role["points"] = points if known else 0
    kind = found.get("cell_type")
    role["cell_type"] = kind if kind in ("code", "markdown") else "code"
    # nbgrader's own, by which it knows a written answer that nobody has touched.
    if isinstance(found.get("checksum"), str):
        role["checksum"] = writable(found["checksum"])
    grade_id = writable(found["grade_id"])
    return {**role, "grade_id": grade_id, "schema_version": 3, "task": False}


def _pictures(found: Any) -> dict[str, dict[str, str]]:
    """Return the pictures that belong to a cell of words."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in found.items() if isinstance(found, dict) else ():
        if isinstance(bundle, dict):
            kept[writable(name)] = {
                kind: writable(picture)
                for kind, picture in bundle.items()
                if kind.startswith("image/") and isinstance(picture, str)
            }
    return kept


def _number_cells(cells: list[NotebookNode]) -> None:
    """Number cells without a usable id; nbformat would give them random ones."""
    taken = {cell.get("id") for cell in cells}
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        found = cell.get("id", "")
        if not _CELL_ID.fullmatch(found) or found in seen:
            found = f"repaired-{number:03d}"
            while found in taken:
                found += "x"
        cell["id"] = found
        seen.add(found)


def _cut(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    return f"{words[:most]}\n\n(Cut here: {len(words):,} characters are too many.)"
