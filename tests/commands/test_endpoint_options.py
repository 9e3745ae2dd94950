from __future__ import annotations

import argparse

import pytest

from wsgui.commands.endpoint_options import add_endpoint_arguments, settings_from
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.protocol.states import Role


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
