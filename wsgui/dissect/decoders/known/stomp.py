"""STOMP 1.0 to 1.2 (https://stomp.github.io/stomp-specification-1.2.html)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, words
from wsgui.dissect.decoders.model import NO_CONTEXT, DecodedField, Decoder, ExchangePart, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import utf8
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_COMMANDS: Final = (
    b"CONNECT|STOMP|CONNECTED|SEND|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|DISCONNECT|MESSAGE|RECEIPT|ERROR"
)
_START: Final = re.compile(rb"(?:\r?\n)*(" + _COMMANDS + rb")\r?\n")
_HEADER: Final = re.compile(rb"([^\r\n:]*):([^\r\n]*)\r?\n")
_BLANK: Final = re.compile(rb"\r?\n")
_ESCAPE: Final = re.compile(r"\\([rnc\\])")
_ESCAPED: Final = {"r": "\r", "n": "\n", "c": ":", "\\": "\\"}
_MOST_HEADERS: Final = 2000
_LONGEST: Final = 64 * 1024


class _Frame(NamedTuple):
    """Places are bytes: (first, the one behind). ``end`` is behind the zero byte, or the end of what there is."""

    command: tuple[int, int]
    headers: list[tuple[int, int, str, str]]
    body: tuple[int, int]
    end: int


@register
class StompDecoder(Decoder):
    """Frames with their headers and bodies; a message of line breaks alone is a heart-beat."""

    name = "stomp"
    title = "STOMP"
    prefix = "stomp"
    writes = True
    fields = (
        DecodedField("command", "text", "The frame's command: SEND, MESSAGE, or heart-beat.", '"SEND"'),
        DecodedField("destination", "text", "The destination.", '"/topic/a"', common="topic", verbatim=True),
        DecodedField("id", "text", "The id of a subscription.", '"0"'),
        DecodedField("subscription", "text", "The subscription that a message belongs to.", '"0"'),
        DecodedField("receipt", "text", "The receipt that is asked for, or its id.", '"77"'),
        DecodedField("content_type", "text", "The type of the body.", '"application/json"'),
        DecodedField("headers", "json", 'All headers: stomp.headers["heart-beat"].', '"0,0"'),
        DecodedField("body", "text", "The body as text.", '"hi"'),
    )

    def fits(self, context: Context, message: Message) -> float:
        ours = "stomp" in context.subprotocol
        if _START.match(message.data):
            return 0.95
        return 0.95 if ours and message.data in (b"\n", b"\r\n") else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        frame = next(_frames(message.data[:_LONGEST]), None)
        if frame is None:
            return "heart-beat"
        headers = _headers(frame)
        body = message.data[slice(*frame.body)][:400].decode("utf-8", "replace")
        named = (
            headers.get("destination") or headers.get("receipt-id") or headers.get("message") or headers.get("version")
        )
        id_ = headers.get("id") or headers.get("subscription")
        command = message.data[slice(*frame.command)].decode()
        return words(command, named, "" if id_ is None else f"#{id_}", body)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        data, place = message.data, 0
        for frame in _frames(data):
            budget.spend(place)
            start, stop = frame.command
            name = data[start:stop].decode()
            node = root.add(TreeNode(name, "", place, frame.end, inner=start))
            node.add(TreeNode("command", name, start, stop, value=name))
            for first, behind, key, value in frame.headers:
                budget.spend(first)
                node.add(TreeNode(key, value, first, behind, value=value, path=_PATHS.get(key, "")))
            first, behind = frame.body
            if behind > first:
                body = data[first:behind]
                text = body.decode("utf-8", "replace")
                child = node.add(TreeNode("body", text, first, behind, value=text))
                if body[:1] in (b"{", b"["):
                    try:
                        whole = only_blank(data, fill_json(child, data, first, budget, last=behind), behind)
                        child.children = child.children[0].children if whole else []
                    except NotFittingError:
                        child.children = []
            if frame.end < len(data) or data[-1:] == b"\0":
                node.note = ""
            else:
                node.note = "the zero byte at its end is missing"
            place = frame.end
        if data[place:].strip(b"\r\n"):
            raise NotFittingError(f"no command begins at byte {place}")
        if place < len(data):
            root.add(TreeNode("heart-beat", "", place, len(data)))

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        frame = next(_frames(message.data), None)
        if frame is None:
            return {"command": "heart-beat"}
        headers = _headers(frame)
        return having(
            command=message.data[slice(*frame.command)].decode(),
            destination=headers.get("destination"),
            id=headers.get("id"),
            subscription=headers.get("subscription"),
            receipt=headers.get("receipt") or headers.get("receipt-id"),
            content_type=headers.get("content-type"),
            headers=headers,
            body=message.data[slice(*frame.body)].decode("utf-8", "replace"),
        )

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        data = utf8(text)
        if data and not data.strip(b"\r\n"):
            return data  # a heart-beat
        if _START.match(data) is None:
            raise ValueError("A frame of STOMP begins with a command, such as SEND, in a line of its own.")
        return data if data.rstrip(b"\r\n").endswith(b"\0") else data + b"\0"

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        command, receipt = values.get("command"), values.get("receipt")
        if command in ("CONNECT", "STOMP", "CONNECTED"):
            return ExchangePart(command != "CONNECTED", None)
        return None if receipt is None else ExchangePart(command != "RECEIPT", receipt)


def _frames(data: bytes) -> Iterator[_Frame]:
    place = 0
    while (start := _START.match(data, place)) is not None:
        headers: list[tuple[int, int, str, str]] = []
        place = start.end()
        plain = start[1] in (b"CONNECT", b"CONNECTED")  # their headers are not escaped
        while len(headers) < _MOST_HEADERS and (header := _HEADER.match(data, place)) is not None:
            key, value = (part.decode("utf-8", "replace") for part in header.groups())
            if not plain:
                key, value = (_ESCAPE.sub(lambda found: _ESCAPED[found[1]], part) for part in (key, value))
            headers.append((header.start(), header.end(2), key, value))
            place = header.end()
        blank = _BLANK.match(data, place)
        body = blank.end() if blank else place
        length = next((value for *_, key, value in headers if key == "content-length"), "")
        end = (
            body + int(length) if length.isascii() and length.isdigit() and len(length) < 10 else data.find(b"\0", body)
        )
        stop = len(data) if end < 0 or end > len(data) else end
        place = min(stop + 1, len(data))
        yield _Frame(start.span(1), headers, (body, stop), place)


def _headers(frame: _Frame) -> dict[str, str]:
    """The first of each name counts."""
    return {key: value for _, _, key, value in reversed(frame.headers)}


_PATHS: Final = {name: f"stomp.{name}" for name in ("destination", "id", "subscription", "receipt")}
