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
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.exceptions import PlainDataError

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 20
# A larger integer is no float; nobody compares with it.
MAX_BITS = 1000
MAX_KEY = 200
NUMERIC_KINDS = "biuf"
_TREE = "tree"


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
    tree = json.dumps(_encode(value, arrays, 0))
    size = len(tree) + sum(array.nbytes for array in arrays.values())
    if size > max_bytes:
        raise PlainDataError(f"{size:,} bytes are more than the {max_bytes:,} allowed")
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        **{_TREE: np.frombuffer(tree.encode(), np.uint8)},
        **arrays,
    )
    return buffer.getvalue()


def from_bytes(data: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """Decode what `to_bytes` made; raise `PlainDataError` if it is anything else."""
    if len(data) > 2 * max_bytes:
        raise PlainDataError(f"{len(data):,} bytes are more than allowed")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            members = archive.zip.infolist()
            if sum(member.file_size for member in members) > 2 * max_bytes:
                raise PlainDataError("the archive unpacks to more than allowed")
            arrays = {name: _array(archive, name) for name in archive.files}
        return _decode(json.loads(arrays.pop(_TREE).tobytes()), arrays)
    except PlainDataError:
        raise
    except Exception as error:
        raise PlainDataError(f"the data cannot be decoded ({error})") from None


def copied(value: Any, max_bytes: int = MAX_BYTES) -> Any:
    """Return what `from_bytes(to_bytes(value))` gives, without the bytes.

    Raises:
        PlainDataError: as `to_bytes`; what is not an array is measured in memory.
    """
    left = max_bytes

    def copy(value: Any, depth: int) -> Any:
        nonlocal left
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


def _array(archive: Any, name: str) -> Any:
    try:
        return archive[name]
    except SystemError:
        # Python's parser, which reads the header, now and then miscounts its own depth.
        return archive[name]


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


def _decode(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, str):
        return writable(tree)
    if not isinstance(tree, dict):
        return _integer(tree) if isinstance(tree, int) else tree
    ((kind, content),) = tree.items()
    if kind == "array":
        return _numeric(arrays[content])
    if kind == "float":
        return float(content)
    if kind == "dict":
        return {
            writable(_key(key)): _decode(item, arrays) for key, item in content.items()
        }
    items = [_decode(item, arrays) for item in content]
    return tuple(items) if kind == "tuple" else items
