"""Faults of headers, lengths and fragmentation (RFC 6455 sections 5.1 to 5.4, 10.4)."""

from __future__ import annotations

from wsgui.protocol.faults.model import BOTH, CLIENT, END, SERVER, WAIT, FrameFault, Masking, fail
from wsgui.protocol.frames import FIN, RSV, RSV2, RSV3
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.parser import DEFAULT_FRAME_LIMIT
from wsgui.protocol.raw_frame import RawFrame

CONT, TEXT, BINARY, PING = (int(one) for one in (Opcode.CONTINUATION, Opcode.TEXT, Opcode.BINARY, Opcode.PING))

_BROKEN = fail(1002)
_TOO_BIG = fail(1009)


def _one(head: int, payload: bytes = b"", form: int | None = None, declared: int | None = None) -> tuple[RawFrame]:
    return (RawFrame(head, None, payload, form, declared),)


FRAME_FAULTS: tuple[FrameFault, ...] = (
    # Masking.
    FrameFault(
        "unmasked-text",
        "Unmasked text",
        "mask.client-unmasked",
        CLIENT,
        _BROKEN,
        "A client sends a text frame without a masking key; a server must close upon it.",
        _one(FIN | TEXT, b"Hello"),
        Masking.WRONG,
    ),
    FrameFault(
        "unmasked-ping",
        "Unmasked ping",
        "mask.client-unmasked",
        CLIENT,
        _BROKEN,
        "Control frames of a client are masked too.",
        _one(FIN | PING, b"beat"),
        Masking.WRONG,
    ),
    FrameFault(
        "masked-text",
        "Masked text",
        "mask.server-masked",
        SERVER,
        _BROKEN,
        "A server sends a masked text frame; a client must close upon it.",
        _one(FIN | TEXT, b"Hello"),
        Masking.WRONG,
    ),
    FrameFault(
        "masked-ping",
        "Masked ping",
        "mask.server-masked",
        SERVER,
        _BROKEN,
        "Control frames of a server are not masked either.",
        _one(FIN | PING, b"beat"),
        Masking.WRONG,
    ),
    # Reserved bits and opcodes; RSV1 is in `compression_faults`.
    FrameFault(
        "rsv2",
        "RSV2 set",
        "rsv.not-negotiated",
        BOTH,
        _BROKEN,
        "RSV2 is set, and no registered extension defines it.",
        _one(FIN | RSV2 | TEXT, b"Hello"),
    ),
    FrameFault(
        "rsv3",
        "RSV3 set",
        "rsv.not-negotiated",
        BOTH,
        _BROKEN,
        "RSV3 is set, and no registered extension defines it.",
        _one(FIN | RSV3 | BINARY, b"\x00\xff"),
    ),
    FrameFault(
        "rsv-all",
        "All three RSV bits set",
        "rsv.not-negotiated",
        BOTH,
        _BROKEN,
        "All reserved bits at once, on an empty text frame.",
        _one(FIN | RSV | TEXT),
    ),
    *(
        FrameFault(
            f"opcode-{opcode:x}",
            f"Opcode 0x{opcode:X}",
            "opcode.reserved-data",
            BOTH,
            _BROKEN,
            "Opcodes 3 to 7 are kept for data frames that nobody has defined.",
            _one(FIN | opcode, b"Hello"),
        )
        for opcode in (0x3, 0x7)
    ),
    FrameFault(
        "opcode-3-inside",
        "Opcode 0x3 inside a message",
        "opcode.reserved-data",
        BOTH,
        _BROKEN,
        "A reserved data opcode between the fragments of a text message.",
        (RawFrame(TEXT, None, b"Hel"), RawFrame(FIN | 0x3, None, b"lo")),
    ),
    *(
        FrameFault(
            f"opcode-{opcode:x}",
            f"Opcode 0x{opcode:X}",
            "opcode.reserved-control",
            BOTH,
            _BROKEN,
            "Opcodes 0xB to 0xF are kept for control frames that nobody has defined.",
            _one(FIN | opcode, b"Hello"),
        )
        for opcode in (0xB, 0xF)
    ),
    # Lengths.
    FrameFault(
        "length-5-in-16",
        "5 bytes in the 16-bit form",
        "length.not-minimal",
        BOTH,
        _BROKEN,
        "A length of 5 fits seven bits, and the fewest bytes must be used.",
        _one(FIN | TEXT, b"Hello", 16),
    ),
    FrameFault(
        "length-5-in-64",
        "5 bytes in the 64-bit form",
        "length.not-minimal",
        BOTH,
        _BROKEN,
        "A length of 5 written in eight more bytes.",
        _one(FIN | TEXT, b"Hello", 64),
    ),
    FrameFault(
        "length-300-in-64",
        "300 bytes in the 64-bit form",
        "length.not-minimal",
        BOTH,
        _BROKEN,
        "A length of 300 fits 16 bits.",
        _one(FIN | BINARY, bytes(300), 64),
    ),
    FrameFault(
        "ping-in-16",
        "Ping with the 16-bit form",
        "length.not-minimal",
        BOTH,
        _BROKEN,
        "A ping of 4 bytes in a form that control frames never need.",
        _one(FIN | PING, b"beat", 16),
    ),
    FrameFault(
        "length-top-bit",
        "64-bit length with the top bit set",
        "length.top-bit",
        BOTH,
        _TOO_BIG,
        "The first bit of a 64-bit length must be 0; and whatever it says, it is more than anybody takes.",
        _one(FIN | BINARY, b"", 64, 1 << 63),
    ),
    FrameFault(
        "length-all-ones",
        "64-bit length of all ones",
        "length.top-bit",
        BOTH,
        _TOO_BIG,
        "The largest number that 64 bits can write; as a signed number it is -1.",
        _one(FIN | BINARY, b"", 64, (1 << 64) - 1),
    ),
    FrameFault(
        "length-1-tib",
        "A frame of 1 TiB is announced",
        "length.over-limit",
        BOTH,
        _TOO_BIG,
        "The header alone: a peer must neither allocate nor wait for what it will not take.",
        _one(FIN | BINARY, b"", 64, 1 << 40),
    ),
    FrameFault(
        "message-over-limit",
        "Fragments beyond the message limit",
        "message.over-limit",
        BOTH,
        _TOO_BIG,
        "One byte, then a fragment that announces 64 MiB: each frame is small enough, the message is not.",
        (RawFrame(BINARY, None, b"x"), RawFrame(FIN | CONT, None, b"", 64, DEFAULT_FRAME_LIMIT)),
    ),
    FrameFault(
        "length-too-large",
        "The length lies: bytes are missing",
        "frame.cut",
        BOTH,
        WAIT,
        "The header announces 10 bytes and 5 follow: the peer waits, and takes the next frame's bytes for the rest.",
        _one(FIN | TEXT, b"Hello", None, 10),
    ),
    FrameFault(
        "length-too-small",
        "The length lies: bytes are left over",
        "rsv.not-negotiated",
        BOTH,
        _BROKEN,
        "The header announces 2 bytes and 4 follow: the surplus is read as the next frame's header.",
        _one(FIN | TEXT, b"Hi\xf0\x00", None, 2),
        Masking.ZERO,
    ),
    # Fragmentation.
    FrameFault(
        "continuation-alone",
        "Continuation of nothing",
        "continuation.nothing-open",
        BOTH,
        _BROKEN,
        "A final continuation frame, and no message was started.",
        _one(FIN | CONT, b"lo"),
    ),
    FrameFault(
        "continuation-alone-open",
        "Continuation of nothing, FIN 0",
        "continuation.nothing-open",
        BOTH,
        _BROKEN,
        "A continuation frame that promises more of a message that was never started.",
        _one(CONT, b"lo"),
    ),
    FrameFault(
        "continuation-after-end",
        "Continuation after the last fragment",
        "continuation.nothing-open",
        BOTH,
        _BROKEN,
        "The message has ended with FIN, and one more fragment follows.",
        (RawFrame(TEXT, None, b"Hel"), RawFrame(FIN | CONT, None, b"lo"), RawFrame(FIN | CONT, None, b"!")),
    ),
    FrameFault(
        "interleaved-text",
        "A text inside a text",
        "fragment.interleaved",
        BOTH,
        _BROKEN,
        "A second text message starts before the first one has ended.",
        (RawFrame(TEXT, None, b"Hel"), RawFrame(FIN | TEXT, None, b"other")),
    ),
    FrameFault(
        "interleaved-binary",
        "A binary message inside a text",
        "fragment.interleaved",
        BOTH,
        _BROKEN,
        "A fragmented binary message starts inside a fragmented text message.",
        (RawFrame(TEXT, None, b"Hel"), RawFrame(BINARY, None, b"\x00\x01")),
    ),
    # The end of TCP.
    *(
        FrameFault(
            f"cut-{where}",
            f"TCP ends {words}",
            "frame.cut",
            BOTH,
            END,
            f"The sender ends TCP {words} of a frame: no close frame, so the code is 1006.",
            _one(FIN | TEXT, payload, form, declared),
            fin=True,
        )
        for where, words, payload, form, declared in (
            ("payload", "in the middle of the payload", b"Hello", None, 10),
            ("behind-header", "right behind the header", b"", 64, 70_000),
        )
    ),
)
