"""The digits are found in the order promised, and a bad file gives one clear sentence."""

from __future__ import annotations

import gzip
import hashlib
import os
import runpy
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from grader import digits
from grader.exceptions import DataError

ROOT = Path(__file__).resolve().parent.parent
PREPARE = ROOT / "data" / "prepare.py"
SHARED = ROOT.parent / "shared" / "mnist"


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    """Let no test download, or see what this machine has cached."""
    monkeypatch.setenv(digits.OFFLINE_VARIABLE, "1")
    monkeypatch.delenv(digits.FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(digits, "cache_folder", lambda: tmp_path / "cache")
    reachable = digits._reachable
    reachable.cache_clear()
    digits.read.cache_clear()
    yield
    reachable.cache_clear()
    digits.read.cache_clear()


@pytest.fixture
def small_mnist(monkeypatch, tmp_path):
    """Make a folder of four tiny idx files and let the loader expect exactly them."""
    folder = tmp_path / "mnist"
    folder.mkdir()
    for name, count in (("train", 6), ("t10k", 4)):
        images = np.arange(count * 784).reshape(count, 28, 28) % 256
        labels = np.arange(count)
        _write_idx(folder / f"{name}-images-idx3-ubyte.gz", images)
        _write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels)
    _expect(monkeypatch, folder)
    return folder


def _write_idx(path: Path, array: np.ndarray) -> None:
    header = bytes([0, 0, 8, array.ndim])
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(gzip.compress(header + sizes + array.astype("uint8").tobytes()))


def _expect(monkeypatch, folder: Path) -> None:
    for path in folder.iterdir():
        content = path.read_bytes()
        entry = (len(content), hashlib.sha256(content).hexdigest())
        monkeypatch.setitem(digits.FILES, path.name, entry)


def test_embedded_digits_look_like_mnist():
    """The embedded digits have MNIST's shape, dtype, range and black frame."""
    found = digits.embedded()
    assert found.x_train.shape == (1442, 28, 28)
    assert found.x_test.shape == (355, 28, 28)
    assert found.x_train.dtype == found.y_train.dtype == np.uint8
    assert found.x_train.max() == 255
    assert not found.x_train[:, :4].any()
    assert not found.x_train[:, :, -4:].any()


def test_embedded_split_is_stratified_and_disjoint():
    """Every class gives a fifth to the test images, and no image is in both parts."""
    found = digits.embedded()
    shares = np.bincount(found.y_test) / (
        np.bincount(found.y_test) + np.bincount(found.y_train)
    )
    assert np.allclose(shares, 0.2, atol=0.01)
    seen = {image.tobytes() for image in found.x_train}
    assert not any(image.tobytes() in seen for image in found.x_test)


def test_load_prints_the_source_and_gives_arrays_of_its_own(capsys):
    """Loading says which digits came, and changing them changes nobody else's."""
    first = digits.load()
    assert "scikit-learn" in capsys.readouterr().out
    first.x_train[:] = 7
    assert digits.load().x_train[0, 0, 0] == 0


def test_limit_holds_for_training_and_test_images():
    """A limit keeps images and labels together."""
    whole, part = digits.embedded(), digits.load("embedded", limit=100)
    assert len(part.x_train) == len(part.y_train) == len(part.x_test) == 100
    labels = dict(
        zip(map(np.ndarray.tobytes, whole.x_train), whole.y_train, strict=True)
    )
    assert all(
        labels[image.tobytes()] == label
        for image, label in zip(part.x_train, part.y_train, strict=True)
    )


def test_explicit_folder_is_read(small_mnist):
    """The four idx files of a folder are MNIST, pixel for pixel."""
    found = digits.load(folder=small_mnist)
    assert found.source == "mnist"
    assert found.x_train.shape == (6, 28, 28)
    assert found.x_test[1, 0, 0] == 784 % 256
    assert list(found.y_test) == [0, 1, 2, 3]


def test_environment_variable_names_the_folder(small_mnist, monkeypatch):
    """CONVLAB_DATA is the folder if no argument is given."""
    monkeypatch.setenv(digits.FOLDER_VARIABLE, str(small_mnist))
    assert digits.load().source == "mnist"


@pytest.mark.skipif(not SHARED.exists(), reason="MNIST does not lie beside the course")
def test_original_files_are_read():
    """The real MNIST passes its checksums and has the sizes it is known for."""
    found = digits.read(SHARED)
    assert found.x_train.shape == (60_000, 28, 28)
    assert found.x_test.shape == (10_000, 28, 28)
    assert list(found.y_train[:5]) == [5, 0, 4, 1, 9]


def test_archive_is_read(small_mnist, monkeypatch):
    """Keras's mnist.npz serves as well as the idx files."""
    found = digits.read(small_mnist)
    folder = small_mnist.parent / "npz"
    folder.mkdir()
    names = ("x_train", "y_train", "x_test", "y_test")
    np.savez(folder / "mnist.npz", **{name: getattr(found, name) for name in names})
    _expect(monkeypatch, folder)
    again = digits.load(folder=folder)
    assert np.array_equal(again.x_train, found.x_train)
    assert np.array_equal(again.y_test, found.y_test)


def test_cache_goes_before_the_embedded_digits(small_mnist, tmp_path):
    """What lies in the cache is used without being asked for."""
    shutil.copytree(small_mnist, tmp_path / "cache")
    assert digits.load().source == "mnist"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-9]), "bytes where MNIST"),
        (lambda path: path.write_bytes(path.read_bytes() + b"0"), "bytes where MNIST"),
        (lambda path: path.write_bytes(path.read_bytes()[::-1]), "SHA-256 differs"),
        (lambda path: path.unlink(), "cannot be read: No such file"),
    ],
    ids=["truncated", "too large", "corrupt", "missing"],
)
@pytest.mark.parametrize("name", list(digits.IDX_FILES))
def test_bad_file_gives_one_clear_sentence(small_mnist, name, damage, sentence):
    """Whichever file is bad and however, the error names it in one sentence."""
    damage(small_mnist / name)
    with pytest.raises(DataError, match=sentence) as error:
        digits.load(folder=small_mnist)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_large_file_is_not_even_read(small_mnist, monkeypatch):
    """A file of another size is refused before its content is loaded."""
    with (small_mnist / "train-images-idx3-ubyte.gz").open("ab") as file:
        file.truncate(2**33)  # sparse
    started = time.perf_counter()
    with pytest.raises(DataError, match=r"8,589,934,592 bytes"):
        digits.load(folder=small_mnist)
    assert time.perf_counter() - started < 1


def test_empty_folder_is_an_error_not_a_fallback(tmp_path):
    """A folder that was asked for and holds nothing is never passed over in silence."""
    with pytest.raises(DataError, match="holds neither"):
        digits.load(folder=tmp_path)


def test_mnist_asked_for_and_not_there_is_an_error():
    """Who asks for MNIST does not get other digits."""
    with pytest.raises(DataError, match="MNIST is not here"):
        digits.load("mnist")


def test_unknown_source_is_an_error():
    """A misspelt source names the known ones."""
    with pytest.raises(DataError, match="auto, embedded, mnist"):
        digits.load("mnits")


@pytest.mark.slow
def test_silent_network_is_given_up_soon(monkeypatch, capsys):
    """A network that swallows packets costs seconds, and the sentence says so."""
    monkeypatch.delenv(digits.OFFLINE_VARIABLE)

    def silent(*address: object, **options: object) -> None:
        time.sleep(7)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", silent)
    started = time.perf_counter()
    assert digits.load().source == "embedded"
    assert time.perf_counter() - started < 6
    assert "no connection to its server" in capsys.readouterr().out


def test_failed_download_is_told_and_leaves_nothing_behind(
    monkeypatch, capsys, tmp_path
):
    """A download that breaks off falls back to the embedded digits."""

    def broken(target: Path) -> None:
        raise Exception("URL fetch failure on mnist.npz: 404 -- Not Found\nmore")

    monkeypatch.delenv(digits.OFFLINE_VARIABLE)
    monkeypatch.setattr(digits, "_reachable", lambda url: True)
    monkeypatch.setattr(digits, "_download", broken)
    assert digits.load().source == "embedded"
    assert "the download failed: URL fetch failure" in capsys.readouterr().out
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.slow
def test_loading_does_not_import_what_is_large():
    """The loader is light: a student's notebook waits for it before the first digit."""
    code = (
        "import sys; from grader import digits; digits.load(); "
        "print({'tensorflow', 'keras', 'nbformat'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    printed = subprocess.check_output(command, env=environment, text=True)
    assert printed.splitlines()[-1] == "set()"


def test_prepare_copies_checked_files_into_the_cache(small_mnist, tmp_path, capsys):
    """data/prepare.py --from FOLDER fills the cache."""
    prepare = runpy.run_path(str(PREPARE))["main"]
    assert prepare(["--from", str(small_mnist)]) == 0
    assert len(list((tmp_path / "cache").iterdir())) == 4
    assert "6 training and 4 test images" in capsys.readouterr().out


def test_prepare_says_what_is_wrong(tmp_path, capsys):
    """data/prepare.py gives a sentence and exit code 1 where there is no MNIST."""
    prepare = runpy.run_path(str(PREPARE))["main"]
    assert prepare(["--from", str(tmp_path)]) == 1
    assert "holds neither" in capsys.readouterr().err


def test_readme_lists_the_checksums_of_the_loader():
    """data/README.md and the loader agree on every size and checksum."""
    text = (ROOT / "data" / "README.md").read_text("utf-8")
    for name, (size, digest) in (digits.ARCHIVE | digits.IDX_FILES).items():
        assert f"| `{name}` | {size:,} | `{digest}` |" in text
