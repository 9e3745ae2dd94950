"""What is fuzzed: a function for each part that takes any bytes and raises if something is wrong.

The first bytes choose role, policy and how the rest is cut into reads; the rest is what a peer sends (of
captures: what is damaged, see `tests.fuzz.damage`). The functions know nothing of atheris: `test_corpus` runs them over
the kept corpus, the programs beside it run them for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.fuzz.cores import both_cores
from tests.fuzz.damage import damaged_capture
from tests.fuzz.found import FuzzError, check
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.compression import Deflator, Inflator
from wsgui.protocol.connection import Connection
from wsgui.protocol.deflate import Deflate, DeflateError, answer_offers, offers_in, read_answer
from wsgui.protocol.extensions import ExtensionError, parse_extensions
from wsgui.protocol.frames import wire_of
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.policy import Policy
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import Role
from wsgui.protocol.url import WsUrl
from wsgui.protocol.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT: Final = 4096
"""Bytes of a frame, a message and a head: small, so that they are reached."""


def cut(data: bytes, step: int) -> list[bytes]:
    """``data`` in pieces of ``step`` bytes, in one if it is 0."""
    if not step:
        return [data]
    return [data[start : start + step] for start in range(0, len(data), step)]


# --- frames


def parser(data: bytes) -> None:
    """Frames: no byte is lost or changed, and how the bytes were cut makes no difference."""
    step, data = data[0] if data else 0, data[1:]
    found = []
    for parts in ([data], cut(data, step), cut(data, 1)):
        reader = FrameParser(LIMIT)
        frames = []
        for part in parts:
            if reader.too_long is not None:
                break
            frames += reader.feed(part)
        rest = reader.take_rest()
        wire = wire_of(frames)
        check(data.startswith(wire), "the frames are other bytes than those that came")
        check(reader.too_long is not None or wire + rest == data, "bytes were lost")
        check(all(len(frame.payload) <= LIMIT for frame in frames), "a frame is over the limit")
        check(all(type(frame)(*frame).wire() == frame.wire() for frame in frames), "a frame changes")
        found.append((frames, reader.too_long is None))
    check(found[0] == found[1] == found[2], "it matters how the bytes were cut")


# --- the opening handshake

_NONCE: Final = b"the sample nonce"
_URL: Final = WsUrl.parse("ws://server.example.com/chat")
_OFFER: Final = "permessage-deflate; client_max_window_bits, permessage-deflate"
_WISH: Final = Deflate(server_max_window_bits=12, client_max_window_bits=12)


def handshake(data: bytes) -> None:
    """Both ends of the handshake, and the extensions alone: an outcome or a sentence, whatever comes, however cut."""
    options, data = data[0] if data else 0, data[1:]
    strict = not options & 1
    made: Callable[[], ServerHandshake | ClientHandshake]
    if options & 2:

        def made() -> ServerHandshake | ClientHandshake:
            return ClientHandshake(_URL, _NONCE, offer=_OFFER, strict=strict, subprotocols=("chat",), head_limit=LIMIT)
    else:

        def made() -> ServerHandshake | ClientHandshake:
            return ServerHandshake(deflate=_WISH, strict=strict, subprotocols=("chat",), head_limit=LIMIT)

    found = [_shaken(made(), cut(data, step)) for step in (0, options >> 2, 1)]
    check(found[0] == found[1] == found[2], f"it matters how the bytes were cut: {found}")
    if options & 4:
        _extensions(data.decode("latin-1"))


def _shaken(hand: ServerHandshake | ClientHandshake, parts: list[bytes]) -> tuple[object, ...]:
    for part in parts:
        if part:
            hand.receive_data(part)
    if not hand.done:
        hand.receive_data(b"")
    check(hand.done, "the end of TCP leaves the handshake open")
    refused = hand.outcome is Outcome.REFUSED
    check(bool(hand.error) is refused, "a refusal has a sentence, and only a refusal")
    deflate = None if refused else hand.deflate
    left = b"" if refused else hand.leftover
    return hand.outcome, hand.error, hand.status, [one.rule for one in hand.violations], deflate, left


def _extensions(text: str) -> None:
    try:
        extensions = parse_extensions(text)
    except ExtensionError:
        return
    again = ", ".join(str(extension) for extension in extensions)
    check(parse_extensions(again) == extensions, "extensions do not come back from what they are written as")
    answer = answer_offers(extensions, _WISH)
    if answer is not None:
        try:
            agreed = read_answer(answer.extension, offers_in(extensions))
        except DeflateError as error:
            raise FuzzError(f"our own answer fits no offer: {error}") from error
        check((agreed.server_max_window_bits or 15) <= 12, "the answer is wider than the server wishes")


# --- permessage-deflate


def inflate(data: bytes) -> None:
    """Any bytes as compressed messages, never beyond the limit; and what was compressed comes back."""
    options, data = data[0] if data else 0, data[1:]
    bits, takeover = 8 + (options & 7), not options & 8
    size = (options >> 4) + 1
    inflator = Inflator(bits, takeover=takeover)
    room = LIMIT
    for index, part in enumerate(cut(data, size * 16)):
        head = 0x41 if room == LIMIT else 0x00
        if index % 3 == 2:
            head |= 0x80
        twin = inflator.copy()
        result = inflator.frame(head, part, room)
        check(_same(twin.frame(head, part, room), result), "a copy inflates to something else")
        if isinstance(result, Violation):
            check(result.rule in ("message.over-limit", "deflate.invalid"), result.rule)
            room = LIMIT
            continue
        check(result is not None and len(result) <= room, "more than the room was inflated")
        room = LIMIT if head & 0x80 else room - len(result or b"")
    deflator, inflator = Deflator(bits, takeover=takeover), Inflator(bits, takeover=takeover)
    for part in cut(data, size * 64):
        half = len(part) // 2
        first = inflator.frame(0x42, deflator.fragment(part[:half], final=False), len(part))
        last = inflator.frame(0x80, deflator.fragment(part[half:]), len(part))
        check(isinstance(first, bytes) and isinstance(last, bytes) and first + last == part, "it does not come back")


def _same(a: bytes | Violation | None, b: bytes | Violation | None) -> bool:
    return type(a) is type(b) and a == b


# --- the judge, and the connection around it


def judge(data: bytes) -> None:
    """A connection of either role, strict or observing, with permessage-deflate or without: nothing raises, every byte
    is in a frame or in the rest, and how the bytes were cut makes no difference to what is found."""
    options, step, data = (*data[:2], data[2:]) if len(data) > 1 else (0, 0, data)
    found = [_judged(options, parts) for parts in ([data], cut(data, step), cut(data, 1))]
    check(found[0] == found[1] == found[2], f"it matters how the bytes were cut: {found}")


def _judged(options: int, parts: list[bytes]) -> tuple[object, ...]:
    role = Role.SERVER if options & 1 else Role.CLIENT
    policy = Policy(strict=not options & 2, auto_pong=not options & 4, frame_limit=LIMIT, message_limit=LIMIT)
    connection = Connection(role, policy, new_key=lambda: b"\1\2\3\4")
    if options & 8:
        connection.use_deflate(Deflate(bool(options & 16), bool(options & 16), 9, 9))
    connection.opened()
    frames, violations, events, inflated, rest = [], [], [], [], b""
    for received in (*map(connection.receive_data, parts), connection.receive_eof()):
        violations += [(len(frames) + index, breach) for index, breach in received.violations]
        violations += [(-1, breach) for breach in received.rest_violations]
        inflated += [(len(frames) + index, one) for index, one in received.inflated]
        frames += received.frames
        events += received.events
        rest += received.rest
        connection.peer_now()
        sent = connection.send(received.replies)
        broken = connection.judge_sent(received.replies)
        check(not broken or not policy.strict, "we answer with what breaks a rule")  # a pong to a ping of 126 bytes
        check(len(sent) < len(b"".join(parts)) * 4 + 200, "an answer is larger than what was asked")
    check(wire_of(frames) + rest == b"".join(parts), "bytes were lost")
    check(all(len(one) <= LIMIT for _, one in inflated), "more was inflated than a message may have")
    told = [breach.rule for _, breach in violations]
    failure = connection.failure
    check(failure is None or failure.rule in told or not frames, "it failed for what nobody was told of")
    connection.tcp_closed()
    return frames, violations, events, inflated, rest, failure, connection.close_sent, connection.close_received


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "parser": parser,
    "handshake": handshake,
    "inflate": inflate,
    "judge": judge,
    "cores": both_cores,
    "capture": damaged_capture,
}
