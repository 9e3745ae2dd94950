"""The table of options: each row is whole, and everything that is made of it follows."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from wsgui.commands.endpoint_options import add_endpoint_arguments
from wsgui.commands.parser import Parser
from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.settings import OPTIONS, SECRETS, EndpointSettings
from wsgui.options.model import Face, Shape, counted, option, options_of, said
from wsgui.protocol.states import Role

BARE = ("kind", "url")
"""What makes an endpoint one, and is no option."""


def test_every_field_is_a_row() -> None:
    assert [one.name for one in dataclasses.fields(EndpointSettings)] == [*BARE, *OPTIONS]
    usual = EndpointSettings()
    for name, row in OPTIONS.items():
        assert row.name == name
        assert getattr(usual, name) == row.default


@pytest.mark.parametrize("role", Role)
def test_faces_are_whole(role: Role) -> None:
    pages = [page.title for page in PAGES[role]]
    flags: list[str] = []
    for row in OPTIONS.values():
        face = row.faces.get(role)
        if face is None:
            continue
        assert not face.page or face.page in pages, row.name
        assert not face.page or ("&" in face.label and face.help), row.name
        assert not face.flag or face.help, row.name
        assert not (face.flag and row.shape is not Shape.FLAG) or face.metavar, row.name
        flags += [face.flag] * bool(face.flag) + [one.flag for one in row.choices_of(role) if one.flag]
    assert len(flags) == len(set(flags))
    parser = Parser("wsgui", "", "", "")
    add_endpoint_arguments(parser, role)
    told = parser.format_help()
    assert [flag for flag in flags if flag not in told] == []


def test_what_is_needed_and_implied_is_there() -> None:
    for row in OPTIONS.values():
        if row.needs is not None:
            other, values = row.needs
            assert set(values) <= {one.value for one in OPTIONS[other].choices}
        assert all(name in OPTIONS for name in row.implies)
    assert SECRETS == ("password", "token", "proxy_password", "key_password")
    assert [OPTIONS[name].secret for name in ("user", "password")] == [False, True]


def test_a_role_may_have_fewer_choices() -> None:
    assert [one.value for one in OPTIONS["auth"].choices_of(Role.SERVER)] == ["none", "basic", "bearer"]
    assert [one.value for one in OPTIONS["auth"].choices_of(Role.CLIENT)] == ["none", "basic", "bearer", "digest"]


def test_a_new_option_is_one_row() -> None:
    @dataclasses.dataclass
    class Settings:
        kind: str = "client"
        colour: str = option(Shape.TEXT, "red", both=Face("Handshake", "&Colour", "Of the request", flag="--colour"))
        names: Any = option(Shape.NAMES, ["a"], server=Face("Handshake", "&Names", "Said to all"))

    rows = options_of(Settings)
    assert list(rows) == ["colour", "names"]
    assert rows["colour"].faces[Role.CLIENT] is rows["colour"].faces[Role.SERVER]
    assert list(rows["names"].faces) == [Role.SERVER]
    one, other = Settings(), Settings()
    assert (one.colour, one.names) == ("red", ["a"])
    assert one.names is not other.names


def test_words_of_the_summary() -> None:
    assert counted("header")([("a", "b")]) == "1 header"
    assert counted("redirect")(3) == "3 redirects"
    assert said("proxy")("http://a") == "proxy"
