"""What of a lab a student has deleted and needs: imports, helpers, constants."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from grader.judging.definitions import definitions, is_unfinished, statements
from grader.judging.source import source_of


def deleted(released: Sequence[str], handed_in: Sequence[str]) -> Iterator[str]:
    """Yield the released lines that define what the code handed in uses and nothing defines.

    Imports, functions, classes and constants only: what else a lab computes is no help
    for an answer, and may take minutes.

    Args:
        released: the code cells of the lab.
        handed_in: those of a student, once what is not theirs is restored.
    """
    own = [statement for source in handed_in for statement in statements(source)]
    # The checks call it, wherever they stand now.
    known = set(_bound(own)) - ({"check"} if _checks_too_early(own) else set())
    offered = _offered(tuple(released))
    wanted, taken = _used(own), set[int]()
    while True:
        more = {
            number
            for number, (names, _, _) in enumerate(offered)
            if number not in taken and names & wanted - known
        }
        if not more:
            break
        taken |= more
        for number in more:
            wanted |= _used([offered[number][1]])
    lines = [_lines(*offered[number][1:]) for number in sorted(taken)]
    yield from dict.fromkeys(lines)  # a lab imports some things twice


@lru_cache(4)  # the same for all students
def _offered(released: tuple[str, ...]) -> list[tuple[set[str], ast.stmt, str]]:
    """Return what a lab defines: the names, the statement, the cell that it stands in."""
    return [
        (set(_bound([statement])), statement, source)
        for source in released
        for statement in statements(source)
        if _is_definition(statement)
    ]


def _lines(statement: ast.stmt, source: str) -> str:
    decorators = getattr(statement, "decorator_list", [])
    first = min(node.lineno for node in [statement, *decorators])
    return "\n".join(source_of([source]).splitlines()[first - 1 : statement.end_lineno])


def _checks_too_early(body: list[ast.stmt]) -> bool:
    """Return whether `check` is called before it is imported."""
    for statement in body:
        if "check" in _bound([statement]):
            return False
        if "check" in _used([statement]):
            return True
    return False


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(name.isupper() for name in _bound([node]))
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not is_unfinished(node)


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements bind, imported ones and loops' as well."""
    yield from (name for name, _ in definitions(body))
    for node in body:
        for part in ast.walk(node) if not _is_scope(node) else ():
            if isinstance(part, ast.Import | ast.ImportFrom):
                for item in part.names:
                    yield item.asname or item.name.split(".")[0]
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def _is_scope(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _used(body: list[ast.stmt]) -> set[str]:
    return {
        part.id
        for node in body
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }
