"""Saved endpoints: an ordered list with folders in one TOML file, secrets in the system's key store."""

from __future__ import annotations

import copy
import os
import tempfile
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.saved import SIZE_LIMIT, EndpointFileError, SavedEndpoint
from wsgui.file_lock import locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wsgui.endpoint.settings import EndpointSettings

FILE_NAME: Final = "endpoints.toml"


class EndpointStore:
    """The endpoints of one file. Every change is written at once; a file that cannot be read is never overwritten.

    Other windows may change the same file: each change locks it, reads it again and writes it with what the others did.

    Methods raise EndpointFileError with one sentence when the file cannot be written, and LookupError for an id that is
    not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.endpoints: list[SavedEndpoint] = []
        self.folders: list[str] = []
        """Folders without an endpoint, until the program ends."""
        self.complaints: list[str] = []
        """What in the file could not be used, in sentences."""
        self._readable = True
        self.load()

    def load(self) -> None:
        """Read the file again; what is wrong with it is in `complaints`."""
        self.complaints = []
        self._readable = True
        try:
            text = _read(self.path)
        except FileNotFoundError:
            self.endpoints = []
            return
        except (OSError, EndpointFileError) as error:
            self._refuse(str(error))
            return
        from wsgui.endpoint.toml_file import read_endpoints  # for whoever has saved one

        try:
            self.endpoints, self.complaints = read_endpoints(text)
        except EndpointFileError as error:
            self._refuse(str(error))
            return
        self._number(self.endpoints)

    @contextmanager
    def _changing(self, *ids: str) -> Iterator[None]:
        """Change the endpoints within: they are those of the file as it is now. ``ids`` are endpoints that the change
        needs: one that another window took out meanwhile is put back, because it is in use here."""
        before = {one.id: one for one in self.endpoints}
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path):
            readable, complaints = self._readable, self.complaints
            if readable:
                self.load()
                if not self._readable:
                    self.endpoints = list(before.values())
                elif not self.complaints:
                    self.complaints = complaints
                known = {one.id for one in self.endpoints}
                self.endpoints += [before[id_] for id_ in ids if id_ in before and id_ not in known]
            yield
            self._save()

    def _refuse(self, why: str) -> None:
        self.endpoints = []
        self._readable = False
        self.complaints = [f"{self.path.name} cannot be read, and is left as it is: {why}"]

    def _number(self, endpoints: list[SavedEndpoint]) -> None:
        """An id for each that has none, as a person wrote it; the same one whenever the file is read."""
        seen: set[str] = set()
        for place, endpoint in enumerate(endpoints):
            if not endpoint.id or endpoint.id in seen:
                known = f"{self.path}\n{endpoint.folder}\n{endpoint.name}\n{endpoint.id}"
                endpoint.id = uuid.uuid5(uuid.NAMESPACE_URL, known).hex
            if endpoint.id in seen:
                endpoint.id = uuid.uuid5(uuid.NAMESPACE_URL, f"{endpoint.id}\n{place}").hex
            seen.add(endpoint.id)

    def get(self, id_: str) -> SavedEndpoint:
        """The endpoint with this id. Raises LookupError."""
        for endpoint in self.endpoints:
            if endpoint.id == id_:
                return endpoint
        raise LookupError(id_)

    def named(self, name: str) -> SavedEndpoint:
        """The endpoint that a person means: ``name``, or ``folder/name``. Raises LookupError with a sentence."""
        places = {f"{one.folder}/{one.name}".lstrip("/"): one for one in self.endpoints}
        if name in places:
            return places[name]
        found = [one for one in self.endpoints if one.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise LookupError(f"Several endpoints are called {name}: say the folder too, as in folder/{name}.")
        raise LookupError(f"There is no saved endpoint {name}.")

    def search(self, text: str) -> list[SavedEndpoint]:
        """The endpoints whose name, folder, URL or notes hold every word of ``text``."""
        words = text.lower().split()
        return [
            one
            for one in self.endpoints
            if all(
                word in f"{one.name}\n{one.folder}\n{one.settings.url}\n{one.settings.notes}".lower() for word in words
            )
        ]

    def add(self, name: str, settings: EndpointSettings, folder: str = "") -> SavedEndpoint:
        """Save an endpoint at the end of its folder. Its name gets a number if the folder has that name."""
        with self._changing():
            endpoint = SavedEndpoint(uuid.uuid4().hex, self._free(name, folder), folder, copy.deepcopy(settings))
            self.endpoints.append(endpoint)
        return endpoint

    def _free(self, name: str, folder: str, but: str = "") -> str:
        name = name.strip() or "Endpoint"
        taken = {one.name for one in self.endpoints if one.folder == folder and one.id != but}
        free, number = name, 2
        while free in taken:
            free, number = f"{name} {number}", number + 1
        return free

    def update(self, id_: str, settings: EndpointSettings, *, keys_kept: bool = True) -> None:
        """Other settings for an endpoint. ``keys_kept``: the caller puts its secrets into the key store."""
        with self._changing(id_):
            endpoint = self.get(id_)
            endpoint.settings = copy.deepcopy(settings)
            endpoint.plain = endpoint.plain and not keys_kept

    def rename(self, id_: str, name: str) -> str:
        """Another name; returns the one that it got."""
        with self._changing(id_):
            endpoint = self.get(id_)
            endpoint.name = self._free(name, endpoint.folder, id_)
        return endpoint.name

    def duplicate(self, id_: str) -> SavedEndpoint:
        """A second one like it, right behind it. The caller copies the secrets."""
        with self._changing(id_):
            endpoint = self.get(id_)
            twin = SavedEndpoint(
                uuid.uuid4().hex,
                self._free(f"{endpoint.name} copy", endpoint.folder),
                endpoint.folder,
                copy.deepcopy(endpoint.settings),
                endpoint.plain,
            )
            self.endpoints.insert(self.endpoints.index(endpoint) + 1, twin)
        return twin

    def move(self, id_: str, folder: str, before: str | None = None) -> None:
        """Into ``folder``, in front of the endpoint ``before``, or at the end."""
        with self._changing(id_):
            endpoint = self.get(id_)
            self.endpoints.remove(endpoint)
            endpoint.name = self._free(endpoint.name, folder, id_)
            endpoint.folder = folder
            place = next((index for index, one in enumerate(self.endpoints) if one.id == before), len(self.endpoints))
            self.endpoints.insert(place, endpoint)

    def rename_folder(self, old: str, new: str) -> None:
        """Another name for a folder, with all that is in it."""
        with self._changing():
            for endpoint in self.endpoints:
                if endpoint.folder == old or endpoint.folder.startswith(f"{old}/"):
                    folder = new + endpoint.folder[len(old) :]
                    endpoint.name = self._free(endpoint.name, folder, endpoint.id)
                    endpoint.folder = folder
            self.folders = [
                new + one[len(old) :] if one == old or one.startswith(f"{old}/") else one for one in self.folders
            ]

    def remove(self, id_: str) -> None:
        """Take an endpoint out. The caller takes out its secrets."""
        with self._changing(id_):
            self.endpoints.remove(self.get(id_))

    def export(self, path: Path, ids: list[str] | None = None) -> None:
        """Write some endpoints, or all, to another file, without secrets."""
        from wsgui.endpoint.toml_file import write_endpoints

        _write(path, write_endpoints([one for one in self.endpoints if ids is None or one.id in ids]))

    def take(self, found: list[SavedEndpoint]) -> None:
        """Add endpoints that came from elsewhere, under ids and names of their own. Raises EndpointFileError."""
        if not found:
            return
        with self._changing():
            for endpoint in found:
                endpoint.id = uuid.uuid4().hex
                endpoint.name = self._free(endpoint.name, endpoint.folder)
                self.endpoints.append(endpoint)

    def _save(self) -> None:
        from wsgui.endpoint.toml_file import write_endpoints

        if not self._readable:
            raise EndpointFileError(f"{self.path.name} cannot be read, so nothing is written to it.")
        _write(self.path, write_endpoints(self.endpoints, keep_plain=True))


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise EndpointFileError(f"{path.name} is larger than {SIZE_LIMIT // 1024 // 1024} MiB.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise EndpointFileError(f"{path.name} is not UTF-8.") from None


def _write(path: Path, text: str) -> None:
    """Replace the file as a whole, so that a full disk leaves the old one; for this user's eyes only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, path)  # noqa: PTH105 - a name, not a Path
        except BaseException:
            with suppress(OSError):
                os.unlink(name)  # noqa: PTH108
            raise
    except OSError as error:
        raise EndpointFileError(f"{path.name} cannot be written: {error.strerror or error}.") from error
