"""What the window does with files: open, save, go on with a capture, recent files, import and drops.

All reading and writing is done in worker threads (`JobStrip`); what is asked goes through `Ask`.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu

from wsgui.capture.errors import CaptureError, reason_of
from wsgui.capture.formats import SUFFIX, import_suffixes, may_be_imported
from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.session.folders import capture_name, new_capture_path
from wsgui.session.kinds import CLIENT, KINDS
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.window.crash_offer import CrashOffer
from wsgui.ui.window.jobs import JobStrip

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable

    from wsgui.capture.exchange import ImportReport
    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.stored import Summary
    from wsgui.session.unsaved import Unsaved
    from wsgui.ui.tabs.capture.capture_tab import CaptureTab
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.jobs import Job
    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell

CAPTURES: Final = f"Captures (*{SUFFIX})"
_PATTERNS: Final = " ".join(f"*{suffix} *{suffix}.gz" for suffix in import_suffixes())
IMPORTS: Final = f"Files to import ({_PATTERNS} *.zip)"
MOST_NAMED: Final = 6
"""Kinds of secrets that a question names."""
ALL_FILES: Final = "All files (*)"


@guarded
class FileWork(QObject):
    """Belongs to one window, and adds tabs to it."""

    def __init__(
        self, window: Shell, captures: Callable[[], Path], settings: Settings, ask: Questions, tasks: TaskOwner
    ) -> None:
        super().__init__(window)
        self.window = window
        self.ask = ask
        self._captures = captures
        self._settings = settings
        self.jobs = JobStrip(tasks, lambda title, text: ask.tell(window, title.rstrip("…"), text))
        self.offer = CrashOffer()
        self.offer.dismissed.connect(self._dismiss)
        self._crashed: list[Unsaved] = []
        self._without_secrets: dict[Path, bool] = {}
        """What a person chose for a file that captures with secrets were saved to."""
        self.recent = QMenu("Open Recent", window)
        self.recent.setToolTipsVisible(True)
        self.recent.aboutToShow.connect(self.fill_recent)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    # --- open

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {
            "open": self.open_dialog,
            "recent": self.fill_recent,
            "save": self.save,
            "save-as": self.save_as,
            "import": self.import_dialog,
            "captures": self.show_folder,
        }

    def open_dialog(self) -> None:
        """Ask for a file, and open or import it."""
        filters = [f"Captures and files to import (*{SUFFIX} {_PATTERNS} *.zip)"]
        self.ask.open_file(self.window, "Open", [*filters, CAPTURES, IMPORTS, ALL_FILES], self.open_path)

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Open captures, import everything else."""
        for path in paths:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a capture read-only in a tab of its own; a file of another kind is imported into a new capture."""
        from wsgui.session.stored import summarise

        if may_be_imported(path):
            self.import_path(path)
            return
        known = self.tab_of(path)
        if known is not None:
            self.window.bring_to_front(known)
            return
        scratch = tempfile.TemporaryDirectory(prefix="wsgui-", ignore_cleanup_errors=True)

        def work(job: Job) -> Summary:
            try:
                return summarise(path, Path(scratch.name), job.cancelled)
            except BaseException:
                scratch.cleanup()
                raise

        self.jobs.start(f"Opening {path.name}…", work, lambda summary: self._show(summary, scratch))

    def _show(self, summary: Summary, scratch: tempfile.TemporaryDirectory[str]) -> None:
        from wsgui.session.stored import StoredCapture
        from wsgui.ui.tabs.capture.capture_tab import CaptureTab

        if self.window.is_shut:
            scratch.cleanup()
            return
        self.remember(summary.path)
        try:
            tab = CaptureTab(StoredCapture(summary, scratch))
        except CaptureError as error:
            scratch.cleanup()
            self.ask.tell(self.window, "Open", str(error))
            return
        tab.continue_requested.connect(self.go_on)
        tab.save_requested.connect(self._save_as)
        tab.problems_requested.connect(self._show_problems)
        self.window.add_tab(tab)

    def tab_of(self, path: Path) -> SessionTab | None:
        """The tab that shows this file, if there is one."""
        for tab in self.window.all_tabs():
            shown = tab.session.path
            with suppress(OSError, ValueError):
                if shown == path or shown.samefile(path):
                    return tab
        return None

    # --- save

    def save(self) -> None:
        """Bring the named copy of the session in front up to date; ask for a name if it has none."""
        tab = self.window.front
        saved = None if tab is None else tab.session.saved_path
        if tab is not None and saved is not None:
            self._copy(tab, saved)
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask for a name and save a copy of what the tab in front has recorded, or has opened."""
        if self.window.front is not None:
            self._save_as(self.window.front)

    def _save_as(self, tab: SessionTab) -> None:
        name = tab.session.given_name or tab.session.name
        suggested = self.folder / capture_name(tab.session.recorder.path, name)
        self.ask.save_file(self.window, "Save Capture As", suggested, [CAPTURES], partial(self._copy, tab))

    def _copy(self, tab: SessionTab, target: Path) -> None:
        from wsgui.capture.secrets_out import secrets_of
        from wsgui.redaction import MASK

        if not target.suffix:
            target = target.with_name(target.name + SUFFIX)
        other = self.tab_of(target)
        if other is not None and other is not tab:
            self.ask.tell(
                self.window, "Save", f"{target.name} is open in this window: close it, or choose another name."
            )
            return
        session = tab.session
        known = self._without_secrets.get(target)
        if known is not None:
            self._write(tab, target, without_secrets=known)
            return

        def look(job: Job) -> Counter[str]:
            session.flush()
            return secrets_of(session.recorder.path)

        def ask(found: Counter[str]) -> None:
            if not found:
                self._write(tab, target, without_secrets=False)
                return

            def chosen(place: int) -> None:
                self._without_secrets[target] = place == 0
                self._write(tab, target, without_secrets=place == 0)

            what = ", ".join(visible(name) for name in sorted(found)[:MOST_NAMED])
            more = f" and {len(found) - MOST_NAMED} more kinds" if len(found) > MOST_NAMED else ""
            self.ask.choose(
                self.window,
                "Save",
                f"The handshakes of this capture hold secrets: {what}{more}. Whoever gets the file can read them, "
                f"unless {MASK} takes their place.",
                ("Save Without Secrets", "Save As It Is"),
                chosen,
            )

        self.jobs.start(f"Looking for secrets in {session.recorder.path.name}…", look, ask)

    def _write(self, tab: SessionTab, target: Path, *, without_secrets: bool) -> None:
        from wsgui.capture.copy import copy_capture

        session = tab.session

        def work(job: Job) -> int:
            session.flush()
            return copy_capture(
                session.recorder.path,
                target,
                overwrite=True,
                without_secrets=without_secrets,
                progress=job.progress,
                cancelled=job.cancelled,
            )

        def done(rows: int) -> None:
            session.was_saved(target, rows)
            session.say(f"Saved {grouped(rows)} rows to {target.name}{', without secrets' * without_secrets}.")
            self.saved(target)
            self.remember(target)

        self.jobs.start(f"Saving {target.name}…", work, done)

    # --- go on with a capture

    def go_on(self, tab: CaptureTab) -> None:
        """Copy an opened capture, and open a session that records behind what is there."""
        self.with_folder(partial(self._go_on, tab.session.summary))

    def _go_on(self, summary: Summary, folder: Path) -> None:
        from wsgui.capture.copy import copy_capture

        target = new_capture_path(folder, summary.path.stem)

        def work(job: Job) -> int:
            progress, cancelled = job.progress, job.cancelled
            return copy_capture(summary.readable, target, to_go_on=True, progress=progress, cancelled=cancelled)

        self.jobs.start(f"Copying {summary.path.name}…", work, lambda _: self._continued(summary, target))

    def _continued(self, summary: Summary, target: Path) -> None:
        if self.window.is_shut:
            target.unlink(missing_ok=True)
            return
        try:
            session = KINDS.get(summary.role, CLIENT).make(summary.path.stem, target.parent, capture=target)
            session.recorder.tally.violations = summary.violations
            self.window.show_session(session).show_place(summary.url)
            session.say(f"What is recorded from now on follows the {grouped(summary.frames)} rows that were there.")
        except CaptureError as error:
            target.unlink(missing_ok=True)
            self.ask.tell(self.window, "Go on recording", str(error))

    # --- import

    def import_dialog(self) -> None:
        """Ask for a file and import it."""
        self.ask.open_file(self.window, "Import", [IMPORTS, ALL_FILES], self.import_path)

    def import_path(self, path: Path) -> None:
        """Import a file into a new capture in the folder of captures, and open that."""
        self.with_folder(partial(self._import, path))

    def _import(self, path: Path, folder: Path) -> None:
        from wsgui.capture.exchange import import_file

        target = new_capture_path(folder, path.stem)

        def work(job: Job) -> ImportReport:
            return import_file(path, target, progress=job.progress, cancelled=job.cancelled)

        def done(report: ImportReport) -> None:
            if not report.cancelled:
                self.open_path(report.target)
                self._tell_import(path.name, report)

        self.jobs.start(f"Importing {path.name}…", work, done)

    def _tell_import(self, name: str, report: ImportReport) -> None:
        if report.complete:
            return
        count = report.problem_count
        text = (
            f"{grouped(report.frames)} rows of {grouped(report.connections)} connections were imported from {name}. "
            f"{grouped(count)} thing{'s' * (count != 1)} in it could not be read."
        )
        lines = [visible(str(line)) for line in (*report.told, *report.remarks)]
        self.ask.tell_at_length(self.window, "Import", text, "\n".join(lines))

    def _show_problems(self, tab: CaptureTab) -> None:
        """What the import that made the capture could not read."""
        problems = tab.session.summary.problems
        source = visible(tab.session.summary.source[:80]) or "the file that it was imported from"
        text = f"Of {source} this could not be read, was not looked into, or is a guess:"
        self.ask.tell_at_length(self.window, "Problems of the Import", text, "\n".join(map(visible, problems)))

    @property
    def folder(self) -> Path:
        """Where a file is saved unless the person says otherwise: where the last one was."""
        return Path(self._settings.text("files/folder") or Path.home())

    def saved(self, path: Path) -> None:
        """A file was saved or exported there."""
        self._settings.keep("files/folder", str(path.parent))

    def with_folder(self, action: Callable[[Path], object]) -> None:
        """Do something with the folder of captures, or say why it cannot be used."""
        try:
            folder = self._captures()
        except OSError as error:
            text = f"The folder for captures cannot be used: {reason_of(error)}."
            self.ask.tell(self.window, "Captures", text)
            return
        action(folder)

    def show_folder(self) -> None:
        """Show the folder of captures in the system's file manager."""
        self.with_folder(lambda folder: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))

    # --- what a crash left

    def offer_crashed(self) -> None:
        """Look for captures of a run that did not end in order, and offer them."""

        def offer(found: list[Unsaved]) -> None:
            self._crashed = [one for one in found if one.crashed]
            if self._crashed and not self.window.is_shut:
                self.offer.show_offer(self._crashed)

        def look(folder: Path) -> list[Unsaved]:
            from wsgui.session.unsaved import find_unsaved

            return find_unsaved(folder)

        def start(folder: Path) -> None:
            self.jobs.start("Looking for unsaved captures…", lambda _: look(folder), offer)

        self.with_folder(start)

    def _dismiss(self) -> None:
        from wsgui.session.unsaved import forget_crash

        self.offer.hide()
        for one in self._crashed:
            with suppress(OSError):
                forget_crash(one.path)

    # --- recent files

    def remember(self, path: Path) -> None:
        """Put a file at the head of the recent ones, unless it is one of the unsaved."""
        with suppress(OSError):
            if path.parent != self._captures():
                self._settings.remember_file(str(path))

    def fill_recent(self) -> None:
        """Make the menu of recent files: those that are gone cannot be chosen."""
        self.recent.clear()
        for number, text in enumerate(self._settings.recent_files(), 1):
            path = Path(text)
            there = path.is_file()
            action = self.recent.addAction(f"&{number} {path.name.replace('&', '&&')}{'' if there else ' (is gone)'}")
            action.setToolTip(text if there else f"{text} does not exist any more")
            action.setEnabled(there)
            action.triggered.connect(lambda _=False, one=path: self.open_path(one))
        if self.recent.isEmpty():
            self.recent.addAction("No recent files").setEnabled(False)
        self.recent.addSeparator()
        clear = self.recent.addAction("&Clear Recent", self._settings.clear_recent_files)
        clear.setToolTip("Forget these files; they stay where they are")
        clear.setEnabled(bool(self._settings.recent_files()))

    # --- drops

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that are dragged onto the window are opened or imported."""
        if isinstance(event, QDropEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
            paths = [path for path in paths if path.suffix.lower() == SUFFIX or may_be_imported(path)]
            if paths:
                event.acceptProposedAction()
                if not isinstance(event, QDragEnterEvent):
                    self.open_paths(paths)
                return True
        return super().eventFilter(watched, event)
