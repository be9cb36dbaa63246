"""The grader measured: how often it accepts, rejects or names wrongly (`make quality`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from grader import exercises
from grader.authoring.quality.effort import Effort, limit
from grader.authoring.quality.measure import Quality, measure
from grader.judging.exercise import Exercise
from grader.kernel.workers import worker_processes

# What is to be reached; the README quotes it.
NAMED_SHARE = 0.95
# The lists of `Quality` that should be empty.
WHAT_IS_WRONG = (
    *("false_accepts", "false_rejects", "named_wrongly", "unnamed", "flakes"),
    "grader_errors",
)


@dataclass(frozen=True)
class Summary:
    """All exercises together: each line of the target with what was measured."""

    exercises: int
    checks: tuple[tuple[str, str, bool], ...]

    @property
    def reached(self) -> bool:
        """Return whether every target is reached."""
        return all(fine for _, _, fine in self.checks)


def written(stems: Iterable[str]) -> list[Exercise]:
    """Return the exercises of some labs in which something is to be written."""
    return [
        exercise
        for stem in stems
        for exercise in exercises.of_lab(stem).values()
        if exercise.probe != "value"
    ]


def measure_labs(
    stems: Sequence[str],
    root: Path,
    effort: Callable[[Exercise], Effort],
    workers: int,
    report: Callable[[Quality], None] = lambda quality: None,
) -> list[Quality]:
    """Measure every exercise of some labs.

    Args:
        stems: the labs.
        root: the course folder, with solutions/ and tests/right_answers/.
        effort: how much to measure of an exercise.
        workers: exercises at once.
        report: called after each exercise.

    Returns:
        One result per exercise, in the order of the course.
    """
    todo = written(stems)
    context = get_context("forkserver")
    context.set_forkserver_preload(
        ["grader.kernel.quiet", "grader.authoring.quality.measure"]
    )
    found: dict[str, Quality] = {}
    with worker_processes(workers) as pool:
        futures = [pool.submit(_measure, e.id, root, effort(e)) for e in todo]
        for future in as_completed(futures):
            quality = future.result()
            found[quality.exercise] = quality
            report(quality)
    return [found[exercise.id] for exercise in todo]


def _measure(exercise_id: str, root: Path, effort: Effort) -> Quality:
    return measure(exercises.get(exercise_id), root, effort)


def summary(found: Sequence[Quality]) -> Summary:
    """Compare what was measured with what is to be reached."""
    accepts = sum(len(q.false_accepts) for q in found)
    rejects = sum(len(q.false_rejects) for q in found)
    wrong = sum(len(q.named_wrongly) for q in found)
    flakes = sum(len(q.flakes) for q in found)
    errors = sum(len(q.grader_errors) for q in found)
    mistakes = sum(q.mistakes for q in found)
    named = sum(q.named for q in found) / max(1, mistakes)
    few = [q.exercise for q in found if q.right_answers < 5 or q.mistakes < 6]
    slow = [
        q.exercise for q in found if q.worst_seconds > limit(exercises.get(q.exercise))
    ]
    versions = mistakes + sum(q.mutants + q.pairs for q in found)
    rights = sum(q.right_answers for q in found)
    checks = (
        ("false accepts", f"{accepts} of {versions:,} wrong versions", not accepts),
        ("false rejects", f"{rejects} of {rights:,} right answers", not rejects),
        ("named as themselves", f"{named:.1%} of {mistakes:,}", named >= NAMED_SHARE),
        ("named wrongly", str(wrong), not wrong),
        ("flakes", str(flakes), not flakes),
        ("errors of the grader", str(errors), not errors),
        ("too slow", ", ".join(slow) or "none", not slow),
        ("too few answers or mistakes", ", ".join(few) or "none", not few),
    )
    return Summary(len(found), checks)
