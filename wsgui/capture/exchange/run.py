"""Export and import from file to file: opens, writes beside the place, renames, and says what was done."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CancelledError, CaptureError, reason_of
from wsgui.capture.exchange.builder import CaptureBuilder
from wsgui.capture.exchange.importing import Import
from wsgui.capture.exchange.report import ExportReport, ImportReport
from wsgui.capture.exchange.source import Source
from wsgui.capture.exchange.target import BUFFER, new_file, new_folder, new_path
from wsgui.capture.exchange.unpack import Archive, Inflated, beside, inflated, is_archive, on_disk
from wsgui.capture.formats import FORMATS, import_labels, listing, recognised
from wsgui.capture.reader import CaptureReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO, TypeAlias

    from wsgui.capture.formats import Format

    Progress: TypeAlias = Callable[[int, int], None]
    Cancelled: TypeAlias = Callable[[], bool]


def export_capture(
    source: str | Path,
    target: str | Path,
    *,
    kind: str,
    ids: Iterable[int] | None = None,
    keep_secrets: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ExportReport:
    """Write the capture ``source`` to ``target`` as the format ``kind``, a name of `FORMATS`; ``ids`` are the rows to
    take, None for all.

    Secrets of the handshake are masked unless ``keep_secrets``; the report counts them. ``progress(done, total)``
    counts rows, and is called, as ``cancelled()``, about once for a thousand rows. A ``target`` that exists is an
    error unless ``overwrite``. Memory does not grow with the capture. Raises CaptureError with one sentence; then, and
    if it was cancelled, no file is left.
    """
    source, target = Path(source), Path(target)
    _check_not_itself(source, target)
    format_ = FORMATS[kind]
    report = ExportReport(target)
    with CaptureReader(source) as reader:
        rows = Source(reader, ids, keep_secrets=keep_secrets, progress=progress, cancelled=cancelled)
        try:
            if format_.folder_writer:
                write_folder = format_.write_folder()
                with new_folder(target) as folder:
                    report.frames = write_folder(rows, folder)
            else:
                write = format_.write()
                with new_file(target, overwrite=overwrite) as out:
                    report.frames = write(rows, out)
        except CancelledError:
            report.cancelled = True
            return report
        report.masked = rows.redactor.masked
    return report


def import_file(
    source: str | Path,
    target: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportReport:
    """Make the capture ``target`` from a HAR, JSON Lines, pcap or pcapng file; its content says which it is.

    What can be read is imported, the report says where the rest is. ``progress(done, total)`` counts bytes of
    ``source``. Raises CaptureError with one sentence if ``source`` cannot be opened or is nothing of the kind, or if
    ``target`` cannot be made; then, and if it was cancelled, no file is left.
    """
    source, target = Path(source), Path(target)
    _check_not_itself(source, target)
    check_no_pipe(source)
    report = ImportReport(target)
    total = 0
    position: Callable[[], int] | None = None  # in a compressed file

    def check(offset: int) -> None:
        if cancelled is not None and cancelled():
            raise CancelledError
        if progress is not None:
            progress(min(offset if position is None else position(), total), total)

    try:
        with source.open("rb", BUFFER) as file, ExitStack() as opened:
            total = file.seek(0, 2)
            file.seek(0)
            attached = beside(source.parent)
            content = file
            if is_archive(file):
                archive = Archive(file, source.name, report)
                content = opened.enter_context(archive.main())
                attached = archive.member
            content = inflated(content, source.name, report)
            format_ = _recognise(content, source)
            if format_.whole:
                content = opened.enter_context(on_disk(content, total, report))
            if isinstance(content, Inflated):
                position = file.tell
            elif content is not file:
                total = content.seek(0, 2)
                content.seek(0)
            read = format_.read()
            with new_path(target, overwrite=overwrite) as path, CaptureBuilder(path, target.name) as builder:
                builder.meta(imported=str(time.time_ns()), source=source.name)
                try:
                    read(Import(content, builder, report, check, source.name, attached))
                except OSError as error:
                    raise _unreadable(source, error) from error
                check(total)
                for offset, text in report.told:
                    builder.problem(offset, text)
                for text in report.kept:
                    builder.problem(None, text)
            report.frames = builder.last_id
            report.connections = builder.connections
    except CancelledError:
        report.cancelled = True
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from error
    return report


def _check_not_itself(source: Path, target: Path) -> None:
    """What reads and writes one file would leave nothing of it, overwriting or not."""
    with suppress(OSError, ValueError):  # told when they are opened
        if source.samefile(target):
            raise CaptureError(f"{target.name} cannot be both source and target.")


def check_no_pipe(path: Path) -> None:
    """Raise CaptureError for a pipe: opening one waits until somebody writes, and nothing in it can be read twice."""
    with suppress(OSError, ValueError):  # told when it is opened
        if path.is_fifo():
            raise CaptureError(f"{path.name} is a pipe: write what comes out of it to a file first.")


def _unreadable(source: Path, error: OSError | ValueError) -> CaptureError:
    if isinstance(error, FileNotFoundError):
        return CaptureError(f"{source.name} does not exist.")
    return CaptureError(f"{source.name} cannot be read: {reason_of(error)}.")


_LOOK: Final = 64 * 1024


def _recognise(file: BinaryIO, source: Path) -> Format:
    start = file.read(_LOOK)
    file.seek(0)
    found = recognised(start, source.name)
    if found is None:
        raise CaptureError(f"{source.name} is no {listing(import_labels())} file.")
    return found
