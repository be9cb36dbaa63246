"""Fill in the files that stand in templates/."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def filled(template: str, /, **content: Any) -> str:
    """Return a file of `templates/` with what it names filled in."""
    environment = Environment(
        loader=PackageLoader("grader.authoring.release"),
        autoescape=False,  # noqa: S701  (no page for a browser)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(content)
