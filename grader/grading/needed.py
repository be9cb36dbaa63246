"""Choose what of a notebook has to run, so that its checks can be judged.

The text that was released is known; of what a student wrote only the names are read. A
cell whose text was released is *given*; every other code cell, and every solution cell,
is the *student's* and runs whole, in its place. Of the given cells those statements run
that bind a name which the student's cells use, or change its object, and what these need
in turn. Where a student's text reaches for names in ways that cannot be read, everything
runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from nbformat import NotebookNode

from grader.course.roles import is_check
from grader.grading.statements import (
    Function,
    Statement,
    changes,
    changes_its_arguments,
    functions_in,
    last_name,
    statements_of,
    words,
)
from grader.judging.forbidden_source import imported_by
from grader.judging.source import parsed, source_of

# More than this of a student's own text is run and not read.
_MAX_CHARACTERS = 200_000
# Whoever uses one of these may reach any name, or look at what ran.
_REACHES = words(
    """
    In Out _ __ ___ __builtins__ __closure__ __code__ __dict__ __globals__ __import__
    __getattribute__ __main__ __subclasses__ _dh _getframe _i _ih _ii _iii _oh
    attrgetter currentframe delattr eval exec f_back f_globals f_locals gc getattr globals
    import_module inspect locals methodcaller modules reload setattr tb_frame user_ns vars
    """
)
# Magics that neither run Python nor look at names.
_HARMLESS_MAGIC = re.compile(
    r"get_ipython\(\)\.(system|getoutput)\(|"
    r"get_ipython\(\)\.run_line_magic\('"
    r"(cd|conda|config|ls|matplotlib|pip|precision|pwd|tensorflow_version)'"
)
# What is no plain Python and runs something all the same; line by line.
_RUNS = re.compile(r"^[^\S\n]*[%!?]|\?[^\S\n]*$|\bawait\b|\basync\b", re.MULTILINE)
# Nodes of functions, those inside others counted with each of them.
_MOST_INSIDE = 200_000
# Who draws from one of these has a state of his own.
_OWN_GENERATORS = frozenset(("Generator", "RandomState", "SeedSequence", "default_rng"))
_UNREADABLE = (SyntaxError, ValueError, MemoryError, RecursionError, SystemError)


# The place of a given cell among all cells -> the text of it that has to run, "" for
# none; a cell that is not there runs whole.
Plan = dict[int, str]


def needed(released: NotebookNode, submitted: NotebookNode) -> Plan | None:
    """Return what of the given cells has to run.

    Args:
        released: the notebook that students got.
        submitted: a student's, restored.

    Returns:
        A plan; `None` if everything has to run.
    """
    texts = {_text(cell) for cell in released.cells if _may_be_given(cell)}
    given: dict[int, tuple[Statement, ...]] = {}
    students: list[str] = []
    for place, cell in enumerate(submitted.cells):
        if cell.cell_type != "code" or is_check(cell):
            continue
        if not (_may_be_given(cell) and _text(cell) in texts):
            students.append(cell.source)
        elif (statements := _given(_text(cell))) is not None:
            given[place] = statements
    imports = {name for cell in given.values() for s in cell for name in s.imports}
    read = _Students.read(students, imports)
    if read is None:
        return None
    chosen = _Choice(given, read).chosen
    return {
        place: "".join(
            f"{statement.source.rstrip()}\n"
            for number, statement in enumerate(statements)
            if (place, number) in chosen
        )
        for place, statements in given.items()
    }


def _text(cell: NotebookNode) -> str:
    return str(cell.source).strip()


def _may_be_given(cell: NotebookNode) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and not role.get("solution") and not is_check(cell)


@lru_cache(500)  # the same for all students; what they write is not kept
def _given(code: str) -> tuple[Statement, ...] | None:
    return _statements(code)


def _statements(code: str) -> tuple[Statement, ...] | None:
    try:
        return statements_of(code)
    except _UNREADABLE:
        return None


@dataclass(frozen=True)
class _Students:
    """What a student's cells take from the notebook, and what they give it.

    Attributes:
        reads: names that they use and have not surely bound before.
        binds: names that they bind.
        stateful: functions of theirs may change what outlives a call.
        changing: functions of theirs may change what they are given.
    """

    reads: frozenset[str]
    binds: frozenset[str]
    stateful: bool
    changing: bool

    @classmethod
    def read(cls, cells: Sequence[str], imports: set[str]) -> _Students | None:
        """Return what is read of the cells, `None` if they have to be run to know.

        Args:
            cells: the sources.
            imports: names that the given cells import.
        """
        if sum(map(len, cells)) > _MAX_CHARACTERS:
            return None
        found: list[Statement] = []
        reads: set[str] = set()
        trees: list[ast.Module] = []
        for cell in cells:
            code = source_of([cell])
            statements = _statements(code)
            if statements is None or (not code and _may_run(cell)) or _reaches(code):
                return None
            found += statements
            reads |= _reads_first(statements)
            trees.append(parsed(code))
        nodes = [node for tree in trees for node in ast.walk(tree)]
        if _is_tangled(nodes):
            return None
        imports = imports | {name for s in found for name in s.imports}
        return cls(
            reads=frozenset(reads),
            binds=frozenset(name for s in found for name in s.binds),
            stateful=_is_stateful(nodes, imports),
            changing=any(map(changes_its_arguments, functions_in(nodes))),
        )


def _is_tangled(nodes: Sequence[ast.AST]) -> bool:
    """Return whether functions in functions would take long to be looked through."""
    inside = chain.from_iterable(map(ast.walk, functions_in(nodes)))
    return any(islice(inside, _MOST_INSIDE, None))


def _may_run(cell: str) -> bool:
    """Return whether a cell that is not plain Python may run something all the same."""
    return _RUNS.search(cell) is not None


def _reaches(code: str) -> bool:
    """Return whether code may reach names that it does not spell."""
    if "get_ipython" in _HARMLESS_MAGIC.sub("", code):
        return True
    for node in ast.walk(parsed(code)):
        names: set[str] = set()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names = {node.id}
        elif isinstance(node, ast.Attribute):
            names = {node.attr}
        elif isinstance(node, ast.alias):
            names = {*node.name.split(".")}
        if names & _REACHES or "*" in names:
            return True
    return False


def _reads_first(statements: Iterable[Statement]) -> set[str]:
    """Return the names that a cell takes from elsewhere."""
    reads: set[str] = set()
    bound: set[str] = set()
    for statement in statements:
        reads |= (statement.early | statement.changes) - bound
        reads |= statement.late
        bound |= statement.surely
    return reads


def _is_stateful(nodes: Sequence[ast.AST], imports: set[str]) -> bool:
    """Return whether a function among the nodes may change what outlives its call."""
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal | ast.ClassDef):
            return True
        if getattr(node, "decorator_list", None) or _draws_for_all(node):
            return True
    return any(_keeps(function, imports) for function in functions_in(nodes))


def _draws_for_all(node: ast.AST) -> bool:
    """Return whether a node draws from the generator that all share."""
    if isinstance(node, ast.ImportFrom):
        names = {item.name for item in node.names}
        return (node.module or "").rpartition(".")[
            2
        ] == "random" and not names <= _OWN_GENERATORS
    if isinstance(node, ast.Attribute) and node.attr not in _OWN_GENERATORS:
        return last_name(node.value) == "random"
    return False


def _keeps(function: Function, imports: set[str]) -> bool:
    """Return whether a function changes what is neither its own nor given to it."""
    defaults = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    if any(isinstance(d, ast.List | ast.Dict | ast.Set | ast.Call) for d in defaults):
        return True
    inside = list(ast.walk(function))
    own = {node.arg for node in inside if isinstance(node, ast.arg)}
    stored = (
        n for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    )
    own |= {name.id for name in stored} | {name for name, _ in imported_by(inside)}
    return bool(set(changes(inside)) - own - imports - {""})


class _Choice:
    """The given statements that run.

    Args:
        given: the statements of each given cell.
        students: what the student's cells take and give.
    """

    def __init__(
        self, given: dict[int, tuple[Statement, ...]], students: _Students
    ) -> None:
        self.given = given
        self.students = students
        everything = [s for statements in given.values() for s in statements]
        self._imports = {name for s in everything for name in s.imports}
        self._aliases = [pair for s in everything for pair in s.aliases]
        self._changing = {
            function.name
            for s in everything
            for function in functions_in(parsed(s.source).body)
            if isinstance(function, ast.FunctionDef) and changes_its_arguments(function)
        }
        self._tainted = self._from_students(everything)
        self.names = set(students.reads)
        if students.stateful:
            self.names |= students.binds
        self.chosen: set[tuple[int, int]] = set()
        while self._chosen_more():
            pass

    def _from_students(self, everything: Sequence[Statement]) -> set[str]:
        """Return the names whose values come from what the student wrote."""
        tainted = set(self.students.binds)
        while True:
            more = {
                name
                for statement in everything
                if statement.reads & tainted
                for name in statement.binds
            } - tainted
            if not more:
                return tainted
            tainted |= more

    def _chosen_more(self) -> bool:
        before = len(self.chosen)
        for place, statements in self.given.items():
            for number, statement in enumerate(statements):
                if (place, number) not in self.chosen and self._is_needed(statement):
                    self._choose(place, number)
            self._choose_what_may_raise_before(place)
        return len(self.chosen) > before

    def _choose(self, place: int, number: int) -> None:
        self.chosen.add((place, number))
        statement = self.given[place][number]
        self.names |= statement.reads
        self.names |= {old for new, old in self._aliases if new in self.names}

    def _is_needed(self, statement: Statement) -> bool:
        if statement.settings or statement.binds & self.names:
            return True
        if self.students.stateful and statement.reads & self._tainted:
            return True
        return bool(self._changed(statement) & self.names)

    def _changed(self, statement: Statement) -> set[str]:
        changed = set(statement.changes)
        for function, arguments in statement.calls:
            theirs = self.students.changing and function in self._tainted
            if theirs or function in self._changing:
                changed |= set(arguments)
        changed |= {old for new, old in self._aliases if new in changed}
        return changed - self._imports

    def _choose_what_may_raise_before(self, place: int) -> None:
        """Choose what could stop a cell before a statement of it that was chosen."""
        statements = self.given[place]
        chosen = [
            number
            for number, statement in enumerate(statements)
            if (place, number) in self.chosen and not statement.settings
        ]
        for number in range(max(chosen, default=0)):
            if statements[number].early & self._tainted:
                self._choose(place, number)


def left_out(submitted: NotebookNode, plan: Plan | None) -> Iterator[NotebookNode]:
    """Yield the cells that do not run, or not whole."""
    for place, text in (plan or {}).items():
        if text.strip() != _text(submitted.cells[place]):
            yield submitted.cells[place]
