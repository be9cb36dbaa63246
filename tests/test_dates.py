"""Dates are read in the language of the platform's site, or not at all."""

from __future__ import annotations

from datetime import datetime

import pytest

from grader.platforms.dates import date_in

OCTOBER = datetime(2026, 10, 5, 20, 0)
SAME = [
    "Monday, 5 October 2026, 8:00 PM",
    "2026-10-05 20:00",
    "Montag, 5. Oktober 2026, 20:00",
    "lundi 5 octobre 2026, 20:00",
    "lunes, 5 de octubre de 2026, 20:00",
    "pondělí, 5. října 2026, 20:00",
    "понедельник, 5 октября 2026, 20:00",
    "Δευτέρα, 5 Οκτωβρίου 2026, 20:00",
    "الاثنين، 5 أكتوبر 2026، 20:00",
    "maanantai, 5. lokakuuta 2026, 20:00",
    # October in Croatian, and November in Polish below.
    "ponedjeljak, 5. listopada 2026., 20:00",
]
UNSURE = [
    "",
    "-",
    "yesterday",
    "5/10/2026, 20:00",
    "5 listopada 2026, 20:00",
    "Montag, 31. Februar 2026, 20:00",
    "Montag, 5. Oktober 2026",
    "Montag, 5. Smarch 2026, 20:00",
]


@pytest.mark.parametrize("text", SAME)
def test_read(text):
    """The same moment in many languages."""
    assert date_in(text) == OCTOBER


def test_a_word_of_two_languages():
    """The day of the week tells the language, and so the month."""
    assert date_in("czwartek, 5 listopada 2026, 20:00") == datetime(2026, 11, 5, 20)


@pytest.mark.parametrize("text", UNSURE)
def test_not_sure(text):
    """A guess might cost points: there is none."""
    assert date_in(text) is None
