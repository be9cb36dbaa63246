"""How often `convlab similar` suspects people who wrote alone, and finds who copied.

Run it as `python benchmarks/similar.py` in the course folder. Everybody of an invented
class has another one of the bank's answers to each exercise, so that every pair that is
told is a false alarm. A copy has other names, other spaces and another order.
"""

from __future__ import annotations

import ast
import builtins
import json
import random
from collections.abc import Iterator
from pathlib import Path

from grader import exercises
from grader.folder import lab_path
from grader.reports.similar import Work, code_in, in_one_form, similar

ROOT = Path(__file__).resolve().parent.parent
CLASSES = 5  # invented for each lab
random.seed(0)


class _Renamed(ast.NodeTransformer):
    """Give every variable and argument another name."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if hasattr(builtins, node.id):
            return node
        return ast.Name(f"my_{node.id}", node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(f"my_{node.arg}", node.annotation)


def copied(functions: list[str]) -> str:
    """Return functions with other names and spaces, in another order."""
    trees = [_Renamed().visit(ast.parse(source)) for source in functions[::-1]]
    return in_one_form("\n\n".join(map(ast.unparse, trees)))


def bank(stem: str) -> list[list[str]]:
    """Return, for each exercise, what different people wrote."""
    written = [
        *map(json.loads, (ROOT / "tests/answers" / f"{stem}.jsonl").open("rb")),
    ]
    found = []
    for name, exercise in exercises.of_lab(stem).items():
        others = [each["code"] for each in written if each["exercise"] == exercise.id]
        answers = [*_right(stem, name), *dict.fromkeys(others)]
        if answers:
            found.append(answers)
    return found


def _right(stem: str, name: str) -> Iterator[str]:
    path = ROOT / "tests/right_answers" / stem / f"{name}.py"
    if path.exists():
        text = path.read_text("utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield ast.get_source_segment(text, node) or ""


def main() -> None:
    """Print false alarms and catches by lab, and in all."""
    total = [0, 0, 0, 0, 0]
    print("lab    pairs  false alarms  copies  found  half copies found")
    for stem in exercises.stems():
        given = code_in(lab_path(ROOT, stem).read_text("utf-8"), locked=True)
        counts = [0, 0, 0, 0, 0]
        for _ in range(CLASSES):
            answers = bank(stem)
            for each in answers:
                random.shuffle(each)
            size = min(map(len, answers))
            people = [[each[n] for each in answers] for n in range(size)]
            works = [
                Work(f"{n}", in_one_form("\n\n".join(p))) for n, p in enumerate(people)
            ]
            first, second = people[:2]
            half = len(first) // 2
            whole = Work("copy", copied(first))
            part = Work("copy", copied(first[:half] + second[half:]))
            told = [
                sum({p.one, p.other} == {"0", "copy"} for p in found)
                for found in (
                    similar([*works, whole], given),
                    similar([works[0], *works[2:], part], given),
                )
            ]
            alarms = len(similar(works, given))
            row = (size * (size - 1) // 2, alarms, 1, *told)
            counts = [a + b for a, b in zip(counts, row, strict=True)]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        print(stem[:5], *(f"{count:>7}" for count in counts))
    print("all  ", *(f"{count:>7}" for count in total))


if __name__ == "__main__":
    main()
