"""Ask a function or a variable."""

from __future__ import annotations

import copy
from typing import Any

from grader.probing.plain import to_plain


def call(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Call a function."""
    return subject(*args, **kwargs)


def value(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Return a variable as it is."""
    return subject


def calls(subject: Any, args: list[Any], kwargs: dict[str, Any], extra: Any) -> Any:
    """Call a function several times and give all answers: for seeds and side effects.

    Args:
        extra: "changes", for each call the keyword arguments that differ from `kwargs`.
    """
    return [
        to_plain(subject(*copy.deepcopy(args), **{**kwargs, **change}))
        for change in extra["changes"]
    ]
