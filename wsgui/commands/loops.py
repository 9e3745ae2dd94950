"""Which event loop a subcommand runs on: uvloop where it is installed (``wsgui[fast]``), else asyncio's own.

The window stays on qasync, whose loop is Qt's; Windows stays on its proactor, as uvloop is not made for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable


def loop_factory() -> Callable[[], AbstractEventLoop] | None:
    """What makes the loop, for ``asyncio.Runner``; None for asyncio's own."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop
