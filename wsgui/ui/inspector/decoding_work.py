"""Decoding for the window: a small message at once, a large one in a worker thread, with progress and cancel."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Budget, Cancelled, TreeNode
from wsgui.dissect.decoders.registry import Decoded

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context, Decoder, Message

AT_ONCE: Final = 4096
"""Bytes of a message that are decoded in the window's thread: a few milliseconds."""
_NODES: Final = 200_000
_SECONDS: Final = 30.0


class DecodingWork(QObject):
    """``decoded`` carries the `Decoded` of the message that was asked for last; ``progressed`` bytes done and of how
    many. A new message, or `cancel`, stops the one before."""

    decoded = Signal(object)
    progressed = Signal(int, int)
    _done = Signal(object, object)
    _told = Signal(object, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._busy = False
        self._done.connect(self._take)
        self._told.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether a message is being decoded."""
        return self._busy

    def start(self, decoder: Decoder, context: Context, message: Message) -> None:
        """Decode a message; the answer comes through ``decoded``, at once if it is small."""
        self.cancel()
        if len(message.data) <= AT_ONCE:
            self.decoded.emit(registry.decode(decoder, context, message))
            return
        self._busy = True
        self._stop = stop = threading.Event()
        size = len(message.data)

        def told(place: int) -> None:
            if stop.is_set():
                raise Cancelled
            try:
                self._told.emit(stop, place, size)
            except RuntimeError:  # the window has gone meanwhile, and this object with it
                raise Cancelled from None

        def run() -> None:
            try:
                found = registry.decode(decoder, context, message, Budget(nodes=_NODES, seconds=_SECONDS, told=told))
            except Cancelled:
                return
            if not stop.is_set():
                with suppress(RuntimeError):
                    self._done.emit(stop, found)

        _pool().submit(run)

    def cancel(self) -> None:
        """Stop; nothing more is told of the message."""
        self._stop.set()
        self._busy = False

    def stop(self) -> None:
        """A person has had enough: stop, and say so."""
        if self._busy:
            self.cancel()
            self.decoded.emit(Decoded(TreeNode(""), "Stopped: the message was not decoded."))

    def _take(self, stop: threading.Event, found: Decoded) -> None:
        if stop is self._stop and not stop.is_set():
            self._busy = False
            self.decoded.emit(found)

    def _tell(self, stop: threading.Event, place: int, size: int) -> None:
        if stop is self._stop and not stop.is_set():
            self.progressed.emit(place, size)


@cache
def _pool() -> ThreadPoolExecutor:
    """One thread for all: who waits longer was superseded by then."""
    return ThreadPoolExecutor(1)
