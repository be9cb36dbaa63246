"""A platform's file: read in whatever form, and changed only where it is filled in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.platforms.sheet import Sheet, as_meant, harmless, number

CELLS = st.text(st.sampled_from('aé,;"\n\r\t =0'), max_size=6)


@given(st.one_of(st.binary(), CELLS.map(str.encode)))
def test_untouched_bytes(data):
    """What is read and written again is the same, byte for byte, whatever it is."""
    assert Sheet(data).data() == data


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_values(rows, end, encoding):
    """Cells say what the csv module wrote into them, in any encoding."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    sheet = Sheet(text.getvalue().encode(encoding))
    assert [sheet.values(row) for row in range(len(sheet.rows))] == rows


FILLED = {
    "plain": ("a,b\n1.5,\n", "a,b\n1.5,2.5\n"),
    "semicolons and commas": ("a;b\n1,5;\n", "a;b\n1,5;2,5\n"),
    "semicolons and points": ("a;b\n1.5;\n", "a;b\n1.5;2.5\n"),
    "semicolons, no number": ("a;b\nx;\n", "a;b\nx;2,5\n"),
    "decimal comma between commas": ('a,b\n"1,5",\n', 'a,b\n"1,5","2,5"\n'),
    "quoted": ('"a","b"\r\n"1.5",""\r\n', '"a","b"\r\n"1.5","2.5"\r\n'),
    "a mark was there": ("a,b\n1.5,7\n", "a,b\n1.5,2.5\n"),
    "a short row": ("a,b\n1.5", "a,b\n1.5,2.5"),
    "a quote inside": ('a,b\n"say ""1.5""",\n', 'a,b\n"say ""1.5""",2.5\n'),
    "BOM": ("\ufeffa,b\n1.5,\n", "\ufeffa,b\n1.5,2.5\n"),
}


@pytest.mark.parametrize(("before", "after"), FILLED.values(), ids=FILLED)
def test_fill(before, after):
    """A number is written as the file writes numbers; nothing else changes."""
    sheet = Sheet(before.encode())
    sheet.fill(1, 1, 2.5)
    assert sheet.data().decode() == after


@pytest.mark.parametrize(
    ("points", "text"),
    [(3.0, "3"), (0.0, "0"), (10.0, "10"), (2 / 3, "0.67"), (1.5, "1.5")],
)
def test_points(points, text):
    """Points have two decimals at most, and none that say nothing."""
    sheet = Sheet(b"a,b\n0.5,\n")
    sheet.fill(1, 1, points)
    assert sheet.value(1, 1) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,5", 1.5), (" 25.00 ", 25.0), ("EX", None), ("", None), ("1,000.5", None)],
)
def test_number(text, value):
    """Both decimal marks are read, and what is no number is none."""
    assert number(text) == value


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_harmless(sign):
    """What a spreadsheet would run becomes a text."""
    assert harmless(f"{sign}cmd|' /C calc'!A0") == f"'{sign}cmd|' /C calc'!A0"
    assert harmless(f"Jane{sign}") == f"Jane{sign}"


@given(st.sampled_from("a=+-@"), st.text())
def test_as_meant(sign, text):
    """What was made harmless is read as it was."""
    assert as_meant(harmless(sign + text)) == sign + text
