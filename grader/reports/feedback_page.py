"""A student's page on a lab, for whoever asks nbgrader for feedback: an exporter of nbconvert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from grader import exercises
from grader.folder import lab_path
from grader.platforms.marks import Mark, mark_in
from grader.reports.as_graded import as_graded, grading_notes, handed_in
from grader.reports.cards import Card, State, cards
from grader.reports.markup import DARK, LIGHT, code_colours
from grader.reports.outputs import Room
from grader.reports.page import page
from grader.reports.tasks import Outline, outline

# What a page says of each state, and the sign before it.
STATES: Mapping[State, tuple[str, str]] = {
    "passed": ("✓", "Passed"),
    "part": ("◐", "Partly right"),
    "failed": ("✗", "Not yet"),
    "waiting": ("…", "Not graded yet"),
}


class FeedbackExporter(Exporter):  # type: ignore[misc]  # not typed
    """Turn a graded notebook into the page that its student reads.

    nbgrader's `GenerateFeedback` makes one and is its parent.
    """

    output_mimetype = "text/html"

    @default("file_extension")  # type: ignore[untyped-decorator]
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """Return the page of a notebook, and nbgrader's resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        of, folder = resources["nbgrader"], self.parent.coursedir
        stem, student = of["assignment"], of["student"]
        root = Path(folder.root)
        with _opened(of["db_url"]) as gradebook:
            mark = mark_in(gradebook, self.config, stem, root, student)
            comments = _comments(gradebook, of)
        submitted = folder.format_path(folder.submitted_directory, student, stem)
        return page_of(
            root, stem, nb, mark, comments, Path(submitted).parent
        ), resources


def _opened(db_url: str) -> Any:
    from grader.course.gradebook import Gradebook

    return Gradebook(db_url)


def _comments(gradebook: Any, of: Mapping[str, str]) -> dict[str, str]:
    """Return what the instructor wrote, by the name of the cell."""
    which = of["notebook"], of["assignment"], of["student"]
    found = gradebook.find_submission_notebook(*which).comments
    return {c.name: c.manual_comment for c in found if c.manual_comment}


@dataclass(frozen=True)
class Total:
    """The points of a page in words.

    Attributes:
        points: earned so far, less the penalty.
        most: what could be earned in what is graded.
        waiting: the points of what nobody has graded yet.
    """

    points: float
    most: float
    waiting: float

    @classmethod
    def of(cls, mark: Mark, found: Sequence[Card]) -> Total:
        """Sum up the cards."""
        waiting = sum(card.most for card in found if card.state == "waiting")
        return cls(mark.points, mark.max_points - waiting, waiting)

    @property
    def sentence(self) -> str:
        """Return the points, and what waits."""
        if not self.waiting:
            return f"{self.points:g} of {_in_points(self.most)}"
        verb = "waits" if self.waiting == 1 else "wait"
        waits = f"{self.waiting:g} {verb} for your instructor"
        return f"{self.points:g} of {_in_points(self.most)} so far, {waits}"


def _in_points(number: float) -> str:
    return f"{number:g} point{'' if number == 1 else 's'}"


def page_of(
    root: Path,
    stem: str,
    notebook: NotebookNode,
    mark: Mark,
    comments: Mapping[str, str],
    submitted: Path,
) -> str:
    """Return the page of a graded notebook.

    Args:
        root: of the course.
        stem: the lab's.
        notebook: as it was graded, with outputs.
        mark: the points that count.
        comments: the instructor's, by the name of the cell.
        submitted: the folder that the student handed in; it need not be there.
    """
    room = Room()
    lab = _outline(root, stem, notebook)
    found = cards(notebook, lab, mark, comments, room)
    cells = as_graded(
        notebook, {card.name: card for card in found}, handed_in(submitted, stem), room
    )
    return page(
        "feedback.html.j2",
        lab=lab,
        stem=stem,
        mark=mark,
        total=Total.of(mark, found),
        cards=found,
        states=STATES,
        judged=any(card.judged for card in found if not card.written),
        notes=grading_notes(notebook),
        cells=cells,
        stems={int(name[3:5]): name for name in exercises.stems()},
        light=code_colours(LIGHT),
        dark=code_colours(DARK),
    )


def _outline(root: Path, stem: str, notebook: NotebookNode) -> Outline:
    """Return the outline of a lab; of an assignment without a release what is left of it."""
    released = lab_path(root, stem)
    lab = nbformat.read(released, as_version=4) if released.is_file() else notebook
    return outline(stem, lab)
