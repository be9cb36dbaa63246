"""File names as platforms write them, and whose each is."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.platforms import canvas, flat, moodle
from grader.platforms.collect import recognise
from grader.platforms.handed import Handed, bare

STEM = "lab01_eight_megapixels"

CANVAS = {
    "doejane_4321_98765_lab01.ipynb": Handed(
        "doejane", "lab01.ipynb", "4321", number=98765
    ),
    "doejane_LATE_4321_98765_lab01-1.ipynb": Handed(
        "doejane", "lab01-1.ipynb", "4321", late=True, number=98765
    ),
    "çelikzoë_4321_98765_my_lab_01.ipynb": Handed(
        "çelikzoë", "my_lab_01.ipynb", "4321", number=98765
    ),
    "o_neil2_4321_98765_1_2_lab.ipynb": Handed(
        *("o_neil2", "1_2_lab.ipynb", "4321"), number=98765, others=("98765", "1")
    ),
    "ngbob_77_4321_98_lab.ipynb": Handed(
        *("ngbob", "98_lab.ipynb", "77"), number=4321, others=("4321",)
    ),
    "_4321_98765_lab.ipynb": Handed("4321", "lab.ipynb", "4321", number=98765),
    "anon_Ab3f5_98765_lab.ipynb": Handed(
        "anon_Ab3f5", "lab.ipynb", "Ab3f5", number=98765, anonymous=True
    ),
    "LATE_anon_Ab3f5_98765_lab.ipynb": Handed(
        "anon_Ab3f5", "lab.ipynb", "Ab3f5", late=True, number=98765, anonymous=True
    ),
    "doejane_4321_text.html": Handed("doejane", "text.html", "4321", kind="text"),
    "doejane_LATE_4321_link.html": Handed(
        "doejane", "link.html", "4321", late=True, kind="link"
    ),
    "anon_Ab3f5_text.html": Handed(
        "anon_Ab3f5", "text.html", "Ab3f5", kind="text", anonymous=True
    ),
    "lab01.ipynb": None,
    "jane_lab01.ipynb": None,
}

MOODLE = {
    "Jane Doe_123_assignsubmission_file_/lab01.ipynb": Handed(
        "Jane Doe", "lab01.ipynb", "123"
    ),
    "Jane Doe_123_assignsubmission_file/deep/lab01.ipynb": Handed(
        "Jane Doe", "deep/lab01.ipynb", "123"
    ),
    "Jane Doe_123_assignsubmission_file_lab01.ipynb": Handed(
        "Jane Doe", "lab01.ipynb", "123"
    ),
    "王小明_7_assignsubmission_file_/lab.ipynb": Handed("王小明", "lab.ipynb", "7"),
    "Анна Ким_8_assignsubmission_file_/lab.ipynb": Handed("Анна Ким", "lab.ipynb", "8"),
    "A_B C_9_assignsubmission_file_/lab_2_x.ipynb": Handed(
        "A_B C", "lab_2_x.ipynb", "9"
    ),
    "Participant_55_assignsubmission_file_/lab.ipynb": Handed(
        "participant_55", "lab.ipynb", "55", anonymous=True
    ),
    "Jane Doe_123_assignsubmission_onlinetext_/onlinetext.html": Handed(
        "Jane Doe", "onlinetext.html", "123", kind="text"
    ),
    "Eve_5_assignsubmission_file_Bob_6_assignsubmission_file_a.ipynb": Handed(
        "Eve", "Bob_6_assignsubmission_file_a.ipynb", "5", others=("6",)
    ),
    "Bob_6_assignsubmission_file_x_5_assignsubmission_file_/a.ipynb": Handed(
        "Bob_6_assignsubmission_file_x", "a.ipynb", "5"
    ),
    "Jane Doe_123/lab01.ipynb": None,
    "lab01.ipynb": None,
}

FLAT = {
    "jane.ipynb": Handed("jane", "jane.ipynb"),
    "jane/lab01.ipynb": Handed("jane", "lab01.ipynb"),
    "jane/work/lab01.ipynb": Handed("jane", "work/lab01.ipynb"),
    "lab01_jane.ipynb": Handed("jane", "lab01_jane.ipynb"),
    "jane-LAB01.ipynb": Handed("jane", "jane-LAB01.ipynb"),
    f"{STEM}_jane.doe@uni.edu.ipynb": Handed(
        "jane.doe@uni.edu", f"{STEM}_jane.doe@uni.edu.ipynb"
    ),
    "jane (2).ipynb": Handed("jane", "jane (2).ipynb", number=2),
    "lab01.ipynb": None,
}


@pytest.mark.parametrize(("path", "told"), CANVAS.items())
def test_canvas(path, told):
    """Name, lateness, both ids and the file are told, of anonymous and typed work too."""
    assert canvas.recognise(PurePosixPath(path)) == told
    if told:
        assert canvas.recognise(PurePosixPath("submissions", path)) == told


@pytest.mark.parametrize(("path", "told"), MOODLE.items())
def test_moodle(path, told):
    """Name, id and file are told: in folders, flat, and in any language."""
    assert moodle.recognise(PurePosixPath(path)) == told


@pytest.mark.parametrize(("path", "told"), FLAT.items())
def test_flat(path, told):
    """The student is the folder, or what is left of the file's name without the lab."""
    assert flat.recognise(PurePosixPath(path), STEM) == told


def test_blind_in_any_language():
    """Where all have the same name, it is nobody's."""
    paths = [
        PurePosixPath(f"Teilnehmerin_{n}_assignsubmission_file_/lab.ipynb")
        for n in (1, 2, 3)
    ]
    platform, told = recognise(paths, STEM)
    assert platform == "Moodle"
    assert [each.name for each in told] == [
        "participant_1",
        "participant_2",
        "participant_3",
    ]
    assert all(each.anonymous for each in told)


@pytest.mark.parametrize(
    ("paths", "platform"),
    [
        ([p for p, told in CANVAS.items() if told], "Canvas"),
        ([p for p, told in MOODLE.items() if told], "Moodle"),
        ([p for p, told in FLAT.items() if told], "a folder"),
        ([f"ada/{STEM}/{STEM}.ipynb", f"ada/{STEM}/timestamp.txt"], "nbgrader"),
        (
            [f"submitted/ada/{STEM}/a.ipynb", f"submitted/bob/{STEM}/b.ipynb"],
            "nbgrader",
        ),
        (["doejane_4321_98765_lab01.ipynb", "x.ipynb", "y.ipynb"], "a folder"),
    ],
)
def test_which_platform(paths, platform):
    """The platform is the one whose names explain most of the files."""
    assert recognise([PurePosixPath(path) for path in paths], STEM)[0] == platform


def test_a_folder_around_all():
    """A folder that an archive adds around a class is nobody; around one file it is."""
    around = [PurePosixPath("hand-ins/jane.ipynb"), PurePosixPath("hand-ins/bob.ipynb")]
    assert [each.name for each in recognise(around, STEM)[1]] == ["jane", "bob"]
    alone = recognise([PurePosixPath("jane/lab01.ipynb")], STEM)[1]
    assert [each.name for each in alone] == ["jane"]


WORDS = st.text(st.characters(categories=["Ll", "Lo", "Nd"]), min_size=1)


@given(WORDS, st.booleans(), st.integers(1), st.integers(1), WORDS)
def test_canvas_gives_back_what_it_was_made_of(name, late, key, number, file):
    """Whatever the name: what Canvas puts together is taken apart again."""
    path = f"{name}{'_LATE' if late else ''}_{key}_{number}_{file}.ipynb"
    told = canvas.recognise(PurePosixPath(path))
    assert told == Handed(name, f"{file}.ipynb", str(key), late, number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Doe, Jane", "doejane"),
        ("O'Neil-Smith", "oneilsmith"),
        ("Zoe\u0308", "Zo\u00eb"),
    ],
)
def test_bare(one, other):
    """Names are compared as letters and digits."""
    assert bare(one) == bare(other)
