"""Make what students wrote inert in a browser, for feedback pages and for formgrader.

Formgrader's template shows Markdown cells with their scripts, and nbconvert's own
`clean_html` takes the colours out of a verdict; two filters replace both. In a page of
feedback nothing looks like a part of the page, and nothing leads out of it.
"""

from __future__ import annotations

import re
from html import escape

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import strip_files_prefix

FILTERS = {
    "clean_html": "grader.course.sanitise.clean",
    "strip_files_prefix": "grader.course.sanitise.clean_markdown",
}
_TAGS = frozenset(
    [
        *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl"),
        *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol"),
        *("p", "pre", "s", "small", "span", "strong", "sub", "summary", "sup"),
        *("table", "tbody"),
        *("td", "tfoot", "th", "thead", "tr", "tt", "ul"),
    ]
)


def _of_a_picture(tag: str, name: str, value: str) -> bool:
    """Keep pictures that travel with the page; a remote one tells its owner who reads."""
    return name == "alt" or (name == "src" and value.strip().startswith("data:image/"))


_ATTRIBUTES = {
    "*": ["class", "id", "style", "title"],
    "a": ["href"],
    "img": _of_a_picture,
}
_PROTOCOLS = frozenset(["data", "https", "mailto"])
# Opening and closing tags; those that are never closed do not nest.
_TAG = re.compile(r"<(/?)([a-zA-Z]\w*)")
_NEVER_CLOSED = frozenset(["br", "col", "hr", "img", "wbr"])
_IN_A_TAG = re.compile(r"""=\s*"[^"]*"|=\s*'[^']*'|[^\s>/=]+|[\s/=]+""")
_MAX_TAGS, _MAX_DEPTH, _MAX_IN_A_TAG, _SHOWN = 20_000, 200, 200, 2000
_STYLES = CSSSanitizer(
    allowed_css_properties=[
        *("border-left", "color", "display", "margin", "max-width", "overflow-x"),
        *("padding", "text-align", "vertical-align", "white-space", "width"),
        "word-break",
    ]
)


_CLEANER = bleach.Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, protocols=_PROTOCOLS, css_sanitizer=_STYLES
)
# Classes of highlighted code, and of a formula; a page calls nothing of its own so.
_OF_CODE = re.compile(r"[a-z]{1,3}\d?|highlight|texblock")


def _in_a_page(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return _of_a_picture(tag, name, value)
    return name == "class" and _OF_CODE.fullmatch(value) is not None


_PAGE_CLEANER = bleach.Cleaner(
    tags=_TAGS, attributes=_in_a_page, protocols=frozenset(["data"])
)


def clean(text: object) -> str:
    """Keep of some HTML what cannot run, load or cover the page.

    What is nested or long beyond any honest page is shown as text: reading it would take
    a time that grows with the square of it.
    """
    return _cleaned(text, _CLEANER)


def clean_for_page(text: object) -> str:
    """Keep of some HTML what `clean` keeps, without addresses, colours, names and styles."""
    return _cleaned(text, _PAGE_CLEANER)


def _cleaned(text: object, cleaner: bleach.Cleaner) -> str:
    html = text.decode() if isinstance(text, bytes) else str(text)
    if _absurd(html):
        return f"<pre>{escape(html[:_SHOWN])}</pre>"
    return str(cleaner.clean(html))


def _absurd(html: str) -> bool:
    if html.count("<") > _MAX_TAGS or html.count("&") > _MAX_TAGS:
        return True
    depth, position = 0, 0
    while (tag := _TAG.search(html, position)) is not None:
        if tag[2].lower() not in _NEVER_CLOSED:
            depth += -1 if tag[1] else 1
        position, parts = tag.end(), 0
        while (part := _IN_A_TAG.match(html, position)) is not None:
            position, parts = part.end(), parts + 1
            if parts > _MAX_IN_A_TAG:
                return True
        if depth > _MAX_DEPTH:
            return True
    return False


def clean_markdown(html: str) -> str:
    """Clean a rendered Markdown cell, after nbconvert's own filter of this name."""
    return clean(strip_files_prefix(html))
