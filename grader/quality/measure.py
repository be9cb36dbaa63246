"""Measure how often the judge is wrong about an exercise, and how.

Wrong versions come from the bank of mistakes, from mutants of the solution and from
mistakes in pairs; right ones from `tests/right_answers/`. What the judge accepts is
compared with the solution on the cases of many more seeds: equal there, it is listed as
equivalent, otherwise it is a false accept.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import itertools
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader import exercises
from grader.diagnosis import Answers
from grader.exercise import Case, Exercise, Mistake, Verdict
from grader.judge import PUBLIC_SEED, InProcess, LiveAnswers, accepts, judge
from grader.probe import WITHOUT_KERAS, Reply, Request
from grader.quality.mutants import Mutant, mutants
from grader.reference import answers_for, from_solution, solution_namespace

# Drawn once; a student's secret seed is another one each time.
FIRST_SECRET = 20_251_123
# A mutant may loop for ever: this is enough for right answers to small cases.
MUTANT_SECONDS = 2.0
# A check should take less, of a NumPy exercise and of one that works with Keras.
NUMPY_SECONDS, MODEL_SECONDS = 1.0, 5.0
# A check that took longer is timed again, at most so often in all: its least time is
# its own, the rest is what else the machine had to do.
MOST_TIMED = 3


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        seeds: secret seeds over which verdicts must not change; 1 looks for no change.
        oracle_seeds: seeds whose cases tell an equivalent mutant from a false accept.
        pairs: mistakes in pairs, at most so many, drawn evenly from all.
        mutants: mutants, at most so many, drawn evenly from all.
        secret: judge right answers and mistakes on a secret seed as well, not only on
            the public one.
    """

    seeds: int = 50
    oracle_seeds: int = 40
    pairs: int = 60
    mutants: int = 400
    secret: bool = True


# `make quality` measures everything, for over an hour; for one lab a minute has to do.
WHOLE = Effort()
QUICK = Effort(seeds=1, oracle_seeds=10, pairs=12, mutants=24)
# A model exercise builds dozens of networks for each version of it.
QUICK_OF_A_MODEL = Effort(seeds=1, oracle_seeds=2, pairs=1, mutants=2, secret=False)


def quick(exercise: Exercise) -> Effort:
    """Give how much of an exercise is measured while an author waits."""
    return QUICK if exercise.probe in WITHOUT_KERAS else QUICK_OF_A_MODEL


def limit(exercise: Exercise) -> float:
    """Give the seconds that a check of an exercise should not exceed."""
    return NUMPY_SECONDS if exercise.probe in WITHOUT_KERAS else MODEL_SECONDS


@dataclass
class Quality:
    """What was measured for one exercise; the lists hold what went wrong, in words.

    Attributes:
        examples: mistakes whose verdict works a small example.
    """

    exercise: str
    right_answers: int = 0
    mistakes: int = 0
    mutants: int = 0
    pairs: int = 0
    false_accepts: list[str] = field(default_factory=list)
    false_rejects: list[str] = field(default_factory=list)
    named: int = 0
    examples: int = 0
    named_wrongly: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    pairs_named: int = 0
    alike: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)
    flakes: list[str] = field(default_factory=list)
    grader_errors: list[str] = field(default_factory=list)
    median_seconds: float = 0.0
    worst_seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return asdict(self)


class _Remembered:
    """Answers to the cases of one seed, each computed once."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.known: dict[tuple[str, int], Reply] = {}

    def expected(self, number: int, case: Case) -> Reply:
        key = ("", number)
        if key not in self.known:
            self.known[key] = self.answers.expected(number, case)
        return self.known[key]

    def mistaken(self, mistake: Mistake, number: int, case: Case) -> Reply:
        key = (mistake.name, number)
        if key not in self.known:
            self.known[key] = self.answers.mistaken(mistake, number, case)
        return self.known[key]

    def combined(
        self, first: Mistake, second: Mistake, number: int, case: Case
    ) -> Reply | None:
        key = (f"{first.name}\0{second.name}", number)
        if key not in self.known:
            reply = self.answers.combined(first, second, number, case)
            if reply is None:
                return None
            self.known[key] = reply
        return self.known[key]


@dataclass(frozen=True)
class _Known:
    """A subject that makes a mistake, by what the judge knows of it."""

    answers: _Remembered
    mistake: Mistake

    def ask_all(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for number, request in enumerate(requests):
            case = Case(request["args"], request["kwargs"], extra=request["extra"])
            yield self.answers.mistaken(self.mistake, number, case)

    def source(self) -> str:
        return ""


class Measured:
    """An exercise with its answers, ready to be asked many times."""

    def __init__(self, exercise: Exercise, root: Path) -> None:
        self.exercise = exercise
        self.root = root
        self.solutions = root / "solutions"
        self._answers: dict[int, _Remembered] = {}
        self.seconds: list[float] = []

    def live(self) -> LiveAnswers:
        """Give answers that can be computed for any input."""
        if self.exercise.reference is not None:
            return LiveAnswers(self.exercise, self.exercise.reference)
        return from_solution(self.exercise, self.solutions)

    def answers(self, seed: int) -> _Remembered:
        """Give the answers to the cases of a seed."""
        if seed not in self._answers:
            self._answers[seed] = _Remembered(
                answers_for(self.exercise, self.solutions, seed)
            )
        return self._answers[seed]

    def verdict(self, function: Any, seed: int, timed: bool = False) -> Verdict:
        """Judge a function.

        Args:
            timed: as a student's check does, which remembers no answers.
        """
        if not timed:
            return self._asked(function, seed, self.answers(seed))
        seconds = np.inf
        for _ in range(MOST_TIMED):
            started = time.perf_counter()
            verdict = self._asked(function, seed, answers_for(self.exercise))
            seconds = min(seconds, time.perf_counter() - started)
            if seconds <= limit(self.exercise):
                break
        self.seconds.append(seconds)
        return verdict

    def _asked(self, function: Any, seed: int, answers: Answers) -> Verdict:
        with _quiet():
            return judge(self.exercise, self._only(function), answers, seed)

    def verdict_of(self, mistake: Mistake, seed: int) -> Verdict:
        """Judge a mistake on the cases of a seed.

        Where only the solution knows the answer, a mistake is slow to ask, and its replies
        to secret cases are known from the judge's side: it is asked on the public ones.
        """
        if self.exercise.reference is not None:
            return self.verdict(self.wrong(mistake), seed)
        if seed == PUBLIC_SEED:
            return self.verdict(self.wrong(mistake), seed, timed=True)
        answers = self.answers(seed)
        return judge(self.exercise, _Known(answers, mistake), answers, seed)

    def accepts(
        self, function: Any, seeds: Iterable[int], seconds: float = np.inf
    ) -> bool:
        """Say whether a function gets full points on the cases of every seed.

        Args:
            seconds: the most that a call may take, if that is less than the exercise's.
        """
        least = min(seconds, self.exercise.time_limit)
        exercise = replace(self.exercise, time_limit=least)
        with _quiet():
            return all(
                accepts(exercise, self._only(function), self.answers(seed), seed)
                for seed in seeds
            )

    def _only(self, function: Any) -> InProcess:
        return InProcess({self.exercise.name: function})

    def wrong(self, *mistakes: Mistake) -> Callable[..., Any]:
        """Give a function that makes these mistakes, the first around the others."""
        function: Callable[..., Any] = self.live().reference
        for mistake in reversed(mistakes):
            function = _wrapped(mistake, function)
        return function


@contextmanager
def _quiet() -> Iterator[None]:
    """Let nobody hear what wrong answers warn of and print."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def _wrapped(mistake: Mistake, inner: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: mistake.wrong(inner, *args, **kwargs)


def measure(exercise: Exercise, root: Path, effort: Effort) -> Quality:
    """Measure one exercise in which something is to be written.

    Args:
        exercise: the exercise.
        root: the course folder, with solutions/ and tests/right_answers/.
        effort: how much to measure.
    """
    at = Measured(exercise, root)
    found = Quality(exercise.id)
    graded = (PUBLIC_SEED, FIRST_SECRET) if effort.secret else (PUBLIC_SEED,)
    oracle = range(FIRST_SECRET + 1, FIRST_SECRET + 1 + effort.oracle_seeds)
    _measure_right(at, found, graded)
    _measure_bank(at, found, graded)
    _measure_unknown(at)
    _measure_mutants(at, found, graded, oracle, effort.mutants)
    _measure_pairs(at, found, graded, oracle, effort.pairs)
    if effort.seeds > 1:
        _measure_flakes(at, found, range(FIRST_SECRET, FIRST_SECRET + effort.seeds))
    found.median_seconds = round(statistics.median(at.seconds), 4)
    found.worst_seconds = round(max(at.seconds), 4)
    return found


def _measure_right(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    for function in right_answers(at.root, at.exercise):
        found.right_answers += 1
        # The public one last: what the first imports is nobody's slow answer.
        for seed in reversed(seeds):
            verdict = at.verdict(function, seed, timed=seed == PUBLIC_SEED)
            if not verdict.passed:
                name = getattr(function, "__name__", "an answer")
                found.false_rejects.append(f"{name}, seed {seed}: {verdict.message}")


def _measure_bank(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    missed: list[Mistake] = []
    for mistake in at.exercise.mistakes:
        found.mistakes += 1
        told = [at.verdict_of(mistake, seed) for seed in seeds]
        found.examples += any(verdict.example for verdict in told)
        names = {tuple(name for name, _ in verdict.mistakes) for verdict in told}
        if any(verdict.status == "grader error" for verdict in told):
            found.grader_errors.append(f"mistake: {mistake.name}: {told[-1].message}")
        elif any(verdict.passed for verdict in told):
            found.false_accepts.append(f"mistake: {mistake.name}")
        elif names == {(mistake.name,)}:
            found.named += 1
            continue
        elif names == {()}:
            found.unnamed.append(mistake.name)
        else:
            others = " / ".join(sorted(" and ".join(each) or "-" for each in names))
            found.named_wrongly.append(f"{mistake.name} is told: {others}")
        missed.append(mistake)
    found.alike += [
        f"{one.name} = {other.name}"
        for one in missed
        for other in at.exercise.mistakes
        if other is not one and _alike(at, one, other, seeds)
    ]


def _measure_unknown(at: Measured) -> None:
    """Time what no mistake explains: it is compared with every one, and every pair."""
    right = at.exercise.reference
    if right is None:
        return

    def wrong(*args: Any, **kwargs: Any) -> Any:
        answer = right(*args, **kwargs)
        number = isinstance(answer, (int, float, np.ndarray))
        return 1.37 * answer + 0.11 if number else answer

    at.verdict(wrong, PUBLIC_SEED, timed=True)


def _alike(at: Measured, first: Mistake, second: Mistake, seeds: Sequence[int]) -> bool:
    for seed in seeds:
        answers = at.answers(seed)
        for number, case in enumerate(_cases(at.exercise, seed)):
            one = answers.mistaken(first, number, case)
            two = answers.mistaken(second, number, case)
            if one["status"] != two["status"]:
                return False
            if one["status"] == "ok" and (
                bool(one["changed"]) != bool(two["changed"])
                or at.exercise.comparison(one["value"], two["value"]) is not None
            ):
                return False
            if one["status"] == "error" and one["type"] != two["type"]:
                return False
    return True


def _cases(exercise: Exercise, seed: int) -> Sequence[Case]:
    return exercise.cases(np.random.default_rng(seed))


def _measure_mutants(
    at: Measured,
    found: Quality,
    seeds: Sequence[int],
    oracle: Sequence[int],
    most: int,
) -> None:
    for mutant in _spread(mutants(solution_source(at)), most):
        function = _compiled(at, mutant)
        if function is None:
            continue
        found.mutants += 1
        _sort(at, found, function, mutant.change, seeds, oracle)
        _forget_networks(at.exercise)


def _sort(
    at: Measured,
    found: Quality,
    function: Any,
    words: str,
    seeds: Sequence[int],
    oracle: Sequence[int],
) -> bool:
    """Say whether a wrong version passes, and note it: wrongly, or as equivalent.

    Two mistakes can undo each other, and a mutant may compute the same in another way.
    """
    try:
        passes = at.accepts(function, seeds, MUTANT_SECONDS)
        if passes:
            # Without hurry: on a busy machine it would be told from what it equals.
            if at.accepts(function, oracle):
                inputs = sum(len(_cases(at.exercise, seed)) for seed in oracle)
                reason = f"gives the solution's answers to {inputs} more inputs"
                found.equivalent.append(f"{words} ({reason})")
            else:
                found.false_accepts.append(words)
    except Exception as error:
        found.grader_errors.append(f"{words}: {type(error).__name__}: {error}")
        return False
    return passes


def _measure_pairs(
    at: Measured,
    found: Quality,
    seeds: Sequence[int],
    oracle: Sequence[int],
    most: int,
) -> None:
    pairs = list(itertools.combinations(at.exercise.mistakes, 2))
    for first, second in _spread(pairs, most):
        found.pairs += 1
        words = f"{first.name} and {second.name}"
        function = at.wrong(first, second)
        passes = _sort(at, found, function, words, seeds, oracle)
        if (
            not passes and at.exercise.reference is not None
        ):  # else no pair is looked for
            verdict = at.verdict(function, seeds[-1])
            told = {name for name, _ in verdict.mistakes}
            found.pairs_named += told == {first.name, second.name}


def _measure_flakes(at: Measured, found: Quality, seeds: Sequence[int]) -> None:
    rights = right_answers(at.root, at.exercise)
    for number, function in enumerate([at.live().reference, *rights]):
        name = f"right answer {number}" if number else "the solution"
        told = {_told(at.verdict(function, seed)) for seed in seeds}
        _note_flake(found, name, told, seeds)
    for mistake in at.exercise.mistakes:
        told = {_told(at.verdict_of(mistake, seed)) for seed in seeds}
        _note_flake(found, mistake.name, told, seeds)
        _forget_networks(at.exercise)


def _forget_networks(exercise: Exercise) -> None:
    """Let go of the thousands of networks built here, which Keras remembers."""
    if exercise.probe not in WITHOUT_KERAS:  # else nothing is built, and this is slow
        import keras

        keras.utils.clear_session()


def _note_flake(
    found: Quality, name: str, told: set[Any], seeds: Sequence[int]
) -> None:
    if len(told) > 1:
        found.flakes.append(f"{name}: {len(told)} verdicts over {len(seeds)} seeds")


def _told(verdict: Verdict) -> tuple[str, float, tuple[str, ...]]:
    return verdict.status, verdict.points, tuple(name for name, _ in verdict.mistakes)


def _spread(items: Sequence[Any], most: int) -> list[Any]:
    """Give at most so many items, evenly from all."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]


def solution_source(at: Measured) -> str:
    """Give the source of the solution's function."""
    text = _script(at).read_text("utf-8")
    for node in ast.parse(text).body:
        if getattr(node, "name", None) == at.exercise.name:
            return ast.get_source_segment(text, node) or ""
    raise KeyError(at.exercise.name)


def _script(at: Measured) -> Path:
    return at.solutions / f"{exercises.stem_of(at.exercise.lab)}.py"


def _compiled(at: Measured, mutant: Mutant) -> Any:
    """Define a mutant's function beside what the solution defines; `None` if it fails."""
    namespace = dict(solution_namespace(_script(at)))
    try:
        exec(mutant.source, namespace)  # noqa: S102  (our own solution, changed)
    except Exception:
        return None
    return namespace[at.exercise.name]


def right_answers(root: Path, exercise: Exercise) -> Iterator[Any]:
    """Give the independent right answers to an exercise.

    They are the functions of `tests/right_answers/<stem>/<exercise>.py`; a name that
    begins with an underscore is a helper's.
    """
    stem = exercises.stem_of(exercise.lab)
    path = root / "tests" / "right_answers" / stem / f"{exercise.name}.py"
    if path.exists():
        module = _module(path)
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            if inspect.isfunction(value) and own and not name.startswith("_"):
                yield value


def _module(path: Path) -> ModuleType:
    """Import a file as part of its folder, whose files import from each other."""
    package = f"right_answers_{path.parent.name}"
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(path.parent)]
    return importlib.import_module(f"{package}.{path.stem}")
