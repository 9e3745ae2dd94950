"""The formats that captures are exchanged in, a row each: what window and command line offer, export, import and
recognise. What reads and writes them is imported when it is used: most runs need none of it.

A new format is a row here, and a module in `wsgui.capture.exchange` with its reader, its writer, or both.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO, TypeAlias

    from wsgui.capture.exchange.importing import Import
    from wsgui.capture.exchange.source import Source

    Writer: TypeAlias = Callable[[Source, BinaryIO], int]
    FolderWriter: TypeAlias = Callable[[Source, Path], int]
    Reader: TypeAlias = Callable[[Import], None]


SUFFIX: Final = ".wscap"
"""Of a capture itself."""


class Format(NamedTuple):
    """One format. ``purpose`` says in a sentence what it is good for. ``suffixes`` are its files' (the first one is
    suggested; none for a folder of files), ``reads`` those of files that its reader takes.

    ``writer``, ``folder_writer``, ``reader`` and ``recogniser`` are ``module:function`` in `wsgui.capture.exchange`;
    empty where there is none. A recogniser is asked with the first bytes of a file and its name. ``listed`` is whether
    people choose it: others are for a part of the program.
    """

    name: str
    label: str
    purpose: str
    suffixes: tuple[str, ...] = ()
    writer: str = ""
    folder_writer: str = ""
    reader: str = ""
    recogniser: str = ""
    reads: tuple[str, ...] = ()
    read_labels: tuple[str, ...] = ()
    """What people call the files that its reader takes, if that is more than ``label``."""
    whole: bool = False
    """Whether its reader goes back and forth in the file, so that a compressed one is unpacked to disk first."""
    listed: bool = True

    def write(self) -> Writer:
        """What writes rows to a file and gives their number."""
        return cast("Writer", _loaded(self.writer))

    def write_folder(self) -> FolderWriter:
        """What writes rows into a new folder and gives their number."""
        return cast("FolderWriter", _loaded(self.folder_writer))

    def read(self) -> Reader:
        """What reads a file into a capture."""
        return cast("Reader", _loaded(self.reader))

    def recognises(self, start: bytes, name: str) -> bool:
        """Whether a file that begins with ``start`` and has this name is one."""
        return bool(self.recogniser) and bool(_loaded(self.recogniser)(start, name))


def _loaded(place: str) -> Callable[..., Any]:
    module, _, function = place.partition(":")
    return cast("Callable[..., Any]", getattr(import_module(f"wsgui.capture.exchange.{module}"), function))


FORMATS: Final[dict[str, Format]] = {
    one.name: one
    for one in (
        Format(
            "pcapng",
            "pcapng",
            "For Wireshark and tshark: the frames as on the wire, with their masking keys.",
            (".pcapng",),
            writer="pcapng_export:write_pcapng",
            reader="pcap_import:read_packets",
            recogniser="recognise:is_packets",
            reads=(".pcapng", ".pcap", ".cap"),
            read_labels=("pcap", "pcapng"),
        ),
        Format(
            "pcapng-decompressed",
            "pcapng, decompressed",
            "For programs that cannot inflate: compressed messages are written inflated, without the negotiation.",
            (".pcapng",),
            writer="pcapng_export:write_decompressed",
        ),
        Format(
            "jsonl",
            "JSON Lines",
            "One row a line, everything in it; wsgui can import it again.",
            (".jsonl", ".ndjson"),
            writer="jsonl_export:write_jsonl",
            reader="jsonl_import:read_jsonl",
            recogniser="recognise:is_lines",
            reads=(".jsonl", ".ndjson"),
        ),
        Format(
            "har",
            "HAR",
            "As Chrome writes it: whole messages, frames under a field of our own.",
            (".har",),
            writer="har_export:write_har",
            reader="har_import:read_har",
            recogniser="recognise:is_har",
            reads=(".har",),
            whole=True,
        ),
        Format("csv", "CSV", "The table, for spreadsheets.", (".csv",), writer="csv_export:write_csv"),
        Format(
            "payloads",
            "Payloads as files",
            "A new folder with a file for each row's payload.",
            folder_writer="payload_export:write_payloads",
        ),
        Format(
            "payload",
            "Payload",
            "The payloads of a frame, or of the fragments of a message, in one file.",
            (".bin",),
            writer="payload_export:write_payload",
            listed=False,
        ),
    )
}
"""Every format by its name, in the order in which they are offered and recognised."""

_PACKED: Final = re.compile(r"\.(gz|zip|bz2|xz)\Z", re.IGNORECASE)


def _suffix(path: str | PurePath) -> str:
    """A file's suffix in small letters, without that of a compression."""
    return PurePath(_PACKED.sub("", str(path))).suffix.lower()


def exports() -> list[Format]:
    """What people can choose to export as."""
    return [one for one in FORMATS.values() if one.listed and (one.writer or one.folder_writer)]


def export_of(path: str | PurePath) -> Format | None:
    """The format that a file's name asks for, by its suffix; None if it asks for none."""
    suffix = PurePath(path).suffix.lower()
    return next((one for one in exports() if suffix in one.suffixes), None)


def import_suffixes() -> list[str]:
    """The suffixes of files that can be imported."""
    return [suffix for one in FORMATS.values() for suffix in one.reads]


def import_labels() -> list[str]:
    """What people call the files that can be imported."""
    return [label for one in FORMATS.values() if one.reader for label in one.read_labels or (one.label,)]


def may_be_imported(path: str | PurePath) -> bool:
    """Whether a file's name says that it can be imported; compressed ones too."""
    return _suffix(path) in import_suffixes()


def recognised(start: bytes, name: str) -> Format | None:
    """The format of a file that begins with ``start``; None if it is none that can be imported."""
    return next((one for one in FORMATS.values() if one.recognises(start, name)), None)


def listing(labels: list[str], last: str = "or") -> str:
    """Words in a sentence: "a, b or c"."""
    return f" {last} ".join(part for part in (", ".join(labels[:-1]), labels[-1]) if part)
