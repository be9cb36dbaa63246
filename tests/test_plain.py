"""Plain data crosses unchanged, and nothing else crosses."""

import io
import math
import tracemalloc
import zipfile
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from grader.exceptions import PlainDataError
from grader.probing import plain

VALUES = [
    None,
    True,
    3,
    2**70,
    -2.5,
    "text",
    [1, [2, (3, "x")]],
    {"a": np.arange(6).reshape(2, 3), "b": (np.float32([1.5]), None)},
    {"array": 1},
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_round_trip(value):
    """What is encoded is decoded to the same types and values."""
    decoded = plain.from_bytes(plain.to_bytes(value))
    assert repr(decoded) == repr(value)


ARRAYS = [np.asfortranarray(np.eye(2)), np.arange(6.0)[::-2], np.array([1, 2], ">i4")]


@pytest.mark.parametrize("value", [*VALUES, np.float64(0.1), *ARRAYS], ids=str)
def test_a_copy_is_what_would_arrive(value):
    """Within a process nothing is encoded, and everything arrives the same."""
    arrived, copy = plain.from_bytes(plain.to_bytes(value)), plain.copied(value)
    assert repr(copy) == repr(arrived)
    assert type(copy) is type(arrived)
    if isinstance(value, np.ndarray):
        assert not np.shares_memory(copy, value)
        assert copy.dtype == arrived.dtype
        assert copy.flags.f_contiguous == arrived.flags.f_contiguous


def test_not_finite():
    """NaN and infinities survive, inside arrays and outside."""
    decoded = plain.from_bytes(plain.to_bytes([math.nan, -math.inf, np.array(np.nan)]))
    assert math.isnan(decoded[0])
    assert decoded[1] == -math.inf
    assert np.isnan(decoded[2])


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, np.array([None]), np.array(["a"]), 1j, {(1, 2): 3}],
    ids=lambda v: type(v).__name__,
)
def test_refused(value):
    """Objects, sets, object arrays, text arrays and odd keys are refused."""
    for cross in (plain.to_bytes, plain.copied):
        with pytest.raises(PlainDataError):
            cross(value)


def test_size_cap():
    """More bytes than allowed are refused before they are sent."""
    for cross in (plain.to_bytes, plain.copied):
        with pytest.raises(PlainDataError, match="more than the"):
            cross(np.zeros(1000), max_bytes=4000)


def test_depth_cap():
    """Deep nesting is refused, not followed."""
    value: list = []
    for _ in range(100):
        value = [value]
    for cross in (plain.to_bytes, plain.copied):
        with pytest.raises(PlainDataError, match="deep"):
            cross(value)


def test_no_pickle():
    """An archive with a pickled object is refused, never loaded."""
    buffer = io.BytesIO()
    np.savez(buffer, tree=np.array([{"evil": print}], dtype=object), allow_pickle=True)
    with pytest.raises(PlainDataError):
        plain.from_bytes(buffer.getvalue())


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not an archive"])
def test_garbage(data):
    """Bytes that are no archive give our error, not NumPy's."""
    with pytest.raises(PlainDataError):
        plain.from_bytes(data)


def test_nothing_is_unpacked():
    """A small archive that would unpack to a large array is refused."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, tree=np.zeros(10_000_000, np.uint8))
    with pytest.raises(PlainDataError, match="compressed"):
        plain.from_bytes(buffer.getvalue())


def _packed(tree: str, **arrays: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        text = io.BytesIO()
        np.save(text, np.frombuffer(tree.encode(), np.uint8))
        for name, data in {"tree": text.getvalue(), **arrays}.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def _claims(shape: tuple[int, ...], data: bytes) -> bytes:
    """Give an array of bytes whose header claims a shape."""
    file = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + data


EMPTY = '{"list": []}'
# Made when the test runs: whoever collects the tests need not wait.
LARGE = {
    "items": lambda: _packed('{"list": [' + ", ".join([EMPTY] * 10**6) + "]}"),
    "keys": lambda: _packed(
        '{"dict": {' + ", ".join(f'"{n}": 1' for n in range(10**6 + 1)) + "}}"
    ),
    "arrays": lambda: _packed(EMPTY, **{f"a{n}": b"" for n in range(10**4 + 1)}),
    "shared": lambda: _packed(
        '{"list": [{"array": "a"}, {"array": "a"}]}', a=_claims((3,), b"abc")
    ),
    "header": lambda: _packed('{"array": "a"}', a=_claims((2**31,), b"abc")),
    "depth": lambda: _packed('{"list": [' * 50 + "1" + "]}" * 50),
}


@pytest.mark.parametrize("made", LARGE.values(), ids=LARGE)
def test_nothing_grows(made):
    """What would take many times the memory of its bytes is refused before it does."""
    data = made()
    tracemalloc.start()
    with pytest.raises(PlainDataError):
        plain.from_bytes(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 6 * len(data) + 2**20


@pytest.mark.slow
def test_many_items():
    """What holds too many items crosses nowhere, so that every check says the same."""
    for value in ([[]] * 10**6, [np.zeros(1)] * (10**4 + 1)):
        for cross in (plain.to_bytes, plain.copied):
            with pytest.raises(PlainDataError, match="more than 1,000,000"):
                cross(value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(np.int64(3), 3), (np.float32(0.5), 0.5), (np.bool_(True), True)],
)
def test_numpy_scalars(value, wanted):
    """NumPy's scalars become Python's."""
    assert plain.to_plain(value) == wanted
    assert type(plain.to_plain(value)) is type(wanted)


def test_subclass_of_list():
    """A class that only pretends to be a list is turned into a list."""

    class Liar(list):
        def __eq__(self, other):
            return True

        __hash__ = None

    assert type(plain.to_plain(Liar([1]))) is list


def test_exact_numbers_are_numbers():
    """A fraction and a decimal number are as good as a float."""
    assert plain.to_plain(Fraction(1, 4)) == 0.25
    assert plain.to_plain([Decimal("0.5")]) == [0.5]
    with pytest.raises(PlainDataError, match="beyond all floats"):
        plain.to_plain(Fraction(10**400))
