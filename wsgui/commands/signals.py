"""Signals for a subcommand's loop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from wsgui import console
from wsgui.session.signals import stop_signals

if TYPE_CHECKING:
    from collections.abc import Callable


def on_stop(function: Callable[[], object]) -> None:
    """Call ``function`` on the loop whenever the program is told to stop."""
    loop = asyncio.get_running_loop()
    for number in stop_signals():
        try:
            loop.add_signal_handler(number, function)
            # The loop hears of it through a descriptor, which it cannot look at while it waits to write.
            signal.signal(number, lambda *_: console.break_off())
        except NotImplementedError:  # Windows' loops have no signal handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(function))
