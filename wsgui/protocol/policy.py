"""What a connection does with what it sees. May be changed while it is open: the next frame is met by the new one."""

from __future__ import annotations

from dataclasses import dataclass

from wsgui.protocol.parser import DEFAULT_FRAME_LIMIT


@dataclass(slots=True)
class Policy:
    """How strict and how helpful a connection is, and its limits.

    ``strict``: a broken MUST fails the connection with the rule's close code (RFC 6455 section 7.1.7); otherwise it is
    only recorded. ``auto_pong``: answer pings (section 5.5.3), with the ping's payload
    or, wrongly, with ``pong_payload``. ``answer_close``: answer a close frame with the same code, or with
    ``close_answer`` (section 5.5.1). ``mask``: mask what is sent; None does what the role demands (section 5.1).
    ``compress``: compress messages where permessage-deflate was agreed on (RFC 7692 section 6).

    ``frame_limit`` and ``message_limit`` are bytes of payload, for a compressed message once it is inflated; they hold
    in every mode, because memory is finite (1009). A frame of 125 bytes passes any ``frame_limit``, so that control
    frames do.
    """

    strict: bool = True
    auto_pong: bool = True
    answer_close: bool = True
    mask: bool | None = None
    pong_payload: bytes | None = None
    close_answer: int | None = None
    compress: bool = True
    frame_limit: int = DEFAULT_FRAME_LIMIT
    message_limit: int = DEFAULT_FRAME_LIMIT
