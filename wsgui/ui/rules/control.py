"""Opens the editor of a file of rules for a server's tab, reads and writes the file, and shows what was seen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from wsgui.behaviours.lines import FileProblem, read_text
from wsgui.behaviours.mock.rules_file import SIZE_LIMIT, read_spec, write_spec
from wsgui.behaviours.mock.verdict import RulesReport
from wsgui.ui.rules.window import RulesWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from wsgui.behaviours.mock.spec import Spec
    from wsgui.ui.widgets.questions import Questions

LOOK_MS: Final = 500


class RulesControl(QObject):
    """The editor of the file at ``path``. ``reports`` are those of the tab's server (`ServerSession.reports`)."""

    def __init__(
        self,
        path: Path,
        environment: frozenset[str],
        reports: Callable[[], list[tuple[str, str, object]]],
        ask: Questions,
        parent: QWidget,
    ) -> None:
        super().__init__()
        self.path = path
        self._reports = reports
        self._ask = ask
        self._text = ""
        self._readable = True
        self.window = RulesWindow(path.name, environment, parent)
        self.window.file.setText(str(path))
        self.window.save_requested.connect(self.save)
        self.window.may_close = self._may_close
        self._timer = QTimer(self.window)  # which it does not outlive
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._read()

    def show(self) -> None:
        """Bring the window to the front."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._timer.start()
        self.look()

    def close(self) -> None:
        """Close it for good; what was not saved is asked about by nobody any more."""
        self._timer.stop()
        self.window.may_close = lambda: True
        self.window.close()
        self.window.deleteLater()

    # --- the file

    def _read(self) -> None:
        try:
            text = read_text(str(self.path), SIZE_LIMIT) if self.path.exists() else ""
            spec = read_spec(text)
        except FileProblem as error:
            if self._readable:
                self._readable = False
                self.window.say(f"{error.of(str(self.path))} Mend it in a text editor: it is shown here again then.")
            return
        self._readable = True
        self._text = text
        self.window.load(spec)

    def save(self) -> None:
        """Write the file; one that was changed elsewhere meanwhile is asked about."""
        now = self._on_disk()
        if now is not None and now != self._text:
            self._ask.confirm(
                self.window,
                "Save Rules",
                f"{self.path.name} was changed by another program since it was read here. Write over it?",
                "Write Over It",
                lambda yes: self._write() if yes else None,
            )
        else:
            self._write()

    def _write(self) -> None:
        spec: Spec = self.window.spec
        text = write_spec(spec, self._text)
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(self.path)
        except OSError as error:
            self.window.say(f"{self.path} cannot be written: {error.strerror or error}.")
            return
        self._text = text
        self.window.set_dirty(False)

    def _on_disk(self) -> str | None:
        try:
            return read_text(str(self.path), SIZE_LIMIT) if self.path.exists() else None
        except FileProblem:
            return ""

    def _may_close(self) -> bool:
        if self.window.dirty:
            self._ask.choose(
                self.window,
                "Rules Not Saved",
                f"The changes to {self.path.name} are not saved.",
                ("Save", "Throw Away"),
                self._closed_with,
            )
        return not self.window.dirty

    def _closed_with(self, choice: int) -> None:
        if choice == 0:
            self.save()
        else:
            self.window.set_dirty(False)
            self._read()
        if not self.window.dirty:
            self.window.close()

    # --- what is seen

    def look(self) -> None:
        """Show what was seen meanwhile, and a file that was saved by another program."""
        if not self.window.isVisible():
            self._timer.stop()
            return
        place = os.path.abspath(self.path)  # noqa: PTH100 - as the server names it
        found = [
            one
            for _, _, one in self._reports()
            if isinstance(one, RulesReport) and os.path.abspath(one.file) == place  # noqa: PTH100
        ]
        self.window.show_report(found[0] if found else None)
        if not self.window.dirty and self._on_disk() not in (None, self._text):
            self._read()
