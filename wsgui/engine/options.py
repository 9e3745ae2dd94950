"""What a connection of the engine can be told: timeouts, limits, keep-alive. All times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from wsgui.protocol.policy import Policy


@dataclass(slots=True)
class Timeouts:
    """``opening``: TCP, TLS and handshake together. ``closing``: from our close frame to the end of TCP.

    ``idle``: without a byte from the peer, None for never. ``ping_interval``: a keep-alive ping each so often, None
    for none; ``ping_timeout``: how long its pong may take. ``linger``: how long a failed connection is still read,
    so that the peer gets our close frame and not a TCP reset.
    """

    opening: float = 10.0
    closing: float = 10.0
    idle: float | None = None
    ping_interval: float | None = None
    ping_timeout: float = 20.0
    linger: float = 1.0


@dataclass(slots=True)
class Options:
    """Everything that one connection may be told; a server gives each connection a copy."""

    policy: Policy = field(default_factory=Policy)
    timeouts: Timeouts = field(default_factory=Timeouts)
    subprotocols: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
