"""What people type or paste, read into bytes and numbers. A mistake is named with its place. Knows no Qt."""

from __future__ import annotations

import base64
import re

_HEX_TOKEN = re.compile(r"(?:0[xX]|\\x)?([0-9A-Fa-f]+)")
_HEX_GAP = re.compile(r"[\s,:;\-]+")
_BASE64_WRONG = re.compile(r"[^A-Za-z0-9+/_\-=\s]")
_BASE64_AFTER_END = re.compile(r"=\s*([^=\s])")
_SIZE_TOKEN = re.compile(r"[0-9]+")
_SIZE_GAP = re.compile(r"[\s,;]+")
_SIZE_DIGITS = 9


class ParseError(ValueError):
    """A mistake in what was typed: ``text`` is one sentence, ``position`` counts characters from 0."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(text)
        self.text = text
        self.position = position


def _shown(character: str) -> str:
    return f"“{character}”" if character.isprintable() else f"U+{ord(character):04X}"


def parse_hex(text: str) -> bytes:
    """Bytes from hex digits, two a byte; blanks, ``, : ; -`` between bytes and ``0x`` or ``\\x`` before are fine.

    Raises ParseError for a character that is no digit and for a digit that stands alone.
    """
    try:
        return bytes.fromhex(text)
    except ValueError:
        pass  # not the plain form: look closer
    parts: list[str] = []
    position = 0
    while position < len(text):
        gap = _HEX_GAP.match(text, position)
        if gap:
            position = gap.end()
            continue
        token = _HEX_TOKEN.match(text, position)
        if token is None:
            wrong = _shown(text[position])
            raise ParseError(f"Character {position + 1}, {wrong}, is not a hex digit.", position)
        digits = token[1]
        position = token.end()
        if len(digits) % 2:
            position -= 1
            alone = f"The hex digit {_shown(text[position])} at character {position + 1} stands alone"
            raise ParseError(f"{alone}: a byte has two.", position)
        parts.append(digits)
    return bytes.fromhex("".join(parts))


def parse_base64(text: str) -> bytes:
    """Bytes from base64 (RFC 4648 sections 4 and 5), both alphabets; blanks and missing padding are fine.

    Raises ParseError for a character outside the alphabet, one after the padding, and a digit too few.
    """
    wrong = _BASE64_WRONG.search(text)
    if wrong:
        position = wrong.start()
        raise ParseError(f"Character {position + 1}, {_shown(wrong[0])}, is not base64.", position)
    after = _BASE64_AFTER_END.search(text)
    if after:
        position = after.start(1)
        raise ParseError(f"Character {position + 1}, {_shown(after[1])}, stands after the padding “=”.", position)
    digits = "".join(text.split()).rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    if len(digits) % 4 == 1:
        position = max(i for i, character in enumerate(text) if not character.isspace() and character != "=")
        alone = f"The base64 digit {_shown(text[position])} at character {position + 1} stands alone"
        raise ParseError(f"{alone}: the end is missing.", position)
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def parse_sizes(text: str) -> list[int]:
    """Sizes in bytes such as ``5, 3, 10``, with commas, semicolons or blanks between; 0 is an empty fragment.

    Raises ParseError for anything else and for a number of more than nine digits.
    """
    sizes: list[int] = []
    position = 0
    while position < len(text):
        gap = _SIZE_GAP.match(text, position)
        if gap:
            position = gap.end()
            continue
        token = _SIZE_TOKEN.match(text, position)
        if token is None:
            wrong = _shown(text[position])
            raise ParseError(f"Character {position + 1}, {wrong}, is not a digit: write sizes as 5, 3, 10.", position)
        if len(token[0]) > _SIZE_DIGITS:
            raise ParseError(f"The size at character {position + 1} is too large.", position)
        sizes.append(int(token[0]))
        position = token.end()
    return sizes
