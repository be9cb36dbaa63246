"""What a top-level statement of a notebook reads, binds and changes."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.judging.source import parsed


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Methods that leave their object as it is; any other is taken to change it.
_READING = words(
    """
    all any argmax argmin argsort astype copy count count_params cumsum dot evaluate
    flatten get get_config get_layer get_weights index items join keys max mean min
    nonzero numpy predict ravel repeat reshape round std sum summary swapaxes tolist
    transpose values var
    """
)
# Functions that change an argument: `np.copyto(target, ...)`.
_CHANGES_ARGUMENTS = words(
    "copyto delattr fill_diagonal next place put putmask setattr shuffle"
)
# What changes what belongs to nobody: settings, and the seed of all.
_SETTINGS = words(
    """
    filterwarnings rcParams seed set_floatx set_printoptions set_random_seed set_seed
    seterr simplefilter
    """
)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Statement:
    """A top-level statement.

    Attributes:
        source: its text, decorators included.
        early: names that it takes from the notebook when it runs, before it binds them.
        late: names that the functions in it take when they are called.
        binds: names that it gives the notebook.
        surely: of these, those that it gives whatever happens.
        imports: of these, those that it imports.
        changes: names whose objects it may change in place.
        aliases: (new, old) where both names may stand for one object, or a part of it.
        calls: of each call, the name it starts from and those of its arguments.
        settings: it changes what belongs to nobody.
    """

    source: str
    early: frozenset[str]
    late: frozenset[str]
    binds: frozenset[str]
    surely: frozenset[str]
    imports: frozenset[str]
    changes: frozenset[str]
    aliases: tuple[tuple[str, str], ...]
    calls: tuple[tuple[str, tuple[str, ...]], ...]
    settings: bool

    @property
    def reads(self) -> frozenset[str]:
        """Return all names that it takes from the notebook, now or later."""
        return self.early | self.late


def statements_of(code: str) -> tuple[Statement, ...]:
    """Cut plain Python code into its top-level statements.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: Python cannot read it.
    """
    lines = code.splitlines(keepends=True)
    return tuple(_statement(node, lines) for node in parsed(code).body)


def _statement(node: ast.stmt, lines: list[str]) -> Statement:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    nodes = list(ast.walk(node))
    early, late, binds = _names(node)
    imports = binds if isinstance(node, ast.Import | ast.ImportFrom) else frozenset()
    certain = isinstance(node, ast.Assign | ast.FunctionDef | ast.ClassDef)
    return Statement(
        source="".join(lines[first - 1 : node.end_lineno]),
        early=early,
        late=late,
        binds=binds,
        surely=binds if certain or imports else frozenset(),
        imports=imports,
        changes=frozenset(changes(nodes)) & (early | late | binds),
        aliases=tuple(_aliases(node)),
        calls=tuple(_calls(nodes)),
        settings=_sets(node, nodes),
    )


def _names(node: ast.stmt) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the names read at once, those read by functions, and those bound."""
    module = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    symbols = module.get_symbols()
    early = {s.get_name() for s in symbols if s.is_referenced()}
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    late: set[str] = set()
    for table in _below(module):
        for symbol in table.get_symbols():
            in_class = table.get_type() == "class" and symbol.is_referenced()
            if symbol.is_global() or in_class:
                late.add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                binds.add(symbol.get_name())
    for inner in ast.walk(node):
        if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            early.add(inner.target.id)
    return frozenset(early - _bound_by_loop(node)), frozenset(late), frozenset(binds)


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _below(child)


def _bound_by_loop(node: ast.stmt) -> set[str]:
    """Return the names of a loop's target, which its body takes from the loop itself."""
    if not isinstance(node, ast.For):
        return set()
    bound = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    return bound - {n.id for n in ast.walk(node.iter) if isinstance(n, ast.Name)}


def root(node: ast.AST) -> str:
    """Return the name that an expression such as ``a.b[0].c()`` starts from, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    """Return the last name of ``a.b.c``, or ""."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def changes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names whose objects may be changed in place."""
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript):
            if not isinstance(node.ctx, ast.Load):
                yield root(node)
        elif isinstance(node, ast.AugAssign):
            yield root(node.target)
        elif isinstance(node, ast.Call):
            name = last_name(node.func)
            if isinstance(node.func, ast.Attribute) and name not in _READING:
                yield root(node.func)
            if name in _CHANGES_ARGUMENTS:
                yield from map(root, node.args)
            yield from (root(k.value) for k in node.keywords if k.arg == "out")


def _calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in nodes:
        if isinstance(node, ast.Call) and root(node.func):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            yield root(node.func), tuple(filter(None, map(root, given)))


def _aliases(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Call):
        return
    values = [node.value, *getattr(node.value, "elts", [])]
    for target in node.targets:
        for new in (target, *getattr(target, "elts", [])):
            if isinstance(new, ast.Name):
                yield from ((new.id, root(value)) for value in values if root(value))


def _sets(node: ast.stmt, nodes: Iterable[ast.AST]) -> bool:
    if not isinstance(node, ast.Expr | ast.Assign):
        return False
    return any(last_name(inner) in _SETTINGS for inner in nodes)


def functions_in(nodes: Iterable[ast.AST]) -> Iterator[Function]:
    """Yield the functions and lambdas among nodes."""
    yield from (node for node in nodes if isinstance(node, Function))


def changes_its_arguments(function: Function) -> bool:
    """Return whether a function may change an object that it is given."""
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = {argument.arg for argument in given}
    return bool(names & set(changes(ast.walk(function))))
