"""What is asked in words: its points, what counts in an answer, and one way to put it.

All of it stands in the solved notebook, from where `make labs` copies it beside the lab's
exercises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grader.exceptions import InstructorError
from grader.exercises import stem_of
from grader.folder import PACKAGE

FILE = "written.json"


@dataclass(frozen=True)
class Written:
    """One question that is answered in words and graded by hand.

    Attributes:
        points: the full score.
        criteria: what counts in an answer, a sentence each.
        answer: one way to put it, in Markdown; empty where the course keeps it back.
    """

    points: float
    criteria: tuple[str, ...]
    answer: str = ""


def path_of(lab: str) -> Path:
    """Return the file that holds a lab's questions in words."""
    return PACKAGE / "exercises" / stem_of(lab) / FILE


def of_lab(lab: str) -> dict[str, Written]:
    """Return a lab's questions in words by name, in order."""
    try:
        return loads(path_of(lab).read_text("utf-8"))
    except OSError:
        return {}  # a lab that asks for code alone


def get(question_id: str) -> Written:
    """Return a question by id, such as "lab03.explain".

    Raises:
        InstructorError: there is no such question.
    """
    lab, _, name = question_id.partition(".")
    try:
        return of_lab(lab)[name]
    except KeyError:
        raise InstructorError(
            f"No question {question_id!r} is answered in words."
        ) from None


def by_hand(lab: str) -> float:
    """Return how many of a lab's points are given by hand."""
    return sum(written.points for written in of_lab(lab).values())


def loads(text: str) -> dict[str, Written]:
    """Return the questions of a file."""
    return {
        name: Written(fields["points"], tuple(fields["criteria"]), fields["answer"])
        for name, fields in json.loads(text).items()
    }


def dumps(questions: Mapping[str, Written]) -> str:
    """Return the text of a file, the same for the same questions."""
    data = {name: asdict(written) for name, written in questions.items()}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def without_answers(questions: Mapping[str, Written]) -> dict[str, Written]:
    """Return questions with what counts, and no answer."""
    return {name: replace(written, answer="") for name, written in questions.items()}
