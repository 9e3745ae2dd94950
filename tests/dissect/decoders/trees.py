"""Trees of decoders as lines, for golden tests; and what must hold for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Budget, Context, Message

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import TreeNode


def message(data: bytes | str, *, text: bool | None = None, whole: bool = True) -> Message:
    """A text message of a str, a binary one of bytes, unless told otherwise."""
    raw = data.encode() if isinstance(data, str) else data
    return Message(raw, text=isinstance(data, str) if text is None else text, whole=whole)


def lines(node: TreeNode, depth: int = 0) -> list[str]:
    """``  label = text (note) [start:stop]`` for a node and all its parts."""
    value = f" = {node.text}" if node.text else ""
    note = f" ({node.note})" if node.note else ""
    found = [f"{'  ' * depth}{node.label}{value}{note} [{node.start}:{node.stop}]"]
    for child in node.children:
        found += lines(child, depth + 1)
    return found


def tree(name: str, data: bytes | str, context: Context = NO_CONTEXT, **options: bool) -> list[str]:
    """The tree that a decoder makes, without its root; it must be all there."""
    decoded = registry.decode(registry.all_decoders()[name], context, message(data, **options), Budget(seconds=600))
    assert decoded.sentence == ""
    check(decoded.root, len(message(data).data))
    return [line for child in decoded.root.children for line in lines(child)]


def sentence(name: str, data: bytes | str, context: Context = NO_CONTEXT, **options: bool) -> str:
    """Why a decoder gives no more."""
    decoded = registry.decode(registry.all_decoders()[name], context, message(data, **options), Budget(seconds=600))
    check(decoded.root, len(message(data).data))
    return decoded.sentence


def best(data: bytes | str, context: Context = NO_CONTEXT, **options: bool) -> str:
    """The name of the decoder that is chosen by itself."""
    return registry.automatic(context, message(data, **options)).name


def line(data: bytes | str, context: Context = NO_CONTEXT, **options: bool) -> str:
    """The line that stands in the table."""
    one = message(data, **options)
    return registry.line(registry.automatic(context, one), context, one)


def values(name: str, data: bytes | str, context: Context = NO_CONTEXT, **options: bool) -> dict[str, object]:
    """The values of a decoder's fields."""
    return dict(registry.values(registry.all_decoders()[name], context, message(data, **options)))


def check(root: TreeNode, length: int) -> None:
    """Every part has its bytes within the message and within its owner."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        assert 0 <= node.start <= node.inner <= node.stop <= length, node
        for child in node.children:
            assert node.start <= child.start, (node, child)
            assert child.stop <= node.stop, (node, child)
        waiting += node.children
