"""What ``wsgui export``, ``wsgui import`` and ``wsgui show`` do. Exit codes: 0, 1 (not all of it), 2 (wrong use)."""

from __future__ import annotations

import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from wsgui import console
from wsgui.capture.errors import CaptureError, reason_of
from wsgui.capture.exchange import export_capture, import_file
from wsgui.capture.exchange.lines import row_line
from wsgui.capture.exchange.source import Source
from wsgui.capture.formats import FORMATS, SUFFIX, export_of
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schema import HTTP
from wsgui.capture.schemas import use_schema
from wsgui.capture.search import Search
from wsgui.commands.codes import FAILED, OK, STOPPED, WRONG_USE
from wsgui.commands.exchange_parsers import DECOMPRESSED, suffixes
from wsgui.dissect.preview import preview
from wsgui.dissect.sizes import clock_text
from wsgui.dissect.visible import visible
from wsgui.endpoint.schema_choice import schema_choice
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.protocol.opcodes import opcode_name
from wsgui.records import MISSING, ROW_KINDS, Direction
from wsgui.session.signals import stop_signals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wsgui.capture.exchange.report import ImportReport
    from wsgui.capture.views import Row
    from wsgui.filter import Filter

_ARROWS: Final = {Direction.SENT: "->", Direction.RECEIVED: "<-"}


def heed_signals() -> None:
    """Let a signal to stop end as Ctrl+C does: an import takes what it began away."""
    for number in stop_signals():
        signal.signal(number, signal.default_int_handler)


def complain_of(problems: Mapping[str, str]) -> None:
    """Say what is wrong with decoders of the person's own."""
    for sentence in problems.values():
        console.say(sentence)


def run_export(options: argparse.Namespace) -> int:
    """``wsgui export`` with what `export_parser` understood."""
    chosen = export_of(options.target) if options.format is None else FORMATS[options.format]
    if options.decompressed:
        if chosen is None or chosen.suffixes != FORMATS[DECOMPRESSED].suffixes:
            return _complain("--decompressed is for .pcapng: the others have compressed messages in both forms.")
        chosen = FORMATS[DECOMPRESSED]
    if chosen is None:
        return _complain(f"{options.target.name} should end in {suffixes()}, or say --format.")
    with _ended_well() as end:
        _use_schema(options, options.source)
        ids = _ids(options.source, options.filter)
        with _progress("exported") as progress:
            report = export_capture(
                options.source,
                options.target,
                kind=chosen.name,
                ids=ids,
                keep_secrets=options.keep_secrets,
                progress=progress,
            )
        if report.notice:
            console.say(f"{report.notice} Use --keep-secrets to keep them.")
        console.say(f"Wrote {_counted(report.frames, 'frame')} to {report.target.name}.")
    return end.code


def run_import(options: argparse.Namespace) -> int:
    """``wsgui import`` with what `import_parser` understood."""
    with _ended_well() as end:
        with _progress("bytes read") as progress:
            report = import_file(options.source, options.target, progress=progress)
        _tell_problems(report, options.source.name)
        frames, connections = _counted(report.frames, "frame"), _counted(report.connections, "connection")
        console.say(f"Imported {frames} of {connections} to {report.target.name}.")
        end.code = OK if report.complete else FAILED
    return end.code


def run_show(options: argparse.Namespace, stream: TextIO | None = None) -> int:
    """``wsgui show`` with what `show_parser` understood, on ``stream`` or standard output."""
    if options.decode and not options.messages:
        return _complain("--decode is for --messages: it says how they are read.")
    out = console.Output(stream)
    try:
        return _show(options, out)
    except OSError as error:
        # Whoever read it has gone, or the disk is full. Python would complain once more as it flushes at exit.
        out.abandon()
        if not isinstance(error, BrokenPipeError):
            console.say(f"The output cannot be written: {reason_of(error)}.")
        return FAILED


def _show(options: argparse.Namespace, out: console.Output) -> int:
    with _ended_well() as end, _temporary_folder() as folder:
        path = options.source
        if not _is_capture(path):
            report = import_file(path, Path(folder) / f"shown{SUFFIX}")
            _tell_problems(report, path.name)
            end.code = OK if report.complete else FAILED
            path = report.target
        _use_schema(options, path)
        ids = _ids(path, options.filter)
        with CaptureReader(path) as reader:
            if options.messages:
                _show_messages(options, out, Source(reader), ids)
                return end.code
            source = Source(reader, ids)
            width = len(str(source.last))
            for page in source.pages():
                for row in page:
                    if options.json:
                        notes = source.notes.get(row.id, ())
                        out.write_json(row_line(row, source.payload(row), notes, source.inflated(row)))
                    else:
                        out.write_lines(f"{line_of(source, row, width)}\n")
        out.flush()
    return end.code


def _use_schema(options: argparse.Namespace, path: Path) -> None:
    """Raises SettingsError."""
    settings = EndpointSettings(proto_file=options.proto_file, proto_types=options.proto_types)
    use_schema(path, schema_choice(settings))


def _show_messages(options: argparse.Namespace, out: console.Output, source: Source, ids: Sequence[int] | None) -> None:
    from wsgui.commands.messages import json_line, messages, text_line  # all decoders, for those who ask for messages

    width = len(str(source.last))
    for one in messages(source, options.decode or "", None if ids is None else set(ids), fields=options.json):
        if options.json:
            out.write_json(json_line(one))
        else:
            out.write_lines(f"{text_line(source, one, width)}\n")
    out.flush()


@contextmanager
def _temporary_folder() -> Iterator[str]:
    try:
        made = tempfile.TemporaryDirectory(prefix="wsgui-")
    except OSError as error:
        raise CaptureError(f"No temporary folder can be made: {reason_of(error)}.") from error
    with made as folder:
        yield folder


def line_of(source: Source, row: Row, width: int) -> str:
    """A row for people: number, time, connection, direction, opcode, flags, length and the beginning of the payload.

    A compressed payload is shown inflated; its length is ``17>42``, on the wire and inflated. Broken rules stand at the
    end, in brackets. Nothing in it can steer a terminal.
    """
    name = ROW_KINDS[row.opcode].title if row.opcode in ROW_KINDS else opcode_name(row.opcode)
    flags = row.flags & 15
    bits = "" if row.opcode < 0 else ("FIN" if flags & 8 else "---") + (f" RSV {flags & 7:03b}" if flags & 7 else "")
    head = source.payload(row) if row.opcode == HTTP else row.preview
    length = "" if row.opcode == MISSING else str(row.length)
    if row.inflated_length is None:
        text = preview(row.opcode, flags << 4, head, max(row.length, len(head)))
    else:
        text = preview(row.opcode, (flags & 8) << 4, head, row.inflated_length)
        length += f">{row.inflated_length}"
    broken = "".join(f" [{visible(violation.rule)}]" for violation in row.violations)
    many = f" {row.connection}" if len(source.connections) > 1 else ""
    mask = "masked" if row.masking_key is not None else ""
    return (
        f"{row.id:>{width}} {clock_text(row.time_ns)}{many} {_ARROWS[row.direction]} {name:<12} {bits:<11} {mask:<6} "
        f"{length:>7} {text}{broken}"
    ).rstrip()


def _is_capture(path: Path) -> bool:
    """Whether the reader of captures is the one to ask: by content, or by name; also if it cannot be read at all."""
    try:
        if path.is_fifo():  # opening it would wait
            return True
        with path.open("rb") as file:
            start = file.read(16)
    except (OSError, ValueError):
        return True
    return start.startswith(b"SQLite format 3\0") or path.suffix == SUFFIX


def _ids(path: Path, wanted: Filter | None) -> Sequence[int] | None:
    if wanted is None:
        return None
    with CaptureReader(path) as reader:
        last = reader.last_id()
    with Search(path, wanted) as search:
        return search.ids(0, last, progress=_nothing, cancelled=bool)


def _nothing(done: int, total: int) -> None:
    pass


def _tell_problems(report: ImportReport, name: str) -> None:
    for line in (*report.told, *report.remarks):
        console.say(f"{name}: {line}")


class _End:
    code = OK


@contextmanager
def _ended_well() -> Iterator[_End]:
    """Turns errors and Ctrl+C into sentences and exit codes."""
    end = _End()
    try:
        yield end
    except (CaptureError, SettingsError) as error:
        end.code = _complain(str(error))
    except KeyboardInterrupt:
        end.code = STOPPED


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """On a terminal, a line that says how far it is; nothing elsewhere."""
    if not console.on_terminal():
        yield None
        return
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent != shown:
            shown = percent
            console.show_progress(f"\r{percent:>3} % {what}")

    try:
        yield progress
    finally:
        if shown >= 0:
            console.show_progress(f"\r{' ' * (6 + len(what))}\r")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _complain(sentence: str) -> int:
    console.say(sentence)
    return WRONG_USE
