"""Without a sandbox no attack on the judge gets a point either: that is the judge's work."""

from __future__ import annotations

import on_the_judge
import pytest
from attack import Attack
from field import NEIGHBOURS, Field, grade, prepared

pytestmark = [pytest.mark.slow, pytest.mark.complete]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Field:
    """Grade the attacks that leave the host alone, in ordinary kernels."""
    root = tmp_path_factory.mktemp("unprotected")
    with prepared(root, on_the_judge.ATTACKS) as here:
        here.layers = ()
        grade(here)
    return here


def test_the_run_ends_well(field: Field) -> None:
    """Everybody is graded, unprotected, and the honest ones as ever."""
    assert field.code == 0, field.printed
    expected = {attack.name for attack in on_the_judge.ATTACKS} | set(NEIGHBOURS)
    assert set(field.entries) == expected
    assert not any(entry.layers for entry in field.entries.values())
    assert field.after == field.before
    assert field.files_left == []
    points = [sum(field.gradebook_points(name).values()) for name in NEIGHBOURS]
    assert points == [3, 1]


@pytest.mark.parametrize("attack", on_the_judge.ATTACKS, ids=lambda a: a.name)
def test_attack(field: Field, attack: Attack) -> None:
    """It has the points that its work is worth, here and in the gradebook."""
    verdicts = field.entries[attack.name].verdicts
    points = {name: verdict.points for name, verdict in verdicts.items()}
    assert tuple(points.values()) == attack.points, verdicts
    assert field.gradebook_points(attack.name) == points
    assert "grader error" not in {verdict.status for verdict in verdicts.values()}
