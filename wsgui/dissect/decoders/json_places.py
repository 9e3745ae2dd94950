"""JSON with the place of each value: what `json.loads` does not tell, and what a tree tied to bytes needs.

No call goes deeper for a deeper nesting, and what was read before a mistake stays in the tree.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from wsgui.dissect.decoders.model import Bare, NotFittingError, TreeNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.dissect.decoders.model import Budget

_BLANK: Final = rb"[ \t\n\r]*+"
_STRING: Final = rb'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_VALUE: Final = re.compile(
    _BLANK
    + rb"(?:("
    + _STRING
    + rb")|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)|([{\[]))"
)
_KEY: Final = re.compile(_BLANK + rb"(" + _STRING + rb")" + _BLANK + rb":")
_CLOSING: Final = {b"{": b"}", b"[": b"]"}
_SHOWN: Final = 900  # bytes of a text that a node shows, at least 200 characters
_NEXT: Final = re.compile(_BLANK + rb"([,}\]])")
_SPACE: Final = re.compile(_BLANK)
_PLAIN_STEP: Final = re.compile(r"[\w$-]+")
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\0": "\\0"})


def step_path(path: str, step: str | int) -> str:
    """A filter's name of a member or an element: ``json.a[0]["odd name"]``; empty below what filters cannot name."""
    if not path:
        return ""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if _PLAIN_STEP.fullmatch(step) else f'{path}["{step.translate(_ESCAPES)}"]'


def string_value(token: bytes) -> str:
    """The text that a JSON string stands for, quotes included in ``token``."""
    if b"\\" not in token:
        return token[1:-1].decode("utf-8", "replace")
    return str(json.loads(token.decode("utf-8", "replace"), strict=False))


_LISTENERS: list[Callable[[TreeNode, str, Budget], None]] = []


def noticed_by(look: Callable[[TreeNode, str, Budget], None]) -> None:
    """Have ``look(node, text, budget)`` see each string and number: it may put what it notices below the node."""
    _LISTENERS.append(look)


def _tell(node: TreeNode, text: str, budget: Budget) -> None:
    for look in _LISTENERS:
        look(node, text, budget)


def fill_json(
    parent: TreeNode,
    data: bytes,
    start: int,
    budget: Budget,
    *,
    label: str = "",
    path: str = "",
    last: int | None = None,
) -> int:
    """Put the value that begins at byte ``start`` into ``parent``; returns the byte behind it.

    ``label`` is what it is called, ``path`` what filters call it; with ``last``, no byte from there on belongs to it.
    Raises NotFittingError where it is no JSON, and what the budget raises.
    """
    end = len(data) if last is None else last
    place = start
    stack: list[tuple[TreeNode, bool, str]] = []  # containers that are open: the node, whether an object, its path
    name, key_start = label, -1
    while True:
        match = _VALUE.match(data, place, end)
        if match is None:
            raise _mistake(data, place, end, "a value")
        budget.spend(place)
        string, plain, bracket = match.groups()
        place = match.end()
        first = match.start(match.lastindex or 0)
        owner = stack[-1][0] if stack else parent
        node = owner.add(TreeNode(name, "", first if key_start < 0 else key_start, place, path=path, inner=first))
        opened = False
        if string is not None:
            node.value = value = string_value(string)
            node.text = string[:_SHOWN].decode("utf-8", "replace")
            _tell(node, value, budget)
        elif plain is not None:
            node.value = node.text = Bare(plain, "ascii")
            _tell(node, node.text, budget)
        else:
            node.stop = end  # until its end is found
            node.text = "{\u2026}" if bracket == b"{" else "[\u2026]"
            budget.check_depth(len(stack) + 1, first)
            stack.append((node, bracket == b"{", path))
            empty = _NEXT.match(data, place, end)
            opened = empty is None or empty[1] != _CLOSING[bracket]
            if empty is not None and not opened:
                place = empty.end()
                _close(stack, place)
        while not opened and stack:
            closing = b"}" if stack[-1][1] else b"]"
            behind = _NEXT.match(data, place, end)
            if behind is None or behind[1] not in (b",", closing):
                raise _mistake(data, place, end, f"a comma or {closing.decode()}")
            place = behind.end()
            opened = behind[1] == b","
            if not opened:
                _close(stack, place)
        if not stack:
            return place
        container, is_object, its_path = stack[-1]
        if is_object:
            key = _KEY.match(data, place, end)
            if key is None:
                raise _mistake(data, place, end, "a name in quotes and a colon")
            place, key_start = key.end(), key.start(1)
            name = string_value(key[1])
            path = step_path(its_path, name)
        else:
            step = len(container.children)
            name, key_start, path = f"[{step}]", -1, step_path(its_path, step)


def _close(stack: list[tuple[TreeNode, bool, str]], place: int) -> None:
    """End the innermost container."""
    node, is_object, _ = stack.pop()
    node.stop = place
    count = len(node.children)
    node.text = f"{{{count}}}" if is_object else f"[{count}]"


def _mistake(data: bytes, place: int, end: int, wanted: str) -> NotFittingError:
    blank = _SPACE.match(data, place, end)
    place = place if blank is None else blank.end()
    if place >= end:
        return NotFittingError(f"it ends at byte {place}, where {wanted} is missing")
    return NotFittingError(f"{wanted} is missing at byte {place}")


def only_blank(data: bytes, place: int, last: int | None = None) -> bool:
    """Whether nothing but white space stands from a byte on."""
    blank = _SPACE.match(data, place, len(data) if last is None else last)
    return blank is not None and blank.end() == (len(data) if last is None else last)
