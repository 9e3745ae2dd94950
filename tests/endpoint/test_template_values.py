"""Variables of templates, by environment."""

from __future__ import annotations

import pytest

from wsgui.endpoint.engine_options import client_options
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.endpoint.template_values import environments_of, joined, values_of

TOLD = [("host", "local"), ("host@staging", "far"), ("room", "blue"), ("key@live", "k")]


def test_an_environment_has_values_of_its_own() -> None:
    settings = EndpointSettings(variables=TOLD)
    assert values_of(settings) == {"host": "local", "room": "blue"}
    assert environments_of(settings) == ["staging", "live"]
    settings.environment = "staging"
    assert values_of(settings) == {"host": "far", "room": "blue"}
    settings.environment = "live"
    assert values_of(settings) == {"host": "local", "room": "blue", "key": "k"}


def test_a_plain_name_takes_the_place_of_all_its_values() -> None:
    assert joined(TOLD, [("host", "here"), ("new", "1")]) == [*TOLD[2:], ("host", "here"), ("new", "1")]
    assert joined(TOLD, [("host@staging", "x")]) == [TOLD[0], *TOLD[2:], ("host@staging", "x")]


@pytest.mark.parametrize(
    ("settings", "field", "sentence"),
    [
        (
            EndpointSettings(variables=[("a b", "1")]),
            "variables",
            "A variable is called name or name@environment, not 'a b'.",
        ),
        (
            EndpointSettings(variables=[("a@", "1")]),
            "variables",
            "A variable is called name or name@environment, not 'a@'.",
        ),
        (
            EndpointSettings(variables=[("uuid", "1")]),
            "variables",
            "A variable cannot be called uuid: {{uuid}} is something else.",
        ),
        (
            EndpointSettings(environment="live"),
            "environment",
            "There is no environment 'live': no variable has a value for one, as name@staging=value.",
        ),
        (
            EndpointSettings(environment="x", variables=TOLD),
            "environment",
            "There is no environment 'x': there are staging, live.",
        ),
        (
            EndpointSettings(templates=True, on_connect=["{{a"]),
            "on_connect",
            "{{ has no }} behind it; text is written \\{{.",
        ),
    ],
)
def test_what_cannot_be_used(settings: EndpointSettings, field: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        client_options(settings)
    assert (caught.value.field, str(caught.value)) == (field, sentence)
