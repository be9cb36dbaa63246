"""A verdict is right, names the mistake, shows where, and never blames wrongly."""

import signal
from dataclasses import replace

import numpy as np
import pytest

from grader.judging.answers import LiveAnswers, Remembered
from grader.judging.compare import Difference
from grader.judging.exercise import Case, Exercise, Mistake
from grader.judging.judge import judge
from grader.judging.subject import InProcess
from grader.judging.verdict import Verdict
from grader.judging.words import TOO_MUCH


def _cases(rng):
    return [
        Case((np.array([1, -2, 3]),), label="integers", part="values"),
        Case((rng.normal(size=4),), label="floats", part="values"),
        Case((np.array([5.0]),), {"scale": 3}, label="scaled", part="scale"),
    ]


def _reference(x, scale=2):
    return np.multiply(x, scale)


def _in_place(reference, x, scale=2):
    x[:] = reference(x, scale)
    return x


EXERCISE = Exercise(
    id="lab99.scaled",
    points=4,
    cases=_cases,
    reference=_reference,
    mistakes=(
        Mistake("scale ignored", "Use it.", lambda r, x, scale=2: r(x)),
        Mistake("squared", "Not the square.", lambda r, x, scale=2: x * x),
        Mistake("in place", "Copy.", _in_place),
        Mistake("too long", "Too long.", lambda r, x, scale=2: np.append(r(x), 0)),
    ),
    parts={"values": 0.75, "scale": 0.25},
    forbidden=("numpy.dot",),
    where=lambda index, x, scale=2: f"fed by x[{index[0]}] = {x[index]}",
    time_limit=0.5,
)


def _judge(function, source="", seed=0, exercise=EXERCISE):
    subject = InProcess({"scaled": function}, source)
    return judge(exercise, subject, LiveAnswers(exercise, _reference), seed)


def test_right():
    """A right answer gets all points."""
    verdict = _judge(lambda x, scale=2: [v * scale for v in x])
    assert (verdict.status, verdict.points) == ("passed", 4)


@pytest.mark.parametrize("mistake", EXERCISE.mistakes, ids=lambda m: m.name)
def test_named(mistake):
    """Each mistake is told as itself."""

    def wrong(*args, **kwargs):
        return mistake.wrong(_reference, *args, **kwargs)

    verdict = _judge(wrong)
    assert verdict.status == "failed"
    assert verdict.mistakes == ((mistake.name, mistake.hint),)


def test_partial():
    """Independent parts count for themselves."""
    verdict = _judge(lambda x, scale=2: np.multiply(x, 2))
    assert verdict.points == 3
    assert [case.passed for case in verdict.cases] == [True, True, False]


def test_unknown_mistake_shows_where():
    """An unknown mistake is not named, and still shown with the window that feeds it."""
    verdict = _judge(lambda x, scale=2: np.multiply(x, scale) + 1)
    assert verdict.mistakes == ()
    assert "at [0] it is 3, expected 2" in verdict.evidence[0]
    assert verdict.evidence[1] == "fed by x[0] = 1"


def test_an_input_that_is_changed_on_the_way_is_told():
    """A wrong result may come from an input that the function writes into."""

    def accumulating(x, scale=2):
        x += 1
        return x * scale

    verdict = _judge(accumulating)
    assert verdict.mistakes == ()
    assert "also changes its input (`x`)" in verdict.evidence[1]


def test_a_long_example_stands_on_several_lines():
    """Arrays of a worked example are laid out in rows, so that one can follow by hand."""
    grid = np.arange(12.0).reshape(2, 6) / 7
    case = Case((grid,), {"scale": 3}, part="values")
    exercise = replace(EXERCISE, cases=lambda rng: [case], where=None)
    verdict = _judge(lambda x, scale=2: x - scale, exercise=exercise)
    lines = verdict.example.splitlines()
    assert [line.split("[")[0] for line in lines] == [
        *("scaled(x, scale=3)", "x =", "    ", "     "),
        *("right =", "    ", "     ", "yours =", "    ", "     "),
    ]
    assert lines[2].rindex(",") == lines[3].rindex("]")


def test_an_example_shows_a_picture_as_a_matrix():
    """An array of four axes is named matrices, and no zero is negative."""
    picture = np.array([[-0.0, 1.0], [2.0, 3.0]])[None, ..., None]
    exercise = replace(
        EXERCISE, cases=lambda rng: [Case((picture,), part="values")], where=None
    )
    verdict = _judge(lambda x, scale=2: x + 7, exercise=exercise)
    assert verdict.example.splitlines() == [
        "scaled(x)",
        "x[0, :, :, 0] =",
        "    [[0, 1],",
        "     [2, 3]]",
        "right[0, :, :, 0] =",
        "    [[0, 2],",
        "     [4, 6]]",
        "yours[0, :, :, 0] =",
        "    [[ 7,  8],",
        "     [ 9, 10]]",
    ]


def test_an_example_that_shows_no_difference_is_none():
    """A wrong dtype of the same numbers is told in words; an example would confuse."""
    case = Case((np.array([1.0, 2.0]),), part="values")
    exercise = replace(EXERCISE, cases=lambda rng: [case], comparison=_same_dtype)
    verdict = _judge(lambda x, scale=2: (2 * x).astype("float32"), exercise=exercise)
    assert not verdict.passed
    assert verdict.example == ""


def _same_dtype(expected, actual):
    same = expected.dtype == actual.dtype
    return None if same else Difference("type", "the dtype is another")


def test_an_example_of_a_dictionary_has_an_item_on_each_line():
    """Each item can be compared with the right one, the last as well as the first."""
    case = Case((np.array([1.0, 2.0]),), part="values")

    def named(x, scale=2):
        return {"loss": float(x.sum()), "shares": x * scale}

    exercise = replace(EXERCISE, cases=lambda rng: [case], where=None)
    subject = InProcess({"scaled": lambda x, scale=2: {**named(x), "loss": 0.5}})
    verdict = judge(exercise, subject, LiveAnswers(exercise, named))
    assert verdict.example.splitlines() == [
        "scaled([1, 2])",
        "right['loss'] = 3",
        "right['shares'] = [2, 4]",
        "yours['loss'] = 0.5",
        "yours['shares'] = [2, 4]",
    ]


def test_untouched():
    """A released stub is not a mistake, only not written yet."""

    def stub(x, scale=2):
        raise NotImplementedError

    verdict = _judge(stub)
    assert verdict.points == 0
    assert "not written yet" in verdict.message


def test_missing():
    """A name that is not defined is said to be so."""
    subject = InProcess({})
    verdict = judge(EXERCISE, subject, LiveAnswers(EXERCISE, _reference))
    assert "`scaled` is not defined" in verdict.message
    assert verdict.points == 0


def test_exception_is_shown():
    """The student's exception is told with its line, without our traceback."""

    def broken(x, scale=2):
        return x.no_such_thing

    verdict = _judge(broken)
    assert "AttributeError" in verdict.evidence[0]
    assert "return x.no_such_thing" in verdict.evidence[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "handler", [signal.default_int_handler, signal.SIG_IGN, lambda *_: None]
)
def test_endless_loop(handler):
    """A loop without end is stopped, whoever keeps interrupts, and costs one time limit."""

    def endless(x, scale=2):
        while True:
            pass

    before = signal.signal(signal.SIGINT, handler)
    try:
        verdict = _judge(endless)
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(verdict.cases) == 1
    # The second is for a machine so busy that the loop gets a tenth of a processor.
    told = verdict.evidence[0]
    assert "never ends" in told or "the computer is busy" in told


def test_not_plain():
    """An object in place of a number is refused in words."""
    verdict = _judge(lambda x, scale=2: object())
    assert "gives an object" in verdict.evidence[0]


@pytest.mark.slow
def test_no_model():
    """A network that is built and not returned is asked for."""
    case = Case(extra={"inputs": np.zeros((1, 2)), "weight_seed": 0}, part="values")
    exercise = replace(EXERCISE, probe="network", cases=lambda rng: [case])
    verdict = _judge(lambda: None, exercise=exercise)
    assert "None (is a return missing?) in place of a Keras" in verdict.evidence[0]


def test_forbidden():
    """A forbidden call is named and costs the points, even with right values."""
    source = "import numpy as np\ndef scaled(x, scale=2): return np.dot(x, scale)"
    verdict = _judge(lambda x, scale=2: np.dot(x, scale), source)
    assert verdict.points == 0
    assert "`numpy.dot`" in verdict.message


def test_grader_error():
    """A broken reference is our fault, and said to be so."""

    def judged(x, scale=2):
        return x

    answers = LiveAnswers(EXERCISE, lambda x, scale=2: 1 / 0)
    verdict = judge(EXERCISE, InProcess({"scaled": judged}), answers)
    assert verdict.status == "grader error"
    assert "no fault of yours" in verdict.message


def test_memory_that_an_answer_filled_is_not_remembered():
    """The next student's right answer is compared with a right one."""
    full = [True]

    def reference(x, scale=2):
        if full:
            full.pop()
            raise MemoryError
        return _reference(x, scale)

    answers = Remembered(LiveAnswers(EXERCISE, reference))
    subject = InProcess({"scaled": _reference})
    first, second = (judge(EXERCISE, subject, answers) for _ in range(2))
    assert (first.status, first.message) == ("failed", TOO_MUCH)
    assert second.passed


def test_seed_changes_inputs():
    """Another seed draws other inputs, so a table of answers does not pass."""
    known = {}

    def memorised(x, scale=2):
        return known.setdefault(x.tobytes() + bytes([scale]), _reference(x, scale))

    assert _judge(memorised).passed
    table = dict(known)

    def from_table(x, scale=2):
        return table[x.tobytes() + bytes([scale])]

    assert _judge(from_table).passed
    assert not _judge(from_table, seed=12345).passed


def test_lying_equality():
    """An object that says it equals everything passes nothing."""

    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = None

    verdict = _judge(lambda x, scale=2: [Liar(0)] * len(x))
    assert verdict.points == 0


def test_verdict_survives_json():
    """A verdict read back from JSON is the same."""
    verdict = _judge(lambda x, scale=2: x)
    assert Verdict.from_json(verdict.to_json()) == verdict
