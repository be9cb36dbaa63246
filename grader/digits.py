"""Find the handwritten digits, and say which ones they are.

Labs and sandboxed kernels reach the data through `load`, from any folder. Nothing here
imports TensorFlow, except to download.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import socket
import tempfile
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from grader.exceptions import DataError, InstructorError
from grader.folder import find_root

FOLDER_VARIABLE = "CONVLAB_DATA"
OFFLINE_VARIABLE = "CONVLAB_OFFLINE"
SOURCES = ("auto", "embedded", "mnist")
ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
# Name -> (bytes, SHA-256). The size is compared first: nothing larger is ever read.
ARCHIVE = {
    "mnist.npz": (
        11_490_434,
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
}
IDX_FILES = {
    "train-images-idx3-ubyte.gz": (
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train-labels-idx1-ubyte.gz": (
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "t10k-images-idx3-ubyte.gz": (
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "t10k-labels-idx1-ubyte.gz": (
        4_542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}
FILES = ARCHIVE | IDX_FILES


@dataclass(frozen=True)
class Digits:
    """Handwritten digits, and where they come from.

    Attributes:
        x_train, x_test: uint8 images, (n, 28, 28), 0 for background and 255 for ink.
        y_train, y_test: uint8 labels 0 to 9, (n,).
        source: "mnist" or "embedded".
        description: a sentence for people.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str
    description: str

    def limited(self, limit: int | None) -> Digits:
        """Return at most `limit` training and `limit` test images, drawn once for all.

        They are drawn because MNIST's test images are not in a random order.
        """
        if limit is None:
            return self
        draw = np.random.RandomState(0).permutation
        train, test = draw(len(self.x_train))[:limit], draw(len(self.x_test))[:limit]
        return replace(
            self,
            x_train=self.x_train[train],
            y_train=self.y_train[train],
            x_test=self.x_test[test],
            y_test=self.y_test[test],
        )


def load(
    source: str = "auto", limit: int | None = None, folder: str | Path | None = None
) -> Digits:
    """Load the digits and print which ones they are.

    Args:
        source: "mnist", "embedded" (scikit-learn's small digits), or "auto": MNIST where
            it can be had, else the embedded digits.
        limit: at most so many training images, and as many test images.
        folder: where MNIST lies; by default the environment variable `CONVLAB_DATA`,
            then the cache, then a download (never if `CONVLAB_OFFLINE` is 1).

    Returns:
        The digits; the arrays are yours to change.

    Raises:
        DataError: a file is missing, damaged or not the original one.
    """
    found = find(source, folder).limited(limit)
    print(
        f"Digits: {found.description} "
        f"{len(found.x_train):,} training and {len(found.x_test):,} test images."
    )
    return replace(
        found,
        x_train=found.x_train.copy(),
        y_train=found.y_train.copy(),
        x_test=found.x_test.copy(),
        y_test=found.y_test.copy(),
    )


def find(
    source: str = "auto", folder: str | Path | None = None, download: bool = True
) -> Digits:
    """Find the digits as `load` does, and print nothing unless it downloads.

    Args:
        source, folder: as for `load`.
        download: allow a download where nothing else is found.

    Returns:
        The digits; the arrays are shared and read-only.
    """
    if source not in SOURCES:
        known = ", ".join(SOURCES)
        raise DataError(f'There is no source "{source}" of digits, only {known}.')
    if source == "embedded":
        return embedded()
    here = mnist_folder(folder)
    if here is not None:
        return read(here)
    problem = _downloaded() if download else "no download was asked for"
    if not problem:
        return read(cache_folder())
    if source == "mnist":
        raise DataError(f"MNIST is not here ({problem}); see data/README.md.")
    if download:
        print(f"MNIST is not here ({problem}), so the embedded digits serve.")
    return embedded()


def mnist_folder(folder: str | Path | None = None) -> Path | None:
    """Return the folder that MNIST is read from, `None` if it is nowhere on this machine.

    Args:
        folder: as for `load`; a folder that was named is given whatever it holds.
    """
    place = folder or os.environ.get(FOLDER_VARIABLE)
    if place:
        return Path(place).expanduser().resolve()
    for cached in (cache_folder(), _keras_folder()):
        if (cached / "mnist.npz").exists() or _has_idx(cached):
            return cached.resolve()
    return None


def cache_folder() -> Path:
    """Return data/cache of the course folder; without one, Keras's own data folder."""
    try:
        return find_root() / "data" / "cache"
    except InstructorError:
        return _keras_folder()


def _keras_folder() -> Path:
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _has_idx(folder: Path) -> bool:
    return all((folder / name).exists() for name in IDX_FILES)


@cache
def read(folder: Path) -> Digits:
    """Read MNIST from mnist.npz or the four idx files in `folder`; check each file.

    Raises:
        DataError: a file is missing, damaged or not the original one.
    """
    if (folder / "mnist.npz").exists():
        arrays = _from_archive(verified(folder / "mnist.npz"))
    elif any((folder / name).exists() for name in IDX_FILES):
        arrays = {
            "x_train": _from_idx(folder / "train-images-idx3-ubyte.gz", (28, 28)),
            "y_train": _from_idx(folder / "train-labels-idx1-ubyte.gz"),
            "x_test": _from_idx(folder / "t10k-images-idx3-ubyte.gz", (28, 28)),
            "y_test": _from_idx(folder / "t10k-labels-idx1-ubyte.gz"),
        }
    else:
        raise DataError(
            f"{folder} holds neither mnist.npz nor MNIST's four idx .gz files: correct "
            f"the folder, or unset {FOLDER_VARIABLE} to use the embedded digits."
        )
    return _frozen("mnist", f"MNIST, read from {folder}.", arrays)


def verified(path: Path) -> bytes:
    """Return the content of an MNIST file whose size and SHA-256 are the original's."""
    size, digest = FILES[path.name]
    try:
        found = path.stat().st_size
        content = path.read_bytes() if found == size else b""
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    if found != size:
        raise DataError(
            f"{path} has {found:,} bytes where MNIST's file has {size:,}: "
            "delete it and fetch it again."
        )
    if hashlib.sha256(content).hexdigest() != digest:
        raise DataError(
            f"{path} is damaged or not MNIST's file (its SHA-256 differs): "
            "delete it and fetch it again."
        )
    return content


def _from_archive(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _from_idx(path: Path, shape: tuple[int, ...] = ()) -> np.ndarray:
    # The header: two zeros, the type (8: bytes), the number of axes, a size for each.
    header = 4 + 4 * (1 + len(shape))
    values = np.frombuffer(gzip.decompress(verified(path)), np.uint8, offset=header)
    return values.reshape(-1, *shape)


def _frozen(source: str, description: str, arrays: dict[str, np.ndarray]) -> Digits:
    for array in arrays.values():
        array.flags.writeable = False
    return Digits(source=source, description=description, **arrays)


@cache
def embedded() -> Digits:
    """Return scikit-learn's 1,797 digits of 8x8 pixels, enlarged to MNIST's frame.

    They are scaled bicubically to 20x20 in a 28x28 frame. Of each class every fifth
    image is a test image, so the split is the same everywhere and stratified.
    """
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    small = load_digits()
    large = zoom(small.images, (1, 2.5, 2.5), order=3, mode="nearest", grid_mode=True)
    pixels = np.clip(np.rint(large * (255 / 16)), 0, 255).astype(np.uint8)
    images = np.pad(pixels, ((0, 0), (4, 4), (4, 4)))
    labels = small.target.astype(np.uint8)
    test = np.zeros(len(labels), bool)
    for digit in range(10):
        test[np.flatnonzero(labels == digit)[4::5]] = True
    arrays = {
        "x_train": images[~test],
        "y_train": labels[~test],
        "x_test": images[test],
        "y_test": labels[test],
    }
    description = "scikit-learn's 8x8 digits, enlarged to 28x28 (not MNIST)."
    return _frozen("embedded", description, arrays)


def _downloaded() -> str:
    """Put mnist.npz into the cache with Keras; give the reason if it did not work."""
    if os.environ.get(OFFLINE_VARIABLE) == "1":
        return f"{OFFLINE_VARIABLE} is 1"
    if not _reachable(ORIGIN):
        return "no connection to its server"
    before = socket.getdefaulttimeout()
    try:
        socket.setdefaulttimeout(10)
        cache_folder().mkdir(parents=True, exist_ok=True)
        _download(cache_folder())
    except Exception as error:  # Keras raises bare Exceptions here
        return f"the download failed: {str(error).splitlines()[0]}"
    finally:
        socket.setdefaulttimeout(before)
    return ""


def _download(target: Path) -> None:
    import keras

    # Elsewhere first: another process must never see half a file.
    with tempfile.TemporaryDirectory(dir=target) as folder:
        path = keras.utils.get_file(
            "mnist.npz",
            ORIGIN,
            cache_dir=folder,
            cache_subdir="",
            file_hash=ARCHIVE["mnist.npz"][1],
        )
        os.replace(path, target / "mnist.npz")


@cache
def _reachable(url: str, seconds: float = 3.0) -> bool:
    """Return whether the server, or the proxy before it, takes a connection soon.

    In a thread, because looking up a name has no time limit of its own.
    """
    parts = urlsplit(urllib.request.getproxies().get("https") or url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    answered = threading.Event()

    def connect() -> None:
        with suppress(OSError):
            socket.create_connection((parts.hostname, port), timeout=seconds).close()
            answered.set()

    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(seconds)
    return answered.is_set()
