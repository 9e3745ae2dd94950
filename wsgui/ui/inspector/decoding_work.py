"""Decoding for the window: a small message at once, a large one in a worker thread, with progress and cancel."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Budget, Cancelled, TreeNode
from wsgui.dissect.decoders.registry import Decoded

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context, Decoder, Message

AT_ONCE: Final = 4096
"""Bytes of a message that are decoded in the window's thread: a few milliseconds."""
_NODES: Final = 200_000
_SECONDS: Final = 30.0
_LOOK_MS: Final = 40


class _Job:
    """A message in the worker's hands. The worker touches nothing of Qt's, so a window may go at any time."""

    def __init__(self, decoder: Decoder, context: Context, message: Message) -> None:
        self._asked = decoder, context, message
        self.stop = threading.Event()
        self.place = 0
        self.found: Decoded | None = None

    def run(self) -> None:
        """Decode; called in the worker."""
        with suppress(Cancelled):
            self.found = registry.decode(*self._asked, Budget(nodes=_NODES, seconds=_SECONDS, told=self._told))

    def _told(self, place: int) -> None:
        self.place = place
        if self.stop.is_set():
            raise Cancelled


class DecodingWork(QObject):
    """``decoded`` carries the `Decoded` of the message that was asked for last; ``progressed`` bytes done and of how
    many. A new message, or `cancel`, stops the one before; so does the end of the window."""

    decoded = Signal(object)
    progressed = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: _Job | None = None
        self._size = 0
        self._timer = QTimer(self)  # a QBasicTimer still rings when its widget has gone: that crashes
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._running = [threading.Event()]
        weakref.finalize(self, _stop_last, self._running)

    @property
    def busy(self) -> bool:
        """Whether a message is being decoded."""
        return self._job is not None

    def start(self, decoder: Decoder, context: Context, message: Message) -> None:
        """Decode a message; the answer comes through ``decoded``, at once if it is small."""
        self.cancel()
        if len(message.data) <= AT_ONCE:
            self.decoded.emit(registry.decode(decoder, context, message))
            return
        self._job = job = _Job(decoder, context, message)
        self._running[0] = job.stop
        self._size = len(message.data)
        self._timer.start()
        _pool().submit(job.run)

    def cancel(self) -> None:
        """Stop; nothing more is told of the message."""
        self._running[0].set()
        self._timer.stop()
        self._job = None

    def stop(self) -> None:
        """A person has had enough: stop, and say so."""
        if self.busy:
            self.cancel()
            self.decoded.emit(Decoded(TreeNode(""), "Stopped: the message was not decoded."))

    def _look(self) -> None:
        """Look how far it is."""
        job = self._job
        if job is None:
            return
        if job.found is None:
            self.progressed.emit(job.place, self._size)
            return
        self.cancel()
        self.decoded.emit(job.found)


def _stop_last(running: list[threading.Event]) -> None:
    running[0].set()


@cache
def _pool() -> ThreadPoolExecutor:
    """One thread for all: who waits longer was superseded by then."""
    return ThreadPoolExecutor(1)
