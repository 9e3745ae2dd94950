from __future__ import annotations

import pytest

from wsgui.endpoint.engine_options import server_options
from wsgui.endpoint.settings import EndpointSettings
from wsgui.session import reach
from wsgui.session.reach import Reach, own_address, reach_of

LIMITS = "Takes 10\u202f000 connections and messages of 67.1 MB"
WHO = "Reached from beyond this machine: "


@pytest.fixture(autouse=True)
def one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "own_address", lambda: "192.0.2.7")


def found(*urls: str, **settings: object) -> Reach:
    made = EndpointSettings(kind="server", **settings)  # type: ignore[arg-type]
    return reach_of(urls, made, server_options(made))


def test_loopback_alone() -> None:
    assert found("ws://127.0.0.1:8765/") == Reach("http://127.0.0.1:8765/", "", "", LIMITS)
    assert found("wss://[::1]:8765/", secure=True).page == "https://[::1]:8765/"


def test_a_unix_socket_has_no_page() -> None:
    assert found("ws+unix:///run/x:/") == Reach(limits=LIMITS)


def test_every_address() -> None:
    every = found("ws://0.0.0.0:8765/")
    assert (every.page, every.phone) == ("http://127.0.0.1:8765/", "http://192.0.2.7:8765/")
    assert every.warning == WHO + "everybody there may connect, and is asked for no password."
    assert found("ws://[::]:8765/").page == "http://[::1]:8765/"


def test_an_address_of_a_network() -> None:
    one = found("ws://192.0.2.9:8765/", "ws://127.0.0.1:8765/")
    assert (one.page, one.phone) == ("http://127.0.0.1:8765/", "http://192.0.2.9:8765/")
    assert found("ws://[fe80::1%25eth0]:1/").phone == "http://[fe80::1%25eth0]:1/"


def test_who_is_asked_for_something() -> None:
    basic = {"auth": "basic", "user": "a", "password": "b"}
    assert found("ws://0.0.0.0:1/", **basic).warning == (
        WHO + "a password is asked for, and without TLS it can be read on the way."
    )
    assert found("wss://0.0.0.0:1/", auth="bearer", token="t", secure=True).warning == (
        WHO + "who connects is asked for a token."
    )


def test_own_address_is_not_loopback() -> None:
    assert not own_address().startswith("127.")
