"""Which signals tell a program to stop."""

from __future__ import annotations

import signal


def stop_signals() -> list[signal.Signals]:
    """Ctrl+C, SIGTERM, and SIGHUP, which comes when a terminal is closed or a connection to a machine breaks; a SIGHUP
    that is ignored (``nohup``) stays ignored."""
    found = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        found.append(hangup)
    return found
