"""Attacks by what is handed in: notebooks, files, names; and on whoever reads the pages."""

import copy
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from attack import (
    NOTHING,
    RIGHT,
    STEM,
    Attack,
    Notebook,
    code_cell,
    find,
    graded_id,
    markdown_cell,
    solution,
)

Edit = Callable[[Notebook], None]


def _forge_checks(notebook: Notebook) -> None:
    for name in ("predictions", "double"):
        find(notebook, name)["source"] = (
            "from grader import check\nprint('passed')\n2.0"
        )


def _duplicate_checks(notebook: Notebook) -> None:
    for name in ("predictions", "double"):
        copied = copy.deepcopy(find(notebook, name))
        copied["source"] = "2.0"
        notebook["cells"] += [copied, copy.deepcopy(copied)]


def _duplicate_solutions(notebook: Notebook) -> None:
    for name in ("predictions", "double"):
        notebook["cells"] += [copy.deepcopy(solution(notebook, name))]


def _remove_checks(notebook: Notebook) -> None:
    kept = [
        c for c in notebook["cells"] if graded_id(c) not in ("predictions", "double")
    ]
    notebook["cells"] = kept


def _remove_all(notebook: Notebook) -> None:
    notebook["cells"] = []


def _judges_ids(notebook: Notebook) -> None:
    for cell_id in (
        "grading-notes",
        "double",
        "predictions",
        "repaired-000",
        "added-001",
    ):
        cell = code_cell("print('mine')", cell_id)
        notebook["cells"].insert(0, cell)
    own = {
        "grade": True,
        "solution": False,
        "grade_id": "double",
        "locked": True,
        "points": 100,
        "schema_version": 3,
        "cell_type": "code",
        "task": False,
    }
    notebook["cells"].insert(0, code_cell("100.0", "x1", nbgrader=own))
    notebook["cells"].append(
        code_cell("100.0", "x2", nbgrader={**own, "grade_id": "bonus"})
    )


def _more_points(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader")
        if role:
            role.update(points=100, grade=True, locked=False, solution=True, task=False)


def _other_roles(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        role = cell["metadata"].get("nbgrader")
        if role:
            role.update(points="many", grade="yes", schema_version=99, cell_type="raw")


def _odd_metadata(notebook: Notebook) -> None:
    odd = [7, "x", [], {"grade_id": 5}, {"grade_id": "double", "points": -1}, None]
    for cell, role in zip(notebook["cells"], odd * 9, strict=False):
        cell["metadata"]["nbgrader"] = role


def _skip(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    notebook["metadata"]["tags"] = ["skip-execution"]


def _outputs(notebook: Notebook) -> None:
    for name in ("predictions", "double"):
        find(notebook, name)["outputs"] = [
            {
                "output_type": "execute_result",
                "data": {"text/plain": "2.0"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
        find(notebook, name)["execution_count"] = 1


def _other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {
        "name": "../../bash",
        "display_name": "x",
        "language": "bash",
    }
    notebook["metadata"]["language_info"] = {
        "name": "bash",
        "version": [1],
    }


def _other_types(notebook: Notebook) -> None:
    for name, kind in (("predictions", "markdown"), ("double", "raw")):
        cell = find(notebook, name)
        cell["cell_type"] = kind
        del cell["outputs"], cell["execution_count"]


def _many_cells(notebook: Notebook) -> None:
    notebook["cells"] += [code_cell("1", f"c{i}") for i in range(3000)]


def _surrogates(notebook: Notebook) -> None:
    notebook["cells"].insert(0, markdown_cell("\ud800 <b>\udfff</b>", "s1"))
    notebook["cells"].insert(0, code_cell("x = '\udc80'", "s2"))
    notebook["metadata"]["title"] = "\udc80"


def _odd_metadata_types(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = 7


def _huge_cell(notebook: Notebook) -> None:
    notebook["cells"].insert(0, code_cell("a = 1\n" * 150_000, "huge"))


def _help_lines(notebook: Notebook) -> None:
    unpatch = (
        "s = get_ipython()\n"
        "s.run_cell_async.__func__\n"
        "s.input_transformer_manager.token_transformers = []\n"
        "s.input_transformer_manager.line_transforms = []\n"
    )
    notebook["cells"].insert(
        0, code_cell("\n".join(f"a{i}?" for i in range(9000)), "h2")
    )
    notebook["cells"].insert(0, code_cell(unpatch, "h1"))


def _nested_source(notebook: Notebook) -> None:
    for number, source in enumerate(
        (
            "x = " + "(" * 5000 + ")" * 5000,
            "x = " + "-" * 50_000 + "1",
            "x = 1" + " + 1" * 50_000,
            "x = y" + ".a" * 50_000,
            "x = " + "[" * 90 + "]" * 90,
            "if 1:\n"
            + "".join(" " * i + "if 1:\n" for i in range(1, 99))
            + " " * 99
            + "pass",
            "x = 'a\0b'",
            "x = 10**10**7",
            "x = 'a' * 10**11",
        )
    ):
        notebook["cells"].insert(0, code_cell(source, f"n{number}"))


def _many_branches(notebook: Notebook) -> None:
    branches = "    elif x is None: pass\n" * 900
    solution(notebook, "double")["source"] = (
        f"def double(x):\n    if x is None: pass\n{branches}    return 2 * x\n"
    )


EDITS: dict[str, tuple[str, Edit, bool, tuple[float, float]]] = {
    "forged-checks": ("Rewrites the check cells.", _forge_checks, False, NOTHING),
    "duplicated-checks": (
        "Copies the check cells, with full points in the copies.",
        _duplicate_checks,
        False,
        NOTHING,
    ),
    "duplicated-solutions": (
        "Copies the solved cells behind the checks.",
        _duplicate_solutions,
        True,
        RIGHT,
    ),
    "no-checks": ("Removes the check cells.", _remove_checks, True, RIGHT),
    "no-cells": ("Removes every cell.", _remove_all, False, NOTHING),
    "judges-ids": (
        "Adds cells with ids that the grader uses itself.",
        _judges_ids,
        False,
        NOTHING,
    ),
    "more-points": (
        "Gives every cell 100 points, and unlocks it.",
        _more_points,
        False,
        NOTHING,
    ),
    "other-roles": (
        "Gives every role of nbgrader another type.",
        _other_roles,
        True,
        RIGHT,
    ),
    "odd-roles": (
        "Gives cells roles that are no roles.",
        _odd_metadata,
        True,
        RIGHT,
    ),
    "skip-execution": ("Tags every cell so that it is skipped.", _skip, False, NOTHING),
    "ready-outputs": (
        "Hands in the outputs of a perfect run.",
        _outputs,
        False,
        NOTHING,
    ),
    "other-kernel": (
        "Asks for another kernel and language.",
        _other_kernel,
        True,
        RIGHT,
    ),
    "other-cell-types": ("Turns the checks into words.", _other_types, False, NOTHING),
    "many-cells": ("Has 3,000 cells more.", _many_cells, True, NOTHING),
    "surrogates": ("Holds text that no file can hold.", _surrogates, True, RIGHT),
    "odd-metadata": (
        "Has a number where metadata should be.",
        _odd_metadata_types,
        True,
        RIGHT,
    ),
    "huge-cell": ("Has a cell of a million characters.", _huge_cell, True, RIGHT),
    "help-lines": (
        "Has a cell that takes IPython's translation for ever.",
        _help_lines,
        True,
        RIGHT,
    ),
    "many-branches": (
        "Writes 900 branches, each of which lies in the one before.",
        _many_branches,
        True,
        RIGHT,
    ),
    "nested-source": (
        "Nests its code so deep that reading it breaks.",
        _nested_source,
        True,
        RIGHT,
    ),
}
NOTEBOOKS = tuple(
    Attack(f"notebook-{name}", does, edit=edit, solved=solved, points=points)
    for name, (does, edit, solved, points) in EDITS.items()
)


# ---- Files


def _plain(folder: Path, notebook: Notebook, name: str = f"{STEM}.ipynb") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(notebook))
    return path


def _others(folder: Path) -> Path:
    return folder.parent.parent / "all-right" / STEM


def _link_file(folder: Path, notebook: Notebook) -> None:
    folder.mkdir()
    (folder / f"{STEM}.ipynb").symlink_to(_others(folder) / f"{STEM}.ipynb")


def _link_folder(folder: Path, notebook: Notebook) -> None:
    folder.symlink_to(_others(folder))


def _link_student(folder: Path, notebook: Notebook) -> None:
    folder.parent.rmdir()
    folder.parent.symlink_to(_others(folder).parent)


def _link_inside(folder: Path, notebook: Notebook) -> None:
    _plain(folder, notebook)
    (folder / "data").symlink_to("/etc")
    (folder / "a.ipynb").symlink_to(_others(folder) / f"{STEM}.ipynb")


def _link_renamed(folder: Path, notebook: Notebook) -> None:
    folder.mkdir()
    (folder / "A.IPYNB").symlink_to(_others(folder) / f"{STEM}.ipynb")


def _pipe(folder: Path, notebook: Notebook) -> None:
    folder.mkdir()
    os.mkfifo(folder / f"{STEM}.ipynb")


def _folder_as_file(folder: Path, notebook: Notebook) -> None:
    (folder / f"{STEM}.ipynb").mkdir(parents=True)


def _odd_file_names(folder: Path, notebook: Notebook) -> None:
    _plain(folder, notebook, "<img src=x onerror=alert(1)>\n\x1b[31m..%2f.ipynb")
    (folder / "x.py").write_text("raise SystemExit")
    (folder / "numpy.py").write_text("raise SystemExit")


def _names_in_two_cases(folder: Path, notebook: Notebook) -> None:
    _plain(folder, notebook, f"{STEM.upper()}.ipynb")
    _plain(folder, {**notebook, "cells": []})


def _bytes(data: bytes) -> Callable[[Path, Notebook], None]:
    def write(folder: Path, notebook: Notebook) -> None:
        folder.mkdir()
        (folder / f"{STEM}.ipynb").write_bytes(data)

    return write


def _changed(change: Edit) -> Callable[[Path, Notebook], None]:
    def write(folder: Path, notebook: Notebook) -> None:
        change(notebook)
        _plain(folder, notebook)

    return write


def _with(**fields: object) -> Callable[[Path, Notebook], None]:
    return _changed(lambda notebook: notebook.update(fields))


def _version_3(folder: Path, notebook: Notebook) -> None:
    import nbformat

    old = nbformat.convert(nbformat.from_dict(notebook), 3)
    _plain(folder, old)


def _zipped(name: str, more: int = 0) -> Callable[[Path, Notebook], None]:
    """Give what writes an archive with the notebook in it, and empty files."""

    def write(folder: Path, notebook: Notebook) -> None:
        folder.mkdir()
        with zipfile.ZipFile(
            folder / f"{STEM}.zip", "w", zipfile.ZIP_DEFLATED
        ) as archive:
            archive.writestr(name, json.dumps(notebook))
            for number in range(more):
                archive.writestr(f"{number}.txt", "")

    return write


def _huge_numbers(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 10**3000


def _not_numbers(notebook: Notebook) -> None:
    notebook["metadata"]["x"] = [float("nan"), float("inf"), -float("inf")]


_TEXT = json.dumps(
    {"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": "@"}, "cells": []}
)
FILES: dict[str, tuple[str, Callable[[Path, Notebook], None], tuple[float, float]]] = {
    "link-to-a-file": ("Hands in a link to another's notebook.", _link_file, NOTHING),
    "link-to-a-folder": ("Hands in a link to another's folder.", _link_folder, NOTHING),
    "link-inside": ("Hands in links beside the notebook.", _link_inside, RIGHT),
    "link-renamed": ("Hands in a link under another name.", _link_renamed, NOTHING),
    "pipe": ("Hands in a pipe, which nobody writes to.", _pipe, NOTHING),
    "folder-as-file": (
        "Hands in a folder in place of the notebook.",
        _folder_as_file,
        NOTHING,
    ),
    "odd-file-names": (
        "Names the notebook like markup, with a newline.",
        _odd_file_names,
        RIGHT,
    ),
    "names-in-two-cases": (
        "Hands in two notebooks whose names differ in case only.",
        _names_in_two_cases,
        RIGHT,
    ),
    "empty": ("Hands in nothing.", _bytes(b""), NOTHING),
    "not-utf-8": (
        "Hands in text that is not UTF-8.",
        _bytes(b'{"cells": "\xff\xfe"}'),
        NOTHING,
    ),
    "fifty-megabytes": (
        "Hands in 50 MB.",
        _bytes(b'{"x": "' + b"x" * 50_000_000 + b'"}'),
        NOTHING,
    ),
    "zip-with-an-endless-list": (
        "Hands in an archive whose list of files is endless.",
        _zipped(f"{STEM}.ipynb", 30_000),
        NOTHING,
    ),
    "zip-with-markup": (
        "Hands in an archive in which the notebook is called like markup.",
        _zipped("`<img src=x onerror=alert(1)>`\n.ipynb"),
        RIGHT,
    ),
    "a-list": ("Hands in a list.", _bytes(b"[{}, {}]"), NOTHING),
    "deep-json": ("Hands in lists 100,000 deep.", _bytes(b"[" * 100_000), NOTHING),
    "deep-metadata": (
        "Nests metadata 100,000 deep.",
        _bytes(_TEXT.replace('"@"', "[" * 100_000 + "]" * 100_000).encode()),
        NOTHING,
    ),
    "nested-metadata": (
        "Nests metadata 900 deep.",
        _bytes(_TEXT.replace('"@"', "[" * 900 + "]" * 900).encode()),
        NOTHING,
    ),
    "many-lists": (
        "Hands in three million empty lists.",
        _bytes(_TEXT.replace('"@"', "[" + "[]," * 3_000_000 + "1]").encode()),
        NOTHING,
    ),
    "many-digits": (
        "Hands in a number of a million digits.",
        _bytes(_TEXT.replace('"@"', "1" * 1_000_000).encode()),
        NOTHING,
    ),
    "huge-numbers": (
        "Counts its runs in thousands of digits.",
        _changed(_huge_numbers),
        RIGHT,
    ),
    "not-numbers": ("Holds NaN, which is no JSON.", _changed(_not_numbers), RIGHT),
    "format-3": ("Hands in an old format.", _version_3, RIGHT),
    "format-5": ("Hands in a future format.", _with(nbformat=5), RIGHT),
    "format-negative": ("Hands in a format below zero.", _with(nbformat=-1), RIGHT),
    "format-text": (
        "Hands in a format that is a text.",
        _with(nbformat="4", nbformat_minor=[]),
        RIGHT,
    ),
    "cells-are-text": (
        "Hands in cells that are a text.",
        _with(cells="x" * 100),
        NOTHING,
    ),
    "cells-are-numbers": (
        "Hands in cells that are numbers.",
        _with(cells=[1, None, [], {}]),
        NOTHING,
    ),
}
HANDED_IN = (
    *(
        Attack(f"file-{name}", does, file=write, points=points)
        for name, (does, write, points) in FILES.items()
    ),
    Attack(
        "file-link-to-a-student",
        "Is a link to another student.",
        file=_link_student,
        graded=False,
    ),
)

# ---- Names of students, which a course may take from anywhere.
NAMES = tuple(
    Attack(
        name,
        "Has a name that is more than a name.",
        graded="/" not in name and name[0] != "." and name.isprintable(),
    )
    for name in (
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)<",
        "[bold red]x[/blue]",
        "..%2f..%2fetc",
        "...",
        "-rf",
        "new\nline\x1b[31m",
        "x" * 200,
        "\u202eevil\u0000".replace("\0", "") + "é\u0301\U0001f600",
        "a b'c\"d;drop table student",
        "*",
        "{{7*7}}",
    )
)

# Two students for a course, one for a file system that takes case for nothing.
CASES = (
    Attack("Same-Name", "Has another's name, but for the case of its letters."),
    Attack(
        "same-name",
        "Has another's name, in lower case, and did nothing.",
        solved=False,
        points=NOTHING,
    ),
)

# ---- Pages

SCRIPT = "<script>alert('fired')</script>"
HTML = (
    SCRIPT,
    "<img src=x onerror=alert('fired')>",
    "<svg onload=alert('fired')><script>alert('fired')</script></svg>",
    "<iframe srcdoc=\"<script>alert('fired')</script>\"></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<a href=\"javascript:alert('fired')\">x</a>",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<form action='https://example.org/steal'><input name=x><button formaction='javascript:alert(1)'>x</button></form>",
    "<style>body{background:url(https://example.org/x)}</style>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org/'>",
    "<img src='https://example.org/pixel.png'>",
    "<video src='https://example.org/x' autoplay onplay=alert(1)></video><audio src=https://example.org/x>",
    "<details open ontoggle=alert('fired')>x</details>",
    "<div style='position:fixed;inset:0;background:url(https://example.org/x)'>x</div>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert('fired')></style></mglyph></table></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert('fired')>\"></noscript>",
    "<template><script>alert('fired')</script></template><portal src='https://example.org'></portal>",
    "<!--><script>alert('fired')</script>-->",
    "</script><script>alert('fired')</script>",
    "</textarea></title></style></pre></div><script>alert('fired')</script>",
    "<x onclick=alert('fired') tabindex=1 onfocus=alert('fired') autofocus>x</x>",
    "<img srcset='https://example.org/a 1x' src=data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+>",
)


def _words(notebook: Notebook) -> None:
    for number, html in enumerate(HTML):
        notebook["cells"].append(markdown_cell(html, f"w{number}"))
    more = (
        f"# Heading {SCRIPT} <img src=x onerror=alert('fired')>",
        "[x](javascript:alert('fired')) ![x](javascript:alert('fired')) <javascript:alert(1)>",
        "![pixel](https://example.org/pixel.png)",
        "$$\\href{javascript:alert('fired')}{x} \\unicode{<script>alert('fired')</script>}$$",
        "$<script>alert('fired')</script>$",
        "`" + SCRIPT + "`\n\n```html\n" + SCRIPT + "\n```\n\n```<script>\nx\n```",
        "<b\n onmouseover\n=\nalert('fired')>x</b>",
        "[ref]: javascript:alert('fired') \"</a><script>alert('fired')</script>\"\n\n[ref]",
        "```mermaid\ngraph TD; A[\"<img src=x onerror=alert('fired')>\"]\n```",
    )
    for number, text in enumerate(more):
        notebook["cells"].append(markdown_cell(text, f"m{number}"))
    find(notebook, "explain")["source"] = SCRIPT + "".join(HTML)


def _slow_words(notebook: Notebook) -> None:
    for number, words in enumerate(
        ("\\begin{a}" * 200_000, "<div>" * 200_000, "[" * 500_000, "<b><p>" * 100_000)
    ):
        notebook["cells"].append(markdown_cell(words, f"slow{number}"))


def _attachments(notebook: Notebook) -> None:
    cell = markdown_cell(
        "![x](attachment:a.png) ![y](attachment:b.svg) <img src='attachment:c'>", "a1"
    )
    cell["attachments"] = {
        "a.png": {"image/png": "\"><script>alert('fired')</script>"},
        "b.svg": {"image/svg+xml": SCRIPT},
        "c": {"text/html": SCRIPT},
    }
    notebook["cells"].append(cell)


def _raw_cells(notebook: Notebook) -> None:
    for number, kind in enumerate(("text/html", "text/markdown", "", "text/latex")):
        cell = markdown_cell("".join(HTML), f"r{number}")
        cell.update(cell_type="raw", metadata={"raw_mimetype": kind, "format": kind})
        notebook["cells"].append(cell)


def _metadata(notebook: Notebook) -> None:
    notebook["metadata"].update(
        title="</title>" + SCRIPT,
        authors=[{"name": SCRIPT}],
        widgets={
            "application/vnd.jupyter.widget-state+json": {
                "version_major": 2,
                "version_minor": 0,
                "state": {
                    "x": {
                        "model_module": "</script>" + SCRIPT,
                        "state": {"value": SCRIPT},
                    }
                },
            }
        },
        language_info={
            "name": "\"><script>alert('fired')</script>",
            "pygments_lexer": "html+jinja",
        },
    )
    for cell in notebook["cells"]:
        cell["metadata"].update(
            name=SCRIPT, slideshow={"slide_type": SCRIPT}, classes=['">' + SCRIPT]
        )


_SHOW = """
from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display
for html in @HTML@:
    display(HTML(html), Latex(html), Markdown(html), Javascript("alert('fired')"))
    display({"image/svg+xml": html, "text/plain": html}, raw=True)
    display({"text/vnd.mermaid": html, "application/vnd.jupyter.widget-view+json": {"model_id": html}}, raw=True)
    display({"application/pdf": html, "application/javascript": "alert('fired')"}, raw=True)
    display({"text/html": html}, metadata={"text/html": {"isolated": True}}, raw=True)
""".replace("@HTML@", repr(HTML))

PAGES = (
    Attack(
        "html-in-words",
        "Writes scripts into Markdown, and into what is graded by hand.",
        edit=_words,
    ),
    Attack(
        "slow-words",
        "Writes words that take hours to become a page.",
        edit=_slow_words,
    ),
    Attack(
        "slow-outputs",
        "Shows what takes hours to become a page.",
        "from IPython.display import HTML, Latex, Markdown, display\n"
        "display(HTML('<div>' * 150_000))\n"
        "display(Markdown(r'\\begin{a}' * 20_000))\n",
    ),
    Attack(
        "html-in-attachments",
        "Attaches scripts in place of pictures.",
        edit=_attachments,
    ),
    Attack("html-in-raw-cells", "Writes scripts into raw cells.", edit=_raw_cells),
    Attack(
        "html-in-metadata",
        "Writes scripts into the notebook's metadata.",
        edit=_metadata,
    ),
    Attack(
        "html-in-outputs",
        "Shows HTML, SVG, JavaScript, LaTeX and widgets that are scripts.",
        _SHOW,
    ),
    Attack(
        "html-in-streams",
        "Prints scripts, raises them, and hides them in colours of a terminal.",
        "import sys\n"
        f"for html in {HTML!r}:\n    print(html)\n    print('\\x1b[31m' + html, file=sys.stderr)\n"
        f"    print('\\x1b[\"><script>alert(1)</script>m\\x1b]8;;javascript:alert(1)\\x07x')\n"
        f"raise type('<script>alert(1)</script>', (Exception,), {{}})({HTML[1]!r})",
    ),
    Attack(
        "html-in-the-verdict",
        "Lets the judge tell it: in errors and in values.",
        double="def double(x):\n"
        "    if isinstance(x, int):\n"
        f"        return {''.join(HTML[:3])!r}\n"
        f"    raise type({SCRIPT!r}, (Exception,), {{}})({''.join(HTML)!r})  # {SCRIPT}",
        points=(1, 0),
    ),
    Attack(
        "html-in-the-notes",
        "Crashes in a cell whose first line is a script.",
        f"{SCRIPT[8:]!r}; __import__('os')._exit(0)  # {SCRIPT} ![x](javascript:alert(1)) `` <img src=x onerror=alert('fired')>",
        note="ended the Python process",
    ),
    Attack(
        "html-in-the-notes-first",
        "The same, with the script first and a backtick to leave the code.",
        f"0 # `{SCRIPT}` <img src=x onerror=alert(1)>\nimport os\nos._exit(0)",
        note="ended the Python process",
    ),
)
ATTACKS = NOTEBOOKS + HANDED_IN + NAMES + CASES + PAGES
