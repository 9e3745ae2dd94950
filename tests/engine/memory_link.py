"""Two ends joined without a socket: what one writes, the other is given when `Wire.carry` is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    from wsgui.engine.link import LinkUser


class MemoryLink:
    """One end. ``sent`` holds what was written and not carried yet; ``history`` all that was ever written."""

    def __init__(self, name: str, peer: str) -> None:
        self.local, self.remote, self.local_host = name, peer, ""
        self.tls: ssl.SSLObject | None = None
        self.sent = b""
        self.history = b""
        self.ended = False
        self.closing = False
        self.over = False
        self.reading = True
        self.size = 0

    def write(self, data: bytes) -> None:
        self.sent += data
        self.history += data

    def end(self) -> bool:
        self.ended = True
        return True

    def close(self) -> None:
        self.ended = self.closing = True

    def abort(self) -> None:
        self.sent = b""
        self.close()

    def reset(self) -> None:
        self.abort()

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def limit_reads(self, size: int) -> None:
        self.size = size

    def backlog(self) -> int:
        return len(self.sent)

    def unacknowledged(self) -> int:
        return len(self.sent)


class Wire:
    """Joins two users of links, ``left`` being attached first."""

    def __init__(self, left: LinkUser, right: LinkUser) -> None:
        self.left, self.right = MemoryLink("left", "right"), MemoryLink("right", "left")
        self._ends = [(self.left, self.right, right), (self.right, self.left, left)]
        self._users = (left, right)
        self._told: set[str] = set()
        right.attached(self.right)
        left.attached(self.left)

    def carry(self) -> None:
        """Bring all that was written across, in reads as large as each end takes, until nothing moves any more."""
        while self._step():
            pass

    def _step(self) -> bool:
        moved = False
        for writer, reader, user in self._ends:
            if writer.sent and reader.reading and not reader.over:
                size = reader.size or len(writer.sent)
                data, writer.sent = writer.sent[:size], writer.sent[size:]
                user.data_received(data)
                moved = True
            elif writer.ended and not writer.sent and reader.local not in self._told and not reader.over:
                self._told.add(reader.local)
                user.eof_received()
                reader.close()  # as a link does at the peer's end
                moved = True
        for link, user in zip((self.left, self.right), self._users, strict=True):
            if link.closing and not link.sent and not link.over:
                link.over = True
                user.lost(None)
                moved = True
        return moved
