"""Pictures of figures, drawn once.

A notebook's inline backend draws a figure that lays itself out two to three times for one
picture: to lay it out, to find what a tight frame would cut off, and for the picture. Half
of what a lab full of figures costs is drawing. Layout leaves nothing outside the frame, so
here such a figure is drawn once; any other is left to the inline backend.
"""

from __future__ import annotations

import io
from binascii import b2a_base64
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Of zlib, 1 to 9; matplotlib's 6 takes three times as long for a twentieth of the size.
COMPRESSION = 1


def draws_once(figure: Figure) -> bool:
    """Return whether a figure lays itself out, on a canvas that holds its pixels."""
    return (
        figure.get_layout_engine() is not None
        and isinstance(figure.canvas, FigureCanvasAgg)
        and bool(figure.axes)
    )


def picture(figure: Figure) -> bytes:
    """Draw a figure once and give it as a PNG file.

    Args:
        figure: one of which `draws_once` is true.
    """
    canvas: Any = figure.canvas
    canvas.draw()
    width, height = canvas.get_width_height(physical=True)
    image = Image.frombuffer("RGBA", (width, height), canvas.buffer_rgba())
    file = io.BytesIO()
    image.save(file, "png", compress_level=COMPRESSION)
    return file.getvalue()


def install(shell: Any) -> None:
    """Let a shell that shows figures inline draw them once, where that is enough."""
    formatter = shell.display_formatter.formatters["image/png"]
    inline = formatter.lookup_by_type(Figure)

    def draw(figure: Figure) -> str | None:
        if draws_once(figure):
            return b2a_base64(picture(figure), newline=False).decode("ascii")
        found: str | None = inline(figure)
        return found

    formatter.for_type(Figure, draw)
