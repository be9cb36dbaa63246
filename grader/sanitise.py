"""Make what students wrote inert in a browser: filters of the feedback template.

nbgrader's template shows Markdown cells with their scripts, and nbconvert's own
`clean_html` takes the colours out of a verdict; these two filters replace both.
"""

from __future__ import annotations

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import strip_files_prefix

FILTERS = {
    "clean_html": "grader.sanitise.clean",
    "strip_files_prefix": "grader.sanitise.clean_markdown",
}
_TAGS = frozenset(
    [
        *("a", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl"),
        *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol"),
        *("p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody"),
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
_STYLES = CSSSanitizer(
    allowed_css_properties=[
        *("border-left", "color", "margin", "max-width", "overflow-x", "padding"),
        *("text-align", "white-space", "word-break"),
    ]
)


def clean(text: object) -> str:
    """Keep of some HTML what cannot run, load or cover the page."""
    html = text.decode() if isinstance(text, bytes) else str(text)
    return str(
        bleach.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            protocols=_PROTOCOLS,
            css_sanitizer=_STYLES,
        )
    )


def clean_markdown(html: str) -> str:
    """Clean a rendered Markdown cell, after nbconvert's own filter of this name."""
    return clean(strip_files_prefix(html))
