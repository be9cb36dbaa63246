"""Whose code is alike beyond what was given and what many write: a hint, never a proof.

Copydetect takes fingerprints of code in which names do not count (winnowing: Schleimer,
Wilkerson & Aiken 2003), nor comments, docstrings and spaces, which are left out before. What the released notebook has, and what
many in the class share because the task asks for it, is left out.
"""

from __future__ import annotations

import ast
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import nbformat

from grader.course.roles import is_check
from grader.grading.entry import Entry
from grader.judging.source import source_of
from grader.reports.page import write_page

# Characters of the shortest piece that counts, a letter for a name: about two lines.
# (The figures here are those with which benchmarks/similar.py finds nobody innocent.)
LENGTH, WINDOW = 20, 5
# What a twentieth of the class shares, and at least four do, is how one writes it.
COMMON, FEW = 0.05, 4
# A pair is told from so many shared fingerprints that are half of one's own, or from
# so many rare mistakes.
PIECES, SHARE, MISTAKES = 8, 0.5, 3

LIMITS = (
    "Alike is no proof: two who learned from the same book write alike, and whoever "
    "rewrites what was copied is not found. Short answers have too little of their own "
    "to tell. Look at the code before you speak to anybody."
)


@dataclass(frozen=True)
class Work:
    """What a student wrote, and the mistakes the grader named in it."""

    student: str
    code: str
    mistakes: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Part:
    """A piece of somebody's code, and whether the other one has it too."""

    text: str
    shared: bool


@dataclass(frozen=True)
class Pair:
    """Two whose work is alike.

    Attributes:
        share: of the smaller one's own fingerprints, the part that both have.
        pieces: how many fingerprints both have and few others.
        mistakes: rare ones that both made.
        parts: the code of each, in pieces.
    """

    one: str
    other: str
    share: float
    pieces: int
    mistakes: tuple[str, ...]
    parts: tuple[tuple[Part, ...], tuple[Part, ...]]


def work_of(entry: Entry, name: str) -> Work:
    """Return what a student wrote: the code cells that are not the lab's.

    Args:
        name: what the student is called.
    """
    mistakes = {
        (verdict.exercise, mistake)
        for verdict in entry.verdicts.values()
        for mistake, _ in verdict.mistakes
    }
    return Work(name, code_in(entry.notebook), frozenset(mistakes))


def code_in(notebook: str, locked: bool = False) -> str:
    """Return a notebook's code without its checks, and without locked cells unless asked."""
    cells = nbformat.reads(notebook, as_version=4).cells
    code = [c for c in cells if c.cell_type == "code" and not is_check(c)]
    roles = [cell.metadata.get("nbgrader", {}) for cell in code]
    kept = [
        cell.source
        for cell, role in zip(code, roles, strict=True)
        if locked or role.get("solution") or not role.get("locked")
    ]
    return in_one_form(source_of(kept))


def in_one_form(code: str) -> str:
    """Return code without what is only form: spaces, comments and docstrings."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1 and _is_text(body[0]):
            del body[0]
    return ast.unparse(tree)


def _is_text(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    return isinstance(node, ast.Expr) and isinstance(value, ast.Constant)


def similar(works: Sequence[Work], given: str) -> list[Pair]:
    """Return the pairs that are alike, those who share most first.

    Args:
        given: the code that everybody started from.
    """
    prints = [_fingerprint(work.code, WINDOW) for work in works]
    known = set(_fingerprint(given, 1).hashes)
    many = max(FEW, math.ceil(COMMON * len(works)))
    for each in prints:
        each.hashes = set(each.hashes) - known
    counts = Counter(h for each in prints for h in each.hashes)
    for each in prints:
        each.hashes = {h for h in each.hashes if counts[h] <= many}
    made = Counter(mistake for work in works for mistake in work.mistakes)
    rare = {mistake for mistake, count in made.items() if count <= many}
    found = [
        pair
        for (one, first), (other, second) in combinations(
            zip(works, prints, strict=True), 2
        )
        if (pair := _pair(one, first, other, second, rare)) is not None
    ]
    return sorted(found, key=lambda p: (-p.pieces * p.share - len(p.mistakes), p.one))


def _pair(
    one: Work, first: Any, other: Work, second: Any, rare: set[tuple[str, str]]
) -> Pair | None:
    shared = first.hashes & second.hashes
    own = min(len(first.hashes), len(second.hashes))
    share = len(shared) / own if own else 0.0
    mistakes = sorted(one.mistakes & other.mistakes & rare)
    if not (len(shared) >= PIECES and share >= SHARE) and len(mistakes) < MISTAKES:
        return None
    from copydetect import compare_files

    _, _, slices = compare_files(first, second)
    return Pair(
        one=one.student,
        other=other.student,
        share=share,
        pieces=len(shared),
        mistakes=tuple(f"{exercise}: {name}" for exercise, name in mistakes),
        parts=(_parts(one.code, slices[0]), _parts(other.code, slices[1])),
    )


def _fingerprint(code: str, window: int) -> Any:
    from copydetect import CodeFingerprint

    # Empty code has no fingerprint to take.
    text = io.StringIO(code or "\n")
    return CodeFingerprint("code.py", LENGTH, window, language="python", fp=text)


def _parts(code: str, slices: Any) -> tuple[Part, ...]:
    """Return code cut where what is shared begins and ends."""
    cuts = (
        [(int(a), int(b)) for a, b in zip(*slices, strict=True)] if len(slices) else []
    )
    parts, at = [], 0
    for begin, end in sorted(cuts):
        begin = max(begin, at)
        parts += [Part(code[at:begin], False), Part(code[begin:end], True)]
        at = max(at, end)
    parts.append(Part(code[at:], False))
    return tuple(part for part in parts if part.text)


def write_similar(stem: str, pairs: Sequence[Pair], works: int, path: Path) -> None:
    """Write a page with the pairs side by side.

    Args:
        works: how many submissions were compared.
        path: the file to write.
    """
    content: Mapping[str, Any] = {"stem": stem, "pairs": pairs, "works": works}
    write_page(path, "similar.html.j2", limits=LIMITS, **content)
