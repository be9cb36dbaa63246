"""`explore`: move over what one's own function gives, and see what each value is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from grader import exercises
from grader.exceptions import InstructorError
from grader.exercises.answers import answers_for
from grader.graded import is_graded
from grader.judging.draw import to_pictures
from grader.judging.example import effort
from grader.judging.exercise import PUBLIC_SEED, Case, Exercise
from grader.judging.judge import outcomes
from grader.judging.outcome import Outcome
from grader.judging.render import sentence, with_code
from grader.judging.show import numbers
from grader.judging.silence import silence
from grader.judging.words import call_label, ended, exception_lines
from grader.notebook.check import quiet_tensorflow, subject_in, user_namespace
from grader.notebook.front_end import is_someone_there
from grader.notebook.scene import (
    Scene,
    first_wrong,
    is_drawable,
    same_shape,
    set_aside,
    still,
    to_data,
)
from grader.notebook.settings import Setting, settings_of, value_of, with_value

_GRADED = "A notebook is graded without `explore`; it needs it for no points."
_NO_NOTEBOOK = "`explore` works in a notebook."
_NOBODY_MOVES = "One can move over this picture in JupyterLab, VS Code and Colab; here it stands still."
_NO_WINDOW = (
    "With these settings there is no window: the filter is larger than the picture."
)


def explore(exercise_id: str) -> None:
    """Show what your function gives, and the window behind each value as you move over it.

    It opens at the first value that is wrong. No points hang on it.

    Args:
        exercise_id: such as "lab06.conv2d"; the function is looked up by the name behind
            the dot.
    """
    from IPython.display import display

    display(_shown(exercise_id))


def _shown(exercise_id: str) -> Any:
    """Return what shows itself: a widget, a picture that stands still, or a sentence."""
    if is_graded():
        return Words(_GRADED)
    namespace = user_namespace()
    if namespace is None:
        return Words(_NO_NOTEBOOK)
    try:
        exercise = exercises.get(exercise_id)
    except InstructorError as error:
        return Words(str(error))
    if exercise.window is None:
        return Words(_without_windows(exercise))
    explorer = Explorer(exercise, namespace)
    opened, problem = explorer.look({})
    if opened is None:
        return Words(problem)
    if not is_someone_there():
        return explorer.still(opened)
    # Half a second to import, which a check does not need.
    from grader.notebook.widget import ExplorerWidget

    return ExplorerWidget(explorer.show)


def _without_windows(exercise: Exercise) -> str:
    others = [e.id for e in exercises.of_lab(exercise.lab).values() if e.window]
    there = f" In this lab it does for {', '.join(others)}." if others else ""
    return (
        f"`{exercise.name}` reads no windows, so `explore` has nothing to show.{there}"
    )


class Words:
    """A sentence, and below it pictures where HTML can be shown."""

    def __init__(self, text: str, pictures: str = "") -> None:
        self.text = text
        self.pictures = pictures

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<div>{with_code(self.text)}</div>{self.pictures}"


class Explorer:
    """The small cases of an exercise, put to the student's function as the check puts them.

    Args:
        exercise: one with windows.
        namespace: where the function is looked up, anew for each call.
    """

    def __init__(self, exercise: Exercise, namespace: Mapping[str, Any]) -> None:
        self.exercise = exercise
        self.namespace = namespace
        self.answers = answers_for(exercise)

    @cached_property
    def cases(self) -> list[Case]:
        """Return the cases that are small enough to look at, the easiest numbers first."""
        drawn = [
            case
            for case in self.exercise.drawn(PUBLIC_SEED)
            if is_drawable(self.exercise, case, self._right(case))
        ]
        return sorted(drawn, key=lambda case: (effort(case), numbers(list(case.args))))

    @cached_property
    def settings(self) -> list[Setting]:
        """Return what can be changed."""
        return settings_of(self.exercise, self.cases)

    @cached_property
    def opening(self) -> int:
        """Return the first case with a wrong answer, else one with none; else the first."""
        tried = self._ask(self.cases)
        wrong = [i for i, outcome in enumerate(tried) if not outcome.passed]
        answered = (i for i in wrong if tried[i].reply["status"] == "ok")
        return next(answered, wrong[0] if wrong else 0)

    def look(self, chosen: Mapping[str, Any]) -> tuple[Scene | None, str]:
        """Call the student's function; return what is seen, and a sentence about it.

        Args:
            chosen: "case": its number; "settings": name -> the number of a choice;
                "plane": two numbers, of a picture and a filter. All may be missing.
        """
        with silence():
            case = self._chosen(chosen)
            right = self._right(case)
            if not is_drawable(self.exercise, case, right):
                return None, _NO_WINDOW
            outcome = self._ask([case])[0]
            reply = outcome.reply
            if reply["status"] != "ok":
                return None, self._why(outcome)
            yours = same_shape(right, reply["value"])
            asked = tuple(chosen.get("plane", ()))
            wrong = first_wrong(right, yours)
            plane = asked or (wrong[0], wrong[-1])
            scene = Scene(self.exercise, outcome.case, outcome.label, right, yours)
            aside = None if yours is not None else set_aside(right, reply["value"])
            plane = plane if right.ndim == 4 else ()
            seen = replace(scene, plane=plane, aside=aside)
            return seen, "" if outcome.passed else sentence(ended(outcome.difference))

    def show(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the front end shows, as plain data."""
        scene, words = self.look(chosen)
        data: dict[str, Any] = {
            "chosen": chosen,  # a scene that equals the last one would not be sent
            "exercise": self.exercise.id,
            "words": words or "Your function gives the right answer here.",
            "controls": self._controls(chosen, scene),
        }
        if scene is None:
            return data
        return data | to_data(scene) | {"start": self._start(scene)}

    def still(self, scene: Scene) -> Words:
        """Return the picture of where the explorer opens, and why it does not move."""
        drawn = still(scene, *self._start(scene))
        framed = "the value that is made below"
        return Words(_NOBODY_MOVES, to_pictures(drawn, framed=framed))

    def _chosen(self, chosen: Mapping[str, Any]) -> Case:
        case: Case = self.cases[chosen.get("case", self.opening)]
        for setting in self.settings:
            number = chosen.get("settings", {}).get(setting.name)
            if number is not None:
                value = setting.choices[number]
                case = with_value(setting, self.exercise, case, value)
        return case

    def _controls(
        self, chosen: Mapping[str, Any], scene: Scene | None
    ) -> list[dict[str, Any]]:
        """Return what can be chosen: for each its name, its choices and the present one."""
        case = self._chosen(chosen)
        labels = [case.label or call_label(self.exercise, case) for case in self.cases]
        inputs = _control("case", "Inputs", labels, chosen.get("case", self.opening))
        found = [inputs]
        for setting in self.settings:
            now = setting.choices.index(value_of(setting, self.exercise, case))
            title = setting.name.capitalize()
            found.append(
                _control(setting.name, title, map(_worded, setting.choices), now)
            )
        if scene is not None and scene.plane:
            sizes = (scene.right.shape[0], scene.right.shape[3])
            names = ("Picture", "Filter" if len(case.args) > 2 else "Channel")
            parts = zip(("picture", "filter"), names, sizes, scene.plane, strict=True)
            found += [_control(k, n, map(str, range(s)), now) for k, n, s, now in parts]
        return [control for control in found if len(control["choices"]) > 1]

    def _start(self, scene: Scene) -> tuple[int, int]:
        plane = scene.of_plane(scene.right)
        yours = None if scene.yours is None else scene.of_plane(scene.yours)
        row, column = first_wrong(plane, yours)
        return row, column

    def _ask(self, cases: list[Case]) -> list[Outcome]:
        subject = subject_in(self.namespace)
        with quiet_tensorflow():
            return list(outcomes(self.exercise, subject, self.answers, cases))

    def _right(self, case: Case) -> Any:
        return self.answers.expected(case).get("value")

    def _why(self, outcome: Outcome) -> str:
        told = chain([ended(outcome.difference)], exception_lines(outcome.reply))
        return f"`{self.exercise.name}` has nothing to explore yet: {' '.join(told)}"


def _control(key: str, title: str, choices: Any, now: int) -> dict[str, Any]:
    return {"key": key, "title": title, "choices": list(choices), "now": now}


def _worded(value: Any) -> str:
    if value is None:
        return "as the window"
    if isinstance(value, tuple):
        return " by ".join(map(str, value))
    return str(value)
