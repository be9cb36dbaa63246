"""The course that is attacked, with its secrets, and one grading run of the whole class."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
from attack import STEM, Attack
from conftest import copy_course

from grader.authoring.sample_class import Material, sample_class
from grader.course.course import Course
from grader.course.gradebook import Gradebook
from grader.course.seeds import course_seed
from grader.folder import CONFIG_NAME, write_whole
from grader.grading.entry import Entry
from grader.grading.journal import Journal
from grader.kernel import folders
from grader.kernel.sandbox import lock
from grader.kernel.sandbox.lock import NAMESPACES

NEIGHBOURS = ("all-right", "partial")
TOKEN = "token-8c1f0e5b7d"
IN_A_SUBMISSION = "words-of-a-neighbour-41d7"
IN_A_FILE = "content-of-a-file-93b2"
LIMITS = {
    "cell_seconds": 4,
    "grace_seconds": 2,
    "notebook_seconds": 180,
    "memory_mb": 256,
    "disk_mb": 32,
    "cell_output_mb": 1,
    "notebook_output_mb": 4,
    "judge_seconds": 20,
    "judge_memory_mb": 1024,
}
_CONVLAB = (sys.executable, "-m", "grader")
# As the profiles of many containers do it: the call that makes namespaces fails.
_WITHOUT_NAMESPACES = (
    sys.executable,
    "-c",
    "import errno, os, sys\n"
    "from grader.kernel.sandbox import seccomp\n"
    "seccomp._install(seccomp._program([seccomp._deny('unshare', errno.EPERM)]), 0)\n"
    "os.execv(sys.argv[1], sys.argv[1:])",
)
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
# A process that noticed the end of the run needs its turn on a busy machine.
_ENDING_SECONDS = 10.0


@dataclass
class Field:
    """A graded class of attackers and two honest neighbours.

    Attributes:
        attacks: what was handed in.
        course: where it was graded.
        outside: a folder of the host with a secret and a socket.
        temporary: where all temporary folders of the run were.
        layers: of the sandbox, which the run has; none for `--no-sandbox`.
        entries: what the journal holds, by student.
        printed: what the command printed.
        code: its exit code.
        before, after: hashes of what nobody may change.
        left: command lines of processes that outlived the run.
        files_left: what the run left among the temporary files.
        victim_lives: the process attacked still runs.
        memory_mb: of the largest process.
    """

    attacks: tuple[Attack, ...]
    course: Course
    outside: Path
    temporary: Path
    layers: tuple[str, ...] = field(default_factory=lock.available)
    entries: dict[str, Entry] = field(default_factory=dict)
    printed: str = ""
    code: int = 0
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    files_left: list[str] = field(default_factory=list)
    victim_lives: bool = False
    memory_mb: float = 0.0

    @property
    def graded(self) -> list[Attack]:
        """Give the attacks that appear in the gradebook."""
        return [attack for attack in self.attacks if attack.graded]

    @property
    def submitted(self) -> Path:
        """Give the folder of submissions."""
        return self.course.root / "submitted"

    def marks(self) -> list[str]:
        """Give the texts that may appear nowhere but where they belong."""
        seed = (self.course.root / ".convlab" / "seed").read_text().strip()
        return [TOKEN, IN_A_FILE, IN_A_SUBMISSION, seed]

    def page(self, student: str) -> Path:
        """Give the path of a student's feedback."""
        return self.course.root / "feedback" / student / STEM / f"{STEM}.html"

    def gradebook_points(self, student: str) -> dict[str, float]:
        """Give what nbgrader's gradebook holds, by exercise."""
        with Gradebook(self.course.db_url) as gradebook:
            notebook = gradebook.find_submission_notebook(STEM, STEM, student)
            return {g.name: g.score for g in notebook.grades if g.name != "explain"}

    def untouchable(self) -> dict[str, str]:
        """Give the hash, mode and time of everything that no submission may change."""
        folders = ["solutions", "labs", "submitted", ".convlab/seed", CONFIG_NAME]
        roots = [self.course.root / name for name in folders] + [self.outside]
        return {
            str(path): _fingerprint(path)
            for root in roots
            for path in (root, *sorted(root.rglob("*")))
        }


def _fingerprint(path: Path) -> str:
    status = path.lstat()
    told = f"{status.st_mode:o} {status.st_uid} {status.st_mtime_ns} {status.st_nlink}"
    if path.is_file() and not path.is_symlink():
        told += hashlib.sha256(path.read_bytes()).hexdigest()
    return told


def new_course(folder: Path, seed: str = "") -> Course:
    """Make a course with short limits and two honest students, one of them half right."""
    course = copy_course(folder)
    config = course.root / CONFIG_NAME
    lines = [f"c.Limits.{name} = {value}" for name, value in LIMITS.items()]
    config.write_text("\n".join([config.read_text(), *lines, ""]))
    if seed:
        write_whole(course.root / ".convlab" / "seed", seed)
    course_seed(course.root)
    submitted = course.root / "submitted"
    for student in sample_class(course, STEM, submitted):
        if student not in NEIGHBOURS:
            shutil.rmtree(submitted / student)
    path = submitted / "all-right" / STEM / f"{STEM}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    # A comment: it is in the file, and in nobody else's page.
    notebook.cells.insert(
        0, nbformat.v4.new_code_cell(f"# {IN_A_SUBMISSION}", id="own")
    )
    nbformat.write(notebook, path)
    return course


@contextmanager
def prepared(root: Path, attacks: Iterable[Attack]) -> Iterator[Field]:
    """Set up the course, the attackers, and what they aim at."""
    with ExitStack() as stack:
        # Short: the path of a socket has 107 bytes at most.
        temporary = Path(tempfile.mkdtemp(prefix="a-", dir=tempfile.gettempdir()))
        stack.callback(folders.remove, temporary)
        outside = root / "outside"
        outside.mkdir()
        (outside / "secret").write_text(IN_A_FILE)
        course = new_course(root / "course")
        here = Field(tuple(attacks), course, outside, temporary)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        abstract = f"convlab-attacked-{os.getpid()}"
        os.symlink(outside, temporary / "o")  # also a path may be too long
        for name in (f"{temporary}/o/socket", f"\0{abstract}"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(name)
            listener.listen()
        (temporary / "o").unlink()
        sleep = [sys.executable, "-c", "import time; time.sleep(3600)"]
        victim = stack.enter_context(
            subprocess.Popen(sleep, env={"INSTRUCTOR_TOKEN": TOKEN})
        )
        stack.callback(victim.kill)
        words = {
            "ABSTRACT": abstract,
            "COURSE": str(here.course.root),
            "HEXMARKS": " ".join(mark.encode().hex() for mark in here.marks())
            + " "
            + b"def _double_cases".hex(),
            "OUTSIDE": str(outside),
            "STEM": STEM,
            "TCP": str(tcp.getsockname()[1]),
            "TMP": str(temporary),
            "UDP": str(udp.getsockname()[1]),
            "VICTIM": str(victim.pid),
        }
        write_class(here, here.attacks, words)
        yield here
        here.victim_lives = victim.poll() is None and _state(victim.pid) != "T"


def write_class(here: Field, attacks: Iterable[Attack], words: dict[str, str]) -> None:
    """Let every attacker hand in."""
    released, solution = here.course.released(STEM), here.course.solution(STEM)
    solved = nbformat.read(solution, as_version=4)
    for cell in solved.cells:
        lines = cell.source.splitlines()
        cell.source = "\n".join(line for line in lines if "### " not in line)
    material = Material(STEM, solved, nbformat.read(released, as_version=4))
    for attack in attacks:
        attack.write(here.submitted, material, words)


def grade(here: Field, workers: int = 6) -> None:
    """Grade the class with the command, write the pages, and look at what is left."""
    here.before = here.untouchable()
    with orphans_come_here() as outlived:
        with _Largest() as largest:
            locked = () if here.layers else ("--no-sandbox",)
            done = _convlab(here, "grade", STEM, "--workers", str(workers), *locked)
        here.memory_mb = largest.megabytes
        here.left = outlived()
    here.code, here.printed = done.returncode, done.stdout
    here.after = here.untouchable()
    here.entries = {e.student: e for e in Journal(here.course.root).latest(STEM)}
    if done.returncode == 0:
        for command in ("feedback", "report"):
            done = _convlab(here, command, STEM)
            here.printed += done.stdout
            here.code = here.code or done.returncode
    here.files_left = sorted(path.name for path in here.temporary.iterdir())


class _Largest(threading.Thread):
    """Looks now and then how much memory the largest process below this one has."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._done = threading.Event()

    def __enter__(self) -> _Largest:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        while not self._done.wait(0.1):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    found = process.memory_info().rss / 2**20
                    self.megabytes = max(self.megabytes, found)


@contextmanager
def orphans_come_here() -> Iterator[Callable[[], list[str]]]:
    """Give what tells the commands of processes that were started and do not end."""
    before = set(_descendants())

    def outlived() -> list[str]:
        deadline = time.monotonic() + _ENDING_SECONDS
        while (left := set(_descendants()) - before) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [_command(pid) for pid in left]

    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    try:
        yield outlived
    finally:
        ctypes.CDLL(None).prctl(_SUBREAPER, 0, 0, 0, 0)


def _convlab(here: Field, *arguments: str) -> subprocess.CompletedProcess[str]:
    alone = here.layers and NAMESPACES not in here.layers
    around = _WITHOUT_NAMESPACES if alone else ()
    return subprocess.run(
        [*around, *_CONVLAB, *arguments],
        cwd=here.course.root,
        env=os.environ | {"TMPDIR": str(here.temporary), "INSTRUCTOR_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _descendants() -> Iterator[int]:
    """Give the pids of all processes below this one, without those that only wait."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    todo = [os.getpid()]
    while todo:
        found = children.get(todo.pop(), [])
        yield from found
        todo += found


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
