"""An example for CONTRIBUTING.md, whole in one file: ``S=... O=---`` are letters in Morse code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wsgui.dissect.decoders.model import DecodedField, Decoder, NotFittingError, TreeNode
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_LETTER = re.compile(rb"([A-Z])=([.-]{1,4})(?: |$)")


@register
class MorseDecoder(Decoder):
    """Letters, each with its signs."""

    name = "morse"
    title = "Morse Letters"
    prefix = "morse"
    fields = (DecodedField("word", "text", "The letters, without their signs.", '"SOS"'),)

    def fits(self, context: Context, message: Message) -> float:
        return 0.9 if message.text and _LETTER.match(message.data) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        return self._word(message)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        place = 0
        while place < len(message.data):
            budget.spend(place)
            letter = _LETTER.match(message.data, place)
            if letter is None:
                raise NotFittingError(f"no letter begins at byte {place}")
            name, signs = letter[1].decode(), letter[2].decode()
            root.add(TreeNode(name, signs, letter.start(), letter.end(2), inner=letter.start(2), value=signs))
            place = letter.end()

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        return {"word": self._word(message)}

    def pretty(self, message: Message) -> str:
        return self._word(message)

    def _word(self, message: Message) -> str:
        return b"".join(letter[1] for letter in _LETTER.finditer(message.data)).decode()
