from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from wsgui.commands.endpoint_options import add_endpoint_arguments, settings_for, settings_from
from wsgui.endpoint.key_store import KeyStore, KeyStoreError
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from pathlib import Path


def read(words: str, saved: EndpointSettings) -> EndpointSettings:
    parser = argparse.ArgumentParser()
    add_endpoint_arguments(parser, Role.CLIENT)
    return settings_from(parser.parse_args(words.split()), "client", saved)


@pytest.mark.parametrize(
    ("words", "saved", "auth"),
    [
        ("--user a:b", "none", "basic"),
        ("--user a:b", "bearer", "basic"),
        ("--user a:b", "digest", "digest"),
        ("--user a:b --digest", "none", "digest"),
        ("--digest --user a:b", "bearer", "digest"),
        ("--digest", "basic", "digest"),
        ("--bearer t", "digest", "bearer"),
    ],
)
def test_the_kind_of_authorization_follows_what_is_said(words: str, saved: str, auth: str) -> None:
    assert read(words, EndpointSettings(auth=saved)).auth == auth


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--digest --bearer t", "--digest and --bearer cannot go together."),
        ("--bearer t --user a:b", "--user and --bearer cannot go together."),
    ],
)
def test_words_that_count_for_nothing_beside_others_are_refused(words: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(words, EndpointSettings())
    assert (str(caught.value), caught.value.field) == (sentence, "auth")


def test_what_is_implied_does_not_overrule_what_is_said() -> None:
    assert read("--deflate-offer x", EndpointSettings()).deflate
    assert read("--user a:b --digest --proxy-digest", EndpointSettings()).proxy_auth == "digest"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EndpointStore:
    """A store of saved endpoints on a system without a key store."""

    def fill(self: KeyStore, id_: str, settings: EndpointSettings) -> None:
        raise KeyStoreError("This system has no key store, so passwords and tokens are not kept.")

    monkeypatch.setattr("wsgui.commands.endpoint_options.config_folder", lambda: tmp_path)
    monkeypatch.setattr(KeyStore, "fill", fill)
    return EndpointStore(tmp_path / FILE_NAME)


def saved_as(words: str) -> EndpointSettings:
    parser = argparse.ArgumentParser()
    add_endpoint_arguments(parser, Role.CLIENT)
    return settings_for(parser.parse_args(words.split()), "client")


def test_what_a_saved_endpoint_lacks_is_asked_for(kept: EndpointStore, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = [("X-Token", "hush"), ("A", "b")]
    kept.add("one", EndpointSettings(url="ws://h/?token=hush", headers=headers, auth="bearer", token="hush"))
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return f"${len(prompts)}a"

    monkeypatch.setattr("wsgui.commands.endpoint_options.ask", answer)
    settings = saved_as("--endpoint one")
    assert prompts == ["Token: ", "*** in the URL: ", "*** in the headers (X-Token): "]
    assert settings.url == "ws://h/?token=%242a"
    assert settings.headers == [("X-Token", "$3a"), ("A", "b")]
    assert settings.token == "$1a"
    prompts.clear()
    saved_as("--endpoint one --bearer t")  # what is said is not asked for
    assert prompts == ["*** in the URL: ", "*** in the headers (X-Token): "]


def test_a_mask_is_not_sent_where_nobody_can_be_asked(kept: EndpointStore, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.add("masked", EndpointSettings(url="ws://h/?token=hush"))
    kept.add("empty", EndpointSettings(url="ws://h/", auth="basic", user="me"))
    monkeypatch.setattr("wsgui.commands.secret_words._has_terminal", lambda: False)
    with pytest.raises(SettingsError, match=r"\*\*\* in the URL is not known: there is no terminal to ask for it"):
        saved_as("--endpoint masked")
    assert saved_as("--endpoint empty").password == ""
