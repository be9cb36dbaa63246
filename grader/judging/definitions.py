"""What a student's cell defines, read from its text without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.judging.source import MAX_TRANSLATED, source_of


def statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, its magics translated; none if it is no Python.

    A cell longer than any of a lab has none either: reading it may take minutes.
    """
    if len(source) > MAX_TRANSLATED:
        return []
    try:
        return ast.parse(source_of([source])).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return []


def defined(source: str) -> list[str]:
    """Return the functions, classes and variables that a cell defines at its top level."""
    return [name for name, _ in definitions(statements(source))]


def definitions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each name that statements define, also inside `if`, `try` and `with`."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        yield part.id, node
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from definitions(getattr(node, field, []))


def answers(source: str, name: str) -> bool:
    """Return whether a cell defines `name`, and with more than a stub.

    A cell that is no Python yet, or hides its lines behind a magic such as `%%time`,
    counts by the look of its lines.
    """
    if name not in source:
        return False  # reading every cell for every name would take a second
    found = [node for known, node in definitions(statements(source)) if known == name]
    if found:
        return not is_stub(found[-1])
    return would_define(source, name)


def would_define(source: str, name: str) -> bool:
    """Return whether a line of a cell looks as if it defined `name`."""
    pattern = rf"^\s*((async\s+)?def\s+{re.escape(name)}\b|{re.escape(name)}\s*=[^=])"
    return re.search(pattern, source, re.MULTILINE) is not None


def is_stub(node: ast.stmt) -> bool:
    """Return whether a definition is a function that nobody has written yet."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return all(map(_is_nothing, body))


def _is_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return constant or isinstance(node, ast.Pass)
