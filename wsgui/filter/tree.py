"""The syntax tree of a filter. ``str()`` of a node is text that parses to an equal node.

``span`` is where a node stands in the text: its first character and the one behind its last. Spans do not count when
nodes are compared.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.filter.fields import Field
    from wsgui.filter.patterns import Pattern

Span: TypeAlias = tuple[int, int]
Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: ``ns`` since the epoch, since the capture's first row, or since midnight of that row's day."""

    origin: Literal["epoch", "start", "clock"]
    ns: int


Scalar: TypeAlias = bool | int | float | str | bytes | Moment | None


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: what it means for the field beside it (ns, bytes, an opcode's number), and as it was written."""

    value: Scalar
    text: str
    span: Span = dataclasses.field(compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Range:
    """``low..high``, both included."""

    low: Value
    high: Value

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field as a filter names it; ``path`` leads into a JSON value: names and, for arrays, places from 0."""

    field: Field
    path: tuple[str | int, ...]
    span: Span = dataclasses.field(compare=False)

    def __str__(self) -> str:
        parts = [self.field.name]
        for step in self.path:
            if isinstance(step, int):
                parts.append(f"[{step}]")
            elif _PLAIN_STEP.fullmatch(step):
                parts.append(f".{step}")
            else:
                parts.append(f'["{step.translate(_ESCAPES)}"]')
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Has:
    """A field by itself."""

    ref: FieldRef

    def __str__(self) -> str:
        return str(self.ref)


@dataclass(frozen=True, slots=True)
class Compare:
    """``length > 64k``."""

    ref: FieldRef
    operator: Operator
    value: Value

    def __str__(self) -> str:
        return f"{self.ref} {self.operator} {self.value}"


@dataclass(frozen=True, slots=True)
class In:
    """``opcode in {text, 9..10}``."""

    ref: FieldRef
    items: tuple[Value | Range, ...]

    def __str__(self) -> str:
        return f"{self.ref} in {{{', '.join(map(str, self.items))}}}"


@dataclass(frozen=True, slots=True)
class Contains:
    """``payload contains 0xdead``."""

    ref: FieldRef
    value: Value

    def __str__(self) -> str:
        return f"{self.ref} contains {self.value}"


@dataclass(frozen=True, slots=True)
class Matches:
    """``text matches "^[0-9]+$"``; ``expression`` is compiled for bytes if the field holds bytes."""

    ref: FieldRef
    expression: Pattern[str] | Pattern[bytes]
    text: str
    span: Span = dataclasses.field(compare=False)

    def __str__(self) -> str:
        return f"{self.ref} matches {self.text}"


Leaf: TypeAlias = Has | Compare | In | Contains | Matches


@dataclass(frozen=True, slots=True)
class Not:
    """Whatever the operand does not take."""

    operand: Node

    def __str__(self) -> str:
        return f"not {_grouped(self.operand, (And, Or))}"


@dataclass(frozen=True, slots=True)
class And:
    """What all operands take; there are at least two."""

    operands: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(_grouped(operand, (And, Or)) for operand in self.operands)


@dataclass(frozen=True, slots=True)
class Or:
    """What any operand takes; there are at least two."""

    operands: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(_grouped(operand, (Or,)) for operand in self.operands)


Node: TypeAlias = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was parsed. ``str()`` writes it the usual way; ``text`` is what the person wrote."""

    root: Node
    text: str = dataclasses.field(compare=False)

    def __str__(self) -> str:
        return str(self.root)


def leaves(root: Node) -> Iterator[Leaf]:
    """The comparisons of a tree, from left to right."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Not):
            waiting.append(node.operand)
        elif isinstance(node, And | Or):
            waiting.extend(reversed(node.operands))
        else:
            yield node


def _grouped(node: Node, kinds: tuple[type, ...]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


_PLAIN_STEP: Final = re.compile(r"[\w$-]+")
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\0": "\\0"})
