"""What an option is: one row, which drawer, command line, summary, store and reference are made of.

The rows themselves are fields of a dataclass: name, type and default stand there once, with all that is said of them in
the field's metadata (`option`). Those of an endpoint are in `endpoint.settings`, those of a server's behaviour in its
own class (`engine.behaviours`).
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
    """A whole number from `Option.least` to `Option.most`."""
    STATUS = auto()
    """A status of HTTP; on the command line with a body behind a colon."""
    SECONDS = auto()
    """A span of time from `Option.least`; to `Option.most` where that is not 0."""
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
    FOLDER = auto()
    RULES = auto()
    """A file of rules, which an editor shows as a table."""
    PROXY = auto()
    OFFER = auto()
    """A header that offers permessage-deflate."""
    WISH = auto()
    """Parameters of permessage-deflate."""
    POLICIES = auto()
    BEHAVIOUR = auto()
    """The name of what a server does."""
    TOLD = auto()
    """Names and values of the options of that, as texts."""


SEVERAL_LINES: Final = (Shape.MESSAGES, Shape.PARAGRAPH, Shape.POLICIES, Shape.TOLD)
"""Shapes whose texts may have line breaks and zero bytes; all others end up in a line of a head or in a name."""
PAIRED: Final = (Shape.HEADERS, Shape.PAIRS, Shape.POLICIES, Shape.TOLD)
"""Shapes whose value is a list of pairs of texts."""
SEVERAL: Final = (Shape.NAMES, Shape.LINES, Shape.MESSAGES, *PAIRED)
"""Shapes whose value is a list."""


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

    ``least`` and ``most`` are its limits; ``hidden`` says that its value, or each behind a name, is a secret that a
    file shows masked. ``files`` says which files there are to choose of, as a file dialog has it. ``note`` stands below
    its field, ``warning`` while a flag is switched.
    ``needs`` is another option with the values of which it must have one for this one to count; ``implies`` what a word
    of the command line sets besides, unless something else is said there or what it needs holds already.
    ``adds``: what the command line says is added to what a saved endpoint has, in place of what has its name there.
    ``summary`` makes a few words of a value that is not as usual ("" for none); rows with the same words are said once.
    """

    shape: Shape
    default: Any
    faces: Mapping[Role, Face]
    name: str = ""
    least: float = 0
    most: int = 0
    sign: str = ":"
    hidden: bool = False
    item: str = "header"
    files: str = "All files (*)"
    choices: Sequence[Choice] = ()
    note: str = ""
    warning: str = ""
    needs: tuple[str, tuple[str, ...]] | None = None
    implies: Mapping[str, object] = dataclasses.field(default_factory=dict)
    adds: bool = False
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
