"""The options of ``wsgui serve`` and ``wsgui connect`` that describe an endpoint, and the settings made of them."""

from __future__ import annotations

import argparse
import copy
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from wsgui import console
from wsgui.commands.parser import choices_help
from wsgui.commands.secret_words import (
    ask,
    lines_elsewhere,
    password_of,
    secret_argument,
    text_argument,
    url_argument,
    user_argument,
)
from wsgui.dissect.visible import visible
from wsgui.endpoint.key_store import KeyStore, KeyStoreError
from wsgui.endpoint.missing import Missing, missing_secrets, with_secrets
from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.policies import POLICIES, PolicyError, split_pair
from wsgui.endpoint.secrets import may_have_secrets
from wsgui.endpoint.settings import OPTIONS, EndpointSettings, SettingsError
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.endpoint.template_values import joined
from wsgui.engine.behaviours import all_behaviours
from wsgui.options.model import Shape
from wsgui.options.quantities import QuantityError, read_seconds
from wsgui.protocol.states import Role
from wsgui.session.folders import config_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.options.model import Face, Option

ABSENT: Final = object()
"""What was not said on the command line, and so does not change a saved endpoint."""


class _Append(argparse.Action):
    """``append`` that knows an option that was not given from one that was."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest)
        more = self.added(values)
        setattr(namespace, self.dest, more if before is ABSENT else [*before, *more])

    def added(self, values: object) -> list[object]:
        """What one use of the option adds."""
        return [values]


class _Extend(_Append):
    """As `_Append`, for a value that stands for several."""

    def added(self, values: object) -> list[object]:
        return list(cast("list[object]", values))


def add_endpoint_arguments(parser: argparse.ArgumentParser, role: Role) -> None:
    """A word for everything that ``role`` can be told: the table of options, and policies."""
    parser.add_argument(
        "--endpoint", metavar="NAME", help="take everything from this saved endpoint, but what is said here"
    )
    groups: dict[str, argparse._ArgumentGroup] = {}
    for page in PAGES[role]:
        if page.group not in groups:
            groups[page.group] = parser.add_argument_group(page.group)
    group_of = {page.title: groups[page.group] for page in PAGES[role]}
    for row in OPTIONS.values():
        face = row.faces.get(role)
        if face is not None:
            group = group_of.get(face.page, parser)
            if face.flag:
                _add(group, row, face)
            for choice in row.choices_of(role):
                if choice.flag:
                    group.add_argument(
                        choice.flag,
                        action="store_const",
                        const=choice.value,
                        default=ABSENT,
                        dest=row.name,
                        help=choice.flag_help,
                    )
    wrong = parser.add_argument_group("policies and faults")
    names = ", ".join(name for name, item in POLICIES.items() if not (role is Role.CLIENT and item.server))
    wrong.add_argument(
        "--policy",
        action=_Append,
        default=ABSENT,
        dest="policies",
        type=_policy,
        metavar="NAME=VALUE",
        help=f"repeatable; {names}",
    )


def _add(group: argparse._ActionsContainer, row: Option, face: Face) -> None:
    text = face.flag_help or face.help
    if row.shape is Shape.FLAG:
        action = "store_false" if row.default else "store_true"
        group.add_argument(face.flag, action=action, default=ABSENT, dest=row.name, help=text)
        return
    if row.shape is Shape.BEHAVIOUR:
        kinds = all_behaviours()
        told = choices_help("what it does:", {name: kind.summary for name, kind in kinds.items()})
        group.add_argument(
            face.flag, choices=list(kinds), default=ABSENT, dest=row.name, metavar=face.metavar, help=told
        )
        return
    action_class: type[argparse.Action] | str = "store"
    read: Callable[[str], object]
    if row.shape in (Shape.HEADERS, Shape.PAIRS):
        action_class, read = _Extend, _pairs(row.sign, face.metavar)
    elif row.shape is Shape.TOLD:
        action_class, read = _Extend, _told
    elif row.shape in (Shape.NAMES, Shape.LINES):
        action_class, read = _Append, text_argument
    elif row.shape is Shape.COUNT:
        read = partial(_count, row.most)
    else:
        read = _READERS.get(row.shape, text_argument)
    group.add_argument(
        face.flag, action=action_class, default=ABSENT, dest=row.name, metavar=face.metavar, help=text, type=read
    )


def settings_for(parsed: argparse.Namespace, kind: str) -> EndpointSettings:
    """What the command line and the saved endpoint that it names say together.

    Raises SettingsError, and LookupError with a sentence.
    """
    try:
        saved = saved_settings(parsed.endpoint, kind) if parsed.endpoint is not None else None
        settings = settings_from(parsed, kind, saved)
        return settings if saved is None else _with_missing(settings)
    except argparse.ArgumentTypeError as error:
        raise SettingsError("password", f"The password was not given: {error}.") from error


def _with_missing(settings: EndpointSettings) -> EndpointSettings:
    """A saved endpoint with what the key store did not have, asked for on the terminal. Raises SettingsError where
    there is none: a mask is not sent for a secret, while a password may be meant to be empty."""
    answers: list[tuple[Missing, str]] = []
    for one in missing_secrets(settings):
        try:
            answers.append((one, ask(f"{visible(one.label)}: ")))
        except argparse.ArgumentTypeError as error:
            if not one.may_be_empty:
                raise SettingsError(one.field, f"{visible(one.label)} is not known: {error}.") from error
    return with_secrets(settings, answers)


def settings_from(parsed: argparse.Namespace, kind: str, saved: EndpointSettings | None = None) -> EndpointSettings:
    """The settings that the command line describes, on top of a saved endpoint."""
    settings = saved or EndpointSettings(kind=kind)
    said = {name: one for name, one in vars(parsed).items() if not (one is ABSENT or one is None)}
    for name, value in said.items():
        row = OPTIONS.get(name)
        if not hasattr(settings, name):
            continue
        if row is not None and row.shape is Shape.USER:
            settings.user, password = value
            settings.password = password_of(settings.user) if password is None else password
        elif row is not None and row.shape is Shape.STATUS:
            settings.reject_status, settings.reject_body = value
        elif row is not None and row.adds:
            setattr(settings, name, joined(getattr(settings, name), value))
        else:
            setattr(settings, name, value)
    _imply(settings, said)
    return settings


def _imply(settings: EndpointSettings, said: dict[str, object]) -> None:
    """Set what the words of the command line imply. Raises SettingsError for words of which one makes another one
    count for nothing, as ``--user`` and ``--bearer``."""
    because: dict[str, Option] = {}
    for row in [OPTIONS[name] for name in said if name in OPTIONS]:
        for other, implied in row.implies.items():
            if row.needs is None or row.needs[0] != other:
                if other not in said:
                    setattr(settings, other, copy.copy(implied))
                continue
            if getattr(settings, other) not in row.needs[1]:
                if other in said or other in because:
                    words = f"{_word(because.get(other, OPTIONS[other]), settings)} and {_word(row, settings)}"
                    raise SettingsError(other, f"{words} cannot go together.")
                setattr(settings, other, implied)
            because.setdefault(other, row)


def _word(row: Option, settings: EndpointSettings) -> str:
    """What a row is called on the command line, or the word of the choice that was made."""
    role = Role(settings.kind)
    chosen = [one.flag for one in row.choices if one.value == getattr(settings, row.name)]
    return row.faces[role].flag or chosen[0]


def saved_settings(name: str, kind: str) -> EndpointSettings:
    """The settings of a saved endpoint, with its secrets as far as the key store gives them.

    Raises LookupError with a sentence.
    """
    store = EndpointStore(config_folder() / FILE_NAME)
    for complaint in store.complaints:
        console.say(complaint)
    endpoint = store.named(name)
    settings = endpoint.settings
    if settings.kind != kind:
        raise LookupError(f"The saved endpoint {name} is a {settings.kind}, not a {kind}.")
    if may_have_secrets(settings):
        try:
            KeyStore().fill(endpoint.id, settings)
        except KeyStoreError as error:
            console.say(str(error))
    return settings


def _pairs(sign: str, metavar: str) -> Callable[[str], list[tuple[str, str]]]:
    """What reads ``NAME:VALUE``, or the lines of a file of them."""

    def pairs(argument: str) -> list[tuple[str, str]]:
        lines = lines_elsewhere(argument)
        if lines is None:
            return [pair(text_argument(argument), argument)]
        # What stands in a file may be secret: the sentence names the place.
        return [pair(line, f"line {number} of {argument}") for number, line in enumerate(lines, 1)]

    def pair(text: str, place: str) -> tuple[str, str]:
        name, found, value = text.partition(sign)
        if not found and "[" not in metavar:
            raise argparse.ArgumentTypeError(f"written {metavar}, not {place!r}")
        return name.strip(" \t"), value.strip(" \t")  # what HTTP takes for blanks; other ones are part of the text

    return pairs


def _told(argument: str) -> list[tuple[str, str]]:
    """``KEY=VALUE``, or the lines of a file of them; blanks of the value are part of it."""
    lines = lines_elsewhere(argument)
    found = []
    for number, text in enumerate([text_argument(argument)] if lines is None else lines, 1):
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            place = repr(argument) if lines is None else f"line {number} of {argument}"
            raise argparse.ArgumentTypeError(f"written KEY=VALUE, not {place}")
        found.append((key.strip(), value))
    return found


def _rejection(text: str) -> tuple[int, str]:
    status, _, body = text.partition(":")
    if not status.isdecimal() or not 200 <= int(status) <= 599:
        raise argparse.ArgumentTypeError(f"a status is a number from 200 to 599, not {status!r}")
    return int(status), body


def _count(most: int, text: str) -> int:
    if not text.isdecimal() or int(text) > most:
        raise argparse.ArgumentTypeError(f"a number from 0 to {most}, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        return read_seconds(text)
    except QuantityError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _policy(text: str) -> tuple[str, str]:
    try:
        return split_pair(text)
    except PolicyError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


_READERS: Final[dict[Shape, Callable[[str], object]]] = {
    Shape.USER: user_argument,
    Shape.SECRET: secret_argument,
    Shape.STATUS: _rejection,
    Shape.SECONDS: _seconds,
    Shape.PROXY: url_argument,
}
"""What reads the word behind a flag; all others are texts."""
