"""MQTT packets as JSON that people edit, and back; the names are those of the tree.

``{"type": "PUBLISH", "topic": "a/b", "QoS": 1, "packet identifier": 7, "payload": "21.5"}``; several packets stand in
an array. ``version`` is 5 where the packet is one of MQTT 5; bytes that are no text stand as ``{"$bytes": "hex"}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.model import NotFittingError
from wsgui.dissect.decoders.mqtt_words import FLAGS, PROPERTIES, TYPES, PropertyForm
from wsgui.dissect.decoders.notation import Pairs, hex_bytes, one_of, pair, text_notation, utf8, varint, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.binary_value import Reader

_KINDS: Final = TYPES[1:]
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "CONNECT": (
        "protocol name",
        "protocol level",
        "clean start",
        "keep alive",
        "properties",
        "client identifier",
        "will properties",
        "will topic",
        "will payload",
        "will QoS",
        "will retain",
        "user name",
        "password",
    ),
    "CONNACK": ("session present", "return code", "properties"),
    "PUBLISH": ("topic", "payload", "QoS", "retain", "dup", "packet identifier", "properties"),
    **dict.fromkeys(("PUBACK", "PUBREC", "PUBREL", "PUBCOMP"), ("packet identifier", "reason code", "properties")),
    "SUBSCRIBE": ("packet identifier", "topics", "properties"),
    "SUBACK": ("packet identifier", "reason codes", "properties"),
    "UNSUBSCRIBE": ("packet identifier", "topic filters", "properties"),
    "UNSUBACK": ("packet identifier", "reason codes", "properties"),
    "PINGREQ": (),
    "PINGRESP": (),
    "DISCONNECT": ("reason code", "properties"),
    "AUTH": ("reason code", "properties"),
}
"""What may stand in each packet, beside ``type`` and ``version``."""


def packet_notation(reader: Reader, kind: int, flags: int, version: int) -> tuple[dict[str, Any], int]:
    """The packet whose body is in ``reader`` as JSON has it, and the version behind it. Raises NotFittingError."""
    exact = _Exact(reader, version)
    found = exact.read(TYPES[kind], flags)
    if reader.left:
        raise NotFittingError(f"more bytes follow at byte {reader.place}, where the packet has ended")
    told = {"version": exact.version} if exact.version >= 5 else {}
    return {"type": TYPES[kind], **told, **found}, exact.version


class _Exact:
    def __init__(self, reader: Reader, version: int) -> None:
        self.reader, self.version = reader, version

    def read(self, kind: str, flags: int) -> dict[str, Any]:
        reader = self.reader
        if kind == "CONNECT":
            return self._connect()
        if kind == "CONNACK":
            return {"session present": bool(reader.number(1) & 1), "return code": reader.number(1), **self._more()}
        if kind == "PUBLISH":
            topic, qos = self._text(), flags >> 1 & 3
            found = {"topic": topic, "QoS": qos, "retain": bool(flags & 1), "dup": bool(flags & 8)}
            if qos:
                found["packet identifier"] = reader.number(2)
            return {**found, **self._more(), "payload": _bytes_notation(reader.take(reader.left))}
        if not reader.left:
            return {}
        if kind in ("DISCONNECT", "AUTH"):
            return {"reason code": reader.number(1), **self._more()}
        found = {"packet identifier": reader.number(2)}
        if kind not in _MANY:
            return {**found, **({"reason code": reader.number(1), **self._more()} if reader.left else {})}
        found |= self._more()
        many: list[Any] = []
        found[_MANY[kind]] = many
        while reader.left:
            if _MANY[kind] == "reason codes":
                many.append(reader.number(1))
                continue
            topic = self._text()
            if kind == "UNSUBSCRIBE":
                many.append(topic)
                continue
            options = reader.number(1)
            many.append({"topic filter": topic, **({"QoS": options} if options < 3 else {"options": options})})
        return found

    def _connect(self) -> dict[str, Any]:
        reader = self.reader
        found: dict[str, Any] = {"protocol name": self._text(), "protocol level": reader.number(1)}
        self.version = found["protocol level"]
        flags = reader.number(1)
        found |= {"clean start": bool(flags & 2), "keep alive": reader.number(2), **self._more()}
        found["client identifier"] = self._text()
        if flags & 4:
            found |= self._more("will properties")
            found |= {"will topic": self._text(), "will payload": _bytes_notation(self._binary())}
            found |= {"will QoS": flags >> 3 & 3, "will retain": bool(flags & 32)}
        if flags & 128:
            found["user name"] = self._text()
        if flags & 64:
            found["password"] = _bytes_notation(self._binary())
        return found

    def _binary(self) -> bytes:
        return self.reader.take(self.reader.number(2))

    def _text(self) -> Any:
        return text_notation(self._binary())

    def _variable(self) -> int:
        value = 0
        for count in range(4):
            byte = self.reader.number(1)
            value |= (byte & 127) << 7 * count
            if byte < 128:
                return value
        raise NotFittingError(f"the length before byte {self.reader.place} has no end")

    def _more(self, label: str = "properties") -> dict[str, Any]:
        """The properties of MQTT 5, if there are any."""
        if self.version < 5 or not self.reader.left:
            return {}
        end = self._variable() + self.reader.place
        found: dict[str, Any] = {}
        while self.reader.place < end:
            place = self.reader.place
            number = self._variable()
            if number not in PROPERTIES:
                raise NotFittingError(f"there is no property as at byte {place}")
            name, form = PROPERTIES[number]
            value = self._property(form)
            if name in found or form == PropertyForm.PAIR:
                found.setdefault(name, [])
                found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
            else:
                found[name] = value
        return {label: found} if found else {}

    def _property(self, form: PropertyForm) -> Any:
        if form.size:
            return self.reader.number(form.size)
        if form == PropertyForm.VARIABLE:
            return self._variable()
        if form == PropertyForm.TEXT:
            return self._text()
        return {"$bytes": self._binary().hex()} if form == PropertyForm.DATA else [self._text(), self._text()]


_MANY: Final = {
    "SUBSCRIBE": "topics",
    "SUBACK": "reason codes",
    "UNSUBSCRIBE": "topic filters",
    "UNSUBACK": "reason codes",
}


def _bytes_notation(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"$bytes": data.hex()}


def write_packets(value: Any, version: int) -> bytes:
    """The packets that JSON tells, as `wsgui.dissect.decoders.notation.read_json` gives it. Raises ValueError with a
    sentence."""
    packets = value if isinstance(value, list) and not isinstance(value, Pairs) else [value]
    if not packets:
        raise ValueError("Expected at least one packet.")
    out = b""
    for packet in packets:
        if not isinstance(packet, Pairs):
            raise ValueError('A packet of MQTT is an object, such as {"type": "PINGREQ"}.')
        parts = _Parts(dict(packet), version)
        out += parts.written()
        version = parts.version
    return out


class _Parts:
    """The parts of a packet while it is written."""

    def __init__(self, parts: dict[str, Any], version: int) -> None:
        self.kind = one_of("type", parts.pop("type", None), _KINDS)
        level = parts.get("protocol level", 4) if self.kind == "CONNECT" else version
        self.version = whole("version", parts.pop("version", level), 3, 5)
        unknown = [name for name in parts if name not in _KNOWN[self.kind]]
        if unknown:
            known = ", ".join(("type", "version", *_KNOWN[self.kind]))
            raise ValueError(f"A packet {self.kind} has no {unknown[0]!r}; it has {known}.")
        self.parts = parts

    def written(self) -> bytes:
        number = TYPES.index(self.kind)
        flags, body = FLAGS.get(number, 0), b""
        if self.kind == "CONNECT":
            body = self._connect()
        elif self.kind == "CONNACK":
            body = bytes([self._flag("session present"), self._number("return code", 255, 0)]) + self._properties()
        elif self.kind == "PUBLISH":
            qos = self._number("QoS", 2, 0)
            flags = self._flag("dup") << 3 | qos << 1 | self._flag("retain")
            identifier = self._two("packet identifier") if qos else b""
            body = self._text("topic") + identifier + self._properties()
            body += _bytes_of("payload", self.parts.get("payload", ""))
        elif self.kind in _MANY:
            body = self._two("packet identifier") + self._properties() + self._many()
        elif self.kind in ("DISCONNECT", "AUTH"):
            body = self._ending()
        elif "packet identifier" in _KNOWN[self.kind]:
            body = self._two("packet identifier") + self._ending()
        if len(body) >= 1 << 28:
            raise ValueError(f"A packet of {len(body)} bytes is too long for MQTT.")
        return bytes([number << 4 | flags]) + varint(len(body)) + body

    def _connect(self) -> bytes:
        parts = self.parts
        has_will = any(name.startswith("will ") for name in parts)
        flags = self._flag("clean start", yes=True) << 1 | has_will << 2 | self._flag("will retain") << 5
        flags |= self._number("will QoS", 2, 0) << 3 | ("password" in parts) << 6 | ("user name" in parts) << 7
        name = self._text("protocol name", "MQIsdp" if self.version == 3 else "MQTT")
        body = name + bytes([self._number("protocol level", 255, self.version), flags])
        body += self._number("keep alive", 0xFFFF, 60).to_bytes(2, "big") + self._properties()
        body += self._text("client identifier", "")
        if has_will:
            body += self._properties("will properties") + self._text("will topic") + self._data("will payload")
        body += self._text("user name") if "user name" in parts else b""
        return body + (self._data("password") if "password" in parts else b"")

    def _many(self) -> bytes:
        name = _MANY[self.kind]
        many = self.parts.get(name)
        if many is None and self.kind == "UNSUBACK" and self.version < 5:
            return b""  # MQTT 3.1.1 gives no reasons
        if not isinstance(many, list) or isinstance(many, Pairs):
            raise ValueError(f"Expected an array behind {name}.")
        out = b""
        for one in many:
            if name == "reason codes":
                out += bytes([whole(name, one, 0, 255)])
            elif name == "topic filters":
                out += _sized(_text_of("topic filter", one))
            else:
                topic = dict(one) if isinstance(one, Pairs) else {"topic filter": one}
                if not set(topic) <= {"topic filter", "QoS", "options"} or len(topic) > 2:
                    raise ValueError("A topic has a topic filter, and QoS or options.")
                out += _sized(_text_of("topic filter", topic.get("topic filter")))
                options = topic.get("options")
                low = whole("QoS", topic.get("QoS", 0), 0, 2)
                out += bytes([low if options is None else whole("options", options, 0, 255)])
        return out

    def _ending(self) -> bytes:
        """The reason and the properties of MQTT 5, which may be left out if they say nothing."""
        if "reason code" not in self.parts and "properties" not in self.parts:
            return b""
        code = bytes([self._number("reason code", 255, 0)])
        return code + (self._properties() if "properties" in self.parts else b"")

    def _flag(self, name: str, *, yes: bool = False) -> bool:
        value = self.parts.get(name, yes)
        if not isinstance(value, bool):
            raise ValueError(f"Expected true or false behind {name}.")
        return value

    def _number(self, name: str, most: int, usual: int) -> int:
        return whole(name, self.parts.get(name, usual), 0, most)

    def _two(self, name: str) -> bytes:
        return whole(name, self.parts.get(name), 0, 0xFFFF).to_bytes(2, "big")

    def _text(self, name: str, usual: str | None = None) -> bytes:
        return _sized(_text_of(name, self.parts.get(name, usual)))

    def _data(self, name: str) -> bytes:
        return _sized(_bytes_of(name, self.parts.get(name, "")))

    def _properties(self, label: str = "properties") -> bytes:
        found = self.parts.get(label, Pairs())
        if not isinstance(found, Pairs):
            raise ValueError(f"Expected an object behind {label}.")
        if self.version < 5:
            if found:
                raise ValueError(f'MQTT 3.1.1 has no {label}; "version": 5 makes it a packet of MQTT 5.')
            return b""
        out = b""
        for name, value in found:
            number = next((number for number, (known, _) in PROPERTIES.items() if known == name), None)
            if number is None:
                known = ", ".join(known for known, _ in PROPERTIES.values())
                raise ValueError(f"There is no property {name!r}; there are {known}.")
            form = PROPERTIES[number][1]
            several = isinstance(value, list) and not isinstance(value, Pairs)
            for one in value if several else [value]:
                out += varint(number) + _property(name, form, one)
        return varint(len(out)) + out


def _property(name: str, form: PropertyForm, value: Any) -> bytes:
    if form.size:
        return whole(name, value, 0, (1 << 8 * form.size) - 1).to_bytes(form.size, "big")
    if form == PropertyForm.VARIABLE:
        return varint(whole(name, value, 0, (1 << 28) - 1))
    if form == PropertyForm.TEXT:
        return _sized(_text_of(name, value))
    if form == PropertyForm.DATA:
        return _sized(_bytes_of(name, value))
    return b"".join(_sized(_text_of(name, one)) for one in pair(name, value))


def _sized(data: bytes) -> bytes:
    if len(data) > 0xFFFF:
        raise ValueError("A text of MQTT has at most 65,535 bytes.")
    return len(data).to_bytes(2, "big") + data


def _text_of(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, Pairs) and value.special is not None and value.special[0] == "$text":
        return hex_bytes(*value.special)
    raise ValueError(f"Expected a text behind {name}.")


def _bytes_of(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, Pairs) and value.special is not None and value.special[0] == "$bytes":
        return hex_bytes(*value.special)
    raise ValueError(f'Expected a text behind {name}, or bytes as {{"$bytes": "dead"}}.')
