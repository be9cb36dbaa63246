"""The text of a file that should be a notebook: decoded, freed of outputs, parsed.

All of it has a budget: a file may be anything, and a small one may unpack to much.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from grader.exceptions import UnreadableSubmission

MB = 2**20
# What a file may have with its outputs, and without: outputs are not read.
MAX_FILE, MAX_BYTES = 200 * MB, 20 * MB
# Lists, dictionaries and commas between their items; brackets and texts in outputs.
MAX_ITEMS, MAX_PARTS = 1_000_000, 10_000_000
# Looking for the whole parts of a damaged file may read it so often; a try costs as much
# as some characters.
_READINGS, _A_TRY = 3, 500
_MAX_DIGITS = 300

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as the one of UTF-16 does
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"Rar!": "an archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"<": "a web page",
    b"{\\rtf": "a text document",
    b"version https://git-lfs": "a pointer to a file, not the file",
}
_DROPPED = re.compile(r'(?<!\\)"(?:outputs|widgets)"\s*:\s*(?=[\[{])')
_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_PART = re.compile(rf"[\[\]{{}}]|{_TEXT.pattern}", re.DOTALL)
_COLON = re.compile(r"\s*:")
_CLOSING = {"[": "]", "{": "}"}


def pieces_of(
    data: bytes, name: str, outputs: bool = False
) -> tuple[list[Any], list[str]]:
    """Return the JSON in a file, and what was wrong with it, for a student.

    Args:
        data: the file's bytes.
        name: of the file, for what is said.
        outputs: read what the cells showed; it counts as the rest of the file does.

    Returns:
        The one value that the file is; of a damaged file all that can still be read, in
        order.

    Raises:
        UnreadableSubmission: it is empty, too large, or no JSON at all.
    """
    if not data.strip():
        raise UnreadableSubmission(f"{name} is empty. {_AGAIN}")
    if len(data) > MAX_FILE:
        raise _too_large(name, f"larger than {MAX_FILE // MB} MB")
    text, wrong = _decoded(data)
    if not outputs:
        text = _without_outputs(text, name)
    if len(text) > MAX_BYTES:
        raise _too_large(name, f"larger than {MAX_BYTES // MB} MB without its outputs")
    if _items(text) > MAX_ITEMS and _items(_TEXT.sub("", text)) > MAX_ITEMS:
        raise _too_large(name, f"of more than {MAX_ITEMS:,} parts")
    try:
        return [json.loads(text, strict=False, parse_int=_number)], wrong
    except (ValueError, RecursionError):
        pieces = list(_salvaged(text))
    if not pieces:
        raise no_notebook(name, data)
    return pieces, [
        *wrong,
        "the file is damaged, and what could be read of it was taken",
    ]


_AGAIN = "Open the lab in JupyterLab, save it, and hand it in again."


def no_notebook(name: str, data: bytes) -> UnreadableSubmission:
    """Return the error that says what a file is instead of a notebook."""
    begin = data[:200].lstrip(codecs.BOM_UTF8).lstrip()
    kind = next((words for mark, words in _KINDS.items() if begin.startswith(mark)), "")
    what = f": it is {kind}" if kind else ""
    return UnreadableSubmission(
        f"{name} is not a Jupyter notebook that can be read{what}. {_AGAIN}"
    )


def _too_large(name: str, how: str) -> UnreadableSubmission:
    return UnreadableSubmission(
        f"{name} is {how}. Take out what is not part of the lab, choose "
        "Edit → Clear Outputs of All Cells, save it, and hand it in again."
    )


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            name = encoding[:6].upper()
            return text, [] if name == "UTF-8" else [_saved_in(name)]
    # What a notebook begins with is ASCII: in UTF-16 every other byte is zero.
    begin = data[:200]
    for encoding, zeros in (("utf-16-le", begin[1::2]), ("utf-16-be", begin[::2])):
        if zeros.count(0) > len(begin) // 4:
            return data.decode(encoding, "replace"), [_saved_in("UTF-16")]
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if sum(map(len, re.findall(r"[^\x00-\x7f]+", text))) > 2 * wrong:
        return text, ["some of its characters could not be read"]
    return data.decode("cp1252", "replace"), [_saved_in("Latin-1")]


def _saved_in(encoding: str) -> str:
    return f"it was saved as {encoding}, not as UTF-8"


def _without_outputs(text: str, name: str) -> str:
    """Take out what cells showed, unread: it may be most of a file."""
    kept, done, left = [], 0, MAX_PARTS
    while (key := _DROPPED.search(text, done)) is not None:
        kept += [text[done : key.end()], "null"]
        done, left = _end_of(text, key.end(), left)
        if left <= 0:
            raise _too_large(name, "too large with its outputs")
    return "".join([*kept, text[done:]])


def _end_of(text: str, start: int, left: int) -> tuple[int, int]:
    """Return where the list or dictionary ends that begins at `start`.

    A damaged one ends at a key among a list's items, or a bracket that nothing opened.
    """
    open_: list[str] = []
    for part in _PART.finditer(text, start):
        left -= 1
        sign = part[0][0]
        if sign in _CLOSING:
            open_.append(_CLOSING[sign])
        elif sign == '"':
            if open_ == ["]"] and _COLON.match(text, part.end()):
                return max(text.rfind(",", start, part.start()), start + 1), left
        else:
            if open_.pop() != sign:
                return part.start(), left
            if not open_:
                return part.end(), left
        if left <= 0:
            break
    return len(text), left


def _items(text: str) -> int:
    return sum(map(text.count, "[{,"))


def _number(digits: str) -> int:
    """Read a whole number; nothing of a notebook that is kept is one."""
    return int(digits) if len(digits) < _MAX_DIGITS else 0


def _salvaged(text: str) -> Iterator[Any]:
    """Yield the dictionaries that can be read in a damaged text, the largest ones."""
    decoder = json.JSONDecoder(strict=False, parse_int=_number)
    at, left = text.find("{"), _READINGS * len(text) + MB
    while at >= 0 and left > 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            end = at + 1
            # A text without an end was looked for to the end of the file.
            ended = not error.msg.startswith("Unterminated")
            left -= (error.pos if ended else len(text)) - at
        except RecursionError:
            end, left = at + 1, left - sys.getrecursionlimit()
        else:
            yield found
        left -= _A_TRY
        at = text.find("{", end)
