"""The drawer: pages of fields under the bar of a session, what is wrong with them, and the request they make."""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wsgui.endpoint.settings import SettingsError
from wsgui.ui.drawer.behaviour_field import BehaviourField
from wsgui.ui.drawer.fields import FileField, OptionField, add_to_form
from wsgui.ui.explain.asking import explain
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import fixed_font
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.session.kinds import SessionKind
    from wsgui.ui.drawer.pages import DrawerPage

HEIGHT = 300
"""Pixels that it takes where there is room."""


LEAST = 40
"""Pixels of height with which the pages can still be used, in the least window."""


@guarded
class Drawer(QWidget):
    """Edits the settings of one session: ``get()`` gives them, ``use(settings)`` puts changed ones in force (and
    raises SettingsError). Emits ``changed()`` after each change of the person's, and ``browse_wanted(field)`` with a
    `FileField` that wants a path, and ``url_edited(url)`` when the person changes the query in its table.
    """

    changed = Signal()
    browse_wanted = Signal(object)
    edit_wanted = Signal(object)
    """A `RulesField` wants its rules edited."""
    url_edited = Signal(str)
    has_request = False
    """Whether there is a request to be shown beside the pages."""
    closed = Signal()
    """The person wants it shut (Escape)."""

    def __init__(
        self,
        kind: SessionKind,
        pages: Sequence[DrawerPage],
        get: Callable[[], EndpointSettings],
        use: Callable[[EndpointSettings], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._get = get
        self._use = use
        self.error: SettingsError | None = None
        """What is wrong with what the fields say; the session then keeps what it had."""
        self.fields: dict[str, OptionField] = {}
        self._page_of: dict[OptionField, int] = {}
        self.list = QListWidget()
        self.list.setAccessibleName("Pages of the options")
        self.list.setFixedWidth(126)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages = QStackedWidget()
        for page in pages:
            self.list.addItem(page.title)
            self.pages.addWidget(self._page(page))
        self.list.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.list.setCurrentRow(0)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setFont(fixed_font())
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setAccessibleName("The request that would be sent")
        self.preview.setTabChangesFocus(True)
        self.trouble = TintedLabel("error")
        self.trouble.setAccessibleName("What is wrong")
        self.note = TintedLabel("dim", kind.while_open)
        for part in (self.list, self.pages, self.preview):
            part.setMinimumHeight(LEAST)  # they scroll
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        escape = QShortcut(Qt.Key.Key_Escape, self, self.closed.emit)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.follow()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.list)
        if self.has_request:
            right = QWidget()
            column = QVBoxLayout(right)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            title = QLabel("Re&quest that would be sent")
            title.setBuddy(self.preview)
            column.addWidget(title)
            column.addWidget(self.preview)
            halves = QSplitter(Qt.Orientation.Horizontal)
            halves.addWidget(self.pages)
            halves.addWidget(right)
            halves.setChildrenCollapsible(False)
            halves.setStretchFactor(0, 3)
            halves.setStretchFactor(1, 2)
            halves.setSizes([600, 400])
            row.addWidget(halves, 1)
        else:
            self.preview.hide()
            row.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 6)
        column.setSpacing(3)
        column.addLayout(row, 1)
        column.addWidget(self.trouble)
        column.addWidget(self.note)
        self.trouble.hide()
        self.note.hide()

    def _page(self, page: DrawerPage) -> QScrollArea:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(8, 4, 8, 4)
        form.setVerticalSpacing(5)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for part in page.parts:
            add_to_form(form, part)
            if not isinstance(part, OptionField):
                continue
            explain(part, *(f"option:{self._kind.endpoint.role.value}.{name}" for name in part.names))
            for name in part.names:
                self.fields[name] = part
            self._page_of[part] = self.pages.count()
            part.changed.connect(self.take)
            if isinstance(part, FileField | BehaviourField):
                part.browse_wanted.connect(self.browse_wanted)
            if isinstance(part, BehaviourField):
                part.edit_wanted.connect(self.edit_wanted)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(f"Options: {page.title}")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.setMinimumWidth(260)
        return area

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 120)

    # --- what the fields say

    def draft(self) -> EndpointSettings:
        """The session's settings with what the fields say."""
        said: dict[str, Any] = {}
        for field in self._page_of:
            said.update(field.values())
        known = {one.name for one in dataclasses.fields(self._get())}
        return dataclasses.replace(self._get(), **{name: value for name, value in said.items() if name in known})

    def take(self) -> None:
        """Put what the fields say in force, if it can be used, and show what is wrong if it cannot."""
        draft = self.draft()
        wrong: SettingsError | None = None
        try:
            self._kind.endpoint.options(draft)
        except SettingsError as error:
            wrong = error
        if wrong is None:
            self._use(draft)
        self._show_error(wrong)
        self.changed.emit()

    def _show_error(self, error: SettingsError | None) -> None:
        self.error = error
        bad = None if error is None else self.fields.get(error.field)
        for field, page in self._page_of.items():
            field.set_wrong(str(error) if field is bad else "")
            item = self.list.item(page)
            if item is not None:
                item.setText(item.text().removesuffix(" ⚠"))
        if bad is not None:
            item = self.list.item(self._page_of[bad])
            if item is not None:
                item.setText(f"{item.text()} ⚠")
        self.trouble.setText("" if error is None else f"Not in force: {error}")
        self.trouble.setVisible(error is not None)

    def follow(self) -> None:
        """Show the session's settings: they may have been changed elsewhere. What is wrong and being typed stays."""
        if self.error is None:
            settings = self._get()
            for field in self._page_of:
                if all(hasattr(settings, name) for name in field.names):
                    field.show_settings(settings)

    def load(self, settings: EndpointSettings) -> None:
        """Other settings altogether, those of a saved endpoint. What is wrong with them is shown as if typed."""
        self.error = None
        for field in self._page_of:
            if all(hasattr(settings, name) for name in field.names):
                field.show_settings(settings)
        try:
            self._use(copy.deepcopy(settings))
            self._show_error(None)
        except SettingsError as error:
            self._show_error(error)
        self.changed.emit()

    def show_url(self, url: str) -> None:
        """What stands in the address bar, for a drawer that shows something of it."""

    def show_open(self, yes: bool) -> None:
        """Whether a connection is open, or the server runs: changes then hold for the next one."""
        self.note.setVisible(yes)

    def show_trouble(self) -> None:
        """Go to the field that is wrong."""
        bad = None if self.error is None else self.fields.get(self.error.field)
        if bad is not None:
            self.list.setCurrentRow(self._page_of[bad])
            area = self.pages.currentWidget()
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(bad)
            bad.setFocus()

    def show_page(self, title: str) -> None:
        """Go to a page by its title."""
        found = self.list.findItems(title, Qt.MatchFlag.MatchStartsWith)
        if found:
            self.list.setCurrentItem(found[0])

    def set_preview(self, text: str) -> None:
        """Show the request that would be sent; the place that is looked at stays."""
        if text != self.preview.toPlainText():
            at = self.preview.verticalScrollBar().value()
            self.preview.setPlainText(text)
            self.preview.verticalScrollBar().setValue(at)

    def fit(self, room: int) -> None:
        """Take no more than ``room`` pixels."""
        self.setMaximumHeight(max(self.minimumSizeHint().height(), min(HEIGHT, room)))
