"""What a source of endpoints is, what it finds, and how a request of any program becomes an endpoint's settings."""

from __future__ import annotations

import base64
import binascii
import copy
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.typed_url import completed
from wsgui.protocol.states import Role
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.redaction import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIZE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a file, or characters of a pasted text, that are read."""
ITEMS_LIMIT: Final = 10_000
"""Requests and folders of one collection that are looked at; one that refers to itself has more."""
TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A token of RFC 9110 section 5.6.2."""
OPEN: Final = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}")
"""A variable that no value was found for, as collections write them: ``{{host}}``, ``${host}``."""


class ElsewhereError(ValueError):
    """A text that none of the sources reads, or that holds no endpoint at all, in one sentence."""


class SavedMessage(NamedTuple):
    """A message that was kept with a request: its name, and its text."""

    name: str
    text: str


@dataclass(slots=True)
class ForeignEndpoint:
    """One endpoint that was found. ``folder`` is ``a/b``, empty for none; ``messages`` were kept with it, and are not
    sent by themselves. ``plain``: a person wrote its secrets into a file of ours, where they stay."""

    name: str
    folder: str
    settings: EndpointSettings
    messages: list[SavedMessage] = field(default_factory=list)
    plain: bool = False

    def with_notes(self) -> EndpointSettings:
        """Its settings, with the messages that were kept with it in the notes."""
        settings = copy.deepcopy(self.settings)
        parts = [settings.notes] * bool(settings.notes)
        parts += [f"{one.name}:\n{one.text}" for one in self.messages]
        settings.notes = "\n\n".join(parts)
        return settings


@dataclass(slots=True)
class Findings:
    """What a text holds: endpoints, and a sentence for each thing that was not understood or left out."""

    endpoints: list[ForeignEndpoint] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A way in which others write endpoints: a row of `sources.SOURCES`.

    ``label`` is what a person calls it, ``suffixes`` how its files end (with the dot). ``fits(text)`` says whether a
    text is written so; ``read(text)`` reads it then, and raises ElsewhereError if there is no endpoint in it.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    fits: Callable[[str], bool]
    read: Callable[[str], Findings]


class Draft:
    """An endpoint in the making: options and headers are told one after another, `endpoint` puts them together.

    ``where`` begins each sentence about it, as in ``Command 2``; sentences go to ``found``.
    """

    def __init__(self, found: Findings, where: str = "", name: str = "", folder: str = "") -> None:
        self.found = found
        self.where = where
        self.name = name
        self.folder = folder
        self.settings = EndpointSettings(kind=Role.CLIENT.value)
        self.headers: list[tuple[str, str]] = []
        self.messages: list[SavedMessage] = []
        self.later: list[Callable[[], None]] = []
        """What waits for the other options, wherever they stand."""

    def say(self, sentence: str) -> None:
        """Tell that something was not understood or left out."""
        self.found.complaints.append(f"{self.where}: {sentence}" if self.where else sentence)

    def header_line(self, line: str) -> None:
        """``Name: value`` as command lines have it."""
        name, colon, value = line.partition(":")
        if colon and TOKEN.fullmatch(name.strip()):
            self.headers.append((name.strip(), value.strip()))
        else:
            self.say(f"{line!r} is no header, and was left out.")

    def basic(self, text: str) -> None:
        """``user:password`` as Basic, unless Digest was asked for."""
        user, _, password = text.partition(":")
        if self.settings.auth == "none":
            self.settings.auth = "basic"
        self.settings.user, self.settings.password = user, password

    def bearer(self, token: str) -> None:
        """A token that is sent as ``Authorization: Bearer``."""
        self.settings.auth, self.settings.token = "bearer", token

    def cookies(self, text: str) -> None:
        """The value of a Cookie header (RFC 6265 section 4.2); one that holds no cookies is sent as a header."""
        self.headers.append(("Cookie", text))

    def endpoint(self) -> ForeignEndpoint:
        """The endpoint, which is added to what was found."""
        for call in self.later:
            call()
        settings = self.settings
        client = settings.kind == Role.CLIENT.value
        url = settings.url = completed(settings.url).url
        for name, value in self.headers:
            self._header(name, value)
        for text in dict.fromkeys(OPEN.findall(url + "".join(value for _, value in settings.headers))):
            self.say(f"No value was found for {text}: write it where {text} stands.")
        if client and not OPEN.search(url):
            try:
                WsUrl.parse(url)
            except UrlError as error:
                self.say(f"{error} The address is {shown_url(url)!r}.")
        made = ForeignEndpoint(
            self.name or ENDPOINT_KINDS[settings.kind].suggested(settings), self.folder, settings, self.messages
        )
        self.found.endpoints.append(made)
        return made

    def _header(self, name: str, value: str) -> None:
        """One header: into the option that is made for it, where nothing is lost by that."""
        take = _HEADERS.get(name.lower())
        if name.startswith(":") or (take is not None and take(self, value)):
            return
        self.settings.headers.append((name, value))


def _origin(draft: Draft, value: str) -> bool:
    if draft.settings.origin:
        return False
    draft.settings.origin = value
    return True


def _host(draft: Draft, value: str) -> bool:
    place = re.sub(r"^[^/]*//(?:[^/@]*@)?", "", draft.settings.url)
    return re.split(r"[/?#]", place)[0].lower() == value.lower()


def _subprotocols(draft: Draft, value: str) -> bool:
    names = [part.strip() for part in value.split(",")]
    if not all(TOKEN.fullmatch(one) for one in names):
        return False
    draft.settings.subprotocols += [one for one in names if one not in draft.settings.subprotocols]
    return True


def _extensions(draft: Draft, value: str) -> bool:
    if not value.strip().lower().startswith("permessage-deflate"):
        return False
    draft.settings.deflate, draft.settings.offer = True, value.strip()
    return True


def _authorization(draft: Draft, value: str) -> bool:
    scheme, _, rest = value.partition(" ")
    if draft.settings.auth != "none" or not rest.strip():
        return False
    if scheme.lower() == "bearer":
        draft.bearer(rest.strip())
        return True
    if scheme.lower() != "basic":
        return False
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    if ":" not in text or base64.b64encode(text.encode()).decode() != rest.strip():
        return False
    draft.basic(text)
    return True


def _cookies(draft: Draft, value: str) -> bool:
    parts = [part.strip() for part in value.split(";") if part.strip()]
    if not parts or not all("=" in part for part in parts):
        return False
    draft.settings.cookies += [(name.strip(), text) for name, _, text in (part.partition("=") for part in parts)]
    return True


_HEADERS: Final[dict[str, Callable[[Draft, str], bool]]] = {
    "upgrade": lambda _, value: value.lower() == "websocket",
    "connection": lambda _, value: "upgrade" in re.split(r"[,\s]+", value.lower()),
    "sec-websocket-key": lambda _, __: True,
    "sec-websocket-version": lambda _, value: value == "13",
    "host": _host,
    "origin": _origin,
    "sec-websocket-protocol": _subprotocols,
    "sec-websocket-extensions": _extensions,
    "authorization": _authorization,
    "cookie": _cookies,
}
"""By header: takes its value into an option, or leaves it (False) to be sent as it is. What the opening handshake
makes itself is taken and forgotten."""


def is_websocket(url: str, headers: Iterable[tuple[str, str]] = ()) -> bool:
    """Whether a request is meant for a WebSocket: by its scheme, or by the upgrade that it asks for."""
    scheme = url.strip().partition(":")[0].lower()
    return scheme in ("ws", "wss", "ws+unix", "wss+unix") or any(
        name.lower() == "upgrade" and value.strip().lower() == "websocket" for name, value in headers
    )


def filled(text: str, values: dict[str, str]) -> str:
    """``text`` with ``{{name}}`` replaced by its value, values of values too; what is not known stays."""
    for _ in range(10):
        made = OPEN.sub(lambda match: values.get(match[0].strip("${}").strip().removeprefix("_."), match[0]), text)
        if made == text or len(made) > SIZE_LIMIT:
            return text
        text = made
    return text
