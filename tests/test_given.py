"""What stands in for a function that does not pass yet, and when it does."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

from grader import check, digits, yours_or_given
from grader.course.roles import is_check
from grader.exercises.answers import solution_namespace
from grader.folder import lab_path, solution_path
from grader.graded import OUTSIDE_VARIABLE
from grader.judging.verdict import Verdict
from grader.kernel.client import WidgetsLeftAlone
from grader.notebook import stand_ins
from grader.notebook.check import verdict_on

pytestmark = pytest.mark.slow

STEM = "lab10_mnist_cnn"
NAMES = ("build_cnn", "compile_model", "train")
HISTORY = ["loss", "accuracy", "val_loss", "val_accuracy"]


def _unwritten(*args, **kwargs):
    raise NotImplementedError


def _in_order(model, x_train, y_train, x_val, y_val, epochs, batch_size):
    """Train, but without shuffling."""
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=batch_size,
        shuffle=False,
        verbose=0,
    ).history


@pytest.fixture
def cells():
    """Give the namespace of a notebook in which the three functions are right."""
    InteractiveShell.clear_instance()
    namespace = InteractiveShell.instance().user_ns
    solved = solution_namespace(ROOT / "solutions" / f"{STEM}.py")
    namespace.update({name: solved[name] for name in NAMES})
    yield namespace
    InteractiveShell.clear_instance()


def _stand_ins() -> dict:
    return {name: stand_ins.STAND_INS[f"lab10.{name}"][name] for name in NAMES}


def test_right_functions_are_the_student_s_own(cells, capsys):
    """Whoever passes all checks goes on with what they have written."""
    parts = yours_or_given("lab10", *NAMES)
    assert vars(parts) == {name: cells[name] for name in NAMES}
    assert capsys.readouterr().out == (
        "From here on, `build_cnn`, `compile_model` and `train` are your own.\n"
    )


@pytest.mark.parametrize(
    ("changed", "replaced", "told"),
    [
        ({"train": _in_order}, NAMES[1:], "`train` has not passed its check yet"),
        ({"train": _unwritten}, NAMES[1:], "`train` has not passed its check yet"),
        (
            {"compile_model": None},
            NAMES[1:],
            "`compile_model` has not passed its check",
        ),
        ({"build_cnn": None}, NAMES[:1], "on with the lab's own `build_cnn`. When it"),
        (
            {"build_cnn": _unwritten, "train": None},
            NAMES,
            "`build_cnn` and `train` have not passed their checks yet, so you go on with "
            "the lab's own `build_cnn`, `compile_model` and `train`. When they have, run "
            "this cell and those below again.",
        ),
    ],
    ids=["wrong", "stub", "missing", "network-missing", "two"],
)
def test_what_does_not_pass_is_replaced(cells, capsys, changed, replaced, told):
    """A wrong, an unwritten or a missing function is named and has a stand-in."""
    for name, function in changed.items():
        cells[name] = function
        if function is None:
            del cells[name]
    before = dict(cells)
    parts = yours_or_given("lab10", *NAMES)
    stand_ins = _stand_ins()
    assert vars(parts) == {
        name: stand_ins[name] if name in replaced else cells[name] for name in NAMES
    }
    assert told in capsys.readouterr().out
    assert {name: cells.get(name) for name in NAMES} == {
        name: before.get(name) for name in NAMES
    }


def test_what_a_function_prints_is_kept_from_the_student(cells, capsys):
    """Judging once more repeats no output."""

    def loud():
        print("layer by layer")
        raise NotImplementedError

    cells["build_cnn"] = lambda *args, **kwargs: loud()
    yours_or_given("lab10", *NAMES)
    assert "layer by layer" not in capsys.readouterr().out


def test_nothing_is_judged_where_the_judge_asks_from_outside(
    cells, capsys, monkeypatch
):
    """There the student's own functions come back, also a wrong and a missing one."""
    monkeypatch.setenv(OUTSIDE_VARIABLE, "1")
    monkeypatch.setattr(stand_ins, "verdict_on", lambda *args: pytest.fail("judged"))
    cells["train"] = _in_order
    del cells["build_cnn"]
    parts = yours_or_given("lab10", *NAMES)
    assert (parts.compile_model, parts.train) == (cells["compile_model"], _in_order)
    with pytest.raises(NotImplementedError, match="`build_cnn` is not written yet"):
        parts.build_cnn()
    assert capsys.readouterr().out == ""


def test_what_passed_its_check_is_not_judged_again(cells, monkeypatch):
    """Going on costs nothing after the checks; a function written anew is judged."""
    check("lab10.compile_model")
    judged = []
    monkeypatch.setattr(
        stand_ins, "verdict_on", lambda *a: judged.append(a) or verdict_on(*a)
    )
    yours_or_given("lab10", "compile_model")
    assert not judged
    cells["compile_model"] = _unwritten
    parts = yours_or_given("lab10", "compile_model")
    assert len(judged) == 1
    assert parts.compile_model is not _unwritten


def test_an_error_of_ours_replaces_nothing(cells, monkeypatch):
    """A check that breaks is no reason to doubt the student."""
    broken = Verdict("lab10.train", "grader error", 0.0, 3, "It broke.")
    monkeypatch.setattr(stand_ins, "verdict_on", lambda *args: broken)
    assert vars(yours_or_given("lab10", *NAMES))["train"] is cells["train"]


@pytest.mark.parametrize("name", NAMES)
def test_stand_ins_are_no_answers(name):
    """Whoever hands in a stand-in gets nothing for it."""
    assert verdict_on(f"lab10.{name}", _stand_ins()).points == 0


def _embedded() -> tuple:
    from sklearn.model_selection import train_test_split

    data = digits.load(source="embedded")
    x = (data.x_train / np.float32(255))[..., np.newaxis]
    y = data.y_train.astype("int64")
    x_train, x_val, y_train, y_val = train_test_split(
        x, y, test_size=0.2, stratify=y, random_state=10
    )
    return x_train, y_train, x_val, y_val


@pytest.mark.parametrize("network", ["given", "own"])
def test_stand_ins_learn_digits(cells, network):
    """They train the lab's small network, and a right one of the student's."""
    import keras  # seconds, which whoever collects the tests need not wait

    keras.utils.set_random_seed(10)
    stand_ins = _stand_ins()
    build_cnn = (cells if network == "own" else stand_ins)["build_cnn"]
    model = build_cnn()
    stand_ins["compile_model"](model, learning_rate=0.003)
    history = stand_ins["train"](model, *_embedded(), epochs=5, batch_size=64)
    assert list(history) == HISTORY
    assert all(len(values) == 5 for values in history.values())
    assert history["val_accuracy"][-1] > 0.9
    assert history["loss"][-1] < history["loss"][0]


def test_the_given_network_is_about_as_small():
    """What the lab says of the number of parameters holds for it as well."""
    model = _stand_ins()["build_cnn"]()
    assert model.output_shape == (None, 10)
    assert 0.5 < model.count_params() / 50_890 < 0.6


@pytest.mark.parametrize("scheduled", [False, True])
def test_training_by_hand_steps_as_keras_does(scheduled):
    """Adam, its counter over several calls, and a schedule are those of Keras."""
    import keras

    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(3)
    x = rng.normal(size=(20, 6)).astype("float32")
    y = rng.integers(0, 3, 20)

    def rate():
        schedule = keras.optimizers.schedules.PolynomialDecay(0.05, 6)
        return schedule if scheduled else 0.05

    by_hand = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    by_keras = keras.models.clone_model(by_hand)
    by_keras.set_weights(by_hand.get_weights())
    by_keras.compile(
        keras.optimizers.Adam(rate()),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    stand_ins = _stand_ins()
    stand_ins["compile_model"](by_hand, rate())
    for epochs in (3, 2):
        ours = stand_ins["train"](by_hand, x, y, x, y, epochs, batch_size=20)
        theirs = by_keras.fit(
            x, y, validation_data=(x, y), epochs=epochs, batch_size=20, verbose=0
        ).history
        for key in HISTORY:
            np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-3)
    for mine, other in zip(by_hand.get_weights(), by_keras.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5)


class _Student(WidgetsLeftAlone, NotebookClient):
    """A client that does not play the front end of widgets, as none of ours does."""


def _partly_solved(names: set[str]) -> nbformat.NotebookNode:
    """Give the student's notebook of lab 10 with the solutions of some exercises."""
    lab = nbformat.read(lab_path(ROOT, STEM), as_version=4)
    solved = nbformat.read(solution_path(ROOT, STEM), as_version=4)
    sources = {cell.id: cell.source for cell in solved.cells}
    for cell in lab.cells:
        if cell.id in names:
            cell.source = sources[cell.id]
    return lab


@pytest.mark.complete
def test_lab_10_goes_on_after_two_exercises():
    """From the real run on, no cell of the notebook needs the exercises before it."""
    lab = _partly_solved({"preprocess-solution", "split-solution"})
    _Student(lab, kernel_name="python3", allow_errors=True, timeout=300).execute()
    start = next(n for n, c in enumerate(lab.cells) if "## The real run" in c.source)
    later = [c for c in lab.cells[start:] if c.cell_type == "code" and not is_check(c)]
    outputs = [output for cell in later for output in cell.outputs]
    assert [o.evalue for o in outputs if o.output_type == "error"] == []
    printed = "".join(o.text for o in outputs if o.get("name") == "stdout")
    assert "`build_cnn`, `compile_model` and `train` have not passed" in printed
    assert "test accuracy 9" in printed
    points = {c.metadata.nbgrader.grade_id: c for c in lab.cells if is_check(c)}
    passed = [
        name
        for name, cell in points.items()
        if not any(o.output_type == "error" for o in cell.outputs)
    ]
    assert passed == ["preprocess", "split"]
