"""What `convlab quality` does: the grader measured on its own bank, or on answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich import box
from rich.table import Table

from grader.authoring.quality import measure_labs, outside, summary, written
from grader.authoring.quality.effort import WHOLE, Effort, quick
from grader.authoring.quality.measure import Quality
from grader.cli.tables import console, progress, show_quality
from grader.judging.exercise import Exercise
from grader.reports.quality_page import write_quality


def on_the_bank(
    root: Path,
    stems: Sequence[str],
    whole: bool,
    seeds: int | None,
    workers: int,
    page: Path,
    as_json: bool,
) -> bool:
    """Measure the exercises of some labs, print what was found and write the page.

    Returns:
        Whether every target is reached.
    """
    over = seeds or (WHOLE.seeds if whole else 1)
    seeds_told = "one secret seed" if over == 1 else f"{over} secret seeds"
    measured: list[Quality] = []

    def effort(exercise: Exercise) -> Effort:
        return replace(WHOLE if whole else quick(exercise), seeds=over)

    with progress("exercises") as advance:

        def report(quality: Quality) -> None:
            # After each: what was measured is not lost if the rest is stopped.
            measured.append(quality)
            write_quality(measured, seeds_told, page)
            advance(len(measured), len(written(stems)))

        found = measure_labs(stems, root, effort, workers, report)
    write_quality(found, seeds_told, page)
    result = summary(found)
    if as_json:
        print(json.dumps([each.to_json() for each in found], indent=2))
    else:
        show_quality(found, result)
    return result.reached


def on_answers(
    root: Path, files: Sequence[Path], stems: Sequence[str], workers: int, as_json: bool
) -> bool:
    """Measure the judge on answers from outside and print what it told them.

    Args:
        root: the course folder.
        files: the answers (see `grader.authoring.quality.outside`).
        stems: of the labs whose answers count; empty: all.
        workers: answers at once.
        as_json: print JSON in place of tables.

    Returns:
        Whether nothing false was said, and enough was named.
    """
    labs = [stem.split("_")[0] for stem in stems]
    answers = [
        answer
        for file in files
        for answer in outside.read(file)
        if not labs or answer.exercise.split(".")[0] in labs
    ]
    with progress("answers") as advance:
        judged = outside.measure_answers(answers, root, workers, advance)
    tallies = outside.by_lab(judged)
    if as_json:
        told = {
            "labs": [tally.to_json() for tally in tallies],
            "answers": [each.to_json() for each in judged],
        }
        print(json.dumps(told, indent=2))
    else:
        _show(judged, tallies)
    return tallies[-1].reached


def _show(judged: Sequence[outside.Judged], tallies: Sequence[outside.Tally]) -> None:
    for line in outside.to_look_at(judged):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    title = "answers that the authors did not write, with 95 % intervals"
    table = Table(title=title, box=box.SIMPLE, padding=0, pad_edge=False)
    table.add_column("lab", no_wrap=True)
    for name, _, _ in tallies[-1].shares:
        table.add_column(name, justify="right")
    for tally in tallies:
        table.add_row(tally.label, *(_share(*counts) for _, *counts in tally.shares))
    console.print(table)
    console.print(f"checks over a second: {tallies[-1].slow}", highlight=False)


def _share(count: int, total: int) -> str:
    """Return a share with its interval below it."""
    low, high = outside.interval(count, total)
    return f"{count} of {total}\n{100 * low:.0f}-{high:.0%}" if total else "-"


def split_files(
    labs: Sequence[str], files: Sequence[Path]
) -> tuple[list[str], list[Path]]:
    """Return labs and files of answers; what follows a file may be one as well."""
    more = [Path(lab) for lab in labs if lab.endswith(".jsonl")]
    return [lab for lab in labs if not lab.endswith(".jsonl")], [*files, *more]
