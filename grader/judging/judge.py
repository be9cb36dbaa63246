"""An exercise and a way to reach the student's object give a verdict.

The judge holds the right answers and runs on the trusted side. It never touches the
student's object: it sends requests and gets replies, both plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from grader.judging import forbidden_source
from grader.judging.answers import Answers
from grader.judging.diagnosis import Bank, diagnose
from grader.judging.example import example
from grader.judging.exercise import PUBLIC_SEED, Case, Exercise
from grader.judging.layers import side_by_side
from grader.judging.missing import Cell
from grader.judging.outcome import Outcome
from grader.judging.picture import picture
from grader.judging.silence import silence
from grader.judging.subject import Subject, request_for
from grader.judging.verdict import CaseResult, LayerPair, Verdict
from grader.judging.words import (
    TOO_MUCH,
    call_label,
    changed_inputs,
    clue,
    evidence,
    headline,
    praise,
    reply_difference,
)
from grader.probing.request import BUILDING, LAST, Reply

# Whoever asks these has no answer of their own.
THE_COURSE = tuple(
    f"grader.{room}"
    for room in ("authoring", "exercises", "grading", "judging", "notebook", "probing")
)

# Is told how many cases are judged, and of how many.
Tell = Callable[[int, int], None]


def tell_nobody(done: int, cases: int) -> None:
    """Tell nobody how far the judge is."""


def judge(
    exercise: Exercise,
    subject: Subject,
    answers: Answers,
    seed: int = PUBLIC_SEED,
    tell: Tell = tell_nobody,
) -> Verdict:
    """Judge the student's object.

    Args:
        exercise: what to judge.
        subject: reaches the student's object.
        answers: gives right and wrong answers.
        seed: draws the cases; `PUBLIC_SEED` in a student's notebook.
        tell: hears how far the work is.

    Returns:
        A verdict. An error of our own becomes status "grader error"; where there is not
        enough memory to compare with the answer, the answer has failed.
    """
    try:
        with silence():
            return _judge(exercise, subject, answers, seed, tell)
    except MemoryError:
        return Verdict(exercise.id, "failed", 0.0, exercise.points, TOO_MUCH)
    except Exception as error:
        message = (
            "This check broke, through no fault of yours. "
            f"Please report it: {type(error).__name__}: {error}"
        )
        return Verdict(exercise.id, "grader error", 0.0, exercise.points, message)


def accepts(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int = PUBLIC_SEED
) -> bool:
    """Return whether `judge` gives full points, without asking what comes after a mistake.

    Raises:
        Exception: an error of our own, which `judge` turns into a verdict.
    """
    if _broken_rule(exercise, subject):
        return False
    with silence():
        tried = outcomes(exercise, subject, answers, exercise.drawn(seed))
        return all(outcome.passed for outcome in tried)


def _judge(
    exercise: Exercise, subject: Subject, answers: Answers, seed: int, tell: Tell
) -> Verdict:
    broken = _broken_rule(exercise, subject)
    if broken:
        return Verdict(exercise.id, "failed", 0.0, exercise.points, broken)
    tried, cases = [], exercise.drawn(seed)
    for outcome in outcomes(exercise, subject, answers, cases):
        tried.append(outcome)
        tell(len(tried), len(cases))
    return _verdict(exercise, tried, answers)


def outcomes(
    exercise: Exercise, subject: Subject, answers: Answers, cases: Sequence[Case]
) -> Iterator[Outcome]:
    """Yield how cases go, in order, up to one after which nothing can be asked."""
    replies = subject.ask_all([request_for(exercise, case) for case in cases])
    for case, reply in zip(cases, replies, strict=False):
        cells = subject.cells() if reply["status"] == "missing" else ()
        yield _outcome(exercise, case, reply, answers, cells)
        if reply["status"] in LAST:
            break


def _outcome(
    exercise: Exercise,
    case: Case,
    reply: Reply,
    answers: Answers,
    cells: Sequence[Cell],
) -> Outcome:
    label = case.label or call_label(exercise, case)
    difference, place = reply_difference(exercise, reply, cells), None
    if not difference:
        right = answers.expected(case)
        if right["status"] != "ok":
            raise RuntimeError(f"the reference of {exercise.id} failed: {right}")
        found = exercise.comparison(right["value"], reply["value"])
        if found is not None:
            difference, place = found.sentence, found.place
        elif reply.get("changed"):
            difference = changed_inputs(exercise, reply["changed"])
    return Outcome(case, label, reply, difference, place)


def _broken_rule(exercise: Exercise, subject: Subject) -> str:
    rules = (*exercise.forbidden, *THE_COURSE)
    try:
        source = subject.source()
        found = forbidden_source.forbidden_calls(source, exercise.name, rules)
    except SyntaxError:
        return ""
    if not found:
        return ""
    return (
        f"The task asks for your own code: `{exercise.name}` may not use "
        + ", ".join(f"`{name}`" for name in found)
        + "."
    )


def _verdict(
    exercise: Exercise, outcomes: Sequence[Outcome], answers: Answers
) -> Verdict:
    failing = [outcome for outcome in outcomes if not outcome.passed]
    points = _points(exercise, outcomes)
    cases = tuple(
        CaseResult(o.label, o.passed, o.difference, o.case.part) for o in outcomes
    )
    if not failing:
        message = praise(exercise, len(cases))
        return Verdict(
            exercise.id, "passed", points, exercise.points, message, cases=cases
        )
    bank = Bank(exercise, answers, outcomes)
    found = diagnose(bank)
    worked, lines = example(bank) or (None, "")
    return Verdict(
        exercise=exercise.id,
        status="failed",
        points=points,
        max_points=exercise.points,
        message=headline(outcomes, failing, found),
        mistakes=tuple((mistake.name, mistake.hint) for mistake in found.mistakes),
        evidence=evidence(exercise, failing, found),
        cases=cases,
        example=lines,
        clue=clue(failing, found),
        picture=picture(bank, worked),
        layers=_layers(exercise, failing, answers),
    )


def _layers(
    exercise: Exercise, failing: Sequence[Outcome], answers: Answers
) -> tuple[LayerPair, ...]:
    """Return the layers of the first network that is wrong beside the right ones."""
    if exercise.probe not in BUILDING:
        return ()
    for outcome in failing:
        if outcome.reply["status"] == "ok":
            right = answers.expected(outcome.case)["value"]
            return side_by_side(right["layers"], outcome.reply["value"]["layers"])
    return ()


def _points(exercise: Exercise, outcomes: Sequence[Outcome]) -> float:
    if not exercise.parts:
        right = all(outcome.passed for outcome in outcomes)
        return float(exercise.points if right else 0)
    shares = 0.0
    for part, share in exercise.parts.items():
        own = [outcome for outcome in outcomes if outcome.case.part == part]
        if own and all(outcome.passed for outcome in own):
            shares += share
    return round(exercise.points * shares / sum(exercise.parts.values()), 2)
