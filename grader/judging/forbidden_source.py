"""Find forbidden calls in a student's source, through imports and helper functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from grader.judging.source import parsed


def forbidden_calls(source: str, name: str, forbidden: Iterable[str]) -> list[str]:
    """Return the forbidden names that function `name` uses, itself or through helpers.

    Args:
        source: the student's code, cell after cell; what is defined last counts.
        name: the function to look at.
        forbidden: dotted names; "scipy.signal" also stands for all that is inside.

    Returns:
        The dotted names as imported, such as "scipy.signal.correlate2d", sorted.
    """
    module = parsed(source)
    nodes = list(ast.walk(module))
    imports = dict(imported_by(nodes))
    functions = {
        node.name: node
        for node in nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    aliases = dict(_aliases(module))
    found: set[str] = set()
    todo, seen = [name], set()
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        node = functions.get(current) or aliases.get(current)
        if node is None:
            continue
        nodes = list(ast.walk(node))
        imported = dict(imported_by(nodes))
        local = imports | imported
        bound = _bound_names(nodes) - set(imported)
        for dotted in _dotted_names(nodes):
            head, _, rest = dotted.partition(".")
            if head in bound:
                continue
            full = ".".join(filter(None, (local.get(head, head), rest)))
            found.update(full for rule in forbidden if _inside(full, rule))
            todo.append(head)
    return sorted(found)


def names_used(source: str) -> list[str]:
    """Return the dotted names that a script uses of what it imports, sorted.

    Args:
        source: Python code, such as "import numpy as np" and "np.zeros(3)".

    Returns:
        Such as ["numpy", "numpy.zeros"].
    """
    nodes = list(ast.walk(parsed(source)))
    imported = dict(imported_by(nodes))
    found = set(imported.values())
    for dotted in _dotted_names(nodes):
        head, _, rest = dotted.partition(".")
        if head in imported and rest:
            found.add(f"{imported[head]}.{rest}")
    return sorted(found)


def _inside(name: str, rule: str) -> bool:
    return name == rule or name.startswith(rule + ".")


def imported_by(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield what is imported: the name that stands for it, and its dotted name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.split(".")[0]
                yield (item.asname, item.name) if item.asname else (top, top)
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                yield item.asname or item.name, f"{node.module}.{item.name}"


def _aliases(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield other names for functions: ``f = g``, a lambda, a `functools.partial`."""
    for node in module.body:
        if isinstance(node, ast.Assign) and _is_callable(node.value):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value


def _is_callable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return any(n.endswith("partial") for n in _dotted_names(ast.walk(value.func)))
    return isinstance(value, (ast.Attribute, ast.Lambda, ast.Name))


def _bound_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the names a function binds itself, which hide those outside."""
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return bound


def _dotted_names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        parts: list[str] = []
        current: ast.AST = node
        while isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
        if isinstance(current, ast.Name) and isinstance(
            node, (ast.Attribute, ast.Name)
        ):
            yield ".".join([current.id, *reversed(parts)])
