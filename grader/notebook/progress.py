"""Where a student stands in a lab, with links to what is left: `progress`."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from grader.exercises import stem_of, written
from grader.exercises.written import Written
from grader.graded import is_graded
from grader.judging.render import MARKS, ink
from grader.notebook import record
from grader.notebook.compare import sentences
from grader.notebook.history import stopped
from grader.notebook.record import Standing
from grader.notebook.saved import Heading, Saved, saved

_NOT_YET = "·"


def progress(lab: str) -> None:
    """Show each exercise of a lab, its points, and what is left to do.

    Args:
        lab: such as "lab03".
    """
    from IPython.display import display

    if not is_graded():
        display(overview(record.standing(lab), saved(stem_of(lab))))


def overview(standing: Standing, notebook: Saved | None) -> Overview:
    """Return what is shown of a lab.

    Args:
        standing: the points.
        notebook: gives the headings; without it exercises go by their names.
    """
    headings = notebook.headings() if notebook else {}
    rows = [
        Row(_state(standing, name), _heading(name, headings), _words(standing, name))
        for name in standing.most
    ]
    rows += [
        Row("", _heading(name, headings), _by_hand(question, name, notebook))
        for name, question in written.of_lab(standing.lab).items()
    ]
    return Overview(standing, rows, stopped())


@dataclass(frozen=True)
class Row:
    """An exercise: "passed", "failed" or ""; its heading; what there is to say."""

    state: str
    heading: Heading
    words: str

    def __str__(self) -> str:
        return f"{MARKS.get(self.state, _NOT_YET)} {self.heading.words}: {self.words}"

    def to_html(self) -> str:
        """Return a row of a table."""
        style = f' style="{ink(self.state)}"' if self.state else ""
        mark = f"<span{style}>{MARKS.get(self.state, _NOT_YET)}</span>"
        title = html.escape(self.heading.words)
        if self.heading.link:
            title = f'<a href="{html.escape(self.heading.link)}">{title}</a>'
        cell = '<td style="text-align: left">'
        return f"<tr>{cell}{mark}</td>{cell}{title}</td>{cell}{self.words}</td></tr>"


class Overview:
    """A lab's exercises; shows itself as HTML in JupyterLab and as text elsewhere.

    Args:
        rows: a line for each exercise.
        errors: what stopped cells of this notebook (see `grader.notebook.history`).
    """

    def __init__(
        self, standing: Standing, rows: list[Row], errors: Mapping[str, str]
    ) -> None:
        self.standing = standing
        self.rows = rows
        self.errors = errors

    def __repr__(self) -> str:
        lines = [self.standing.words, *map(str, self.rows)]
        lines += [f"! {line}: {error}" for line, error in self.errors.items()]
        return "\n  ".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(row.to_html() for row in self.rows)
        errors = "".join(
            f"<li><code>{html.escape(line)}</code>: {html.escape(error)}</li>"
            for line, error in self.errors.items()
        )
        note = "<div>These cells stopped when they last ran:</div>" if errors else ""
        return (
            f'{self.standing.bar.to_html()}<table style="margin: 0.3em 0">{rows}</table>'
            f"{note}<ul>{errors}</ul>"
        ).removesuffix("<ul></ul>")


def _state(standing: Standing, name: str) -> str:
    if name not in standing.points:
        return ""
    return "passed" if standing.points[name] >= standing.most[name] else "failed"


def _words(standing: Standing, name: str) -> str:
    most = f"{standing.most[name]:g}"
    if name not in standing.points:
        return f"not checked yet, {most} to get"
    failed = "" if _state(standing, name) == "passed" else ", its check did not pass"
    return f"{standing.points[name]:g} of {most}{failed}"


def _by_hand(question: Written, name: str, notebook: Saved | None) -> str:
    most = f"{question.points:g} {'point' if question.points == 1 else 'points'}"
    is_empty = notebook is not None and not sentences(notebook.text(name))
    empty = "; nothing is written and saved yet" if is_empty else ""
    return f"{most}, graded by your instructor{empty}"


def _heading(name: str, headings: Mapping[str, Heading]) -> Heading:
    return headings.get(name) or Heading(name, "")
