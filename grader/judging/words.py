"""The words of a verdict: what is wrong, where, and what is right."""

from __future__ import annotations

from collections.abc import Sequence

from grader.judging import compare
from grader.judging.diagnosis import Diagnosis
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.explain import explain, without_colours
from grader.judging.missing import Cell, why_missing
from grader.judging.outcome import Outcome
from grader.judging.show import one_line
from grader.probing.request import Reply

TOO_MUCH = "Your answer is too large, or takes too long, to be compared and judged."


def ended(sentence: str) -> str:
    """Return a sentence with a full stop, unless it ends with a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def reply_difference(
    exercise: Exercise, reply: Reply, cells: Sequence[Cell] = ()
) -> str:
    """Return how a reply without a value differs from any answer; "" if it has one."""
    status, name = reply["status"], exercise.name
    if status == "ok":
        return ""
    if status == "missing":
        return why_missing(exercise.lab, name, cells)
    if status == "timeout":
        return _timeout(exercise, reply)
    if status == "crashed":
        return f"calling `{name}` {reply.get('why') or 'ended the Python process'}"
    if status == "unplain":
        return f"`{name}` gives {reply['message']}, which cannot be compared"
    if reply["type"] == "NotImplementedError":
        return "it is not written yet"
    at = f" in the line `{reply['line'].strip()}`" if reply.get("line") else ""
    return f"it raises {reply['type']}{at}"


def _timeout(exercise: Exercise, reply: Reply) -> str:
    if reply.get("importing"):
        return (
            "an import took too long and was interrupted: restart the kernel before you "
            "go on, since what is half imported gives nonsense"
        )
    if reply.get("busy"):
        return "no answer yet, and the computer is busy: run the check again"
    return (
        f"no answer after {exercise.time_limit:g} seconds of computing; "
        "is there a loop that never ends, or one that counts very far?"
    )


def exception_lines(reply: Reply) -> list[str]:
    """Return our words for the student's exception, then the original ones."""
    if reply["status"] != "error":
        return []
    words = explain(str(reply["type"]), str(reply["message"]))
    message = without_colours(str(reply["message"])).strip()
    return [line for line in (words, "" if message in words else message) if line]


def changed_inputs(exercise: Exercise, changed: Sequence[str]) -> str:
    """Return that the result is right, but not without a change of the arguments."""
    names = _arguments_named(exercise, changed)
    return f"the result is right, but your function changes its input ({names}): copy it first"


def _arguments_named(exercise: Exercise, changed: Sequence[str]) -> str:
    names = [exercise.argument_name(int(c)) if c.isdigit() else c for c in changed]
    return ", ".join(f"`{name}`" for name in names)


def praise(exercise: Exercise, cases: int) -> str:
    """Return the message of a check that passed."""
    if exercise.comparison is compare.answered:
        return "Noted. Right or wrong, an answer earns the point."
    return f"Correct: all {cases} cases are right." if cases > 1 else "Correct."


def headline(
    outcomes: Sequence[Outcome], failing: Sequence[Outcome], found: Diagnosis
) -> str:
    """Return the message of a check that failed."""
    if failing[0].untouched:
        return f"Not yet: {ended(failing[0].difference)}"
    if found.mistakes:
        return f"Not yet: {' and '.join(mistake.name for mistake in found.mistakes)}."
    right = len(outcomes) - len(failing)
    if not right:
        return "Not yet: no case is right."
    return (
        f"Not yet: {right} of {len(outcomes)} cases are right. {found.pattern}".strip()
    )


def evidence(
    exercise: Exercise, failing: Sequence[Outcome], found: Diagnosis
) -> tuple[str, ...]:
    """Return lines that show where: expected, actual, and what feeds it."""
    outcome = failing[0]
    if outcome.untouched:
        return ()
    lines = [
        f"{outcome.label}: {ended(outcome.difference)}",
        *exception_lines(outcome.reply),
    ]
    changed = outcome.reply.get("changed")
    if changed and not found.mistakes and "changes its input" not in lines[0]:
        names = _arguments_named(exercise, changed)
        lines.append(
            f"Your function also changes its input ({names}), which may be the cause: "
            "work on a copy."
        )
    if exercise.where is not None and outcome.place is not None:
        case = outcome.case
        lines.append(exercise.where(outcome.place, *case.args, **case.kwargs))
    if found.partly is not None:
        lines.append(_partly(failing, *found.partly))
    return tuple(lines)


def clue(failing: Sequence[Outcome], found: Diagnosis) -> str:
    """Return what is told where no mistake explains all: a pattern, or one in part."""
    partly = "" if found.partly is None else _partly(failing, *found.partly)
    return " ".join(filter(None, (found.pattern, partly)))


def _partly(failing: Sequence[Outcome], mistake: Mistake, count: int) -> str:
    return (
        f"{count} of the {len(failing)} wrong cases look like this mistake, "
        f"the others do not: {mistake.name}. {mistake.hint}"
    )


def call_label(exercise: Exercise, case: Case) -> str:
    """Return a case as the call it is, such as ``dense_params(784, 10, bias=False)``."""
    args = [one_line(arg) for arg in case.args]
    kwargs = [f"{key}={one_line(arg)}" for key, arg in case.kwargs.items()]
    if exercise.probe == "value":
        return exercise.name
    return f"{exercise.name}({', '.join(args + kwargs)})"
