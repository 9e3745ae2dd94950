"""What a file is, by its first bytes and, where those may be anything, its name."""

from __future__ import annotations

import re
from typing import Final

from wsgui.capture.exchange.pcap_file import is_packet_file

_HAR: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:')
_HAR_NAME: Final = re.compile(r"\.har(\.(gz|zip|bz2|xz))?\Z", re.IGNORECASE)
_OBJECT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_LINES: Final = re.compile(rb'\s*\{\s*"type"\s*:')


def is_packets(start: bytes, name: str) -> bool:
    """pcap or pcapng."""
    return is_packet_file(start)


def is_lines(start: bytes, name: str) -> bool:
    """JSON Lines as wsgui writes them: objects that begin with their type."""
    return _LINES.match(start) is not None


def is_har(start: bytes, name: str) -> bool:
    """An object with a log, or any object in a file that is named so."""
    return _HAR.match(start) is not None or (_HAR_NAME.search(name) is not None and _OBJECT.match(start) is not None)
