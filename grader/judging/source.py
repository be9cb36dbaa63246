"""Read the Python code out of a notebook's cells."""

from __future__ import annotations

import ast
from contextlib import suppress
from functools import lru_cache

# Characters of code in a cell and in a notebook; no lab has a tenth. To compile a cell
# can take a time that grows with the square of them.
MAX_CODE, MAX_ALL_CODE = 100_000, 500_000
# Characters of cells that are not plain Python, and magics in one of them.
MAX_TRANSLATED, MAX_MAGICS = 100_000, 30
_TRIES = 3


def parsed(source: str) -> ast.Module:
    """Return the tree of Python code.

    CPython before 3.13 may lose count of the depth of a tree while another thread runs
    (its issue 106905); then it is asked again.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError, SystemError: Python cannot
            read it.
    """
    for _ in range(_TRIES - 1):
        with suppress(SystemError):
            return ast.parse(source)
    return ast.parse(source)


def source_of(cells: list[str]) -> str:
    """Join the cells that are Python, if need be once IPython's magics are translated.

    Translating reads a cell again for each magic, so that a hostile one could take
    minutes: beyond a size that no lab comes near, a cell is left out.
    """
    kept, left = [], MAX_TRANSLATED
    for cell in cells:
        code: str | None = cell
        if not _is_python(cell):
            left -= len(cell)
            code = _translated(cell) if left >= 0 else None
        if code is not None:
            kept.append(code)
    return "\n".join(kept)


@lru_cache(100)  # asked again for each check; no lab has more cells
def _is_python(code: str) -> bool:
    try:
        compile(parsed(code), "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, SystemError):
        return False  # the last three come from code that is nested absurdly deep
    return True


def _translated(cell: str) -> str | None:
    from IPython.core.inputtransformer2 import TransformerManager

    class Translator(TransformerManager):  # type: ignore[misc]  # not typed
        """IPython's own, with an end to what one cell may ask of it."""

        def do_token_transforms(self, lines: list[str]) -> list[str]:
            for _ in range(MAX_MAGICS):
                changed, lines = self.do_one_token_transform(lines)
                if not changed:
                    return lines
            raise SyntaxError("more magics than a cell of a lab has")

    try:
        code = str(Translator().transform_cell(cell))
    except SyntaxError:
        return None
    return code if _is_python(code) else None
