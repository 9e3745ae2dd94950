"""Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), by the schema of the endpoint if it has one.

Without one, what a value means is a guess, and is said to be one: see `wsgui.dissect.decoders.schema.reading`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from wsgui.dissect.decoders.binary_value import short_value
from wsgui.dissect.decoders.model import (
    NO_CONTEXT,
    Budget,
    CutOff,
    DecodedField,
    Decoder,
    NotFittingError,
    TreeNode,
)
from wsgui.dissect.decoders.notation import Pairs, as_text, read_json
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.decoders.schema.reading import fill_message
from wsgui.dissect.decoders.schema.writing import message_notation, write_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context, Message
    from wsgui.dissect.decoders.schema.model import ProtoMessage

_TYPE = "@type"


@register
class ProtobufDecoder(Decoder):
    """Fields by the names of a schema, or by their numbers with guesses of what they mean."""

    name = "protobuf"
    title = "Protobuf"
    prefix = "protobuf"
    writes = True
    binary = True
    fields = (DecodedField("", "json", "A value by its name in the .proto file: protobuf.user.name.", '"Ann"'),)

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if message.text or not data:
            return 0.0
        ours = "proto" in context.subprotocol.lower()
        if _type_of(context, message) is not None:
            return 0.0 if message.whole and len(data) <= 4096 and self._small(context, message) is None else 0.97
        if not message.whole or len(data) > 4096:
            return 0.6 if ours else 0.0
        try:
            fill_message(TreeNode("", stop=len(data)), data, Budget(nodes=500, seconds=1))
        except CutOff:
            return 0.6 if ours else 0.25
        except NotFittingError:
            return 0.0
        return 0.9 if ours else 0.3

    def one_line(self, context: Context, message: Message) -> str:
        type_ = _type_of(context, message)
        if type_ is not None:
            found = self._small(context, message) if message.whole else None
            return f"{type_.name} {'' if found is None else short_value(found)}".rstrip()
        root = TreeNode("", stop=len(message.data))
        with suppress(CutOff, NotFittingError):
            fill_message(root, message.data, Budget(nodes=60, seconds=1))
        return ", ".join(f"{node.label.removeprefix('field ')}: {node.text}" for node in root.children[:12])

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        type_ = _type_of(context, message)
        root.text = "no schema: meanings are guesses" if type_ is None else type_.name
        fill_message(root, message.data, budget, type_, "protobuf")

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        if not message.whole or _type_of(context, message) is None:
            return {}
        found = self._small(context, message)
        return {} if found is None else {"": found}

    def _small(self, context: Context, message: Message) -> dict[str, Any] | None:
        """The values of a message that is not too large to be looked at quickly."""
        if self.name not in message.known:
            budget = Budget(nodes=5000, seconds=1, plain=True)
            root, type_ = TreeNode("", stop=len(message.data)), _type_of(context, message)
            try:
                message.known[self.name] = fill_message(root, message.data, budget, type_)
            except (NotFittingError, CutOff):
                message.known[self.name] = None
        known: dict[str, Any] | None = message.known[self.name]
        return known

    def editable(self, context: Context, message: Message) -> str:
        type_ = _type_of(context, message)
        if type_ is None:
            raise NotFittingError("Protobuf is edited by a .proto file: choose one in the endpoint's options")
        return as_text({_TYPE: type_.name, **message_notation(message.data, type_)})

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        value = read_json(text)
        choice = context.schema
        if choice is None:
            raise ValueError("Protobuf is written by a .proto file: choose one in the endpoint's options.")
        if not isinstance(value, Pairs):
            raise ValueError("A message of Protobuf is an object.")
        named = next((one for name, one in value if name == _TYPE), None)
        type_ = choice.schema.find(str(named)) if named is not None else choice.message_for(context, b"")
        if type_ is None:
            raise ValueError(f'No rule says which message this is: name it in a member "{_TYPE}".')
        return write_message(Pairs(pair for pair in value if pair[0] != _TYPE), type_)


def _type_of(context: Context, message: Message) -> ProtoMessage | None:
    return None if context.schema is None else context.schema.message_for(context, message.data)
