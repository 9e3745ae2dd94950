"""«Copy As» in the menu of a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from wsgui.dissect.sizes import human_bytes
from wsgui.session.copying import KINDS, copy_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.reader import CaptureReader, Row
    from wsgui.ui.view.frames.table import FrameTable

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of the largest payload that is copied from here; the hex view asks, and export takes any."""


class CopyMenu(QObject):
    """Adds itself to the menu of a table's rows. ``say(sentence)`` hears what was copied; ``guard(action)`` runs what
    reads the capture; ``decoder()`` names the decoder that was chosen, ``joined()`` says whether rows are messages."""

    def __init__(
        self,
        table: FrameTable,
        reader: CaptureReader,
        guard: Callable[[Callable[[], object]], None],
        say: Callable[[str], None],
        decoder: Callable[[], str] = str,
        joined: Callable[[], bool] = bool,
    ) -> None:
        super().__init__(table)
        self._reader = reader
        self._guard = guard
        self._say = say
        self._decoder = decoder
        self._joined = joined
        self.keep_secrets = False
        table.menu_parts.append(self._add)

    def _add(self, menu: QMenu, row: Row) -> None:
        copy = QMenu("Copy &As", menu)
        copy.setToolTipsVisible(True)
        apart = False
        for kind in KINDS:
            if kind.handshake and not apart:
                copy.addSeparator()
            apart = kind.handshake
            action = copy.addAction(kind.label)
            action.triggered.connect(lambda _=False, name=kind.name: self._copy(row.id, name))
            if row.length > LARGEST and not kind.handshake:
                action.setEnabled(False)
                action.setToolTip(f"More than {human_bytes(LARGEST)}: export it instead")
        copy.addSeparator()
        keep = copy.addAction("Keep &Secrets")
        keep.setCheckable(True)
        keep.setChecked(self.keep_secrets)
        keep.setToolTip("Copy Authorization, Cookie and the like, and tokens in URLs, as they are")
        keep.toggled.connect(partial(setattr, self, "keep_secrets"))
        menu.addMenu(copy)

    def _copy(self, id_: int, kind: str) -> None:
        def copy() -> None:
            text, masked = copy_row(
                self._reader,
                id_,
                kind,
                keep_secrets=self.keep_secrets,
                decoder=self._decoder(),
                joined=self._joined(),
            )
            QGuiApplication.clipboard().setText(text)
            note = " Secrets in it are masked (***); Copy As > Keep Secrets copies them too." if masked else ""
            self._say(f"Copied.{note}")

        self._guard(copy)
