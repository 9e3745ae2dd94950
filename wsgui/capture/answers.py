"""Which messages ask and which answer, of a whole capture: what decoders join by ids, and pings with their pongs.

Nothing of this is worked out while a capture is recorded. Who asks for it (a filter, a column that is shown, the
statistics) has it collected up to where the capture has come, in a worker thread, and from then on in pieces. What is
kept is a few numbers for each request and each answer; an `AnswerTable` is a picture of it that never changes.
"""

from __future__ import annotations

import threading
from array import array
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

import numpy as np

from wsgui.capture.answer_table import EMPTY, AnswerTable, numbers
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.column_store import store_of
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.conditions.vectors import are_fragments
from wsgui.capture.contexts import Contexts
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.reader import CaptureReader
from wsgui.capture.schema import FLAG_INFLATED
from wsgui.capture.selection import Selection
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import JSON_LIMIT, Decoder, Message
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from wsgui.capture.conditions.vectors import Rows

    _Key: TypeAlias = tuple[int, int, object, object]

_STEP: Final = 2048
"""Rows between two looks whether the answer is still wanted."""
_WAITING: Final = 100_000
"""Requests that are waited for; beyond them the oldest are given up."""
_NAMES: Final = 10_000
"""Methods that are told apart; further ones are counted together."""


class AnswerBook:
    """What is known of one capture file. For any thread: one collects, and others wait for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = store_of(path)
        self._lock = threading.Lock()
        self._table = EMPTY
        self._upto = 0
        self._requests = array("q")
        self._times = array("q")
        self._answers = array("q")  # 0: none yet
        self._answered = array("q")
        self._methods = array("I")
        self._names: dict[str, int] = {}
        self._waiting: dict[_Key, int] = {}
        self._pings: dict[tuple[int, int], dict[bytes, int]] = {}

    @property
    def table(self) -> AnswerTable:
        """What was collected so far."""
        return self._table

    def collect(self, upto: int, *, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> AnswerTable:
        """Go on up to row ``upto``. ``progress(done, total)`` tells of rows. Raises SearchCancelled once
        ``cancelled()`` says yes: what was collected by then stays; and CaptureError."""
        while not self._lock.acquire(timeout=0.05):
            if cancelled():
                raise SearchCancelled
        try:
            if self._upto < upto:
                with (
                    closing(Selection(self._path, None, self._store)) as selection,
                    CaptureReader(self._path) as reader,
                ):
                    self._collect(selection, reader, upto, progress, cancelled)
            return self._table
        finally:
            if self._table.upto != self._upto:
                self._table = self._picture()
            self._lock.release()

    def _collect(
        self,
        selection: Selection,
        reader: CaptureReader,
        upto: int,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> None:
        upto = min(upto, selection.look())
        after, contexts = self._upto, Contexts(reader)
        while self._upto < upto:
            if cancelled():
                raise SearchCancelled
            try:
                rows = selection.every_column(self._upto, min(self._upto + _STEP, upto))
                self._take(selection, reader, contexts, rows)
            except InterruptedReadError:
                raise SearchCancelled from None
            self._upto = rows.last
            progress(self._upto - after, upto - after)
        self._table = self._picture()

    def _take(self, selection: Selection, reader: CaptureReader, contexts: Contexts, rows: Rows) -> None:
        opcodes, flags = rows["opcode"], rows["flags"]
        fragments = are_fragments(rows)
        fin = rows.flag(FLAG_FIN)
        whole = fin & ~fragments & ((opcodes == Opcode.TEXT) | (opcodes == Opcode.BINARY))
        pings = (opcodes == Opcode.PING) | (opcodes == Opcode.PONG)
        ends = fragments & fin
        places = np.flatnonzero(whole | pings | ends)
        if not len(places):
            return
        direct = places[~(ends[places] | rows.flag(FLAG_INFLATED)[places])]
        payloads = dict(zip(direct.tolist(), selection.payloads_of(rows, direct), strict=True)) if len(direct) else {}
        columns = (opcodes, flags & FLAG_RECEIVED != 0, rows["connection"], rows["time"])
        for place, opcode, received, connection, time_ns in zip(
            places.tolist(), *(column[places].tolist() for column in columns), strict=True
        ):
            id_, data = rows.first + place, payloads.get(place)
            if data is None:
                view = reader.message_of(id_, JSON_LIMIT + 1)
                if view.parts and view.parts[0].frame != id_:
                    id_ = view.parts[0].frame
                    time_ns = reader.row(id_).time_ns
                opcode, data = view.opcode, view.payload
            if opcode in (Opcode.TEXT, Opcode.BINARY):
                self._message(contexts, id_, opcode, received, connection, time_ns, data)
            elif opcode == Opcode.PING:
                self._ping(id_, received, connection, time_ns, data)
            elif opcode == Opcode.PONG:
                self._pong(id_, received, connection, time_ns, data)

    def _message(
        self, contexts: Contexts, id_: int, opcode: int, received: int, connection: int, time_ns: int, data: bytes
    ) -> None:
        if len(data) > JSON_LIMIT:  # fields of longer ones are not looked into
            return
        context = contexts.of(connection, int(received))
        message = Message(data, text=opcode == Opcode.TEXT)
        decoder = registry.automatic(context, message)
        if type(decoder).exchange is Decoder.exchange:
            return
        values = registry.values(decoder, context, message)
        part = registry.exchange(decoder, context, values)
        if part is None:
            return
        if part.asks:
            number = self._ask(id_, time_ns, _method_of(decoder, values))
            if len(self._waiting) >= _WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[connection, int(received), decoder.name, part.key] = number
        else:
            self._answer(self._waiting.pop((connection, 1 - int(received), decoder.name, part.key), None), id_, time_ns)

    def _ping(self, id_: int, received: int, connection: int, time_ns: int, data: bytes) -> None:
        pings = self._pings.setdefault((connection, int(received)), {})
        pings.pop(data, None)
        pings[data] = self._ask(id_, time_ns, "ping")
        if len(pings) > _WAITING:
            del pings[next(iter(pings))]

    def _pong(self, id_: int, received: int, connection: int, time_ns: int, data: bytes) -> None:
        """A pong answers the ping with its payload, and so all before it (RFC 6455 section 5.5.3)."""
        pings = self._pings.get((connection, 1 - int(received)), {})
        number = pings.get(data)
        if number is None:
            return
        known = list(pings)
        for sent in known[: known.index(data) + 1]:
            self._answer(pings.pop(sent), id_, time_ns)

    def _ask(self, id_: int, time_ns: int, method: str) -> int:
        known = self._names.get(method)
        if known is None:
            known = self._names.setdefault(method if len(self._names) < _NAMES else "", len(self._names))
        self._requests.append(id_)
        self._times.append(time_ns)
        self._answers.append(0)
        self._answered.append(0)
        self._methods.append(known)
        return len(self._requests) - 1

    def _answer(self, number: int | None, id_: int, time_ns: int) -> None:
        if number is not None:
            self._answers[number] = id_
            self._answered[number] = time_ns

    def _picture(self) -> AnswerTable:
        requests, answers = numbers(self._requests), numbers(self._answers)
        methods = numbers(self._methods, "u4")
        ns = np.where(answers > 0, numbers(self._answered) - numbers(self._times), -1)
        done = np.flatnonzero(answers > 0)
        # Of the pings that one pong answers it is the last one's.
        done = done[np.unique(answers[done][::-1], return_index=True)[1] * -1 + len(done) - 1] if len(done) else done
        ids = np.concatenate((requests, answers[done]))
        others = np.concatenate((answers, requests[done]))
        asks = np.concatenate((np.ones(len(requests), np.bool_), np.zeros(len(done), np.bool_)))
        order = np.argsort(ids, kind="stable")
        return AnswerTable(
            self._upto,
            ids[order],
            others[order],
            asks[order],
            np.concatenate((ns, ns[done]))[order],
            np.concatenate((methods, methods[done]))[order],
            tuple(self._names),
        )


def _method_of(decoder: Decoder, values: Any) -> str:
    """What a request is called: its method, event or topic; else its decoder's name."""
    for common in ("method", "event", "topic"):
        for field in decoder.fields:
            if field.common == common and isinstance(name := values.get(field.name), str):
                return name
    return decoder.title


_books: WeakValueDictionary[tuple[str, int, int], AnswerBook] = WeakValueDictionary()
_books_lock = threading.Lock()


def book_of(path: str | Path) -> AnswerBook:
    """The book of the capture at ``path``, one for all who hold it."""
    path = Path(path)
    try:
        found = path.stat()
        key = (str(path.absolute()), found.st_dev, found.st_ino)
    except OSError:
        return AnswerBook(path)  # whoever opens the file says what is wrong with it
    with _books_lock:
        book = _books.get(key)
        if book is None:
            book = _books[key] = AnswerBook(path)
        return book
