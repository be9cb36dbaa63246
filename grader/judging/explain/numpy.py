"""NumPy's errors in our words."""

from __future__ import annotations

import re

from grader.judging.explain.known import (
    NO_POWER,
    ROUND,
    SHAPE,
    Groups,
    N,
    known_error,
    misfit,
    shapes_in,
    tidy,
)


def _broadcasting(groups: Groups) -> str:
    return misfit(shapes_in(groups["shapes"]))


def _reshape(groups: Groups) -> str:
    sizes = re.findall(r"-?\d{1,9}|newaxis", groups["shape"])
    known = 1
    for size in sizes:
        known *= int(size) if size.isdigit() else 1
    shape = tidy(f"({', '.join(sizes)})".replace("newaxis", "-1"))
    needs = f"a multiple of {known}" if "-1" in shape else f"{known}"
    return (
        f"An array of {groups['size']} numbers is to get the shape {shape}, "
        f"which takes {needs}: look at the sizes you multiply."
    )


def _index(groups: Groups) -> str:
    size = int(groups["size"])
    entries = f"has the size {size}, so 0 to {size - 1}" if size else "is empty"
    return (
        f"There is no index {groups['index']} on axis {groups['axis']}, which {entries}: "
        "look at the first and the last index your code reaches."
    )


def _number(groups: Groups) -> str:
    return (
        f"A {groups['kind']} stands where a whole number is needed, such as a size or an index: "
        + (
            "look for a division with `/`, which always gives a float."
            if groups["kind"] == "float"
            else "look at the value that is passed there."
        )
    )


NUMPY = (
    known_error(
        "ValueError",
        rf"must provide window_shape for all dimensions of `x`; got (?P<got>{N}) window_shape elements and `x.ndim` is (?P<ndim>{N})",
        "The number of window sizes ({got}) is not that of the array's axes ({ndim}): look at the argument `axis`, which says along which axes the window slides.",
    ),
    known_error(
        "ValueError",
        rf"broadcast together with shapes (?P<shapes>(?:{SHAPE}\s?)+)",
        _broadcasting,
    ),
    known_error(
        "ValueError",
        r"broadcast together with remapped shapes",
        "Two operands of `einsum` have different sizes for the same letter: write each array's `.shape` below its letters.",
    ),
    known_error(
        "ValueError",
        rf"output operand with shape (?P<one>{SHAPE}) doesn't match the broadcast shape (?P<two>{SHAPE})",
        "An array of shape {one} is changed in place, but the result has shape {two}: look at which side is larger.",
    ),
    known_error(
        "ValueError",
        rf"^matmul: .*mismatch in its core dimension .*\(size (?P<right>{N}) is different from (?P<left>{N})\)",
        "In a matrix product the last axis of the left array ({left}) has to be as long as the rows axis of the right one ({right}): look at both shapes and at the order.",
    ),
    known_error(
        "ValueError",
        rf"shapes (?P<one>{SHAPE}) and (?P<two>{SHAPE}) not aligned: (?P<left>{N}) \(dim {N}\) != (?P<right>{N})",
        "In the product of {one} and {two} the last axis of the left array ({left}) has to be as long as the rows axis of the right one ({right}): look at both shapes and at the order.",
    ),
    known_error(
        "ValueError",
        r"shape-mismatch for sum",
        "The axes that `tensordot` sums over are not equally long in its two arrays: look at both shapes.",
    ),
    known_error(
        "ValueError",
        rf"^matmul: Input operand (?P<place>\d) does not have enough dimensions \(has (?P<found>{N})",
        "A matrix product needs arrays, and operand {place} (counted from 0) has {found} axes, so it is a single number: look at where it comes from.",
    ),
    known_error(
        "ValueError",
        rf"could not broadcast input array from shape (?P<one>{SHAPE}) into shape (?P<two>{SHAPE})",
        "An array of shape {one} is written into a place of shape {two}: look at how large each side of the assignment is.",
    ),
    known_error(
        "ValueError",
        rf"value array of shape (?P<one>{SHAPE}) could not be broadcast to indexing result of shape (?P<two>{SHAPE})",
        "An array of shape {one} is written into a place of shape {two}: look at how large each side of the assignment is.",
    ),
    known_error(
        "ValueError",
        rf"boolean array indexing assignment cannot assign (?P<got>{N}) input values to the (?P<wanted>{N})",
        "{got} values are written into the {wanted} places where the mask is true: look at how many values each side has.",
    ),
    known_error(
        "ValueError",
        rf"except for the concatenation axis must match exactly, but along dimension (?P<axis>{N}), the array at index {N} has size (?P<one>{N}) and the array at index {N} has size (?P<two>{N})",
        "Arrays can be joined if all other axes are equally long, and on axis {axis} they are {one} and {two}: look at the shapes and at the axis you join along.",
    ),
    known_error(
        "ValueError",
        rf"same number of dimensions, but the array at index {N} has (?P<one>{N}) dimension\(s\) and the array at index {N} has (?P<two>{N})",
        "Arrays can be joined if they have the same number of axes, and here one has {one} and another {two}: look at their shapes.",
    ),
    known_error(
        "ValueError",
        r"all input arrays must have the same shape",
        "`stack` puts arrays of one shape side by side, and these have different shapes: look at the `.shape` of each.",
    ),
    known_error(
        "ValueError",
        rf"cannot reshape array of size (?P<size>{N}) into shape (?P<shape>\([\dnewaxis, -]{{0,80}}\))",
        _reshape,
    ),
    known_error(
        "AxisError",
        rf"axis (?P<axis>{N}) is out of bounds for array of dimension (?P<ndim>{N})",
        "There is no axis {axis}, for the array's number of axes is {ndim} and they are counted from 0: look at its `.shape`.",
    ),
    known_error(
        "ValueError",
        r"axes don't match array",
        "The order of axes that you give and the array have different numbers of axes: look at its `.shape`.",
    ),
    known_error(
        "IndexError",
        rf"index (?P<index>{N}) is out of bounds for axis (?P<axis>{N}) with size (?P<size>{N})",
        _index,
    ),
    known_error(
        "IndexError",
        rf"too many indices for array: array is (?P<ndim>{N})-dimensional, but (?P<got>{N}) were indexed",
        "The array has fewer axes ({ndim}) than there are indices ({got}): look at its `.shape` and at what each index stands for.",
    ),
    known_error(
        "IndexError",
        r"invalid index to scalar variable",
        "A single number is indexed as if it were an array: look at the `.shape` of what it is taken from.",
    ),
    known_error(
        "IndexError",
        rf"boolean index did not match indexed array along axis (?P<axis>{N}); size of axis is (?P<size>{N}) but size of corresponding boolean axis is (?P<mask>{N})",
        "The mask is {mask} long and the array's axis {axis} is {size}: look at which array the mask was made from.",
    ),
    known_error(
        "IndexError",
        r"arrays used as indices must be of integer|only integers, slices .* are valid indices",
        "An index is neither a whole number nor a slice: look at its type, and at the `.dtype` if it is an array.",
    ),
    known_error(
        "TypeError",
        r"only integer scalar arrays can be converted to a scalar index",
        "A whole array stands where one whole number is needed, such as a size, an axis or a list index: look at the parentheses of the call and at the array's `.shape`.",
    ),
    known_error(
        "TypeError",
        r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
        "A whole array stands where one number is needed, as in `float(...)` or a function of `math`: look at its `.shape`.",
    ),
    known_error(
        "ValueError",
        rf"sequence.*inhomogeneous shape after {N} dimensions. The detected shape was (?P<shape>{ROUND})",
        "The rows of this array would have different lengths (alike are only the outer axes, {shape}): look at the length of each piece you put in.",
    ),
    known_error(
        "ValueError",
        r"setting an array element with a sequence",
        "Several numbers are written into a place for one number: look at the `.shape` of the right-hand side.",
    ),
    known_error(
        "ValueError",
        r"(?:assignment destination|array) is read-only",
        "The array that is written into is read-only, as inputs and broadcast views may be: look at which array your code changes.",
    ),
    known_error(
        "ValueError",
        r"truth value of an array with more than one element is ambiguous",
        "A comparison of an array gives many answers, one per element, and `if`, `and`, `or` and `max` need a single one: look at what is compared there.",
    ),
    known_error(
        "ValueError",
        r"truth value of an empty array is ambiguous",
        "An empty array stands where a yes or no is needed: look at why it has no elements.",
    ),
    known_error(
        "UFuncTypeError",
        r"Cannot cast ufunc '(?P<name>\w{1,40})' output from dtype\('(?P<one>\w{1,20})'\) to dtype\('(?P<two>\w{1,20})'\)",
        "The result of `{name}` is {one} and the array it is written into is {two}: an operation in place, such as `+=`, cannot change an array's `dtype`.",
    ),
    known_error(
        "UFuncTypeError",
        r"ufunc '(?P<name>\w{1,40})' did not contain a loop with signature matching types \(dtype\('(?P<one>[\w<>]{1,20})'\), dtype\('(?P<two>[\w<>]{1,20})'\)\)",
        "`{name}` does not work on {one} and {two} (a `U` means text): look at the `dtype` of both sides.",
    ),
    known_error(
        "TypeError",
        r"ufunc 'bitwise_xor' not supported for the input types",
        NO_POWER,
    ),
    known_error(
        "TypeError",
        r"ufunc '(?P<name>\w{1,40})' not supported for the input types",
        "`{name}` does not work on numbers of this type: look at the `.dtype` of its inputs, and put comparisons in parentheses.",
    ),
    known_error(
        "TypeError",
        r"numpy boolean (?P<name>subtract|negative)",
        "A mask of true and false has no `-` (boolean {name}): look at the `.dtype` of the array.",
    ),
    known_error(
        "TypeError",
        r"slice indices must be integers",
        "A slice begins or ends at something that is no whole number: look for a division with `/`, which always gives a float.",
    ),
    known_error(
        "TypeError",
        r"'(?P<kind>float|list|tuple|str)' object cannot be interpreted as an integer",
        _number,
    ),
    known_error(
        "TypeError",
        r"expected a sequence of integers or a single integer, got '(?P<got>[^']{1,60})'",
        "A shape is made of whole numbers, and here it is {got}: look for a division with `/`, which always gives a float.",
    ),
    known_error(
        "TypeError",
        r"Cannot interpret '(?P<got>[^']{1,60})' as a data type",
        "{got} stands where a `dtype` is expected: look at the parentheses of the call, for a shape is one argument.",
    ),
    known_error(
        "ValueError",
        r"negative dimensions are not allowed",
        "The size of an array came out negative: look at how it is computed, and for which input it falls below zero.",
    ),
    known_error(
        "ValueError",
        r"cannot convert float NaN to integer",
        "`nan` is written into a place for whole numbers, which know no `nan`: look at the `dtype` of the array, and at where it is made.",
    ),
    known_error(
        "ValueError",
        r"index can't contain negative values",
        "A pad width came out negative: look at how it is computed, and for which input it falls below zero.",
    ),
    known_error(
        "MemoryError",
        rf"Unable to allocate (?P<memory>[\d.]{{1,20}} \w{{1,5}}) for an array with shape (?P<shape>{SHAPE}) and data type (?P<dtype>\w{{1,20}})",
        "An array of shape {shape} and type {dtype} would take {memory} of memory: look at the sizes it is made from.",
    ),
)
