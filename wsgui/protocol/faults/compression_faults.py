"""Faults of RSV1 and permessage-deflate (RFC 6455 section 5.2, RFC 7692)."""

from __future__ import annotations

from wsgui.protocol.faults.model import BOTH, FrameFault, fail
from wsgui.protocol.frames import FIN, RSV1, RSV2
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
        "deflate.rsv1-misplaced",
        BOTH,
        fail(1002),
        "RSV1 stands on the first fragment of a compressed message alone.",
        (RawFrame(RSV1 | Opcode.TEXT, None, _HELLO[:3]), RawFrame(FIN | RSV1 | Opcode.CONTINUATION, None, _HELLO[3:])),
    ),
    FrameFault(
        "rsv1-ping",
        "RSV1 on a ping",
        "deflate.rsv1-misplaced",
        BOTH,
        fail(1002),
        "Control frames are never compressed.",
        (RawFrame(FIN | RSV1 | Opcode.PING, None, b"beat"),),
    ),
    FrameFault(
        "rsv1-close",
        "RSV1 on a close frame",
        "deflate.rsv1-misplaced",
        BOTH,
        fail(1002),
        "Control frames are never compressed, and the close frame is one.",
        (RawFrame(FIN | RSV1 | Opcode.CLOSE, None, b"\x03\xe8"),),
    ),
    FrameFault(
        "rsv2-with-deflate",
        "RSV2 where only RSV1 was negotiated",
        "rsv.not-negotiated",
        BOTH,
        fail(1002),
        "permessage-deflate gives RSV1 a meaning, and no other bit.",
        (RawFrame(FIN | RSV2 | Opcode.TEXT, None, b"Hello"),),
    ),
    FrameFault(
        "deflate-garbage",
        "A compressed message that is no DEFLATE data",
        "deflate.invalid",
        BOTH,
        fail(1007),
        "The first block has a type that there is not.",
        (RawFrame(FIN | RSV1 | Opcode.BINARY, None, b"\xff\xff\xff\xff"),),
    ),
    FrameFault(
        "deflate-far",
        "A reference to what was never sent",
        "deflate.invalid",
        BOTH,
        fail(1007),
        "The message refers to a Hello before it, and nothing came before it: context takeover gone wrong.",
        (RawFrame(FIN | RSV1 | Opcode.TEXT, None, bytes.fromhex("f200110000")),),
    ),
)
