"""What a cell showed, so that the same submission gives the same feedback twice."""

from __future__ import annotations

import re

from nbformat import NotebookNode

_WIDGET = "application/vnd.jupyter.widget-view+json"
_RENDERED, _MAX_RENDERED = ("text/markdown", "text/latex"), 5000
_FILE = re.compile(r"[/\\]ipykernel_\d+[/\\]\d+\.py")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"\bCell In\[\d+\], line (\d+)")
# Where Python found a syntax error, in a file that nobody has seen.
_PLACE = re.compile(r" \(\S+\.py, line \d+\)$|[.]$")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed, the output before the errors, as lines that overwrote others.

    nbclient does the same, but reads a long line again from each of its letters.
    """
    kept: list[NotebookNode] = []
    printed: dict[str, list[str]] = {}
    for output in outputs:
        name = output.name if output.output_type == "stream" else ""
        if name in printed:
            printed[name].append(_text(output))
            continue
        if name:
            printed[name] = [_text(output)]
        before = kept[-1] if kept else {}
        if name == "stdout" and before.get("name") == "stderr":
            kept.insert(-1, output)
        else:
            kept.append(output)
    for output in kept:
        if output.output_type == "stream":
            lines = "".join(printed[output.name]).split("\n")
            # What stands before a carriage return was written over.
            lines = [line[line.rfind("\r", 0, -1) + 1 :] for line in lines]
            output.text = "\n".join(lines)
    return kept


def _text(output: NotebookNode) -> str:
    """Return what a stream says; a forged one may be a list of lines."""
    return output.text if isinstance(output.text, str) else "".join(output.text)


def repeatable(output: NotebookNode) -> NotebookNode:
    """Take out of an output what varies: process ids, addresses, names of widgets.

    With them the same submission would not give the same feedback twice.
    """
    for key in ("text", "evalue"):
        if isinstance(output.get(key), str):
            output[key] = _without_varying(output[key])
    if "traceback" in output:
        output.traceback = [_without_varying(line) for line in output.traceback]
    if "metadata" in output:
        # Of these a page shows one, a frame of its own for HTML: none is wanted.
        output.metadata = NotebookNode()
    data = output.get("data", {})
    # Nothing but a random number: no page has the widget that it stands for.
    data.pop(_WIDGET, None)
    for kind in _RENDERED:
        if len(str(data.get(kind, ""))) > _MAX_RENDERED:
            del data[kind]  # a page takes too long to render it; its text stays
    for kind in data:
        if kind.startswith("text/") and isinstance(data[kind], str):
            data[kind] = _without_varying(data[kind])
    return output


def _without_varying(text: str) -> str:
    kept, done = [], 0
    for found in _FILE.finditer(text):
        start = found.start()
        # Not in the pattern: it would read a long word again from each of its letters.
        while start > done and not text[start - 1].isspace():
            start -= 1
        kept += [text[done:start], "<cell>"]
        done = found.end()
    return _ADDRESS.sub("0x...", "".join([*kept, text[done:]]))


def raised(cell: NotebookNode) -> str:
    """Return the error that a cell shows, on one line, and which of its own raised it.

    Of an error in a magic only a line on the screen is left. Without an error it is "".
    """
    for output in cell.outputs:
        if output.get("output_type") == "error":
            message = f"{output.get('ename')}: {output.get('evalue')}"
            trace = "\n".join(map(str, output.get("traceback", [])))
            message = _PLACE.sub("", message.split("\n")[0])
            return message[:300] + _own_line(trace, cell.source)
        magic = re.match(r"UsageError: .*", str(output.get("text", "")))
        if output.get("name") == "stderr" and magic:
            return magic[0][:300]
    return ""


def _own_line(trace: str, source: str) -> str:
    """Return the line of a cell at which a traceback begins, as the end of a sentence."""
    found = _LINE.search(_COLOUR.sub("", trace))
    lines = source.splitlines()
    if not found or not 0 < int(found[1]) <= len(lines):
        return ""
    line = lines[int(found[1]) - 1].strip()
    return f" (line {found[1]} of that cell, `{line[:60]}`)"
