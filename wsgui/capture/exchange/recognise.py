"""What a file is, by its first bytes and, where those may be anything, its name."""

from __future__ import annotations

import re
from typing import Final

from wsgui.capture.exchange.pcap_file import is_packet_file

_HAR: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:')
_HAR_NAME: Final = re.compile(r"\.har(\.(gz|zip|bz2|xz))?\Z", re.IGNORECASE)
_OBJECT: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_LINES: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"type"\s*:')
_LINE: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{[^\r\n]*"type"\s*:\s*"(?:capture|connection|frame|http|bytes|missing|note|problem)"'
)


def is_packets(start: bytes, name: str) -> bool:
    """pcap or pcapng."""
    return is_packet_file(start)


def is_lines(start: bytes, name: str) -> bool:
    """JSON Lines as wsgui writes them: objects that begin with their type; or that have one, as other programs may
    put it in another place."""
    return _LINES.match(start) is not None or (_LINE.match(start) is not None and not is_har(start, name))


def is_har(start: bytes, name: str) -> bool:
    """An object with a log, or any object in a file that is named so."""
    return _HAR.match(start) is not None or (_HAR_NAME.search(name) is not None and _OBJECT.match(start) is not None)
