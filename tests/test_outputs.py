"""What grading keeps of a cell's outputs."""

from __future__ import annotations

import time

import nbformat
import pytest

from grader.kernel.outputs import joined, repeatable
from grader.kernel.python import PromptCompiler

LONG = {
    "a word": "x" * 3_000_000,
    "names of files": "/ipykernel_1" * 250_000,
    "a number": "0x" + "a" * 3_000_000,
    "a line written over": "x\r" * 1_500_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_outputs_are_read_once(text):
    """The time to tidy an output grows with its length, not with the square of it."""
    outputs = [nbformat.v4.new_output("stream", text=text)]
    started = time.monotonic()
    for output in joined(outputs):
        repeatable(output)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("10 %\r20 %\r30 %\n", "30 %\n"),
        ("windows\r\nlines\r\n", "windows\r\nlines\r\n"),
        ("kept\r", "kept\r"),
        ("File /some/a-b/ipykernel_12/345.py:1, in f", "File <cell>:1, in f"),
        ("<f at 0x7f00aabbcc>", "<f at 0x...>"),
    ],
)
def test_what_varies_or_is_written_over(printed, shown):
    """Progress bars keep their last state; paths of cells and addresses are taken out."""
    (output,) = joined([nbformat.v4.new_output("stream", text=printed)])
    assert repeatable(output).text == shown


def test_printed_output_comes_together():
    """All that was printed is one output, before the errors, whenever it came."""
    stream = [("stderr", "e"), ("stdout", "a"), ("stdout", "b"), ("stderr", "f")]
    outputs = [nbformat.v4.new_output("stream", name=n, text=t) for n, t in stream]
    assert [(o.name, o.text) for o in joined(outputs)] == [
        ("stdout", "ab"),
        ("stderr", "ef"),
    ]


def test_the_name_of_a_cell_is_taken_out():
    """A kernel gives cells files' names as ipykernel does; equal texts have equal ones."""
    names = [PromptCompiler().get_code_name(text, text, 1) for text in ("a", "a", "b")]
    assert names[0] == names[1] != names[2]
    output = nbformat.v4.new_output("stream", text=f"{names[0]}:1: UserWarning: odd")
    assert repeatable(output).text == "<cell>:1: UserWarning: odd"
