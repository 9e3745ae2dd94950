"""Files that were compressed as a whole, as ``tcpdump -z`` and Playwright leave them, read as what is in them.

Packets and lines are read as they are inflated. Of an archive, and where a reader goes back and forth, what is in it is
written to a nameless file first.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, cast

from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange.target import BUFFER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from wsgui.capture.exchange.report import ImportReport

_BROKEN: Final = (EOFError, zlib.error, lzma.LZMAError, OSError)
"""What the inflating libraries raise for a file that is cut or damaged."""

_INFLATERS: Final[dict[bytes, Callable[[BinaryIO], BinaryIO]]] = {
    b"\x1f\x8b\x08": lambda file: cast("BinaryIO", gzip.GzipFile(fileobj=file)),
    b"BZh": lambda file: cast("BinaryIO", bz2.BZ2File(file)),
    b"\xfd7zXZ\x00": lambda file: cast("BinaryIO", lzma.LZMAFile(file)),  # noqa: SIM115
}
"""How to read a file, by what it begins with."""

_NOT_OURS: Final = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}
_ZIP: Final = b"PK\x03\x04"


class _Raw(io.RawIOBase):
    """The bytes of a compressed file, as far as they can be had; ``broken(reason)`` is told where they end early."""

    def __init__(self, file: BinaryIO, broken: Callable[[str], None]) -> None:
        self._file = file
        self._broken = broken
        self._over = self._told = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._over = False
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        data = b""
        if not self._over:
            try:
                data = self._file.read1(len(view))  # type: ignore[attr-defined]
            except _BROKEN as error:
                self._over = True
                if not self._told:
                    self._told = True
                    self._broken(str(error).rstrip("."))
        view[: len(data)] = data
        return len(data)


class Inflated(io.BufferedReader):
    """A compressed file, read as it is inflated."""


def inflated(file: BinaryIO, name: str, report: ImportReport) -> BinaryIO:
    """What is in ``file`` if it is compressed as a whole, else the file itself; ``name`` is the file's, for people.

    What is cut or damaged is read as far as it goes, and that is reported. Raises CaptureError for a compression that
    is not understood.
    """
    start = file.read(6)
    file.seek(0)
    for magic, kind in _NOT_OURS.items():
        if start.startswith(magic):
            raise CaptureError(f"{name} is compressed with {kind}: decompress it first.")
    for magic, inflater in _INFLATERS.items():
        if start.startswith(magic):

            def broken(reason: str) -> None:
                report.problem(None, f"The compressed file is broken: {reason}. What stands before is imported.")

            return cast("BinaryIO", Inflated(_Raw(inflater(file), broken), BUFFER))
    return file


def on_disk(file: BinaryIO) -> BinaryIO:
    """A file with the same bytes that can be read to and fro at once; ``file`` itself if it can. Raises OSError."""
    if not isinstance(file, Inflated):
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
    shutil.copyfileobj(file, copy, BUFFER)
    copy.seek(0)
    return cast("BinaryIO", copy)


class Archive:
    """A zip archive as Playwright makes it, with a HAR and what belongs to it. Raises CaptureError if it is none."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CaptureError(f"{name} cannot be read: {_words(error)}.") from error

    def main(self, report: ImportReport) -> BinaryIO:
        """The file in it that is to be imported: the HAR, or the only one. Raises CaptureError, OSError."""
        names = [one.filename for one in self._zip.infolist() if not one.is_dir()]
        hars = [one for one in names if one.lower().endswith(".har")]
        chosen = hars or names
        if not chosen or (not hars and len(names) > 1):
            raise CaptureError(f"{self._name} has no HAR file in it.")
        for other in chosen[1:]:
            report.problem(None, f"{other[:100]!a} in the archive is not imported: one HAR at a time.")
        found = self.member(chosen[0])
        if found is None:
            raise CaptureError(f"{self._name} cannot be read: {chosen[0][:100]!a} in it is damaged or encrypted.")
        return found

    def member(self, name: str) -> BinaryIO | None:
        """What stands in the archive under a name; None if there is nothing that can be read. Raises OSError."""
        copy = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
        try:
            with self._zip.open(name) as member:
                shutil.copyfileobj(member, copy, BUFFER)
        except (KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile, *_BROKEN[:3]):
            copy.close()
            return None
        copy.seek(0)
        return cast("BinaryIO", copy)


def is_archive(file: BinaryIO) -> bool:
    """Whether it begins like a zip archive."""
    start = file.read(4)
    file.seek(0)
    return start == _ZIP


def beside(folder: Path) -> Callable[[str], BinaryIO | None]:
    """A function that opens a file in ``folder`` by its plain name; None for all else. It raises OSError."""

    def find(name: str) -> BinaryIO | None:
        path = folder / name
        # A HAR may come from anybody: it names files beside it, and no others.
        if name != path.name or path.is_symlink() or not path.is_file():
            return None
        return path.open("rb", BUFFER)

    return find


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
