"""Where the panels stand, as bytes that are kept between starts. What is damaged or foreign is found out here: Qt reads
whatever it is given."""

from __future__ import annotations

import json
import zlib
from typing import NamedTuple

VERSION = 1
"""Of the set of panels: what another one kept is not used."""
_MARK = b"wsgui panels "


class KeptState(NamedTuple):
    """``shown`` are the names of the panels that the person wants to see, ``sizes`` the pixels (width, height) of those
    that were seen; ``docks`` is Qt's own ``saveState``."""

    shown: frozenset[str]
    sizes: dict[str, tuple[int, int]]
    docks: bytes

    def packed(self) -> bytes:
        """As bytes, with a sum over them."""
        body = json.dumps([VERSION, sorted(self.shown), self.sizes]).encode() + b"\n" + self.docks
        return _MARK + b"%08x\n" % zlib.crc32(body) + body


def unpacked(data: bytes) -> KeptState | None:
    """What was packed; None for anything else."""
    head, _, body = data.partition(b"\n")
    if head != _MARK + b"%08x" % zlib.crc32(body):
        return None
    said, _, docks = body.partition(b"\n")
    try:
        version, shown, kept = json.loads(said)
        sizes = {str(name): (int(width), int(height)) for name, (width, height) in kept.items()}
        names = frozenset(map(str, shown))
    except (ValueError, TypeError, AttributeError):
        return None
    return KeptState(names, sizes, docks) if version == VERSION else None
