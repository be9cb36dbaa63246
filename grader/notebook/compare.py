"""An answer in words beside what counts in one: `compare`."""

from __future__ import annotations

import re
import time

from grader.exercises import written
from grader.exercises.written import Written
from grader.graded import is_graded
from grader.notebook.saved import saved

# What students write counts once it is this much; a sentence has at least three words.
_SENTENCES, _WORDS = 2, 3
# What stands in the cell before anybody writes.
_PLACEHOLDER = "YOUR ANSWER HERE"

_NOT_FOUND = (
    "The file of this notebook was not found beside its kernel: save the notebook there "
    "and run this cell again. Where it has no file, as on Colab, write your answer into "
    'the cell as well: compare("{}", "...").'
)
_TOO_SHORT = (
    "Write at least two sentences in the cell above, save the notebook, and run this "
    "cell again. Your answer, as it was at {}, has {}."
)


def compare(question_id: str, answer: str | None = None) -> None:
    """Show what counts in an answer in words, once the student has written one.

    Args:
        question_id: such as "lab03.explain".
        answer: the answer; by default it is read from the saved notebook.
    """
    from IPython.display import display

    if is_graded():
        return
    question = written.get(question_id)
    lab, _, name = question_id.partition(".")
    when = _clock(time.time())
    if answer is None:
        notebook = saved(lab)
        if notebook is None:
            print(_NOT_FOUND.format(question_id))
            return
        answer, when = notebook.text(name), _clock(notebook.path.stat().st_mtime)
    count = sentences(answer)
    if count < _SENTENCES:
        print(_TOO_SHORT.format(when, count or "none"))
    else:
        display(Comparison(question, when))


def sentences(text: str) -> int:
    """Return how many sentences a text has."""
    parts = re.split(r"[.!?]+(?=\s|$)", text.replace(_PLACEHOLDER, ""))
    return sum(len(part.split()) >= _WORDS for part in parts)


class Comparison:
    """What counts in an answer, and one way to put it; shows itself as Markdown."""

    def __init__(self, question: Written, when: str) -> None:
        self.question = question
        self.when = when

    def __repr__(self) -> str:
        return self._repr_markdown_().replace("**", "")

    def _repr_markdown_(self) -> str:
        criteria = "\n".join(f"- {line}" for line in self.question.criteria)
        heading = f"**What counts** in your answer, as it was at {self.when}:"
        return "\n\n".join((heading, criteria, *self._answer()))

    def _answer(self) -> tuple[str, ...]:
        if not self.question.answer:
            return ("Your instructor keeps the model answer, and gives the points.",)
        words = "**One way to put it**, beside which yours may be as good:"
        return (words, self.question.answer)


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M", time.localtime(seconds))
