"""The sessions of subcommands: what of them is said on standard error, and how their captures are put away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui import console
from wsgui.capture.errors import CaptureError
from wsgui.capture.secrets_out import secrets_of
from wsgui.session.base import Session

if TYPE_CHECKING:
    from pathlib import Path

MOST_LOOKED_AT: Final = 1000
"""Connections of a capture whose handshakes are looked at for secrets when a subcommand ends."""
MOST_NAMED: Final = 6
"""Kinds of secrets that are named."""


class Aloud(Session):
    """A session without a window: what becomes of its capture is said where it happens. Nobody is there to decide what
    to do about a full disk, so the traffic goes on, and the capture as soon as there is room."""

    holds = False

    def _recording_changed(self, sentence: str, failed: bool) -> None:
        console.say(sentence)
        super()._recording_changed(sentence, failed)

    def _recording_moved(self, sentence: str) -> None:
        console.say(sentence)
        super()._recording_moved(sentence)


async def put_away(session: Session, capture: Path | None) -> bool:
    """Close a session that is over. True if all that came is in the capture that a person asked for."""
    complete = await session.close() and not session.recorder.moved  # it was said when it was noticed
    if capture is not None and session.path.exists():
        await _tell_secrets(session.path)
    return complete


async def _tell_secrets(path: Path) -> None:
    """A capture may be given on: what of it should not be is told."""
    with suppress(CaptureError):  # told already
        found = sorted(await asyncio.to_thread(secrets_of, path, MOST_LOOKED_AT))
        if found:
            more = f" and {len(found) - MOST_NAMED} more kinds" if len(found) > MOST_NAMED else ""
            console.say(
                f"{path.name} holds secrets of handshakes ({', '.join(found[:MOST_NAMED])}{more}); exports mask them."
            )
