"""Count how often an honest lab 10 loses points by chance.

    python benchmarks/lab10_flakes.py [--seeds 20] [--styles]

For each seed the judge draws its secret inputs with it, Keras and NumPy draw weights,
shuffles and dropout with it, and the solution's functions are judged as a student's are.
`--styles` judges the right answers in other styles of tests/right_answers too. Every
verdict that is not full points counts; the exit code is 1 if there is one.

No verdict of this lab looks at what the notebook has trained: the checks bring networks
and images of their own. So the seed of the notebook's trainings cannot change a score.

Measured with --styles: 0 of 620 verdicts.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

from grader import exercises
from grader.exercises.answers import answers_for, solution_namespace
from grader.folder import find_root
from grader.judging.exercise import Exercise
from grader.judging.judge import Verdict, judge
from grader.judging.subject import InProcess

STEM = "lab10_mnist_cnn"


def subjects(root: Path, styles: bool) -> Iterator[tuple[Exercise, str, Any]]:
    """Yield (exercise, style, the student's object) for every right answer."""
    lab = solution_namespace(root / "solutions" / f"{STEM}.py")
    path = root / "tests" / "right_answers" / f"{STEM}.py"
    others = _right_answers(path) if styles else {}
    for name, exercise in exercises.of_lab(STEM).items():
        yield exercise, "solution", lab.get(name, [2.3, 30000, 80])
        for function in others.get(name, ()):
            yield exercise, function.__name__, function


def _right_answers(path: Path) -> dict[str, list[Any]]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RIGHT_ANSWERS


def verdict_of(exercise: Exercise, subject: Any, seed: int, root: Path) -> Verdict:
    """Judge one answer with the secret inputs of a seed."""
    keras.utils.set_random_seed(seed)
    answers = answers_for(exercise, root / "solutions", seed)
    return judge(exercise, InProcess({exercise.name: subject}), answers, seed)


def main() -> None:
    """Judge, print every verdict that is not full points, and the rate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--styles", action="store_true", help="other right answers too")
    options = parser.parse_args()
    root = find_root()
    found = list(subjects(root, options.styles))
    started, lost = time.process_time(), 0
    for seed in range(1, options.seeds + 1):
        for exercise, style, subject in found:
            verdict = verdict_of(exercise, subject, seed, root)
            if verdict.points < exercise.points:
                lost += 1
                print(f"seed {seed}, {exercise.id}, {style}: {verdict}", flush=True)
    total = options.seeds * len(found)
    print(
        f"{lost} of {total} verdicts are not full points "
        f"({options.seeds} seeds, {len(found)} right answers to "
        f"{len(exercises.of_lab(STEM))} exercises, "
        f"{time.process_time() - started:.0f} CPU s)."
    )
    sys.exit(lost > 0)


if __name__ == "__main__":
    main()
