"""Tell whether an answer from outside is right, without the judge.

The solution of the lab is asked beside the answer, on many random inputs, and what they
return is compared here: no comparison, no bank and no verdict of the judge takes part.
What is drawn at random is looked at for what the task says of it. Of networks counts what
they compute, with the same weights in them, and not how they are put together.
"""

from __future__ import annotations

import copy
import io
import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from grader import exercises
from grader.authoring.quality.outside import Answer
from grader.exercises.answers import solution_namespace
from grader.judging.exercise import Case, Exercise
from grader.judging.subject import InProcess, request_for
from grader.probing.limit import limited

INPUTS = 200
# What builds networks is asked on the cases of so many seeds.
SEEDS_WITH_KERAS = 2
# Two training runs have no number in common, and a prediction has no right answer.
UNKNOWN = {"lab00.predictions", "lab07.predictions", "lab10.overfit", "lab10.train"}
# How a network is put together is free, and so is which half of a pair has the softmax.
_FREE = {"lab09.loss_and_head": "outputs"}


def differs(answer: Answer, root: Path) -> str:
    """Return the first input on which an answer and the solution differ; "" if on none."""
    exercise = exercises.get(answer.exercise)
    solved = solution_namespace(root / "solutions" / f"{_stem(exercise)}.py")
    others = set(exercises.of_lab(_stem(exercise))) - {exercise.name}
    theirs = {name: solved[name] for name in others if name in solved}
    theirs["__name__"] = "__main__"
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        try:
            exec(compile(f"{answer.setup}\n{answer.code}", "<answer>", "exec"), theirs)
        except Exception as error:
            return f"it does not run: {error!r}"
        for case in _inputs(exercise):
            given = _reply(exercise, theirs, case)
            if exercise.id in _DRAWN:
                holds = _holds(_DRAWN[exercise.id], case, given)
            else:
                holds = alike(_reply(exercise, solved, case), given)
            if not holds:
                return f"{case.label or case.args}: {given}"[:300]
    return ""


def _stem(exercise: Exercise) -> str:
    return exercises.stem_of(exercise.lab)


def _inputs(exercise: Exercise) -> Iterator[Case]:
    seeds = itertools.count(1_000)
    if exercise.probe not in ("call", "calls"):
        seeds = iter(range(1_000, 1_000 + SEEDS_WITH_KERAS))
    drawn = (case for seed in seeds for case in exercise.drawn(seed))
    yield from itertools.islice(drawn, INPUTS)


def _reply(exercise: Exercise, namespace: Mapping[str, Any], case: Case) -> Any:
    if exercise.probe != "call":
        request = request_for(exercise, case) | {"time_limit": 60.0}
        reply = InProcess(namespace).ask(request)
        value = reply.get("value")
        if isinstance(value, Mapping):
            free = ("layers", _FREE.get(exercise.id))
            value = {key: value[key] for key in value if key not in free}
        return {
            "status": reply["status"],
            "value": value,
            "input": reply.get("changed"),
        }
    args, kwargs = copy.deepcopy((case.args, dict(case.kwargs)))
    try:
        with limited(60.0):
            value = namespace[exercise.name](*args, **kwargs)
    except Exception as error:
        return repr(error)
    return value, args, kwargs


def _holds(says: Callable[[Case, Any], bool], case: Case, given: Any) -> bool:
    try:
        return not given["input"] and says(case, given["value"])
    except (LookupError, TypeError, ValueError):
        return False


def _is_permutation(case: Case, values: Any) -> bool:
    """Return whether it shuffles by the seed: 1, 2 and 1 again."""
    first, other, again = map(np.asarray, values)
    places = np.arange(case.kwargs["n"])
    return (
        first.dtype.kind in "iu"
        and np.array_equal(first, again)
        and not np.array_equal(first, other)
        and all(np.array_equal(np.sort(v), places) for v in (first, other))
        and not any(_is_regular(v) for v in (first, other))
    )


def _is_regular(values: np.ndarray) -> bool:
    steps = np.diff(values) % len(values)
    return len(values) > 5 and len(np.unique(steps)) < len(values) / 4


def _is_split(case: Case, values: Any) -> bool:
    """Return whether each class is split by the share, each image with its label."""
    (x, y), share = case.args, case.kwargs["val_fraction"]
    images = {image.tobytes(): label for image, label in zip(x, y, strict=True)}
    for x_train, y_train, x_val, y_val in (map(np.asarray, four) for four in values):
        pairs = [*zip(x_train, y_train, strict=True), *zip(x_val, y_val, strict=True)]
        if len(pairs) != len(x) or len({i.tobytes() for i, _ in pairs}) != len(images):
            return False
        if any(images[image.tobytes()] != label for image, label in pairs):
            return False
        for label in np.unique(y):
            wanted = share * np.sum(y == label)
            if abs(np.sum(y_val == label) - wanted) > 1:
                return False
    return _is_drawn([np.asarray(four[2]) for four in values], case)


def _is_drawn(chosen: list[np.ndarray], case: Case) -> bool:
    """Return whether the seed decides, and nothing else."""
    seeds = [change.get("seed") for change in case.extra["changes"]]
    return all(
        np.array_equal(one, two) == (seed == other)
        for (one, seed), (two, other) in itertools.combinations(
            list(zip(chosen, seeds, strict=True)), 2
        )
    )


def _is_sample(case: Case, values: Any) -> bool:
    """Return whether each class comes equally often, no image twice, with its label."""
    (x, y), few = case.args, case.kwargs["per_class"]
    images = {image.tobytes(): label for image, label in zip(x, y, strict=True)}
    for x_few, y_few in (map(np.asarray, pair) for pair in values):
        labels = [images[image.tobytes()] for image in x_few]
        if labels != y_few.tolist() or len({i.tobytes() for i in x_few}) != len(x_few):
            return False
        classes, counts = np.unique(y_few, return_counts=True)
        if classes.tolist() != np.unique(y).tolist() or set(counts) != {few}:
            return False
    firsts = [np.concatenate([x[y == c][:few] for c in np.unique(y)])]
    firsts.append(np.concatenate([x[y == c][-few:] for c in np.unique(y)]))
    chosen = [_in_order(pair[0]) for pair in values]
    regular = any(np.array_equal(chosen[0], _in_order(f)) for f in firsts)
    return not regular and _is_drawn(chosen, case)


def _is_split_by_source(case: Case, values: Any) -> bool:
    """Return whether the share of the sources is for testing, with all their images."""
    (x, y, sources), share = case.args, case.kwargs["test_fraction"]
    rows = zip(x, y, sources, strict=True)
    images = {image.tobytes(): (label, source) for image, label, source in rows}
    for x_train, y_train, x_test, y_test in (map(np.asarray, four) for four in values):
        parts = [[images[i.tobytes()] for i in part] for part in (x_train, x_test)]
        labels = [[label for label, _ in part] for part in parts]
        if labels != [y_train.tolist(), y_test.tolist()]:
            return False
        shown = {image.tobytes() for part in (x_train, x_test) for image in part}
        if len(x_train) + len(x_test) != len(x) or len(shown) != len(x):
            return False
        train, test = ({source for _, source in part} for part in parts)
        if train & test or len(test) != round(share * len(np.unique(sources))):
            return False
    chosen = [_in_order(four[2]) for four in values]
    return max(test) > min(train) and min(test) < max(train) and _is_drawn(chosen, case)


def _in_order(images: Any) -> np.ndarray:
    return np.array(sorted(np.asarray(image).ravel().tolist() for image in images))


_DRAWN = {
    "lab02.make_permutation": _is_permutation,
    "lab10.split": _is_split,
    "lab15.few_per_class": _is_sample,
    "lab15.split_by_source": _is_split_by_source,
}


def alike(right: Any, given: Any) -> bool:
    """Return whether two values are the same but for rounding and the kind of container."""
    if isinstance(right, Mapping):
        return (
            isinstance(given, Mapping)
            and set(right) == set(given)
            and all(alike(right[key], given[key]) for key in right)
        )
    if isinstance(given, Decimal):
        given = float(given)
    if isinstance(right, str | None) or isinstance(given, str | None):
        return type(right) is type(given) and right == given
    if isinstance(right, list | tuple) and any(map(_is_made, right)):
        return (
            isinstance(given, list | tuple)
            and len(right) == len(given)
            and all(map(alike, right, given))
        )
    try:
        one, two = np.asarray(right), np.asarray(given)
        if one.dtype.kind in "OUS" or two.dtype.kind in "OUS":
            return one.shape == two.shape and bool(np.all(one == two))
        scale = float(np.max(np.abs(one), initial=0.0))
        return one.shape == two.shape and bool(
            np.allclose(one, two, rtol=1e-3, atol=1e-5 * scale + 1e-9, equal_nan=True)
        )
    except (TypeError, ValueError):
        return False


def _is_made(value: Any) -> bool:
    return not isinstance(value, int | float | np.generic)
