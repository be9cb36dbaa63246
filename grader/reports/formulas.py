"""Formulas as MathML, which a browser shows without a script."""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

# More is no formula, and takes long to read.
_MAX_LETTERS = 300
_ELEMENTS = frozenset(
    [
        *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover"),
        *("mpadded", "mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt"),
        *("mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr"),
        *("munder", "munderover", "none"),
    ]
)
_ATTRIBUTES = frozenset(
    [
        *("accent", "accentunder", "columnalign", "columnspacing", "display"),
        *("displaystyle", "fence", "form", "height", "largeop", "linethickness"),
        *("lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation"),
        *("rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "width"),
        "xmlns",
    ]
)
_VALUE = re.compile(r"[\w .%+-]{1,30}|http://www\.w3\.org/1998/Math/MathML")


def formula(tex: str, display: str) -> str:
    """Return a formula as MathML, or as it is written where it cannot be read.

    Args:
        tex: in LaTeX, whoever wrote it.
        display: "inline" or "block".
    """
    if len(tex) <= _MAX_LETTERS:
        try:
            # The library's own text form is no XML: it takes escapes back.
            return _harmless(convert_to_element(tex, display=display))
        except Exception:  # noqa: S110  (whatever fails there, the text is left)
            pass
    return f"<code>{escape(tex)}</code>"


def _harmless(root: Element) -> str:
    """Return an element as text, of which only what draws a formula is left."""
    for element in root.iter():
        if element.tag not in _ELEMENTS:
            element.tag = "mrow"
        for name, value in list(element.attrib.items()):
            if name not in _ATTRIBUTES or not _VALUE.fullmatch(value):
                del element.attrib[name]
        element.text = unescape(element.text or "")
        element.tail = unescape(element.tail or "")
    return tostring(root, encoding="unicode", short_empty_elements=False)
