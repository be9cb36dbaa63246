"""What a student's cell defines, read from its text without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from grader.judging.source import MAX_TRANSLATED, parsed, source_of


def statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, its magics translated; none if it is no Python.

    A cell longer than any of a lab has none either: reading it may take minutes.
    """
    if len(source) > MAX_TRANSLATED:
        return []
    try:
        return parsed(source_of([source])).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []


def defined(source: str) -> list[str]:
    """Return the functions, classes and variables that a cell defines at its top level."""
    return [name for name, _ in definitions(statements(source))]


def definitions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that statements define, also inside `if`, `try` and `with`."""
    todo = body[::-1]  # no recursion: an `elif` lies in the one before
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        yield part.id, node
        else:
            todo += [inner for block in _blocks(node) for inner in block][::-1]


def answers(source: str, name: str) -> bool:
    """Return whether a cell defines `name`, and with more than a lab's own beginning.

    A cell that is no Python yet, or hides its lines behind a magic such as `%%time`,
    counts by the look of its lines.
    """
    if name not in source:
        return False
    found = [finished for known, finished in _finished(source) if known == name]
    return found[-1] if found else would_define(source, name)


@lru_cache(100)  # asked again for each name; no lab has more cells
def _finished(source: str) -> tuple[tuple[str, bool], ...]:
    """Return what a cell defines, and whether each is written to its end."""
    found = definitions(statements(source))
    return tuple((name, not is_unfinished(node)) for name, node in found)


def would_define(source: str, name: str) -> bool:
    """Return whether a line of a cell looks as if it defined `name`."""
    pattern = rf"^\s*((async\s+)?def\s+{re.escape(name)}\b|{re.escape(name)}\s*=[^=])"
    return re.search(pattern, source, re.MULTILINE) is not None


def is_unfinished(node: ast.stmt) -> bool:
    """Return whether a definition is a function that nobody has written to its end.

    It is empty, or the labs' own `raise NotImplementedError` can still be reached.
    """
    try:
        return is_empty(node) or (_is_function(node) and _leaves_open([node]))
    except RecursionError:
        return False  # nothing that a lab begins


def is_empty(node: ast.stmt) -> bool:
    """Return whether a definition is a function in which nothing is done."""
    return _is_function(node) and all(map(_is_nothing, *_blocks(node)))


def _is_function(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _is_nothing(node: ast.stmt) -> bool:
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Pass) or _is_left_open(node)


def _is_left_open(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _leaves_open(block: list[ast.stmt]) -> bool:
    """Return whether the end that a lab leaves open is reached in some statements."""
    for node in block:
        if _is_left_open(node) or any(map(_leaves_open, _blocks(node))):
            return True
        if isinstance(node, ast.Raise | ast.Return):
            return False
    return False


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the statements inside a statement."""
    for part in ("body", "orelse", "finalbody"):
        block = getattr(node, part, None)
        if isinstance(block, list):
            yield block
