"""Python's own errors in our words."""

from __future__ import annotations

from grader.judging.explain.known import NAME, NO_POWER, Groups, N, known_error
from grader.probing.plain import with_article

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


# How a function comes to give None.
_NONE = "look for an argument that is `None` where the call leaves it out, a function without `return`, a method that changes something in place and gives nothing back, or a size in a `.shape` that is still open, as that of a batch is"
PYTHON = (
    known_error(
        "ForbiddenCall",
        r"(?s)^(?P<message>.{1,300})$",
        "Your function was stopped at a forbidden call: {message}.",
    ),
    known_error(
        "StdinNotImplementedError",
        r"",
        "`input()` waits for somebody to type, and nobody does while a check runs: use the arguments of your function.",
    ),
    known_error(
        "ModuleNotFoundError",
        r"No module named '(?P<name>[\w.]{1,80})'",
        "There is no package `{name}` where your lab is graded: write it with the packages that the lab imports.",
    ),
    known_error(
        "NameError",
        r"name '(?P<name>\w{1,80})' is not defined",
        "The name `{name}` is not defined: compare the spelling, and run the cell that defines or imports it.",
    ),
    known_error(
        "UnboundLocalError NameError",
        r"(?:local|free) variable '(?P<name>\w{1,80})'",
        "`{name}` is read before it has a value: what a function assigns anywhere is its own name, so look at whether every way through the code assigns it first.",
    ),
    known_error(
        "TypeError",
        rf"(?P<name>{NAME})\(\) missing (?P<count>{N} )?required (?:positional |keyword-only )?arguments?:? (?P<missing>'[\w', ]{{1,200}}')",
        "`{name}` is called without {missing}: compare the call with the arguments in its `def` line or its documentation.",
    ),
    known_error(
        "TypeError",
        rf"(?P<name>{NAME})\(\) takes (?P<wanted>[\w ]{{1,40}}?)(?: positional)? arguments? (?:but |\()(?P<got>{N})",
        "The number of arguments of `{name}` is wrong, for it takes {wanted} and gets {got}: compare the call with its `def` line or its documentation.",
    ),
    known_error(
        "TypeError",
        rf"(?P<name>{NAME})\(\) got an unexpected keyword argument '(?P<word>\w{{1,80}})'",
        "`{name}` has no argument called `{word}`: compare the spelling with its `def` line or its documentation.",
    ),
    known_error(
        "TypeError",
        rf"(?P<name>{NAME})\(\) got multiple values for argument '(?P<word>\w{{1,80}})'",
        "`{name}` gets its argument `{word}` twice, by place and by name: look at the order of the arguments in the call.",
    ),
    known_error(
        "AttributeError",
        r"'NoneType' object has no attribute '(?P<name>\w{1,80})'",
        "`.{name}` is asked of `None`: " + _NONE + ".",
    ),
    known_error(
        "TypeError",
        r"'NoneType' object is not (?P<what>subscriptable|callable|iterable)",
        "A value is `None`, which is not {what}: " + _NONE + ".",
    ),
    known_error(
        "TypeError",
        r"unsupported operand type\(s\) for (?P<sign>[^\s:]{1,12}(?: or pow\(\))?): (?P<one>'NoneType' and '[\w.]{1,80}'|'[\w.]{1,80}' and 'NoneType')",
        "`{sign}` gets {one}, so one of the two values is `None`: " + _NONE + ".",
    ),
    known_error(
        "TypeError",
        r"NoneType",
        "A value is `None` where something else is needed: " + _NONE + ".",
    ),
    known_error(
        "TypeError",
        r"unsupported operand type\(s\) for \^=?:",
        NO_POWER,
    ),
    known_error(
        "TypeError",
        r"unsupported operand type\(s\) for (?P<sign>[^\s:]{1,12}(?: or pow\(\))?): '(?P<one>[\w.]{1,80})' and '(?P<two>[\w.]{1,80})'",
        "`{sign}` does not work between {one} and {two}: look at the type of both values.",
    ),
    known_error(
        "TypeError",
        r"'(?P<kind>[\w.]{1,80})' object is not (?P<what>subscriptable|iterable|callable)",
        "A value of type {kind} is not {what}: look at the brackets, and at whether a name means what you think.",
    ),
    known_error(
        "TypeError",
        r"^(?P<name>float|int)\(\) argument must be .* not '(?P<kind>[\w.]{1,80})'",
        "`{name}` is to make a number of a value of type {kind}: look whether it has to be a number there at all.",
    ),
    known_error(
        "TypeError",
        r"object of type '(?P<kind>[\w.]{1,80})' has no len\(\)",
        "A value of type {kind} has no length: look at what `len` is asked of.",
    ),
    known_error(
        "TypeError",
        r"(?P<kind>list|tuple|string) indices must be integers(?: or slices)?, not '?(?P<got>[\w.]{1,80})",
        _indices,
    ),
    known_error(
        "TypeError",
        r"'(?P<kind>tuple|str|range)' object does not support item assignment",
        "A {kind} cannot be changed once it is made: look at what the assignment writes into.",
    ),
    known_error(
        "IndexError",
        r"^(?P<kind>list|tuple|string)(?P<write> assignment)? index out of range",
        "An index lies outside the {kind}: positions go from 0 to the length minus 1, so look at the last index your code reaches.",
    ),
    known_error(
        "KeyError",
        r"^(?P<key>.{1,80})$",
        "There is no key {key}: compare its spelling and its type with the keys that are there.",
    ),
    known_error(
        "ValueError",
        rf"too many values to unpack \(expected (?P<wanted>{N})",
        "There are more values than names to hold them ({wanted}): look at how many values, or axes of a `.shape`, there are.",
    ),
    known_error(
        "ValueError",
        rf"not enough values to unpack \(expected (?P<wanted>{N}), got (?P<got>{N})\)",
        "There are fewer values ({got}) than names to hold them ({wanted}): look at how many values, or axes of a `.shape`, there are.",
    ),
    known_error(
        "TypeError",
        r"cannot unpack non-iterable (?P<kind>[\w.]{1,80}) object",
        "A single value of type {kind} is to be split into several names: look at what the right-hand side gives.",
    ),
    known_error(
        "AttributeError",
        r"'numpy\.\w{1,20}' object has no attribute '_id'",
        "A gradient of a NumPy value is asked for, and a tape follows tensors alone: compute with TensorFlow or `keras.ops` inside the tape, and turn into NumPy afterwards.",
    ),
    known_error(
        "AttributeError",
        r"module '(?P<module>[\w.]{1,80})' has no attribute '(?P<name>\w{1,80})'",
        "`{module}` has no `{name}`: compare the spelling, and look whether this version still has it.",
    ),
    known_error(
        "AttributeError",
        r"'?(?P<kind>[\w.]{1,80})'? object has no attribute '(?P<name>\w{1,80})'",
        _attribute,
    ),
    known_error(
        "OverflowError",
        r"Python integer (?P<value>-?\d{1,40}) out of bounds for (?P<kind>\w{1,20})",
        "The number {value} does not fit into {kind}: look at the `dtype` and where it comes from.",
    ),
    known_error(
        "RecursionError",
        r"maximum recursion depth exceeded",
        "A function calls itself again and again: look at the case in which it has to stop.",
    ),
    known_error(
        "ZeroDivisionError",
        r"",
        "Something is divided by zero: look at which input makes the divisor zero.",
    ),
    known_error(
        "MemoryError",
        r"",
        "The memory is not enough: look at the sizes of what your code makes.",
    ),
)
