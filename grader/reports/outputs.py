"""What cells show, as a page may show it: cleaned, cut, and never more than a page's share."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi

from grader.reports.markup import cleaned, words

_MAX_TEXT, _MAX_HTML, _MAX_OUTPUTS = 4000, 20_000, 30
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
_KINDS = ("text/html", *_PICTURES, "text/markdown", "text/plain")


@dataclass(frozen=True)
class Shown:
    """An output as a page shows it: text, HTML that is clean, or a picture's address."""

    kind: Literal["text", "error", "html", "picture"]
    content: str | Markup


@dataclass
class Room:
    """How much may still be shown in a page: letters, and letters of pictures."""

    letters: int = 100_000
    pictures: int = 8_000_000


def shown(outputs: Iterable[Mapping[str, Any]], room: Room) -> list[Shown]:
    """Return what a page shows of a cell's outputs; anybody may have written them."""
    found = [item for output in outputs for item in _shown(output, room)]
    if len(found) > _MAX_OUTPUTS:
        more = f"... and {len(found) - _MAX_OUTPUTS:,} outputs more"
        return [*found[:_MAX_OUTPUTS], Shown("text", more)]
    return found


def _shown(output: Mapping[str, Any], room: Room) -> Iterator[Shown]:
    kind = output.get("output_type")
    if kind == "stream":
        yield from _text("text", output.get("text"), room)
    elif kind == "error":
        trace = "\n".join(map(_joined, output.get("traceback") or []))
        said = f"{output.get('ename')}: {output.get('evalue')}"
        yield from _text("error", trace or said, room)
    else:
        data = output.get("data") or {}
        for form in _KINDS:
            if form in data and (item := _picked(form, _joined(data[form]), room)):
                yield item
                return


def _text(kind: Literal["text", "error"], text: object, room: Room) -> Iterator[Shown]:
    plain = strip_ansi(_joined(text)).strip("\n")
    if plain:
        most = min(_MAX_TEXT, room.letters)
        room.letters -= min(len(plain), most)
        yield Shown(kind, cut(plain, most))


def _picked(form: str, content: str, room: Room) -> Shown | None:
    """Return an output in one of its forms, if a page can have it."""
    if form in _PICTURES:
        if form == "image/svg+xml":
            content = base64.b64encode(content.encode()).decode()
        if len(content) > room.pictures or not _BASE64.fullmatch(content):
            return None
        room.pictures -= len(content)
        return Shown("picture", f"data:{form};base64,{''.join(content.split())}")
    if form == "text/plain":
        return next(_text("text", content, room), None)
    if len(content) > min(_MAX_HTML, room.letters):
        return None
    room.letters -= len(content)
    return Shown("html", cleaned(content) if form == "text/html" else words(content))


def _joined(text: object) -> str:
    """Return a text that may be kept as a list of lines."""
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def cut(text: str, most: int) -> str:
    """Return a text, of a long one its beginning and its end."""
    if len(text) <= most:
        return text
    head, tail = most * 2 // 3, most // 3
    gap = f"\n... {len(text) - most:,} characters are left out here ...\n"
    return f"{text[:head]}{gap}{text[len(text) - tail :]}"
