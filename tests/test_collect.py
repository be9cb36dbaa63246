"""What was downloaded comes into submitted/, and nothing is lost or guessed."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.late import handed_in, in_utc
from grader.exceptions import InstructorError
from grader.platforms.person import Person
from grader.platforms.receipt import not_taken, read_receipt, receipt_path

STEM = "lab01_eight_megapixels"
JANE = Person("jdoe", "Jane", "Doe", "jane@uni.edu", "4321")
BOB = Person("bob", "Bob", "Ng", "bob@uni.edu", "77")
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 123,Janey D,jane@uni.edu,Submitted,,100.00,Yes,\
"Monday, 5 October 2026, 11:59 PM",-,
"""


def _zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _collect(course, source, *options):
    args = ["collect", "lab01", str(source), "--course", str(course.root), *options]
    done = CliRunner().invoke(app, list(map(str, args)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def _enrol(course, *people):
    rows = (",".join(astuple(person)) for person in people)
    heading = "id,first_name,last_name,email,lms_user_id"
    (course.root / "roster.csv").write_text("\n".join([heading, *rows]), "utf-8")


@pytest.fixture
def canvas(tmp_path):
    """Give an archive as Canvas makes it."""
    files = {
        "doejane_LATE_4321_98_lab01-1.ipynb": "jane's",
        "ngbob_77_99_my lab.ipynb": "bob's",
        "ngbob_77_100_notes.txt": "bob's notes",
        "evesly_13_101_lab01.ipynb": "eve's",
        "leekim_14_text.html": "<p>here</p>",
    }
    return _zip(tmp_path / "submissions.zip", files)


def _submitted(course):
    folder = course.root / "submitted"
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_canvas_with_a_roster(course, canvas):
    """Who is in the roster is taken; unknown, missing, late and typed ones are named."""
    _enrol(course, JANE, BOB, Person("ada", "Ada", "Lovelace"))
    output = _collect(course, canvas)
    assert "2 matched, 1 unknown, 1 missing" in output
    assert "unknown, not taken: evesly (not in the roster)" in output
    assert "missing: Ada Lovelace" in output
    assert "late, as the platform says: Jane Doe (jdoe)" in output
    assert "typed a text or a link, no file: leekim" in output
    assert _submitted(course) == [
        f"bob/{STEM}/{STEM}.ipynb",
        f"bob/{STEM}/notes.txt",
        f"jdoe/{STEM}/{STEM}.ipynb",
    ]
    receipt = receipt_path(course.root, STEM, "jdoe").read_text("utf-8")
    assert json.loads(receipt) == {
        "platform": "Canvas",
        "key": "4321",
        "name": "doejane",
        "original": "doejane_LATE_4321_98_lab01-1.ipynb",
        "late": True,
        "number": 98,
        "time": "",
    }


def test_who_was_not_taken_is_kept(course, canvas):
    """For the report, until it is collected again and everybody is known."""
    _enrol(course, JANE, BOB)
    _collect(course, canvas)
    unknown, typed = not_taken(course.root, STEM)
    assert unknown.startswith("evesly: handed in through Canvas and not taken (not in")
    assert typed.startswith("leekim: handed in through Canvas a text or a link")
    _enrol(course, JANE, BOB, Person("eve", "Eve", "Sly", lms_user_id="13"))
    _collect(course, canvas)
    assert [each for each in not_taken(course.root, STEM) if "evesly" in each] == []


def test_a_second_archive_forgets_nobody(course, canvas, tmp_path):
    """A section, or a latecomer, says nothing about who was in another archive."""
    _enrol(course, JANE, BOB)
    _collect(course, canvas)
    late = {"ngbob_77_99_lab01.ipynb": "{}", "strange_5_98_lab01.ipynb": "{}"}
    _collect(course, _zip(tmp_path / "latecomers.zip", late))
    told = not_taken(course.root, STEM)
    assert [each.split(":")[0] for each in told] == ["evesly", "leekim", "strange"]


def test_without_a_roster(course, canvas):
    """Everybody is called as the platform does, and the output says so."""
    assert "3 found, 0 unknown" in _collect(course, canvas)
    students = {path.split("/")[0] for path in _submitted(course)}
    assert students == {"doejane", "ngbob", "evesly"}


def test_dry_run(course, canvas):
    """A dry run says the same and writes nothing."""
    _enrol(course, JANE, BOB)
    output = _collect(course, canvas, "--dry-run")
    assert "2 matched, 1 unknown, 0 missing" in output
    assert not (course.root / "submitted").exists()


def test_every_attempt_is_kept(course, tmp_path):
    """The newest attempt is graded; earlier ones are kept once, whatever comes when."""
    for number, text in ((10, "first"), (30, "third"), (20, "second"), (30, "third")):
        name = f"doejane_4321_{number}_lab01.ipynb"
        _collect(course, _zip(tmp_path / "submissions.zip", {name: text}))
    notebook = course.root / "submitted/doejane" / STEM / f"{STEM}.ipynb"
    assert notebook.read_text() == "third"
    attempts = course.root / ".convlab/attempts" / STEM / "doejane"
    kept = [path.read_text() for path in sorted(attempts.glob(f"*/{STEM}.ipynb"))]
    assert kept == ["first", "second"]


def test_attempts_in_one_download(course, tmp_path):
    """A file handed in again counts; files numbered by the student are all kept."""
    files = {
        "doejane_4321_10_lab01.ipynb": "first",
        "doejane_4321_20_lab01-1.ipynb": "second",
        "doejane_4321_21_data.csv": "1,2",
        "ngbob_77_30_part-1.ipynb": "one",
        "ngbob_77_31_part-2.ipynb": "two",
    }
    _collect(course, _zip(tmp_path / "submissions.zip", files))
    assert _submitted(course) == [
        f"doejane/{STEM}/data.csv",
        f"doejane/{STEM}/{STEM}.ipynb",
        f"ngbob/{STEM}/part-1.ipynb",
        f"ngbob/{STEM}/part-2.ipynb",
    ]
    assert (course.root / "submitted/doejane" / STEM / f"{STEM}.ipynb").read_text() == (
        "second"
    )
    first = course.root / ".convlab/attempts" / STEM / "doejane/001" / f"{STEM}.ipynb"
    assert first.read_text() == "first"


def test_what_was_there_is_kept(course, tmp_path):
    """A submission that was put there by hand becomes an earlier attempt."""
    there = course.root / "submitted/doejane" / STEM
    there.mkdir(parents=True)
    (there / f"{STEM}.ipynb").write_text("by hand")
    source = _zip(tmp_path / "s.zip", {"doejane_4321_10_lab01.ipynb": "collected"})
    assert "1 changed" in _collect(course, source)
    assert "1 unchanged" in _collect(course, source)
    kept = course.root / ".convlab/attempts" / STEM / "doejane/001" / f"{STEM}.ipynb"
    assert kept.read_text() == "by hand"


def test_moodle_with_its_worksheet(course, tmp_path):
    """The worksheet says who is who and when; without it the name has to."""
    _enrol(course, JANE, BOB)
    files = {
        "Janey D_123_assignsubmission_file_/lab01.ipynb": "jane's",
        "Bob Ng_124_assignsubmission_file_/lab01.ipynb": "bob's",
    }
    source = _zip(tmp_path / "moodle.zip", files)
    assert "1 matched, 1 unknown" in _collect(course, source)
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(WORKSHEET, "utf-8")
    output = _collect(course, source, "--worksheet", worksheet)
    assert "2 matched, 0 unknown, 0 missing" in output
    assert "Nothing tells when 1 of them" in output
    folder = course.root / "submitted/jdoe" / STEM
    assert handed_in(folder) == in_utc(datetime(2026, 10, 5, 23, 59))
    assert read_receipt(course.root, STEM, "jdoe").key == "123"


def test_two_of_one_name(course, tmp_path):
    """Each of them is counted as unknown; whoever typed is called as in the roster."""
    _enrol(course, JANE, replace(JANE, id="jane2", lms_user_id="2"), BOB)
    names = ("Jane Doe_1_assignsubmission_file", "Jane Doe_2_assignsubmission_file")
    files = {f"{name}/lab01.ipynb": "x" for name in names}
    files["Bob Ng_3_assignsubmission_onlinetext/onlinetext.html"] = "<p>here</p>"
    output = _collect(course, _zip(tmp_path / "moodle.zip", files))
    assert "0 matched, 2 unknown, 3 missing" in output
    assert "typed a text or a link, no file: Bob Ng (bob)" in output


def test_blind_marking(course, tmp_path):
    """Whom the platform hides is taken under its number."""
    _enrol(course, JANE)
    files = {f"Participant_{n}_assignsubmission_file_/lab01.ipynb": "x" for n in (1, 2)}
    output = _collect(course, _zip(tmp_path / "moodle.zip", files))
    assert "2 anonymous, 0 unknown\n" in output
    assert _submitted(course) == [
        f"participant_1/{STEM}/{STEM}.ipynb",
        f"participant_2/{STEM}/{STEM}.ipynb",
    ]


def test_a_flat_folder(course, tmp_path):
    """A file or a folder for each student; the file's time is when it was handed in."""
    source = tmp_path / "hand-ins"
    (source / "bob").mkdir(parents=True)
    (source / "bob" / "work.ipynb").write_text("bob's")
    (source / "jdoe_lab01.ipynb").write_text("jane's")
    time = datetime(2026, 10, 5, 12, 0)
    os.utime(source / "jdoe_lab01.ipynb", (time.timestamp(), time.timestamp()))
    _enrol(course, JANE, BOB)
    assert "2 matched, 0 unknown, 0 missing" in _collect(course, source)
    assert handed_in(course.root / "submitted/jdoe" / STEM) == in_utc(time)


def test_nbgraders_layout(course, tmp_path):
    """Time stamp and secret of nbgrader's exchange come along."""
    folder = tmp_path / "collected" / "jdoe" / STEM
    folder.mkdir(parents=True)
    (folder / f"{STEM}.ipynb").write_text("jane's")
    (folder / "timestamp.txt").write_text("2026-10-05 10:00:00.0 UTC")
    (folder / "submission_secret.txt").write_text("secret")
    assert "from nbgrader: 1 found" in _collect(course, tmp_path / "collected")
    assert len(_submitted(course)) == 3
    assert handed_in(course.root / "submitted/jdoe" / STEM) == datetime(2026, 10, 5, 10)


def test_nbgraders_downloads(course, tmp_path):
    """Of nbgrader's downloaded/ the archives are opened, the oldest first."""
    folder = tmp_path / "downloaded" / STEM / "archive"
    folder.mkdir(parents=True)
    for name, number, text in (("b.zip", 10, "first"), ("a.zip", 20, "second")):
        path = _zip(folder / name, {f"doejane_4321_{number}_lab01.ipynb": text})
        os.utime(path, (number, number))
    _collect(course, tmp_path / "downloaded")
    notebook = course.root / "submitted/doejane" / STEM / f"{STEM}.ipynb"
    assert notebook.read_text() == "second"


REFUSED = {
    "two of one name": (
        {f"Jo Li_{n}_assignsubmission_file_/l.ipynb": "x" for n in (1, 2)},
        "the work of two",
    ),
    "nobody": ({}, "no submission"),
    "upwards": ({"../../doejane_1_2_lab.ipynb": "x"}, "leads out"),
}


@pytest.mark.parametrize(("files", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(course, tmp_path, files, words):
    """Where it is not sure who is who, nothing is written."""
    with pytest.raises(InstructorError, match=words):
        _collect(course, _zip(tmp_path / "class.zip", files))
    assert not (course.root / "submitted").exists()


def test_names_cannot_leave_the_folder(course, tmp_path):
    """A student's name for a file leads nowhere, hides nothing and hides nobody's."""
    files = {
        "doejane_4321_10_.receipt.json": "{}",
        "doejane_4321_11_a\\..\\..\\b.ipynb": "x",
        "doejane_4321_12_" + 50 * "\U0001f600" + ".md": "y",
    }
    source = tmp_path / "class"
    source.mkdir()
    for name, text in files.items():
        (source / name).write_text(text)
    _collect(course, source)
    folder = course.root / "submitted/doejane" / STEM
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{STEM}.ipynb",
        "receipt.json",
        40 * "\U0001f600" + ".md",
    ]


@pytest.mark.parametrize(
    "name", ["doejane_4321_11_{}", "Jo_1_assignsubmission_file_/{}"]
)
def test_nobody_dates_their_own_work(course, tmp_path, name):
    """A file that a student calls as nbgrader's time stamp is none."""
    files = {
        name.format(n): "2020-01-01 00:00:00 UTC" for n in ("timestamp.txt", "a.ipynb")
    }
    _collect(course, _zip(tmp_path / "class.zip", files))
    (folder,) = (course.root / "submitted").glob(f"*/{STEM}")
    assert handed_in(folder) is None
    assert (folder / "timestamp-1.txt").exists()


def test_a_time_that_was_known_stays(course, tmp_path):
    """Collecting the same again without the worksheet forgets no time."""
    source = _zip(tmp_path / "m.zip", {"Jo_123_assignsubmission_file_/a.ipynb": "x"})
    worksheet = tmp_path / "grades.csv"
    worksheet.write_text(WORKSHEET, "utf-8")
    _collect(course, source, "--worksheet", worksheet)
    _collect(course, source)
    folder = course.root / "submitted/Jo" / STEM
    assert read_receipt(course.root, STEM, "Jo").time
    assert handed_in(folder) == in_utc(datetime(2026, 10, 5, 23, 59))


SOMEBODY_ELSE = {
    # Eve, whose id is 13, calls herself "Ng, Bob_77".
    "by her name": {"ngbob_77_13_98_lab.ipynb": "x"},
    "by her name, and he handed in": {
        "ngbob_77_13_98_lab.ipynb": "x",
        "ngbob_77_99_lab.ipynb": "bob's",
    },
    "by her name, in Moodle": {
        "Bob Ng_77_assignsubmission_file_x_13_assignsubmission_file_lab.ipynb": "x"
    },
}


@pytest.mark.parametrize("files", SOMEBODY_ELSE.values(), ids=SOMEBODY_ELSE)
@pytest.mark.parametrize("people", [[BOB, Person("eve", "Eve", "Sly", "", "13")], []])
def test_nobody_hands_in_for_another(course, tmp_path, files, people):
    """A name that is made to look like another student's file is not taken."""
    if people:
        _enrol(course, *people)
    output = _collect(course, _zip(tmp_path / "class.zip", files))
    assert "1 unknown" in output
    assert "the name can be read in several ways" in output
    taken = list((course.root / "submitted").glob(f"*/{STEM}/*.ipynb"))
    assert [path.read_text() for path in taken] == ["bob's"] * (len(files) - 1)


def test_a_name_that_begins_with_a_number(course, tmp_path):
    """Where only one reading has somebody of the roster, it is the right one."""
    _enrol(course, BOB)
    files = {"ngbob_77_99_1_lab.ipynb": "bob's"}
    assert "1 matched, 0 unknown" in _collect(course, _zip(tmp_path / "c.zip", files))
