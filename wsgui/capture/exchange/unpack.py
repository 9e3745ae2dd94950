"""Files that were compressed as a whole, as ``tcpdump -z`` and Playwright leave them, or that are texts in UTF-16, read
as what is in them.

Packets and lines are read as they are inflated. Of an archive, and where a reader goes back and forth, what is in it is
written to a nameless file first.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import tempfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final, cast

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
_ENCODINGS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""What a text that is not in UTF-8 begins with, as what was redirected in a Windows shell does."""

_LAYERS: Final = 3
"""How often a file may be compressed over."""

_AT_LEAST: Final = 1024 * 1024 * 1024
_RATIO: Final = 100
"""What is copied to the disk may have a GiB, or this many times what it was before: no capture inflates to more."""

_MEMBER: Final = re.compile(r"\.(?:har|pcap|pcapng|cap|jsonl|ndjson)(?:\.(?:gz|bz2|xz))?\Z", re.IGNORECASE)
_HAR_MEMBER: Final = re.compile(r"\.har(?:\.\w+)?\Z", re.IGNORECASE)
_LINES_MEMBER: Final = re.compile(r"\.(?:jsonl|ndjson)\Z", re.IGNORECASE)
_MAC: Final = re.compile(r"(?:\A|/)(?:__MACOSX/|\._)")
"""What macOS puts beside the files of an archive."""


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


class _Recoded(io.RawIOBase):
    """A text in another encoding, as UTF-8; ``broken(reason)`` is told where it ends early."""

    def __init__(self, file: BinaryIO, encoding: str, broken: Callable[[str], None]) -> None:
        self._file = file
        self._broken = broken
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._over = self._told = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Back to the start; the layer above seeks nowhere else."""
        self._decoder.reset()
        self._ready = b""
        self._over = False
        return self._file.seek(0)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        while not self._ready and not self._over:
            data = self._file.read(len(view))
            self._over = not data
            try:
                self._ready = self._decoder.decode(data, final=not data).encode()
            except UnicodeDecodeError as error:
                self._over = True
                self._ready = error.object[: error.start].decode(self._encoding).encode()
                if not self._told:
                    self._told = True
                    self._broken(error.reason)
        data, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(data)] = data
        return len(data)


class Inflated(io.BufferedReader):
    """A file in another form, read as what it stands for."""


def inflated(file: BinaryIO, name: str, report: ImportReport) -> BinaryIO:
    """What is in ``file`` if it is compressed as a whole or a text in UTF-16, else the file itself; ``name`` is the
    file's, for people.

    What is cut or damaged is read as far as it goes, and that is reported. Raises CaptureError for a compression that
    is not understood.
    """
    for _ in range(_LAYERS):
        layer = _layer(file, name, report)
        if layer is file:
            break
        file = layer
    return file


def _layer(file: BinaryIO, name: str, report: ImportReport) -> BinaryIO:
    start = file.read(6)
    file.seek(0)
    for magic, kind in _NOT_OURS.items():
        if start.startswith(magic):
            raise CaptureError(f"{name} is compressed with {kind}: decompress it first.")

    def broken(what: str) -> Callable[[str], None]:
        return lambda reason: report.problem(None, f"{what} is broken: {reason}. What stands before is imported.")

    for magic, inflater in _INFLATERS.items():
        if start.startswith(magic):
            return cast("BinaryIO", Inflated(_Raw(inflater(file), broken("The compressed file")), BUFFER))
    for magic, encoding in _ENCODINGS.items():
        if start.startswith(magic):
            return cast("BinaryIO", Inflated(_Recoded(file, encoding, broken(f"The text in {encoding}")), BUFFER))
    return file


def on_disk(file: BinaryIO, size: int, report: ImportReport) -> BinaryIO:
    """A file with the same bytes that can be read to and fro at once; ``file`` itself if it can. ``size`` is what it
    takes up as it is. Raises OSError."""
    if not isinstance(file, Inflated):
        return file
    return _copy(file, size, report)


def _copy(source: IO[bytes], size: int, report: ImportReport) -> BinaryIO:
    """What can be read of ``source``, on disk; what fills disks is cut. Raises what reading raises, and OSError."""
    room = max(_AT_LEAST, size * _RATIO)
    copy = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
    try:
        while data := source.read(min(BUFFER, room)):
            room -= len(data)
            copy.write(data)
        if not room and source.read(1):
            text = "It inflates to more than any capture does: only the beginning is imported."
            report.problem(None, text)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return cast("BinaryIO", copy)


class Archive:
    """A zip archive as Playwright makes it, with a HAR and what belongs to it, or with any file that can be imported.
    Raises CaptureError if it is none."""

    def __init__(self, file: BinaryIO, name: str, report: ImportReport) -> None:
        self._name = name
        self._report = report
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CaptureError(f"{name} cannot be read: {_words(error)}.") from error

    def main(self) -> BinaryIO:
        """The file in it that is to be imported: a HAR, else one of another kind by its name, else the only one.
        Raises CaptureError, OSError."""
        names = [one.filename for one in self._zip.infolist() if not one.is_dir() and not _MAC.search(one.filename)]
        by_name = [one for one in names if _MEMBER.search(one)]
        hars = [one for one in by_name if _HAR_MEMBER.search(one)]
        chosen = hars or by_name or names
        if not chosen or (not by_name and len(names) > 1):
            raise CaptureError(f"{self._name} has no file in it that can be imported.")
        for other in by_name:
            # Lines beside a HAR are the messages that it names.
            if other != chosen[0] and not (hars and _LINES_MEMBER.search(other)):
                self._report.problem(None, f"{other[:100]!a} in the archive is not imported: one file at a time.")
        found = self.member(chosen[0])
        if found is None:
            raise CaptureError(f"{self._name} cannot be read: {chosen[0][:100]!a} in it is damaged or encrypted.")
        return found

    def member(self, name: str) -> BinaryIO | None:
        """What stands in the archive under a name; None if there is nothing that can be read. Raises OSError."""
        try:
            with self._zip.open(name) as member:
                return _copy(member, self._zip.getinfo(name).compress_size, self._report)
        except (KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile, *_BROKEN[:3]):
            return None


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
