"""The compiled core; see `wsgui.protocol.core`."""

from collections.abc import Callable, Iterable, Sequence

from wsgui.protocol.frames import Frame
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.messages import MessageAssembler as PureMessageAssembler
from wsgui.protocol.parser import FrameParser as PureFrameParser
from wsgui.protocol.parser import Header, TooLong
from wsgui.protocol.violations import Violation

VERSION: int

class FrameParser(PureFrameParser): ...
class MessageAssembler(PureMessageAssembler): ...

def teach(
    frame: type[Frame],
    header: type[Header],
    too_long: type[TooLong],
    not_utf8: Callable[[UnicodeDecodeError, int], Violation],
    over_limit: Callable[[int, int], Violation],
    wire_of: Callable[[Iterable[Frame]], bytes],
    /,
) -> None: ...
def usual(
    frames: list[Frame],
    index: int,
    judge: FrameJudge,
    unmasked: bool,
    messages: PureMessageAssembler,
    compressed: bool,
    limit: int,
    events: list[object],
    /,
) -> int: ...
def wire_of(frames: Iterable[Frame], /) -> bytes: ...
def laid_out(frames: Sequence[Frame], /) -> tuple[bytes, bytearray, bytes, int] | None: ...
def payload_bytes(frames: Sequence[Frame], /) -> int: ...
