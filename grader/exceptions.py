"""Every error Convlab raises on purpose.

ConvlabError            message is one sentence: what is wrong, where, what to do
 +- StudentError        the submission is at fault
 |   +- UnreadableSubmission
 +- InstructorError     the command, the course folder or its settings are at fault
 |   +- UnimportedEdits
 +- HostError           this machine is at fault: network, disk, missing packages
 |   +- DataError
 +- PlainDataError      a value that may not cross between processes
 +- IllegalMove         a move that the rules of Go forbid
 +- CheckFailed         a student's check did not pass (raised so that nbgrader sees it)
"""

from __future__ import annotations


class ConvlabError(Exception):
    """Base of all errors that Convlab raises on purpose."""

    fault = "ours"


class StudentError(ConvlabError):
    """The submission cannot be used as it is."""

    fault = "student"


class UnreadableSubmission(StudentError):
    """The submitted file is not a notebook that can be read."""


class InstructorError(ConvlabError):
    """A command was given something that it cannot work with."""

    fault = "instructor"


class UnimportedEdits(InstructorError):
    """A solution notebook holds edits that its script does not."""


class HostError(ConvlabError):
    """This machine lacks something that the work needs."""

    fault = "host"


class DataError(HostError):
    """The digits could not be found or read."""


class PlainDataError(ConvlabError):
    """A value is not plain data: not a number, text, list, dictionary or array."""

    fault = "student"


class IllegalMove(ConvlabError):
    """A move that the rules of Go forbid; says why."""

    fault = "student"


class CheckFailed(ConvlabError):
    """A check cell did not give full points."""

    fault = "student"

    def _render_traceback_(self) -> list[str]:
        """Return IPython one sentence in place of a traceback through our code."""
        return [str(self)]
