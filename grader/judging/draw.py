"""Draw the panels of a verdict: a cell for each number, its colour on one scale for all.

Each panel is a picture of its own, an SVG in an `img`: no script runs in one, its words
for a screen reader stand in `alt`, and panels stand below one another where a page is
narrow. Titles are the page's text, so that they follow its theme.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import numpy as np

from grader.judging.show import narrow, show
from grader.judging.verdict import Panel, Picture

# Blue for what is positive, orange for what is negative (the ends of ColorBrewer's PuOr,
# which every colour blindness tells apart), white for 0, grey for what is no number.
_POSITIVE, _NEGATIVE, _NOTHING = (5, 48, 130), (166, 74, 0), (153, 153, 153)
_WIDTH, _HEIGHT, _FONT = 46, 30, 14
# Numbers are written where there is room for them.
_MOST_COLUMNS, _MOST_DIGITS = 12, 5
# Of colours that are darker, white letters stand out by 4.5 to 1, of others black ones.
_DARK = 0.18


def to_pictures(
    picture: Picture, window: bool = True, framed: str = "the first value that differs"
) -> str:
    """Return HTML that shows a picture: the answers in a row, below them the window.

    Args:
        picture: what is drawn.
        window: whether the window is.
        framed: what has a frame, in words.
    """
    rows = [picture.answers, *(picture.window if window else ())]
    key = "Blue is positive, orange negative, white 0"
    marked = any(panel.mark for panel in picture.answers)
    note = f"{key}; framed: {framed}." if marked else f"{key}."
    case = f"<div>Drawn: <code>{html.escape(picture.case)}</code></div>"
    return "".join([case, *map(_row, rows), f"<div><small>{note}</small></div>"])


def _row(panels: Sequence[Panel]) -> str:
    """Return panels beside one another, their colours on one scale."""
    largest = largest_of(panels)
    shown = "".join(_figure(panel, largest) for panel in panels)
    return f'<div style="margin: 0.4em 0">{shown}</div>'


def largest_of(panels: Sequence[Panel]) -> float:
    """Return the largest number of panels, its sign aside: the end of their scale."""
    numbers = (abs(value) for panel in panels for value in _finite(panel))
    return max(numbers, default=0.0)


def _figure(panel: Panel, largest: float) -> str:
    columns = len(panel.rows[0])
    words = html.escape(_in_words(panel), quote=True)
    source = quote(_svg(panel, largest), safe=" =:/()#,;.-")
    source = source.replace("#", "%23")
    return (
        '<div style="display: inline-block; margin: 0 1.2em 0.4em 0; vertical-align: top">'
        f"<div><code>{html.escape(panel.title)}</code></div>"
        f'<img alt="{words}" src="data:image/svg+xml,{source}" '
        f'style="width: {columns * _WIDTH}px; max-width: 100%"></div>'
    )


def _in_words(panel: Panel) -> str:
    rows, columns = len(panel.rows), len(panel.rows[0])
    words = f"{panel.title}: {rows} rows, {columns} columns"
    if panel.mark is None:
        return words
    row, column = panel.mark
    value = panel.rows[row][column]
    told = "no number" if value is None else show(value)
    return f"{words}; in row {row}, column {column}, framed: {told}"


def _finite(panel: Panel) -> Iterator[float]:
    return (value for row in panel.rows for value in row if value is not None)


def _svg(panel: Panel, largest: float) -> str:
    height, width = len(panel.rows) * _HEIGHT, len(panel.rows[0]) * _WIDTH
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"font-family='monospace' font-size='{_FONT}' text-anchor='middle'>"
    ]
    written = texts(panel)
    for i, row in enumerate(panel.rows):
        for j, value in enumerate(row):
            parts += _cell(i, j, value, largest, written[i][j] if written else "")
    if panel.mark is not None:
        parts += _frame(*panel.mark)
    return "".join([*parts, "</svg>"])


def _cell(
    i: int, j: int, value: float | None, largest: float, text: str
) -> Iterator[str]:
    x, y = j * _WIDTH, i * _HEIGHT
    fill, ink = colours(value, largest)
    yield f"<path fill='{fill}' stroke='#999' d='M{x} {y}h{_WIDTH}v{_HEIGHT}h-{_WIDTH}z'/>"
    if text:
        middle = f"x='{x + _WIDTH // 2}' y='{y + _HEIGHT // 2 + 5}'"
        yield f"<text {middle} fill='{ink}'>{text}</text>"


def colours(value: float | None, largest: float) -> tuple[str, str]:
    """Return the colours of a number's cell and of what is written in it."""
    share = 0.0 if value is None or not largest else value / largest
    colour = _NOTHING if value is None else _colour(share)
    fill = "#" + "".join(f"{part:02x}" for part in colour)
    return fill, "#fff" if _luminance(colour) < _DARK else "#000"


def _frame(i: int, j: int) -> Iterator[str]:
    """Yield a frame that is seen on dark and on light cells."""
    x, y, w, h = j * _WIDTH + 2, i * _HEIGHT + 2, _WIDTH - 4, _HEIGHT - 4
    for colour, width in (("#fff", 5), ("#000", 2.5)):
        yield (
            f"<path fill='none' stroke='{colour}' stroke-width='{width}' "
            f"d='M{x} {y}h{w}v{h}h-{w}z'/>"
        )


def _colour(share: float) -> tuple[int, ...]:
    """Return a colour from white to an end of the scale; `share` is from -1 to 1."""
    end = _POSITIVE if share > 0 else _NEGATIVE
    return tuple(round(255 + (part - 255) * min(abs(share), 1)) for part in end)


def _luminance(colour: Sequence[int]) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    parts = (part / 255 for part in colour)
    linear = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def texts(panel: Panel) -> list[list[str]]:
    """Return the numbers as they are written in the cells; nothing if they do not fit."""
    array = np.array(panel.rows, float)
    if array.shape[1] > _MOST_COLUMNS:
        return []
    for text in (narrow(array), "{:.2g}".format, _to_hundredths):
        rows = [[text(value) for value in row] for row in array.tolist()]
        if all(len(written) <= _MOST_DIGITS for row in rows for written in row):
            return rows
    return []


def _to_hundredths(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"  # a negative zero would puzzle
