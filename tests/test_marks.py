"""Marks go back as the platforms take them: late ones, open ones, and feedback pages."""

from __future__ import annotations

import csv
import zipfile
from datetime import timedelta

import nbformat
import pytest
from conftest import copy_course
from nbgrader.apps import NbGraderApp
from typer.testing import CliRunner

from grader import exercises
from grader.cli import app
from grader.cli.tables import class_json, class_table, console, unread
from grader.course.gradebook import Gradebook
from grader.course.late import Late, due_date, handed_in
from grader.exceptions import InstructorError
from grader.folder import CONFIG_NAME
from grader.grading.entry import Entry
from grader.grading.gradebook import record, register
from grader.judging.verdict import Verdict
from grader.platforms.marks import by_student, read_marks
from grader.platforms.pages import name_of
from grader.platforms.person import Person
from grader.platforms.receipt import Receipt, receipt_path
from grader.platforms.roster import write_roster
from grader.reports.class_data import lab_data

STEM = "lab01_eight_megapixels"
MOST = 25
PEOPLE = [
    Person("jdoe", "Jane", "Doe", "jane@uni.edu", "4321"),
    Person("bob", "Bob", "=Ng", "bob@uni.edu", "77"),
    Person("ada", "Ada", "Lovelace", "ada@uni.edu"),
]
SETTINGS = """
c.Late.due = {"lab01": "2026-10-05 12:00 +0200", "lab02": "soon"}
c.Late.penalty_per_day = 0.1
"""
RECEIPTS = {
    "jdoe": Receipt("Canvas", "4321", "doejane", "doejane_4321_98_lab.ipynb"),
    "bob": Receipt(
        *("Moodle", "124", "Bob Ng", "Bob Ng_124_assignsubmission_file_/lab.ipynb"),
        time="2026-10-07 10:00:00.0 UTC",
    ),
    "ada": Receipt("a folder", "", "ada", "ada.ipynb", late=True),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Give a course in which three have a mark: 10 points, 20 points late, and open."""
    course = copy_course(tmp_path_factory.mktemp("marks") / "course")
    with (course.root / CONFIG_NAME).open("a") as settings:
        settings.write(SETTINGS)
    write_roster(course, PEOPLE)
    register(course, STEM)
    notebook = nbformat.writes(nbformat.read(course.released(STEM), as_version=4))
    for student, receipt in RECEIPTS.items():
        folder = course.root / "submitted" / student / STEM
        receipt.write(receipt_path(course.root, STEM, student))
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(receipt.time)
        record(course, Entry(student, STEM, "", {}, [], notebook), folder)
    _give(course, {"jdoe": 10.0, "bob": 20.0, "ada": None})
    return course


def _give(course, points):
    """Set the points of all checks together, and grade by hand where they are given."""
    with Gradebook(course.db_url) as gradebook:
        for student, given in points.items():
            (notebook,) = gradebook.find_submission(STEM, student).notebooks
            for grade in notebook.grades:
                share = (given or 0.0) / MOST
                grade.manual_score = share * grade.max_score
                grade.needs_manual_grade = given is None and grade.name == "explain"
        gradebook.db.commit()


def _export(course, *args):
    command = ["export", *map(str, args), "--course", str(course.root)]
    done = CliRunner().invoke(app, command)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def _late(course, student):
    return by_student(read_marks(course, STEM))[student]


def test_marks(course):
    """Marks have names, times, days late and penalties; what waits is not 0."""
    jane, bob, ada = (_late(course, person.id) for person in PEOPLE)
    assert jane.person == PEOPLE[0]
    assert (jane.points, jane.max_points, jane.pending) == (10, MOST, False)
    assert jane.late == ""
    # Due on the 5th at 10:00 UTC: two days to the second.
    assert (bob.days_late, bob.penalty, bob.points) == (2, 4, 16)
    assert bob.late == "2 days, -4"
    assert ada.pending
    assert ada.late == "late"


def test_the_penalty_follows_points_given_by_hand(course):
    """Points that are given later lose their part as well."""
    _give(course, {"bob": 10.0})
    assert _late(course, "bob").penalty == 2
    _give(course, {"bob": 20.0})
    assert _late(course, "bob").penalty == 4


def test_an_extension_counts(course):
    """Whoever was given more time in nbgrader loses nothing in it."""
    with Gradebook(course.db_url) as gradebook:
        gradebook.find_submission(STEM, "bob").extension = timedelta(days=2)
        gradebook.db.commit()
    assert (_late(course, "bob").days_late, _late(course, "bob").penalty) == (0, 0)
    with Gradebook(course.db_url) as gradebook:
        gradebook.find_submission(STEM, "bob").extension = None
        gradebook.db.commit()


@pytest.mark.parametrize(
    ("per_day", "hours", "lost"),
    [(0.1, 1, 1), (0.1, 25, 2), (0.5, 72, 10), (0.0, 25, None)],
)
def test_penalty(per_day, hours, lost):
    """A day that has begun counts, and nobody loses more than they have."""
    late = Late(penalty_per_day=per_day)
    assert late.late_submission_penalty("ada", 10.0, 3600.0 * hours) == lost


def test_due_dates(course):
    """A lab is due as the settings say, in any zone; a time that is none is told."""
    assert due_date(course.config, STEM).isoformat() == "2026-10-05T10:00:00"
    assert due_date(course.config, "lab03_slide_a_filter") is None
    with pytest.raises(InstructorError, match="no time"):
        due_date(course.config, "lab02_shuffle_the_pixels")


@pytest.mark.parametrize("text", ["", "tomorrow", "\0"])
def test_a_broken_time_stamp(tmp_path, text):
    """A time stamp that cannot be read is none."""
    assert handed_in(tmp_path) is None
    (tmp_path / "timestamp.txt").write_text(text)
    assert handed_in(tmp_path) is None


def test_time_stamps_go_along(course):
    """Beside the graded notebook lies what nbgrader needs to give feedback back."""
    folder = course.root / "autograded" / "bob" / STEM
    assert (folder / "timestamp.txt").read_text() == RECEIPTS["bob"].time


def test_a_link_does_not_go_along(course, tmp_path):
    """What a student's link leads to is not copied to where feedback comes from."""
    (tmp_path / "secret").write_text("of somebody else")
    (tmp_path / "handed in").mkdir()
    (tmp_path / "handed in" / "submission_secret.txt").symlink_to(tmp_path / "secret")
    entry = Entry("jdoe", STEM, "", {}, [], course.released(STEM).read_text("utf-8"))
    record(course, entry, tmp_path / "handed in")
    assert not list((course.root / "autograded" / "jdoe").rglob("*.txt"))
    _give(course, {"jdoe": 10.0})


@pytest.mark.parametrize(
    ("before", "after", "waits"),
    [("Mine.", "Mine.", False), ("Mine.", "Another.", True), (None, "Mine.", True)],
)
def test_what_was_graded_by_hand_is_settled(course, tmp_path, before, after, waits):
    """Grading again asks only about another answer, or one that nobody can compare."""
    path = course.root / "autograded" / "bob" / STEM / f"{STEM}.ipynb"
    graded = path.read_bytes()
    path.write_text("no notebook" if before is None else _with_answer(course, before))
    entry = Entry("bob", STEM, "", {}, [], _with_answer(course, after))
    record(course, entry, course.root / "submitted" / "bob" / STEM)
    with Gradebook(course.db_url) as gradebook:
        grade = gradebook.find_grade("explain", STEM, STEM, "bob")
        assert grade.needs_manual_grade == waits
        assert grade.manual_score > 0
    path.write_bytes(graded)
    _give(course, {"bob": 20.0})


def _with_answer(course, text):
    """Give the lab with a written answer."""
    notebook = nbformat.read(course.released(STEM), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "explain":
            cell.source = text
    return nbformat.writes(notebook)


def test_table_report_and_json(course):
    """All three have names and who was late."""
    marks = by_student(read_marks(course, STEM))
    entries = [Entry(student, STEM, "", {}, [], "") for student in RECEIPTS]
    with console.capture() as captured:
        console.print(class_table(STEM, entries, marks), width=200)
    assert "Jane Doe (jdoe)" in captured.get()
    assert "2 days, -4" in captured.get()
    rows = {row.id: row.late for row in lab_data(STEM, entries, marks).students}
    assert rows["bob"] == "2 days, -4"
    told = class_json(entries, marks)["bob"]
    assert (told["name"], told["days_late"], told["penalty"]) == ("Bob =Ng", 2, 4)
    assert unread(marks).startswith("1 have an answer that waits")
    assert unread({"bob": marks["bob"]}) == ""


def test_nine_exercises_fit_into_a_terminal():
    """With parts of points in each, the table keeps its right edge at 80 columns."""
    stem = max(exercises.stems(), key=lambda stem: len(exercises.of_lab(stem)))
    verdicts = {
        name: Verdict(exercise.id, "failed", 1.33, exercise.points, "", (("bias", ""),))
        for name, exercise in exercises.of_lab(stem).items()
    }
    entry = Entry("a-student@university", stem, "", verdicts, [], "")
    with console.capture() as captured:
        console.print(class_table(stem, [entry], {}), width=80)
    rows = [line for line in captured.get().splitlines() if line.startswith("│")]
    assert len(rows) >= 3
    assert {len(row) for row in rows} == {80}
    assert {row[-1] for row in rows} == {"│"}


CANVAS = {
    "plain": (
        'Student,ID,SIS Login ID,Section,Lab 01 (9),"Lab 10 (8)",Final Score\n'
        ",,,,,Manual Posting,\n"
        "    Points Possible,,,,25,25,(read only)\n"
        '"Doe, Jane",4321,jdoe,A,{},,40.5\n'
        '"Ng, Bob",77,,A,{},,\n'
        '"Lovelace, Ada",5,,A,3,,\n'
        '"Kim, Lee",6,,A,EX,,\n'
        '"Student, Test",9,x,A,,,\n',
        ("10", "16"),
    ),
    "commas, BOM, CRLF": (
        "\ufeffStudent;ID;Section;Shuffle;Eight megapixels (9);Points\r\n"
        "    Points Possible;;;10;50,00;\r\n"
        "Doe, Jane;4321;A;1,5;{};\r\n"
        '"Ng, Bob";77;A;;"{}";\r\n',
        ("20", "32"),
    ),
    "names parted": (
        "LastName,FirstName,ID,Section,LAB-1 (9)\nDoe,Jane,4321,A,{}\nNg,Bob,77,A,{}\n",
        ("10", "16"),
    ),
}


@pytest.mark.parametrize(("text", "points"), CANVAS.values(), ids=CANVAS)
def test_canvas(course, tmp_path, text, points):
    """The lab's column is filled in for who has a mark; all else is byte-equal."""
    path = tmp_path / "gradebook.csv"
    path.write_bytes(text.format("", "").encode())
    output = _export(course, "lab01", "--canvas", path)
    assert "2 filled in" in output
    filled = (tmp_path / "gradebook-filled.csv").read_bytes()
    assert filled == text.format(*points).encode()
    assert path.read_bytes() == text.format("", "").encode()


def test_pending_is_not_zero(course, tmp_path):
    """An answer that waits leaves the mark as it was, unless it is asked for so far."""
    path = tmp_path / "gradebook.csv"
    path.write_text('Student,ID,Section,Lab 1 (9)\n"Lovelace, Ada",5,A,\n')
    output = _export(course, "lab01", "--canvas", path, "--output", tmp_path / "a.csv")
    assert "pending, left as they were: Ada Lovelace" in output
    assert "not in the file: Bob =Ng (bob), Jane Doe (jdoe)" in output
    assert (tmp_path / "a.csv").read_text() == path.read_text()
    _export(course, "lab01", "--canvas", path, "--so-far")
    filled = (tmp_path / "gradebook-filled.csv").read_text()
    assert filled.endswith('"Lovelace, Ada",5,A,0\n')


@pytest.mark.parametrize("word", ["EX", "N/A", " ex "])
def test_the_excused_stay_excused(course, tmp_path, word):
    """What Canvas writes in place of a mark is no mark to write over."""
    path = tmp_path / "gradebook.csv"
    path.write_text(f'Student,ID,Section,Lab 1 (9)\n"Doe, Jane",4321,A,{word}\n')
    output = _export(course, "lab01", "--canvas", path)
    assert "excused, left as they were: Jane Doe" in output
    assert (tmp_path / "gradebook-filled.csv").read_text() == path.read_text()


COLUMNS = {
    "none": ("Lab 10 (9),Lab 11 (8)", [], "no column for lab01"),
    "several": ("Lab 1 (9),Lab 01 again (8)", [], "several columns for lab01"),
    "unknown": ("Lab 1 (9)", ["--column", "Lab one"], "no column for Lab one"),
}


@pytest.mark.parametrize(("titles", "options", "words"), COLUMNS.values(), ids=COLUMNS)
def test_which_column(course, tmp_path, titles, options, words):
    """Where it is not sure which column is the lab's, nothing is written."""
    path = tmp_path / "gradebook.csv"
    path.write_text(f'Student,ID,Section,{titles}\n"Doe, Jane",4321,A,,\n')
    with pytest.raises(InstructorError, match=words):
        _export(course, "lab01", "--canvas", path, *options)
    assert not (tmp_path / "gradebook-filled.csv").exists()


def test_a_column_that_canvas_drops(course, tmp_path):
    """A title that Canvas passes over without a word is warned of."""
    path = tmp_path / "gradebook.csv"
    title = "First Final Score (9)"
    path.write_text(f'Student,ID,Section,{title}\n"Doe, Jane",4321,A,\n')
    output = _export(course, "lab01", "--canvas", path, "--column", title)
    assert "Canvas drops a column whose title has 'Final Score'" in output


MOODLE = {
    "English": (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,"
        "Grade can be changed,Last modified (submission),Last modified (grade),"
        "Feedback comments\n"
        'Participant 123,Jane Doe,jane@uni.edu,Submitted,{},25.00,Yes,"1 May 2026",-,\n'
        "Participant 124,Somebody,x@uni.edu,Submitted,{},25.00,Yes,-,-,=1+1\n"
        "Participant 125,Lee Kim,lee@uni.edu,No submission,,25.00,Yes,-,-,\n",
        ("10", "16"),
    ),
    "German": (
        "\ufeffID;Vollständiger Name;E-Mail-Adresse;Status;Gruppe;Bewertung;Bestwertung;"
        "Bewertung kann geändert werden;Zuletzt geändert\r\n"
        "Teilnehmer/in123;Jane Doe;jane@uni.edu;Abgegeben;A;{};100,00;Ja;1. Mai 2026\r\n"
        "Teilnehmer/in124;Bob Ng;bob@uni.edu;Abgegeben;B;{};100,00;Ja;-\r\n",
        ("40", "64"),
    ),
    "blind": (
        "Identifier,Status,Grade,Maximum grade\nParticipant 9,-,{},25\nParticipant 124,-,{},25\n",
        ("", "16"),
    ),
}


@pytest.mark.parametrize(("text", "points"), MOODLE.values(), ids=MOODLE)
def test_moodle(course, tmp_path, text, points):
    """Grades are filled in by key, address or name, scaled to the full marks there."""
    path = tmp_path / "grades.csv"
    path.write_bytes(text.format("", "").encode())
    output = _export(course, "lab01", "--moodle", path)
    assert ("25 points there are 100" in output) == ("100" in text)
    filled = (tmp_path / "grades-filled.csv").read_bytes()
    assert filled == text.format(*points).encode()


MISTAKES = {
    "no place": ([], "Say what to write"),
    "no gradebook of Canvas": (["--canvas", "a.csv"], "no gradebook of Canvas"),
    "no worksheet": (["--moodle", "a.csv"], "no grading worksheet"),
    "not there": (["--canvas", "b.csv"], "There is no file"),
    "no pages": (["--pages", "c.zip"], "There are no pages"),
    "one output, two files": (
        ["--canvas", "a.csv", "--moodle", "a.csv", "--output", "d.csv"],
        "one place at a time",
    ),
}


@pytest.mark.parametrize(("options", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(course, tmp_path, monkeypatch, options, words):
    """A file that is another one is told in a sentence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("Name,Points\nJane,3\n")
    with pytest.raises(InstructorError, match=words):
        _export(course, "lab01", *options)


def test_two_in_one_row(course, tmp_path):
    """Two marks for one row are refused: whose would count?"""
    path = tmp_path / "gradebook.csv"
    text = 'Student,ID,SIS Login ID,Section,Lab 1 (9)\n"Lovelace, Ada",4321,ada,A,\n'
    path.write_text(text)
    with pytest.raises(InstructorError, match="are both Ada Lovelace"):
        _export(course, "lab01", "--canvas", path)


def test_numbers_that_are_the_same_by_chance(course, tmp_path):
    """Canvas's id of Jane is another student's number in Moodle, and Bob's name no id."""
    path = tmp_path / "grades.csv"
    path.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade\n"
        "Participant 4321,Lee Kim,lee@uni.edu,Submitted,,25.00\n"
    )
    assert "lab01_eight_megapixels: 0 filled in" in _export(
        course, "lab01", "--moodle", path
    )
    path = tmp_path / "gradebook.csv"
    path.write_text('Student,ID,Section,Lab 1 (9)\n"Kim, Lee",ada,A,\n')
    output = _export(course, "lab01", "--canvas", path, "--so-far")
    assert "lab01_eight_megapixels: 0 filled in" in output


def test_csv(course, tmp_path):
    """A row per student and exercise; nothing in it runs in a spreadsheet."""
    path = tmp_path / "marks.csv"
    _export(course, "--csv", path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert {row["last_name"] for row in rows} == {"Doe", "'=Ng", "Lovelace"}
    janes = [row for row in rows if row["student_id"] == "jdoe"]
    assert sum(float(row["points"]) for row in janes) == pytest.approx(10)
    assert sum(float(row["max_points"]) for row in janes) == MOST
    waiting = [row for row in rows if row["status"] == "pending"]
    assert [(row["student_id"], row["exercise"]) for row in waiting] == [
        ("ada", "explain")
    ]
    assert waiting[0]["points"] == ""
    bobs = next(row for row in rows if row["student_id"] == "bob")
    assert (bobs["handed_in"], bobs["days_late"]) == ("2026-10-07 10:00:00", "2")


def test_pages(course, tmp_path):
    """Pages are called as each platform wants them back."""
    for student in RECEIPTS:
        page = course.feedback_page(STEM, student)
        page.parent.mkdir(parents=True)
        page.write_text(student)
    _export(course, "lab01", "--pages", tmp_path / "pages.zip")
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        told = {name: archive.read(name).decode() for name in archive.namelist()}
    assert told == {
        "doejane_4321_98_lab.html": "jdoe",
        f"Bob Ng_124_assignsubmission_file/{STEM}.html": "bob",
        f"ada/{STEM}.html": "ada",
    }


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("Jo_9_assignsubmission_file_lab.ipynb", "Jo_9_assignsubmission_file/{}.html"),
        (
            "top/Jo_9_assignsubmission_file/a/b.ipynb",
            "Jo_9_assignsubmission_file/{}.html",
        ),
    ],
)
def test_names_of_pages_for_moodle(original, name):
    """Flat archives and those with folders are answered alike."""
    assert name_of("jo", STEM, Receipt("Moodle", "9", "Jo", original)) == name.format(
        STEM
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "exporter", ["CanvasExporter", "MoodleExporter", "CsvExporter"]
)
def test_by_nbgrader(course, tmp_path, monkeypatch, exporter):
    """`nbgrader export` gives the same with our plugins."""
    monkeypatch.chdir(course.root)
    platform = exporter.removesuffix("Exporter").lower()
    tables = {"canvas": CANVAS["plain"][0], "moodle": MOODLE["English"][0], "csv": ""}
    path, ours, theirs = (tmp_path / name for name in ("table.csv", "ours", "theirs"))
    path.write_text(tables[platform].format("", ""))
    where = (
        ["--csv", ours]
        if platform == "csv"
        else [f"--{platform}", path, "--output", ours]
    )
    _export(course, "lab01", *where)
    command = [
        "export",
        f"--exporter=grader.platforms.plugins.{exporter}",
        f"--to={theirs}",
    ]
    if platform != "csv":
        command.append(f"--{exporter}.file={path}")
    NbGraderApp.clear_instance()
    NbGraderApp.launch_instance(command)
    NbGraderApp.clear_instance()
    assert theirs.read_bytes() == ours.read_bytes()
