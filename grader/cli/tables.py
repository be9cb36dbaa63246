"""What the command prints: tables of a class, a measure, a host, and a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from grader.authoring.quality import Summary
    from grader.authoring.quality.measure import Quality
    from grader.cli.doctor import Finding
    from grader.grading.changes import Change
    from grader.grading.entry import Entry
    from grader.judging.verdict import Verdict
    from grader.platforms.marks import Mark

_WIDEST = 32  # columns for a student's name and id
_ROOMY = 6  # exercises that leave room between the columns
console = Console()
errors = Console(stderr=True)


def show_quality(found: Sequence[Quality], result: Summary) -> None:
    """Print what was measured, what went wrong, and what is to be reached."""
    from grader.authoring.quality import WHAT_IS_WRONG

    table = Table(title="the grader measured")
    table.add_column("exercise", overflow="fold")
    for name in ("right", "named", "caught", "equivalent", "flakes", "s (worst)"):
        table.add_column(name, justify="right")
    for each in found:
        versions = each.mistakes + each.mutants + each.pairs
        wrong = versions - len(each.equivalent)
        accepted = len(each.false_accepts)
        table.add_row(
            each.exercise,
            f"{each.right_answers - len(each.false_rejects)}/{each.right_answers}",
            f"{each.named}/{each.mistakes}",
            f"{wrong - accepted}/{wrong}",
            str(len(each.equivalent)),
            str(len(each.flakes)),
            f"{each.median_seconds:.2f} ({each.worst_seconds:.2f})",
        )
    console.print(table)
    for each in found:
        for kind in WHAT_IS_WRONG:
            for line in getattr(each, kind):
                words = f"{each.exercise}: {kind.replace('_', ' ')}: {line}"
                console.print(words, markup=False, highlight=False)
    targets = Table("to reach", "measured", "", title="all together")
    for name, value, fine in result.checks:
        targets.add_row(name, value, "reached" if fine else "missed")
    console.print(targets)


def show_findings(title: str, rows: Sequence[Finding]) -> None:
    """Print what was found on this machine."""
    table = Table("what", "found", "advice", title=title)
    for row in rows:
        mark = "ok" if row.fine else "!"
        table.add_row(row.what, f"{mark}  {row.found}", row.advice)
    console.print(table)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar; what is given takes how many are done, of how many."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
    )
    with bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def plain(text: str) -> str:
    """Keep Rich from reading brackets in a message as markup."""
    return text.replace("[", r"\[")


def show_class(
    stem: str,
    entries: Sequence[Entry],
    marks: Mapping[str, Mark],
    counts: tuple[int, int],
    passed_over: Sequence[str],
) -> None:
    """Print a graded class.

    Args:
        stem: of the lab.
        entries: one for each student.
        marks: by student, what the gradebook says.
        counts: how many were graded before, and how many with one of the same code.
        passed_over: names of folders that were not graded.
    """
    for name in passed_over:
        console.print(f"Not graded: rename the folder {name}.", markup=False)
    console.print(class_table(stem, entries, marks))
    known, twins = counts
    if known:
        console.print(f"{known} were graded before and have not changed.")
    if twins:
        console.print(f"{twins} hold the same code as another and were not run again.")
    if told := ungraded(stem, entries):
        console.print(told, markup=False)
    if told := unread(marks):
        console.print(told, markup=False)


def class_table(
    stem: str, entries: Sequence[Entry], marks: Mapping[str, Mark]
) -> Table:
    """Return points by student and exercise; the exercises are numbered to fit.

    Args:
        marks: by student, what the gradebook says: names, and who was late.
    """
    from grader import exercises

    known = exercises.of_lab(stem)
    # Nine exercises with parts of points still fit into the 80 columns of a terminal.
    crowded = len(known) > _ROOMY
    padding = 0 if crowded else 1
    table = Table(title=stem, caption_justify="left", padding=(0, padding))
    # An address as id takes a line of its own, and the mistakes keep their place.
    least = 12 if crowded else 16
    table.add_column("student", overflow="fold", min_width=least, max_width=_WIDEST)
    for number in range(len(known)):
        table.add_column(str(number), justify="right")
    table.add_column("total", justify="right", no_wrap=True)
    late = {student: mark.late for student, mark in marks.items() if mark.late}
    if late:
        table.add_column("late", no_wrap=True)
    table.add_column("mistakes named", min_width=12)
    for entry in entries:
        verdicts = [entry.verdicts.get(name) for name in known]
        cells = [_cell(verdict) for verdict in verdicts]
        cells.append(f"{entry.points:g}")
        if late:
            cells.append(late.get(entry.student, ""))
        mark = marks.get(entry.student)
        name = mark.person.label if mark else entry.student
        table.add_row(plain(name), *cells, _named(verdicts))
    most = [f"{exercise.points:g}" for exercise in known.values()]
    whole = sum(exercise.points for exercise in known.values())
    table.add_section()
    table.add_row("full points", *most, f"{whole:g}")
    table.caption = ", ".join(f"{i} {name}" for i, name in enumerate(known))
    return table


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return "-"
    if verdict.status == "grader error":
        return "[magenta]ours![/]"
    colour = "blue" if verdict.passed else "yellow"
    return f"[{colour}]{verdict.points:g}[/]"


def _named(verdicts: Sequence[Verdict | None]) -> str:
    return plain(
        ", ".join(
            f"{number} {name}"
            for number, verdict in enumerate(verdicts)
            for name, _ in (verdict.mistakes if verdict else ())
        )
    )


def ungraded(stem: str, entries: Sequence[Entry]) -> str:
    """Return in a sentence who could not be graded, "" where everybody was."""
    names = [entry.student for entry in entries if entry.ungraded]
    if not names:
        return ""
    return (
        f"Not graded, through a fault of ours: {', '.join(names)}; these points wait "
        f"in the gradebook, and `convlab grade {stem}` tries again."
    )


def unread(marks: Mapping[str, Mark]) -> str:
    """Return in a sentence how many answers wait for somebody, "" where none does."""
    count = sum(mark.pending for mark in marks.values())
    if not count:
        return ""
    return f"{count} have an answer that waits for points by hand, in formgrader."


def class_json(
    entries: Sequence[Entry],
    marks: Mapping[str, Mark],
    changes: Sequence[Change] = (),
) -> dict[str, Any]:
    """Return what `convlab grade --json` tells of a lab, by student."""
    changed = {change.student: str(change) for change in changes}
    return {
        entry.student: {
            **_from_gradebook(marks.get(entry.student)),
            "points": {name: entry.points_of(name) for name in entry.verdicts},
            "total": entry.points,
            "ungraded": entry.ungraded,
            "mistakes": {
                name: [mistake for mistake, _ in verdict.mistakes]
                for name, verdict in entry.verdicts.items()
                if verdict.mistakes
            },
            "notes": entry.notes,
            "changed": changed.get(entry.student, ""),
            "seconds": entry.seconds,
        }
        for entry in entries
    }


def _from_gradebook(mark: Mark | None) -> dict[str, Any]:
    if mark is None:
        return {}
    return {
        "name": mark.person.name,
        "handed_in": mark.time and mark.time.isoformat(),
        "days_late": mark.days_late,
        "penalty": mark.penalty,
    }
