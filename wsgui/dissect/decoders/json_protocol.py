"""What protocols have in common whose every message is a JSON object or array."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.model import MISSING, NO_CONTEXT, Decoder, NotFittingError
from wsgui.dissect.decoders.notation import checked_json
from wsgui.dissect.json_text import indent_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message, TreeNode

_SHORT: Final = 120
_BEGINNINGS: Final = tuple(bytes([code]) for code in b"{[ \t\r\n")


class Meaning(NamedTuple):
    """What a message of a protocol means: a line about it, the values of its fields, and what its parts are called
    (by their names or places in the outermost object or array)."""

    line: str
    values: Mapping[str, Any]
    parts: Mapping[str | int, str] = {}


def short(value: Any) -> str:
    """A JSON value in some hundred characters; nothing for one that is not there."""
    if value is MISSING or value is None or value in ({}, []):
        return ""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=bytes.hex)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}\u2026"


def arguments(value: Any) -> str:
    """A list as it stands between the parentheses of a call; another value as it is."""
    text = short(value)
    return text.removeprefix("[").removesuffix("]") if isinstance(value, list) else text


def words(*parts: object) -> str:
    """The parts that say something, with blanks between."""
    return " ".join(str(part) for part in parts if part not in ("", None, MISSING))


def having(**values: Any) -> dict[str, Any]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not MISSING and value is not None}


class JsonProtocol(Decoder):
    """A subclass says how well a value fits (`recognises`) and what it means (`meaning`)."""

    writes = True

    def recognises(self, context: Context, value: Any) -> float:
        """As `fits`, of the value that the message is, or of what the beginning of a long one holds."""
        raise NotImplementedError

    def meaning(self, context: Context, value: Any) -> Meaning:
        """What a value means that `recognises` takes; of a long message only the beginning may be there."""
        raise NotImplementedError

    def fits(self, context: Context, message: Message) -> float:
        if message.data[:1] not in _BEGINNINGS:
            return 0.0  # without trying to read it: most filters ask messages of all kinds
        value = message.shape
        return self.recognises(context, value) if isinstance(value, (dict, list)) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        return self.meaning(context, message.shape).line

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        return {} if message.json is MISSING else self.meaning(context, message.json).values

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        shape = message.shape
        if self.fits(context, message) <= 0:
            raise NotFittingError("no message of this protocol looks like it")
        meaning = self.meaning(context, shape)
        root.text = meaning.line
        try:
            end = fill_json(root, message.data, 0, budget, label="message", path="json")
        finally:
            for top in root.children[:1]:
                top.note = meaning.line
                for place, part in enumerate(top.children):
                    key = place if isinstance(shape, list) else part.label
                    if key in meaning.parts:
                        part.label = meaning.parts[key]
        if not only_blank(message.data, end):
            raise NotFittingError(f"the value ends at byte {end}, and more follows")

    def pretty(self, message: Message) -> str:
        try:
            return indent_json(message.string)
        except ValueError as error:
            raise NotFittingError(str(error).removeprefix("no JSON: ")) from None

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        return checked_json(text)
