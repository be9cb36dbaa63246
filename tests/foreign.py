"""Notebooks as other programs and people write them: name -> what becomes of a solved lab.

Each is made from the same notebook as JupyterLab saves it, and each is worth full points.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import nbformat

Notebook = dict[str, Any]


def dumped(notebook: Notebook, **how: Any) -> bytes:
    """Give the bytes of a notebook."""
    return json.dumps(notebook, **{"indent": 1, "ensure_ascii": False} | how).encode()


def _cells(change: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], bytes]:
    """Change every cell."""

    def write(notebook: Notebook) -> bytes:
        for cell in notebook["cells"]:
            change(cell)
        return dumped(notebook)

    return write


def _code(change: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], bytes]:
    return _cells(lambda cell: change(cell) if cell["cell_type"] == "code" else None)


def _words(change: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], bytes]:
    return _cells(lambda cell: change(cell) if cell["cell_type"] != "code" else None)


def _outputs(change: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], bytes]:
    def each(cell: dict[str, Any]) -> None:
        for output in cell["outputs"]:
            change(output)

    return _code(each)


def _set(**items: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found.update(copy.deepcopy(items))


def _without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def drop(found: dict[str, Any]) -> None:
        for key in keys:
            found.pop(key, None)

    return drop


def _top(**items: Any) -> Callable[[Notebook], bytes]:
    return lambda notebook: dumped(notebook | items)


def _encoded(encoding: str) -> Callable[[Notebook], bytes]:
    return lambda notebook: dumped(notebook).decode().encode(encoding, "replace")


def _version_3(notebook: Notebook) -> bytes:
    old = nbformat.convert(nbformat.reads(dumped(notebook), as_version=4), 3)
    return nbformat.writes(old, version=3).encode()


def _roles(change: Callable[[dict[str, Any]], None]) -> Callable[[Notebook], bytes]:
    def each(cell: dict[str, Any]) -> None:
        if "nbgrader" in cell["metadata"]:
            change(cell["metadata"]["nbgrader"])

    return _cells(each)


def _plotly(cell: dict[str, Any]) -> None:
    figure = {"data": [{"y": list(range(200))}], "layout": {"title": 'outputs": ['}}
    data = {"application/vnd.plotly.v1+json": figure, "text/html": '<div>"]}</div>'}
    cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]


def _cut_off(notebook: Notebook) -> bytes:
    """Lose the last cells, which hold no answer, as when a disk was full."""
    data = dumped(notebook)
    return data[: data.rindex(b'"cell_type"')]


def _bracket_lost(notebook: Notebook) -> bytes:
    return dumped(notebook).replace(b'"outputs": []', b'"outputs": [', 1)


def _deep_outputs(cell: dict[str, Any]) -> None:
    cell["outputs"] = json.loads("[" * 400 + "]" * 400)


# Who writes it -> how.
SAVED: dict[str, Callable[[Notebook], bytes]] = {
    "JupyterLab": dumped,
    "on one line": lambda n: dumped(n, indent=None, separators=(",", ":")),
    "in ASCII": lambda n: dumped(n, ensure_ascii=True),
    "keys sorted": lambda n: dumped(n, sort_keys=True),
    "VS Code, words with outputs": _words(_set(outputs=[], execution_count=None)),
    "VS Code, language of a cell": _cells(
        lambda cell: cell["metadata"].update(vscode={"languageId": "python"})
    ),
    "classic, words with a prompt": _words(_set(execution_count=None)),
    "classic, collapsed null": _code(lambda c: c["metadata"].update(collapsed=None)),
    "classic, scrolled null": _code(lambda c: c["metadata"].update(scrolled=None)),
    "PyCharm, no execution_count": _code(_without("execution_count")),
    "PyCharm, no outputs": _code(_without("outputs")),
    "PyCharm, metadata of its own": _code(
        lambda c: c["metadata"].update(pycharm={"name": "#%%\n"})
    ),
    "no ids": _cells(_without("id")),
    "one id for all": _cells(_set(id="a")),
    "ids with spaces": _cells(lambda c: c.update(id=f"my {c['id']}")),
    "numbers as ids": _cells(_set(id=3)),
    "Colab, outputs without metadata": _outputs(_without("metadata")),
    "Colab, outputs without a name": _outputs(_without("name")),
    "Colab, outputs with more keys": _outputs(_set(colab={"base_uri": "x"}, height=3)),
    "Colab, metadata of its own": lambda n: dumped(
        n
        | {
            "nbformat_minor": 0,
            "metadata": {
                "colab": {"provenance": [], "gpuType": "T4"},
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
                "accelerator": "GPU",
            },
        }
    ),
    "Colab, state of widgets": lambda n: dumped(
        n | {"metadata": {"widgets": {"x": {"source": "def double(x): 1"}}}}
    ),
    "Kaggle, kernelspec with a name only": _top(
        metadata={"kernelspec": {"name": "python3"}, "kaggle": {"isGpu": False}}
    ),
    "Deepnote, ids and times": _cells(
        lambda c: c["metadata"].update(cell_id="00", deepnote_cell_type="code")
    ),
    "nbdime, attachments on code": _code(_set(attachments={})),
    "a script, metadata null": _top(metadata=None),
    "a script, no metadata": lambda n: dumped({"cells": n["cells"]}),
    "a script, cells alone": lambda n: dumped(n["cells"]),
    "a script, source as one text": _cells(
        lambda c: c.update(source="".join(c["source"]))
    ),
    "a script, lines without ends": _cells(
        lambda c: c.update(source=[line.rstrip("\n") for line in c["source"]])
    ),
    "Jupytext, roles and ids lost": _cells(_set(metadata={}, id=None)),
    "a script, words null": _words(_set(source=None)),
    "a script, execution_count a text": _code(_set(execution_count="3")),
    "a script, execution_count NaN": _code(_set(execution_count=float("nan"))),
    "a script, tags no list": _cells(lambda c: c["metadata"].update(tags="skip")),
    "a script, outputs null": _code(_set(outputs=None)),
    "a script, outputs a dictionary": _code(_set(outputs={"text": "]"})),
    "a script, kinds in capitals": _cells(
        lambda c: c.update(cell_type=c["cell_type"].upper())
    ),
    "a script, code without its kind": _code(_without("cell_type")),
    "a script, roles in texts": _roles(
        lambda r: r.update(grade="true", locked=None, points="2", schema_version="1")
    ),
    "a script, roles without checks": _roles(
        _without("grade", "locked", "solution", "task", "schema_version", "points")
    ),
    "Plotly, numbers and brackets": _code(_plotly),
    "outputs nested deeply": _code(_deep_outputs),
    "Jupyter's contents API": lambda n: dumped(
        {"type": "notebook", "format": "json", "content": n}
    ),
    "nbformat 3": _version_3,
    "nbformat 5": _top(nbformat=5, nbformat_minor=0),
    "nbformat as a text": _top(nbformat="4", nbformat_minor="5"),
    "nbformat missing": lambda n: dumped(
        {key: n[key] for key in ("cells", "metadata")}
    ),
    "Notepad, byte order mark": _encoded("utf-8-sig"),
    "PowerShell, UTF-16": _encoded("utf-16"),
    "UTF-16, no mark": _encoded("utf-16-le"),
    "UTF-16, other order": _encoded("utf-16-be"),
    "UTF-32": _encoded("utf-32"),
    "old Windows, Latin-1": _encoded("cp1252"),
    "Windows, CRLF in the file": lambda n: dumped(n).replace(b"\n", b"\r\n"),
    "Windows, CRLF in cells": _cells(
        lambda c: c.update(source=[s.replace("\n", "\r\n") for s in c["source"]])
    ),
    "old Mac, CR in cells": _cells(
        lambda c: c.update(source=[s.replace("\n", "\r") for s in c["source"]])
    ),
    "half an emoji": lambda n: dumped(n).replace(b"A friend", b"\\ud83d A friend"),
    "a tab in a text": lambda n: dumped(n).replace(b"A friend", b"A\tfriend"),
    "zeros at the end": lambda n: dumped(n) + b"\0" * 512,
    "saved twice into one file": lambda n: dumped(n)[:-100] + dumped(n),
    "a comma too many": lambda n: dumped(n).replace(
        b'"metadata": {},', b'"metadata": {},,', 1
    ),
    "cut off at the end": _cut_off,
    "an output's bracket lost": _bracket_lost,
    "a conflict at the end": lambda n: dumped(n).replace(
        b'"nbformat": 4', b'<<<<<<< HEAD\n"nbformat": 4'
    ),
    "keys twice": lambda n: dumped(n).replace(
        b'"nbformat": 4', b'"nbformat": 3, "nbformat": 4'
    ),
    "cells called outputs": lambda n: dumped(n).replace(b'"cells"', b'"outputs"', 1),
    "40 MB of outputs": _code(
        lambda c: c.update(
            outputs=[
                {"output_type": "stream", "name": "stdout", "text": "9" * 4_000_000}
            ]
        )
    ),
    "answers turned into words": _cells(
        lambda c: c.update(cell_type="markdown") if "solution" in c["id"] else None
    ),
    "checks turned into raw text": _cells(
        lambda c: c.update(cell_type="raw") if c["id"] == "double" else None
    ),
}
