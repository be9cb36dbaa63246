"""Say in a sentence what an exception means, with the shapes and numbers at hand.

The texts of NumPy, Keras and TensorFlow change from version to version: the tests
provoke every error here with the libraries installed. What is not known stays
unexplained, and the original message is always shown as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.plain import with_article

Groups = dict[str, str]
Words = str | Callable[[Groups], str]

# The message comes from the student's process: patterns see a bounded text only. The
# end counts too: TensorFlow puts a stack before what it has to say.
_HEAD, _TAIL = 2000, 2000
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")


@dataclass(frozen=True)
class Known:
    """An error that is known.

    Attributes:
        kinds: names of the exception types.
        pattern: is searched for in the message; its named groups feed the words.
        words: a template, or a function of the groups.
    """

    kinds: tuple[str, ...]
    pattern: re.Pattern[str]
    words: Words


def explain(kind: str, message: str) -> str:
    """Explain an exception in one sentence.

    Args:
        kind: the name of its type, such as "ValueError".
        message: its text.

    Returns:
        What went wrong and what to look at; "" if the error is not known.
    """
    known, found = _look_up(kind, message)
    if known is None or found is None:
        return ""
    groups = {name: _tidy(got or "") for name, got in found.groupdict().items()}
    words = known.words
    return words.format(**groups) if isinstance(words, str) else words(groups)


def alike(kind: str, message: str, other: str) -> bool:
    """Say whether another message of one type of exception tells of the same thing.

    Messages hold numbers and names of their own; two that are not known here are taken
    for alike. What a mistake raises by hand stops before them, or says nothing at all:
    the other begins with it.
    """
    same = _look_up(kind, message)[0] is _look_up(kind, other)[0]
    return same or other.startswith(message)


def _look_up(kind: str, message: str) -> tuple[Known | None, re.Match[str] | None]:
    text = without_colours(message)
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    for known in _KNOWN:
        found = known.pattern.search(text) if kind in known.kinds else None
        if found:
            return known, found
    return None, None


def without_colours(message: str) -> str:
    """Take out the terminal colours that Keras puts into its messages."""
    return _COLOURS.sub("", message)


def _tidy(text: str) -> str:
    """Write a shape as Python does, however the library writes it."""
    if not re.fullmatch(r"[(\[][\dNone?, -]*[)\]]", text):
        return text
    sizes = re.findall(r"-?\d+|None|\?", text.replace("?", "None"))
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _sizes(shape: str) -> list[int | None]:
    """Read a tidy shape; an unknown size is None."""
    return [
        None if size == "None" else int(size)
        for size in re.findall(r"-?\d+|None", shape)
    ]


def _shapes(text: str) -> list[str]:
    return [_tidy(shape) for shape in re.findall(rf"{_ROUND}|{_SQUARE}", text)]


# Not more than nine digits: what is read as a number stays one.
_N = r"-?\d{1,9}(?!\d)"
_ROUND = r"\([\dNone, -]{0,80}\)"
_SQUARE = r"\[[\dNone?, -]{0,80}\]"
_SHAPE = rf"(?:{_ROUND}|{_SQUARE})"
_NAME = r"[\w.<>]{1,80}"


# --- Sentences that depend on the numbers ---------------------------------------------


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _misfit(shapes: list[str]) -> str:
    """Say which sizes of two or more shapes clash when they are broadcast."""
    columns = _columns([_sizes(shape) for shape in shapes])
    clashes = [known for known in columns if len(known) > 1]
    where = f", and here {_listed(clashes[0])} meet" if clashes else ""
    return (
        f"The shapes {_listed(shapes)} do not fit together: "
        f"from the last axis backwards, sizes have to be equal or 1{where}."
    )


def _columns(shapes: list[list[int | None]]) -> Iterator[list[str]]:
    """Give the different sizes above 1 on each axis, from the last one backwards."""
    for place in range(1, 1 + max(map(len, shapes), default=0)):
        sizes = [shape[-place] for shape in shapes if len(shape) >= place]
        yield list(dict.fromkeys(str(size) for size in sizes if size not in (None, 1)))


def _broadcasting(groups: Groups) -> str:
    return _misfit(_shapes(groups["shapes"]))


def _two_shapes(groups: Groups) -> str:
    return _misfit([groups["one"], groups["two"]])


def _reshape(groups: Groups) -> str:
    sizes = re.findall(r"-?\d{1,9}|newaxis", groups["shape"])
    known = 1
    for size in sizes:
        known *= int(size) if size.isdigit() else 1
    shape = _tidy(f"({', '.join(sizes)})".replace("newaxis", "-1"))
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


def _rank(groups: Groups) -> str:
    wanted, found, shape = groups["wanted"], groups["found"], groups["shape"]
    axes = {
        "4": "(batch, height, width, channels)",
        "3": "(batch, steps, channels)",
        "2": "(batch, features)",
    }.get(wanted, "")
    look = "look at which axis is missing or too many"
    if wanted == "4" and found == "3":
        look = "look whether the batch axis or the channel axis is missing"
    elif wanted == "4" and found == "2":
        look = "look at what made flat rows of the images before this layer"
    axes = f" {axes}" if axes else ""
    return (
        f"The layer `{groups['layer']}` takes {wanted} axes{axes} "
        f"and gets {found}, the shape {shape}: {look}."
    )


def _sparse_labels(groups: Groups) -> str:
    labels, output = groups["target"], groups["output"]
    if len(_sizes(labels)) >= len(_sizes(output)):
        return (
            f"This loss takes one whole number per image as its label and gets labels of shape {labels} "
            f"beside outputs of shape {output}: look whether the labels are one-hot and which loss is meant for those."
        )
    return (
        f"The labels have shape {labels}, so the outputs should be one row of class scores per image, "
        f"but they have shape {output}: look at what stands between the feature maps and the last layer."
    )


def _one_hot_labels(groups: Groups) -> str:
    return (
        f"This loss compares labels of shape {groups['target']} with outputs of shape {groups['output']} one by one: "
        "look whether the labels are whole numbers or one-hot, and which loss is meant for those."
    )


def _window(groups: Groups) -> str:
    """Compare a window with the image or feature map; both are shapes with all axes."""
    image = _area(groups["image"], slice(1, 3))
    window = _area(groups["window"], slice(0, 2))
    return (
        f"A window of {window} does not fit into what reaches this layer, {image} (shape {groups['image']}): "
        "look at what the layers before take away, at the padding and the dilation."
    )


def _area(shape: str, axes: slice) -> str:
    return "x".join(str(size) for size in _sizes(shape)[axes])


def _labels_outside(groups: Groups) -> str:
    return (
        f"A label is {groups['label']}, but the number of outputs is {groups['classes']}, "
        f"for the labels from 0 to {int(groups['classes']) - 1}: "
        "compare the units of the last layer with the number of classes."
    )


_DTYPES = {"float": "float32", "double": "float64", "half": "float16"}


def _dtypes(groups: Groups) -> str:
    place = {"0": "first", "1": "second", "2": "third"}.get(groups["place"], "next")
    wanted, got = (_DTYPES.get(groups[key], groups[key]) for key in ("wanted", "got"))
    return (
        f"TensorFlow does not mix types, and the {place} input of `{groups['op']}` is {got} where {wanted} is expected: "
        "look at the `dtype` of both inputs and where it comes from."
    )


def _weight_shape(groups: Groups) -> str:
    wanted, got = groups["wanted"], groups["got"]
    same = sorted(map(str, _sizes(wanted))) == sorted(map(str, _sizes(got)))
    look = (
        "the sizes are the same in another order, so look at which axis means what"
        if same
        else "look at the order of the arrays and of their axes"
    )
    return (
        f"A weight of shape {wanted} is to be set to an array of shape {got}: {look}."
    )


_METHODS_OF_ARRAYS = (
    *("T", "astype", "copy", "dtype", "max", "mean", "min"),
    *("ndim", "reshape", "shape", "size", "sum"),
)


def _attribute(groups: Groups) -> str:
    kind, name = groups["kind"].rpartition(".")[2], groups["name"]
    noun = with_article("NumPy array" if kind == "ndarray" else kind)
    subject = noun[0].upper() + noun[1:]
    if name in _METHODS_OF_ARRAYS and kind != "ndarray":
        return (
            f"{subject} has no `.{name}`, arrays have: "
            "look at where this value is made and what type it has there."
        )
    return (
        f"{subject} has no `.{name}`: "
        "compare the spelling, and look at the type this value really has."
    )


def _indices(groups: Groups) -> str:
    if groups["got"] == "tuple":
        return (
            f"A {groups['kind']} takes one index at a time, here it gets several, as an array does: "
            "look at the type of this value."
        )
    return (
        f"An index into a {groups['kind']} is a {groups['got']} where a whole number is needed: "
        "look at where the index is computed."
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


# --- The table ------------------------------------------------------------------------


def _known(kinds: str, pattern: str, words: Words) -> Known:
    return Known(tuple(kinds.split()), re.compile(pattern), words)


_NO_POWER = (
    "In Python `^` is not a power, it compares bits: look up how a power is written."
)

_NUMPY = (
    _known(
        "ValueError",
        rf"must provide window_shape for all dimensions of `x`; got (?P<got>{_N}) window_shape elements and `x.ndim` is (?P<ndim>{_N})",
        "The number of window sizes ({got}) is not that of the array's axes ({ndim}): look at the argument `axis`, which says along which axes the window slides.",
    ),
    _known(
        "ValueError",
        rf"broadcast together with shapes (?P<shapes>(?:{_SHAPE}\s?)+)",
        _broadcasting,
    ),
    _known(
        "ValueError",
        r"broadcast together with remapped shapes",
        "Two operands of `einsum` have different sizes for the same letter: write each array's `.shape` below its letters.",
    ),
    _known(
        "ValueError",
        rf"output operand with shape (?P<one>{_SHAPE}) doesn't match the broadcast shape (?P<two>{_SHAPE})",
        "An array of shape {one} is changed in place, but the result has shape {two}: look at which side is larger.",
    ),
    _known(
        "ValueError",
        rf"^matmul: .*mismatch in its core dimension .*\(size (?P<right>{_N}) is different from (?P<left>{_N})\)",
        "In a matrix product the last axis of the left array ({left}) has to be as long as the rows axis of the right one ({right}): look at both shapes and at the order.",
    ),
    _known(
        "ValueError",
        rf"shapes (?P<one>{_SHAPE}) and (?P<two>{_SHAPE}) not aligned: (?P<left>{_N}) \(dim {_N}\) != (?P<right>{_N})",
        "In the product of {one} and {two} the last axis of the left array ({left}) has to be as long as the rows axis of the right one ({right}): look at both shapes and at the order.",
    ),
    _known(
        "ValueError",
        r"shape-mismatch for sum",
        "The axes that `tensordot` sums over are not equally long in its two arrays: look at both shapes.",
    ),
    _known(
        "ValueError",
        rf"^matmul: Input operand (?P<place>\d) does not have enough dimensions \(has (?P<found>{_N})",
        "A matrix product needs arrays, and operand {place} (counted from 0) has {found} axes, so it is a single number: look at where it comes from.",
    ),
    _known(
        "ValueError",
        rf"could not broadcast input array from shape (?P<one>{_SHAPE}) into shape (?P<two>{_SHAPE})",
        "An array of shape {one} is written into a place of shape {two}: look at how large each side of the assignment is.",
    ),
    _known(
        "ValueError",
        rf"value array of shape (?P<one>{_SHAPE}) could not be broadcast to indexing result of shape (?P<two>{_SHAPE})",
        "An array of shape {one} is written into a place of shape {two}: look at how large each side of the assignment is.",
    ),
    _known(
        "ValueError",
        rf"boolean array indexing assignment cannot assign (?P<got>{_N}) input values to the (?P<wanted>{_N})",
        "{got} values are written into the {wanted} places where the mask is true: look at how many values each side has.",
    ),
    _known(
        "ValueError",
        rf"except for the concatenation axis must match exactly, but along dimension (?P<axis>{_N}), the array at index {_N} has size (?P<one>{_N}) and the array at index {_N} has size (?P<two>{_N})",
        "Arrays can be joined if all other axes are equally long, and on axis {axis} they are {one} and {two}: look at the shapes and at the axis you join along.",
    ),
    _known(
        "ValueError",
        rf"same number of dimensions, but the array at index {_N} has (?P<one>{_N}) dimension\(s\) and the array at index {_N} has (?P<two>{_N})",
        "Arrays can be joined if they have the same number of axes, and here one has {one} and another {two}: look at their shapes.",
    ),
    _known(
        "ValueError",
        r"all input arrays must have the same shape",
        "`stack` puts arrays of one shape side by side, and these have different shapes: look at the `.shape` of each.",
    ),
    _known(
        "ValueError",
        rf"cannot reshape array of size (?P<size>{_N}) into shape (?P<shape>\([\dnewaxis, -]{{0,80}}\))",
        _reshape,
    ),
    _known(
        "AxisError",
        rf"axis (?P<axis>{_N}) is out of bounds for array of dimension (?P<ndim>{_N})",
        "There is no axis {axis}, for the array's number of axes is {ndim} and they are counted from 0: look at its `.shape`.",
    ),
    _known(
        "ValueError",
        r"axes don't match array",
        "The order of axes that you give and the array have different numbers of axes: look at its `.shape`.",
    ),
    _known(
        "IndexError",
        rf"index (?P<index>{_N}) is out of bounds for axis (?P<axis>{_N}) with size (?P<size>{_N})",
        _index,
    ),
    _known(
        "IndexError",
        rf"too many indices for array: array is (?P<ndim>{_N})-dimensional, but (?P<got>{_N}) were indexed",
        "The array has fewer axes ({ndim}) than there are indices ({got}): look at its `.shape` and at what each index stands for.",
    ),
    _known(
        "IndexError",
        r"invalid index to scalar variable",
        "A single number is indexed as if it were an array: look at the `.shape` of what it is taken from.",
    ),
    _known(
        "IndexError",
        rf"boolean index did not match indexed array along axis (?P<axis>{_N}); size of axis is (?P<size>{_N}) but size of corresponding boolean axis is (?P<mask>{_N})",
        "The mask is {mask} long and the array's axis {axis} is {size}: look at which array the mask was made from.",
    ),
    _known(
        "IndexError",
        r"arrays used as indices must be of integer|only integers, slices .* are valid indices",
        "An index is neither a whole number nor a slice: look at its type, and at the `.dtype` if it is an array.",
    ),
    _known(
        "TypeError",
        r"only integer scalar arrays can be converted to a scalar index",
        "A whole array stands where one whole number is needed, such as a size, an axis or a list index: look at the parentheses of the call and at the array's `.shape`.",
    ),
    _known(
        "TypeError",
        r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
        "A whole array stands where one number is needed, as in `float(...)` or a function of `math`: look at its `.shape`.",
    ),
    _known(
        "ValueError",
        rf"sequence.*inhomogeneous shape after {_N} dimensions. The detected shape was (?P<shape>{_ROUND})",
        "The rows of this array would have different lengths (alike are only the outer axes, {shape}): look at the length of each piece you put in.",
    ),
    _known(
        "ValueError",
        r"setting an array element with a sequence",
        "Several numbers are written into a place for one number: look at the `.shape` of the right-hand side.",
    ),
    _known(
        "ValueError",
        r"(?:assignment destination|array) is read-only",
        "The array that is written into is read-only, as inputs and broadcast views may be: look at which array your code changes.",
    ),
    _known(
        "ValueError",
        r"truth value of an array with more than one element is ambiguous",
        "A comparison of an array gives many answers, one per element, and `if`, `and`, `or` and `max` need a single one: look at what is compared there.",
    ),
    _known(
        "ValueError",
        r"truth value of an empty array is ambiguous",
        "An empty array stands where a yes or no is needed: look at why it has no elements.",
    ),
    _known(
        "UFuncTypeError",
        r"Cannot cast ufunc '(?P<name>\w{1,40})' output from dtype\('(?P<one>\w{1,20})'\) to dtype\('(?P<two>\w{1,20})'\)",
        "The result of `{name}` is {one} and the array it is written into is {two}: an operation in place, such as `+=`, cannot change an array's `dtype`.",
    ),
    _known(
        "UFuncTypeError",
        r"ufunc '(?P<name>\w{1,40})' did not contain a loop with signature matching types \(dtype\('(?P<one>[\w<>]{1,20})'\), dtype\('(?P<two>[\w<>]{1,20})'\)\)",
        "`{name}` does not work on {one} and {two} (a `U` means text): look at the `dtype` of both sides.",
    ),
    _known(
        "TypeError",
        r"ufunc 'bitwise_xor' not supported for the input types",
        _NO_POWER,
    ),
    _known(
        "TypeError",
        r"ufunc '(?P<name>\w{1,40})' not supported for the input types",
        "`{name}` does not work on numbers of this type: look at the `.dtype` of its inputs, and put comparisons in parentheses.",
    ),
    _known(
        "TypeError",
        r"numpy boolean (?P<name>subtract|negative)",
        "A mask of true and false has no `-` (boolean {name}): look at the `.dtype` of the array.",
    ),
    _known(
        "TypeError",
        r"slice indices must be integers",
        "A slice begins or ends at something that is no whole number: look for a division with `/`, which always gives a float.",
    ),
    _known(
        "TypeError",
        r"'(?P<kind>float|list|tuple|str)' object cannot be interpreted as an integer",
        _number,
    ),
    _known(
        "TypeError",
        r"expected a sequence of integers or a single integer, got '(?P<got>[^']{1,60})'",
        "A shape is made of whole numbers, and here it is {got}: look for a division with `/`, which always gives a float.",
    ),
    _known(
        "TypeError",
        r"Cannot interpret '(?P<got>[^']{1,60})' as a data type",
        "{got} stands where a `dtype` is expected: look at the parentheses of the call, for a shape is one argument.",
    ),
    _known(
        "ValueError",
        r"negative dimensions are not allowed",
        "The size of an array came out negative: look at how it is computed, and for which input it falls below zero.",
    ),
    _known(
        "ValueError",
        r"cannot convert float NaN to integer",
        "`nan` is written into a place for whole numbers, which know no `nan`: look at the `dtype` of the array, and at where it is made.",
    ),
    _known(
        "ValueError",
        r"index can't contain negative values",
        "A pad width came out negative: look at how it is computed, and for which input it falls below zero.",
    ),
    _known(
        "MemoryError",
        rf"Unable to allocate (?P<memory>[\d.]{{1,20}} \w{{1,5}}) for an array with shape (?P<shape>{_SHAPE}) and data type (?P<dtype>\w{{1,20}})",
        "An array of shape {shape} and type {dtype} would take {memory} of memory: look at the sizes it is made from.",
    ),
)

# How a function comes to give None.
_NONE = "look for an argument that is `None` where the call leaves it out, a function without `return`, a method that changes something in place and gives nothing back, or a size in a `.shape` that is still open, as that of a batch is"

_PYTHON = (
    _known(
        "ForbiddenCall",
        r"(?s)^(?P<message>.{1,300})$",
        "Your function was stopped at a forbidden call: {message}.",
    ),
    _known(
        "NameError",
        r"name '(?P<name>\w{1,80})' is not defined",
        "The name `{name}` is not defined: compare the spelling, and run the cell that defines or imports it.",
    ),
    _known(
        "UnboundLocalError NameError",
        r"(?:local|free) variable '(?P<name>\w{1,80})'",
        "`{name}` is read before it has a value: what a function assigns anywhere is its own name, so look at whether every way through the code assigns it first.",
    ),
    _known(
        "TypeError",
        rf"(?P<name>{_NAME})\(\) missing (?P<count>{_N} )?required (?:positional |keyword-only )?arguments?:? (?P<missing>'[\w', ]{{1,200}}')",
        "`{name}` is called without {missing}: compare the call with the arguments in its `def` line or its documentation.",
    ),
    _known(
        "TypeError",
        rf"(?P<name>{_NAME})\(\) takes (?P<wanted>[\w ]{{1,40}}?)(?: positional)? arguments? (?:but |\()(?P<got>{_N})",
        "The number of arguments of `{name}` is wrong, for it takes {wanted} and gets {got}: compare the call with its `def` line or its documentation.",
    ),
    _known(
        "TypeError",
        rf"(?P<name>{_NAME})\(\) got an unexpected keyword argument '(?P<word>\w{{1,80}})'",
        "`{name}` has no argument called `{word}`: compare the spelling with its `def` line or its documentation.",
    ),
    _known(
        "TypeError",
        rf"(?P<name>{_NAME})\(\) got multiple values for argument '(?P<word>\w{{1,80}})'",
        "`{name}` gets its argument `{word}` twice, by place and by name: look at the order of the arguments in the call.",
    ),
    _known(
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w{1,80})'",
        "`.{name}` is asked of `None`: " + _NONE + ".",
    ),
    _known(
        "TypeError",
        r"'NoneType' object is not (?P<what>subscriptable|callable|iterable)",
        "A value is `None`, which is not {what}: " + _NONE + ".",
    ),
    _known(
        "TypeError",
        r"unsupported operand type\(s\) for (?P<sign>[^\s:]{1,12}(?: or pow\(\))?): (?P<one>'NoneType' and '[\w.]{1,80}'|'[\w.]{1,80}' and 'NoneType')",
        "`{sign}` gets {one}, so one of the two values is `None`: " + _NONE + ".",
    ),
    _known(
        "TypeError",
        r"NoneType",
        "A value is `None` where something else is needed: " + _NONE + ".",
    ),
    _known(
        "TypeError",
        r"unsupported operand type\(s\) for \^=?:",
        _NO_POWER,
    ),
    _known(
        "TypeError",
        r"unsupported operand type\(s\) for (?P<sign>[^\s:]{1,12}(?: or pow\(\))?): '(?P<one>[\w.]{1,80})' and '(?P<two>[\w.]{1,80})'",
        "`{sign}` does not work between {one} and {two}: look at the type of both values.",
    ),
    _known(
        "TypeError",
        r"'(?P<kind>[\w.]{1,80})' object is not (?P<what>subscriptable|iterable|callable)",
        "A value of type {kind} is not {what}: look at the brackets, and at whether a name means what you think.",
    ),
    _known(
        "TypeError",
        r"^(?P<name>float|int)\(\) argument must be .* not '(?P<kind>[\w.]{1,80})'",
        "`{name}` is to make a number of a value of type {kind}: look whether it has to be a number there at all.",
    ),
    _known(
        "TypeError",
        r"object of type '(?P<kind>[\w.]{1,80})' has no len\(\)",
        "A value of type {kind} has no length: look at what `len` is asked of.",
    ),
    _known(
        "TypeError",
        r"(?P<kind>list|tuple|string) indices must be integers(?: or slices)?, not '?(?P<got>[\w.]{1,80})",
        _indices,
    ),
    _known(
        "TypeError",
        r"'(?P<kind>tuple|str|range)' object does not support item assignment",
        "A {kind} cannot be changed once it is made: look at what the assignment writes into.",
    ),
    _known(
        "IndexError",
        r"^(?P<kind>list|tuple|string)(?P<write> assignment)? index out of range",
        "An index lies outside the {kind}: positions go from 0 to the length minus 1, so look at the last index your code reaches.",
    ),
    _known(
        "KeyError",
        r"^(?P<key>.{1,80})$",
        "There is no key {key}: compare its spelling and its type with the keys that are there.",
    ),
    _known(
        "ValueError",
        rf"too many values to unpack \(expected (?P<wanted>{_N})",
        "There are more values than names to hold them ({wanted}): look at how many values, or axes of a `.shape`, there are.",
    ),
    _known(
        "ValueError",
        rf"not enough values to unpack \(expected (?P<wanted>{_N}), got (?P<got>{_N})\)",
        "There are fewer values ({got}) than names to hold them ({wanted}): look at how many values, or axes of a `.shape`, there are.",
    ),
    _known(
        "TypeError",
        r"cannot unpack non-iterable (?P<kind>[\w.]{1,80}) object",
        "A single value of type {kind} is to be split into several names: look at what the right-hand side gives.",
    ),
    _known(
        "AttributeError",
        r"'numpy\.\w{1,20}' object has no attribute '_id'",
        "A gradient of a NumPy value is asked for, and a tape follows tensors alone: compute with TensorFlow or `keras.ops` inside the tape, and turn into NumPy afterwards.",
    ),
    _known(
        "AttributeError",
        r"module '(?P<module>[\w.]{1,80})' has no attribute '(?P<name>\w{1,80})'",
        "`{module}` has no `{name}`: compare the spelling, and look whether this version still has it.",
    ),
    _known(
        "AttributeError",
        r"'?(?P<kind>[\w.]{1,80})'? object has no attribute '(?P<name>\w{1,80})'",
        _attribute,
    ),
    _known(
        "OverflowError",
        r"Python integer (?P<value>-?\d{1,40}) out of bounds for (?P<kind>\w{1,20})",
        "The number {value} does not fit into {kind}: look at the `dtype` and where it comes from.",
    ),
    _known(
        "RecursionError",
        r"maximum recursion depth exceeded",
        "A function calls itself again and again: look at the case in which it has to stop.",
    ),
    _known(
        "ZeroDivisionError",
        r"",
        "Something is divided by zero: look at which input makes the divisor zero.",
    ),
    _known(
        "MemoryError",
        r"",
        "The memory is not enough: look at the sizes of what your code makes.",
    ),
)

_KERAS = (
    _known(
        "ValueError",
        rf"of layer '(?P<layer>\w{{1,80}})' is incompatible with the layer: expected (?:min_|max_)?ndim=(?P<wanted>{_N}), found ndim=(?P<found>{_N}). Full shape received: (?P<shape>{_SHAPE})",
        _rank,
    ),
    _known(
        "ValueError",
        rf"of layer '(?P<layer>\w{{1,80}})' is incompatible with the layer: expected axis (?P<axis>{_N}) of input shape to have value (?P<wanted>{_N}), but received input with shape (?P<shape>{_SHAPE})",
        "The layer `{layer}` was built for the size {wanted} on axis {axis} and now gets the shape {shape}: look at the sizes of the images or feature maps that reach it.",
    ),
    _known(
        "ValueError",
        rf"is incompatible with the layer: expected shape=(?P<wanted>{_SHAPE}), found shape=(?P<got>{_SHAPE})",
        "The model takes a batch, inputs of shape {wanted}, and gets the shape {got}: look at whether the axis of the batch is missing or there twice.",
    ),
    _known(
        "ValueError",
        rf"Expected shape (?P<wanted>{_SHAPE}), but input has incompatible shape (?P<got>{_SHAPE})",
        "The model was built for inputs of shape {wanted} and gets {got}: look at the axes of what you pass.",
    ),
    _known(
        "ValueError",
        rf"`output` must have rank \(ndim\) `target.ndim - 1`. Received: target.shape=(?P<target>{_SHAPE}), output.shape=(?P<output>{_SHAPE})",
        _sparse_labels,
    ),
    _known(
        "ValueError",
        rf"`target` and `output` must have the same rank \(ndim\). Received: target.shape=(?P<target>{_SHAPE}), output.shape=(?P<output>{_SHAPE})",
        _one_hot_labels,
    ),
    _known(
        "ValueError",
        rf"`target` and `output` must have the same shape. Received: target.shape=(?P<target>{_SHAPE}), output.shape=(?P<output>{_SHAPE})",
        "The labels have shape {target} and the outputs {output}: compare the units of the last layer with the number of classes.",
    ),
    _known(
        "ValueError",
        rf"Computed output size would be (?:zero or )?negative. Received:? `inputs.shape=(?P<image>{_SHAPE})`, `(?:kernel shape|pool_size)=(?P<window>{_SHAPE})`",
        _window,
    ),
    _known(
        "InvalidArgumentError ValueError",
        rf"Computed output size would be negative: {_N} \[input_size: (?P<image>{_N}), effective_filter_size: (?P<window>{_N})",
        "A window {window} long does not fit into the {image} pixels of an image or feature map: look at the batch axis, at what the layers before take away, at the padding and the dilation.",
    ),
    _known(
        "ValueError",
        rf"Negative dimension size caused by subtracting (?P<window>{_N}) from (?P<image>{_N}) for .* with input shapes: (?P<one>{_SHAPE})",
        "A window {window} long does not fit into {image} pixels of the shape {one}: look at the batch axis, at what the layers before take away, at the padding and the dilation.",
    ),
    _known(
        "AbortedError",
        rf"(?s)pooling forward propagation primitive.{{0,500}}shape=(?P<shape>{_SHAPE})",
        "Pooling failed on the shape {shape}: look whether the pooling window is larger than the feature map.",
    ),
    _known(
        "InvalidArgumentError",
        rf"label value of (?P<label>{_N}) which is outside the valid range of \[0, (?P<classes>{_N})\)",
        _labels_outside,
    ),
    _known(
        "InvalidArgumentError",
        rf"cannot compute (?P<op>\w{{1,40}}) as input #(?P<place>{_N})\(zero-based\) was expected to be an? (?P<wanted>\w{{1,20}}) tensor but is an? (?P<got>\w{{1,20}}) tensor",
        _dtypes,
    ),
    _known(
        "TypeError",
        r"of '(?P<op>\w{1,40})' Op has type (?P<got>\w{1,20}) that does not match type (?P<wanted>\w{1,20}) of argument",
        "TensorFlow does not mix types, and one input of `{op}` is {got} where the other is {wanted}: look at the `dtype` of both inputs and where it comes from.",
    ),
    _known(
        "ValueError",
        r"Tensor conversion requested dtype (?P<wanted>\w{1,20}) for Tensor with dtype (?P<got>\w{1,20})",
        "TensorFlow does not change types by itself, and a tensor is {got} where {wanted} is expected: look at its `dtype` and where it comes from.",
    ),
    _known(
        "InvalidArgumentError",
        r"(?s)Value for attr 'T' of (?P<got>\w{1,20}) is not in the list of allowed values.{0,600}Op<name=(?P<op>\w{1,40})",
        "`{op}` does not compute with {got}: look at the `dtype` of its inputs.",
    ),
    _known(
        "InvalidArgumentError",
        r"Value for attr '(?P<name>\w{1,40})' of (?P<got>\"[^\"]{0,40}\") is not in the list of allowed values: (?P<wanted>[\", \w]{1,120})",
        "`{name}` is {got}, and TensorFlow knows only {wanted}: compare the spelling, capitals included.",
    ),
    _known(
        "InvalidArgumentError",
        rf"Incompatible shapes: (?P<one>{_SQUARE}) vs\. (?P<two>{_SQUARE})",
        _two_shapes,
    ),
    _known(
        "ValueError",
        rf"Depth of input \((?P<image>{_N})\) is not a multiple of input depth of filter \((?P<kernel>{_N})\)",
        "The number of channels is {image} in the image and {kernel} in the kernel: look at the order of the kernel's axes (height, width, channels in, filters).",
    ),
    _known(
        "InvalidArgumentError",
        rf"input depth must be evenly divisible by filter depth: (?P<image>{_N}) vs (?P<kernel>{_N})",
        "The number of channels is {image} in the image and {kernel} in the kernel: look at the order of the kernel's axes (height, width, channels in, filters).",
    ),
    _known(
        "ValueError",
        rf"Kernel shape must have the same length as input, but received kernel of shape (?P<one>{_SHAPE}) and input of shape (?P<two>{_SHAPE})",
        "A kernel of shape {one} meets an input of shape {two}, which has another number of axes: look at the axes of the input.",
    ),
    _known(
        "ValueError",
        rf"Dimensions must be equal, but are {_N} and {_N} for .* with input shapes: (?P<one>{_SQUARE}), (?P<two>{_SQUARE})",
        _two_shapes,
    ),
    _known(
        "ValueError",
        rf"Cannot broadcast shape, .* Input shapes are: (?P<one>{_SQUARE}) and (?P<two>{_SQUARE})",
        _two_shapes,
    ),
    _known(
        "ValueError",
        rf"Inputs have incompatible shapes. Received shapes (?P<one>{_SHAPE}) and (?P<two>{_SHAPE})",
        _two_shapes,
    ),
    _known(
        "ValueError",
        rf"`Concatenate` layer requires .* Received: input_shape=\[(?P<shapes>(?:{_ROUND}[, ]{{0,2}})+)\]",
        "Feature maps can be joined if all axes but one are equally long, and these are {shapes}: look at the padding and the strides of each branch.",
    ),
    _known(
        "InvalidArgumentError",
        rf"ConcatOp : .* shape\[{_N}\] = (?P<one>{_SQUARE}) vs\. shape\[{_N}\] = (?P<two>{_SQUARE})",
        "Tensors can be joined if all axes but one are equally long, and these are {one} and {two}: look at the axis you join along.",
    ),
    _known(
        "InvalidArgumentError",
        rf"Matrix size-incompatible: In\[0\]: (?P<one>{_SQUARE}), In\[1\]: (?P<two>{_SQUARE})",
        "In the matrix product of {one} and {two} the last axis of the left has to be as long as the rows axis of the right: look at both shapes and at the order.",
    ),
    _known(
        "InvalidArgumentError",
        rf"Input to reshape is a tensor with (?P<size>{_N}) values, but the requested shape has (?P<wanted>{_N})",
        "A tensor of {size} numbers is to get a shape that takes {wanted}: look at the sizes you multiply.",
    ),
    _known(
        "ValueError",
        rf"total size of the tensor must be unchanged. Received: input_shape=(?P<one>{_SHAPE}), target_shape=(?P<two>{_SHAPE})",
        "A tensor of shape {one} (without the batch) cannot get the shape {two}, which takes another number of values: look at the sizes you multiply.",
    ),
    _known(
        "InvalidArgumentError",
        rf"as many biases as the last dimension of the input tensor: \[(?P<got>{_N})\] vs\. (?P<shape>{_SQUARE})",
        "The number of biases is {got} for the shape {shape}, whose last axis is the channels: look at how many filters there are.",
    ),
    _known(
        "InvalidArgumentError",
        rf"slice index (?P<index>{_N}) of dimension (?P<axis>{_N}) out of bounds",
        "There is no index {index} on axis {axis} of this tensor: look at its `.shape` and at the last index your code reaches.",
    ),
    _known(
        "InvalidArgumentError",
        rf"indices(?:\[[\d,]{{1,20}}\])? = (?P<index>{_N}) is not in \[0, (?P<size>{_N})\)",
        "There is no index {index} in an axis of {size} entries, counted from 0: look at where the index comes from.",
    ),
    _known(
        "ValueError",
        rf"on layer '(?P<layer>\w{{1,80}})' with a weight list of length (?P<got>{_N}), but the layer was expecting 0 weights",
        "`set_weights` on `{layer}` takes a list of length 0 and gets one of length {got}: it has none before it is built, so look at whether it has seen an input shape.",
    ),
    _known(
        "ValueError",
        rf"on layer '(?P<layer>\w{{1,80}})' with a weight list of length (?P<got>{_N}), but the layer was expecting (?P<wanted>{_N}) weights",
        "`set_weights` on `{layer}` takes a list of length {wanted} and gets one of length {got}: look at which arrays it owns, kernel and bias.",
    ),
    _known(
        "ValueError",
        rf"weight shape (?P<wanted>{_SHAPE}) is not compatible with provided weight shape (?P<got>{_SHAPE})",
        _weight_shape,
    ),
    _known(
        "ValueError",
        rf"variable.shape=(?P<wanted>{_SHAPE}), Received: value.shape=(?P<got>{_SHAPE})",
        _weight_shape,
    ),
    _known(
        "ValueError",
        rf"variable shape (?P<wanted>{_SHAPE}), and the assigned value shape (?P<got>{_SHAPE}) are incompatible",
        _weight_shape,
    ),
    _known(
        "ValueError",
        r"Invalid filepath extension for saving.*Received: filepath=(?P<path>.{1,200}?)\.?$",
        "Keras 3 tells the format of a saved model by the end of its file name, and `{path}` has none that it knows: look at the two that the message names.",
    ),
    _known(
        "ValueError",
        r"`save_format` argument is deprecated.*save_format=(?P<got>\w{1,20})",
        "Keras 3 no longer takes `save_format` (here {got}): it tells the format of a saved model by the end of the file name.",
    ),
    _known(
        "ValueError",
        r"filename must end in `\.weights\.h5`. Received: filepath=(?P<path>.{1,200})",
        "A file of weights has an ending of its own, and `{path}` does not have it: look at the one that the message names.",
    ),
    _known(
        "ValueError",
        r"File not found: filepath=(?P<path>.{1,200}?)\. ",
        "There is no file `{path}`: look at the folder and at the name it was saved under.",
    ),
    _known(
        "ValueError",
        r"File format not supported: filepath=(?P<path>.{1,200}?)\. ",
        "Keras 3 loads `.keras` and `.h5` files, and `{path}` is neither: look at how the model was saved.",
    ),
    _known(
        "ValueError",
        r"must call `compile\(\)` before",
        "The model has no loss and no optimizer yet: look at whether `compile` runs before it is trained or evaluated.",
    ),
    _known(
        "ValueError",
        r"Expected `metrics` argument to be a list.{0,80}metrics=(?P<got>.{1,80}?) of type",
        "`metrics` takes a list, even of a single metric, and gets {got}: look at the brackets.",
    ),
    _known(
        "ValueError",
        r"Attempt to convert a value \(None\) with an unsupported type",
        "TensorFlow gets `None` where it needs numbers: look at where the value comes from, such as labels that are not handed over with their images (in `validation_data` too), or a slope that a tape does not know.",
    ),
    _known(
        "ValueError",
        r"No loss to compute",
        "The model is compiled without a loss: look at the arguments of `compile`.",
    ),
    _known(
        "ValueError",
        r"layer '(?P<layer>\w{1,80})', but the layer isn't built",
        "`{layer}` has no weights yet, for it has not seen the shape of an input: look at whether the model begins with an `Input`.",
    ),
    _known(
        "AttributeError",
        r"(?:layer |model ')(?P<layer>\w{1,80})'? has (?:never been called|no defined)",
        "`{layer}` has no inputs and outputs yet, for it has not seen the shape of an input: look at whether the model begins with an `Input`.",
    ),
    _known(
        "AttributeError",
        r"must build the layer before accessing `(?P<name>\w{1,40})`",
        "The layer has no `{name}` yet, for it has not seen the shape of an input: look at whether it was called or built before.",
    ),
    _known(
        "ValueError",
        r"(?s)Data cardinality is ambiguous.{0,100}'x' sizes: (?P<x>[\d, ]{1,40})\s{0,3}'y' sizes: (?P<y>[\d, ]{1,40})",
        "The number of inputs is {x} and that of labels {y}: look at how both were split or cut.",
    ),
    _known(
        "ValueError",
        rf"Dimensions (?P<one>{_N}) and (?P<other>{_N}) are not compatible",
        "Two sizes that have to agree are {one} and {other}: in a data set, for example, there are as many labels as images.",
    ),
    _known(
        "ValueError",
        r"Unrecognized keyword arguments passed to (?P<name>\w{1,80}): (?P<got>\{.{1,100}?\})",
        "`{name}` gets {got}, which is no argument of it: compare the spelling with its documentation.",
    ),
    _known(
        "ValueError",
        r"Argument\(s\) not recognized: (?P<got>\{.{1,100}?\})",
        "{got} is no argument of what is called here: compare the spelling with the documentation.",
    ),
    _known(
        "ValueError",
        r"Could not interpret (?P<what>[\w ]{1,40}) identifier: (?P<got>.{1,80})",
        "Keras knows no {what} called {got}: compare the spelling with the documentation.",
    ),
    _known(
        "ValueError",
        r"A KerasTensor cannot be used as input to a TensorFlow function|A KerasTensor is symbolic",
        "While a model is built its tensors stand for shapes and hold no numbers, so only Keras's own layers and operations work on them: look at which function is called here.",
    ),
    _known(
        "ValueError",
        r"Output with path `.{0,80}` is not connected to `inputs`",
        "The outputs of this model are not computed from its inputs: look at which tensor each layer is called with.",
    ),
    _known(
        "TypeError",
        r"^too many positional arguments$",
        "Something is called with more arguments than it takes: an `InputLayer`, for example, which comes first in `model.layers`, is no step to be called.",
    ),
    _known(
        "TypeError",
        r"EagerTensor' object does not support item assignment",
        "A tensor cannot be changed once it is made, unlike an array: look at what the assignment writes into.",
    ),
)

_KNOWN = (*_KERAS, *_NUMPY, *_PYTHON)
