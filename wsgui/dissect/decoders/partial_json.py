"""What the beginning of a JSON text holds: enough to recognise a message by before all of it is read."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],"]', re.DOTALL)
_CLOSING: Final = {b"{": b"}", b"[": b"]"}


def partial_json(head: bytes) -> Any:
    """The array or object that ``head`` begins, with the values that are whole; None if it begins neither.

    Never raises.
    """
    stack: list[bytes] = []
    place = 0  # up to here all is whole, but for the brackets in the stack
    for match in _TOKEN.finditer(head):
        token = match.group()
        if token in _CLOSING:
            stack.append(_CLOSING[token])
            place = match.end()
        elif token in (b"}", b"]"):
            if not stack or stack.pop() != token:
                return None
            place = match.end()
            if not stack:
                break
        elif token == b",":
            place = match.start()
        elif token == b'"':  # a text whose end is missing
            break
    try:
        value = json.loads((head[:place] + b"".join(reversed(stack))).decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, (dict, list)) else None
