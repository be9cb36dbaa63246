"""Attacks on the judge: to get points for nothing by changing what asks and what answers."""

import io
import json
import zipfile
import zlib

import numpy as np
from attack import NOTHING, Attack, tries

_DISPLAY = "from IPython.display import display\n"
MIME = "application/x-convlab-reply"


def _forged(data: bytes) -> str:
    """Give code that answers every question of the judge with these bytes."""
    packed = zlib.compress(zlib.compress(data))
    return (
        f"import base64, zlib\nimport grader.kernel.answer as answer\n{_DISPLAY}"
        f"data = zlib.decompress(zlib.decompress({packed!r}))\n"
        "text = base64.b64encode(data).decode()\n"
        f"answer._publish = lambda *_: display({{{MIME!r}: text}}, raw=True)"
    )


def _archive(tree: object, **arrays: bytes) -> bytes:
    """Give an archive as the kernel sends it, with any tree and any bytes as arrays."""
    return _raw_archive(json.dumps(tree).encode(), **arrays)


def _raw_archive(
    tree: bytes, method: int = zipfile.ZIP_STORED, **arrays: bytes
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        plain = io.BytesIO()
        np.save(plain, np.frombuffer(tree, np.uint8))
        archive.writestr("tree.npy", plain.getvalue())
        for name, data in arrays.items():
            archive.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def _npy(header: str, body: bytes = b"") -> bytes:
    padded = header.encode() + b" " * (118 - len(header)) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + body


def _ok(value: object, after: object = None) -> dict:
    """Give the tree of a reply "ok"; the arguments are trees themselves."""
    after = {"dict": {}} if after is None else after
    return {"dict": {"status": "ok", "value": value, "after": after}}


def _pickled() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([print], dtype=object), allow_pickle=True)
    return buffer.getvalue()


_ARRAY = _ok({"array": "a"})
_DEEP = b'{"list": [' * 50_000 + b"1" + b"]}" * 50_000
_MANY = {"dict": {"status": "error", "type": "E", "line": "", "message": "m" * 10**7}}
_ARRAY_OF = "{{'descr': {}, 'fortran_order': False, 'shape': {}, }}"
# Name -> (what it is, bytes of the reply).
REPLIES = {
    "no-archive": ("bytes that are nothing", b"PK\x03\x04 nothing"),
    "zip-bomb": (
        "a small archive that unpacks to 300 MB",
        _raw_archive(
            json.dumps(_ARRAY).encode(), zipfile.ZIP_DEFLATED, a=bytes(300 * 2**20)
        ),
    ),
    "header-lies": (
        "an array that says it has 10**13 numbers",
        _archive(_ARRAY, a=_npy(_ARRAY_OF.format("'<f8'", "(10**13,)"))),
    ),
    "header-huge": (
        "an array that says it has 10**13 numbers, as a literal",
        _archive(_ARRAY, a=_npy(_ARRAY_OF.format("'<f8'", "(10000000000000,)"))),
    ),
    "header-empty-items": (
        "an array of 10**13 items of no size",
        _archive(_ARRAY, a=_npy(_ARRAY_OF.format("'|V0'", "(10000000000000,)"))),
    ),
    "header-code": (
        "a header that is a call",
        _archive(_ARRAY, a=_npy("__import__('os').system('true')")),
    ),
    "pickle": ("an array of pickled objects", _archive(_ARRAY, a=_pickled())),
    "structured": (
        "a structured array",
        _archive(_ARRAY, a=_npy(_ARRAY_OF.format("[('a','<f8')]", "(1,)"), bytes(8))),
    ),
    "no-tree": ("an empty archive", _raw_archive(b"")),
    "deep-tree": ("a tree 50,000 levels deep", _raw_archive(_DEEP)),
    "missing-array": ("a name without an array", _archive(_ARRAY)),
    "odd-tree": (
        "a tree of another form",
        _archive({"dict": {"status": {"x": 1, "y": 2}}}),
    ),
    "passed": (
        "a verdict in place of an answer",
        _archive(
            {
                "dict": {
                    "status": "passed",
                    "points": 2,
                    "value": 2,
                    "after": {"dict": {}},
                }
            }
        ),
    ),
    "odd-changes": (
        "arguments that are none",
        _archive(_ok(6, {"list": [{"float": "nan"}, 7, None]})),
    ),
    "superscript": ("a changed argument ²", _archive(_ok(6, {"dict": {"²": 1}}))),
    "long-message": ("an error message of 10 MB", _archive(_MANY)),
    "long-key": (
        "a dictionary with a key of 10 MB",
        _archive(_ok({"dict": {"k" * 10**7: 1}})),
    ),
    "huge-integer": ("a number of 4,000 digits", _archive(_ok(10**4000))),
    "surrogates": ("text that no file can hold", _archive(_ok("\ud800"))),
}

FORGED_REPLIES = tuple(
    Attack(
        f"reply-{name}",
        f"Answers with {what}.",
        _forged(data),
        solved=False,
        points=NOTHING,
    )
    for name, (what, data) in REPLIES.items()
)

# Name -> (what it is, what `double` returns).
RESULTS = {
    "huge": ("100 MB", "np.ones((13, 2**20))"),
    "nested": ("lists in lists in lists", "nested"),
    "nan": ("NaN for everything", "x * float('nan')"),
    "infinite": ("infinity", "np.inf"),
    "object-array": ("an array of objects", "np.array([x], dtype=object)"),
    "structured": ("a structured array", "np.zeros(3, [('a', float), ('b', int)])"),
    "text": ("markup", "'<script>alert(1)</script>' * 1000"),
    "big-integer": ("a number of 5,000 digits", "10**5000"),
    "too-big-for-a-float": ("2 to the power of 5,000", "2**5000"),
    "endless": ("a list that holds itself", "endless"),
    "liar": ("an object that equals everything", "Liar()"),
    "subclass": (
        "an array whose shape and values lie",
        "x.view(Lying) if hasattr(x, 'view') else np.zeros(1).view(Lying)",
    ),
    "lying-float": ("a float that equals everything", "LyingFloat(0)"),
    "lying-list": ("a list whose length and items lie", "LyingList([0])"),
    "itself": ("itself", "double"),
    "exception": ("an exception", "KeyboardInterrupt()"),
    "mapping": ("a dictionary in which everything is found", "Everything()"),
    "odd-keys": ("a dictionary with odd keys", "{1: 1, '1': 2, '\\ud800': 3}"),
}
_LIARS = """
import numpy as np

endless, nested = [], []
endless.append(endless)
for _ in range(5000):
    nested = [nested]


class Liar:
    __class__ = np.ndarray
    shape, dtype, ndim, size = (3,), np.dtype(float), 1, 3

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        raise SystemExit

    def __float__(self):
        return 6.0

    def __getattr__(self, name):
        return Liar()

    def __reduce__(self):
        return print, ("BROKE",)

    __hash__ = None


class Lying(np.ndarray):
    shape = (3,)

    def __array_finalize__(self, other):
        pass

    def __eq__(self, other):
        return True

    def __array_function__(self, *args):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def tobytes(self, *args):
        return b"x" * 8

    __hash__ = None


class LyingFloat(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 6.0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = None


class LyingList(list):
    def __len__(self):
        return 10**9

    def __iter__(self):
        while True:
            yield 1

    def __eq__(self, other):
        return True

    __hash__ = None


class Everything(dict):
    def items(self):
        while True:
            yield "status", "ok"

    def __contains__(self, key):
        return True


"""
LYING_RESULTS = tuple(
    Attack(
        f"result-{name}",
        f"Returns {what}.",
        double=f"{_LIARS}def double(x):\n    return {value}",
        points=(1, 0),
    )
    for name, (what, value) in RESULTS.items()
)

_EARLY_REPLY = """
kernel = get_ipython().kernel
"""
PATCHES = (
    Attack(
        "patched-check",
        "Replaces `check` by something that is content.",
        "import grader, grader.notebook.check as door\ngrader.check = door.check = lambda name: 2.0",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-numpy",
        "Lets NumPy find everything equal.",
        """
import numpy as np
for name in ("allclose", "isclose", "array_equal", "all", "testing"):
    setattr(np, name, lambda *args, **kwargs: True)
import numpy.testing
np.ndarray.__eq__ if False else None
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-builtins",
        "Lets Python's own functions find everything true.",
        """
import builtins
builtins.all = builtins.any = lambda *args: True
builtins.abs = lambda *args: 0
builtins.round = lambda *args: 2
builtins.float = lambda *args: 2.0
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "ast-transformer",
        "Rewrites the syntax tree of every later cell into one that shows 2.0.",
        """
import ast
class Rewriter(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.parse("2.0")
get_ipython().ast_transformers.append(Rewriter())
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "input-transformer",
        "Rewrites the text of every later cell, the judge's questions too.",
        f"""
{_DISPLAY}
def rewrite(lines):
    return ["from IPython.display import display\\n", "display({{'{MIME}': 'e30='}}, raw=True)\\n", "2.0\\n"]
get_ipython().input_transformers_cleanup.append(rewrite)
get_ipython().input_transformers_post.append(rewrite)
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "display-hook",
        "Shows full points whatever a cell gives.",
        """
import sys
shell = get_ipython()
shell.displayhook.compute_format_data = lambda result: ({"text/plain": "2.0"}, {})
sys.displayhook = lambda value: print(2.0)
shell.display_formatter.format = lambda *args, **kwargs: ({"text/plain": "2.0"}, {})
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "events",
        "Shows full points after every cell, and changes the namespace before.",
        f"""
{_DISPLAY}
def after(*args):
    display({{"text/plain": "2.0", "text/html": "2 of 2 points"}}, raw=True)
def before(*args):
    get_ipython().user_ns["check"] = lambda name: 2.0
for event in ("post_execute", "post_run_cell"):
    get_ipython().events.register(event, after)
get_ipython().events.register("pre_run_cell", before)
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-probe",
        "Lets the kernel's end answer that all is well.",
        """
from grader.probing import answer as probe, functions, plain
import grader.kernel.answer as answer
answer.reach = probe.reach = lambda *args: {"status": "ok", "value": 6, "after": {}}
probe._probed = probe.call = functions.call = probe.reach
probe.PROBES.clear()
plain.to_plain = lambda value: 6
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-publish",
        "Replaces the kernel's end of every question, and prints a verdict.",
        "import grader.kernel.answer as answer\nanswer._publish = lambda *args: print('passed: 2 of 2 points')",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-plain",
        "Lets what crosses be the question, not the answer.",
        """
from grader.probing import plain
real = plain.to_bytes
plain.to_bytes = lambda value, *args: real({"status": "ok", "value": {"points": 2.0, "passed": True}, "after": {}})
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "ctypes-writes",
        "Writes other numbers over Python's small integers.",
        """
import ctypes
for number in range(5, 200):
    ctypes.c_uint32.from_address(id(number) + 24).value = 6
""",
        double="def double(x):\n    return x",
        points=(1, 0),
        solved=True,
    ),
    Attack(
        "same-cell-as-the-judge",
        "Puts the judge's question to itself, and shows the answer as its own.",
        f"""
{_DISPLAY}
import base64
from grader.probing import plain
from grader.kernel.answer import _publish
question = {{"probe": "call", "name": "double", "args": (1,), "kwargs": {{}}}}
_publish(globals(), base64.b64encode(plain.to_bytes(question)).decode())
display({{"{MIME}": base64.b64encode(plain.to_bytes({{"status": "ok", "value": 2, "after": {{}}}})).decode()}}, raw=True)
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "patched-changes",
        "Changes its input, and lets nothing in the kernel be different from anything.",
        """
import sys
import grader.kernel.answer
for name, module in list(sys.modules.items()):
    if name.startswith("grader.probing."):
        module._differs = lambda *args: False
""",
        double="""
def double(x):
    x *= 2
    return x
""",
        points=(1, 0),
    ),
    Attack(
        "patched-time-limit",
        "Takes the kernel's limit of time away, and computes for ever.",
        """
import contextlib
from grader.probing import answer as probe, limit
probe.limited = limit.limited = lambda *args: contextlib.nullcontext()
""",
        double="""
def double(x):
    while True:
        pass
""",
        points=(1, 0),
        note="never came back",
    ),
    Attack(
        "answers-the-second-time",
        "Lacks a name on purpose, so that all runs once more, and remembers the first time.",
        "from pathlib import Path\n"
        "first = not Path('turn').exists()\n"
        "Path('turn').write_text('taken')",
        double="def double(x):\n"
        "    if first:\n        raise NameError(x)\n    return 2 * x",
        points=(1, 0),
    ),
    Attack(
        "answers-where-less-runs",
        "Is right only where cells of the lab did not run, by a name that nobody can read.",
        double="""
from operator import attrgetter

def double(x):
    names = attrgetter("__glo" + "bals__")(double)
    return 0 if "triple" in names else 2 * x
""",
        points=(1, 0),
    ),
    Attack(
        "answers-by-a-table",
        "Knows the public inputs by heart.",
        double="def double(x):\n    return {3: 6, -2.5: -5.0, 0: 0}[x]",
        points=(1, 0),
    ),
)

_SEND = "kernel = get_ipython().kernel\nsession, iopub = kernel.session, kernel.iopub_socket\nparent = kernel.get_parent()\n"
MESSAGES = (
    Attack(
        "forged-execute-reply",
        "Sends the reply of a cell before it ran, for this cell and all later ones.",
        """
kernel = get_ipython().kernel
async def execute(*args, **kwargs):
    return {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
kernel.do_execute = execute
kernel.session.send(kernel.shell_stream, "execute_reply", {"status": "ok", "execution_count": 1}, kernel.get_parent())
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "reply-of-another-form",
        "Sends replies that lack everything.",
        """
kernel = get_ipython().kernel
for content in ({}, {"status": 7}, {"status": "error"}, {"status": "ok", "payload": 3}):
    kernel.session.send(kernel.shell_stream, "execute_reply", content, kernel.get_parent())
""",
    ),
    Attack(
        "shell-replies-that-arrive",
        "Answers the request for this cell itself, again and again, in every form.",
        _SEND
        + """
ident = kernel._parent_ident["shell"]
fine = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
for kind in ("execute_reply", "kernel_info_reply", "shutdown_reply", ""):
    for content in (fine, {}, {"status": 7}, {"status": "error"}, {"status": "aborted"}):
        session.send(kernel.shell_stream, kind, content, parent, ident=ident)
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "shell-flood",
        "Sends 100,000 replies that nobody asked for.",
        _SEND
        + """
ident = kernel._parent_ident["shell"]
for number in range(100_000):
    other = {"header": {"msg_id": str(number)}}
    session.send(kernel.shell_stream, "execute_reply", {"status": "ok"}, other, ident=ident)
""",
    ),
    Attack(
        "stdin-flood",
        "Asks 100,000 times for a password, without waiting.",
        _SEND
        + """
ident = kernel._parent_ident["shell"]
for number in range(100_000):
    asked = {"prompt": "Password of the instructor: ", "password": True}
    session.send(kernel.stdin_socket, "input_request", asked, parent, ident=ident)
""",
    ),
    Attack(
        "stdin-questions",
        "Waits for somebody to type.",
        tries(
            "print('BROKE', input('Password of the instructor: '))",
            "import getpass\nprint('BROKE', getpass.getpass())",
            "print('BROKE', open(0).read(1) or 1 / 0)",
            "print('BROKE', get_ipython().kernel._input_request('x', b'', {}))",
            "import pdb\npdb.set_trace()",
            "import code\ncode.interact()",
        ),
    ),
    Attack(
        "forged-display",
        "Sends outputs as if they were the check's, and updates of earlier ones.",
        _SEND
        + """
verdict = {"text/plain": "2.0", "text/html": "2 of 2 points"}
session.send(iopub, "execute_result", {"data": verdict, "metadata": {}, "execution_count": 1}, parent)
for ident in ("", "double", "0"):
    transient = {"display_id": ident}
    session.send(iopub, "display_data", {"data": verdict, "metadata": {}, "transient": transient}, parent)
    session.send(iopub, "update_display_data", {"data": verdict, "metadata": {}, "transient": transient}, parent)
session.send(iopub, "clear_output", {"wait": False}, parent)
""",
        solved=False,
        points=NOTHING,
    ),
    *(
        Attack(
            f"malformed-{name}",
            f"Sends {what}.",
            _SEND + code,
        )
        for name, what, code in (
            (
                "empty",
                "messages without content",
                "for kind in ('display_data', 'execute_result', 'stream', 'error', 'update_display_data', 'status', 'clear_output'):\n    session.send(iopub, kind, {}, parent)",
            ),
            (
                "types",
                "fields of the wrong type",
                "for data in (3, [], 'x', None, {'text/plain': 7}, {'text/html': {'a': [1]}}, {'image/png': None}, {'': ''}):\n    session.send(iopub, 'display_data', {'data': data, 'metadata': data, 'transient': data}, parent)\nsession.send(iopub, 'stream', {'name': 7, 'text': ['x']}, parent)\nsession.send(iopub, 'error', {'ename': 1, 'evalue': None, 'traceback': 'x'}, parent)",
            ),
            (
                "html-types",
                "HTML that is no text",
                "session.send(iopub, 'display_data', {'data': {'text/html': {'a': [1]}, 'image/svg+xml': 5}, 'metadata': {'text/html': 3}}, parent)",
            ),
            (
                "png",
                "a picture that is no picture",
                "session.send(iopub, 'display_data', {'data': {'image/png': '\"><script>alert(1)</script>', 'image/jpeg': 'x'}, 'metadata': {'image/png': {'width': '\"><script>alert(1)</script>', 'height': -1}}}, parent)",
            ),
            (
                "kind",
                "a kind of message that does not exist",
                "session.send(iopub, 'no_such_kind', {'data': 1}, parent)\nsession.send(iopub, 'comm_open', {'comm_id': 1, 'target_name': 'jupyter.widget', 'data': {}}, parent)\nsession.send(iopub, 'comm_msg', {'comm_id': [], 'data': 5}, parent)",
            ),
            (
                "state",
                "that it is idle, though it is not",
                "session.send(iopub, 'status', {'execution_state': 'idle'}, parent)\nsession.send(iopub, 'status', {'execution_state': 'dead'}, parent)",
            ),
            (
                "content",
                "content that is no dictionary",
                "for content in (7, 'x', [1], None):\n    try:\n        session.send(iopub, 'display_data', content, parent)\n    except Exception:\n        pass",
            ),
            (
                "parent",
                "messages with another parent and header",
                "session.send(iopub, 'stream', {'name': 'stdout', 'text': 'x'}, {'header': 7})\nsession.send(iopub, 'stream', {'name': 'stdout', 'text': 'x'}, {})",
            ),
            (
                "frames",
                "frames that are no message",
                "for frames in ([b'x'], [b'<IDS|MSG>'], [b'<IDS|MSG>', b'', b'{', b'{', b'{', b'{'], [b'\\xff' * 50] * 9):\n    iopub.send_multipart(frames)",
            ),
            (
                "hmac",
                "messages with a wrong signature",
                "session.key = b'another'\nsession.send(iopub, 'stream', {'name': 'stdout', 'text': 'x'}, parent)",
            ),
            (
                "surrogates",
                "text that no file can hold",
                "print('\\ud800')\nfrom IPython.display import display\ndisplay({'text/html': '\\udfff', 'text/plain': '\\ud800'}, raw=True)",
            ),
            (
                "numbers",
                "numbers that JSON does not know",
                "import json\nsession.pack = lambda o: json.dumps(o, default=str).replace('\"@@\"', 'NaN').encode()\nsession.send(iopub, 'display_data', {'data': {'application/json': '@@'}, 'metadata': {'x': '@@'}}, parent)",
            ),
            (
                "deep",
                "content nested 3,000 deep",
                "session.pack = lambda o: b'{\"data\": ' + b'[' * 3000 + b']' * 3000 + b'}'\nsession.send(iopub, 'display_data', {}, parent)",
            ),
            (
                "lines",
                "what it prints as a list of lines",
                "for name in ('stdout', 'stderr', 'stdout'):\n"
                "    session.send(iopub, 'stream', {'name': name, 'text': ['x', 'y']}, parent)",
            ),
            (
                "names",
                "names of output that are markup",
                "session.send(iopub, 'stream', {'name': '\"><script>alert(1)</script>', 'text': 'x'}, parent)\nsession.send(iopub, 'error', {'ename': '<script>alert(1)</script>', 'evalue': '<script>', 'traceback': ['<script>alert(1)</script>', '\\x1b[31m<script>']}, parent)",
            ),
        )
    ),
    Attack(
        "huge-message",
        "Sends one message of 200 MB.",
        _SEND
        + "session.send(iopub, 'stream', {'name': 'stdout', 'text': 'x'}, parent, buffers=[b'x' * (200 * 2**20)])",
    ),
    Attack(
        "closed-sockets",
        "Closes the sockets on which it should answer.",
        "kernel = get_ipython().kernel\nkernel.iopub_socket.close()\nkernel.shell_stream.socket.close(0)",
        note="replaced",
    ),
)
ATTACKS = FORGED_REPLIES + LYING_RESULTS + PATCHES + MESSAGES
