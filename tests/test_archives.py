"""A hostile archive is refused in a sentence, and nothing of it is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from grader.exceptions import InstructorError
from grader.platforms import archives
from grader.platforms.archives import opened


def _archive(path: Path, *names: str, data: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def _with_link(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("jane/lab01.ipynb")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return path


def _encrypted(path: Path) -> Path:
    data = bytearray(_archive(path, "jane.ipynb").read_bytes())
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + offset] |= 1
    path.write_bytes(data)
    return path


def _overlapping(path: Path) -> Path:
    """A bomb whose members are all one stretch of the file."""
    _archive(path, "a.ipynb", data=bytes(2**20))
    data = path.read_bytes()
    begin = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry, tail = data[begin:end], bytearray(data[end:])
    copies = b"".join(
        entry.replace(b"a.", f"{chr(97 + i)}.".encode()) for i in range(20)
    )
    tail[8:10] = tail[10:12] = (20).to_bytes(2, "little")
    tail[12:16] = len(copies).to_bytes(4, "little")
    path.write_bytes(data[:begin] + copies + tail)
    return path


HOSTILE = {
    "upwards": (lambda p: _archive(p, "../../jane.ipynb"), "leads out"),
    "upwards, in the middle": (lambda p: _archive(p, "a/../../b.ipynb"), "leads out"),
    "upwards, on Windows": (lambda p: _archive(p, "..\\jane.ipynb"), "leads out"),
    "absolute": (lambda p: _archive(p, "/etc/cron.d/jane"), "leads out"),
    "of a drive": (lambda p: _archive(p, "C:\\jane.ipynb"), "leads out"),
    "link": (_with_link, "link"),
    "encrypted": (_encrypted, "encrypted"),
    "bomb": (
        lambda p: _archive(p, "a.ipynb", data=bytes(200 * 2**20)),
        "fill the disk",
    ),
    "bomb that overlaps": (_overlapping, "fill the disk"),
}


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile(tmp_path, make, words):
    """Paths that lead out, links, encryption and bombs are refused."""
    source = make(tmp_path / "class.zip")
    with pytest.raises(InstructorError, match=words), opened(source):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["class.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_of_one_name(tmp_path):
    """Two files of one name are refused: which of them would count?"""
    source = _archive(tmp_path / "class.zip", "jane.ipynb", "jane.ipynb")
    with pytest.raises(InstructorError, match="two files"), opened(source):
        pass


def test_too_many(tmp_path, monkeypatch):
    """More files than a class hands in are refused, and so are more bytes."""
    source = _archive(tmp_path / "class.zip", *"abc", data=bytes(1000))
    monkeypatch.setattr(archives, "MAX_FILES", 2)
    with pytest.raises(InstructorError, match="more than 2 files"), opened(source):
        pass
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    monkeypatch.setattr(archives, "MAX_ALL", 2500)
    with pytest.raises(InstructorError, match="no class"), opened(source):
        pass


def test_damaged_within(tmp_path):
    """A damaged member is told when it is read."""
    source = _archive(tmp_path / "class.zip", "jane.ipynb", data=b"0123456789" * 50)
    data = bytearray(source.read_bytes())
    data[42] ^= 0xFF
    source.write_bytes(data)
    with opened(source) as members, pytest.raises(InstructorError, match="damaged"):
        members[0].read()


def test_link_in_a_folder(tmp_path):
    """A link in a folder may lead to somebody else's work."""
    (tmp_path / "class" / "jane").mkdir(parents=True)
    (tmp_path / "class" / "jane" / "lab01.ipynb").symlink_to(__file__)
    with pytest.raises(InstructorError, match="link"), opened(tmp_path / "class"):
        pass


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere.zip", "no file or folder"), ("a.txt", "neither")]
)
def test_nothing_to_open(tmp_path, name, words):
    """A file that is no archive, and none at all, are told apart."""
    (tmp_path / "a.txt").write_text("a text")
    with pytest.raises(InstructorError, match=words), opened(tmp_path / name):
        pass


def test_what_programs_leave_is_nobodys(tmp_path):
    """Hidden files and those of macOS and Windows are passed over; the rest is sorted."""
    names = ["b.ipynb", "a/c.ipynb", "__MACOSX/._b.ipynb", ".DS_Store", "a/Thumbs.db"]
    with opened(_archive(tmp_path / "class.zip", *names)) as members:
        assert [str(member.path) for member in members] == ["a/c.ipynb", "b.ipynb"]
        assert members[0].read() == b"x"


def test_a_large_file_is_read_a_byte_too_far(tmp_path, monkeypatch):
    """One student's large file refuses nobody else's work; grading tells it."""
    monkeypatch.setattr(archives, "MAX_FILE", 100)
    for source in (
        _archive(tmp_path / "class.zip", "a.ipynb", data=bytes(1000)),
        tmp_path / "class",
    ):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / "a.ipynb").write_bytes(bytes(1000))
        with opened(source) as (member,):
            assert member.path == PurePosixPath("a.ipynb")
            assert len(member.read()) == 100
