"""The student's side: `check`, and how a verdict looks in a notebook."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader import exercises
from grader.exceptions import CheckFailed
from grader.exercises.answers import answers_for
from grader.graded import (
    OUTSIDE_VARIABLE,
    SEED_VARIABLE,
    SOLUTIONS_VARIABLE,
    is_graded,
)
from grader.judging.exercise import PUBLIC_SEED
from grader.judging.judge import Tell, judge, tell_nobody
from grader.judging.render import (
    EXAMPLE,
    SYMPTOM,
    GradedVerdict,
    PartialPoints,
    RenderedVerdict,
    last_line,
)
from grader.judging.source import source_of
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict
from grader.notebook import attempts, record
from grader.notebook.history import with_errors
from grader.notebook.waiting import Waiting
from grader.notice import Notice


def check(exercise_id: str) -> PartialPoints | None:
    """Check an exercise and show the verdict.

    Args:
        exercise_id: such as "lab01.dense_params"; the student's object is looked up by
            the name behind the dot.

    Returns:
        `None` for full points, the points where some parts are right.

    Raises:
        CheckFailed: nothing is right yet; nbgrader counts it as zero.
    """
    if os.environ.get(OUTSIDE_VARIABLE):
        print(f"{exercise_id} is judged when the whole notebook has run.")
        return None
    namespace = user_namespace()
    if namespace is None:
        raise CheckFailed("check works in a notebook; elsewhere use `convlab check`.")
    notice = Notice()
    tell = Waiting(exercises.get(exercise_id), notice.show).tell
    quiet = is_graded() or not notice.can_change()
    verdict, printed = _judged(exercise_id, namespace, tell_nobody if quiet else tell)
    if verdict.passed:
        _right[exercise_id] = namespace.get(exercises.get(exercise_id).name)
    level = _hint_level(verdict)
    attempts.note(verdict, level)
    notice.show(_shown(verdict, level, printed))
    if verdict.passed:
        return None
    if verdict.points > 0:
        return PartialPoints(verdict)
    raise CheckFailed(last_line(verdict))


def _shown(verdict: Verdict, level: int, printed: int) -> RenderedVerdict:
    """Return what is shown of a verdict, with the student's bar where nobody grades."""
    if is_graded():
        return GradedVerdict(verdict, level, printed)
    record.note(verdict)
    lab = verdict.exercise.partition(".")[0]
    return RenderedVerdict(verdict, level, printed, record.standing(lab).bar)


_failed_checks: Counter[str] = Counter()
# Exercise -> the student's object that passed its check.
_right: dict[str, Any] = {}


def has_passed(exercise_id: str, namespace: Mapping[str, Any]) -> bool:
    """Return whether the object that a notebook has now passed its check before."""
    subject = namespace.get(exercises.get(exercise_id).name)
    return subject is not None and subject is _right.get(exercise_id)


def _hint_level(verdict: Verdict) -> int:
    """Tell more with every failed check; nothing but the hints depends on the count."""
    if SEED_VARIABLE in os.environ:
        return EXAMPLE
    if verdict.passed:
        del _failed_checks[verdict.exercise]
        return EXAMPLE
    # A stub that nobody has touched is no try; it has no evidence.
    _failed_checks[verdict.exercise] += bool(verdict.evidence)
    return min(max(_failed_checks[verdict.exercise], SYMPTOM), EXAMPLE)


def verdict_on(exercise_id: str, namespace: Mapping[str, Any]) -> Verdict:
    """Judge the object of that name in a namespace, in this process."""
    return _judged(exercise_id, namespace)[0]


def _judged(
    exercise_id: str, namespace: Mapping[str, Any], tell: Tell = tell_nobody
) -> tuple[Verdict, int]:
    """Return the verdict, and how many lines the student's code printed."""
    exercise = exercises.get(exercise_id)
    seed = int(os.environ.get(SEED_VARIABLE, PUBLIC_SEED))
    folder = os.environ.get(SOLUTIONS_VARIABLE)
    answers = answers_for(exercise, Path(folder) if folder else None, seed)
    subject = subject_in(namespace)
    with quiet_tensorflow():
        verdict = judge(exercise, subject, answers, seed, tell)
    return verdict, subject.printed.lines


def subject_in(namespace: Mapping[str, Any]) -> InProcess:
    """Return what reaches the student's objects of a notebook, from within."""
    cells = [str(cell) for cell in namespace.get("In", [])]
    return InProcess(namespace, source_of(cells), with_errors(cells))


@contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Keep to itself what TensorFlow thinks of a function that is called many times."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def user_namespace() -> Mapping[str, Any] | None:
    """Return what the notebook of this process defines, `None` where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return None if shell is None else shell.user_ns
