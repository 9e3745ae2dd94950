"""Endpoints as TOML: only what is not at its default, and never a secret. Reading takes any file a person has."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import Any, Final

import tomlkit

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.saved import EndpointFileError, SavedEndpoint
from wsgui.endpoint.secrets import masked, mixed_secrets
from wsgui.endpoint.settings import OPTIONS, SECRETS, EndpointSettings
from wsgui.endpoint.variables import is_variable
from wsgui.options.model import PAIRED
from wsgui.redaction import MASK

_FIELDS: Final = {one.name: one for one in dataclasses.fields(EndpointSettings) if one.name not in SECRETS}
_USUAL: Final = EndpointSettings()


def write_endpoints(endpoints: list[SavedEndpoint], *, keep_plain: bool = False) -> str:
    """The text of a file. Pairs are tables of two strings, so that their order stays. Secrets are masked, but for those
    that a person wrote into the file (``keep_plain``)."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Endpoints of wsgui. Passwords and tokens are in the system's key store, not here:"))
    document.add(tomlkit.comment(f"{MASK} stands for one. What you write here yourself stays here."))
    document.add("format", 1)
    tables = tomlkit.aot()
    for endpoint in endpoints:
        table = tomlkit.table()
        table.add("id", endpoint.id)
        table.add("name", endpoint.name)
        if endpoint.folder:
            table.add("folder", endpoint.folder)
        settings = endpoint.settings if keep_plain and endpoint.plain else masked(endpoint.settings)
        for name in SECRETS:
            if is_variable(getattr(settings, name)):
                table.add(name, getattr(settings, name))
        for name in _FIELDS:
            value = getattr(settings, name)
            if value != getattr(_USUAL, name) or name == "kind":
                table.add(name, [list(pair) for pair in value] if name in _PAIRS else value)
        tables.append(table)
    document.add("endpoint", tables)
    return tomlkit.dumps(document)


def read_endpoints(text: str) -> tuple[list[SavedEndpoint], list[str]]:
    """The endpoints of a file's text, and a sentence for each thing in it that could not be used.

    Raises EndpointFileError if it is no such file at all.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise EndpointFileError(f"This is not TOML: {error}.") from error
    if document.get("format") != 1 or not isinstance(document.get("endpoint", []), list):
        raise EndpointFileError("This TOML file holds no endpoints of wsgui.")
    found: list[SavedEndpoint] = []
    complaints: list[str] = []
    for number, table in enumerate(document.get("endpoint", []), 1):
        if isinstance(table, dict):
            found.append(_endpoint(table, number, complaints))
        else:
            complaints.append(f"Endpoint {number} is no table.")
    return found, complaints


def _endpoint(table: dict[str, Any], number: int, complaints: list[str]) -> SavedEndpoint:
    name = table.pop("name", None)
    if not isinstance(name, str) or not name.strip():
        name = f"Endpoint {number}"
    id_, folder = table.pop("id", ""), table.pop("folder", "")
    settings = EndpointSettings()
    for key, value in table.items():
        if key in SECRETS and isinstance(value, str) and is_variable(value):
            setattr(settings, key, value)
            continue
        if key not in _FIELDS:
            what = "is a secret, which a file does not hold" if key in SECRETS else "is not known"
            complaints.append(f"{name}: {key} {what}.")
            continue
        usable = _usable(key, value)
        if usable is None:
            complaints.append(f"{name}: {key} has a value of the wrong kind.")
        else:
            setattr(settings, key, usable)
    return SavedEndpoint(
        id_ if isinstance(id_, str) else "",
        name.strip(),
        folder if isinstance(folder, str) else "",
        settings,
        plain=bool(mixed_secrets(settings)),
    )


_PAIRS: Final = tuple(name for name, row in OPTIONS.items() if row.shape in PAIRED)


def _usable(key: str, value: Any) -> Any:
    """``value`` if it is of the kind that the field has, else None."""
    if key == "kind":
        return value if isinstance(value, str) and value in ENDPOINT_KINDS else None
    usual = getattr(_USUAL, key)
    if isinstance(usual, bool) or isinstance(value, bool):
        return value if isinstance(value, bool) and isinstance(usual, bool) else None
    if isinstance(usual, float):
        return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else None
    if isinstance(usual, int):
        return value if isinstance(value, int) and 0 <= value < 2**31 else None
    if isinstance(usual, str):
        return value if isinstance(value, str) else None
    if not isinstance(value, list):
        return None
    if key not in _PAIRS:
        return value if all(isinstance(one, str) for one in value) else None
    if all(isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one) for one in value):
        return [(one[0], one[1]) for one in value]
    return None
