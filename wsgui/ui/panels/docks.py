"""The panels as docks of the window: shown and hidden, arranged, kept from one start to the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from wsgui.ui.panels.arrangement import ARRANGEMENTS, USUAL, arrangement_of
from wsgui.ui.panels.kept_state import VERSION, KeptState, unpacked
from wsgui.ui.panels.panel import Panel
from wsgui.ui.panels.table import (
    COMPOSER,
    FIND,
    FRAMES,
    INSPECTOR,
    LEARN,
    NOTES,
    PANELS,
    POLICIES,
    PROBLEMS,
    SESSIONS,
    SIDE,
)
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from PySide6.QtCore import QPoint

NARROW = 1000
"""Pixels of the window's width below which the sessions at the left give way to the tabs."""
SIDE_WIDTH = 200
"""Pixels of the sessions at first."""
LEARN_WIDTH = 300
"""Pixels of a lesson, which is read."""
WHOLE_COMPOSER = 325
"""Pixels of height with which the composer is seen whole: a raw frame with its verdict, the preview and Send."""
_BARS = 44
"""Pixels of menu and status bar, more or less."""
_EDGE = 24
"""Pixels of separators, and of what a window is made narrower by at once with the mouse."""
_STEPS = 8
"""Qt comes nearer to a size that is asked for with each step."""
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_AREA = Qt.DockWidgetArea.LeftDockWidgetArea  # one area has all of them: there they share the room evenly


@guarded
class PanelDocks(QObject):
    """``contents`` has the panels that do not follow the tab in front, by their names.

    What the person wants to see (`wants`) is one thing, what gives way for now another: the sessions in a narrow
    window, panels that the tab in front has no page for. Emits ``shown_changed(name, whether)``.
    """

    shown_changed = Signal(str, bool)

    def __init__(self, window: QMainWindow, contents: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self.arrangement = USUAL
        """The name of the one in force, one of `ARRANGEMENTS`."""
        self.docks = {row.name: Panel(row, contents.get(row.name)) for row in PANELS}
        self._wanted = set(ARRANGEMENTS[USUAL].shown)
        self._away = {row.name for row in PANELS if row.follows}
        self._on_top: dict[str, bool] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        self._found: dict[str, dict[str, tuple[int, int]]] = {}
        """By panel: what the others had when it was shown, which they get back when it goes."""
        self._kept: dict[str, bytes] = {}
        self._narrow = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._rescue)
        for name, dock in self.docks.items():
            dock.hide_wanted.connect(partial(self.hide, name))
            dock.menu_wanted.connect(partial(self._pop_up, name))
            dock.visibilityChanged.connect(partial(self._seen, name))
        option = QMainWindow.DockOption
        window.setDockOptions(option.AllowNestedDocks | option.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._build()
        window.installEventFilter(self)

    # --- what is seen

    def wants(self, name: str) -> bool:
        """Whether a panel is to be seen, also if it stands behind another one."""
        return name in self._wanted and name not in self._away

    def is_shown(self, name: str) -> bool:
        """Whether a panel is seen."""
        return not self.docks[name].isHidden() and self._on_top.get(name, False)

    def set_shown(self, name: str, yes: bool) -> None:
        """Show a panel or hide it."""
        if yes is not self.wants(name):
            (self.show if yes else self.hide)(name)

    def show(self, name: str) -> None:
        """Show a panel, in front of those in the same place."""
        self._wanted.add(name)
        self._away.discard(name)
        self._sync()
        self.docks[name].raise_()
        self._settle()

    def hide(self, name: str) -> None:
        """Hide a panel, until it is asked for."""
        self._wanted.discard(name)
        self._away.discard(name)
        self._sync()

    def toggle(self, name: str) -> None:
        """Hide a panel that is seen, and show one that is not."""
        (self.hide if self.is_shown(name) else self.show)(name)

    def _sync(self) -> None:
        before = {name for name, dock in self.docks.items() if not dock.isHidden()}
        now = self._wanted - self._away
        if before == now:
            return
        self._remember()
        for name in now - before:
            self._found[name] = {one: size for one, size in self._sizes.items() if one in before}
        beside = [name for name in (INSPECTOR, COMPOSER) if name in before & now]
        widths = [self.docks[name].width() for name in beside]
        for name, dock in self.docks.items():
            dock.setVisible(name in now)
        self._settle()
        if SIDE & (before ^ now):  # Qt gives what became free to one of them alone
            self._share(beside, widths)
        else:
            for name in before - now:
                self._put_back(self._found.pop(name, {}))
        self._resize(now - before)
        for name in sorted(before ^ now):
            self.shown_changed.emit(name, name in now)

    def _settle(self) -> None:
        """Let Qt lay the docks out now: it says only then which of those in one place is in front."""
        layout = self._window.layout()
        if layout is not None and self._window.isVisible():
            layout.activate()
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):  # Qt's own, of docks in one place
            bar.setAccessibleName("Panels in one place")
            several = bar.isVisible() and bar.count() > 1
            bar.setFocusPolicy(Qt.FocusPolicy.TabFocus if several else Qt.FocusPolicy.NoFocus)

    def _seen(self, name: str, yes: bool) -> None:
        """It was shown or hidden, or went behind another one."""
        if self._on_top.get(name) is not yes:
            self._on_top[name] = yes
            # Qt moves a dock that is behind another one out of sight, where Tab would still find what is in it.
            content = self.docks[name].widget()
            if content is not None:
                content.setVisible(yes)
            self.shown_changed.emit(name, yes)

    # --- pages of the tabs

    def put(self, pages: Mapping[str, QWidget]) -> None:
        """A tab was opened."""
        for row in PANELS:  # in the order of the work, which Tab follows
            if row.name in pages:
                self.docks[row.name].put(pages[row.name])

    def bring(self, pages: Mapping[str, QWidget] | None) -> None:
        """A tab came to the front, or none is left."""
        for row in PANELS:
            if row.follows:
                self.docks[row.name].bring(None if pages is None else pages.get(row.name))
                if pages is not None and row.name in pages:
                    self._away.discard(row.name)
                elif pages is None or self._had_page(row.name):
                    self._away.add(row.name)
        self._pages = pages
        self._sync()

    _pages: Mapping[str, QWidget] | None = None

    def _had_page(self, name: str) -> bool:
        """The tab before had one: else whoever asked for the panel keeps it."""
        return self._pages is None or name in self._pages

    def take(self, pages: Mapping[str, QWidget], heir: QWidget) -> None:
        """A tab is closed: its pages are its own again."""
        for name, page in pages.items():
            self.docks[name].take(page, heir)

    # --- keys

    def at_work(self) -> str | None:
        """The name of the panel that has the focus."""
        focus = QApplication.focusWidget()
        return next((name for name, dock in self.docks.items() if focus and dock.isAncestorOf(focus)), None)

    def go_to(self, name: str) -> None:
        """Show a panel and put the cursor into it."""
        self.show(name)
        dock = self.docks[name]
        page = dock.pages.currentWidget() if dock.row.follows else dock.widget()
        if page is None or page.isAncestorOf(QApplication.focusWidget() or dock):
            return
        # Not Qt's nextInFocusChain: PySide takes what it returns for a child of the widget that was asked, and drops it
        # with that one; when a tab was closed, actions of the window's menus were gone in Python.
        for inside in (page, *page.findChildren(QWidget)):
            if inside.isVisible() and inside.isEnabled() and inside.focusPolicy() & Qt.FocusPolicy.TabFocus:
                inside.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
        dock.title_strip.setFocus(Qt.FocusReason.ShortcutFocusReason)  # there is nothing in it that could take it

    def turn(self, step: int) -> None:
        """Go to the next panel that is seen, or to one before."""
        seen = [name for name in self.docks if self.is_shown(name)]
        here = self.at_work()
        if seen:
            at = seen.index(here) if here in seen else -1 if step > 0 else 0
            self.go_to(seen[(at + step) % len(seen)])

    # --- where a panel stands

    def menu_of(self, name: str) -> QMenu:
        """Where a panel can be put, for mouse and keys; the menu deletes itself when it closes."""
        dock = self.docks[name]
        menu = QMenu(dock)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        others = [one for one in self.docks if one != name and self.wants(one) and not self.docks[one].isFloating()]
        for label, way in (
            ("&Left of", self._put_left),
            ("&Right of", self._put_right),
            ("&Above", self._put_above),
            ("&Below", self._put_below),
            ("In &One Place with", self._put_behind),
        ):
            which = menu.addMenu(label)
            for other in others:
                which.addAction(self.docks[other].row.title, partial(way, dock, self.docks[other]))
            which.setEnabled(bool(others))
        menu.addSeparator()
        menu.addAction("Put It &Back" if dock.isFloating() else "&Float", partial(self.float, name))
        menu.addAction("&Hide", partial(self.hide, name))
        return menu

    def _pop_up(self, name: str, place: QPoint) -> None:
        self.menu_of(name).popup(place)

    def ask_place(self) -> None:
        """Ask where to put the panel that has the focus."""
        name = self.at_work() or FRAMES
        dock = self.docks[name]
        self._pop_up(name, dock.mapToGlobal(dock.rect().topLeft()))

    def float(self, name: str) -> None:
        """Give a panel a window of its own, or put it back."""
        dock = self.docks[name]
        dock.setFloating(not dock.isFloating())
        dock.activateWindow()

    def _put_right(self, dock: Panel, other: Panel) -> None:
        self._split(other, dock, _ACROSS)

    def _put_below(self, dock: Panel, other: Panel) -> None:
        self._split(other, dock, _DOWN)

    def _put_left(self, dock: Panel, other: Panel) -> None:
        self._split(other, dock, _ACROSS)
        self._split(dock, other, _ACROSS)  # Qt puts the second one behind the first

    def _put_above(self, dock: Panel, other: Panel) -> None:
        self._split(other, dock, _DOWN)
        self._split(dock, other, _DOWN)

    def _put_behind(self, dock: Panel, other: Panel) -> None:
        dock.setFloating(False)
        self._window.tabifyDockWidget(other, dock)
        dock.show()
        dock.raise_()

    def _split(self, first: Panel, second: Panel, way: Qt.Orientation) -> None:
        second.setFloating(False)
        self._window.splitDockWidget(first, second, way)
        second.show()

    # --- arrangements

    def arrange(self, name: str) -> None:
        """Change to an arrangement, as the person left it; to the one in force: as it was made."""
        name = arrangement_of(name)
        if name == self.arrangement:
            self.reset()
            return
        self._kept[self.arrangement] = self._state()
        self.arrangement = name
        if not self._use(self._kept.get(name, b"")):
            self._build()

    def reset(self) -> None:
        """Put the arrangement in force back to how it was made."""
        self._kept.pop(self.arrangement, None)
        self._build()

    def _build(self) -> None:
        docks, window = self.docks, self._window
        self._sizes.clear()
        for dock in docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(_AREA, docks[SESSIONS])
        window.splitDockWidget(docks[SESSIONS], docks[FRAMES], _ACROSS)
        window.tabifyDockWidget(docks[SESSIONS], docks[LEARN])
        window.splitDockWidget(docks[FRAMES], docks[INSPECTOR], _DOWN)
        window.splitDockWidget(docks[FRAMES], docks[FIND], _DOWN)
        window.splitDockWidget(docks[INSPECTOR], docks[COMPOSER], _ACROSS)
        window.tabifyDockWidget(docks[COMPOSER], docks[POLICIES])
        window.tabifyDockWidget(docks[INSPECTOR], docks[NOTES])
        window.tabifyDockWidget(docks[INSPECTOR], docks[PROBLEMS])
        self._wanted = set(ARRANGEMENTS[self.arrangement].shown)
        if self._narrow:
            self._away |= SIDE
        for dock in docks.values():
            dock.hide()
        self._sync()

    def _usual_size(self, name: str) -> tuple[int, int]:
        """Pixels of a panel as the arrangement shares the room."""
        shares = ARRANGEMENTS[self.arrangement]
        side = LEARN_WIDTH if self.wants(LEARN) else SIDE_WIDTH if self.wants(SESSIONS) else 0
        wide = self._window.width() - side
        high = self._window.height() - _BARS
        lower = max(high * shares.lower // 100, WHOLE_COMPOSER if self.wants(COMPOSER) else 0)
        composer = wide * shares.composer // 100
        if name in (SESSIONS, LEARN):
            return side, high
        if name == FRAMES:
            return wide, high - lower
        if name in (COMPOSER, POLICIES):
            return composer, lower
        return wide - (composer if self.wants(COMPOSER) else 0), lower

    def _resize(self, names: Set[str]) -> None:
        """Give panels that came back the room that they had, or that the arrangement gives them."""
        docks = [self.docks[name] for name in sorted(names) if not self.docks[name].row.flat]
        docks = [dock for dock in docks if not dock.isFloating()]
        if not docks or not self._window.isVisible():
            return
        self._settle()
        sizes = [self._sizes.get(dock.row.name) or self._usual_size(dock.row.name) for dock in docks]
        self._window.resizeDocks(docks, [width for width, _ in sizes], _ACROSS)
        heights = [height for _, height in sizes]
        frames = self.docks[FRAMES]
        alone = INSPECTOR in names and (COMPOSER in names or not self.wants(COMPOSER))
        if alone and frames not in docks and not frames.isFloating():
            # They share what the frames had alone. Qt is exact when it is told both sides.
            had = self._sizes.get(FRAMES, (0, frames.height()))[1]
            docks.append(frames)
            heights.append(max(1, had - max(heights)))
        self._window.resizeDocks(docks, heights, _DOWN)

    def _put_back(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        """Give panels the sizes that they had before another one was shown: Qt gives what it leaves to any of them."""
        seen = [
            name
            for name in sizes
            if self._window.isVisible() and self.is_shown(name) and not self.docks[name].isFloating()
        ]
        for way, side in ((_ACROSS, 0), (_DOWN, 1)):
            if seen:
                self._window.resizeDocks([self.docks[name] for name in seen], [sizes[name][side] for name in seen], way)

    def _share(self, names: Sequence[str], widths: Sequence[int]) -> None:
        """Divide the width of panels as it was divided."""
        docks = [self.docks[name] for name in names]
        if len(docks) > 1 and self._window.isVisible() and not any(dock.isFloating() for dock in docks):
            now = sum(dock.width() for dock in docks)
            self._window.resizeDocks(docks, [max(1, width * now // sum(widths)) for width in widths], _ACROSS)

    def widen(self, name: str, width: int) -> None:
        """Give a panel at least so many pixels of width."""
        dock = self.docks[name]
        if dock.width() < width and not dock.isFloating():
            self._window.resizeDocks([dock], [width], _ACROSS)

    def _remember(self) -> None:
        if self._window.isVisible():
            for name, dock in self.docks.items():
                if self.is_shown(name) and not dock.isFloating():
                    self._sizes[name] = (dock.width(), dock.height())

    # --- a narrow window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window is shown, or has another size."""
        if watched is self._window:
            if isinstance(event, QResizeEvent):
                self._fit()
                # Qt has laid the docks out already, and shared what was taken or given.
                was, now = event.oldSize().height() - _BARS, max(1, event.size().height() - _BARS)
                if self.docks[COMPOSER].height() * was // now >= WHOLE_COMPOSER - 4:
                    self._later.start(0)
            elif event.type() == QEvent.Type.Show and not event.spontaneous():
                self._resize({name for name in self.docks if self.wants(name) and name not in self._sizes})
        return super().eventFilter(watched, event)

    def _rescue(self) -> None:
        """In a lower window the frames give way before the composer does."""
        dock, frames = self.docks[COMPOSER], self.docks[FRAMES]
        all_three = [frames, self.docks[INSPECTOR], dock]
        if not self.is_shown(COMPOSER) or dock.isFloating():
            return
        for _ in range(_STEPS):
            before = lacks = WHOLE_COMPOSER - dock.height()
            if lacks <= 0:
                return
            self._window.resizeDocks(all_three, [max(1, frames.height() - lacks), *[WHOLE_COMPOSER] * 2], _DOWN)
            self._settle()
            if WHOLE_COMPOSER - dock.height() >= before:  # there is no more to be had
                return

    def _least_beside_side(self) -> int:
        """Pixels of width that the panels need with the sessions at their left."""
        least = {name: max(dock.minimumWidth(), dock.minimumSizeHint().width()) for name, dock in self.docks.items()}
        lower = sum(least[name] for name in (INSPECTOR, COMPOSER) if name in self._wanted)
        return least[SESSIONS] + max(least[FRAMES], lower)

    def _fit(self) -> None:
        narrow = self._window.width() < max(NARROW, self._least_beside_side() + _EDGE)
        if narrow is not self._narrow:
            self._narrow = narrow
            self._away = self._away | (SIDE & self._wanted) if narrow else self._away - SIDE
            self._sync()

    # --- what is kept between starts

    def _state(self) -> bytes:
        self._remember()
        return KeptState(
            frozenset(self._wanted), dict(self._sizes), bytes(self._window.saveState(VERSION).data())
        ).packed()

    def _use(self, data: bytes) -> bool:
        """Stand as was kept; False for what is damaged or foreign."""
        kept = unpacked(data)
        if kept is None or not kept.shown <= set(self.docks):
            return False
        if not self._window.restoreState(QByteArray(kept.docks), VERSION):
            return False
        self._wanted, self._sizes = set(kept.shown), dict(kept.sizes)
        self._sync()
        return True

    def states(self) -> dict[str, bytes]:
        """What is to be kept of each arrangement that was used."""
        return self._kept | {self.arrangement: self._state()}

    def restore(self, arrangement: str, states: Mapping[str, bytes]) -> None:
        """Stand as at the last end; what is damaged or foreign is as it was made."""
        self.arrangement = arrangement_of(arrangement)
        self._kept = {name: data for name, data in states.items() if name in ARRANGEMENTS and unpacked(data)}
        if not self._use(self._kept.get(self.arrangement, b"")):
            self._build()
