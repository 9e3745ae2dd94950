"""What a decoder is (`Decoder`), what it gets (`Message`, `Context`) and gives (`TreeNode`, `DecodedField`)."""

from __future__ import annotations

import json
import re
import time
from codecs import utf_8_decode
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple, NoReturn, Protocol
from urllib.parse import urlsplit

from wsgui.dissect.decoders.partial_json import partial_json
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MISSING: Final = object()
"""There is no such value."""

JSON_LIMIT: Final = 1024 * 1024
"""Bytes up to which a message is read as JSON to look for values in it."""

BYTES_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a message that decoders look at."""

_WHOLE_SHAPE: Final = 16 * 1024
_HEAD: Final = 4096
_VALUE_CHARACTERS: Final = 200
_LARGEST: Final = 2**63

FieldType = Literal["text", "number", "bool", "json"]
"""What a field of a decoder holds; ``json`` is any value, and filters may name a path into it."""


class DecodedField(NamedTuple):
    """A value that filters can ask for as ``prefix.name`` (as ``prefix`` if the name is empty).

    ``common`` is a name under which fields of several decoders are found: ``event``, ``method``, ``topic``.
    ``verbatim`` promises that a text stands in the message as it is, in UTF-8, unless there is a backslash in the
    message: filters then look for its bytes before they decode.
    """

    name: str
    type: FieldType
    help: str
    example: str = ""
    common: str = ""
    verbatim: bool = False


class SchemaOfPayloads(Protocol):
    """What `wsgui.dissect.decoders.schema.model.SchemaChoice` is."""

    @property
    def schema(self) -> Any:
        """The messages that there are."""

    def message_for(self, context: Context, data: bytes) -> Any:
        """The message that a payload is; None if that is not known."""


class Context(NamedTuple):
    """What is known of a message's connection: the target of the request (path and query), the subprotocol that was
    agreed (empty if none or unknown), whether the client sent the message (None if that is unknown), the beginning of
    the first message, which with some protocols tells how the others are to be read, and the Protobuf schema that was
    chosen for the endpoint."""

    target: str = ""
    subprotocol: str = ""
    from_client: bool | None = None
    first: bytes = b""
    schema: SchemaOfPayloads | None = None

    @property
    def path(self) -> str:
        """The path of the request's target."""
        try:
            return urlsplit(self.target).path
        except ValueError:
            return ""


NO_CONTEXT: Final = Context()


class ExchangePart(NamedTuple):
    """A message that asks for an answer, or is one; ``key`` joins the two."""

    asks: bool
    key: object


class Message:
    """A message, joined and inflated, or the beginning of one.

    ``text`` tells a text message (RFC 6455 section 5.6) from a binary one; ``whole`` whether ``data`` is all of it, and
    ``length`` how many bytes all of it has.
    What decoders ask first is worked out once and kept.
    """

    def __init__(self, data: bytes, *, text: bool, whole: bool = True, length: int | None = None) -> None:
        self.known: dict[str, Any] = {}
        """What a decoder has worked out, by its name: `fits`, `one_line` and `values` often need the same."""
        self.data = data
        self.length = len(data) if length is None else length
        self.text = text
        self.whole = whole

    @cached_property
    def string(self) -> str:
        """The bytes as UTF-8; what is none stands as U+FFFD."""
        return utf_8_decode(self.data, "replace", self.whole)[0]

    @cached_property
    def json(self) -> Any:
        """The JSON value that a whole text message is; `MISSING` if it is none or has over `JSON_LIMIT` bytes."""
        return json_of(self.data) if self.text and self.whole else MISSING

    @cached_property
    def shape(self) -> Any:
        """As `json`, and of a long or unfinished message what its beginning holds: enough to recognise it by."""
        return self.shape_from(0)

    def shape_from(self, start: int) -> Any:
        """The same of the JSON that begins at a byte."""
        if not self.text or len(self.data) <= start or self.data[start] not in b'{["-0123456789tfn \t\r\n':
            return MISSING
        if self.whole and len(self.data) <= _WHOLE_SHAPE:
            return self.json if start == 0 else json_of(self.data[start:])
        value = partial_json(self.data[start : start + _HEAD])
        return MISSING if value is None else value


def json_of(data: bytes) -> Any:
    """The value of JSON text, as filters understand it: of two members with one name the first counts, integers beyond
    64 bits become floats, NaN and Infinity are no JSON. `MISSING` if it is none or too long. Never raises."""
    if len(data) > JSON_LIMIT:
        return MISSING
    try:
        decoder = _DECODER if _LONG_NUMBER.search(data) is None else _CAREFUL_DECODER
        return decoder.decode(data.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return MISSING


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else dict(reversed(pairs))


def _integer(digits: str) -> int | float:
    value = int(digits) if len(digits) <= 20 else _LARGEST
    return value if -_LARGEST <= value < _LARGEST else float(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_LONG_NUMBER: Final = re.compile(rb"[0-9]{19}")
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_no_constant)
_CAREFUL_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, parse_constant=_no_constant)
"""The one for integers that may be beyond 64 bits; a function of ours for each number takes time."""


class Bare(str):
    """A value that stands without quotes in text and in filters: a number's digits, true, false, null."""

    __slots__ = ()


class TreeNode:
    """A part of a message: what it is called, its value in a few words, its bytes, and its own parts.

    ``start`` and ``stop`` are the first byte and the one behind the last, in the joined and inflated message; a part of
    something that is packed there (base64, gzip) has the bytes of the package. ``inner`` is where its value begins: a
    JSON member's name stands before it. ``value`` is the whole value, for copying; ``path`` what a filter calls it.
    ``note`` says what was noticed: a time, an identifier, what is wrong.
    """

    __slots__ = ("children", "inner", "label", "note", "path", "start", "stop", "text", "value")

    def __init__(
        self,
        label: str,
        text: str = "",
        start: int = 0,
        stop: int = 0,
        *,
        value: object = None,
        path: str = "",
        note: str = "",
        inner: int | None = None,
    ) -> None:
        self.label = label
        self.text = text if len(text) <= _VALUE_CHARACTERS else f"{text[:_VALUE_CHARACTERS]}\u2026"
        self.start = start
        self.stop = stop
        self.inner = start if inner is None else inner
        self.value = value
        self.path = path
        self.note = note
        self.children: list[TreeNode] = []

    def __repr__(self) -> str:
        return f"<{self.label}: {self.text!r} {self.start}-{self.stop} {len(self.children)} parts>"

    def add(self, node: TreeNode) -> TreeNode:
        """Put a part behind the others; returns it."""
        self.children.append(node)
        return node


class CutOff(Exception):  # noqa: N818 - nothing went wrong
    """The budget is spent: what was decoded by then is shown, with this sentence."""


class NotFittingError(ValueError):
    """The bytes are not what the decoder is for; the message is a sentence with the place."""


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """A person has asked to stop."""


class Budget:
    """What decoding one message may cost: so many nodes, levels, bytes unpacked, and seconds.

    ``told(byte)`` hears now and then how far it is, and may raise `Cancelled`.
    """

    def __init__(
        self,
        *,
        nodes: int = 20_000,
        seconds: float = 0.1,
        depth: int = 400,
        unpacked: int = 4 * 1024 * 1024,
        plain: bool = False,
        told: Callable[[int], object] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.depth = depth
        self.unpacked = unpacked
        self.plain = plain
        """Whether the values alone are wanted, and neither their texts nor what is noticed in them."""
        self._left = self._nodes = nodes
        self._told = told
        self._clock = clock
        self._seconds = seconds
        self._end = clock() + seconds

    def spend(self, place: int = 0) -> None:
        """One more node is made, at a byte of the message. Raises CutOff and Cancelled."""
        self._left -= 1
        if self._left < 0:
            raise CutOff(f"Cut off after {grouped(self._nodes)} values, at byte {grouped(place)}.")
        if self._left & 255 == 0:
            if self._told is not None:
                self._told(place)
            if self._clock() > self._end:
                raise CutOff(f"Cut off after {self._seconds:g} s, at byte {grouped(place)}.")

    def check_depth(self, depth: int, place: int) -> None:
        """Raises CutOff for what is nested too deeply to be shown."""
        if depth > self.depth:
            raise CutOff(f"Cut off at {self.depth} levels of nesting, at byte {grouped(place)}.")

    def unpack(self, count: int) -> None:
        """So many bytes were unpacked. Raises CutOff when they are too many: a decompression bomb."""
        self.unpacked -= count
        if self.unpacked < 0:
            raise CutOff("Cut off: what is packed here becomes too large.")


class Decoder:
    """A decoder; a subclass in a file of its own under ``known`` is registered with `registry.register`.

    Every method may be called in any thread, and must not keep anything of a message. Whatever they raise becomes a
    sentence in the decoder's own pane.
    """

    name: ClassVar[str]
    """What programs and filters call it: ``socket.io``."""
    title: ClassVar[str]
    """What people call it: ``Socket.IO``."""
    prefix: ClassVar[str] = ""
    """What its fields begin with in filters: ``sio``."""
    fields: ClassVar[tuple[DecodedField, ...]] = ()
    last_resort: ClassVar[bool] = False
    """Whether it is chosen where no other fits well: plain text, and hex."""
    shows_itself: ClassVar[bool] = False
    """Whether its line is the message as it stands; the lines of others begin with their title in a table."""
    needs_context: ClassVar[bool] = False
    """Whether only the connection's handshake tells its messages from others."""
    writes: ClassVar[bool] = False
    """Whether it has `encode`."""
    binary: ClassVar[bool] = False
    """Whether what `encode` makes goes into a binary message (RFC 6455 section 5.6)."""

    def fits(self, context: Context, message: Message) -> float:
        """How well it fits: 0 not at all, from 0.5 on well enough to be chosen by itself, 1 beyond doubt. Quick: it is
        asked for each row that is seen."""
        raise NotImplementedError

    def one_line(self, context: Context, message: Message) -> str:
        """A message that it fits, in one line; characters that steer or hide are made visible by the registry."""
        raise NotImplementedError

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        """Give ``root``, which stands for the whole message, its parts. Raises NotFittingError."""
        raise NotImplementedError

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        """The values of its fields in a message that it fits, without those that the message does not have."""
        del context, message
        return {}

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        """What a message with these values asks or answers; None if it does neither."""
        del context, values
        return None

    def pretty(self, message: Message) -> str:
        """The message as text for reading and copying. Raises NotFittingError if there is no such text."""
        if not message.text:
            raise NotFittingError("it is no text")
        return message.string

    def editable(self, context: Context, message: Message) -> str:
        """A whole message as text of which `encode` makes the same bytes, or bytes that mean the same: JSON, or the
        format's own text. Raises NotFittingError if there is no such text."""
        del context
        try:
            return message.data.decode()
        except UnicodeDecodeError as error:
            raise NotFittingError(f"byte {error.start} (0x{message.data[error.start]:02x}) is no UTF-8") from None

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        """A message of what a person wrote (as `editable` gives it). Raises ValueError with a sentence."""
        del text, context
        raise ValueError(f"{self.title} cannot be written from text.")

    def is_binary(self, text: str) -> bool:
        """Whether `encode` makes a binary message of a text."""
        del text
        return self.binary
