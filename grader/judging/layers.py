"""Say where the layers of two networks differ, in the words of Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from grader.judging.verdict import LayerPair

# As `grader.probing.networks` describes it: "class" and some settings.
Layer = Mapping[str, Any]
# Of less alike networks nobody would look for a single layer.
_ALIKE = 0.5
_SIZES = ("filters", "units", "pool_size", "rate")


def layer_difference(expected: Sequence[Layer], actual: Sequence[Layer]) -> str:
    """Return a sentence on the first layer that differs.

    Args:
        expected: the layers of the right network, in order.
        actual: those of the student's.

    Returns:
        Such as "layer 6, Dense of 120: activation linear, expected relu"; "" if the
        layers are the same, or too different to be compared one by one.
    """
    one, two = [[_key(layer) for layer in side] for side in (expected, actual)]
    have, want = ([str(x["class"]) for x in side] for side in (actual, expected))
    if SequenceMatcher(None, have, want, autojunk=False).ratio() < _ALIKE:
        return ""
    for kind, i, k, j, m in SequenceMatcher(
        None, one, two, autojunk=False
    ).get_opcodes():
        if kind == "insert":
            return f"layer {j + 1}, {named(actual[j])}, is one too many"
        if kind == "delete":
            return f"a layer is missing: {named(expected[i])}, {_place(i, expected)}"
        if kind == "replace":
            return _replaced(i, expected[i:k], j, actual[j:m])
    return ""


def side_by_side(
    expected: Sequence[Layer], actual: Sequence[Layer]
) -> tuple[LayerPair, ...]:
    """Return the layers of two networks in pairs, "" where one has none; () if all agree."""
    one, two = [[_key(layer) for layer in side] for side in (expected, actual)]
    pairs: list[LayerPair] = []
    for kind, i, k, j, m in SequenceMatcher(
        None, one, two, autojunk=False
    ).get_opcodes():
        for right, yours in zip_longest(expected[i:k], actual[j:m]):
            words = _in_full(right, yours), _in_full(yours, right)
            pairs.append(LayerPair(*words, kind == "equal"))
    return () if all(pair.same for pair in pairs) else tuple(pairs)


def _in_full(layer: Layer | None, other: Layer | None) -> str:
    """Return a layer in words, with what differs in one of the same class; "" for none."""
    if layer is None:
        return ""
    if other is None or other["class"] != layer["class"]:
        return named(layer)
    differing = [key for key in layer if shown(other.get(key)) != shown(layer[key])]
    told = [f"{key} {shown(layer[key])}" for key in differing if key not in _SIZES]
    return ", ".join([named(layer), *told])


def _replaced(
    i: int, expected: Sequence[Layer], j: int, actual: Sequence[Layer]
) -> str:
    wanted, given = expected[0], actual[0]
    if wanted["class"] != given["class"]:
        return f"layer {j + 1} is {named(given)}, expected {named(wanted)}"
    changed = [key for key in wanted if given.get(key) != wanted[key]]
    changes = ", ".join(
        f"{key} {shown(given.get(key))}, expected {shown(wanted[key])}"
        for key in changed
    )
    return f"layer {j + 1}, {named(given)}: {changes}"


def _place(i: int, layers: Sequence[Layer]) -> str:
    return f"behind {named(layers[i - 1])}" if i else "at the beginning"


def named(layer: Layer) -> str:
    """Return a layer in a few words, such as "Conv2D of 6"."""
    size = next((shown(layer[key]) for key in _SIZES if key in layer), "")
    return f"{layer['class']} of {size}" if size else str(layer["class"])


def shown(value: Any) -> str:
    """Return a setting as one writes it; the same numbers on both axes are one."""
    if isinstance(value, (list, tuple)):
        return str(value[0]) if len(set(value)) == 1 else "x".join(map(str, value))
    return str(value)


def _key(layer: Layer) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, shown(value)) for key, value in layer.items()))
