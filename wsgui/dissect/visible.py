"""Text of a peer in one line that steers nothing and hides nothing: for labels and terminals alike."""

from __future__ import annotations

import re
from typing import Final

# Control characters, what changes direction or has no width, fillers that look like blanks, tag characters and
# variation selectors beyond the BMP (they can carry a whole hidden text), and surrogates, which are no text. The
# joiners U+200C and U+200D and the selectors U+FE00 to U+FE0F stay: without them emoji and some scripts fall apart.
HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that are shown by name, because they would steer what shows them, or cannot be seen."""
# Those of them that Python takes for printable.
_BLANK: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0\U000e0100-\U000e01ef]")


def visible(text: str) -> str:
    """``text`` in one line: control characters as their pictures (U+240A), hidden characters as ``<U+202E>``."""
    return text if is_plain(text) else HIDDEN.sub(_picture, text)


def is_plain(text: str) -> bool:
    """Whether nothing in it is hidden; a short ASCII text takes 0.1 us."""
    return text.isprintable() and (text.isascii() or _BLANK.search(text) is None)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"<U+{code:04X}>"
