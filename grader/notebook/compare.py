"""An answer in words beside what counts in one: `compare`."""

from __future__ import annotations

import re
import time
from pathlib import Path

from grader.exercises import written
from grader.exercises.written import Written
from grader.graded import is_graded
from grader.notebook.saved import saved

# What students write counts once it is this much; a sentence has at least three words.
_SENTENCES, _WORDS = 2, 3
# What stands in the cell before anybody writes.
_PLACEHOLDER = "YOUR ANSWER HERE"


def compare(question_id: str) -> None:
    """Show what counts in an answer in words, once the student has written one.

    Args:
        question_id: such as "lab03.explain"; the answer is read from the saved notebook.
    """
    from IPython.display import display

    if is_graded():
        return
    question = written.get(question_id)
    lab, _, name = question_id.partition(".")
    notebook = saved(lab)
    if notebook is None:
        print(
            "The file of this notebook was not found beside its kernel: save the "
            "notebook there under a name that ends in .ipynb, and run this cell again."
        )
        return
    count = sentences(notebook.text(name))
    if count < _SENTENCES:
        print(
            f"Write at least two sentences in the cell above, save the notebook, and "
            f"run this cell again. The answer that was saved at "
            f"{_clock(notebook.path)} has {count or 'none'}."
        )
        return
    display(Comparison(question, _clock(notebook.path)))


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
        blocks = ("**What counts** in your answer:", criteria, *self._answer())
        return "\n\n".join(blocks)

    def _answer(self) -> tuple[str, ...]:
        if not self.question.answer:
            return ("Your instructor keeps the model answer, and gives the points.",)
        words = "**One way to put it**, beside which yours may be as good:"
        changed = f"Your answer was saved at {self.when}; change it, and save it again."
        return (words, self.question.answer, changed)


def _clock(path: Path) -> str:
    return time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
