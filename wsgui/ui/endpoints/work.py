"""What the window does with saved endpoints: save, open, rename, move, duplicate, delete, export, import.

Secrets are asked of the system's key store in a worker thread: it may want a password of the person's first.
"""

from __future__ import annotations

import asyncio
import copy
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.saved import EndpointFileError
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.session.kinds import KINDS
from wsgui.ui.endpoints.panel import EndpointPanel

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.endpoint.key_store import KeyStore
    from wsgui.endpoint.saved import SavedEndpoint
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.tasks import TaskOwner
    from wsgui.ui.drawer.fields import FileField
    from wsgui.ui.endpoints.files import EndpointFiles
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.shell import Shell


class EndpointWork(QObject):
    """Belongs to one window. ``folder`` is where the file of endpoints is kept."""

    def __init__(self, window: Shell, folder: Path, ask: Questions, tasks: TaskOwner) -> None:
        super().__init__(window)
        self.window = window
        self.store = EndpointStore(folder / FILE_NAME)
        self._ask = ask
        self._tasks = tasks
        self._told_of_keys = False
        self.panel = EndpointPanel()
        self.tree = self.panel.tree
        self.tree.open_wanted.connect(self.open)
        self.tree.delete_wanted.connect(self.delete_current)
        self.tree.renamed.connect(self._rename)
        self.tree.folder_renamed.connect(lambda old, new: self._change(lambda: self.store.rename_folder(old, new)))
        self.tree.moved.connect(self._move)
        self.tree.menu_wanted.connect(self._menu)
        self.panel.search.textChanged.connect(lambda _: self.show_tree())
        self.show_tree()

    @cached_property
    def keys(self) -> KeyStore:
        """Where secrets are kept."""
        from wsgui.endpoint.key_store import KeyStore

        return KeyStore()

    @cached_property
    def files(self) -> EndpointFiles:
        """Export, import and paste."""
        from wsgui.ui.endpoints.files import EndpointFiles

        return EndpointFiles(self.window, self.store, self._ask, self._tasks, self._came, self._pasted)

    def complain(self) -> None:
        """Say once what could not be read."""
        if self.store.complaints:
            self._ask.tell(self.window, "Saved endpoints", "\n".join(self.store.complaints))

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {
            "save-endpoint": self.save_front,
            "save-endpoint-as": lambda: self.save_front(anew=True),
            "endpoints": self._focus,
            "import-endpoints": lambda: self.files.ask_import(),
            "paste-endpoint": lambda: self.files.paste(),
            "export-endpoints": lambda: self.files.ask_export(),
        }

    def equip(self, tab: object) -> None:
        """Give a new tab what it needs of the window."""
        from wsgui.ui.tabs.live_tab import LiveTab

        if isinstance(tab, LiveTab):
            tab.star.clicked.connect(lambda: self.save(tab))
            tab.options.browse_wanted.connect(self._browse)

    def _browse(self, field: FileField) -> None:
        choose = lambda path: field.choose(str(path))  # noqa: E731
        title = field.label.replace("&", "")
        if field.folder:
            self._ask.folder(self.window, title, Path(field.value() or "."), choose)
        elif field.new:
            suggested = Path(field.value() or "keys.log")
            self._ask.save_file(self.window, title, suggested, ("All files (*)",), choose)
        else:
            self._ask.open_file(self.window, title, (field.kind, "All files (*)"), choose)

    def _focus(self) -> None:
        self.window.actions_["panel-sessions"].setChecked(True)
        self.tree.setFocus()
        first = self.tree.topLevelItem(0)
        if self.tree.currentItem() is None and first is not None:
            self.tree.setCurrentItem(first)

    # --- showing

    def show_tree(self) -> None:
        """Show what is kept, as far as it fits the search."""
        text = self.panel.search.text().strip()
        found = self.store.search(text) if text else self.store.endpoints
        self.tree.show_endpoints(found, () if text else self.store.folders, all_open=bool(text))
        self.panel.show_empty(not self.store.endpoints and not self.store.folders)

    def look(self) -> None:
        """Show in stars and tree what differs from what is kept. Called at each tick of the window."""
        modified = set()
        for tab in self.window.all_tabs():
            from wsgui.ui.tabs.client.address_bar import show_star
            from wsgui.ui.tabs.live_tab import LiveTab

            if isinstance(tab, LiveTab):
                name, differs = "", False
                if tab.saved is not None:
                    name = next((one.name for one in self.store.endpoints if one.id == tab.saved[0]), "")
                    differs = bool(name) and tab.saved[1] != tab.endpoint()
                    if differs:
                        modified.add(tab.saved[0])
                show_star(tab.star, name, differs)
        self.tree.set_modified(modified)

    # --- save

    def save_front(self, *, anew: bool = False) -> None:
        """Save or update the endpoint of the tab in front."""
        from wsgui.ui.tabs.live_tab import LiveTab

        if isinstance(self.window.front, LiveTab):
            self.save(self.window.front, anew=anew)

    def save(self, tab: LiveTab, *, anew: bool = False) -> None:
        """Keep the changes of a tab's endpoint, or ask for the name of a new one."""
        if tab.options.trouble:
            tab.banner.show_sentence(tab.options.trouble)
            tab.options.show_trouble()
            return
        known = None if anew or tab.saved is None else self._known(tab.saved[0])
        if known is not None:
            self._keep(tab, known.id, lambda settings: self.store.update(known.id, settings))
            return
        self._ask.line(
            self.window,
            "Save endpoint",
            "Name, with its folder in front if it has one, as in Staging/orders:",
            KINDS[tab.session.kind].endpoint.suggested(tab.endpoint()),
            partial(self._save_as, tab),
        )

    def _known(self, id_: str) -> SavedEndpoint | None:
        return next((one for one in self.store.endpoints if one.id == id_), None)

    def _save_as(self, tab: LiveTab, text: str) -> str:
        from wsgui.endpoint.secrets import secrets_apart

        folder, _, name = text.strip().strip("/").rpartition("/")
        if not name.strip():
            return "Type a name."
        settings = secrets_apart(tab.endpoint())
        try:
            made = self.store.add(name, settings, "/".join(part.strip() for part in folder.split("/")).strip("/"))
        except EndpointFileError as error:
            self.store.load()
            return str(error)
        self._kept(tab, made.id, settings)
        return ""

    def _keep(self, tab: LiveTab, id_: str, write: Callable[[EndpointSettings], None]) -> None:
        from wsgui.endpoint.secrets import secrets_apart

        settings = secrets_apart(tab.endpoint())
        if self._change(lambda: write(settings)):
            self._kept(tab, id_, settings)

    def _kept(self, tab: LiveTab, id_: str, settings: EndpointSettings) -> None:
        from wsgui.endpoint.secrets import has_secrets

        had = tab.saved is not None and tab.saved[0] == id_ and has_secrets(tab.saved[1])
        if settings != tab.endpoint():  # passwords that stood in URLs have gone to their own fields
            tab.use_endpoint(settings)
        tab.saved = (id_, copy.deepcopy(settings))
        self.show_tree()
        self.tree.select_id(id_)
        self.look()
        if had or has_secrets(settings):
            self._tasks.start(self._with_keys(lambda: self.keys.keep(id_, copy.deepcopy(settings))), "keep secrets")

    async def _with_keys(self, call: Callable[[], None]) -> None:
        """Ask the key store off this thread; say once if there is none."""
        from wsgui.endpoint.key_store import KeyStoreError

        try:
            await asyncio.to_thread(call)
        except KeyStoreError as error:
            if not self._told_of_keys:
                self._told_of_keys = True
                self._ask.tell(self.window, "Passwords and tokens", str(error))

    def _change(self, call: Callable[[], object]) -> bool:
        """Change the store and show it; a file that cannot be written gives a sentence."""
        try:
            call()
        except EndpointFileError as error:
            self._ask.tell(self.window, "Saved endpoints", str(error))
            self.store.load()
        except LookupError:
            pass  # it went while a dialog was open
        else:
            self.show_tree()
            return True
        self.show_tree()
        return False

    # --- open

    def open(self, id_: str, *, connect: bool = True) -> None:
        """Open a session with a saved endpoint, and connect or listen."""
        try:
            endpoint = self.store.get(id_)
        except LookupError:
            return
        settings = copy.deepcopy(endpoint.settings)
        self._tasks.start(self._open(id_, settings, connect), "open a saved endpoint")

    def open_quietly(self, id_: str) -> bool:
        """Open a session with a saved endpoint, without connecting; False if there is no such endpoint any more."""
        if all(one.id != id_ for one in self.store.endpoints):
            return False
        self.open(id_, connect=False)
        return True

    def listed(self) -> list[tuple[str, str, str]]:
        """The saved endpoints in their order, as (id, name, place)."""
        return [
            (one.id, one.name, ENDPOINT_KINDS[one.settings.kind].place(one.settings)) for one in self.store.endpoints
        ]

    def open_named(self, name: str) -> None:
        """As `open`, for the name that a person gave on the command line."""
        try:
            self.open(self.store.named(name).id)
        except LookupError as error:
            self._ask.tell(self.window, "Saved endpoints", str(error.args[0]))

    async def _open(self, id_: str, settings: EndpointSettings, connect: bool) -> None:
        from wsgui.endpoint.secrets import lacking_sentence, may_have_secrets

        if may_have_secrets(settings):
            await self._with_keys(lambda: self.keys.fill(id_, settings))
        if self.window.is_shut:
            return
        tab: LiveTab | None = self.window.new(KINDS[settings.kind])
        if tab is None:
            return
        tab.use_endpoint(settings)
        tab.saved = (id_, copy.deepcopy(tab.endpoint()))  # a behaviour that is not known has become another
        self.look()
        missing = lacking_sentence(settings)
        if missing and not (connect and tab.asks_for_secrets):
            tab.session.say(missing, failed=True)
        elif connect and not tab.options.trouble:
            tab.session_start()

    # --- import

    def _came(self, endpoints: list[SavedEndpoint]) -> None:
        """Endpoints have come into the store: their secrets go into the key store."""
        from wsgui.endpoint.secrets import has_secrets

        self.show_tree()
        for one in endpoints:
            if has_secrets(one.settings) and not one.plain:
                keep = partial(self.keys.keep, one.id, copy.deepcopy(one.settings))
                self._tasks.start(self._with_keys(keep), "keep secrets")

    def _pasted(self, settings: EndpointSettings, complaints: list[str]) -> None:
        """Open a session with an endpoint that is not kept; it connects when the person says so."""
        tab: LiveTab | None = self.window.new(KINDS[settings.kind])
        if tab is None:
            return
        tab.use_endpoint(settings)
        if complaints:
            tab.session.say("\n".join(complaints), failed=True)

    # --- arrange

    def _rename(self, id_: str, name: str) -> None:
        if name.strip():
            self._change(lambda: self.store.rename(id_, name))
        else:
            self.show_tree()

    def _move(self, id_: str, folder: str, before: str | None) -> None:
        if before != id_ and self._change(lambda: self.store.move(id_, folder, before)):
            self.tree.select_id(id_)

    def _move_to_folder(self, id_: str, text: str) -> str:
        self._move(id_, "/".join(part.strip() for part in text.split("/") if part.strip()), None)
        return ""

    def _new_folder(self, text: str) -> str:
        name = "/".join(part.strip() for part in text.split("/") if part.strip())
        if not name:
            return "Type a name."
        if name not in self.store.folders:
            self.store.folders.append(name)
        self.show_tree()
        return ""

    def duplicate(self, id_: str) -> None:
        """A second one like it, secrets included."""
        from wsgui.endpoint.secrets import has_secrets, may_have_secrets

        twins: list[str] = []
        if self._change(lambda: twins.append(self.store.duplicate(id_).id)):
            self.tree.select_id(twins[0])
            settings = copy.deepcopy(self.store.get(twins[0]).settings)
            if may_have_secrets(settings):

                def copy_secrets() -> None:
                    self.keys.fill(id_, settings)
                    if has_secrets(settings):
                        self.keys.keep(twins[0], settings)

                self._tasks.start(self._with_keys(copy_secrets), "copy secrets")

    def delete_current(self) -> None:
        """Ask, then delete the current endpoint, or the current folder with all that is in it."""
        from wsgui.endpoint.secrets import may_have_secrets

        id_, folder = self.tree.current_id, self.tree.current_folder
        doomed = [one for one in self.store.endpoints if one.id == id_]
        if not id_ and folder:
            doomed = [one for one in self.store.endpoints if f"{one.folder}/".startswith(f"{folder}/")]
            what = f"Delete the folder {folder} and the {len(doomed)} endpoints in it?"
            if len(doomed) == 1:
                what = f"Delete the folder {folder} and the endpoint {doomed[0].name} in it?"
        elif doomed:
            what = f"Delete the saved endpoint {doomed[0].name}?"
        else:
            return

        def answer(yes: bool) -> None:
            if not yes:
                return
            if not id_:
                self.store.folders = [one for one in self.store.folders if not f"{one}/".startswith(f"{folder}/")]
            for endpoint in doomed:
                if not self._change(partial(self.store.remove, endpoint.id)):
                    return
                if may_have_secrets(endpoint.settings):
                    self._tasks.start(self._with_keys(partial(self.keys.forget, endpoint.id)), "forget secrets")
            self.show_tree()

        if doomed:
            self._ask.confirm(self.window, "Delete", f"{what} Open sessions stay.", "Delete", answer)
        else:
            answer(True)

    def _write_notes(self, id_: str) -> None:
        from wsgui.ui.tabs.live_tab import LiveTab

        endpoint = self.store.get(id_)

        def take(text: str) -> None:
            settings = copy.deepcopy(endpoint.settings)
            settings.notes = text
            if self._change(lambda: self.store.update(id_, settings, keys_kept=False)):
                for tab in self.window.all_tabs():
                    if isinstance(tab, LiveTab) and tab.saved is not None and tab.saved[0] == id_:
                        tab.session.settings.notes = tab.saved[1].notes = text

        self._ask.write(self.window, "Notes", f"Notes on {endpoint.name}", endpoint.settings.notes, take)

    # --- menu

    def menu(self) -> QMenu:
        """The context menu of the current row."""
        menu = QMenu(self.tree)
        id_, folder = self.tree.current_id, self.tree.current_folder
        line = partial(self._ask.line, self.window)
        if id_:
            menu.addAction("&Open and Connect\tEnter", lambda: self.open(id_))
            menu.addAction("Open &Without Connecting", lambda: self.open(id_, connect=False))
            menu.addSeparator()
            menu.addAction("&Rename\tF2", self.tree.rename_current)
            menu.addAction("D&uplicate", lambda: self.duplicate(id_))
            menu.addAction("&Notes…", lambda: self._write_notes(id_))
            menu.addAction(
                "&Move to Folder…",
                lambda: line("Move", "Folder, empty for none:", folder, partial(self._move_to_folder, id_)),
            )
            menu.addAction("Move U&p\tAlt+Up", lambda: self.tree.move_current(-1))
            menu.addAction("Move Do&wn\tAlt+Down", lambda: self.tree.move_current(1))
            menu.addAction("&Export…", lambda: self.files.ask_export([id_]))
            menu.addAction("&Delete…\tDel", self.delete_current)
            menu.addSeparator()
        elif folder:
            inside = [one.id for one in self.store.endpoints if f"{one.folder}/".startswith(f"{folder}/")]
            menu.addAction("&Rename\tF2", self.tree.rename_current)
            menu.addAction("&Export…", lambda: self.files.ask_export(inside))
            menu.addAction("&Delete…\tDel", self.delete_current)
            menu.addSeparator()
        start = f"{folder}/" if folder else ""
        menu.addAction("New &Folder…", lambda: line("New folder", "Name of the folder:", start, self._new_folder))
        for name in ("paste-endpoint", "import-endpoints", "export-endpoints"):
            menu.addAction(self.window.actions_[name])
        return menu

    def _menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
