"""One submission's verdicts in the forms in which Gradescope and PrairieLearn read them.

Gradescope reads tests with points and adds up what a person gives by hand; PrairieLearn
reads a share of the points, and whether the attempt could be graded at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.exceptions import ConvlabError
from grader.judging.render import MARKS, to_text
from grader.judging.verdict import Verdict

_NOT_GRADED = (
    "This could not be graded, through no fault of yours. Hand in again later."
)


def gradescope(
    verdicts: Sequence[Verdict], notes: Sequence[str], seconds: float
) -> dict[str, Any]:
    """Return Gradescope's results of a submission.

    Raises:
        ConvlabError: there is no verdict through a fault of ours; without a result
            Gradescope says that the autograder failed, and gives no points.
    """
    if any(verdict.status == "grader error" for verdict in verdicts):
        raise ConvlabError(_NOT_GRADED)
    return {
        "output": "\n".join(notes),
        "execution_time": round(seconds),
        "stdout_visibility": "hidden",
        "visibility": "visible",
        "tests": [
            {
                "name": verdict.exercise,
                "score": verdict.points,
                "max_score": verdict.max_points,
                "status": "passed" if verdict.passed else "failed",
                "output": to_text(verdict),
                "output_format": "text",
                "visibility": "visible",
            }
            for verdict in verdicts
        ],
    }


def prairielearn(
    verdicts: Sequence[Verdict], notes: Sequence[str], seconds: float
) -> dict[str, Any]:
    """Return PrairieLearn's results of a submission.

    What could not be graded through a fault of ours costs no attempt.
    """
    if any(verdict.status == "grader error" for verdict in verdicts):
        return {"gradable": False, "format_errors": [_NOT_GRADED]}
    got = sum(verdict.points for verdict in verdicts)
    most = sum(verdict.max_points for verdict in verdicts)
    return {
        "gradable": True,
        "score": got / most if most else 0.0,
        "message": "\n".join(notes),
        "output": f"graded in {seconds:.0f} s",
        "tests": [
            {
                "test_id": verdict.exercise,
                "name": f"{MARKS[verdict.status]} {verdict.exercise}",
                "points": verdict.points,
                "max_points": verdict.max_points,
                "message": to_text(verdict),
            }
            for verdict in verdicts
        ],
    }
