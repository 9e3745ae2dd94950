"""Which code works off ordinary frames: the compiled core (`_core.c`), or the Python code that is its reference.

The compiled core need not be there: it is built where a C compiler is (`make run`, a wheel for a platform), and
``WSGUI_PURE=1`` in the environment switches it off. What is observed, judged, recorded and sent is the same with both,
byte by byte; tests of this room run with both, and property tests compare them.

It covers what nearly all frames are: cutting, unmasking, joining fragments, UTF-8, writing, and the judge's answer
"nothing wrong". Whatever is unusual goes to the Python code.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.protocol.frames import Frame, payload_bytes, wire_of
from wsgui.protocol.messages import MessageAssembler, not_utf8, over_limit
from wsgui.protocol.parser import FrameParser, Header, TooLong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SWITCH: Final = "WSGUI_PURE"
"""The variable of the environment that switches the compiled core off; empty and 0 do not."""

VERSION: Final = 2
"""Of the compiled core that fits this code: an older build that lies about is left alone."""


class Core(NamedTuple):
    """The parts of a core. ``usual`` works off the frames that break no rule and returns the index of the first one
    that it leaves to `Connection`; None: `Connection` does it itself. ``laid_out`` packs frames for the record as
    `wsgui.capture.packing.pack` says, and returns None where it leaves them to that; None in its place: it has none."""

    name: str
    parser: Callable[..., FrameParser]
    messages: Callable[[], MessageAssembler]
    wire_of: Callable[[Sequence[Frame]], bytes]
    usual: Callable[..., int] | None
    payload_bytes: Callable[[Sequence[Frame]], int]
    laid_out: Callable[[Sequence[Frame]], tuple[bytes, bytearray, bytes, int] | None] | None


PURE: Final = Core("Python", FrameParser, MessageAssembler, wire_of, None, payload_bytes, None)


def compiled(name: str = "wsgui.protocol._core") -> Core | None:
    """The compiled core, wherever it is switched to; None where it was not built, or for other code than this."""
    try:
        module: Any = import_module(name)
    except ImportError:
        return None
    if getattr(module, "VERSION", 0) != VERSION:
        return None
    module.teach(Frame, Header, TooLong, not_utf8, over_limit, wire_of)
    return Core(
        "compiled",
        module.FrameParser,
        module.MessageAssembler,
        module.wire_of,
        module.usual,
        module.payload_bytes,
        module.laid_out,
    )


def chosen() -> Core:
    """The core that the environment asks for, as far as it is there."""
    if os.environ.get(SWITCH, "0") not in ("", "0"):
        return PURE
    return compiled() or PURE


current = chosen()
"""What new connections work with."""


def use(core: Core) -> None:
    """Let new connections work with another core: for tests and benchmarks, which compare them."""
    global current
    current = core
