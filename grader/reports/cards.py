"""A card for each exercise of a student's page: how it went, why, and what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup
from nbformat import NotebookNode

from grader.course.roles import is_check
from grader.judging.definitions import answers
from grader.judging.draw import to_pictures
from grader.judging.render import (
    VERDICT,
    cases_html,
    evidence_html,
    layers_html,
    sentence,
    to_html,
)
from grader.judging.verdict import Verdict
from grader.platforms.marks import Mark
from grader.reports.markup import code, words
from grader.reports.outputs import Room, Shown, cut, shown
from grader.reports.tasks import Outline, Task

State = Literal["passed", "part", "failed", "waiting"]
_MAX_ANSWER, _MAX_VERDICT = 6000, 200_000
# What a message begins with; the card says it already.
_SAID = re.compile(r"^Not yet: ")
# A line that is not indented begins a new array, or a new sentence.
_PART = re.compile(r"\n(?=\S)")


@dataclass(frozen=True)
class Card:
    """What a page says of an exercise.

    Attributes:
        name: of the graded cell.
        points: `None` while nobody has graded it.
        verdict: what the check said, as far as its cell tells.
        outputs: what the check showed, where it left no verdict.
        answer: the student's own code or words.
        place: the number of the cell that holds it; `None` if there is none.
        untouched: the answer is as it was handed out, or empty.
        comment: the instructor's.
    """

    name: str
    task: Task
    points: float | None
    most: float
    written: bool
    verdict: Verdict | None = None
    outputs: tuple[Shown, ...] = ()
    answer: Markup = field(default_factory=Markup)
    place: int | None = None
    untouched: bool = False
    comment: Markup = field(default_factory=Markup)

    @property
    def state(self) -> State:
        """Return how it went, by the points that count."""
        if self.points is None:
            return "waiting"
        if self.points >= self.most:
            return "passed"
        return "part" if self.points > 0 else "failed"

    @property
    def to_do(self) -> bool:
        """Return whether there is something to mend: what was judged is not right yet."""
        if self.written:
            return self.untouched and self.state == "failed"
        return self.judged and self.state in ("part", "failed")

    @property
    def judged(self) -> bool:
        """Return whether the answer was looked at, and not only its file."""
        return self.verdict is None or bool(self.verdict.cases)

    @property
    def by_hand(self) -> bool:
        """Return whether somebody gave other points than the check did."""
        return (
            self.verdict is not None
            and self.points is not None
            and self.points != self.verdict.points
        )

    @property
    def message(self) -> str:
        """Return what the check said in a sentence, or nothing where mistakes say it."""
        if self.verdict is None or self.verdict.mistakes:
            return ""
        said, found = _SAID.subn("", self.verdict.message)
        return sentence(said) if found else said

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Return names, as sentences, and ideas of the mistakes that were recognised."""
        found = self.verdict.mistakes if self.verdict else ()
        return [(f"{sentence(name)}.", hint) for name, hint in found]

    @property
    def evidence(self) -> Markup:
        """Return where the answer goes wrong, in words."""
        return Markup(evidence_html(self.verdict)) if self.verdict else Markup()  # noqa: S704

    @property
    def picture(self) -> Markup:
        """Return where the answer goes wrong, to look at; empty if there is no picture."""
        drawn = self.verdict.picture if self.verdict else None
        return Markup(to_pictures(drawn)) if drawn else Markup()  # noqa: S704

    @property
    def layers(self) -> Markup:
        """Return the layers of a wrong network beside the right ones; empty if there are none."""
        found = self.verdict.layers if self.verdict else ()
        return Markup(layers_html(found)) if found else Markup()  # noqa: S704

    @property
    def cases(self) -> Markup:
        """Return which cases are right, folded."""
        return Markup(cases_html(self.verdict)) if self.verdict else Markup()  # noqa: S704

    @property
    def example(self) -> list[str]:
        """Return the worked example in parts: arrays, which may stand side by side."""
        text = self.verdict.example if self.verdict else ""
        return _PART.split(text) if text else []


def cards(
    notebook: NotebookNode,
    lab: Outline,
    mark: Mark,
    comments: Mapping[str, str],
    room: Room,
) -> list[Card]:
    """Return the cards of a graded notebook, in the order of the lab.

    Args:
        notebook: as it was graded, with outputs.
        lab: what students got.
        mark: the points that count.
        comments: by the name of the cell that they are on.
        room: what may still be shown in the page.
    """
    names = [*lab.tasks, *sorted(set(mark.exercises) - set(lab.tasks))]
    cells = {
        cell.metadata.nbgrader.grade_id: place
        for place, cell in enumerate(notebook.cells)
        if (cell.metadata.get("nbgrader") or {}).get("grade")
    }
    return [
        _card(notebook, cells.get(name), name, lab, mark, comments, room)
        for name in names
        if name in mark.exercises
    ]


def _card(
    notebook: NotebookNode,
    graded: int | None,
    name: str,
    lab: Outline,
    mark: Mark,
    comments: Mapping[str, str],
    room: Room,
) -> Card:
    points, most = mark.exercises[name]
    task = lab.tasks.get(name, Task(name))
    cell = None if graded is None else notebook.cells[graded]
    written = cell is not None and not is_check(cell)
    place = graded if written else _answer(notebook, graded, name)
    own = "" if place is None else notebook.cells[place].source
    verdict = None if cell is None or written else verdict_of(cell)
    bare = cell is not None and not written and verdict is None
    markup = _words_of if written else code
    return Card(
        name=name,
        task=task,
        points=points,
        most=most,
        written=written,
        verdict=verdict,
        outputs=tuple(shown(cell.outputs, room)) if cell is not None and bare else (),
        answer=markup(cut(own, _MAX_ANSWER)),
        place=place,
        untouched=own.strip() in ("", task.source.strip()),
        comment=_joined(words(comments[key]) for key in _on(name) if key in comments),
    )


def _words_of(source: str) -> Markup:
    return words(source)


def _joined(parts: Iterator[Markup]) -> Markup:
    return Markup("\n").join(parts)


def _on(name: str) -> tuple[str, str]:
    """Return the names of the cells whose comments belong to an exercise."""
    return f"{name}-solution", name


def _answer(notebook: NotebookNode, check: int | None, name: str) -> int | None:
    """Return the place of the cell that was judged: the last answer above the check."""
    cells = notebook.cells
    last = len(cells) if check is None else check
    own = [n for n, c in enumerate(cells) if c.cell_type == "code" and not is_check(c)]
    found = [n for n in own if n < last and answers(cells[n].source, name)]
    meant = [
        n
        for n in own
        if (cells[n].metadata.get("nbgrader") or {}).get("grade_id") == _on(name)[0]
    ]
    return next(iter([*found[-1:], *meant]), None)


def verdict_of(cell: NotebookNode) -> Verdict | None:
    """Return the verdict that a check cell shows as data; `None` if none can be read.

    Where plain nbgrader grades, the student's process writes it.
    """
    outputs = (output.get("data") or {} for output in cell.get("outputs", []))
    data: Any = next((kinds[VERDICT] for kinds in outputs if VERDICT in kinds), None)
    try:
        if len(json.dumps(data)) > _MAX_VERDICT:
            return None
        verdict = Verdict.from_json(data)
        to_html(verdict)  # as far as it can be shown, it is text and numbers
    except Exception:
        return None  # anything may be wrong with it
    return verdict if _is_plain(verdict) else None


def _is_plain(verdict: Verdict) -> bool:
    texts = (verdict.message, verdict.example)
    numbers = (verdict.points, verdict.max_points)
    return all(isinstance(text, str) for text in texts) and all(
        isinstance(number, int | float) for number in numbers
    )
