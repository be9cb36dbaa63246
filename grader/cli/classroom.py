"""The commands between the course and its students: out, in, and back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import Lab, Labs, Root, root_of, stem_of, stems_of
from grader.cli.tables import console, plain
from grader.exceptions import InstructorError

if TYPE_CHECKING:
    from grader.course.course import Course
    from grader.platforms.collect import Plan
    from grader.platforms.export import Export
    from grader.platforms.marks import Mark
    from grader.platforms.person import Roster

_SHOWN = 10


def release(
    to: Annotated[
        Path,
        typer.Option(help="The folder to write, or a file that ends in .zip."),
    ],
    labs: Labs = None,
    course: Root = None,
) -> None:
    """Write what students get: labs, checks to install, and how to begin.

    Nothing that grades is in it, so that it runs on Windows as well.
    """
    from grader.authoring.release.folder import write_release
    from grader.folder import stems

    root = root_of(course)
    chosen = stems_of(labs) or stems(root)
    files = write_release(root, chosen, to)
    labs_in = f"{len(chosen)} lab{'s' if len(chosen) > 1 else ''}"
    _say(f"wrote {to}: {labs_in} in {len(files)} files")


def collect(
    lab: Lab,
    source: Annotated[
        Path, typer.Argument(help="What was downloaded: a zip archive or a folder.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    worksheet: Annotated[
        Path | None,
        typer.Option(
            help="Moodle's grading worksheet: who is who, and when they came."
        ),
    ] = None,
    submitted: Annotated[
        Path | None, typer.Option(help="Where to write; default submitted/.")
    ] = None,
    course: Root = None,
) -> None:
    """Take submissions from what Canvas, Moodle or another place gave into submitted/.

    What is there already is kept as an earlier attempt, in .convlab/attempts/.
    """
    from grader.course.course import Course
    from grader.platforms.archives import opened
    from grader.platforms.collect import plan
    from grader.platforms.flat import downloads
    from grader.platforms.moodle_worksheet import Worksheet
    from grader.platforms.roster import read_roster
    from grader.platforms.submitted import write

    here, stem = Course(root_of(course)), stem_of(lab)
    folder = submitted or here.root / "submitted"
    people = read_roster(here)
    told = None if worksheet is None else Worksheet.read(worksheet)
    for each in downloads(source, stem):
        with opened(each) as members:
            work = plan(members, stem, people, told)
            done = Counter() if dry_run else write(here.root, folder, stem, work)
        _show_plan(work, stem, people)
        if dry_run:
            console.print("Nothing is written: --dry-run.")
        else:
            words = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
            console.print(f"{folder.name}/: {words or 'nothing'}", highlight=False)


def _show_plan(work: Plan, stem: str, people: Roster) -> None:
    known = "matched" if people.people else "found"
    counts = [f"{len(work.work)} {'anonymous' if work.anonymous else known}"]
    counts.append(f"{len(work.unknown)} unknown")
    if people.people and not work.anonymous:
        counts.append(f"{len(work.missing)} missing")
    _say(f"{stem} from {work.platform}: {', '.join(counts)}")
    if not people.people:
        _say(
            "There is no roster, so everybody is called as there: see `convlab roster`."
        )
    _list(
        "unknown, not taken", [f"{name} ({why})" for name, why in work.unknown.values()]
    )
    _list("missing", [person.label for person in work.missing])
    _list("typed a text or a link, no file", list(work.typed.values()))
    _list("files of nobody", list(map(str, work.strange)))
    _list("late, as the platform says", list(map(people.label, work.late)))
    if work.untimed:
        _say(f"Nothing tells when {work.untimed} of them handed in.")


def _list(what: str, names: list[str]) -> None:
    """Print some names; of many the first."""
    if names:
        more = [f"and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
        shown = [name if name.isprintable() else ascii(name) for name in names[:_SHOWN]]
        _say(f"{what}: {', '.join([*shown, *more])}")


def _say(text: str) -> None:
    console.print(plain(text), highlight=False, soft_wrap=True)


def roster(
    file: Annotated[
        Path,
        typer.Argument(
            help="Canvas's gradebook, Moodle's participants or worksheet, or any CSV."
        ),
    ],
    course: Root = None,
) -> None:
    """Read who is in the class from a file, into roster.csv and the gradebook."""
    from grader.course.course import Course
    from grader.platforms.people import read_people
    from grader.platforms.roster import write_roster

    people = read_people(file)
    write_roster(Course(root_of(course)), people)
    first = people[0]
    _say(f"roster.csv: {len(people)} students, the first is {first.name} ({first.id})")


def export(
    labs: Labs = None,
    canvas: Annotated[
        Path | None, typer.Option(help="Canvas's exported gradebook, to be filled in.")
    ] = None,
    moodle: Annotated[
        Path | None, typer.Option(help="Moodle's grading worksheet, to be filled in.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(help="Write a table: a row per student, lab and exercise."),
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(help="Write a zip of feedback pages, named for the platform."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="The filled file; default FILE-filled.csv beside FILE."),
    ] = None,
    column: Annotated[
        str | None, typer.Option(help="The lab's column in Canvas's gradebook.")
    ] = None,
    so_far: Annotated[
        bool,
        typer.Option("--so-far", help="Also where an answer waits to be read by you."),
    ] = False,
    course: Root = None,
) -> None:
    """Give marks and feedback pages back to where students handed in."""
    from grader.course.course import Course
    from grader.folder import write_whole
    from grader.platforms.export import fill_canvas, fill_moodle
    from grader.platforms.marks import as_csv
    from grader.platforms.pages import write_pages

    if not (canvas or moodle or csv or pages):
        raise InstructorError(
            "Say what to write: --canvas, --moodle, --csv or --pages."
        )
    if output is not None and canvas and moodle:
        raise InstructorError("--output names one file; export to one place at a time.")
    here = Course(root_of(course))
    marks = _marks(here, stems_of(labs))
    if canvas:
        found = fill_canvas(canvas, marks, column, so_far)
        _write_filled(found, output or _beside(canvas))
    if moodle:
        _write_filled(fill_moodle(moodle, marks, so_far), output or _beside(moodle))
    if csv:
        write_whole(csv, as_csv([mark for each in marks.values() for mark in each]))
        _say(f"wrote {csv}")
    if pages:
        for stem in marks:
            target = (
                pages if len(marks) == 1 else pages.with_stem(f"{pages.stem}-{stem}")
            )
            _say(f"wrote {target}: {len(write_pages(here, stem, target))} pages")


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write: FILE.tar.gz.")],
    course: Root = None,
) -> None:
    """Write a course's state into a file: submissions, marks, journal, settings."""
    from grader.course.backup import backup as write
    from grader.course.course import Course

    count = write(Course(root_of(course)), file)
    _say(f"wrote {file}: {count} files. It has names, marks and the secret seed.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `convlab backup` wrote.")],
    course: Root = None,
) -> None:
    """Put a course's state back, into a course in which nothing was graded yet."""
    from grader.course.backup import restore as put_back
    from grader.course.course import Course

    root = root_of(course)
    _say(f"{root}: {put_back(Course(root), file)} files put back")


def _marks(course: Course, stems: list[str]) -> dict[str, list[Mark]]:
    """Return the marks of some labs, or of all that were graded; say which are old."""
    from grader.grading.changes import stale
    from grader.platforms.marks import read_marks

    marks = {stem: read_marks(course, stem) for stem in stems or course.graded_labs()}
    without = [stem for stem, found in marks.items() if not found]
    if without or not marks:
        labs = " ".join(without) or "LAB"
        raise InstructorError(
            f"Nothing is graded yet; run `convlab grade {labs}` first."
        )
    for stem in marks:
        what = f"{stem}, graded before the lab or the grader changed; grade again"
        _list(what, stale(course, stem))
    return marks


def _beside(path: Path) -> Path:
    return path.with_stem(f"{path.stem}-filled")


def _write_filled(found: Export, path: Path) -> None:
    from grader.folder import write_whole

    write_whole(path, found.data)
    for stem, filled in found.labs.items():
        _say(f"{stem}: {filled.told()}")
        _list("pending, left as they were", [p.label for p in filled.pending])
        _list("excused, left as they were", [p.label for p in filled.excused])
        _list("not in the file", [p.label for p in filled.strangers])
    for warning in found.warnings:
        _say(f"Warning: {warning}")
    _say(f"wrote {path}")
