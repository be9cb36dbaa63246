"""The student's side: `check`, and how a verdict looks in a notebook."""

from __future__ import annotations

import ast
import html
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader import exercises
from grader.exceptions import CheckFailed
from grader.exercise import Verdict
from grader.judge import PUBLIC_SEED, InProcess, judge
from grader.reference import answers_for

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Set for the kernels of a grading run by `grader.course`; never in a student's notebook.
SEED_VARIABLE = "CONVLAB_SEED"
SOLUTIONS_VARIABLE = "CONVLAB_SOLUTIONS"
# Set where the judge asks from outside: a check in the kernel has nothing to say there.
OUTSIDE_VARIABLE = "CONVLAB_JUDGED_OUTSIDE"


class PartialPoints:
    """Points below the maximum, in the form nbgrader reads: a plain float.

    nbgrader takes the text of a cell's result for partial credit.
    """

    def __init__(self, points: float, max_points: float) -> None:
        self.points = float(points)
        self.max_points = float(max_points)

    def __repr__(self) -> str:
        return repr(self.points)

    def _repr_html_(self) -> str:
        return f"{self.points:g} of {self.max_points:g} points"


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
    from IPython.display import display

    if os.environ.get(OUTSIDE_VARIABLE):
        print(f"{exercise_id} is judged when the whole notebook has run.")
        return None
    namespace = user_namespace()
    if namespace is None:
        raise CheckFailed("check works in a notebook; elsewhere use `convlab check`.")
    verdict = verdict_on(exercise_id, namespace)
    if verdict.passed:
        _right[exercise_id] = namespace.get(exercises.get(exercise_id).name)
    display(RenderedVerdict(verdict, _hint_level(verdict)))
    if verdict.passed:
        return None
    if verdict.points > 0:
        return PartialPoints(verdict.points, verdict.max_points)
    raise CheckFailed(summary(verdict))


# What a failed check tells: where it shows and what it is called; then the idea behind
# it; then a small example. A page of feedback tells all.
SYMPTOM, IDEA, EXAMPLE = 1, 2, 3
# Characters of cells that are not plain Python, and magics in one of them.
MAX_TRANSLATED, MAX_MAGICS = 100_000, 30
_failed_checks: Counter[str] = Counter()
# Exercise -> the student's object that passed its check.
_right: dict[str, Any] = {}


def has_passed(exercise_id: str, namespace: Mapping[str, Any]) -> bool:
    """Say whether the object that a notebook has now passed its check before."""
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
    exercise = exercises.get(exercise_id)
    seed = int(os.environ.get(SEED_VARIABLE, PUBLIC_SEED))
    folder = os.environ.get(SOLUTIONS_VARIABLE)
    answers = answers_for(exercise, Path(folder) if folder else None, seed)
    cells = [str(cell) for cell in namespace.get("In", [])]
    subject = InProcess(namespace, source_of(cells))
    with _quiet_tensorflow():
        return judge(exercise, subject, answers, seed)


@contextmanager
def _quiet_tensorflow() -> Iterator[None]:
    """Keep to itself what TensorFlow thinks of a function that is called many times."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def source_of(cells: list[str]) -> str:
    """Join the cells that are Python, if need be once IPython's magics are translated.

    Translating reads a cell again for each magic, so that a hostile one could take
    minutes: beyond a size that no lab comes near, a cell is left out.
    """
    kept, left = [], MAX_TRANSLATED
    for cell in cells:
        code: str | None = cell
        if not _is_python(cell):
            left -= len(cell)
            code = _translated(cell) if left >= 0 else None
        if code is not None:
            kept.append(code)
    return "\n".join(kept)


@lru_cache(100)  # asked again for each check; no lab has more cells
def _is_python(code: str) -> bool:
    try:
        compile(ast.parse(code), "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, SystemError):
        return False  # the last three come from code that is nested absurdly deep
    return True


def _translated(cell: str) -> str | None:
    from IPython.core.inputtransformer2 import TransformerManager

    class Translator(TransformerManager):  # type: ignore[misc]  # not typed
        """IPython's own, with an end to what one cell may ask of it."""

        def do_token_transforms(self, lines: list[str]) -> list[str]:
            for _ in range(MAX_MAGICS):
                changed, lines = self.do_one_token_transform(lines)
                if not changed:
                    return lines
            raise SyntaxError("more magics than a cell of a lab has")

    try:
        code = str(Translator().transform_cell(cell))
    except SyntaxError:
        return None
    return code if _is_python(code) else None


def user_namespace() -> Mapping[str, Any] | None:
    """Give what the notebook of this process defines, `None` where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return None if shell is None else shell.user_ns


def verdict_outputs(verdict: Verdict) -> list[NotebookNode]:
    """Give the outputs a check cell shows for a verdict, in nbformat's form.

    They are what running the check in a notebook would leave, so that nbgrader reads the
    same points from them.
    """
    # nbformat takes a second to import; a student's check does not need it.
    from nbformat.v4 import new_output

    data = {"text/plain": to_text(verdict), "text/html": to_html(verdict)}
    outputs = [new_output("display_data", data=data)]
    if verdict.passed:
        return outputs
    if verdict.points > 0:
        points = PartialPoints(verdict.points, verdict.max_points)
        data = {"text/plain": repr(points), "text/html": points._repr_html_()}
        return [*outputs, new_output("execute_result", data=data)]
    line = f"CheckFailed: {summary(verdict)}"
    error = {"ename": "CheckFailed", "evalue": summary(verdict), "traceback": [line]}
    return [*outputs, new_output("error", **error)]


def summary(verdict: Verdict) -> str:
    """Give one line: exercise, points, message."""
    points = f"{verdict.points:g} of {verdict.max_points:g} points"
    return f"{verdict.exercise}: {points}. {verdict.message}"


class RenderedVerdict:
    """A verdict that shows itself as HTML in JupyterLab and as text elsewhere."""

    def __init__(self, verdict: Verdict, level: int = EXAMPLE) -> None:
        self.verdict = verdict
        self.level = level

    def __repr__(self) -> str:
        return to_text(self.verdict, self.level)

    def _repr_html_(self) -> str:
        return to_html(self.verdict, self.level)


MARKS = {"passed": "✓", "failed": "✗", "grader error": "!"}
# Okabe and Ito's blue, vermilion and purple: told apart with every colour blindness.
COLOURS = {"passed": "#0072B2", "failed": "#D55E00", "grader error": "#8E5A7C"}


def _more_to_tell(verdict: Verdict, level: int) -> str:
    """Say what the next failed check adds, if it adds something."""
    if level == SYMPTOM and verdict.mistakes:
        return "If the next try fails too, the check tells the idea behind it."
    if level < EXAMPLE and verdict.example:
        return "If the next try fails too, the check works a small example."
    return ""


def to_text(verdict: Verdict, level: int = EXAMPLE) -> str:
    """Render a verdict as plain text, with hints up to a level."""
    lines = [f"{MARKS[verdict.status]} {summary(verdict)}"]
    if level >= IDEA:
        lines += [f"  {name}: {hint}" for name, hint in verdict.mistakes]
    lines += [f"  {line}" for line in "\n".join(verdict.evidence).splitlines()]
    if level >= EXAMPLE and verdict.example:
        lines += ["  A small example:"]
        lines += [f"    {line}" for line in verdict.example.splitlines()]
    more = _more_to_tell(verdict, level)
    lines += [f"  {more}"] if more else []
    if _some_right(verdict):
        for case in verdict.cases:
            mark = MARKS["passed" if case.passed else "failed"]
            lines.append(f"    {mark} {case.label}")
    return "\n".join(lines)


def to_html(verdict: Verdict, level: int = EXAMPLE) -> str:
    """Render a verdict as HTML without scripts, with hints up to a level; all escaped."""
    points = f"{verdict.points:g} of {verdict.max_points:g} points"
    parts = [
        f'<div style="border-left: 5px solid {COLOURS[verdict.status]}; '
        "padding: 0.4em 0.9em; margin: 0.3em 0; max-width: 60em; "
        'overflow-x: auto">',
        f'<div><strong style="{_ink(verdict.status)}">{MARKS[verdict.status]} '
        f"{html.escape(verdict.exercise)}</strong> &nbsp;{points}</div>",
    ]
    ideas = verdict.mistakes if level >= IDEA else ()
    # The message of a named mistake is its name, which the idea repeats.
    parts += [] if ideas else [f"<div>{with_code(verdict.message)}</div>"]
    parts += [
        f"<div><strong>{with_code(_sentence(name))}.</strong> {with_code(hint)}</div>"
        for name, hint in ideas
    ]
    parts += [_preformatted(line) for line in verdict.evidence]
    if level >= EXAMPLE and verdict.example:
        parts += ["<div>A small example:</div>", _preformatted(verdict.example)]
    more = _more_to_tell(verdict, level)
    parts += [f"<div><em>{more}</em></div>"] if more else []
    if _some_right(verdict):
        parts.append(_case_list(verdict))
    parts.append("</div>")
    return "\n".join(parts)


def _ink(status: str) -> str:
    """Give a text colour that is legible on white and on black: mixed with the page's."""
    colour = COLOURS[status]
    return f"color: {colour}; color: color-mix(in srgb, {colour} 75%, currentcolor)"


def _preformatted(text: str) -> str:
    style = "margin: 0.4em 0; white-space: pre-wrap; word-break: normal"
    return f'<pre style="{style}">{html.escape(text)}</pre>'


def _some_right(verdict: Verdict) -> bool:
    return not verdict.passed and any(case.passed for case in verdict.cases)


def _case_list(verdict: Verdict) -> str:
    rows = []
    for case in verdict.cases:
        status = "passed" if case.passed else "failed"
        rows.append(
            f'<div><span style="{_ink(status)}">{MARKS[status]}</span> '
            f"<code>{html.escape(case.label)}</code></div>"
        )
    right = sum(case.passed for case in verdict.cases)
    title = f"{right} of {len(verdict.cases)} cases are right"
    return f"<details><summary>{title}</summary>{''.join(rows)}</details>"


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def with_code(text: str) -> str:
    """Escape, and set what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
