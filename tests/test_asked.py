"""What a task asks for, sentence by sentence, and which mistake breaks it alone.

`tests/asked/<stem>.toml` lists the sentences of each task with what holds them. A new
sentence is missing there until somebody says which mistake breaks it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader import exercises
from grader.judging.exercise import Exercise

ROOT = Path(__file__).resolve().parent.parent
ASKED = ROOT / "tests" / "asked"
STEMS = [stem for stem in exercises.stems() if (ASKED / f"{stem}.toml").exists()]
HEADING = re.compile(r"^#+ .+ \(\d+ points?\)$", re.MULTILINE)
# Markdown's marks, and what is no sentence of a docstring.
MARKS = re.compile(
    r"`|(?<! )\*|\*(?! )|^ *(?:- |\d+\. |(?:Args|Returns|Raises):$)", re.MULTILINE
)
TWO_SENTENCES = re.compile(r"[.?!] [A-Z]")
# What holds a sentence: mistakes that break it, calls that are refused, the points of the
# parts; or the reason why nothing can break it.
HOLDS = {"mistakes", "forbidden", "parts", "nothing"}


def _judged(stem: str) -> list[Exercise]:
    """Return the exercises of a lab that have a bank: guesses are taken as they are."""
    return [e for e in exercises.of_lab(stem).values() if e.mistakes]


@cache
def _listed(stem: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((ASKED / f"{stem}.toml").read_text("utf-8"))


def _plain(text: str) -> str:
    return " ".join(MARKS.sub("", text).split())


def _told_in(code: str) -> list[str]:
    """Return the docstrings and comments of a cell."""
    told = [
        ast.get_docstring(node) or ""
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    comments = (t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT)
    return [*told, *(comment for comment in comments if comment != "your code here")]


def task(stem: str, name: str) -> str:
    """Return what a student reads of a task: the text below its heading, and the stub."""
    notebook = nbformat.read(ROOT / "labs" / stem / f"{stem}.ipynb", 4)
    texts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts.append(cell.source)
        elif cell.metadata.get("nbgrader", {}).get("grade_id") == f"{name}-solution":
            text = HEADING.split("\n".join(texts))[-1]
            return _plain("\n".join([text, *_told_in(cell.source)]))
    raise AssertionError(f"{stem} has no cell {name}")


def left(text: str, sentences: list[str]) -> str:
    """Return what a task says beyond these sentences."""
    for sentence in sorted(sentences, key=len, reverse=True):
        text = text.replace(sentence, "|")
    return "\n".join(part for part in text.split("|") if re.search(r"\w", part))


def test_every_lab_is_listed():
    """Each lab says sentence by sentence what holds its tasks, and no other does."""
    listed = sorted(path.stem for path in ASKED.glob("*.toml"))
    assert listed == list(exercises.stems())


@pytest.mark.parametrize("stem", STEMS)
def test_every_exercise_is_listed(stem):
    """A lab's list has the exercises of the lab, in their order."""
    assert list(_listed(stem)) == [exercise.name for exercise in _judged(stem)]


# Not named `exercise`: what is about networks would count as slow.
@pytest.mark.parametrize(
    "judged", [e for stem in STEMS for e in _judged(stem)], ids=lambda e: e.id
)
def test_every_sentence_is_held(judged):
    """Each sentence of a task is listed, with what holds it, and it is there."""
    stem = exercises.stem_of(judged.lab)
    entries = _listed(stem).get(judged.name, [])
    text = task(stem, judged.name)
    sentences = [_plain(entry["sentence"]) for entry in entries]
    assert [s for s in sentences if s not in text] == [], "not in the task"
    assert [s for s in sentences if TWO_SENTENCES.search(s)] == [], "one by one"
    assert left(text, sentences) == ""
    bank = {mistake.name for mistake in judged.mistakes}
    shares = sum(judged.parts.values())
    parts = {p: judged.points * s / shares for p, s in judged.parts.items()}
    for entry in entries:
        assert len(entry) == 2, entry
        assert all(entry.values()), entry
        assert entry.keys() < {"sentence"} | HOLDS, entry
        assert bank.issuperset(entry.get("mistakes", ())), entry
        assert set(judged.forbidden).issuperset(entry.get("forbidden", ())), entry
        assert entry.get("parts", parts) == parts, entry


def test_a_new_sentence_is_seen():
    """What is listed is taken away whole, and what is not is left."""
    text = _plain("- Write `f(x)`.\n- `x` stays.\n\nArgs:\n    x: a *number*.")
    sentences = ["x: a number.", "Write f(x)."]
    assert left(text, sentences).strip() == "x stays."
    assert left(text, [*sentences, "x stays."]) == ""
