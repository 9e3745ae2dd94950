"""One session in a tab, running or opened from a file: its bar, the frame table and the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.capture.contexts import Contexts
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.dissect.compression import Sizes
from wsgui.dissect.visible import visible
from wsgui.protocol.opcodes import opcode_name
from wsgui.records import MISSING, NO_FRAME
from wsgui.ui.connections.control import ConnectionControl
from wsgui.ui.inspector.inspector import Inspector
from wsgui.ui.panels.table import FIND, INSPECTOR, NOTES, PROBLEMS
from wsgui.ui.tabs.over_table import OverTable
from wsgui.ui.view.answer_control import AnswerControl
from wsgui.ui.view.copy_menu import CopyMenu
from wsgui.ui.view.ending_control import EndingControl
from wsgui.ui.view.field_columns import FieldColumns
from wsgui.ui.view.filter_bar import FilterBar
from wsgui.ui.view.find_control import FindControl
from wsgui.ui.view.frame_bar import FrameBar
from wsgui.ui.view.frames.cells import opcode_label
from wsgui.ui.view.frames.extras import INFLATED
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable
from wsgui.ui.view.go_to import GoTo
from wsgui.ui.view.note_control import NoteControl
from wsgui.ui.view.problem_list import ProblemList
from wsgui.ui.view.row_windows import RowWindows
from wsgui.ui.view.saved_filters import SavedFilters
from wsgui.ui.view.time_display import TimeDisplay
from wsgui.ui.view.view_control import ViewControl
from wsgui.ui.view.view_switch import ViewSwitch
from wsgui.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.session.base import Session
    from wsgui.session.stored import StoredCapture
    from wsgui.ui.panels.docks import PanelDocks
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.settings import Settings

_NAME_LIMIT = 80
"""Characters of a name that a person gives."""


class Surroundings(NamedTuple):
    """What the window gives a new tab: settings, questions to the person, ``new_client(url)`` opens a client tab and
    ``show_certificates(tab)`` the certificates of a tab's server; ``panels`` show its pages."""

    settings: Settings
    ask: Questions
    new_client: Callable[[str], object]
    show_certificates: Callable[[SessionTab], object]
    panels: PanelDocks


class SessionTab(QWidget):
    """Shows one session; subclasses add their bar. ``title_changed(text)`` names the tab.

    `tick` is called thirty times a second while the tab is in front, and does nothing when nothing has changed.
    """

    title_changed = Signal(str)
    offers_changed = Signal()
    """What an action of the window shows of this tab has changed."""
    live = False
    """Whether a session runs in it."""
    panels: PanelDocks
    """Those of the window; given by `equip`."""

    def __init__(self, session: Session | StoredCapture, bar: QWidget) -> None:
        super().__init__()
        self.session: Session | StoredCapture = session
        self.bar = bar
        self._seen = -1
        self._moved = ""
        self._size_seen = -1, -1
        self.reader = CaptureReader(session.recorder.path)
        self.model = FrameModel(self.reader, session.recorder.recent)
        self.contexts = Contexts(self.reader)
        # Rows are read while the table is painted: what that changes waits until it is.
        self.model.unreadable.connect(self._say_failure, Qt.ConnectionType.QueuedConnection)
        self.table = FrameTable(self.model)
        self.frame_bar = FrameBar()
        self.filter_bar = FilterBar()
        self.view_switch = ViewSwitch()
        parts = (self.model, self.table, self.filter_bar, self.frame_bar)
        self.copy_menu = CopyMenu(
            self.table,
            self.reader,
            self._guard,
            session.say,
            lambda: self.model.decoder,
            lambda: self.model.shows_messages,
        )
        self.view = ViewControl(session.recorder.path, session.tasks, parts, self._say_failure, session.changed)
        self.banner = Banner()
        self.inspector = Inspector()
        self.find_control = FindControl(session.recorder.path, session.tasks, self.model, self.table, self.inspector)
        self.note_control = NoteControl(
            self.reader, session.recorder.writer, self.model, self.table, self._say_failure, self._notes_changed
        )
        path = session.recorder.path
        self.problems = ProblemList(lambda: self.reader, self._say_failure)
        self.go_to = GoTo(self.reader, self.model, self.table, self._say_failure)
        self.times = TimeDisplay(self.reader, self.model, self.table, self._say_failure)
        self.row_windows = RowWindows(
            path,
            session.tasks,
            (self.model, self.table, self.go_to, self.times),
            lambda: self.view.filter,
            self._say_failure,
        )
        self.answers = AnswerControl(
            path, session.tasks, (self.model, self.table), self.go_to.row, self._say_failure, live=self.live
        )
        self.field_columns = FieldColumns(self.reader, self.table, (INFLATED, self.answers.column), self._say_failure)
        self.saved_filters = SavedFilters(self.filter_bar)
        self.filter_bar.add_button(self.saved_filters)
        self.ending_control = EndingControl(path, session.tasks, self.inspector, open_last=self.live)
        self.connections: ConnectionControl | None = None
        self._ask: Questions | None = None
        self._shown_id: int | None = None
        self._build()
        self._wire()

    def _build(self) -> None:
        self.inspector.setMinimumWidth(self.inspector.whole_width)
        self.upper = OverTable(self.table)
        self.pages: dict[str, QWidget] = {
            FIND: self.find_control.bar,
            INSPECTOR: self.inspector,
            NOTES: self.note_control.list,
            PROBLEMS: self.problems,
        }
        """What the panels show while this tab is in front, by their names."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.banner)
        layout.addWidget(self.filter_bar)
        self.table.columns.put_at_end(self.view_switch)
        self.frame_bar.add_note(self.filter_bar.note, self.filter_bar.cancel, self.frame_bar.folded)
        self.frame_bar.add_note(self.answers.note, self.answers.stop_button)
        self.filter_bar.add_tools(self.row_windows.statistics_button, self.frame_bar.pause, self.frame_bar.follow)
        self.filter_bar.may_go(self.row_windows.statistics_button)
        layout.addWidget(self.frame_bar)
        layout.addWidget(self.upper, 1)

    def _wire(self) -> None:
        self.table.row_selected.connect(self._show_row)
        self.table.follow_changed.connect(self.frame_bar.follow.setChecked)
        self.frame_bar.follow_toggled.connect(self.table.set_follow)
        for button in (self.frame_bar.follow, self.frame_bar.pause):
            button.toggled.connect(lambda _: self.offers_changed.emit())
        self.frame_bar.pause_toggled.connect(self._set_paused)
        self.view_switch.messages_wanted.connect(self.show_messages)
        self.frame_bar.all_requested.connect(lambda: self.show_connection(None))
        self.frame_bar.violation_wanted.connect(self.next_violation)
        self.inspector.message_wanted.connect(self._show_message)
        self.inspector.message.decoded.decoder_chosen.connect(self._choose_decoder)
        self.inspector.message.decoded.tree.filter_requested.connect(self.filter_bar.set_text)
        self.inspector.message.decoded.tree.column_requested.connect(self.field_columns.show)
        self.inspector.handshake_wanted.connect(self._show_handshake)
        self.inspector.ending.row_requested.connect(self.go_to.row)
        self.problems.row_chosen.connect(self.go_to.row)

    def equip(self, window: Surroundings) -> None:
        """Take what the window gives a new tab."""
        self._ask = window.ask
        self.panels = window.panels
        self.find_control.bar.wanted.connect(lambda: self.panels.show(FIND))
        self.find_control.bar.closed.connect(lambda: self.panels.hide(FIND))
        self.note_control.list_wanted.connect(lambda: self.panels.go_to(NOTES))
        self.note_control.ask = window.ask
        self.go_to.ask = window.ask
        self.field_columns.settings = window.settings
        self.saved_filters.settings, self.saved_filters.ask = window.settings, window.ask

    @property
    def offers(self) -> frozenset[str]:
        """What the actions of the window may need of the tab in front (see `ActionRow.needs`)."""
        return frozenset(("tab",))

    def put_under_bar(self, *widgets: QWidget) -> None:
        """Place widgets between the bar and the table, from the top."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made by _build
        for place, widget in enumerate(widgets, 1):
            layout.insertWidget(place, widget)

    # --- what changes by itself

    def tick(self) -> bool:
        """Take in what has happened; returns whether anything did."""
        changed = self.session.revision != self._seen
        if changed:
            self._seen = self.session.revision
            self.show_state()
            self.field_columns.look(self.session.name)
            self.ending_control.look()
            failed = self.session.message if self.session.failed else ""
            if failed != self.banner.sentence or not failed:
                self.banner.show_sentence(failed)
        self._guard(self._follow_file)
        self._guard(self.note_control.tick)
        self.answers.tick(self.session.recorder.committed)
        committed, shown = self.session.recorder.committed, self.session.recorder.shown
        if (committed, shown) != self._size_seen:
            self._size_seen = committed, shown
            changed = True
            self._guard(lambda: self.view.refresh(committed, shown))
            self.times.first_row_came()
            self.problems.look()
            self.frame_bar.show_violations(self.session.recorder.tally.violations)
            if self.table.paused:
                self.frame_bar.show_held(committed - self._paused_at)
        return changed

    def _follow_file(self) -> None:
        """Somebody deleted or replaced the file, and it was written anew: read that one."""
        moved = self.session.recorder.moved
        if moved != self._moved:
            self._moved = moved
            self.reader.reopen(self.session.recorder.path)
            self.model.forget_pages()

    def tick_behind(self) -> bool:
        """As `tick` while another tab is in front: the title alone."""
        if self.session.revision == self._seen:
            return False
        self._seen = self.session.revision
        self.show_state()
        return True

    def forget_seen(self) -> None:
        """Show everything afresh at the next tick: the tab has come to the front."""
        self._seen = -1
        self._size_seen = -1, -1

    def show_state(self) -> None:
        """Show the session's state in the bar and the tab's title."""
        raise NotImplementedError

    def _guard(self, action: Callable[[], object]) -> None:
        """Run something that reads the capture; a file that cannot be read gives a sentence."""
        try:
            action()
        except CaptureError as error:
            self._say_failure(str(error))

    def _say_failure(self, sentence: str) -> None:
        self.banner.show_sentence(sentence)

    # --- what actions of the window do here

    def set_follow(self, yes: bool) -> None:
        """Keep the newest frame in view, or no longer."""
        self.frame_bar.follow.setChecked(yes)

    def set_paused(self, yes: bool) -> None:
        """Hold the table still; recording goes on."""
        self.frame_bar.pause.setChecked(yes)

    def show_messages(self, yes: bool) -> None:
        """Show messages, or frames again. The inspector turns to what the rows are."""
        if yes is not self.view.messages:
            self.view_switch.show_messages(yes)
            self._guard(lambda: self.view.show_messages(yes))
            inspector = self.inspector
            if inspector.tabs.currentWidget() in (inspector.hex, inspector.details, inspector.message):
                inspector.tabs.setCurrentWidget(inspector.message if yes else inspector.hex)
            if self._shown_id is not None:
                self._shown_id = None
                self._show_row(self.table.currentIndex().row())
            self.offers_changed.emit()

    def focus_table(self) -> None:
        """Put the cursor into the frame table."""
        self.table.setFocus()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter_bar.edit.setFocus()
        self.filter_bar.edit.selectAll()

    # --- the table

    _paused_at = 0

    def _set_paused(self, yes: bool) -> None:
        self.table.set_paused(yes)
        self._paused_at = self.session.recorder.committed
        if not yes:
            self._size_seen = -1, -1
        self.frame_bar.show_held(0)

    def show_connection(self, number: int | None) -> None:
        """Show the rows of one connection, or of all."""
        self._guard(lambda: self.view.show_connection(number))
        if number is not None or self._shown_id is None:
            self.ending_control.choose(number)
        else:
            self._guard(lambda: self.ending_control.choose(self.reader.row(self._shown_id or 0).connection))

    def show_connections(self) -> None:
        """List all connections, in a window of their own."""
        if self.connections is None:
            self.connections = ConnectionControl(self.session, self.running, self.show_connection, self.window())
        self.connections.show()

    @property
    def running(self) -> Session | None:
        """The session, if one runs here; None for an opened file."""
        return None

    def rename(self) -> None:
        """Ask for another name of the session; an empty one gives it back its usual one."""

        def take(name: str) -> str:
            self.session.given_name = visible(" ".join(name.split()))[:_NAME_LIMIT]
            self.session.changed()
            self.show_state()
            return ""

        if self._ask is not None:
            named = self.session.given_name or self.session.name
            self._ask.line(self, "Rename Session", "Name (empty for the usual one)", named, take)

    def show_ending(self) -> None:
        """Show how the connection of the row that is shown ended, or the one that ended last."""
        self.ending_control.open()
        self.panels.show(INSPECTOR)
        self.inspector.ending.tree.setFocus()

    def next_violation(self) -> None:
        """Select the next row after the current one that breaks a rule; start over at the end."""

        def go() -> None:
            row = self.model.row(self.table.currentIndex().row())
            after = 0 if row is None else row.id
            found = self.reader.broken_rows(after) or self.reader.broken_rows(0)
            place = next((place for number in found if (place := self.model.place_of(number)) is not None), None)
            if place is not None:
                self.table.set_follow(False)
                self.table.select_place(place)

        self._guard(go)

    # --- the inspector

    def _show_row(self, place: int) -> None:
        row = self.model.row(place)
        if row is not None and row.id == self._shown_id:  # the same row may stand at another place now
            return
        if row is not None:
            recorder = self.session.recorder
            recorder.settle(row.id)
            if row.id > recorder.committed:
                self._say_failure(f"Row {row.id} is not in the file yet. Choose it again when the disk has caught up.")
                return
        self._guard(lambda: self._inspect(place))

    def _inspect(self, place: int) -> None:
        row = self.model.row(place)
        if row is None:
            self._shown_id = None
            self.inspector.clear()
            self.ending_control.choose(self.model.connection)
            return
        self._shown_id = row.id
        self.ending_control.choose(row.connection)
        way = "sent" if row.direction == 0 else "received"
        self.inspector.set_notes(row.notes)
        title = f"Row {row.id} · {opcode_label(row.opcode)} {way}"
        if self.view.messages:
            title = f"Message {row.message} · {opcode_label(row.opcode)} {way}"
        if row.opcode >= 0:
            inflated = sizes = None
            if row.inflated_length is not None:
                inflated = self.reader.inflated(row.id)
                sizes = Sizes(row.inflated_length, *self.reader.message_sizes(row.id))
            self.inspector.show_frame(self.reader.frame(row.id), row.violations, title, inflated, sizes)
        else:
            data = self.reader.payload(row.id)
            if row.opcode == MISSING:  # a sentence, and no byte that crossed the wire
                title = f"Row {row.id} · {visible(data.decode(errors='replace').partition('. ')[0])}"
                data = b""
            self.inspector.show_bytes(data, title, row.violations, header=row.opcode == NO_FRAME)
        self.find_control.row_shown(row.id)

    def _show_message(self) -> None:
        def load() -> None:
            if self._shown_id is None:
                return
            row = self.reader.row(self._shown_id)
            if row.opcode >= 8:
                self.inspector.show_no_message(
                    f"{opcode_name(row.opcode)} is a control frame: it belongs to no message."
                )
                return
            view = self.reader.message_of(row.id)
            title = "message" if view.number is None else f"message {view.number}"
            parts = [(part.offset, part.length) for part in view.parts]
            wire = view.wire_length if view.inflated and not view.truncated else None
            own = next(((part.offset, part.length) for part in view.parts if part.frame == row.id), (0, 0))
            context = self.contexts.of(view.connection, view.direction)
            self.inspector.show_message(
                view.opcode, view.payload, parts, view.finished, view.truncated, title, wire, context, own
            )
            self.find_control.message_shown(view, row.id)

        self._guard(load)

    def _choose_decoder(self, name: str) -> None:
        self.model.set_decoder(name)
        self.table.viewport().update()

    def _show_handshake(self) -> None:
        def load() -> None:
            connection = None
            if self._shown_id is not None:
                connection = self.reader.row(self._shown_id).connection
            elif known := self.reader.connections():
                connection = known[-1].id
            if connection is not None:
                self.inspector.show_handshake(*self.reader.handshake(connection))

        self._guard(load)

    def _notes_changed(self) -> None:
        self.view.notes_changed()
        row = self.model.row(self.table.currentIndex().row())
        if row is not None and row.id == self._shown_id:
            self._inspect(self.table.currentIndex().row())

    # --- the end

    def close_reader(self) -> None:
        """Let go of the capture file, and stop what is done with it."""
        self.inspector.message.decoded.work.cancel()
        self.view.close()
        self.find_control.close()
        self.answers.close()
        self.row_windows.close()
        if self.connections is not None:
            self.connections.close()
            self.connections = None
        self.ending_control.close()
        self.reader.close()
