"""What docs/deploy.md shows on many machines can be run, or at least read by its program."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from test_cluster import STUDENTS, _gradebook, _hand_in

from grader.kernel.sandbox import lock

PAGE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
SCRIPTS = Path(sys.executable).parent


def _shown(heading: str, language: str) -> str:
    """Give the first block of a language under a heading."""
    section = PAGE.split(f"\n{heading}\n")[1]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


def _lines(language: str) -> list[str]:
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return [line.split("  #")[0] for line in "".join(blocks).splitlines()]


@pytest.mark.skipif(not lock.available(), reason="the sandbox needs Linux")
@pytest.mark.complete
@pytest.mark.slow
def test_by_hand(course):
    """The commands grade a class, as they stand there."""
    _hand_in(course, STUDENTS)
    block = _shown("## By hand", "sh")
    assert block.count("&\n") == 2
    subprocess.run(
        ["bash", "-ec", f"trap 'kill $(jobs -p)' EXIT\n{block}"],
        cwd=course.root,
        env=os.environ | {"PATH": f"{SCRIPTS}:{os.environ['PATH']}"},
        check=True,
    )
    assert len(_gradebook(course)) == 3 * len(STUDENTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", [line for line in _lines("sh") if line.startswith("dask ")]
)
def test_options_of_dask(line):
    """Dask has each option that a command gives it."""
    pytest.importorskip("distributed")
    _, command, *rest = shlex.split(line.rstrip("& "))
    done = subprocess.run(
        [SCRIPTS / "dask", command, "--help"], capture_output=True, text=True
    )
    for option in rest:
        if option.startswith("--"):
            assert re.search(rf"{option}\b", done.stdout), option


def test_what_other_programs_read():
    """Python's text compiles, and the chart's values are the same image twice."""
    compile(_shown("## By SLURM", "python"), "slurm.py", "exec")
    values = yaml.safe_load(_shown("## On Kubernetes", "yaml"))
    assert values["worker"]["image"] == values["scheduler"]["image"]
    resources = values["worker"]["resources"]
    assert resources["limits"] == resources["requests"]


def test_what_is_to_be_installed():
    """Each extra that the page names is one of the project."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    extras = set(re.findall(r"'convlab\[(\w+)\]'", PAGE))
    assert extras == {"cluster", "postgresql"}
    assert all(f"\n{extra} = [" in project for extra in extras)
