"""nbgrader's gradebook, opened often at little cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_engine() -> Iterator[None]:
    """Let all gradebooks of a database opened inside share one engine of SQLAlchemy.

    nbgrader's steps open one each, several times per submission, and an engine keeps the
    statements that it has compiled. Connections are closed with each gradebook as before.
    """
    from nbgrader import api

    create = api.create_engine
    api.create_engine = _engine
    try:
        yield
    finally:
        api.create_engine = create


@cache
def _engine(url: str, **options: Any) -> Any:
    from sqlalchemy import create_engine

    return create_engine(url, **options)
