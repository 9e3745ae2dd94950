"""What ``wsgui export``, ``wsgui import`` and ``wsgui show`` can be told; what they do is in `exchange`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.capture.formats import SUFFIX, exports, import_suffixes, listing
from wsgui.commands.parser import Parser
from wsgui.endpoint.settings import OPTIONS
from wsgui.options.model import Shape
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from wsgui.filter import Filter

DECOMPRESSED: Final = "pcapng-decompressed"


def suffixes() -> str:
    """The suffixes that say what to export as, in a sentence."""
    return listing(list(dict.fromkeys(one.suffixes[0] for one in exports() if one.suffixes)))


def export_parser() -> Parser:
    """The parser of ``wsgui export``."""
    parser = Parser(
        prog="wsgui export",
        description=f"Write a capture in another format. The suffix of OUT says which: {suffixes()}; or --format.",
    )
    parser.add_argument("source", type=Path, metavar="IN", help=f"a capture ({SUFFIX})")
    parser.add_argument(
        "target", type=Path, metavar="OUT", help=f"a new file: {suffixes()}; or a new folder for payloads"
    )
    _add_filter(parser)
    _add_schema(parser)
    parser.add_argument(
        "--format",
        choices=[one.name for one in exports()],
        metavar="NAME",
        help="; ".join(f"{one.name}: {one.purpose}" for one in exports()),
    )
    parser.add_argument(
        "--decompressed",
        action="store_true",
        help="the same as --format pcapng-decompressed",
    )
    parser.add_argument(
        "--keep-secrets",
        action="store_true",
        help="do not mask Authorization, Cookie and the like, and tokens in URLs",
    )
    return parser


def import_parser() -> Parser:
    """The parser of ``wsgui import``."""
    parser = Parser(
        prog="wsgui import",
        description=f"Make a capture of another program's file: {listing(import_suffixes())}, compressed or not. Of a "
        "broken file what can be read is "
        "imported, and what cannot is reported; then the exit code is 1.",
    )
    parser.add_argument("source", type=Path, metavar="IN", help=f"a file: {listing(import_suffixes())}")
    parser.add_argument("target", type=Path, metavar="OUT", help=f"the new capture ({SUFFIX})")
    return parser


def show_parser() -> Parser:
    """The parser of ``wsgui show``."""
    parser = Parser(
        prog="wsgui show",
        description="Print the frames of a capture, or of a file that can be imported, one on a line. Secrets of the "
        "handshake are masked.",
    )
    parser.add_argument("source", type=Path, metavar="FILE", help=f"a capture ({SUFFIX}), or what can be imported")
    _add_filter(parser)
    _add_schema(parser)
    parser.add_argument("--json", action="store_true", help="JSON Lines, for programs")
    parser.add_argument(
        "--messages", action="store_true", help="whole messages instead of frames, as their decoders understand them"
    )
    parser.add_argument(
        "--decode",
        type=_decoder,
        metavar="NAME",
        help="with --messages, the decoder to take where it fits, such as json, socket.io or hex",
    )
    return parser


def _add_schema(parser: argparse.ArgumentParser) -> None:
    """The words that the table of options has for the schema of an endpoint."""
    for name in ("proto_file", "proto_types"):
        face = OPTIONS[name].faces[Role.CLIENT]
        several = OPTIONS[name].shape is Shape.LINES
        parser.add_argument(
            face.flag,
            dest=name,
            action="append" if several else "store",
            default=[] if several else "",
            metavar=face.metavar,
            help=face.flag_help,
        )


def _decoder(name: str) -> str:
    from wsgui.dissect.decoders.registry import all_decoders  # 20 files, for those who ask for one

    known = all_decoders()
    if name not in known:
        raise argparse.ArgumentTypeError(f"there is no decoder {name!r}; there are {', '.join(known)}")
    return name


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--filter", type=_filter, metavar="EXPR", help="only frames that this takes: 'opcode == text and length > 100'"
    )


def _filter(text: str) -> Filter:
    from wsgui.filter import FilterError, parse  # 130 ms, for those who filter

    try:
        return parse(text)
    except FilterError as error:
        # Where in the text, as far as a line of a terminal can point.
        raise argparse.ArgumentTypeError(f"{error.sentence} (at character {error.position + 1})") from None
