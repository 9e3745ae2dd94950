"""The pages of a drawer, made of the table of options: a field for each, where its row says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.settings import OPTIONS
from wsgui.options.model import Shape
from wsgui.ui.drawer.behaviour_field import BehaviourField
from wsgui.ui.drawer.deflate_field import DeflateField
from wsgui.ui.drawer.fields import (
    LONGEST,
    CheckField,
    ChoiceField,
    CountField,
    FileField,
    FolderField,
    LineField,
    LinesField,
    ListField,
    NewFileField,
    OptionField,
    RulesField,
    SecondsField,
    SecretField,
    ShareField,
    TextField,
    words,
)
from wsgui.ui.drawer.pairs_field import HeadersField, PairsField
from wsgui.ui.drawer.proxy_field import ProxyField

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from wsgui.options.model import Face, Option
    from wsgui.protocol.states import Role


class DrawerPage(NamedTuple):
    """A page: its title, and fields with explanations between them, from the top."""

    title: str
    parts: Sequence[QWidget]


def drawer_pages(role: Role, more: Mapping[str, QWidget] | None = None) -> list[DrawerPage]:
    """Every page of a role; ``more`` are fields that show something else than an option, by the title of their page."""
    fields: dict[str, OptionField] = {}
    parts: dict[str, list[QWidget]] = {page.title: [words(page.intro)] if page.intro else [] for page in PAGES[role]}
    for title, widget in (more or {}).items():
        parts[title].append(widget)
    for row in OPTIONS.values():
        face = row.faces.get(role)
        if face is not None and face.page:
            fields[row.name] = field = _FIELDS[row.shape](row, face, role)
            parts[face.page].append(field)
            if row.note:
                parts[face.page].append(words(row.note))
    if any(OPTIONS[name].secret for name in fields):
        parts["Authorization"].append(words(KEPT))
    _join(fields)
    return [DrawerPage(page.title, parts[page.title]) for page in PAGES[role]]


def field_of(row: Option, role: Role) -> OptionField:
    """The field of an option, wherever it is shown."""
    return _FIELDS[row.shape](row, row.faces[role], role)


KEPT: Final = "Passwords and tokens are kept in the system's key store, never in a file."


def _join(fields: Mapping[str, OptionField]) -> None:
    """Fields that count only while another one has a certain value can be used only then."""
    for name, field in fields.items():
        needs = OPTIONS[name].needs
        if needs is not None:
            other, values = needs
            fields[other].follow(partial(_enable, field, fields[other], values))
    proxy, password = fields.get("proxy"), fields.get("proxy_password")
    if isinstance(proxy, ProxyField) and isinstance(password, SecretField):
        proxy.secret = password


def _enable(field: OptionField, other: OptionField, values: Sequence[str]) -> None:
    field.setEnabled(other.value() in values)


def _check(row: Option, face: Face, _: Role) -> OptionField:
    return CheckField(row.name, face.label, face.help, inverted=row.default, warning=row.warning)


def _choice(row: Option, face: Face, role: Role) -> OptionField:
    return ChoiceField(row.name, face.label, face.help, [(one.value, one.label) for one in row.choices_of(role)])


def _count(row: Option, face: Face, _: Role) -> OptionField:
    return CountField(row.name, face.label, face.help, row.most, face.hint, least=int(row.least))


def _seconds(row: Option, face: Face, _: Role) -> OptionField:
    return SecondsField(row.name, face.label, face.help, face.hint, least=row.least, most=float(row.most or LONGEST))


def _told(row: Option, face: Face, role: Role) -> OptionField:
    return BehaviourField(row.name, face.label, face.help, lambda one: _FIELDS[one.shape](one, one.faces[role], role))


def _pairs(row: Option, face: Face, _: Role) -> OptionField:
    return PairsField(row.name, face.label, face.help, row.sign, row.item, hidden=row.hidden)


def _deflate(row: Option, face: Face, _: Role) -> OptionField:
    return DeflateField(row.name, face.label, face.help, offer=row.shape is Shape.OFFER)


_FIELDS: Final[dict[Shape, Callable[[Option, Face, Role], OptionField]]] = {
    Shape.TEXT: lambda row, face, _: LineField(row.name, face.label, face.help, face.hint),
    Shape.USER: lambda row, face, _: LineField(row.name, face.label, face.help, face.hint),
    Shape.SECRET: lambda row, face, _: SecretField(row.name, face.label, face.help),
    Shape.FLAG: _check,
    Shape.COUNT: _count,
    Shape.STATUS: _count,
    Shape.SECONDS: _seconds,
    Shape.SHARE: lambda row, face, _: ShareField(row.name, face.label, face.help),
    Shape.CHOICE: _choice,
    Shape.NAMES: lambda row, face, _: ListField(row.name, face.label, face.help, face.hint),
    Shape.LINES: lambda row, face, _: LinesField(row.name, face.label, face.help, face.hint),
    Shape.MESSAGES: lambda row, face, _: LinesField(row.name, face.label, face.help, face.hint, fence=True),
    Shape.PARAGRAPH: lambda row, face, _: TextField(row.name, face.label, face.help),
    Shape.HEADERS: lambda row, face, _: HeadersField(face.label, face.help),
    Shape.PAIRS: _pairs,
    Shape.FILE: lambda row, face, _: FileField(row.name, face.label, face.help, kind=row.files),
    Shape.NEW_FILE: lambda row, face, _: NewFileField(row.name, face.label, face.help),
    Shape.FOLDER: lambda row, face, _: FolderField(row.name, face.label, face.help),
    Shape.RULES: lambda row, face, _: RulesField(row.name, face.label, face.help, face.hint, kind=row.files),
    Shape.PROXY: lambda row, face, _: ProxyField(row.name, face.label, face.help),
    Shape.OFFER: _deflate,
    Shape.WISH: _deflate,
    Shape.TOLD: _told,
}
"""What makes the field of a shape."""
