"""How a verdict looks: as text, as HTML, and as the outputs of a check cell."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.judging.draw import to_pictures
from grader.judging.verdict import LayerPair, Verdict

if TYPE_CHECKING:
    from nbformat import NotebookNode


class PartialPoints:
    """Points below the maximum, in the form nbgrader reads: a plain float.

    nbgrader takes the text of a cell's result for partial credit.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        return repr(float(self.verdict.points))

    def _repr_html_(self) -> str:
        return f"{points_of(self.verdict)} so far. {with_code(last_line(self.verdict))}"


# The kind of output that holds a verdict as data: a page of feedback is made from it.
VERDICT = "application/vnd.convlab.verdict+json"

# What a failed check tells: where it shows and what it is called; then the idea behind
# it; then a small example. A page of feedback tells all.
SYMPTOM, IDEA, EXAMPLE = 1, 2, 3


def verdict_outputs(verdict: Verdict) -> list[NotebookNode]:
    """Return the outputs a check cell shows for a verdict, in nbformat's form.

    They are what running the check in a notebook would leave, so that nbgrader reads the
    same points from them.
    """
    # nbformat takes a second to import; a student's check does not need it.
    from nbformat.v4 import new_output

    data = {
        "text/plain": to_text(verdict),
        "text/html": to_html(verdict),
        VERDICT: verdict.to_json(),
    }
    outputs = [new_output("display_data", data=data)]
    if verdict.passed:
        return outputs
    if verdict.points > 0:
        points = PartialPoints(verdict)
        data = {"text/plain": repr(points), "text/html": points._repr_html_()}
        return [*outputs, new_output("execute_result", data=data)]
    line = last_line(verdict)
    error = {"ename": "CheckFailed", "evalue": line, "traceback": [line]}
    return [*outputs, new_output("error", **error)]


def summary(verdict: Verdict) -> str:
    """Return one line: exercise, points, message."""
    return f"{verdict.exercise}: {points_of(verdict)}. {verdict.message}"


def last_line(verdict: Verdict) -> str:
    """Return the one sentence that stands below a verdict, where a notebook scrolls to."""
    first, *_ = re.split(r"(?<=[.?!]) ", verdict.message, maxsplit=1)
    return first


def points_of(verdict: Verdict) -> str:
    """Return the points in words, such as "0 of 1 point"."""
    noun = "point" if verdict.max_points == 1 else "points"
    return f"{verdict.points:g} of {verdict.max_points:g} {noun}"


@dataclass(frozen=True)
class Bar:
    """How much of something is done: words, and the share that a bar shows beside them."""

    words: str
    share: float

    def __str__(self) -> str:
        return self.words

    def to_html(self) -> str:
        """Return bar and words as HTML without scripts; the words say all of it."""
        inner = (
            f"height: 100%; width: {self.share:.0%}; background: {COLOURS['passed']}"
        )
        outer = (
            "display: inline-block; width: 8em; height: 0.6em; margin-right: 0.6em; "
            "border: 1px solid currentcolor; border-radius: 0.3em; overflow: hidden"
        )
        return (
            '<div style="margin: 0.3em 0">'
            f'<span aria-hidden="true" style="{outer}">'
            f'<span style="display: block; {inner}"></span></span>'
            f"{html.escape(self.words)}</div>"
        )


class RenderedVerdict:
    """A verdict that shows itself as HTML in JupyterLab and as text elsewhere.

    Args:
        level: how much it tells.
        printed: how many lines the student's code printed while it was checked.
        bar: how far the student is in the lab.
    """

    def __init__(
        self,
        verdict: Verdict,
        level: int = EXAMPLE,
        printed: int = 0,
        bar: Bar | None = None,
    ) -> None:
        self.verdict = verdict
        self.level = level
        self.printed = _printed(printed)
        self.bar = bar

    def __repr__(self) -> str:
        ending = str(self.bar or "")
        return "\n  ".join(filter(None, (self._text(), self.printed, ending)))

    def _text(self) -> str:
        return to_text(self.verdict, self.level)

    def _repr_html_(self) -> str:
        note = f"<div><em>{self.printed}</em></div>" if self.printed else ""
        bar = self.bar.to_html() if self.bar else ""
        return to_html(self.verdict, self.level) + note + bar


class GradedVerdict(RenderedVerdict):
    """A verdict that shows itself and leaves its data, as `verdict_outputs` does."""

    def _repr_mimebundle_(self, **kinds: Any) -> dict[str, Any]:
        return {VERDICT: self.verdict.to_json()}


def _printed(lines: int) -> str:
    """Return what is told of lines that were printed while a function was checked."""
    if not lines:
        return ""
    noun = "line" if lines == 1 else "lines"
    return f"Not shown: {lines:,} {noun} that appeared while it was checked."


MARKS = {"passed": "✓", "failed": "✗", "grader error": "!"}
# Okabe and Ito's blue, vermilion and purple: told apart with every colour blindness.
COLOURS = {"passed": "#0072B2", "failed": "#D55E00", "grader error": "#8E5A7C"}


def _more_to_tell(verdict: Verdict, level: int) -> str:
    """Return what the next failed check adds, if it adds something."""
    if level == SYMPTOM and verdict.mistakes:
        return "If the next try fails too, the check tells the idea behind it."
    if level < EXAMPLE and verdict.layers:
        return "If the next try fails too, the check shows the layers side by side."
    if level < EXAMPLE and verdict.example:
        return "If the next try fails too, the check works a small example."
    return ""


def to_text(verdict: Verdict, level: int = EXAMPLE) -> str:
    """Render a verdict as plain text, with hints up to a level."""
    lines = [f"{MARKS[verdict.status]} {summary(verdict)}"]
    if level >= IDEA:
        lines += [f"  {name}: {hint}" for name, hint in verdict.mistakes]
    lines += [f"  {line}" for line in "\n".join(verdict.evidence).splitlines()]
    if level >= EXAMPLE and verdict.layers:
        lines += ["  Layers, right and yours:", *map(_pair_line, verdict.layers)]
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
    parts = [
        f'<div style="border-left: 5px solid {COLOURS[verdict.status]}; '
        "padding: 0.4em 0.9em; margin: 0.3em 0; max-width: 60em; "
        'overflow-x: auto">',
        f'<div><strong style="{ink(verdict.status)}">{MARKS[verdict.status]} '
        f"{html.escape(verdict.exercise)}</strong> &nbsp;{points_of(verdict)}</div>",
    ]
    ideas = verdict.mistakes if level >= IDEA else ()
    # The message of a named mistake is its name, which the idea repeats.
    parts += [] if ideas else [f"<div>{with_code(verdict.message)}</div>"]
    parts += [
        f"<div><strong>{with_code(sentence(name))}.</strong> {with_code(hint)}</div>"
        for name, hint in ideas
    ]
    parts.append(evidence_html(verdict))
    if verdict.picture:
        parts.append(to_pictures(verdict.picture, window=level >= EXAMPLE))
    if level >= EXAMPLE and verdict.layers:
        parts.append(layers_html(verdict.layers))
    if level >= EXAMPLE and verdict.example:
        parts += ["<div>A small example:</div>", _in_rows(verdict.example)]
    more = _more_to_tell(verdict, level)
    parts += [f"<div><em>{more}</em></div>"] if more else []
    parts += [cases_html(verdict), "</div>"]
    return "\n".join(filter(None, parts))


def _pair_line(pair: LayerPair) -> str:
    mark = MARKS["passed" if pair.same else "failed"]
    if pair.same:
        return f"    {mark} {pair.right}"
    return f"    {mark} {pair.right or 'nothing'} | {pair.yours or 'nothing'}"


def layers_html(layers: Sequence[LayerPair]) -> str:
    """Return the layers of two networks side by side, the first that differs in bold."""
    first = next((i for i, pair in enumerate(layers) if not pair.same), None)
    head = "".join(f"<th>{word}</th>" for word in ("", "right", "yours"))
    rows = [_pair_html(pair, i == first) for i, pair in enumerate(layers)]
    note = "In bold: the first layer that differs."
    return (
        f'<table style="margin: 0.4em 0"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table><div><small>{note}</small></div>"
    )


def _pair_html(pair: LayerPair, first: bool) -> str:
    status = "passed" if pair.same else "failed"
    names = (
        html.escape(name) or "<em>nothing</em>" for name in (pair.right, pair.yours)
    )
    words = [f"<strong>{name}</strong>" if first else name for name in names]
    mark = f'<span style="{ink(status)}">{MARKS[status]}</span>'
    cells = "".join(f"<td>{each}</td>" for each in (mark, *words))
    return f"<tr>{cells}</tr>"


def evidence_html(verdict: Verdict) -> str:
    """Return where an answer goes wrong, as HTML without scripts; empty if nothing shows it."""
    return "\n".join(map(_preformatted, verdict.evidence))


def ink(status: str) -> str:
    """Return a text colour that is legible on white and on black: mixed with the page's."""
    colour = COLOURS[status]
    return f"color: {colour}; color: color-mix(in srgb, {colour} 75%, currentcolor)"


def _preformatted(text: str) -> str:
    """Return text whose sentences are broken where a page is narrow, but no row of an array."""
    style = "margin: 0.4em 0; white-space: pre-wrap; word-break: normal"
    whole = r'<span style="white-space: pre">\g<0></span>'
    lines = re.sub(r"^ *\[.*\],?$", whole, html.escape(text), flags=re.MULTILINE)
    return f'<pre style="{style}">{lines}</pre>'


def _in_rows(text: str) -> str:
    """Return text whose lines are never broken: a narrow page scrolls them."""
    style = "margin: 0.4em 0; white-space: pre; overflow-x: auto"
    return f'<pre style="{style}">{html.escape(text)}</pre>'


def _some_right(verdict: Verdict) -> bool:
    return not verdict.passed and any(case.passed for case in verdict.cases)


def cases_html(verdict: Verdict) -> str:
    """Return which cases are right, folded, where some are; else nothing."""
    if not _some_right(verdict):
        return ""
    rows = []
    for case in verdict.cases:
        status = "passed" if case.passed else "failed"
        rows.append(
            f'<div><span style="{ink(status)}">{MARKS[status]}</span> '
            f"<code>{html.escape(case.label)}</code></div>"
        )
    right = sum(case.passed for case in verdict.cases)
    title = f"{right} of {len(verdict.cases)} cases are right"
    return f"<details><summary>{title}</summary>{''.join(rows)}</details>"


def sentence(name: str) -> str:
    """Return words that begin as a sentence does."""
    return name[:1].upper() + name[1:]


def with_code(text: str) -> str:
    """Escape, and set what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
