"""Who copied is told, who wrote alone is not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader import exercises
from grader.folder import lab_path
from grader.reports.similar import (
    Work,
    code_in,
    in_one_form,
    similar,
    write_similar,
)

ROOT = Path(__file__).resolve().parent.parent
LAB = "lab05_channels_and_filters"


def _written(stem: str) -> list[str]:
    """Give what independent people wrote: the bank's n-th answer to each exercise."""
    answers = []
    for name in exercises.of_lab(stem):
        path = ROOT / "tests" / "right_answers" / stem / f"{name}.py"
        if path.exists():
            text = path.read_text("utf-8")
            answers.append(
                [
                    ast.get_source_segment(text, node)
                    for node in ast.parse(text).body
                    if isinstance(node, ast.FunctionDef) and node.name[0] != "_"
                ]
            )
    return ["\n\n".join(person) for person in zip(*answers, strict=False)]


def _given(stem: str) -> str:
    return code_in(lab_path(ROOT, stem).read_text("utf-8"), locked=True)


def test_who_wrote_alone_is_not_told():
    """No pair of the bank's answers is alike."""
    works = [Work(str(n), in_one_form(w)) for n, w in enumerate(_written(LAB))]
    assert len(works) >= 5
    assert similar(works, _given(LAB)) == []


@pytest.fixture(scope="module")
def pairs():
    """Give a class in which one has copied and given everything another form."""
    written = _written(LAB)
    copied = written[0].replace("result", "answer").replace("    ", "   ")
    copied = copied.replace("\n   return", "\n   # the <script> of mine\n   return")
    works = [Work(str(n), in_one_form(w)) for n, w in enumerate(written)]
    return similar([*works, Work("copy", in_one_form(copied))], _given(LAB))


def test_who_copied_is_told(pairs):
    """Other names, spaces and comments hide nothing."""
    (pair,) = pairs
    assert {pair.one, pair.other} == {"0", "copy"}
    assert pair.share > 0.9
    for parts in pair.parts:
        assert sum(len(p.text) for p in parts if p.shared) > 400


def test_the_page(pairs, tmp_path):
    """It shows both, marks what they share, and says that it proves nothing."""
    write_similar(LAB, pairs, 6, tmp_path / "similar.html")
    text = (tmp_path / "similar.html").read_text("utf-8")
    assert "1 of 15 pairs" in text
    assert "<mark>" in text
    assert "Alike is no proof" in text
    assert "<script" not in text


def test_the_given_code_is_nobodys():
    """Two who handed in the lab as it was are not alike."""
    given = _given(LAB)
    assert similar([Work("ada", given), Work("bob", given)], given) == []


def test_rare_mistakes_are_told():
    """Three mistakes that both made and few others tell, whatever the code looks like."""
    rare = frozenset({("lab05.a", "x"), ("lab05.b", "y"), ("lab05.c", "z")})
    often = frozenset((f"lab05.{n}", "often") for n in "abc")
    works = [
        Work("ada", "x = 1", rare | often),
        Work("bob", "y = [2]", rare | often),
        *(Work(f"c{n}", f"z = {n}", often) for n in range(6)),
    ]
    (pair,) = similar(works, "")
    assert (pair.one, pair.other) == ("ada", "bob")
    assert len(pair.mistakes) == 3
