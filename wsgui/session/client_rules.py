"""A client that answers by itself, as the rules of a file say: those of the mock, from the other end."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from wsgui.behaviours.known.rules import Rules
from wsgui.behaviours.mock.book import book_of, read_book
from wsgui.session.ready_rules import READY

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.behaviours.mock.book import Book
    from wsgui.behaviours.mock.came import Came
    from wsgui.behaviours.mock.rule import MockRule
    from wsgui.engine.websocket import WebSocket
    from wsgui.session.filler import Filler


class ClientRules(Rules):
    """Variables that the rules share are those of the endpoint's templates: a rule that sets one from a message that
    came has captured it for whatever is sent next.

    More than ``limit`` answers within a second (0: any number) are a loop: rules stop on that connection.
    ``on_sent`` hears what is sent.
    """

    def __init__(self, file: str, filler: Filler, limit: int, say: Callable[[str], None]) -> None:
        super().__init__(file, sorted(filler.sent_environment))
        self.limit = limit
        self.say = say
        self.on_sent: Callable[[list[str | bytes]], None] = _nobody
        self._filler = filler
        self._shared_variables = filler.values
        self._recent: dict[WebSocket, deque[float]] = {}
        self._stopped: set[WebSocket] = set()

    def _read(self) -> Book:
        ready = READY.get(self.file)
        if ready is not None:
            return book_of(ready, frozenset(self.environment), self._filler.values)
        return read_book(self.file, frozenset(self.environment), self._filler.values)

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._recent.pop(ws, None)
        self._stopped.discard(ws)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _holds(self, ws: WebSocket, rule: MockRule) -> bool:
        return ws not in self._stopped and super()._holds(ws, rule)

    def _act(self, ws: WebSocket, rule: MockRule, came: Came) -> None:
        if self.limit and (rule.texts or rule.binaries):
            recent = self._recent.setdefault(ws, deque(maxlen=self.limit))
            now = self._now()
            if len(recent) == self.limit and now - recent[0] < 1.0:
                self._stopped.add(ws)
                memory = self._memories.get(ws)
                if memory is not None:
                    self._stop_waiting(memory)
                self._trouble(
                    f"Rules answered {self.limit} times within a second, as in a loop ({rule.name} at last): they "
                    "answer no more on this connection."
                )
                return
            recent.append(now)
        super()._act(ws, rule, came)

    def _deliver(self, ws: WebSocket, messages: list[str | bytes]) -> None:
        if ws.driver.can_send:
            self.on_sent(messages)
            super()._deliver(ws, messages)


def _nobody(messages: list[str | bytes]) -> None:
    """Nobody listens."""
