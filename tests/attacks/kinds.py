"""All attacks, by what they try, and what holds each kind; docs/security.md shows them."""

from __future__ import annotations

from dataclasses import dataclass

import on_the_course
import on_the_file
import on_the_host
import on_the_judge
import on_the_judges_time
from attack import Attack


@dataclass(frozen=True)
class Kind:
    """Attacks that try the same.

    Attributes:
        tries: what they try, in a few words.
        holds: the layers or rules that hold; each of those with "or" between them alone.
        attacks: all of them.
    """

    tries: str
    holds: str
    attacks: tuple[Attack, ...]

    def row(self) -> str:
        """Give the kind's row in the table of docs/security.md."""
        different = dict.fromkeys(attack.does for attack in self.attacks)
        shown = " ".join(list(different)[:2])
        cells = (self.tries, str(len(self.attacks)), shown, self.holds)
        return f"| {' | '.join(cells)} |"


KINDS = (
    Kind(
        "reach the network, or another program's socket",
        "namespaces, or seccomp",
        on_the_host.NETWORK,
    ),
    Kind(
        "read right answers, others' work, secrets, the host",
        "namespaces, or Landlock",
        on_the_course.READING,
    ),
    Kind(
        "change the course, the grader, the host",
        "namespaces, or Landlock with seccomp",
        on_the_course.WRITING,
    ),
    Kind(
        "start, signal, watch or end processes",
        "seccomp; for other programs' processes also namespaces, or Landlock with "
        "seccomp; the session replaces a kernel that ended",
        on_the_host.PROCESSES,
    ),
    Kind(
        "use up time, memory, disk and screen",
        "limits, watched from outside the kernel",
        on_the_host.BOMBS,
    ),
    Kind(
        "forge the bytes of an answer",
        "the judge reads plain data only, and counts it first",
        on_the_judge.FORGED_REPLIES,
    ),
    Kind(
        "return what lies about itself",
        "the judge compares plain data, and asks no object",
        on_the_judge.LYING_RESULTS,
    ),
    Kind(
        "change what asks, runs and shows",
        "the judge is another process and believes the kernel nothing",
        on_the_judge.PATCHES,
    ),
    Kind(
        "send the messages of a kernel by hand",
        "the session takes any message, and counts them",
        on_the_judge.MESSAGES,
    ),
    Kind(
        "end the judge, or keep it busy",
        "limits on the judge's own time and memory, and on every answer",
        on_the_judges_time.ATTACKS,
    ),
    Kind(
        "change the lab's cells, roles and points",
        "what is not the student's is put back as it was released",
        on_the_file.NOTEBOOKS,
    ),
    Kind(
        "hand in what is no notebook",
        "only plain files are read, up to limits, and no link is followed",
        on_the_file.HANDED_IN,
    ),
    Kind(
        "be called like code, like a path, like another",
        "names are quoted wherever they are shown, and kept apart",
        on_the_file.NAMES + on_the_file.CASES,
    ),
    Kind(
        "run scripts where the feedback is read",
        "an allow-list cleans feedback; feedback and report forbid scripts",
        on_the_file.PAGES,
    ),
)
ATTACKS = tuple(attack for kind in KINDS for attack in kind.attacks)
