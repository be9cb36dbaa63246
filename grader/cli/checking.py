"""What `convlab check` and `convlab progress` do: one notebook, and how far somebody is."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress_bar import ProgressBar
from rich.table import Table

from grader.cli.options import Root, root_of, stem_of
from grader.cli.tables import console, plain
from grader.exceptions import InstructorError

if TYPE_CHECKING:
    from grader.judging.verdict import Verdict


def check(
    notebook: Annotated[Path, typer.Argument(help="The notebook to check.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    gradescope: Annotated[
        Path | None,
        typer.Option(help="Grade as a class is, and write Gradescope's results here."),
    ] = None,
    prairielearn: Annotated[
        Path | None,
        typer.Option(help="Grade as a class is, and write PrairieLearn's results."),
    ] = None,
    lab: Annotated[
        str | None, typer.Option(help="For a platform: the lab, such as lab01.")
    ] = None,
    student: Annotated[
        str, typer.Option(help="For a platform: whose secret cases are drawn.")
    ] = "self",
    sandbox: Annotated[
        bool, typer.Option(help="For a platform: lock the submission in.")
    ] = True,
    course: Root = None,
) -> None:
    """Run a lab's notebook and print a verdict and points for each exercise.

    Exit code 0 if all passed, 1 if any did not. For a platform it is 0 if the results
    are written; NOTEBOOK may then be the folder that was handed in.
    """
    if gradescope or prairielearn:
        root = root_of(course)
        _for_platforms(root, notebook, lab, student, sandbox, gradescope, prairielearn)
        return
    from grader.grading.alone import check_notebook

    with console.status("running the notebook ..."):
        verdicts, notes = check_notebook(notebook)
    if as_json:
        found = {v.exercise: v.to_json() for v in verdicts}
        print(json.dumps({"verdicts": found, "notes": notes}, indent=2))
    else:
        _show(notebook.name, verdicts, notes)
    raise typer.Exit(0 if all(verdict.passed for verdict in verdicts) else 1)


def _show(name: str, verdicts: Sequence[Verdict], notes: Sequence[str]) -> None:
    table = Table("exercise", "points", "verdict", title=name)
    for verdict in verdicts:
        lines = [verdict.message, *(hint for _, hint in verdict.mistakes)]
        points = f"{verdict.points:g} / {verdict.max_points:g}"
        table.add_row(verdict.exercise, points, plain("\n".join(lines)))
    got = sum(v.points for v in verdicts)
    most = sum(v.max_points for v in verdicts)
    table.caption = f"{got:g} of {most:g} points{_by_hand(verdicts)}"
    console.print(table)
    for note in notes:
        console.print(f"Note: {note}", markup=False)


def _by_hand(verdicts: Sequence[Verdict]) -> str:
    """Return in words what a person adds to these points."""
    from grader.exercises import written

    labs = {verdict.exercise.partition(".")[0] for verdict in verdicts}
    points = sum(map(written.by_hand, labs))
    return f", and {points:g} for your explanation, graded by hand" if points else ""


def progress(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where notebooks lie; default the course's labs/."),
    ] = None,
    course: Root = None,
) -> None:
    """Show how far you are in every lab, by the checks in your own notebooks."""
    from grader import exercises
    from grader.notebook.record import points_below, standing_of

    place = folder or root_of(course) / "labs"
    if not place.is_dir():
        raise InstructorError(f"There is no folder {place}.")
    checked = points_below(place)
    table = Table("lab", "", "points", "exercises left", "by hand", title="progress")
    for stem in exercises.stems():
        lab = standing_of(stem, checked)
        table.add_row(
            lab.lab,
            ProgressBar(lab.whole, lab.got, width=20),
            f"{lab.got:g} of {lab.whole:g}",
            f"{lab.left} of {len(lab.most)}",
            f"{lab.by_hand:g}",
        )
    console.print(table)
    if not checked:
        console.print(f"No check has run in a notebook in {place} yet.", markup=False)


def _for_platforms(
    root: Path,
    handed_in: Path,
    lab: str | None,
    student: str,
    sandbox: bool,
    gradescope: Path | None,
    prairielearn: Path | None,
) -> None:
    """Grade one submission and write what a platform reads."""
    from grader.course.course import Course
    from grader.folder import write_whole
    from grader.grading.alone import grade_alone
    from grader.kernel.sandbox.promises import PROMISES, check_level
    from grader.platforms import results

    if lab is None:
        raise InstructorError("Say which lab it is: --lab lab01.")
    here, started = Course(root), time.monotonic()
    if sandbox:
        check_level(here.config.get("Sandbox", {}).get("required", PROMISES))
    entry = grade_alone(here, handed_in, stem_of(lab), student, sandbox)
    verdicts, seconds = list(entry.verdicts.values()), time.monotonic() - started
    for path, form in (
        (gradescope, results.gradescope),
        (prairielearn, results.prairielearn),
    ):
        if path is not None:
            found = form(verdicts, entry.notes, seconds)
            write_whole(path, json.dumps(found, indent=2))
            console.print(f"wrote {path}", highlight=False, soft_wrap=True)
