"""What an option of an endpoint is: one row, which drawer, command line, summary, store and reference are made of.

The rows themselves are the fields of `EndpointSettings`: name, type and default stand there once, with all that is said
of them in the field's metadata (`option`).
"""

from __future__ import annotations

import dataclasses
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Shape(Enum):
    """What a value looks like: which field edits it, and how a word of the command line is read."""

    TEXT = auto()
    USER = auto()
    """A user name; on the command line with its password behind a colon."""
    SECRET = auto()
    """A text that is shown as dots, goes to the system's key store and never into a file."""
    FLAG = auto()
    """On or off; one that is usually on is a box to switch it off."""
    COUNT = auto()
    """A whole number from 0 to `Option.most`."""
    STATUS = auto()
    """A status of HTTP; on the command line with a body behind a colon."""
    SECONDS = auto()
    SHARE = auto()
    """A part of a whole, 0 to 1."""
    CHOICE = auto()
    """One of `Option.choices`."""
    NAMES = auto()
    """Names without commas."""
    LINES = auto()
    """Texts of one line each."""
    MESSAGES = auto()
    """Texts of any lines."""
    PARAGRAPH = auto()
    """One text of any lines."""
    HEADERS = auto()
    """Names and values of headers, of which some may be switched off."""
    PAIRS = auto()
    """Names and values, with `Option.sign` between them."""
    FILE = auto()
    NEW_FILE = auto()
    """A file that is written."""
    PROXY = auto()
    OFFER = auto()
    """A header that offers permessage-deflate."""
    WISH = auto()
    """Parameters of permessage-deflate."""
    POLICIES = auto()


SEVERAL_LINES: Final = (Shape.MESSAGES, Shape.PARAGRAPH, Shape.POLICIES)
"""Shapes whose texts may have line breaks and zero bytes; all others end up in a line of a head or in a name."""
PAIRED: Final = (Shape.HEADERS, Shape.PAIRS, Shape.POLICIES)
"""Shapes whose value is a list of pairs of texts."""


@dataclasses.dataclass(frozen=True, slots=True)
class Face:
    """How an option shows itself to one role: ``page`` of the drawer (empty: it is not there), ``label`` with its
    mnemonic, ``help`` as a tool tip, ``hint`` in an empty field or in place of 0.

    ``flag`` is its word on the command line (empty: it has none), ``metavar`` what stands behind that, ``flag_help``
    what ``--help`` says of it (``help`` if empty).
    """

    page: str = ""
    label: str = ""
    help: str = ""
    hint: str = ""
    flag: str = ""
    metavar: str = ""
    flag_help: str = ""


class Choice(NamedTuple):
    """One value of a choice; ``role`` is the only one that has it, ``flag`` its own word on the command line."""

    value: str
    label: str
    role: Role | None = None
    flag: str = ""
    flag_help: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One row. ``faces`` has an entry for each role that knows it.

    ``note`` stands below its field, ``warning`` while a flag is switched. ``needs`` is another option with the value
    that it must have for this one to count; ``implies`` what a word of the command line sets besides.
    ``summary`` makes a few words of a value that is not as usual ("" for none); rows with the same words are said once.
    """

    shape: Shape
    default: Any
    faces: Mapping[Role, Face]
    name: str = ""
    most: int = 0
    sign: str = ":"
    item: str = "header"
    choices: Sequence[Choice] = ()
    note: str = ""
    warning: str = ""
    needs: tuple[str, str] | None = None
    implies: Mapping[str, object] = dataclasses.field(default_factory=dict)
    summary: Callable[[Any], str] | None = None

    @property
    def secret(self) -> bool:
        """Whether it goes to the system's key store and never into a file."""
        return self.shape is Shape.SECRET

    def choices_of(self, role: Role) -> list[Choice]:
        """The values that a role may choose of."""
        return [one for one in self.choices if one.role in (None, role)]


def option(
    shape: Shape,
    default: object,
    *,
    both: Face | None = None,
    client: Face | None = None,
    server: Face | None = None,
    **more: Any,
) -> Any:
    """A field of a dataclass that is an option. ``both`` is the face of roles that have none of their own; ``more`` are
    attributes of `Option`."""
    faces = {role: face for role, face in ((Role.CLIENT, client or both), (Role.SERVER, server or both)) if face}
    row = Option(shape, default, faces, **more)
    hidden: dict[str, Any] = {"repr": False} if row.secret else {}
    if isinstance(default, list):
        return dataclasses.field(default_factory=lambda: list(default), metadata={"option": row}, **hidden)
    return dataclasses.field(default=default, metadata={"option": row}, **hidden)


def options_of(settings: type) -> dict[str, Option]:
    """The rows that stand in a dataclass, by name."""
    return {
        one.name: dataclasses.replace(one.metadata["option"], name=one.name)
        for one in dataclasses.fields(settings)
        if "option" in one.metadata
    }


def counted(word: str) -> Callable[[Any], str]:
    """A summary that counts: "3 headers"."""

    def text(value: Any) -> str:
        number = value if isinstance(value, int) else len(value)
        return f"{number} {word}{'s' * (number != 1)}"

    return text


def said(words: str) -> Callable[[Any], str]:
    """A summary that says that there is something."""
    return lambda _: words


class Page(NamedTuple):
    """A page of the drawer: ``group`` is the heading of its words in ``--help``, ``intro`` stands above its fields."""

    title: str
    group: str
    intro: str = ""


_OPENING = "opening handshake"
_TLS = "TLS (wss://)"
_TIMES = "times (500ms, 2s, 1min)"
_DEFLATE = "permessage-deflate (RFC 7692)"

PAGES: Final[dict[Role, tuple[Page, ...]]] = {
    Role.CLIENT: (
        Page("Headers", _OPENING),
        Page("Query", _OPENING),
        Page("Cookies", _OPENING),
        Page("Handshake", _OPENING),
        Page("Authorization", _OPENING),
        Page("Compression", _DEFLATE),
        Page("Times", _TIMES),
        Page("Network", "network"),
        Page("TLS", _TLS),
        Page("Reconnect", "reconnecting"),
        Page("On connect", _OPENING),
    ),
    Role.SERVER: (
        Page("Admission", _OPENING),
        Page(
            "Other sites",
            _OPENING,
            "Programs and pages of this machine come in. A page of another site, or one that calls this server by "
            "another name, is asked about where a client can reach more than itself (broadcast), and wherever a list "
            "says who may come.",
        ),
        Page("Required", _OPENING),
        Page("Authorization", _OPENING),
        Page("Handshake", _OPENING),
        Page("Headers", _OPENING),
        Page("Rejection", _OPENING),
        Page("Compression", _DEFLATE),
        Page("Times", _TIMES),
        Page("TLS", _TLS),
        Page("Network", "network"),
    ),
}
"""The pages of each role's drawer, from the top."""
