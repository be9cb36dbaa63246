"""The class is read from what platforms export, and known in the gradebook."""

from __future__ import annotations

import pytest

from grader.course.gradebook import Gradebook
from grader.exceptions import InstructorError
from grader.platforms.people import read_people
from grader.platforms.person import Person, Roster
from grader.platforms.roster import enrol, read_roster, write_roster

JANE = Person("jdoe", "Jane", "Doe", "jane@uni.edu", "4321")
BOB = Person("bob", "Bob", "Ng", "bob@uni.edu", "77")

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lab 01 (9),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,25,(read only)
"Doe, Jane",4321,S1,jdoe,A,,
"Ng, Bob",77,,,A,,
"Student, Test",999,,abc,A,,
"""
CANVAS_PARTED = "LastName,FirstName,ID,SIS Login ID,Section\nDoe,Jane,4321,jdoe,A\n"
WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade
Participant 123,Jane Doe,jdoe,jane@uni.edu,Submitted,,100.00
Participant 124,Bob Ng,,bob@uni.edu,Submitted,,100.00
"""
WORKSHEET_GERMAN = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung
Teilnehmer/in 123,Jane Doe,jane@uni.edu,Abgegeben,,"100,00"
"""

TABLES = {
    "canvas": (CANVAS, [("jdoe", "Jane Doe", "4321"), ("77", "Bob Ng", "77")]),
    "canvas, names parted": (CANVAS_PARTED, [("jdoe", "Jane Doe", "4321")]),
    "moodle's worksheet": (
        WORKSHEET,
        [("jdoe", "Jane Doe", ""), ("bob@uni.edu", "Bob Ng", "")],
    ),
    "moodle's worksheet, German": (
        WORKSHEET_GERMAN,
        [("jane@uni.edu", "Jane Doe", "")],
    ),
    "moodle's participants": (
        "\ufeffFirst name,Last name,Email address,Groups\r\nJane,Doe,jane@uni.edu,\r\n",
        [("jane@uni.edu", "Jane Doe", "")],
    ),
    "moodle's participants, in a language that we do not know": (
        "Eesnimi;Perekonnanimi;Meiliaadress\nJane;Doe;jane@uni.edu\n",
        [("jane@uni.edu", "Jane Doe", "")],
    ),
    "nbgrader's own": (
        "id,first_name,last_name,email,lms_user_id\njdoe,Jane,Doe,,4321\n",
        [("jdoe", "Jane Doe", "4321")],
    ),
    "full names": (
        'ID;Name\njdoe;Jane Doe\nbob;"Ng, Bob"\n\n',
        [("jdoe", "Jane Doe", ""), ("bob", "Bob Ng", "")],
    ),
    "a name, then an id": ("Name,ID\nJane Doe,jdoe\n", [("jdoe", "Jane Doe", "")]),
    "ids that end in a number": (
        "id,name,group\nstud001,Jane Doe,a\nstud002,Bob Ng,a\n",
        [("stud001", "Jane Doe", ""), ("stud002", "Bob Ng", "")],
    ),
    "one such, as we write it": (
        "id,first_name,last_name,email,lms_user_id\nstud001,Jane,Doe,,4321\n",
        [("stud001", "Jane Doe", "4321")],
    ),
    "ids alone": ("id\njdoe\n", [("jdoe", "jdoe", "")]),
}


@pytest.mark.parametrize(("text", "people"), TABLES.values(), ids=TABLES)
def test_tables(tmp_path, text, people):
    """Ids, names and the platform's ids are found in each table."""
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode())
    found = [(each.id, each.name, each.lms_user_id) for each in read_people(path)]
    assert found == people


def test_latin_1(tmp_path):
    """A file that is no UTF-8 is read as latin-1."""
    path = tmp_path / "class.csv"
    path.write_bytes("id,name\nzoe,Zoë Çelik\n".encode("latin-1"))
    assert read_people(path)[0].name == "Zoë Çelik"


MISTAKES = {
    "no file": (None, "There is no file"),
    "empty": ("", "is empty"),
    "no students": ("id,name\n", "no students"),
    "no column": ("when,what\n1,2\n", "no column for an id"),
    "one id twice": ("id\nada\nada\n", "Two students"),
    "one key twice": ("id,lms_user_id\nada,1\nbob,1\n", "Two students"),
    "an id that leads away": ("id\n../ada\n", "a folder's name"),
    "a hidden id": ("id\n.ada\n", "a folder's name"),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tmp_path, text, words):
    """A file that is no roster is told in a sentence."""
    path = tmp_path / "class.csv"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(InstructorError, match=words):
        read_people(path)


LEES = [Person("kl1", "Kim", "Lee"), Person("kl2", "Kim", "Lee")]
CLASS = Roster([JANE, BOB, *LEES])


@pytest.mark.parametrize(
    ("key", "name", "found"),
    [
        ("4321", "doejane", JANE),
        ("4321", "another", JANE),
        ("9", "doejane", "the roster has another id for Jane Doe"),
        ("9", "jdoe", "not in the roster"),
    ],
)
def test_with_key(key, name, found):
    """The platform's id decides, and a name only if it does not contradict."""
    assert CLASS.with_key(key, name) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Jane Doe", JANE),
        ("Doe Jane", JANE),
        ("J. Doe", "not in the roster"),
        ("???", "not in the roster"),
        ("Kim Lee", "2 in the roster are called so"),
    ],
)
def test_called(name, found):
    """A name is a name, never somebody's id."""
    assert CLASS.called(name) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((text, JANE) for text in ("jdoe", "jane", "JANE@uni.edu", "Doe, Jane")),
        ("eve", "not in the roster"),
        ("kl2", LEES[1]),
    ],
)
def test_meant(text, found):
    """A file named by hand may have an id, an address or a name."""
    assert CLASS.meant(text) == found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (Person("jdoe"), JANE),
        (Person("4711", email="Jane@uni.edu"), JANE),
        (Person("4711", "Jane", "Doe"), JANE),
        (Person("4711"), "not in the roster"),
    ],
)
def test_same(other, found):
    """Somebody elsewhere is the same by id, by address, or by name."""
    assert CLASS.same(other) == found


def test_names_reach_the_gradebook(course):
    """`roster.csv` and the gradebook have the names; nbgrader's import counts as well."""
    write_roster(course, [JANE, Person("eve", "Eve", "=1+1")])
    assert "'=1+1" in (course.root / "roster.csv").read_text("utf-8")
    with Gradebook(course.db_url) as gradebook:
        student = gradebook.find_student("jdoe")
        assert (student.last_name, student.lms_user_id) == ("Doe", "4321")
        gradebook.add_student("bob", first_name="Bob", last_name="Ng")
        gradebook.add_student("graded-without-a-name")
    names = {person.name for person in read_roster(course).people}
    assert names == {"Jane Doe", "Bob Ng", "Eve =1+1"}
    (course.root / "gradebook.db").unlink()
    enrol(course)
    with Gradebook(course.db_url) as gradebook:
        assert [each.first_name for each in gradebook.students] == ["Eve", "Jane"]
