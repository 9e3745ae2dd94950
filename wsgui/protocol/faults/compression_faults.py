"""Faults of RSV1 and permessage-deflate (RFC 6455 section 5.2, RFC 7692)."""

from __future__ import annotations

from wsgui.protocol.faults.model import BOTH, FrameFault, fail
from wsgui.protocol.frames import FIN, RSV1
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.raw_frame import RawFrame

_HELLO = bytes.fromhex("f248cdc9c90700")
"""``Hello``, compressed: the example of RFC 7692 section 7.2.3.1."""

COMPRESSION_FAULTS: tuple[FrameFault, ...] = (
    FrameFault(
        "rsv1-not-negotiated",
        "Compressed, but not negotiated",
        "rsv.not-negotiated",
        BOTH,
        fail(1002),
        "RSV1 is set on a well compressed text while no permessage-deflate was negotiated.",
        (RawFrame(FIN | RSV1 | Opcode.TEXT, None, _HELLO),),
    ),
    FrameFault(
        "rsv1-garbage",
        "RSV1 set on garbage",
        "rsv.not-negotiated",
        BOTH,
        fail(1002),
        "RSV1 is set on bytes that no inflater can read, while no permessage-deflate was negotiated.",
        (RawFrame(FIN | RSV1 | Opcode.BINARY, None, b"\xff\xff\xff\xff"),),
    ),
    FrameFault(
        "rsv1-continuation",
        "RSV1 on a continuation frame",
        "rsv.not-negotiated",
        BOTH,
        fail(1002),
        "Even with permessage-deflate RSV1 stands on the first fragment alone (RFC 7692 section 6.1).",
        (RawFrame(Opcode.TEXT, None, b"Hel"), RawFrame(FIN | RSV1 | Opcode.CONTINUATION, None, b"lo")),
    ),
    FrameFault(
        "rsv1-ping",
        "RSV1 on a ping",
        "rsv.not-negotiated",
        BOTH,
        fail(1002),
        "Control frames are never compressed (RFC 7692 section 6.1).",
        (RawFrame(FIN | RSV1 | Opcode.PING, None, b"beat"),),
    ),
)
