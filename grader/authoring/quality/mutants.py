"""Make wrong versions of a solution by changing its source in one place.

Operators, comparisons, numbers, keywords and loops are changed by Cosmic Ray's operators
(https://cosmic-ray.readthedocs.io); dropped statements and swapped or dropped arguments,
which it has no operator for, by our own.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from grader.authoring.quality.effort import spread
from grader.exceptions import HostError

# Cosmic Ray has more: decorators, exceptions and made-up variables say nothing here.
_OPERATORS = (
    *("AddNot", "NumberReplacer", "ZeroIterationForLoop", "ReplaceTrueWithFalse"),
    *("ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
)
_FAMILIES = (
    "ReplaceBinaryOperator",
    "ReplaceComparisonOperator",
    "ReplaceUnaryOperator",
)
# A huge power of whole numbers is computed in C, where no limit of time reaches it.
_ENDLESS = ("_Pow", "_LShift")
# Tells in words what it can change of a node, or with a number makes that change.
_Change = Callable[[ast.AST, int | None], list[str]]


@dataclass(frozen=True)
class Mutant:
    """A changed source, and the change in words."""

    change: str
    source: str


def mutants(source: str, most: int) -> list[Mutant]:
    """Return versions of a function that differ from it in one place.

    Args:
        source: the function, as Python code.
        most: make at most so many, evenly from all.

    Returns:
        Distinct versions that are Python code, in a fixed order.
    """
    same = ast.dump(ast.parse(source))
    found: dict[str, Mutant] = {}
    for make in spread([*_by_cosmic_ray(source), *_by_structure(source)], most):
        mutant = make()
        try:
            key = ast.dump(ast.parse(mutant.source))
        except SyntaxError:
            continue
        if key != same:
            found.setdefault(key, mutant)
    return list(found.values())


def _by_cosmic_ray(source: str) -> Iterator[Callable[[], Mutant]]:
    try:
        from cosmic_ray import ast as parsed
        from cosmic_ray import mutating, plugins
    except ModuleNotFoundError:
        raise HostError(
            "Measuring the grader needs Cosmic Ray: pip install -e '.[dev]'."
        ) from None

    def changed(operator: Any, occurrence: int) -> Mutant:
        code = mutating.mutate_code(source, operator, occurrence)
        return Mutant(_difference(source, code), code)

    nodes = list(parsed.ast_nodes(parsed.get_ast(source)))
    for full_name in sorted(plugins.operator_names()):
        name = full_name.split("/")[1]
        if not (name in _OPERATORS or name.startswith(_FAMILIES)):
            continue
        if name.endswith(_ENDLESS):
            continue
        operator = plugins.get_operator(full_name)()
        occurrences = sum(len(list(operator.mutation_positions(n))) for n in nodes)
        for occurrence in range(occurrences):
            yield partial(changed, operator, occurrence)


def _difference(before: str, after: str) -> str:
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    for old, new in pairs:
        if old != new:
            return f"`{old.strip()}` becomes `{new.strip()}`"
    return "a line is gone"


def _by_structure(source: str) -> Iterator[Callable[[], Mutant]]:
    tree = ast.parse(source)

    def changed(change: _Change, place: int, number: int, words: str) -> Mutant:
        copied = copy.deepcopy(tree)
        change(list(ast.walk(copied))[place], number)
        return Mutant(words, ast.unparse(copied))

    for change in (_drop_statements, _swap_arguments, _drop_keywords, _turn_slices):
        for place, node in enumerate(ast.walk(tree)):
            for number, words in enumerate(change(node, None)):
                yield partial(changed, change, place, number, words)


def _drop_statements(node: ast.AST, number: int | None) -> list[str]:
    """Drop a statement; the docstring and a lone statement are no loss or no code."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or isinstance(node, ast.Module):
        return []
    places = [i for i, statement in enumerate(body) if not _is_text(statement)]
    if number is not None:
        body[places[number]] = ast.Pass()
        return []
    return [f"`{_first_line(body[place])}` is dropped" for place in places]


def _swap_arguments(node: ast.AST, number: int | None) -> list[str]:
    """Swap two neighbours among a call's arguments, a tuple's items or a list's."""
    items = getattr(node, "args" if isinstance(node, ast.Call) else "elts", None)
    if not isinstance(items, list) or len(items) < 2:
        return []
    if number is not None:
        items[number], items[number + 1] = items[number + 1], items[number]
        return []
    shown = [ast.unparse(item) for item in items]
    return [f"`{a}` and `{b}` are swapped" for a, b in itertools.pairwise(shown)]


def _drop_keywords(node: ast.AST, number: int | None) -> list[str]:
    """Drop a keyword argument, such as an axis."""
    if not isinstance(node, ast.Call) or not node.keywords:
        return []
    if number is not None:
        del node.keywords[number]
        return []
    return [f"`{ast.unparse(keyword)}` is dropped" for keyword in node.keywords]


def _turn_slices(node: ast.AST, number: int | None) -> list[str]:
    """Drop a bound of a slice."""
    if not isinstance(node, ast.Slice):
        return []
    bounds = [name for name in ("lower", "upper", "step") if getattr(node, name)]
    if number is not None:
        setattr(node, bounds[number], None)
        return []
    return [f"the {name} bound of `{ast.unparse(node)}` is dropped" for name in bounds]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]
