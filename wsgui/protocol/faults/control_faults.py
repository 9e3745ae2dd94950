"""Faults of pings, pongs and the close frame (RFC 6455 sections 5.5 and 7.4)."""

from __future__ import annotations

from wsgui.protocol.close import close_code_name, encode_close
from wsgui.protocol.faults.model import BOTH, CLIENT, SERVER, FrameFault, Reaction, ReactionKind, fail
from wsgui.protocol.frames import FIN
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.raw_frame import RawFrame

TEXT, CLOSE, PING, PONG = (int(one) for one in (Opcode.TEXT, Opcode.CLOSE, Opcode.PING, Opcode.PONG))

_BROKEN = fail(1002)


def _one(head: int, payload: bytes = b"") -> tuple[RawFrame]:
    return (RawFrame(head, None, payload),)


CONTROL_FAULTS: tuple[FrameFault, ...] = (
    FrameFault(
        "ping-fragmented",
        "Ping with FIN 0",
        "control.fragmented",
        BOTH,
        _BROKEN,
        "Control frames are never fragmented.",
        _one(PING, b"be"),
    ),
    FrameFault(
        "ping-in-two",
        "Ping in two fragments",
        "control.fragmented",
        BOTH,
        _BROKEN,
        "A ping with FIN 0 and a continuation frame behind it.",
        (RawFrame(PING, None, b"be"), RawFrame(FIN | Opcode.CONTINUATION, None, b"at")),
    ),
    FrameFault(
        "close-fragmented",
        "Close with FIN 0",
        "control.fragmented",
        BOTH,
        _BROKEN,
        "A close frame that promises more; it is a protocol error, not the end of a closing handshake.",
        _one(CLOSE, encode_close(1000)),
    ),
    FrameFault(
        "ping-126",
        "Ping of 126 bytes",
        "control.too-long",
        BOTH,
        _BROKEN,
        "One byte more than a control frame may carry.",
        _one(FIN | PING, bytes(126)),
    ),
    FrameFault(
        "pong-126",
        "Pong of 126 bytes",
        "control.too-long",
        BOTH,
        _BROKEN,
        "The limit of 125 bytes holds for pongs too, asked for or not.",
        _one(FIN | PONG, bytes(126)),
    ),
    FrameFault(
        "close-126",
        "Close of 126 bytes",
        "control.too-long",
        BOTH,
        _BROKEN,
        "A code and a reason of 124 bytes: one too many.",
        _one(FIN | CLOSE, encode_close(1000) + b"x" * 124),
    ),
    FrameFault(
        "close-one-byte",
        "Close with one byte",
        "close.one-byte",
        BOTH,
        _BROKEN,
        "A payload of one byte is half a close code.",
        _one(FIN | CLOSE, b"\x03"),
    ),
    *(
        FrameFault(
            f"close-{code}",
            f"Close code {close_code_name(code)}",
            "close.code-reserved",
            BOTH,
            _BROKEN,
            "This code is for reports inside a program and never stands on the wire.",
            _one(FIN | CLOSE, encode_close(code)),
        )
        for code in (1004, 1005, 1006, 1015)
    ),
    *(
        FrameFault(
            f"close-{code}",
            f"Close code {close_code_name(code)}",
            "close.code-undefined",
            BOTH,
            _BROKEN,
            "No document defines this code; applications choose theirs from 3000 to 4999.",
            _one(FIN | CLOSE, encode_close(code)),
        )
        for code in (0, 999, 1016, 1100, 2999, 5000, 65535)
    ),
    FrameFault(
        "close-1010-server",
        "Close code 1010 from a server",
        "close.wrong-side",
        SERVER,
        Reaction(ReactionKind.ANSWER, 1010),
        "1010 says that the server did not agree on an extension: only a client can miss one.",
        _one(FIN | CLOSE, encode_close(1010)),
    ),
    FrameFault(
        "close-1011-client",
        "Close code 1011 from a client",
        "close.wrong-side",
        CLIENT,
        Reaction(ReactionKind.ANSWER, 1011),
        "1011 speaks of a server's error; a peer can let it pass.",
        _one(FIN | CLOSE, encode_close(1011)),
    ),
    FrameFault(
        "close-reason-bytes",
        "Close reason that is not UTF-8",
        "close.reason-not-utf8",
        BOTH,
        fail(1007),
        "The reason is text, and 0xff stands in no UTF-8 text.",
        _one(FIN | CLOSE, encode_close(1000) + b"bye \xff"),
    ),
    FrameFault(
        "close-reason-cut",
        "Close reason that ends inside a character",
        "close.reason-not-utf8",
        BOTH,
        fail(1007),
        "A reason that was cut at a limit of bytes, as careless programs do.",
        _one(FIN | CLOSE, encode_close(1000) + b"caf\xc3"),
    ),
    FrameFault(
        "text-after-close",
        "Text after the close frame",
        "frame.after-close",
        BOTH,
        Reaction(ReactionKind.ANSWER, 1000),
        "After its close frame an endpoint sends no more data; the peer drops what comes, and answers the close.",
        (RawFrame(FIN | CLOSE, None, encode_close(1000)), RawFrame(FIN | TEXT, None, b"one more thing")),
    ),
)
