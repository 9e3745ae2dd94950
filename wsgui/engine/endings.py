"""How a connection ended: who, with which code, in one sentence (RFC 6455 section 7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.close import close_code_name
from wsgui.records import ConnectionClosed, EndedBy, How

if TYPE_CHECKING:
    from wsgui.protocol.connection import Connection


class Ending:
    """Gathers facts while a connection ends; `record` puts them together."""

    __slots__ = ("_first", "eof", "how", "loss", "plain", "refusal", "timeout")

    def __init__(self) -> None:
        self._first: EndedBy | None = None
        self.eof = False
        self.how = How.FIN
        self.loss = ""
        self.plain = False
        """Whether plain HTTP was spoken on it, and ended in order; ``refusal`` says so then."""
        self.refusal = ""
        self.timeout = ""

    def close_first(self, who: EndedBy) -> None:
        """``who`` began to close; only the first one counts."""
        if self._first is None:
            self._first = who

    def overflow(self, queued: int) -> None:
        """The peer did not read, and ``queued`` bytes wait for it: more than are kept."""
        self.timeout = f"The peer does not read: {queued} bytes waited for it, and it was cut off."

    def record(self, number: int, time_ns: int, connection: Connection) -> ConnectionClosed:
        """The record of the end. The code is the peer's, or 1005 for an empty close frame, or 1006 for none."""
        received = connection.close_received
        if received is None:
            code, reason = 1006, ""
        else:
            code, reason = 1005 if received.code is None else received.code, received.reason
        ended_by = self._who(connection)
        text = self._sentence(ended_by, code, connection)
        return ConnectionClosed(number, time_ns, code, reason, ended_by, text, self.how)

    def _who(self, connection: Connection) -> EndedBy:
        if self.refusal:
            return EndedBy.HTTP if self.plain else EndedBy.HANDSHAKE
        if connection.failure is not None:
            return EndedBy.RULE
        if self.timeout:
            return EndedBy.TIMEOUT
        return EndedBy.LOSS if self._first is None else self._first

    def _sentence(self, who: EndedBy, code: int, connection: Connection) -> str:
        sent, received = connection.close_sent, connection.close_received
        if self.refusal:
            return self.refusal
        if who is EndedBy.RULE and connection.failure is not None:
            failure = connection.failure
            return (
                f"{failure.text} This breaks {failure.reference}; the connection was failed with {failure.close_code}."
            )
        if who is EndedBy.TIMEOUT:
            return self.timeout
        name = close_code_name(code)
        if received is not None and received.reason:
            name += f", “{received.reason}”"
        if who is EndedBy.PEER:
            return f"The peer closed: {name}."
        if who is EndedBy.LOCAL:
            if received is not None:
                return f"Closed from this side; the peer answered {name}."
            if sent is None:
                return "TCP was cut from this side, without a close frame (1006)."
            return "Closed from this side; TCP ended before the peer's close frame came (1006)."
        why = f" ({self.loss})" if self.loss else ""
        return f"TCP ended without a close frame{why}: 1006 abnormal closure."
