from __future__ import annotations

import dataclasses
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.endpoint.secrets import masked
from wsgui.endpoint.settings import SECRETS, EndpointSettings
from wsgui.endpoint.toml_file import EndpointFileError, SavedEndpoint, read_endpoints, write_endpoints

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
pairs = st.lists(st.tuples(texts, texts), max_size=3)
settings = st.builds(
    EndpointSettings,
    url=texts,
    notes=texts,
    headers=pairs,
    cookies=pairs,
    subprotocols=st.lists(texts, max_size=2),
    deflate=st.booleans(),
    opening_timeout=st.floats(0.1, 100),
    port=st.integers(0, 65535),
    policies=pairs,
    password=texts,
    token=texts,
)
names = texts.map(str.strip).filter(bool)
saved = st.builds(SavedEndpoint, st.uuids().map(str), names, texts, settings)


def without_secrets(one: SavedEndpoint) -> SavedEndpoint:
    cleared = masked(dataclasses.replace(one.settings, **dict.fromkeys(SECRETS, "")))
    return dataclasses.replace(one, settings=cleared)


@given(st.lists(saved, max_size=4))
def test_what_is_written_is_read_but_for_secrets(some: list[SavedEndpoint]) -> None:
    assert read_endpoints(write_endpoints(some)) == ([without_secrets(one) for one in some], [])


def test_a_secret_never_stands_in_the_file() -> None:
    settings = EndpointSettings(password="hush1", token="hush2", key_password="hush3", proxy_password="hush4")
    settings.url = "ws://me:hush5@a/?token=hush6"
    settings.headers = [("X-Api-Key", "hush7")]
    assert "hush" not in write_endpoints([SavedEndpoint("1", "a", "", settings)], keep_plain=True)


def test_what_a_person_wrote_into_the_file_stays_there_and_is_not_exported() -> None:
    text = 'format = 1\n[[endpoint]]\nid = "1"\nname = "a"\nurl = "ws://a/?token=mine"\n'
    [found], complaints = read_endpoints(text)
    assert complaints == []
    assert found.plain
    assert 'url = "ws://a/?token=mine"' in write_endpoints([found], keep_plain=True)
    assert 'url = "ws://a/?token=***"' in write_endpoints([found])


def test_only_what_was_changed_is_written() -> None:
    text = write_endpoints([SavedEndpoint("1", "a", "", EndpointSettings(url="ws://a/"))])
    assert tomllib.loads(text)["endpoint"] == [{"id": "1", "name": "a", "kind": "client", "url": "ws://a/"}]


def test_what_cannot_be_used_is_told() -> None:
    text = """
format = 1
[[endpoint]]
name = "a"
url = 7
colour = "red"
password = "x"
port = -1
headers = [["a"]]
subprotocols = [["a", "b"]]
deflate = 1
opening_timeout = 3
redirects = true
[[endpoint]]
id = 3
folder = 4
"""
    found, complaints = read_endpoints(text)
    assert [one.name for one in found] == ["a", "Endpoint 2"]
    assert found[0].settings == EndpointSettings(opening_timeout=3.0)
    assert (found[1].id, found[1].folder) == ("", "")
    assert complaints == [
        "a: url has a value of the wrong kind.",
        "a: colour is not known.",
        "a: password is a secret, which a file does not hold.",
        "a: port has a value of the wrong kind.",
        "a: headers has a value of the wrong kind.",
        "a: subprotocols has a value of the wrong kind.",
        "a: deflate has a value of the wrong kind.",
        "a: redirects has a value of the wrong kind.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "This is not TOML: "),
        ("", "This TOML file holds no endpoints of wsgui."),
        ("format = 2", "This TOML file holds no endpoints of wsgui."),
        ("format = 1\nendpoint = 3", "This TOML file holds no endpoints of wsgui."),
    ],
)
def test_what_is_no_file_of_endpoints(text: str, sentence: str) -> None:
    with pytest.raises(EndpointFileError) as raised:
        read_endpoints(text)
    assert str(raised.value).startswith(sentence)


def test_an_endpoint_that_is_no_table() -> None:
    assert read_endpoints("format = 1\nendpoint = [3]") == ([], ["Endpoint 1 is no table."])


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for some in (text, f"format = 1\n[[endpoint]]\n{text}"):
        try:
            read_endpoints(some)
        except EndpointFileError as error:
            assert str(error).endswith(".")  # noqa: PT017 - or it is read
