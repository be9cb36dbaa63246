"""Measure the judge on answers that its authors did not write.

Each line of a file is one answer, a JSON object:

    exercise    such as "lab05.conv1x1"
    what        what the writer meant to write, in a few words
    truth       "right", "wrong" or "unsure"
    setup       code to run before it; may be missing
    code        the answer
    names       the names that would be true of it, an empty list where no name is fair;
                where it is missing, a name that is told is counted and not checked
    why         why the truth is unsure, or why no name is fair; may be missing
    clue        what a verdict without a name says of it, reviewed by hand
    misleads    true if that clue would lead a reader away

An answer is judged as a student's own check does it, on the public cases.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from grader import exercises
from grader.exceptions import InstructorError
from grader.exercises.answers import answers_for, solution_namespace
from grader.judging.exercise import Exercise
from grader.judging.judge import judge
from grader.judging.missing import Cell
from grader.judging.subject import InProcess
from grader.kernel.workers import worker_processes

Truth = Literal["right", "wrong", "unsure"]
# What a verdict on a wrong answer tells, the most telling first.
TOLD = ("accepted", "named", "clue", "exception", "nothing")


@dataclass(frozen=True)
class Answer:
    """One answer from outside; the fields are those of a line of the file."""

    exercise: str
    what: str
    truth: Truth
    code: str
    setup: str = ""
    names: tuple[str, ...] | None = None
    why: str = ""
    clue: str = ""
    misleads: bool = False


@dataclass(frozen=True)
class Judged:
    """An answer and what the judge told of it.

    Attributes:
        names: of the mistakes that the verdict names.
        clue: which inputs are right, or a mistake that explains a part; may be empty.
        message: of the verdict.
        seconds: of the check, wall time.
        setup_error: what stopped the setup, which is our fault; "" if nothing did.
    """

    answer: Answer
    status: str
    names: tuple[str, ...] = ()
    clue: str = ""
    message: str = ""
    evidence: tuple[str, ...] = ()
    seconds: float = 0.0
    setup_error: str = ""

    @property
    def told(self) -> str:
        """Return what was told, one of `TOLD`."""
        if self.status == "passed":
            return "accepted"
        if self.names:
            return "named"
        if self.clue:
            return "clue"
        raised = any(": it raises " in line for line in self.evidence[:1])
        return "exception" if raised else "nothing"

    @property
    def named_truly(self) -> bool | None:
        """Return whether each name is true; `None` where nobody said what would be."""
        if not self.names or self.answer.names is None:
            return None
        return set(self.names) <= set(self.answer.names)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return asdict(self) | {"told": self.told, "named_truly": self.named_truly}


def read(path: Path) -> list[Answer]:
    """Read answers from a file.

    Raises:
        InstructorError: the file is missing, or a line is no answer.
    """
    if not path.is_file():
        raise InstructorError(f"There is no file {path}.")
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            try:
                found.append(_answer(json.loads(line)))
            except (ValueError, TypeError, KeyError, InstructorError) as error:
                raise InstructorError(
                    f"{path}, line {number} is not an answer: {error}"
                ) from error
    return found


def _answer(fields: dict[str, Any]) -> Answer:
    names = fields.pop("names", None)
    answer = Answer(**fields, names=None if names is None else tuple(names))
    exercises.get(answer.exercise)
    if answer.truth not in ("right", "wrong", "unsure"):
        raise ValueError(f"its truth is {answer.truth!r}")
    return answer


def measure_answers(
    answers: Sequence[Answer],
    root: Path,
    workers: int,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> list[Judged]:
    """Judge answers in worker processes.

    Args:
        answers: the answers.
        root: the course folder, with solutions/.
        workers: answers at once.
        report: called with how many are done, of how many.

    Returns:
        One result per answer, in order.
    """
    # Answers to one exercise follow each other in one worker: it imports less often.
    order = sorted(range(len(answers)), key=lambda i: (answers[i].exercise, i))
    os.environ["CONVLAB_OFFLINE"] = "1"  # the labs' setup asks for digits each time
    context = get_context("forkserver")
    context.set_forkserver_preload(["grader.kernel.quiet", __name__])
    found: dict[int, Judged] = {}
    with worker_processes(workers) as pool:
        sorted_answers = [answers[place] for place in order]
        results = pool.map(partial(judged, root=root), sorted_answers, chunksize=4)
        for place, result in zip(order, results, strict=True):
            found[place] = result
            report(len(found), len(answers))
    return [found[place] for place in range(len(answers))]


def judged(answer: Answer, root: Path) -> Judged:
    """Run an answer's code and judge what it defines, as a student's check does."""
    exercise = exercises.get(answer.exercise)
    namespace = {**_earlier(exercise, root), "__name__": "__main__"}
    root = root.resolve()
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),  # it may go elsewhere, and leave files
        warnings.catch_warnings(),
        redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        cells = [_run(code, namespace) for code in (answer.setup, answer.code)]
        started = time.perf_counter()
        source = f"{answer.setup}\n{answer.code}"
        subject = InProcess(namespace, source, cells)
        answers = answers_for(exercise, root / "solutions")
        verdict = judge(exercise, subject, answers)
    return Judged(
        answer=answer,
        status=verdict.status,
        names=tuple(name for name, _ in verdict.mistakes),
        clue=verdict.clue,
        message=verdict.message,
        evidence=verdict.evidence,
        seconds=round(time.perf_counter() - started, 3),
        setup_error=cells[0].error,
    )


def _earlier(exercise: Exercise, root: Path) -> dict[str, Any]:
    """Return the lab's other functions, right: an answer may call an earlier one."""
    stem = exercises.stem_of(exercise.lab)
    solved = solution_namespace(root / "solutions" / f"{stem}.py")
    others = set(exercises.of_lab(stem)) - {exercise.name}
    return {name: solved[name] for name in others if name in solved}


def _run(code: str, namespace: dict[str, Any]) -> Cell:
    try:
        exec(compile(code, "<answer>", "exec"), namespace)  # noqa: S102
    except Exception as error:
        return Cell(code, "failed", f"{type(error).__name__}: {error}")
    return Cell(code)


@dataclass(frozen=True)
class Tally:
    """How the judge did on some answers; each count is of the group it stands in.

    Attributes:
        right, right_rejected: right answers, and those refused.
        wrong: wrong answers; each of the following counts some of them.
        fair: those that have a fair name, as far as that is known.
        fair_named: of these, those named truly.
        unchecked: named, and nobody said which names would be true.
        slow: checks of any answer that took more than a second.
    """

    label: str
    right: int
    right_rejected: int
    wrong: int
    accepted: int
    named: int
    named_falsely: int
    unchecked: int
    clue: int
    clue_false: int
    exception: int
    nothing: int
    fair: int
    fair_named: int
    slow: int
    errors: int

    @property
    def shares(self) -> tuple[tuple[str, int, int], ...]:
        """Return (what, how many, of how many) of what is to be reached."""
        checked = self.named - self.unchecked
        return (
            ("right refused", self.right_rejected, self.right),
            ("wrong accepted", self.accepted, self.wrong),
            ("wrong named", self.named, self.wrong),
            ("names false", self.named_falsely, checked),
            ("fair names told", self.fair_named, self.fair),
            ("clues false", self.clue_false, self.clue),
            ("error told", self.exception, self.wrong),
            ("nothing told", self.nothing, self.wrong),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain data, the shares with their intervals."""
        shares = {
            name: {"count": count, "of": total, "interval": interval(count, total)}
            for name, count, total in self.shares
        }
        return asdict(self) | {"shares": shares}

    @property
    def reached(self) -> bool:
        """Return whether nothing false was said and enough was named."""
        false = self.accepted + self.right_rejected + self.named_falsely
        few = self.fair_named < FAIR_SHARE * self.fair
        return not (false or self.clue_false or self.errors or few)


# Of the wrong answers that have a fair name, so many should be told it.
FAIR_SHARE = 0.9


def tally(label: str, judged_answers: Sequence[Judged]) -> Tally:
    """Count how the judge did."""
    right = [j for j in judged_answers if j.answer.truth == "right"]
    wrong = [j for j in judged_answers if j.answer.truth == "wrong"]
    told = {kind: [j for j in wrong if j.told == kind] for kind in TOLD}
    fair = [j for j in wrong if j.answer.names]
    return Tally(
        label=label,
        right=len(right),
        right_rejected=sum(j.status != "passed" for j in right),
        wrong=len(wrong),
        accepted=len(told["accepted"]),
        named=len(told["named"]),
        named_falsely=sum(j.named_truly is False for j in told["named"]),
        unchecked=sum(j.named_truly is None for j in told["named"]),
        clue=len(told["clue"]),
        clue_false=sum(
            j.answer.misleads and j.answer.clue == j.clue for j in told["clue"]
        ),
        exception=len(told["exception"]),
        nothing=len(told["nothing"]),
        fair=len(fair),
        fair_named=sum(j.named_truly is True for j in fair),
        slow=sum(j.seconds > 1.0 for j in judged_answers),
        errors=sum(j.status == "grader error" for j in judged_answers),
    )


def to_look_at(judged_answers: Sequence[Judged]) -> list[str]:
    """Return a line for each answer that was refused, accepted or named wrongly.

    Where nobody said which names would be true, what is told stands beside what the
    writer meant.
    """
    lines = []
    for each in judged_answers:
        answer, what = each.answer, ""
        names = " and ".join(each.names)
        if each.setup_error and answer.truth != "unsure":
            what = f"its setup stopped: {each.setup_error}"
        elif each.status == "grader error":
            what = f"the grader broke: {each.message}"
        elif answer.truth == "right" and each.status != "passed":
            what = f"right and refused: {each.message} {' / '.join(each.evidence[:1])}"
        elif answer.truth == "wrong" and each.status == "passed":
            what = "wrong and accepted"
        elif answer.truth == "wrong" and each.named_truly is False:
            what = f"told {names!r}, true would be {' or '.join(answer.names or ())!r}"
        elif answer.truth == "wrong" and each.names and answer.names is None:
            what = f"told {names!r}"
        elif answer.names and each.told != "named":
            what = f"not told {' or '.join(answer.names)!r}, but {each.told}"
        if what:
            lines.append(f"{answer.exercise} ({answer.what}): {what}")
    return lines


def by_lab(judged_answers: Sequence[Judged]) -> list[Tally]:
    """Count for each lab, and for all together last."""
    labs = sorted({j.answer.exercise.split(".")[0] for j in judged_answers})
    tallies = [
        tally(lab, [j for j in judged_answers if j.answer.exercise.startswith(lab)])
        for lab in labs
    ]
    return [*tallies, tally("all", judged_answers)]


def interval(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share (Wilson 1927, by SciPy)."""
    from scipy.stats import binomtest

    if not total:
        return 0.0, 1.0
    bounds = binomtest(count, total).proportion_ci(method="wilson")
    return float(bounds.low), float(bounds.high)
