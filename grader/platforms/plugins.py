"""The same marks by `nbgrader export`, as plugins for it.

    nbgrader export --exporter=grader.platforms.plugins.CanvasExporter \
        --CanvasExporter.file=gradebook.csv --to=filled.csv
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Unicode

from grader.exceptions import InstructorError
from grader.folder import write_whole
from grader.platforms.export import Export, Marks, fill_canvas, fill_moodle
from grader.platforms.marks import Mark, as_csv, marks_in


class CsvExporter(ExportPlugin):  # type: ignore[misc]  # not typed
    """A row per student, lab and exercise."""

    def export(self, gradebook: Any) -> None:
        """Write the file named by `--to`, or marks.csv."""
        write_whole(Path(self.to or "marks.csv"), as_csv(self._marks(gradebook)))

    def _marks(self, gradebook: Any) -> list[Mark]:
        """Return the marks of the chosen labs and students; of all if none is chosen."""
        root = Path(self.parent.coursedir.root)
        labs = self.assignment or [each.name for each in gradebook.assignments]
        return [
            mark
            for stem in labs
            for mark in marks_in(gradebook, self.config, str(stem), root)
            if not self.student or mark.person.id in map(str, self.student)
        ]


class _FillingExporter(CsvExporter):
    """A platform's own file, filled in."""

    file = Unicode("", help="The file that the platform exported.").tag(config=True)
    so_far = Bool(
        False, help="Also where an answer waits for somebody to read it."
    ).tag(config=True)

    def export(self, gradebook: Any) -> None:
        """Write the file named by `--to`.

        Raises:
            InstructorError: a file or a column is not said.
        """
        name = type(self).__name__
        if not self.file or not self.to:
            raise InstructorError(f"Say --{name}.file=FILE and --to=FILE.")
        labs = {
            stem: list(marks)
            for stem, marks in groupby(self._marks(gradebook), lambda mark: mark.stem)
        }
        found = self._fill(Path(self.file), labs)
        write_whole(Path(self.to), found.data)
        for stem, filled in found.labs.items():
            self.log.warning("%s: %s", stem, filled.told())
        for warning in found.warnings:
            self.log.warning(warning)

    def _fill(self, path: Path, labs: Marks) -> Export:
        raise NotImplementedError


class CanvasExporter(_FillingExporter):
    """Canvas's gradebook, filled in."""

    column = Unicode("", help="The lab's column; else the one named so.").tag(
        config=True
    )

    def _fill(self, path: Path, labs: Marks) -> Export:
        return fill_canvas(path, labs, self.column or None, self.so_far)


class MoodleExporter(_FillingExporter):
    """Moodle's grading worksheet of one assignment, filled in."""

    def _fill(self, path: Path, labs: Marks) -> Export:
        return fill_moodle(path, labs, self.so_far)
