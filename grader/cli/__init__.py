"""The command `convlab`."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

import grader.kernel.lean  # noqa: F401  (before what it keeps out)
from grader.cli import checking, classroom
from grader.cli.options import Lab, Labs, Root, root_of, stem_of, stems_of
from grader.cli.tables import (
    console,
    errors,
    progress,
    show_findings,
)
from grader.exceptions import ConvlabError
from grader.kernel import folders
from grader.kernel.environment import ONE_THREAD


class Interrupted(Exception):
    """Whoever started the command ended it."""


class _Commands(typer.core.TyperGroup):
    """The commands, of which an interrupt ends any with a sentence."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Labs on convolutional networks: build them, check one, grade a class.",
)
FAULTS = {
    "student": "in the submission",
    "instructor": "in the command or the course folder",
    "host": "on this machine",
    "ours": "in Convlab, please report it",
}


# Something else lies where a file or folder should; any other such error is the disk's.
MISPLACED = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
)


def main() -> None:
    """Run the command; an error is one sentence.

    Exit codes: 1 a check did not pass, 2 an error that the user can mend, 3 ours, 130 it
    was interrupted."""
    for name, text in ONE_THREAD.items():
        os.environ.setdefault(name, text)
    _silence_libraries()
    folders.keep_together()
    try:
        app()
    except Interrupted:
        errors.print("convlab: stopped; what was graded before is kept.")
        sys.exit(130)
    except ConvlabError as error:
        _say(str(error), error.fault)
        sys.exit(2)
    except OSError as error:
        if os.environ.get("CONVLAB_DEBUG"):
            raise
        where = f"{error.filename}: " if error.filename else ""
        fault = "instructor" if isinstance(error, MISPLACED) else "host"
        _say(f"{where}{error.strerror or error} (CONVLAB_DEBUG=1 shows more)", fault)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("CONVLAB_DEBUG"):
            raise
        _say(f"{type(error).__name__}: {error} (CONVLAB_DEBUG=1 shows more)", "ours")
        sys.exit(3)


def _say(message: str, fault: str) -> None:
    errors.print(f"convlab: {message}", highlight=False, markup=False, soft_wrap=True)
    errors.print(f"The fault is {FAULTS[fault]}.", style="dim")


def _silence_libraries() -> None:
    """Keep warnings meant for library authors away from the user."""
    from sqlalchemy.exc import SAWarning

    warnings.filterwarnings("ignore", category=SAWarning)


@app.command()
def build(
    labs: Labs = None,
    discard_edits: Annotated[
        bool, typer.Option(help="Overwrite notebooks whose edits were not imported.")
    ] = False,
    course: Root = None,
) -> None:
    """Build solutions/ and labs/ notebooks from the scripts in solutions/."""
    from grader.authoring import build as builder

    root = root_of(course)
    for path in builder.build(root, stems_of(labs) or None, discard_edits):
        console.print(f"built {path.relative_to(root)}", highlight=False)


@app.command("import")
def import_(lab: Lab, course: Root = None) -> None:
    """Turn a solution notebook edited in JupyterLab back into its script."""
    from grader.authoring import build as builder

    root = root_of(course)
    path = builder.import_notebook(root, stem_of(lab))
    console.print(f"wrote {path.relative_to(root)}", highlight=False)


@app.command()
def grade(
    labs: Labs = None,
    submitted: Annotated[
        Path | None,
        typer.Option(help="Folder <student>/<lab>/<lab>.ipynb; default submitted/."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Submissions at once; default one per core.")
    ] = os.cpu_count() or 1,
    regrade: Annotated[
        bool, typer.Option(help="Grade again what has not changed since.")
    ] = False,
    cell_seconds: Annotated[
        int | None,
        typer.Option(min=1, help="Wall time of one cell; default as configured."),
    ] = None,
    sandbox: Annotated[
        bool, typer.Option(help="Lock each submission in, so that it can do no harm.")
    ] = True,
    run_all: Annotated[
        bool,
        typer.Option("--run-all", help="Run every cell, not only what checks need."),
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Grade on the workers of the Dask scheduler there, or in its file.",
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would change, and write nothing."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    course: Root = None,
) -> None:
    """Grade a class into gradebook.db; a run that was killed goes on where it was."""
    from grader.cli.grading import Asked, grade_labs

    gc.freeze()  # what is imported is no garbage to look for, over and over
    asked = Asked(workers, regrade, cell_seconds, sandbox, run_all, cluster, dry_run)
    grade_labs(root_of(course), stems_of(labs), submitted, asked, as_json)


@app.command()
def feedback(
    labs: Labs = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Pages at once; default one per core.")
    ] = os.cpu_count() or 1,
    course: Root = None,
) -> None:
    """Write feedback/<student>/<lab>/<lab>.html for every graded student."""
    from grader.course.course import Course
    from grader.reports.feedback import write_feedback

    here = Course(root_of(course))
    for stem in stems_of(labs) or here.graded_labs():
        with progress(stem) as report:
            written = write_feedback(here, stem, workers, report)
        console.print(f"{stem}: feedback for {len(written)} students in feedback/")


@app.command()
def report(
    labs: Labs = None,
    output: Annotated[Path | None, typer.Option(help="Default report.html.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write a table instead, a row per student.")
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all of it as JSON instead.")
    ] = None,
    course: Root = None,
) -> None:
    """Write a page on the class: who needs help, what was hard, what is left to do."""
    from grader.cli.reporting import write_reports

    write_reports(root_of(course), stems_of(labs), output, csv, as_json)


@app.command()
def similar(
    lab: Lab,
    output: Annotated[Path | None, typer.Option(help="Default similar.html.")] = None,
    course: Root = None,
) -> None:
    """Show whose code is alike beyond what was given: a hint, never a proof."""
    from grader.cli.reporting import show_similar

    show_similar(root_of(course), stem_of(lab), output)


@app.command("sample-class")
def sample_class(
    labs: Labs = None,
    submitted: Annotated[
        Path | None, typer.Option(help="Where to write; default submitted/.")
    ] = None,
    course: Root = None,
) -> None:
    """Write a class of invented submissions, right, wrong and strange."""
    from grader.authoring.sample_class import sample_class as write
    from grader.course.course import Course
    from grader.folder import stems

    here = Course(root_of(course))
    folder = submitted or here.root / "submitted"
    for stem in stems_of(labs) or stems(here.root):
        written = write(here, stem, folder)
        console.print(f"{stem}: {len(written)} submissions", highlight=False)


@app.command()
def quality(
    labs: Labs = None,
    whole: Annotated[
        bool,
        typer.Option(
            help="Measure all, on 50 secret seeds: over an hour for the course."
        ),
    ] = False,
    seeds: Annotated[
        int | None,
        typer.Option(min=1, help="Secret seeds over which verdicts must agree."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Exercises at once; default one per core.")
    ] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    page: Annotated[
        Path | None, typer.Option(help="Also write a page; default quality.html.")
    ] = None,
    answers: Annotated[
        list[Path] | None,
        typer.Option(help="Measure on the answers in these files (*.jsonl) instead."),
    ] = None,
    course: Root = None,
) -> None:
    """Measure the grader itself: false accepts, false rejects, wrong names, flakes.

    A lab takes about a minute; --whole takes more of everything. Exit code 0 if every
    target is reached, 1 if not.
    """
    from grader import exercises
    from grader.cli import measuring

    root = root_of(course)
    chosen, files = measuring.split_files(labs or [], answers or [])
    stems = stems_of(chosen)
    if files:
        reached = measuring.on_answers(root, files, stems, workers, as_json)
    else:
        reached = measuring.on_the_bank(
            root=root,
            stems=stems or list(exercises.stems()),
            whole=whole,
            seeds=seeds,
            workers=workers,
            page=page or root / "quality.html",
            as_json=as_json,
        )
    raise typer.Exit(0 if reached else 1)


@app.command()
def doctor(
    attack: Annotated[
        bool, typer.Option(help="Also attack the sandbox, which takes half a minute.")
    ] = True,
    course: Root = None,
) -> None:
    """Show what is here and what is missing, and which promises the sandbox keeps."""
    from grader.cli.doctor import findings, promises

    rows = findings(course)
    show_findings("convlab doctor", rows)
    if attack:
        with console.status("attacking the sandbox ..."):
            held = list(promises())
        show_findings("what a submission can do here", held)
        rows = [*rows, *held]
    raise typer.Exit(0 if all(row.fine for row in rows) else 1)


for command in (
    checking.check,
    checking.progress,
    classroom.release,
    classroom.collect,
    classroom.roster,
    classroom.export,
    classroom.backup,
    classroom.restore,
):
    app.command()(command)
