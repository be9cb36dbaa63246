"""Write a class as real ones are: four answers in ten wrong, half of these unknown.

    python benchmarks/classroom.py LAB STUDENTS COURSE

COURSE becomes a copy of the course with `submitted/` in nbgrader's layout. To each
exercise three students in five answer right, one makes a mistake that the judge knows by
name, one makes another: an answer of `tests/answers` or a mutant of the solution that the
judge finds wrong and has no name for. What nobody can write so (a row of predictions) is
left as it was released. No two answers are equal: each names its student.
"""

from __future__ import annotations

import copy
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import exercises
from grader.authoring.quality.mutants import mutants
from grader.authoring.quality.outside import Answer, judged, read
from grader.authoring.sample_class import _MARKERS, SOLUTION_SUFFIX
from grader.folder import CONFIG_NAME, find_root, write_whole

# What five neighbours in the class answer to an exercise, and to the next one in turn.
KINDS = ("right", "named", "right", "unnamed", "right")
# So many different unnamed answers are looked for, among so many mutants.
MOST_UNNAMED, MOST_TRIED = 3, 24
# A check that took longer met an endless loop; in class there are none.
MOST_SECONDS = 8.0


@dataclass(frozen=True)
class Bank:
    """What may be written in the solution cell of one exercise."""

    name: str
    solution: str
    released: str
    outside: Sequence[Answer]
    root: Path
    students: int

    def text(self, kind: str, student: int) -> str:
        """Return what a student writes, unlike what anybody else does."""
        known = {"right": self.right, "named": self.named, "unnamed": self.unnamed}
        found = known[kind] or (self.released,)
        return f"{found[student % len(found)].rstrip()}\n# by student {student}\n"

    @cached_property
    def right(self) -> Sequence[str]:
        """Return right answers."""
        others = [a.code for a in self.outside if a.truth == "right"]
        return (self.solution, *others)

    @cached_property
    def named(self) -> Sequence[str]:
        """Return wrong answers whose mistake the judge names."""
        return [a.code for a in self.outside if a.truth == "wrong" and a.names]

    @cached_property
    def unnamed(self) -> Sequence[str]:
        """Return wrong answers whose mistake has no name, no more than are handed in."""
        handed_in = -(-self.students // len(KINDS))
        return list(islice(self._unnamed(), min(MOST_UNNAMED, handed_in)))

    def _unnamed(self) -> Iterator[str]:
        known = [a for a in self.outside if a.truth == "wrong" and a.names == ()]
        yield from (a.code for a in known)
        if not self.outside or "def " not in self.solution:
            return
        like = replace(self.outside[0], truth="unsure", names=None)
        for mutant in mutants(self.solution, MOST_TRIED):
            verdict = judged(replace(like, code=mutant.source), self.root)
            wrong = verdict.status == "failed" and not verdict.names
            if wrong and verdict.seconds < MOST_SECONDS:
                yield mutant.source


def banks(stem: str, root: Path, students: int) -> Iterator[Bank]:
    """Yield the bank of each exercise of a lab that has a solution cell."""
    folder = root / "solutions" / stem
    solved = nbformat.read(folder / f"{stem}.ipynb", as_version=4)
    released = nbformat.read(root / "labs" / stem / f"{stem}.ipynb", as_version=4)
    outside = read(root / "tests" / "answers" / f"{stem}.jsonl")
    for name, exercise in exercises.of_lab(stem).items():
        cell = _cell(solved, name)
        if cell is not None:
            own = [a for a in outside if a.exercise == exercise.id]
            stub = _cell(released, name)
            solution = _MARKERS.sub("", cell.source)
            yield Bank(name, solution, stub.source, own, root, students)


def _cell(notebook: NotebookNode, name: str) -> NotebookNode | None:
    wanted = f"{name}{SOLUTION_SUFFIX}"
    roles = ((cell.metadata.get("nbgrader", {}), cell) for cell in notebook.cells)
    return next((cell for role, cell in roles if role.get("grade_id") == wanted), None)


def write_class(stem: str, students: int, target: Path) -> None:
    """Copy the course and write its submissions."""
    root = find_root()
    for name in ("solutions", "labs"):
        shutil.copytree(root / name, target / name)
    shutil.copy(root / CONFIG_NAME, target)
    solved = nbformat.read(target / "solutions" / stem / f"{stem}.ipynb", as_version=4)
    known = list(banks(stem, root, students))
    for student in range(students):
        notebook = copy.deepcopy(solved)
        for place, bank in enumerate(known):
            kind = KINDS[(student + place) % len(KINDS)]
            _cell(notebook, bank.name).source = bank.text(kind, student)
        path = target / "submitted" / f"student-{student:03d}" / stem / f"{stem}.ipynb"
        write_whole(path, nbformat.writes(notebook))


if __name__ == "__main__":
    os.environ["CONVLAB_OFFLINE"] = "1"
    write_class(exercises.stem_of(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
