"""Fill in a template and write the page whole."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.folder import write_whole
from grader.judging.render import with_code


def write_page(path: Path, template: str, **content: Any) -> None:
    """Fill in a template of this folder and write the page.

    Args:
        path: the file to write.
        template: the name of its file.
        content: what the template names.
    """
    write_whole(path, page(template, **content))


def page(template: str, **content: Any) -> str:
    """Return a template of this folder, filled in; what is no markup is escaped.

    Args:
        template: the name of its file.
        content: what the template names.
    """
    written = _environment().get_template(template)
    return written.render(version=version("convlab"), **content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["with_code"] = _with_code
    return environment


def _with_code(text: str) -> Markup:
    return Markup(with_code(text))  # noqa: S704  (it escapes)
