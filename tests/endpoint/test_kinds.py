"""The kinds of endpoint: what each row says."""

from __future__ import annotations

from wsgui.endpoint.kinds import CLIENT, SERVER
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import Role


def test_roles_and_places() -> None:
    assert CLIENT.role is Role.CLIENT
    assert SERVER.role is Role.SERVER
    assert CLIENT.place(EndpointSettings(url="ws://a.test/x")) == "ws://a.test/x"
    assert SERVER.place(EndpointSettings(kind="server", host="0.0.0.0", port=9)) == "0.0.0.0:9"
    assert SERVER.place(EndpointSettings(kind="server", unix_path="/tmp/s")) == "/tmp/s"
