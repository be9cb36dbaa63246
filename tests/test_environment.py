"""The files that say what to install agree, and name nobody's machine."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def _name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def test_conda_users_get_the_same():
    """environment.yml asks for the Python and the packages of pyproject.toml."""
    text = (ROOT / "environment.yml").read_text("utf-8")
    packages = re.findall(r"^      - (\S+)$", text, re.MULTILINE)
    dev = PROJECT["optional-dependencies"]["dev"]
    assert sorted(packages) == sorted(PROJECT["dependencies"] + dev)
    assert f"python{PROJECT['requires-python']}" in text


@pytest.mark.parametrize(
    "requirement",
    PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
)
def test_locked(requirement):
    """Every requirement is locked to a version, with hashes."""
    pattern = rf"^{re.escape(_name(requirement))}==\S+.*\\\n    --hash=sha256:"
    assert re.search(pattern, LOCK, re.MULTILINE)


def test_lock_names_no_address():
    """The lock file holds names, versions and hashes only."""
    assert "://" not in LOCK
    for line in LOCK.splitlines():
        assert re.match(r"[a-z0-9.-]+==|    --hash=sha256:[0-9a-f]{64}", line), line


def _tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_built_and_graded_files_are_not_committed():
    """Nothing that grading writes is in git."""
    names = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    unwanted = {"submitted", "autograded", "feedback", "gradebook.db", "report.html"}
    assert names & (unwanted | {".venv", ".convlab"}) == set()


def test_mnist_is_not_committed():
    """No data set lies in the repository."""
    large = [path for path in _tracked() if path.stat().st_size > 2**21]
    assert large == []
    assert not [path for path in _tracked() if path.suffix == ".gz"]
