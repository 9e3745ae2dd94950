"""A node's value as text: for the clipboard, and as a comparison of the filter language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.dissect.decoders.model import Bare

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import TreeNode

_LONGEST: Final = 200
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"})


def value_text(node: TreeNode) -> str:
    """The whole value: bytes in hex, a container as the names and values of its parts."""
    if isinstance(node.value, bytes):
        return node.value.hex(" ")
    if node.value is not None:
        return str(node.value)
    if not node.children:
        return node.text or node.label
    lines: list[str] = []
    waiting = [(child, 0) for child in reversed(node.children)]
    while waiting:
        part, depth = waiting.pop()
        text = str(part.value) if part.value is not None and not isinstance(part.value, bytes) else part.text
        lines.append(f"{'  ' * depth}{part.label}: {text}".rstrip())
        waiting += [(child, depth + 1) for child in reversed(part.children)]
    return "\n".join(lines)


def as_filter(node: TreeNode) -> str:
    """``json.a.b == 7``; empty for a node that filters cannot name, or whose value is too long for one."""
    if not node.path:
        return ""
    if node.value is None:
        return node.path
    text = str(node.value)
    if len(text) > _LONGEST or any(0xD800 <= ord(character) < 0xE000 for character in text):
        return node.path
    if isinstance(node.value, (Bare, bool, int)):
        return f"{node.path} == {text.lower()}"
    if isinstance(node.value, str):
        return f'{node.path} == "{text.translate(_ESCAPES)}"'
    return node.path
