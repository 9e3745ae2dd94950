"""MQTT 3.1, 3.1.1 and 5.0 over WebSocket (OASIS MQTT 5.0, sections 2 and 3; 6 for WebSocket).

Which version it is stands in the CONNECT packet alone: `Context.first` has it for the packets behind. A message may
hold several packets, and a packet may go on in the next message.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders.binary_value import Reader, bytes_text, put_text
from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, words
from wsgui.dissect.decoders.model import (
    NO_CONTEXT,
    Budget,
    CutOff,
    DecodedField,
    Decoder,
    ExchangePart,
    NotFittingError,
    TreeNode,
)
from wsgui.dissect.decoders.mqtt_text import packet_notation, write_packets
from wsgui.dissect.decoders.mqtt_words import CODES, FLAGS, OLD_CODES, PROPERTIES, TYPES, PropertyForm
from wsgui.dissect.decoders.notation import as_text, read_json
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context, Message

_ACKS: Final = (4, 5, 6, 7)
_PAIRS: Final = {
    "CONNECT": "CONNACK",
    "PUBLISH": "PUBACK",
    "PUBREL": "PUBCOMP",
    "SUBSCRIBE": "SUBACK",
    "UNSUBSCRIBE": "UNSUBACK",
    "PINGREQ": "PINGRESP",
}
"""Packets and what answers them; a PUBLISH of QoS 2 is answered by PUBREC, which stands for PUBACK here."""


class _Head(NamedTuple):
    """A fixed header: the packet's type and flags, where what follows begins and where the packet ends."""

    kind: int
    flags: int
    body: int
    end: int


def _head(data: bytes, place: int) -> _Head | None:
    """The fixed header at a byte; None if it is none, or its length has no end."""
    if place >= len(data):
        return None
    kind, flags = data[place] >> 4, data[place] & 15
    if kind == 0 or (kind != 3 and flags != FLAGS.get(kind, 0)) or (kind == 3 and flags & 6 == 6):
        return None
    length = 0
    for count, byte in enumerate(data[place + 1 : place + 5]):
        length |= (byte & 127) << 7 * count
        if byte < 128:
            body = place + 2 + count
            return _Head(kind, flags, body, body + length)
    return None


def _version(context: Context) -> int:
    """The protocol level that the connection's CONNECT names; 4 (3.1.1) if it is not known."""
    head = _head(context.first, 0)
    if head is None or head.kind != 1:
        return 4
    reader = Reader(context.first, head.body)
    try:
        reader.take(reader.number(2))
        return reader.number(1)
    except NotFittingError:
        return 4


@register
class MqttDecoder(Decoder):
    """Control packets; fields are those of the first packet of a message."""

    name = "mqtt"
    title = "MQTT"
    prefix = "mqtt"
    writes = True
    binary = True
    fields = (
        DecodedField("type", "text", "The packet's type: CONNECT, PUBLISH, PINGREQ.", '"PUBLISH"'),
        DecodedField(
            "topic",
            "text",
            "The topic of a PUBLISH, the first filter of a SUBSCRIBE.",
            '"a/b"',
            common="topic",
            verbatim=True,
        ),
        DecodedField("payload", "text", "The payload of a PUBLISH, as text.", '"21.5"'),
        DecodedField("qos", "number", "The quality of service: 0, 1 or 2.", "1"),
        DecodedField("retain", "bool", "Whether a PUBLISH is retained."),
        DecodedField("dup", "bool", "Whether a PUBLISH was sent before."),
        DecodedField("packet_id", "number", "What joins a packet and its acknowledgement.", "7"),
        DecodedField("client_id", "text", "The client's identifier in CONNECT.", '"sensor"'),
        DecodedField("code", "number", "The reason or return code.", "0x87"),
        DecodedField("packets", "number", "How many packets the message has.", "1"),
    )

    def fits(self, context: Context, message: Message) -> float:
        ours = context.subprotocol.lower().startswith("mqtt")
        head = _head(message.data, 0)
        if message.text or head is None:
            return 0.0
        if ours:
            return 0.95
        if head.kind == 1 and message.data[head.body : head.body + 6] in (b"\0\4MQTT", b"\0\6MQIs"):
            return 0.9
        return (
            0.55
            if _head(context.first, 0) is not None and context.first[:1] == b"\x10" and b"MQ" in context.first
            else 0.0
        )

    def one_line(self, context: Context, message: Message) -> str:
        root = TreeNode("", stop=len(message.data))
        with suppress(NotFittingError, CutOff):
            self.fill(root, context, message, Budget(nodes=200, seconds=1))
        more = f" and {len(root.children) - 1} more" if len(root.children) > 1 else ""
        return (words(root.children[0].label, root.children[0].text) if root.children else self.title) + more

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        data, place, version = message.data, 0, _version(context)
        while place < len(data):
            head = _head(data, place)
            if head is None:
                raise NotFittingError(f"no packet begins at byte {place}")
            budget.spend(place)
            stop = min(head.end, len(data))
            node = root.add(TreeNode(TYPES[head.kind], "", place, stop, inner=head.body))
            kind = f"{head.kind} {TYPES[head.kind]}"
            node.add(TreeNode("packet type", kind, place, place + 1, value=TYPES[head.kind], path="mqtt.type"))
            node.add(
                TreeNode(
                    "remaining length", str(head.end - head.body), place + 1, head.body, value=head.end - head.body
                )
            )
            if head.end > len(data):
                node.note = f"the packet goes on: {head.end - len(data)} bytes are not in this message"
            packet = _MqttPacket(node, Reader(data, head.body, stop), version, budget)
            packet.read(head)
            version = packet.version
            node.text = packet.line
            place = head.end

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        root = TreeNode("", stop=len(message.data))
        with suppress(NotFittingError, CutOff):
            self.fill(root, context, message, Budget(nodes=2000, seconds=1))
        if not root.children:
            return {}
        first = root.children[0]
        found = {_FIELDS[node.label]: node.value for node in reversed(first.children) if node.label in _FIELDS}
        for node in first.children:
            found.update({_FIELDS[part.label]: part.value for part in node.children if part.label in _FIELDS})
        payload = found.get("payload")
        if isinstance(payload, bytes):
            found["payload"] = payload.decode("utf-8", "replace")
        return having(**{**found, "type": first.label, "packets": len(root.children)})

    def editable(self, context: Context, message: Message) -> str:
        data, place, version = message.data, 0, _version(context)
        packets = []
        while place < len(data):
            head = _head(data, place)
            if head is None:
                raise NotFittingError(f"no packet begins at byte {place}")
            if head.end > len(data):
                raise NotFittingError(f"the packet at byte {place} goes on in another message")
            packet, version = packet_notation(Reader(data, head.body, head.end), head.kind, head.flags, version)
            packets.append(packet)
            place = head.end
        text = as_text(packets[0] if len(packets) == 1 else packets)
        try:
            self.encode(text, context)
        except ValueError as error:  # a packet with more or less than its kind has
            raise NotFittingError(str(error)) from None
        return text

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        return write_packets(read_json(text), _version(context))

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind, number = values.get("type"), values.get("packet_id")
        if kind in _PAIRS:
            return ExchangePart(True, (_PAIRS[kind], number)) if number or kind != "PUBLISH" else None
        if kind in ("PUBACK", "PUBREC"):
            kind = "PUBACK"
        return ExchangePart(False, (kind, number)) if kind in _PAIRS.values() else None


_FIELDS: Final = {
    "topic": "topic",
    "topic filter": "topic",
    "payload": "payload",
    "QoS": "qos",
    "retain": "retain",
    "dup": "dup",
    "packet identifier": "packet_id",
    "client identifier": "client_id",
    "reason code": "code",
    "return code": "code",
}


class _MqttPacket:
    """One packet as it is read: ``line`` says it in a few words, ``version`` is what CONNECT has told."""

    def __init__(self, node: TreeNode, reader: Reader, version: int, budget: Budget) -> None:
        self.node, self.reader, self.version, self.budget = node, reader, version, budget
        self.line = ""

    def read(self, head: _Head) -> None:
        if head.kind == 1:
            self._connect()
        elif head.kind == 2:
            self._connack()
        elif head.kind == 3:
            self._publish(head.flags)
        elif head.kind in _ACKS:
            self._ack()
        elif head.kind in (8, 9, 10, 11):
            self._subscription(head.kind)
        elif head.kind in (14, 15) and self.reader.left:
            self.line = self._code()
            self._properties()
        if self.reader.left:
            start = self.reader.place
            data = self.reader.take(self.reader.left)
            self.node.add(TreeNode("more bytes", bytes_text(data), start, self.reader.place, value=data))

    def _number(self, label: str, count: int, parent: TreeNode | None = None) -> int:
        start = self.reader.place
        value = self.reader.number(count)
        self._add(label, str(value), start, value, parent)
        return value

    def _string(self, label: str, parent: TreeNode | None = None) -> str:
        start = self.reader.place
        data = self.reader.take(self.reader.number(2))
        node = self._add(label, "", start, None, parent)
        node.inner = start + 2
        put_text(node, data.decode("utf-8", "replace"), self.budget)
        node.text = str(node.value)
        return node.text

    def _binary(self, label: str, parent: TreeNode | None = None) -> bytes:
        start = self.reader.place
        data = self.reader.take(self.reader.number(2))
        self._add(label, bytes_text(data), start, data, parent).inner = start + 2
        return data

    def _add(self, label: str, text: str, start: int, value: object, parent: TreeNode | None = None) -> TreeNode:
        self.budget.spend(start)
        path = f"mqtt.{_FIELDS[label]}" if label in _FIELDS else ""
        node = TreeNode(label, text, start, self.reader.place, value=value, path=path)
        return (self.node if parent is None else parent).add(node)

    def _properties(self, label: str = "properties") -> None:
        if self.version < 5 or not self.reader.left:
            return
        start = self.reader.place
        length = self._variable()
        end = self.reader.place + length
        if end > self.reader.end:
            raise NotFittingError(f"the properties at byte {start} say {length} bytes")
        node = TreeNode(label, "", start, end)
        if length:
            self.node.add(node)
        while self.reader.place < end:
            place = self.reader.place
            known = PROPERTIES.get(self._variable())
            if known is None:
                raise NotFittingError(f"there is no property as at byte {place}")
            name, form = known
            if form.size:
                self._number(name, form.size, node)
            elif form == PropertyForm.VARIABLE:
                value = self._variable()
                self._add(name, str(value), place, value, node)
            elif form == PropertyForm.TEXT:
                self._string(name, node)
            elif form == PropertyForm.DATA:
                self._binary(name, node)
            else:
                key = self._string(name, node)
                pair = node.children[-1]
                value_node = TreeNode("")
                self._string("value", value_node)
                pair.text = f"{key}: {value_node.children[0].text}"
                pair.stop = self.reader.place
            node.children[-1].start = place
        node.text = f"{{{len(node.children)}}}"

    def _variable(self) -> int:
        value = 0
        for count in range(4):
            byte = self.reader.number(1)
            value |= (byte & 127) << 7 * count
            if byte < 128:
                return value
        raise NotFittingError(f"the length before byte {self.reader.place} has no end")

    def _code(self, label: str = "reason code") -> str:
        start = self.reader.place
        code = self.reader.number(1)
        if self.version >= 5 or label == "reason code":
            said = CODES.get(code, "")
        else:
            said = OLD_CODES[code] if code < len(OLD_CODES) else ""
        self._add(label, words(f"0x{code:02x}", said), start, code)
        return said or f"0x{code:02x}"

    def _connect(self) -> None:
        name = self._string("protocol name")
        self.version = self._number("protocol level", 1)
        start = self.reader.place
        flags = self.reader.number(1)
        names = ("", "clean start", "will", "", "", "will retain", "password", "user name")
        said = [name for bit, name in enumerate(names) if name and flags >> bit & 1]
        self._add("connect flags", words(f"0x{flags:02x}", ", ".join(said)), start, flags)
        self._number("keep alive", 2)
        self._properties()
        client = self._string("client identifier")
        if flags & 4:
            self._properties("will properties")
            self._string("will topic")
            self._binary("will payload")
        if flags & 128:
            self._string("user name")
        if flags & 64:
            self._binary("password")
        self.line = words(name, {3: "3.1", 4: "3.1.1", 5: "5"}.get(self.version, self.version), client)

    def _connack(self) -> None:
        start = self.reader.place
        flags = self.reader.number(1)
        self._add("session present", "true" if flags & 1 else "false", start, bool(flags & 1))
        self.line = self._code("return code")
        self._properties()

    def _publish(self, flags: int) -> None:
        first = self.node.start
        for label, value in (("dup", bool(flags & 8)), ("QoS", flags >> 1 & 3), ("retain", bool(flags & 1))):
            node = self._add(label, str(value).lower(), first, value)
            node.stop = first + 1
        topic = self._string("topic")
        qos = flags >> 1 & 3
        if qos:
            self._number("packet identifier", 2)
        self._properties()
        start = self.reader.place
        data = self.reader.take(self.reader.left)
        text = data.decode("utf-8", "replace")
        shown = bytes_text(data) if "\ufffd" in text or "\0" in text else text
        node = self._add("payload", shown, start, data if shown is not text else text)
        if data[:1] in (b"{", b"["):
            end = self.reader.place
            try:
                if not only_blank(
                    self.reader.data, fill_json(node, self.reader.data, start, self.budget, last=end), end
                ):
                    node.children = []
            except NotFittingError:
                node.children = []
            node.children = node.children[0].children if node.children else []
        self.line = words(topic, f"QoS {qos}" if qos else "", "retained" if flags & 1 else "", shown[:200])

    def _ack(self) -> None:
        self.line = f"#{self._number('packet identifier', 2)}"
        if self.reader.left:
            self.line = words(self.line, self._code())
            self._properties()

    def _subscription(self, kind: int) -> None:
        number = self._number("packet identifier", 2)
        self._properties()
        said = []
        while self.reader.left:
            if kind in (9, 11):
                said.append(self._code())
                continue
            said.append(self._string("topic filter"))
            if kind == 8:
                start = self.reader.place
                options = self.reader.number(1)
                self._add("options", words(f"0x{options:02x}", f"QoS {options & 3}"), start, options)
        self.line = words(f"#{number}", ", ".join(said))
