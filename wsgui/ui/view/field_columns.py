"""Columns that a person makes of fields: a path into JSON, what a decoder knows of a message, any field of filters."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject

from wsgui.capture.contexts import Contexts
from wsgui.capture.errors import CaptureError
from wsgui.dissect.decoders.model import JSON_LIMIT, MISSING
from wsgui.dissect.preview import one_line
from wsgui.filter import FilterError, parse
from wsgui.filter.json_value import at_path
from wsgui.filter.plain_row import PlainRow
from wsgui.filter.tree import Has
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN
from wsgui.session.copying import payload_of
from wsgui.ui.view.frames.extras import ExtraColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.message_start import MessageStart
    from wsgui.capture.reader import CaptureReader, Row
    from wsgui.filter.tree import FieldRef
    from wsgui.ui.view.frames.table import FrameTable
    from wsgui.ui.window.settings import Settings

MOST: Final = 8
"""Columns of fields in one table."""

_KEPT: Final = "tab/fields"
_ENDPOINTS: Final = 100
"""Endpoints whose columns are remembered."""
_MESSAGES: Final = (Opcode.TEXT, Opcode.BINARY)


class FieldColumns(QObject):
    """Of one tab. ``others`` are the columns that stand in front of these; ``say(sentence)`` is for what cannot be
    shown. They are kept by the name of the session: an endpoint has its own."""

    def __init__(
        self, reader: CaptureReader, table: FrameTable, others: Sequence[ExtraColumn], say: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._reader, self._table, self._others, self._say = reader, table, tuple(others), say
        self._contexts = Contexts(reader)
        self._paths: list[str] = []
        self._name = ""
        self.settings: Settings | None = None
        table.set_extras(self._others)
        table.columns.menu_parts.append(self._add)

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that have a column."""
        return tuple(self._paths)

    def show(self, path: str) -> None:
        """Show a field, by its name and path in filters, as a column."""
        path = path.strip()
        if path in self._paths:
            return
        if _ref(path) is None:
            self._say(f"{one_line(path, False)} cannot be a column: it is no field of filters.")
        elif len(self._paths) >= MOST:
            self._say(f"A table has at most {MOST} columns of fields; remove one in the menu of its head.")
        else:
            self._take([*self._paths, path])
            self._keep()

    def remove(self, path: str) -> None:
        """Show a field no longer."""
        self._take([one for one in self._paths if one != path])
        self._keep()

    def look(self, name: str) -> None:
        """The session is called so now: show the columns that were chosen for it, if there were any."""
        if name != self._name and self.settings is not None:
            self._name = name
            kept = self._read().get(name)
            if kept is not None and kept != self._paths:
                self._take(kept)

    def _take(self, paths: list[str]) -> None:
        self._paths = [path for path in paths if _ref(path) is not None][:MOST]
        columns = [self._column(path) for path in self._paths]
        self._table.set_extras((*self._others, *columns))
        self._table.viewport().update()

    def _column(self, path: str) -> ExtraColumn:
        ref = _ref(path)
        title = path.removeprefix("json.") or path
        tip = f"{path}: {'' if ref is None else ref.field.help}"
        return ExtraColumn(
            f"field {path}", one_line(title, False), one_line(tip, False), "0" * 12, partial(self._text, ref)
        )

    def _text(self, ref: FieldRef | None, row: Row, start: MessageStart | None) -> str:
        """The field's value in a row; empty where it has none."""
        if ref is None or row.opcode < 0:
            return ""
        size = row.length if start is None else start.size
        flags = row.flags if start is None or not start.finished else row.flags | FLAG_FIN
        data = row.preview if start is None else start.preview
        if ref.field.in_message and len(data) < size:
            if size > JSON_LIMIT:
                return ""
            try:
                data = payload_of(self._reader, row.id, joined=start is not None)
            except (CaptureError, LookupError):
                return ""
        context = self._contexts.of(row.connection, row.direction)
        rules = tuple(violation.rule for violation in row.violations)
        frame = (row.opcode, flags, row.masking_key, row.length_form, row.length, row.message, row.fragment, data)
        beside = (row.delta_ns, rules, 0, row.notes, None, context)
        value = ref.field.value(PlainRow(row.id, row.connection, row.time_ns, int(row.direction), *frame, *beside))
        return one_line(_as_text(at_path(value, ref.path) if ref.path else value), False)

    def _add(self, menu: QMenu) -> None:
        for path in self._paths:
            title = one_line(path, False).replace("&", "&&")
            menu.addAction(f"Remove Column {title}", partial(self.remove, path))

    # --- what is kept

    def _read(self) -> dict[str, list[str]]:
        if self.settings is None:
            return {}
        try:
            kept = json.loads(self.settings.text(_KEPT) or "{}")
            return {str(name): [str(path) for path in paths] for name, paths in kept.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def _keep(self) -> None:
        if self.settings is not None and self._name:
            kept = self._read()
            kept.pop(self._name, None)
            kept[self._name] = self._paths
            some = dict(list(kept.items())[-_ENDPOINTS:])
            self.settings.keep(_KEPT, json.dumps(some))


def _ref(path: str) -> FieldRef | None:
    """The field that a path names; None if it names none."""
    try:
        root = parse(path).root
    except FilterError:
        return None
    return root.ref if isinstance(root, Has) else None


def _as_text(value: Any) -> str:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bytes):
        return value.hex(" ")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
