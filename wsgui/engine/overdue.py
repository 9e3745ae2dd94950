"""What is done when a deadline of an open or closing connection has passed; `opening` has that of the handshake."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Protocol, cast

from wsgui.engine.clock import now_ns
from wsgui.engine.leaving import Way
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from wsgui.engine.deadlines import Deadlines
    from wsgui.engine.endings import Ending
    from wsgui.engine.link import Link
    from wsgui.engine.opening import Opening
    from wsgui.engine.options import Options
    from wsgui.protocol.connection import Connection
    from wsgui.protocol.frames import Frame


class Timed(Protocol):
    """What the deadlines need of the connection they are about."""

    options: Options
    connection: Connection
    link: Link
    opening: Opening
    deadlines: Deadlines
    ending: Ending
    last_read_ns: int

    @property
    def pauses(self) -> Collection[str]:
        """Why nothing is read now."""

    def write(self, frames: Sequence[Frame]) -> None:
        """Send frames."""

    def write_ping(self, payload: bytes) -> None:
        """Send a keep-alive ping, whose way is followed."""

    def ping_way(self) -> Way:
        """How far it is."""

    def close_way(self) -> Way:
        """How far our close frame is."""

    def cut_off(self) -> None:
        """End the link at once."""


def overdue(driver: Timed, name: str) -> None:
    """The deadline ``name`` of a connection has passed."""
    DUE[name](driver)


def _opening(driver: Timed) -> None:
    driver.opening.overdue()


def _closing(driver: Timed) -> None:
    if not driver.connection.finished:
        if driver.close_way() in (Way.MOVING, Way.LEFT_SINCE):
            # Large messages go before it, at the peer's pace: the time for an answer begins when it has left.
            driver.deadlines.set("closing", driver.options.timeouts.closing)
            return
        limit = driver.options.timeouts.closing
        driver.ending.timeout = f"The closing handshake was not done within {limit:g} s."
    driver.cut_off()


def _linger(driver: Timed) -> None:
    driver.cut_off()


def _idle(driver: Timed) -> None:
    idle = cast("float", driver.options.timeouts.idle)
    left = idle if driver.pauses else idle - (now_ns() - driver.last_read_ns) / 1e9
    if left > 0:
        driver.deadlines.set("idle", left)
    else:
        _time_out(driver, f"Nothing came for {idle:g} s.")


def _ping(driver: Timed) -> None:
    timeouts, deadlines = driver.options.timeouts, driver.deadlines
    if driver.connection.state is State.OPEN:
        if "pong" not in deadlines:
            driver.write_ping(secrets.token_bytes(4))
            deadlines.set("pong", timeouts.ping_timeout)
        elif not driver.link.backlog():
            driver.write([driver.connection.frame(Opcode.PING, secrets.token_bytes(4))])
        # Behind one that has not left yet, another one would say nothing.
        deadlines.set("ping", cast("float", timeouts.ping_interval))


def _pong(driver: Timed) -> None:
    """The pong is late. Whoever sends is alive, though: on a slow link the pong stands behind a large message of the
    peer's, and our ping behind one of ours."""
    limit, deadlines = driver.options.timeouts.ping_timeout, driver.deadlines
    left = limit - (now_ns() - driver.last_read_ns) / 1e9
    if driver.pauses:  # it may have come: nobody has looked
        deadlines.set("pong", limit)
    elif left > 0:
        deadlines.set("pong", left)
    elif (way := driver.ping_way()) in (Way.MOVING, Way.LEFT_SINCE):
        deadlines.set("pong", limit)
    elif way is Way.STUCK:
        _time_out(driver, f"The peer took nothing of what was sent for {limit:g} s.")
    else:
        _time_out(driver, f"A keep-alive ping was not answered within {limit:g} s.")


def _time_out(driver: Timed, sentence: str) -> None:
    if driver.connection.state is State.OPEN:
        driver.ending.timeout = sentence
        driver.ending.close_first(EndedBy.TIMEOUT)
        driver.write([driver.connection.close_frame(1001, "timeout")])
        driver.deadlines.clear()
        driver.deadlines.set("linger", driver.options.timeouts.linger)


DUE: Mapping[str, Callable[[Timed], None]] = {
    "opening": _opening,
    "closing": _closing,
    "linger": _linger,
    "idle": _idle,
    "ping": _ping,
    "pong": _pong,
}
"""The deadlines by name: see `engine.options.Timeouts`."""
