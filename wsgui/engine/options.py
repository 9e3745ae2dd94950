"""What a connection of the engine can be told: timeouts, limits, keep-alive. All times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from wsgui.engine.faults import Faults
from wsgui.engine.tls import Tls
from wsgui.protocol.admission import Admission
from wsgui.protocol.compression import DEFAULT_LEVEL
from wsgui.protocol.deflate import OFFER, Deflate
from wsgui.protocol.http_head import HEAD_LIMIT, HEADER_LIMIT
from wsgui.protocol.policy import Policy


@dataclass(slots=True)
class Timeouts:
    """``opening``: TCP, TLS and handshake together. ``closing``: from our close frame to the end of TCP; it starts
    again while large messages before that frame are still on their way.

    ``idle``: without a byte from the peer, None for never. ``ping_interval``: a keep-alive ping each so often, None
    for none; ``ping_timeout``: how long its pong may take from when it left, while not a byte arrives. ``linger``:
    how long a failed connection is still read, so that the peer gets our close frame and not a TCP reset. ``answer``:
    how long a handshake waits for a person to say whether a client may come in. ``between_requests``: how long the next
    plain HTTP request of a connection may take to begin.
    """

    opening: float = 10.0
    closing: float = 10.0
    idle: float | None = None
    ping_interval: float | None = None
    ping_timeout: float = 20.0
    linger: float = 1.0
    answer: float = 120.0
    between_requests: float = 60.0


SERVER_WISH = Deflate(server_max_window_bits=12, client_max_window_bits=12)
"""What a server wishes unless told otherwise: windows of 4 KiB."""


@dataclass(slots=True)
class Compression:
    """permessage-deflate (RFC 7692): a client sends ``offer`` as it is, a server wishes ``wish``.

    ``level`` is zlib's effort (0 to 9), ``memory`` its memory (1 to 9). The defaults of a server keep what an idle
    connection holds near 64 KiB: a window of 4 KiB and little memory compress JSON almost as well as 32 KiB do.
    """

    offer: str = str(OFFER)
    wish: Deflate = SERVER_WISH
    level: int = DEFAULT_LEVEL
    memory: int = 5


@dataclass(slots=True)
class Network:
    """The way to a server: ``family`` is ``any``, ``ipv4`` or ``ipv6``; ``bind`` the address of this machine to
    connect from; ``proxy`` a URL, ``environment``, or empty for none; with ``proxy_digest`` its password leaves by HTTP
    Digest alone, without it by Basic and to those who ask for it by Digest; ``redirects`` how many are followed."""

    family: str = "any"
    bind: str = ""
    proxy: str = ""
    redirects: int = 0
    proxy_digest: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and a password."""

    user: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Limits:
    """What a peer may use up, beside `Policy.frame_limit` and `Policy.message_limit` (bytes of payload) and
    `Timeouts.opening` (seconds for the handshake).

    ``head_bytes`` and ``headers``: of one HTTP head. ``queued_bytes``: what may wait for a peer that does not read;
    with more it is cut off. ``connections``: of one server at a time; more are refused with 503.
    """

    head_bytes: int = HEAD_LIMIT
    headers: int = HEADER_LIMIT
    queued_bytes: int = 64 * 1024 * 1024
    connections: int = 10_000


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What a server answers to browsers beside its WebSockets: ``page`` is whether it has the test page, ``folder`` the
    one whose files it serves, empty for none."""

    page: bool = True
    folder: str = ""


@dataclass(slots=True)
class Options:
    """Everything that one connection may be told; a server gives each connection a copy.

    ``headers`` go into a client's request and into every answer of a server. ``handshake_fault`` is a name of
    `HANDSHAKE_FAULTS`: a server answers wrong on purpose. ``digest``: what a client answers to a server that asks for
    HTTP Digest; with a name in it, it takes the place of those in the URL, and Basic is never sent.
    """

    policy: Policy = field(default_factory=Policy)
    timeouts: Timeouts = field(default_factory=Timeouts)
    subprotocols: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    compression: Compression | None = None
    admission: Admission = field(default_factory=Admission)
    handshake_fault: str = ""
    digest: Credentials | None = None
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Network)
    tls: Tls = field(default_factory=Tls)
    site: SiteOptions = field(default_factory=SiteOptions)
