"""Plain data: the only thing that crosses between a student's process and the judge.

Numbers, text, ``None``, lists, tuples, dictionaries with text keys, and NumPy arrays of
numbers. Encoded as one ``.npz`` archive (read with ``allow_pickle=False``): the arrays,
and a JSON tree that says where each belongs.
"""

from __future__ import annotations

import io
import json
import math
import sys
import zipfile
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 20
# Of arrays, and of numbers, texts and lists: no answer to an exercise comes near.
MAX_ARRAYS, MAX_ITEMS = 10_000, 1_000_000
# A larger integer is no float; nobody compares with it.
MAX_BITS = 1000
MAX_KEY = 200
NUMERIC_KINDS = "biuf"
_TREE = "tree"
# What an archive's list of contents has before each.
_ENTRY = b"PK\x01\x02"
# What an archive adds to the bytes of its arrays: headers and names.
_ARCHIVE_BYTES = 512 * MAX_ARRAYS
_TOO_MANY = f"more than {MAX_ITEMS:,} items, or {MAX_ARRAYS:,} arrays"


def to_bytes(value: Any, max_bytes: int = MAX_BYTES) -> bytes:
    """Encode plain data.

    Args:
        value: numbers, text, ``None``, lists, tuples, dictionaries and numeric arrays,
            nested at most `MAX_DEPTH` deep.
        max_bytes: the largest result allowed.

    Raises:
        PlainDataError: something in `value` is not plain, or it is too large.
    """
    arrays: dict[str, np.ndarray] = {}
    text = json.dumps(_encode(value, arrays, 0)).encode()
    if len(arrays) > MAX_ARRAYS or most_items(text) > MAX_ITEMS:
        raise PlainDataError(_TOO_MANY)
    size = len(text) + sum(array.nbytes for array in arrays.values())
    if size > max_bytes:
        raise PlainDataError(f"{size:,} bytes are more than the {max_bytes:,} allowed")
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        **{_TREE: np.frombuffer(text, np.uint8)},
        **arrays,
    )
    return buffer.getvalue()


def from_bytes(data: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Decode what `to_bytes` made.

    Whoever made it may wish this process ill, so that everything is counted before it
    takes memory: bytes, arrays, and what the tree holds.

    Raises:
        PlainDataError: it is anything else, or larger than is allowed.
    """
    most = max_bytes + _ARCHIVE_BYTES
    if len(data) > most:
        raise PlainDataError(f"{len(data):,} bytes are more than allowed")
    if data.count(_ENTRY) > MAX_ARRAYS + 1:
        raise PlainDataError(_TOO_MANY)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if any(member.compress_size != member.file_size for member in members):
                raise PlainDataError("a compressed archive")
            if sum(member.file_size for member in members) > most:
                raise PlainDataError("the archive unpacks to more than allowed")
            arrays = {
                member.filename.removesuffix(".npy"): _array(archive.read(member))
                for member in members
            }
        return _decode(_tree(arrays.pop(_TREE).tobytes()), arrays)
    except PlainDataError:
        raise
    except Exception as error:
        raise PlainDataError(f"the data cannot be decoded ({error})") from None


def _array(data: bytes) -> np.ndarray:
    """Decode an array of numbers in NumPy's own format."""
    file = io.BytesIO(data)
    shape, by_column, dtype = _header(file)
    if dtype.kind not in NUMERIC_KINDS:
        raise PlainDataError(f"an array of dtype {dtype}")
    begin = file.tell()
    # NumPy itself takes what the header asks for, and then looks what is there.
    if math.prod(shape) * dtype.itemsize != len(data) - begin:
        raise PlainDataError("an array that is not of the size that it claims")
    numbers = np.frombuffer(data, dtype, offset=begin).copy()
    return numbers.reshape(shape, order="F" if by_column else "C")


def _header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    if np.lib.format.read_magic(file) != (1, 0):
        raise PlainDataError("an array in a format that `to_bytes` does not write")
    begin = file.tell()
    try:
        header = np.lib.format.read_array_header_1_0(file)
    except SystemError:
        # Python's parser, which reads it, now and then miscounts its own depth.
        file.seek(begin)
        header = np.lib.format.read_array_header_1_0(file)
    shape, by_column, dtype = header
    return shape, by_column, dtype


def _tree(text: bytes) -> Any:
    if most_items(text) > MAX_ITEMS:
        raise PlainDataError(_TOO_MANY)
    return json.loads(text)


def most_items(text: bytes) -> int:
    """Return the most items that a JSON text can hold, by the marks between them."""
    return sum(text.count(mark) for mark in (b",", b"[", b"{"))


def copied(value: Any, max_bytes: int = MAX_BYTES) -> Any:
    """Return what `from_bytes(to_bytes(value))` gives, without the bytes.

    Raises:
        PlainDataError: as `to_bytes`; what is not an array is measured in memory.
    """
    left, room = max_bytes, MAX_ITEMS

    def copy(value: Any, depth: int) -> Any:
        nonlocal left, room
        room -= MAX_ITEMS // MAX_ARRAYS if isinstance(value, np.ndarray) else 1
        if room < 0:
            raise PlainDataError(_TOO_MANY)
        left -= value.nbytes if isinstance(value, np.ndarray) else sys.getsizeof(value)
        if left < 0:
            raise PlainDataError(f"more than the {max_bytes:,} bytes allowed")
        if depth > MAX_DEPTH:
            raise PlainDataError("data nested too deeply")
        if isinstance(value, np.ndarray):
            return _numeric(value).copy(order="A")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(_integer(value))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return writable(value)
        if isinstance(value, (list, tuple)):
            kind = tuple if isinstance(value, tuple) else list
            return kind(copy(item, depth + 1) for item in value)
        if isinstance(value, dict):
            items = value.items()
            return {writable(_key(k)): copy(item, depth + 1) for k, item in items}
        raise PlainDataError(a_kind(value))

    return copy(value, 0)


def writable(text: str) -> str:
    """Replace what Python's text can hold and no file: halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()


def to_plain(value: Any) -> Any:
    """Turn what a student's function returned into plain data, with no loss of value.

    NumPy scalars become Python numbers, TensorFlow tensors become arrays.

    Raises:
        PlainDataError: the value is of another kind; the message names its type.
    """
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if type(value) is int:
        return _integer(value)
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) in (Decimal, Fraction):
        return _exact(value)
    if isinstance(value, np.ndarray):
        return _numeric(value)
    if isinstance(value, dict):
        return {_key(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(to_plain, value)) if _builtin(value) else _listed(value)
    if type(value).__module__.split(".")[0] in ("tensorflow", "keras"):
        return _numeric(np.asarray(value))
    raise PlainDataError(a_kind(value))


def a_kind(value: Any) -> str:
    """Name a value's type with its article, such as "an int"."""
    if value is None:
        return "None (is a return missing?)"
    return with_article(type(value).__name__)


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun."""
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def _builtin(value: Any) -> bool:
    return type(value) in (list, tuple)


def _listed(value: Any) -> list[Any]:
    return [to_plain(item) for item in value]


def _exact(value: Decimal | Fraction) -> float:
    """Return an exact number as the nearest float."""
    try:
        return float(value)
    except (OverflowError, ValueError) as error:
        raise PlainDataError("a number beyond all floats") from error


def _integer(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise PlainDataError(f"an integer of {value.bit_length():,} bits")
    return value


def _key(key: Any) -> str:
    if isinstance(key, int):
        return str(_integer(key))
    if isinstance(key, (str, np.integer)):
        text = str(key)
        if len(text) > MAX_KEY:
            raise PlainDataError(f"a dictionary with a key of {len(text):,} characters")
        return text
    raise PlainDataError(f"a dictionary with a key of type {type(key).__name__}")


def _numeric(array: np.ndarray) -> np.ndarray:
    array = np.asarray(array)
    if array.dtype.kind not in NUMERIC_KINDS:
        raise PlainDataError(f"an array of dtype {array.dtype}")
    return array


def _encode(value: Any, arrays: dict[str, np.ndarray], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise PlainDataError("data nested too deeply")
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = _numeric(value)
        return {"array": name}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_encode(item, arrays, depth + 1) for item in value]}
    if isinstance(value, dict):
        items = value.items()
        return {"dict": {_key(k): _encode(v, arrays, depth + 1) for k, v in items}}
    raise PlainDataError(a_kind(value))


def _decode(tree: Any, arrays: dict[str, np.ndarray], depth: int = 0) -> Any:
    """Decode a tree; each of the arrays stands in it once."""
    if depth > MAX_DEPTH:
        raise PlainDataError("data nested too deeply")
    if isinstance(tree, str):
        return writable(tree)
    if not isinstance(tree, dict):
        return _integer(tree) if isinstance(tree, int) else tree
    ((kind, content),) = tree.items()
    if kind == "array":
        return arrays.pop(content)
    if kind == "float":
        return float(content)
    if kind == "dict":
        return {
            writable(_key(key)): _decode(item, arrays, depth + 1)
            for key, item in content.items()
        }
    items = [_decode(item, arrays, depth + 1) for item in content]
    return tuple(items) if kind == "tuple" else items
