"""Words, code and formulas of a notebook as HTML that is inert, whoever wrote them."""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from grader.course.sanitise import clean_for_page
from grader.reports.formulas import formula

# Of a cell; more is shown without colours, and cut.
_MAX_COLOURED, _MAX_CODE = 20_000, 50_000
# In a page the title of a notebook stands below the page's own headings.
_BELOW = 2
_FORMULA = re.compile(r'<code class="tex(block)?">([^<]*)</code>')
_TABLE = re.compile(r"<(/?)table\b[^>]*>")
_NAMELESS = re.compile(r"<img (?![^>]*\balt=)")
LIGHT, DARK = "default", "github-dark"


class _Renderer(IPythonRenderer):  # type: ignore[misc]  # not typed
    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<h{min(level + _BELOW, 6)}>{text}</h{min(level + _BELOW, 6)}>\n"

    def inline_math(self, body: str) -> str:
        return f'<code class="tex">{escape(body)}</code>'

    def block_math(self, body: str) -> str:
        return f'<code class="texblock">{escape(body)}</code>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


def words(source: str, attachments: Any = None) -> Markup:
    """Return Markdown as HTML, cleaned; as it is written where it cannot be read.

    Args:
        source: the Markdown.
        attachments: pictures that belong to it, as a notebook's cell has them.
    """
    renderer = _Renderer(escape=False, attachments=attachments)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:
        html = f"<pre>{escape(source)}</pre>"
    # No text of anybody has a "<" any more, so what looks like an element is one.
    return Markup(_FORMULA.sub(_drawn, cleaned(html)))  # noqa: S704  (it is cleaned)


def _drawn(found: re.Match[str]) -> str:
    return formula(unescape(found[2]), "block" if found[1] else "inline")


def cleaned(html: str) -> Markup:
    """Return HTML of anybody, cleaned, with tables that scroll where a page is narrow."""
    text = _NAMELESS.sub('<img alt="" ', clean_for_page(html))
    return Markup(_TABLE.sub(_scrolling, text))  # noqa: S704  (it is cleaned)


def _scrolling(found: re.Match[str]) -> str:
    return "</table></div>" if found[1] else '<div class="scroll" tabindex="0"><table>'


def code(source: str) -> Markup:
    """Return Python as coloured HTML."""
    if len(source) > _MAX_COLOURED:
        rest = len(source) - _MAX_CODE
        more = f"\n... and {rest:,} characters more" if rest > 0 else ""
        return Markup("{}{}").format(source[:_MAX_CODE], more)
    return Markup(highlight(source, _lexer(), _formatter(LIGHT)))  # noqa: S704


@cache
def _lexer() -> Any:
    return get_lexer_by_name("ipython3", stripnl=False, ensurenl=False)


@cache
def _formatter(style: str) -> Any:
    return HtmlFormatter(nowrap=True, style=style)


@cache
def code_colours(style: str) -> Markup:
    """Return the colours of code as CSS, of a style that Pygments has."""
    lines = _formatter(style).get_token_style_defs([".code", ".highlight"])
    return Markup("\n".join(line.split(" /*")[0] for line in lines))  # noqa: S704
