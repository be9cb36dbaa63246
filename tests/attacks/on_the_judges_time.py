"""Attacks on the judge's time and memory: to end it, or to keep it busy for hours."""

from attack import NOTHING, Attack
from on_the_judge import MIME

# Zeros and repetitions: of them a megabyte is packed into a kilobyte.
_FORGE = f"""
import base64, io
import numpy as np
import grader.kernel.answer as answer
from IPython.display import display

def answer_with(value, save=np.savez_compressed, **arrays):
    tree = b'{{"dict": {{"status": "ok", "changed": {{"list": []}}, "value": ' + value + b'}}}}'
    file = io.BytesIO()
    save(file, tree=np.frombuffer(tree, np.uint8), **arrays)
    text = base64.b64encode(file.getvalue()).decode()
    answer._publish = lambda *_: display({{{MIME!r}: text}}, raw=True)

"""
REPLIES = {
    "packed-lists": (
        "three million empty lists in a small file",
        """answer_with(b'{"list": [' + b'{"list": []}, ' * (3 * 10**6) + b'1]}')""",
    ),
    "lists": (
        "a million empty lists",
        """answer_with(b'{"list": [' + b'{"list": []}, ' * 10**6 + b'1]}', np.savez)""",
    ),
    "shared-array": (
        "a list that holds one array of 32 MB a hundred times",
        """answer_with(b'{"list": [' + b'{"array": "a"}, ' * 99 + b'{"array": "a"}]}', a=np.zeros(2**22))""",
    ),
    "keys": (
        "a dictionary with a million keys",
        """answer_with(b'{"dict": {' + b', '.join(b'"%d": 1' % n for n in range(10**6 + 1)) + b'}}')""",
    ),
    "arrays": (
        "an archive of a hundred thousand arrays",
        """
one = io.BytesIO()
np.save(one, np.zeros(1))
import zipfile
def save(file, tree):
    with zipfile.ZipFile(file, "w") as archive:
        np.save(archive.open("tree.npy", "w"), tree)
        for n in range(10**5):
            archive.writestr(f"{n}.npy", one.getvalue())
answer_with(b'1', save)
""",
    ),
    "numbers": (
        "as many numbers as an answer may hold, in every answer",
        """answer_with(b'{"list": [' + b'6, ' * 900_000 + b'6]}', np.savez)""",
    ),
}

FORGED_REPLIES = tuple(
    Attack(
        f"judge-{name}",
        f"Answers with {what}.",
        _FORGE + code,
        solved=False,
        points=NOTHING,
    )
    for name, (what, code) in REPLIES.items()
)

_SEND = "kernel = get_ipython().kernel\nsession, iopub = kernel.session, kernel.iopub_socket\nparent = kernel.get_parent()\n"
_LAMBDAS = "f = [" + ",\n".join(["lambda:" * 85 + "0"] * 150) + "]"
OTHERS = (
    Attack(
        "judge-empty-lines",
        "Has a cell of 99,000 empty lines that is no Python, and is looked through for magics.",
        "(" + "\n" * 99_000,
    ),
    Attack(
        "judge-nested-functions",
        "Has functions in functions, each of which is looked through with all inside.",
        _LAMBDAS,
    ),
    Attack(
        "judge-many-statements",
        "Has 7,000 statements, of each of which the names are noted.",
        "a0 = 0\n" + "\n".join(f"a{n} = a{n - 1}" for n in range(1, 7_000)),
    ),
    Attack(
        "judge-long-cell",
        "Has a cell of a million letters, which takes minutes to compile.",
        "def f(): 0\n" * 100_000,
        note="characters of code",
    ),
    Attack(
        "judge-long-notebook",
        "Has an answer of less than that, which has to be compiled again and again.",
        double="def double(x):\n    return 2 * x\n" + "def f(): 0\n" * 20_000,
        points=(1, 0),
        note="characters of code",
    ),
    Attack(
        "judge-many-replies",
        "Answers a question a hundred thousand times.",
        f"""
import grader.kernel.answer as answer
from IPython.display import display
def publish(*_):
    for _ in range(10**5):
        display({{{MIME!r}: "x"}}, raw=True)
answer._publish = publish
""",
        solved=False,
        points=NOTHING,
    ),
    Attack(
        "judge-many-messages",
        "Sends small messages that belong to no cell, for as long as it may.",
        _SEND
        + """
while True:
    session.send(iopub, "stream", {"name": "stdout", "text": ""}, {})
""",
        # The cell that is stopped: which limit it meets first, the machine decides.
        note="get_ipython().kernel",
    ),
    Attack(
        "judge-large-message",
        "Sends a message that holds four million lists.",
        _SEND
        + """
session.pack = lambda content: b'{"data": [' + b'[],' * (4 * 10**6) + b'1]}'
session.send(iopub, "display_data", {}, parent)
""",
        note="replaced",
    ),
)
ATTACKS = FORGED_REPLIES + OTHERS
