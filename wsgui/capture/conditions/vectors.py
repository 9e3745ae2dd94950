"""A filter on columns: what it says of all rows of a block at once, as arrays of true and false.

What columns do not tell (payloads, keys, notes, the names of broken rules) is asked of an `Answers`, and only for those
rows on which it depends: ``opcode == close and reason contains "x"`` looks into close frames alone.

It means the same as `wsgui.filter.evaluate` says of each row, which a property test holds.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import numpy as np

from wsgui.capture.columns import FLAG_MASKED, FLAG_RECEIVED
from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS
from wsgui.filter.tree import And, Compare, Contains, Has, In, Moment, Not, Or, Range
from wsgui.filter.values import clock_ns
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, FLAG_RSV1, FLAG_RSV2, FLAG_RSV3

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from wsgui.capture.columns import ColumnBlock, Marks, Numbers
    from wsgui.filter.tree import Filter, Leaf, Node, Value

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Answers(Protocol):
    """Answers what columns do not tell."""

    def beside(self, leaf: Leaf, rows: Rows) -> NDArray[np.int64]:
        """The ids of the rows, from the first to the last of these, whose broken rules, notes or bookmark a comparison
        takes, in any order."""

    def answer_times(self, rows: Rows) -> Numbers:
        """How long each row, as an answer, let its receiver wait (ns); -1 of what answers nothing."""

    def waiting(self, rows: Rows) -> Numbers:
        """1 of requests without an answer, 0 of answered ones, -1 of rows that ask nothing."""

    def payloads(self, leaf: Leaf, rows: Rows, asked: Marks) -> Marks:
        """Of the rows that are ``asked`` (at least one), those that a comparison takes."""


class Rows:
    """Rows of a block, one behind the other; ``rows["time"]`` is a column of them, unpacked once.

    ``first`` is the id of the first one, ``before`` the time of the row before it (None if there is none), ``start``
    that of the first row of the capture.
    """

    def __init__(self, block: ColumnBlock, skip: int, count: int, *, first: int, before: int | None, start: int):
        self._block = block
        self._skip = skip
        self.count = count
        self.first = first
        self.start = start
        self._before = before
        self._known: dict[str, Numbers] = {}
        self._whole: tuple[Rows, slice] | None = None

    @property
    def last(self) -> int:
        """The id of the last one."""
        return self.first + self.count - 1

    def __getitem__(self, name: str) -> Numbers:
        found = self._known.get(name)
        if found is None and self._whole is not None:
            whole, place = self._whole  # which unpacks the column once for all its parts
            found = self._known[name] = whole[name][place]
        elif found is None:
            column = self._block[name]
            if self._skip:
                self._known.setdefault(f"before {name}", column[self._skip - 1])
            found = self._known[name] = column[self._skip : self._skip + self.count]
        return found

    def part(self, first: int, last: int) -> Rows:
        """Some of them, by their ids; without the row before."""
        begin = first - self.first
        some = Rows(self._block, 0, last + 1 - first, first=first, before=None, start=self.start)
        some._whole = self, slice(begin, begin + some.count)
        return some

    @property
    def ids(self) -> Numbers:
        """The ids of the rows."""
        return np.arange(self.first, self.first + self.count, dtype=np.int64)

    def none(self) -> Marks:
        """No row."""
        return np.zeros(self.count, np.bool_)

    def all(self) -> Marks:
        """All rows."""
        return np.ones(self.count, np.bool_)

    def flag(self, flag: int) -> Marks:
        """The rows that have a flag of the column ``flags``."""
        same = self._block.constant("flags")
        if same is not None:
            return np.full(self.count, bool(same & flag))
        found: Marks = (self["flags"] & flag) != 0
        return found

    def are_frames(self) -> Marks | None:
        """The rows that are frames; None if all are."""
        if self._block.range_of("opcode")[0] >= 0:
            return None
        found: Marks = self["opcode"] >= 0
        return found

    def deltas(self) -> Numbers:
        """Nanoseconds since the row before; of a row that has none, since itself."""
        times = self["time"]
        before = self._known["before time"] if self._skip else self._before
        least, most = self._block.range_of("time")
        numbers = [least, most, *([] if before is None else [int(before)])]
        if max(numbers) - min(numbers) >= 1 << 63:
            times = times.astype(object)  # whole numbers of any size: somebody wrote times that never were
        return np.diff(times, prepend=times[:1] if before is None else np.array([before], times.dtype))

    def among(self, ids: NDArray[np.int64]) -> Marks:
        """Rows with certain ids, all from the first to the last of these."""
        found = self.none()
        found[ids - self.first] = True
        return found


_Mask: TypeAlias = "Callable[[Rows, Marks | None], Marks]"
"""Which rows a part of the filter takes. If some are marked, those are asked: of others it may say anything."""


class Vectors:
    """A filter made ready for columns."""

    def __init__(self, filter: Filter, answers: Answers) -> None:  # noqa: A002 - the word of the language
        self._answers = answers
        self._joins = False
        self._mask, self.needs_payloads = self._node(filter.root)

    def join(self) -> None:
        """From now on fragments are taken if their whole message is."""
        self._joins = True

    def takes(self, rows: Rows) -> Marks:
        """The rows that the filter takes. Raises what the answers raise."""
        return self._mask(rows, None)

    def _node(self, node: Node) -> tuple[_Mask, bool]:
        """A part, and whether it asks for what columns do not tell."""
        if isinstance(node, Not):
            inner, asks = self._node(node.operand)
            return (lambda rows, asked: ~inner(rows, asked)), asks
        if isinstance(node, And | Or):
            parts = sorted((self._node(operand) for operand in node.operands), key=lambda part: part[1])
            masks = [mask for mask, _ in parts]
            asks = parts[-1][1]
            return (_every if isinstance(node, And) else _any)(masks), asks
        field = node.ref.field
        if field.name == "answer_time":
            times = self._answers.answer_times
            return _numbers(times, lambda rows: times(rows) >= 0)(node), True
        if field.name == "unanswered":
            waiting = self._answers.waiting
            return _truth(lambda rows: waiting(rows) == 1, lambda rows: waiting(rows) >= 0)(node), True
        if field.name in _BESIDE:
            return self._beside(node), False
        plain = _PLAIN.get(field.name)
        if plain is not None:
            return plain(node), False
        if isinstance(node, Has) and field.name in _HAS:
            known = _HAS[field.name]
            return (lambda rows, _: known(rows)), False
        return self._asked(node), True

    def _beside(self, leaf: Leaf) -> _Mask:
        def mask(rows: Rows, _: Marks | None) -> Marks:
            if leaf.ref.field.name != "violation":
                return rows.among(self._answers.beside(leaf, rows))
            broken = rows.flag(FLAG_VIOLATIONS)
            return broken & rows.among(self._answers.beside(leaf, rows)) if broken.any() else broken

        return mask

    def _asked(self, leaf: Leaf) -> _Mask:
        """Rows that may fit are asked for, the others cannot."""
        field = leaf.ref.field
        may = _MAY.get(field.name, _messages)
        exact = isinstance(leaf, Contains) or (isinstance(leaf, Compare) and leaf.operator == "==")
        words = leaf.value.value if exact else None  # type: ignore[union-attr]  # these two have one
        least = len(words.encode() if isinstance(words, str) else words) if isinstance(words, str | bytes) else 0

        def mask(rows: Rows, asked: Marks | None) -> Marks:
            fits = may(rows)
            if least and field.name in ("payload", "text"):
                # What has fewer bytes than are looked for does not hold them, unless it is a part of something longer.
                enough = rows["length"] >= least
                fits &= enough | rows.flag(FLAG_INFLATED) if field.name == "text" else enough
            if self._joins and field.in_message:
                fits |= are_fragments(rows)
            if asked is not None:
                fits &= asked
            return self._answers.payloads(leaf, rows, fits) if fits.any() else fits

        return mask


def are_fragments(rows: Rows) -> Marks:
    """The rows that are not a message by themselves."""
    found: Marks = (rows["message"] > 0) & ((rows["fragment"] > 0) | ~rows.flag(FLAG_FIN))
    return found


def _every(masks: Sequence[_Mask]) -> _Mask:
    def mask(rows: Rows, asked: Marks | None) -> Marks:
        left = asked
        for one in masks:
            found = one(rows, left)
            left = found if left is None else left & found
            if not left.any():
                break
        assert left is not None  # noqa: S101 - there are at least two
        return left

    return mask


def _any(masks: Sequence[_Mask]) -> _Mask:
    def mask(rows: Rows, asked: Marks | None) -> Marks:
        taken = rows.none()
        left = asked
        for one in masks:
            found = one(rows, left)
            taken |= found if left is None else found & left
            left = ~taken if asked is None else asked & ~taken
            if not left.any():
                break
        return taken

    return mask


# --- fields that columns tell


def _numbers(
    values: Callable[[Rows], Numbers], guard: Callable[[Rows], Marks | None], *, ordered: bool = True
) -> Callable[[Leaf], _Mask]:
    """A field that is a number. ``guard`` gives the rows that have it, None if all do; without ``ordered`` rows below
    zero are in no order."""

    def compiled(leaf: Leaf) -> _Mask:
        test = _number_test(leaf)
        in_order = not ordered and isinstance(leaf, Compare) and leaf.operator not in ("==", "!=")

        def mask(rows: Rows, _: Marks | None) -> Marks:
            has = rows.are_frames() if in_order else guard(rows)
            if test is None:
                return rows.all() if has is None else has
            found = test(values(rows), rows)
            return found if has is None else found & has

        return mask

    return compiled


def _number_test(leaf: Leaf) -> Callable[[Numbers, Rows], Marks] | None:
    """What is asked of the numbers; None if they only have to be there."""
    if isinstance(leaf, Compare):
        compare, value = _COMPARE[leaf.operator], leaf.value

        def compared(values: Numbers, rows: Rows) -> Marks:
            other = _resolved(value, rows)
            return rows.none() if other is None else _marks(compare(values, other))

        return compared
    if isinstance(leaf, In):
        items = leaf.items

        def within(values: Numbers, rows: Rows) -> Marks:
            found = rows.none()
            for item in items:
                low, high = (item.low, item.high) if isinstance(item, Range) else (item, item)
                least, most = _resolved(low, rows), _resolved(high, rows)
                if least is not None and most is not None:
                    found |= _marks(values >= least) & _marks(values <= most)
            return found

        return within
    return None


def _marks(found: Any) -> Marks:
    return np.asarray(found, np.bool_)


def _resolved(value: Value, rows: Rows) -> Any:
    moment = value.value
    if not isinstance(moment, Moment):
        return moment
    if moment.origin == "clock":
        return clock_ns(rows.start, moment.ns)
    return moment.ns + (rows.start if moment.origin == "start" else 0)


def _truth(values: Callable[[Rows], Marks], guard: Callable[[Rows], Marks | None]) -> Callable[[Leaf], _Mask]:
    """A field that is true or false."""

    def compiled(leaf: Leaf) -> _Mask:
        wanted = not isinstance(leaf, Compare) or leaf.value.value is (leaf.operator == "==")

        def mask(rows: Rows, _: Marks | None) -> Marks:
            found = values(rows) if wanted else ~values(rows)
            has = guard(rows)
            return found if has is None else found & has

        return mask

    return compiled


def _bit(flag: int) -> Callable[[Leaf], _Mask]:
    return _truth(lambda rows: rows.flag(flag), Rows.are_frames)


def _everywhere(_: Rows) -> None:
    return None


def _of_messages(rows: Rows) -> Marks:
    found: Marks = rows["message"] > 0
    return found


def _behind_one(rows: Rows) -> Marks | None:
    if rows.first > 1:
        return None
    found = rows.all()
    found[0] = False
    return found


_PLAIN: Final[dict[str, Callable[[Leaf], _Mask]]] = {
    "opcode": _numbers(lambda rows: rows["opcode"], _everywhere, ordered=False),
    "fin": _bit(FLAG_FIN),
    "rsv": _numbers(lambda rows: rows["flags"] & 7, Rows.are_frames),
    "rsv1": _bit(FLAG_RSV1),
    "rsv2": _bit(FLAG_RSV2),
    "rsv3": _bit(FLAG_RSV3),
    "masked": _bit(FLAG_MASKED),
    "length": _numbers(lambda rows: rows["length"], _everywhere),
    "length_form": _numbers(lambda rows: rows["form"], lambda rows: rows["form"] > 0),
    "direction": _numbers(lambda rows: rows.flag(FLAG_RECEIVED).view(np.uint8), _everywhere),
    "connection": _numbers(lambda rows: rows["connection"], _everywhere),
    "number": _numbers(lambda rows: rows.ids, _everywhere),
    "time": _numbers(lambda rows: rows["time"], _everywhere),
    "delta": _numbers(Rows.deltas, _behind_one),
    "message": _numbers(lambda rows: rows["message"], _of_messages),
    "fragment": _numbers(lambda rows: rows["fragment"], _of_messages),
}
"""Fields that columns tell, whatever is asked of them."""

_BESIDE: Final = ("violation", "note", "bookmark")


def _has_code(rows: Rows) -> Marks:
    found: Marks = (rows["opcode"] == int(Opcode.CLOSE)) & (rows["length"] >= 2)
    return found


_HAS: Final[dict[str, Callable[[Rows], Marks]]] = {
    "close_code": _has_code,
    "reason": lambda rows: _has_code(rows) & (rows["length"] > 2),
    "key": lambda rows: rows.flag(FLAG_MASKED),
}
"""Fields that columns tell to be there."""


def _texts(rows: Rows) -> Marks:
    opcodes = rows["opcode"]
    found: Marks = (opcodes == int(Opcode.TEXT)) | (opcodes == int(Opcode.CONTINUATION))
    return found


def _messages(rows: Rows) -> Marks:
    """Rows that decoders may know."""
    opcodes = rows["opcode"]
    found: Marks = rows.flag(FLAG_FIN) & ((opcodes == int(Opcode.TEXT)) | (opcodes == int(Opcode.BINARY)))
    return found


_MAY: Final[dict[str, Callable[[Rows], Marks]]] = {
    "close_code": _has_code,
    "reason": _has_code,
    "key": lambda rows: rows.flag(FLAG_MASKED),
    "text": _texts,
    "payload": Rows.all,
    "inflated": lambda rows: rows.flag(FLAG_INFLATED),
    "json": lambda rows: rows.flag(FLAG_FIN) & (rows["opcode"] == int(Opcode.TEXT)),
}
"""The rows that may have a field which columns do not tell, in arrays of their own; fields of decoders: `_messages`."""
