"""Errors that are known: how one is recognised and put into words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Groups = dict[str, str]
Words = str | Callable[[Groups], str]


@dataclass(frozen=True)
class KnownError:
    """An error that is known.

    Attributes:
        kinds: names of the exception types.
        pattern: is searched for in the message; its named groups feed the words.
        words: a template, or a function of the groups.
    """

    kinds: tuple[str, ...]
    pattern: re.Pattern[str]
    words: Words


def tidy(text: str) -> str:
    """Write a shape as Python does, however the library writes it."""
    if not re.fullmatch(r"[(\[][\dNone?, -]*[)\]]", text):
        return text
    sizes = re.findall(r"-?\d+|None|\?", text.replace("?", "None"))
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def sizes(shape: str) -> list[int | None]:
    """Read a tidy shape; an unknown size is None."""
    return [
        None if size == "None" else int(size)
        for size in re.findall(r"-?\d+|None", shape)
    ]


def shapes_in(text: str) -> list[str]:
    return [tidy(shape) for shape in re.findall(rf"{ROUND}|{SQUARE}", text)]


# Not more than nine digits: what is read as a number stays one.
N = r"-?\d{1,9}(?!\d)"
ROUND = r"\([\dNone, -]{0,80}\)"
SQUARE = r"\[[\dNone?, -]{0,80}\]"
SHAPE = rf"(?:{ROUND}|{SQUARE})"
NAME = r"[\w.<>]{1,80}"


# --- Sentences that depend on the numbers ---------------------------------------------


def listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def misfit(shapes: list[str]) -> str:
    """Return which sizes of two or more shapes clash when they are broadcast."""
    columns = _columns([sizes(shape) for shape in shapes])
    clashes = [known for known in columns if len(known) > 1]
    where = f", and here {listed(clashes[0])} meet" if clashes else ""
    return (
        f"The shapes {listed(shapes)} do not fit together: "
        f"from the last axis backwards, sizes have to be equal or 1{where}."
    )


def _columns(shapes: list[list[int | None]]) -> Iterator[list[str]]:
    """Yield the different sizes above 1 on each axis, from the last one backwards."""
    for place in range(1, 1 + max(map(len, shapes), default=0)):
        sizes = [shape[-place] for shape in shapes if len(shape) >= place]
        yield list(dict.fromkeys(str(size) for size in sizes if size not in (None, 1)))


# --- The table ------------------------------------------------------------------------


def known_error(kinds: str, pattern: str, words: Words) -> KnownError:
    return KnownError(tuple(kinds.split()), re.compile(pattern), words)


NO_POWER = (
    "In Python `^` is not a power, it compares bits: look up how a power is written."
)
