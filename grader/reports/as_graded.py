"""The notebook as it was graded, cell by cell, for the end of a student's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from nbformat import NotebookNode

from grader.course.roles import is_check
from grader.grading.entry import MARK
from grader.reading.which import choose
from grader.reports.cards import Card
from grader.reports.markup import code, words
from grader.reports.outputs import Room, Shown, shown

# By the code of a cell: what each cell with that code showed, in order.
HandedIn = dict[str, list[list[NotebookNode]]]


@dataclass(frozen=True)
class CellShown:
    """A cell as a page shows it.

    Attributes:
        place: its number in the notebook.
        source: HTML that is clean.
        is_code: whether it is code, and not words.
        note: what was not run, in a sentence.
        handed_in: what the student's notebook showed there, where that is all there is.
        card: the exercise whose check it is, which has a card.
    """

    place: int
    source: Markup
    is_code: bool = False
    outputs: tuple[Shown, ...] = ()
    note: str = ""
    handed_in: tuple[Shown, ...] = ()
    card: Card | None = None


def handed_in(folder: Path, stem: str) -> HandedIn:
    """Return what the cells showed in the notebook that a student handed in.

    Args:
        folder: the student's, in nbgrader's layout; it need not be there.
        stem: the lab's.
    """
    lab = folder / stem if (folder / stem).is_dir() else folder
    found: HandedIn = defaultdict(list)
    # A link may lead to somebody else's work.
    if lab.is_dir() and not (folder.is_symlink() or lab.is_symlink()):
        notebook = choose(lab, stem, outputs=True).notebook
        for cell in notebook.cells if notebook else ():
            if cell.cell_type == "code":
                found[cell.source.strip()].append(cell.outputs)
    return found


def grading_notes(notebook: NotebookNode) -> list[str]:
    """Return what happened while grading, in sentences."""
    cells = [cell.source.splitlines() for cell in notebook.cells if _is_note(cell)]
    return [line[2:] for lines in cells for line in lines if line.startswith("- ")]


def _is_note(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get(MARK) == "notes")


def as_graded(
    notebook: NotebookNode,
    with_cards: Mapping[str, Card],
    before: HandedIn,
    room: Room,
) -> Iterator[CellShown]:
    """Yield the cells of a graded notebook.

    Args:
        notebook: with outputs.
        with_cards: the cards by the name of the graded cell.
        before: what the cells showed when they were handed in; used up.
        room: what may still be shown in the page.
    """
    for place, cell in enumerate(notebook.cells):
        if _is_note(cell):
            continue
        if cell.cell_type != "code":
            yield CellShown(place, words(cell.source, cell.get("attachments")))
            continue
        of_cell = before.get(cell.source.strip())
        earlier = of_cell.pop(0) if of_cell else []
        name = cell.metadata.nbgrader.grade_id if is_check(cell) else ""
        yield _code_cell(place, cell, with_cards.get(name), earlier, room)


def _code_cell(
    place: int,
    cell: NotebookNode,
    card: Card | None,
    earlier: Iterable[NotebookNode],
    room: Room,
) -> CellShown:
    notes = [output for output in cell.outputs if _is_of_grading(output)]
    outputs = [output for output in cell.outputs if not _is_of_grading(output)]
    return CellShown(
        place=place,
        source=code(cell.source),
        is_code=True,
        outputs=() if card else tuple(shown(outputs, room)),
        note=notes[0]["data"]["text/plain"] if notes else "",
        handed_in=tuple(shown(earlier, room)) if notes else (),
        card=card,
    )


def _is_of_grading(output: NotebookNode) -> bool:
    return MARK in (output.get("metadata") or {})
