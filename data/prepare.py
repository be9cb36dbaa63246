"""Put MNIST into data/cache, once, so that every lab finds it without a network.

    python data/prepare.py                  download it with Keras
    python data/prepare.py --from FOLDER    copy it from a folder that holds it

The loader, with the list of files and their checksums, is grader/digits.py.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from grader import digits
from grader.exceptions import DataError


def main(arguments: list[str] | None = None) -> int:
    """Fill the cache, say what it holds, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="folder", type=Path, help="copy from here")
    folder = parser.parse_args(arguments).folder
    try:
        if folder is not None:
            copy(folder)
        digits.load("mnist", folder=digits.cache_folder() if folder else None)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def copy(folder: Path) -> None:
    """Copy the MNIST files in `folder`, each checked, into the cache."""
    digits.read(folder.resolve())
    target = digits.cache_folder()
    target.mkdir(parents=True, exist_ok=True)
    for name in digits.FILES:
        if (folder / name).exists():
            shutil.copy(folder / name, target / name)


if __name__ == "__main__":
    sys.exit(main())
