"""What of an endpoint that came from somebody else lets others read along, or into this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.dissect.visible import visible
from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.variables import spell_out, variables_of
from wsgui.redaction import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable

RISKS: Final[dict[str, Callable[[EndpointSettings], str]]] = {
    "verify": lambda one: "" if one.verify else "does not verify the server's certificate: others may read and change",
    "proxy": lambda one: f"goes through the proxy {shown_url(one.proxy)}" if one.proxy else "",
    "key_log": lambda one: (
        f"writes the keys of its TLS to {one.key_log}: whoever has them reads all" * bool(one.key_log)
    ),
    "ca_file": lambda one: f"trusts the authorities in {one.ca_file}" * bool(one.ca_file),
    "origins": lambda one: f"lets pages of {', '.join(one.origins)} in without a question" * bool(one.origins),
    "static_folder": lambda one: f"shows browsers the files of {one.static_folder}" * bool(one.static_folder),
    "hosts": lambda one: f"lets clients call it {', '.join(one.hosts)} without a question" * bool(one.hosts),
}
"""By field: what to say of its value, in words that follow a name; empty for what is usual."""

SHOWN: Final = 200
"""Characters of one that are shown."""


def risks_of(settings: EndpointSettings) -> list[str]:
    """What a person is told before these settings are used."""
    said = [visible(say(settings)) for say in RISKS.values()]
    if names := variables_of(settings):
        said.append(f"sends what the environment has under {', '.join(names)}")
    return [text if len(text) <= SHOWN else text[:SHOWN] + "…" for text in said if text]


def without_risks(settings: EndpointSettings) -> None:
    """Put the fields that are told of back to what is usual; names of variables stand for themselves from then on."""
    usual = EndpointSettings()
    spell_out(settings)
    for name, say in RISKS.items():
        if say(settings):
            setattr(settings, name, getattr(usual, name))
