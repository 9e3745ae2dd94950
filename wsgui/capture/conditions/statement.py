"""A filter as a condition over the table ``frames``: parameters for every value, no text of people within the SQL.

Each comparison gives 0 or 1, never NULL, so that ``not`` turns it round as it does in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.capture.conditions.columns import COLUMNS, DATA, FieldColumn
from wsgui.capture.conditions.json_condition import json_condition
from wsgui.capture.errors import CaptureError
from wsgui.capture.joined import FRAGMENT
from wsgui.capture.schema import FLAG_VIOLATIONS
from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.filter.evaluate import is_unequal, json_holds, leaf_holds, whole_holds
from wsgui.filter.fields import Field, FieldKind
from wsgui.filter.patterns import PatternTooSlowError, found_in
from wsgui.filter.plain_row import PlainRow
from wsgui.filter.tree import And, Compare, Contains, Has, In, Matches, Moment, Not, Or, Range
from wsgui.filter.values import clock_ns
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.answer_table import Answer
    from wsgui.capture.database import Database
    from wsgui.capture.joined import Joined, Key
    from wsgui.dissect.decoders.model import Context
    from wsgui.filter.tree import Filter, Leaf, Node, Scalar, Value

_OPERATORS: Final = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CLOCK: Final = "filter_clock"
_START: Final = "(SELECT {} FROM loaded AS start WHERE start.id = 1)"
_BROKEN: Final = "EXISTS (SELECT 1 FROM violations WHERE violations.frame = frames.id AND {})"
# Notes are few: their frames are listed once, and not looked up for each row.
_NOTED: Final = "frames.id IN (SELECT notes.frame FROM notes WHERE notes.text != '' AND {})"
_IS_MESSAGE: Final = f"frames.opcode IN ({int(Opcode.TEXT)}, {int(Opcode.BINARY)}) AND (frames.flags & {FLAG_FIN}) != 0"
_BESIDE: Final = ("violation", "note")
_OF_ANSWERS: Final = ("answer_time", "unanswered")
_ANY_ROW: Final = PlainRow(0, 0, 0, 0, 0, 0, None, 0, 0, None, None, b"", None, (), 0)


_VERDICTS: Final = 100_000
"""Messages of which it is remembered whether a comparison takes them."""


class Statement:
    """A filter compiled: ``condition``, ``parameters``, and the Python functions that the condition calls.

    With ``joined`` fragments are taken if their whole message is; without it each frame stands for itself, as in a
    capture without fragments, where it saves a look at every row.
    """

    def __init__(
        self,
        filter: Filter,  # noqa: A002 - the word of the language
        context: Callable[[int, int], Context] = lambda *_: NO_CONTEXT,
        joined: Joined | None = None,
        name: str = "filter",
        answers: Callable[[int], Answer | None] = lambda _: None,
    ) -> None:
        """``context(connection, direction)`` is what decoders are told of a message's connection, and ``answers(id)``
        what a row asks or answers. Statements of one database have different names: their functions begin with them.
        """
        self._name = name
        self._answers = answers
        self._context = context
        self.parameters: list[object] = []
        self.failure: PatternTooSlowError | CaptureError | None = None
        """Why a query was ended by one of its functions: SQLite itself only tells that it was."""
        self._joined = joined
        self._verdicts: list[dict[Key, bool]] = []
        self._functions: dict[str, tuple[int, Callable[..., int | None]]] = {}
        self.condition = self._node(filter.root)

    def register(self, database: Database) -> None:
        """Make the functions known to a database. A later filter of the same name replaces them."""
        for name, (count, function) in self._functions.items():
            database.create_function(name, count, function)

    def forget(self) -> None:
        """The file may have grown: ask for whole messages again."""
        if self._joined is not None:
            self._joined.forget()
        for known in self._verdicts:
            known.clear()

    def _node(self, node: Node) -> str:
        if isinstance(node, And):
            return f"({' AND '.join([self._node(operand) for operand in node.operands])})"
        if isinstance(node, Or):
            return f"({' OR '.join([self._node(operand) for operand in node.operands])})"
        if isinstance(node, Not):
            return f"(NOT {self._node(node.operand)})"
        own = self._leaf(node)
        if self._joined is None or not node.ref.field.in_message:
            return f"({own})"
        whole = f"{self._whole(node, self._joined)}(frames.id)"
        if is_unequal(node) and node.ref.field.in_fragments:
            return f"({own} AND (NOT ({FRAGMENT}) OR {whole}))"
        return f"({own} OR {FRAGMENT} AND {whole})"

    def _leaf(self, node: Leaf) -> str:
        """The condition on the row by itself."""
        field = node.ref.field
        if field.name in _OF_ANSWERS:
            return self._answered(node)
        if field.name not in COLUMNS:
            return self._decoded(node)
        column = COLUMNS[field.name]
        if field.kind is FieldKind.JSON:
            return f"{column.guard} AND {self._json(column, node)}"
        if field.name in _BESIDE:
            return self._beside(column, node)
        test = self._test(column, node)
        guards = [column.guard] if column.guard else []
        if column.order_guard and isinstance(node, Compare) and node.operator not in ("==", "!="):
            guards.append(column.order_guard)
        return " AND ".join([*guards, test])

    def _test(self, column: FieldColumn, leaf: Leaf) -> str:
        """The condition where a row has the field."""
        field = leaf.ref.field
        if isinstance(leaf, Has):
            if field.kind is FieldKind.BOOL:
                return column.sql
            return f"length({column.sql}) > 0" if field.kind in (FieldKind.TEXT, FieldKind.BYTES) else "1"
        if isinstance(leaf, Matches):
            return self._call(column.sql, lambda data: found_in(leaf.expression, data))
        if isinstance(leaf, Contains):
            return f"instr({column.sql}, {self._value(field, leaf.value)}) > 0"
        if isinstance(leaf, In):
            return self._in(column, leaf)
        if field.kind is FieldKind.BOOL:
            return column.sql if leaf.value.value is (leaf.operator == "==") else f"NOT {column.sql}"
        comparison = f"{column.sql} {_OPERATORS[leaf.operator]} {self._value(field, leaf.value)}"
        return _two_valued(field, comparison)

    def _in(self, column: FieldColumn, leaf: In) -> str:
        field = leaf.ref.field
        alone = [self._value(field, item) for item in leaf.items if not isinstance(item, Range)]
        tests = [f"{column.sql} IN ({', '.join(alone)})"] if alone else []
        for item in leaf.items:
            if isinstance(item, Range):
                low, high = self._value(field, item.low), self._value(field, item.high)
                tests.append(f"{column.sql} BETWEEN {low} AND {high}")
        return _two_valued(field, f"({' OR '.join(tests)})")

    def _beside(self, column: FieldColumn, leaf: Leaf) -> str:
        """A field of which a row has any number, in another table."""
        field = leaf.ref.field
        exists = _exists if field.name == "violation" else _NOTED.format
        if isinstance(leaf, Has):
            test = f"{column.sql} != ''"
        elif isinstance(leaf, Compare) and leaf.operator == "!=":
            equal = f"{column.sql} = {self._value(field, leaf.value)}"
            return f"({exists('1')} AND NOT {exists(equal)})"
        elif isinstance(leaf, Matches):
            test = self._call(f"CAST({column.sql} AS BLOB)", lambda data: found_in(leaf.expression, data))
        else:
            test = self._test(column, leaf)
        return exists(test)

    def _value(self, field: Field, value: Value) -> str:
        """A value as it stands in the SQL, with its parameter."""
        plain = value.value
        if isinstance(plain, Moment):
            if plain.origin == "epoch":
                return self._parameter(plain.ns)
            if plain.origin == "start":
                return f"({_START.format('start.time')} + {self._parameter(plain.ns)})"
            self._functions[_CLOCK] = (2, clock_ns)
            clock = self._parameter(plain.ns)
            # A subquery by itself, so that it is worked out once and not for each row.
            return _START.format(f"{_CLOCK}(start.time, {clock})")
        if field.name == "close_code" and isinstance(plain, int):
            return self._parameter(f"{plain:04X}")  # in the order of the numbers too
        if isinstance(plain, str) and field.name not in _BESIDE:
            return self._parameter(plain.encode())
        return self._parameter(plain)

    def _parameter(self, value: Scalar) -> str:
        self.parameters.append(value)
        return "?"

    def _call(self, argument: str, function: Callable[[bytes], bool]) -> str:
        return f"{self._function(1, function)}({argument})"

    def _function(self, count: int, function: Callable[..., bool]) -> str:
        """The name in SQL of a function that takes so many arguments."""
        name = f"{self._name}_{len(self._functions)}"

        def guarded(*arguments: Any) -> bool:
            try:
                return function(*arguments)
            except PatternTooSlowError as error:
                self.failure = error
                raise

        self._functions[name] = (count, guarded)
        return name

    def _decoded(self, leaf: Leaf) -> str:
        """A field of a decoder: it is asked in Python, of what is a message by itself."""

        def holds(data: bytes, opcode: int, direction: int, connection: int) -> bool:
            context = self._context(connection, direction)
            beside = (None, (), 0, (), None, context)
            row = PlainRow(0, connection, 0, direction, opcode, FLAG_FIN, None, 0, len(data), None, None, data, *beside)
            return leaf_holds(leaf, row)

        name = self._function(4, holds)
        columns = "frames.opcode, frames.direction, frames.connection"
        return f"({_IS_MESSAGE} AND {name}({DATA}, {columns}))"

    def _answered(self, leaf: Leaf) -> str:
        """A field that tells of requests and answers."""

        def holds(id_: int) -> bool:
            try:
                known = self._answers(id_)
            except CaptureError as error:
                self.failure = error
                raise
            row = _ANY_ROW
            if known is not None:
                row = row._replace(unanswered=not known.other) if known.asks else row._replace(answer_ns=known.ns)
            return leaf_holds(leaf, row)

        return f"{self._function(1, holds)}(frames.id)"

    def _whole(self, leaf: Leaf, joined: Joined) -> str:
        """A function that says whether the comparison takes the whole message of a row."""
        known: dict[Key, bool] = {}
        self._verdicts.append(known)
        wire = leaf.ref.field.name == "payload"

        def holds(id_: int) -> bool:
            try:
                key = joined.key_of(id_)
                verdict = known.get(key)
                if verdict is None:
                    connection, direction, _ = key
                    context = self._context(connection, direction)
                    whole = joined.of(id_, key, wire=wire).as_row(connection, direction, context)
                    verdict = whole_holds(leaf, whole)
                    if len(known) >= _VERDICTS:
                        known.clear()
                    known[key] = verdict
            except LookupError:  # the row is gone, or of no message
                return False
            except (PatternTooSlowError, CaptureError) as error:
                self.failure = error
                raise
            return verdict

        name = f"{self._name}_{len(self._functions)}"
        self._functions[name] = (1, holds)
        return name

    def _json(self, column: FieldColumn, leaf: Leaf) -> str:
        condition, parameters = json_condition(leaf, self._call(column.sql, lambda data: json_holds(leaf, data)))
        self.parameters += parameters
        return condition


def _exists(test: str) -> str:
    return f"((frames.flags & {FLAG_VIOLATIONS}) != 0 AND {_BROKEN.format(test)})"


def _two_valued(field: Field, test: str) -> str:
    """Where the other side may be missing too: a clock time that the system cannot place, a row before that is lost."""
    return f"ifnull({test}, 0)" if field.kind in (FieldKind.TIME, FieldKind.SPAN) else test
