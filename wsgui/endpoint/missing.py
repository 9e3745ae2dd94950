"""Secrets that an endpoint lacks: what is asked for before connecting, and where the answers go."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.secrets import MIXED, place_of
from wsgui.endpoint.settings import OPTIONS
from wsgui.endpoint.variables import literal, literal_words
from wsgui.redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.endpoint.settings import EndpointSettings

_NEEDED: Final = {name: row.needs for name, row in OPTIONS.items() if row.secret and row.needs is not None}
"""Secrets that count while another option has one of some values."""


class Missing(NamedTuple):
    """One secret that is missing: ``label`` says which. ``place`` is its number among the masks of a field;
    None for a field that is a secret as a whole. ``may_be_empty``: nothing may be meant."""

    field: str
    label: str
    place: int | None = None
    may_be_empty: bool = False


def missing_secrets(settings: EndpointSettings) -> list[Missing]:
    """What to ask for before connecting, in the order of the fields."""
    found: list[Missing] = []
    role = ENDPOINT_KINDS[settings.kind].role
    for name, (other, values) in _NEEDED.items():
        face = OPTIONS[name].faces.get(role)
        if face is not None and getattr(settings, other) in values and not getattr(settings, name):
            label = face.label.replace("&", "")
            whose = f" of {settings.user}" if name == "password" and settings.user else ""
            found.append(Missing(name, label + whose, may_be_empty=True))
    for name in MIXED:
        texts = _texts(getattr(settings, name))
        number = sum(text.count(MASK) for _, text in texts)
        place = 0
        for key, text in texts:
            for _ in range(text.count(MASK)):
                which = f" ({key})" if key else f" ({place + 1} of {number})" if number > 1 else ""
                found.append(Missing(name, f"{MASK} in {place_of(name)}{which}", place))
                place += 1
    return found


def with_secrets(settings: EndpointSettings, answers: Sequence[tuple[Missing, str]]) -> EndpointSettings:
    """The settings with what a person answered: each stands for itself, also one that begins with a dollar sign."""
    found = copy.deepcopy(settings)
    by_field: dict[str, dict[int, str]] = {}
    for one, answer in answers:
        if one.place is None:
            setattr(found, one.field, literal(answer))
        else:
            # A person types what the secret is, and a URL has it percent-encoded.
            text = quote(answer, safe="") if one.field in ("url", "proxy") else literal_words(answer)
            by_field.setdefault(one.field, {})[one.place] = text
    for name, put in by_field.items():
        setattr(found, name, _filled(getattr(found, name), put))
    return found


def _texts(value: object) -> list[tuple[str, str]]:
    """What a field says, as (name, text); the name is empty where there is none."""
    if isinstance(value, str):
        return [("", value)]
    assert isinstance(value, list)  # noqa: S101 - `MIXED` are texts and lists
    return [("", one) if isinstance(one, str) else (one[0], one[1]) for one in value]


def _filled(value: object, put: dict[int, str]) -> object:
    place = -1

    def fill(text: str) -> str:
        nonlocal place
        head, *tails = text.split(MASK)
        for tail in tails:
            place += 1
            head += put.get(place, MASK) + tail
        return head

    if isinstance(value, str):
        return fill(value)
    assert isinstance(value, list)  # noqa: S101 - `MIXED` are texts and lists
    return [fill(one) if isinstance(one, str) else (one[0], fill(one[1])) for one in value]
