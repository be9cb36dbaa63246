"""A date as a platform writes it, in the language of its site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from babel import Locale
from babel.localedata import locale_identifiers
from dateutil.parser import ParserError, parse

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)(?::\d\d)?\b")
_WORD = re.compile(r"[^\W\d_]{3,}")


def has_year(text: str) -> bool:
    """Return whether a text may be a date: it names a year of this century."""
    return _YEAR.search(text) is not None


def date_in(text: str) -> datetime | None:
    """Return the time that a text says, in any language; `None` where that is not sure.

    Args:
        text: as in "Monday, 5 October 2026, 8:00 PM" or "Montag, 5. Oktober 2026, 20:00".
    """
    if not has_year(text):
        return None
    try:
        times = {parse(text), parse(text, dayfirst=not _YEAR.match(text))}
    except (ParserError, OverflowError):
        return _in_words(text.casefold())
    # 5/10/2026 is in May here and in October there.
    return times.pop() if len(times) == 1 else None


def _in_words(text: str) -> datetime | None:
    clock = _CLOCK.search(text)
    numbers = [int(number) for number in re.findall(r"\d+", _CLOCK.sub(" ", text))]
    words = set(_WORD.findall(text))
    months = {
        number
        for names in _languages()
        if words <= names.keys()
        for number in {names[word] for word in words} - {0}
    }
    if clock is None or len(months) != 1 or len(numbers) != 2:
        return None
    day, year = sorted(numbers)
    (month,) = months
    try:
        return datetime(year, month, day, int(clock[1]), int(clock[2]))
    except ValueError:
        return None


@cache
def _languages() -> tuple[Mapping[str, int], ...]:
    """Return for each language its words in dates: months by number, all others as 0."""
    plain = [name for name in locale_identifiers() if "_" not in name]
    return tuple(_words_of(Locale.parse(name)) for name in plain)


def _words_of(locale: Locale) -> dict[str, int]:
    found = dict[str, int]()
    for form in ("format", "stand-alone"):
        for number, month in locale.months[form]["wide"].items():
            found |= dict.fromkeys(_WORD.findall(month.casefold()), number)
        for day in locale.days[form]["wide"].values():
            for word in _WORD.findall(day.casefold()):
                found.setdefault(word, 0)
    return found
