"""Which connection's end to look at, and how it ended: see `autopsy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.states import Role
from wsgui.session.autopsy import Autopsy, autopsy

if TYPE_CHECKING:
    from pathlib import Path


class KnownEnding(NamedTuple):
    """``autopsy`` is None while the connection lasts, or where none has ended; ``problem`` says why nothing is
    known, ``lasting`` which connection of a client goes on, where none was asked for by its number."""

    autopsy: Autopsy | None = None
    problem: str = ""
    lasting: int | None = None


def ending(path: Path, connection: int | None, known: Autopsy | None = None) -> KnownEnding:
    """How a connection of a capture ended, or for None the one that ended last. ``known`` is not looked at again: an
    end does not change. May take long: for a worker thread."""
    lasting = None
    try:
        if connection is None:
            connection, lasting = _last_ended(path)
        if connection is None:
            return KnownEnding(lasting=lasting)
        if known is not None and known.connection == connection:
            return KnownEnding(known)
        return KnownEnding(autopsy(path, connection))
    except LookupError:
        return KnownEnding()
    except CaptureError as error:
        return KnownEnding(problem=str(error))


def _last_ended(path: Path) -> tuple[int | None, int | None]:
    """The connection that ended last; or, of a client that has connected again since, the one that lasts."""
    with CaptureReader(path) as reader:
        rows = reader.connections()
    if rows and rows[-1].role == Role.CLIENT.value and rows[-1].closed_ns is None:
        return None, rows[-1].id
    ended = [(row.closed_ns, row.id) for row in rows if row.closed_ns is not None]
    return (max(ended)[1] if ended else None), None
