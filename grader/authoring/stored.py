"""Write the answers to the public cases that only the solution knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader import exercises
from grader.exercises.answers import from_solution, stored_path
from grader.folder import write_whole
from grader.judging.answers import Answers
from grader.judging.exercise import FROM_SOLUTION, PUBLIC_SEED, Exercise
from grader.judging.explain import alike
from grader.probing.plain import from_bytes, to_bytes
from grader.probing.request import Reply


def store(lab: str, solutions: Path) -> Path | None:
    """Write the answers to the public cases that only the solution knows.

    Returns:
        The file written, or `None` if every exercise of the lab has a reference.
    """
    unknown = [
        e for e in exercises.of_lab(lab).values() if e.reference is FROM_SOLUTION
    ]
    if not unknown:
        return None
    data = {e.name: public_answers(e, from_solution(e, solutions)) for e in unknown}
    path = stored_path(lab)
    if not (path.exists() and _in_step(unknown, from_bytes(path.read_bytes()), data)):
        write_whole(path, to_bytes(data))
    return path


def _in_step(known: list[Exercise], old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether stored answers are the new ones but for rounding.

    A network's outputs differ in the last digits from machine to machine.
    """
    if old.keys() != new.keys():
        return False
    return all(same_answers(e, old[e.name], new[e.name]) for e in known)


def same_answers(exercise: Exercise, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether two results of `public_answers` are equal within the tolerance."""
    if old["mistakes"].keys() != new["mistakes"].keys():
        return False
    pairs = [(old["expected"], new["expected"])]
    pairs += [(replies, new["mistakes"][n]) for n, replies in old["mistakes"].items()]
    return all(
        len(before) == len(after)
        and all(
            _same_reply(exercise, one, two)
            for one, two in zip(before, after, strict=True)
        )
        for before, after in pairs
    )


def _same_reply(exercise: Exercise, one: Reply, two: Reply) -> bool:
    if one["status"] != two["status"]:
        return False
    if one["status"] == "error":
        if one["type"] != two["type"]:
            return False
        return alike(one["type"], one["message"], two["message"])
    if one["status"] != "ok":
        return True
    values = one["value"], two["value"]
    if isinstance(values[0], dict) and values[0].keys() != values[1].keys():
        return False  # a probe tells more than it did
    return exercise.comparison(*values) is None


def public_answers(
    exercise: Exercise, answers: Answers, step: int = 1
) -> dict[str, Any]:
    """Return the right reply and each mistake's reply to the public cases.

    Args:
        exercise: the exercise.
        answers: give the replies.
        step: of so many cases one; 1 for all.
    """
    cases = exercise.drawn(PUBLIC_SEED)[::step]
    return {
        "expected": [answers.expected(case) for case in cases],
        "mistakes": {
            mistake.name: [answers.mistaken(mistake, case) for case in cases]
            for mistake in exercise.mistakes
        },
    }
