"""The form of a behaviour, in the drawer of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.drawer.test_drawer import Desk
from wsgui.endpoint.settings import EndpointSettings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def server(qtbot: QtBot) -> Desk:
    return Desk(qtbot, EndpointSettings(kind="server", behaviour="clock", behaviour_options=[("interval", "500ms")]))


def test_an_option_has_a_field_with_its_limits(server: Desk) -> None:
    form = server["behaviour"]
    assert form is server["behaviour_options"]
    assert server.pages()[0] == "Behaviour"
    assert list(form.fields) == ["interval", "template"]
    interval: Any = form.fields["interval"].box
    assert (interval.value(), interval.minimum(), interval.maximum()) == (0.5, 0.001, 86400)
    assert form.summary.text() == "clock: Pushes the time to every connection, each so often."
    # What was said is kept as it was until it is edited.
    server["routes"].edit.setPlainText("/a=echo")
    assert server.settings.behaviour_options == [("interval", "500ms")]
    interval.setValue(2)
    assert server.settings.behaviour_options == [("interval", "2")]
    interval.setValue(1)
    assert server.settings.behaviour_options == []


def test_another_behaviour_has_another_form(server: Desk) -> None:
    form = server["behaviour"]
    form.choose("broadcast", [("others", "on")])
    assert (server.settings.behaviour, server.settings.behaviour_options) == ("broadcast", [("others", "on")])
    assert form.fields["others"].box.isChecked()
    form.choose("echo", [])
    assert form.fields == {}
    assert form.summary.text().endswith("It has no options.")
    server.drawer.load(EndpointSettings(kind="server", behaviour="clock", behaviour_options=[("template", "x")]))
    assert form.fields["template"].value() == "x"


def test_what_a_file_says_wrong_is_said_and_can_be_mended(server: Desk) -> None:
    form = server["behaviour"]
    wrong = [("interval", "soon"), ("template", "t"), ("colour", "red")]
    server.drawer.load(EndpointSettings(kind="server", behaviour="clock", behaviour_options=wrong))
    assert form.wrong.text() == "interval: Expected a time, such as 500ms or 2s, not 'soon'."
    assert form.fields["template"].value() == "t"
    form.fields["interval"].box.setValue(3)
    assert form.wrong.text() == ""
    assert server.settings.behaviour_options == [("interval", "3"), ("template", "t")]


def test_a_behaviour_that_there_is_not(server: Desk) -> None:
    form = server["behaviour"]
    server.drawer.load(EndpointSettings(kind="server", behaviour="dance", behaviour_options=[("a", "b")]))
    assert form.wrong.text().startswith("There is no behaviour 'dance'; there are asyncapi, broadcast, ")
    assert form.fields == {}
    form.choose("clock", [])
    assert server.drawer.error is None
    assert server.settings.behaviour == "clock"


def test_a_route_that_cannot_be_used(server: Desk) -> None:
    server["routes"].edit.setPlainText("/a=echo\n/b=clock interval=x")
    assert server["routes"].wrong.text().startswith("The route /b: interval: Expected a time")
    assert server.settings.routes == []


def test_passwords_of_a_behaviour_are_dots(server: Desk) -> None:
    form = server["behaviour"]
    form.choose("rpc", [("users", "ann:pass"), ("users", "bob:")])
    users: Any = form.fields["users"]
    table = users.table
    delegate = table.itemDelegateForColumn(1)
    shown = [delegate.displayText(table.item(row, 1).text(), table.locale()) for row in range(2)]
    assert shown == ["●●●●●●●●", ""]
    assert users.value() == [("ann", "pass"), ("bob", "")]
    users.paste("cy:x:y")
    assert server.settings.behaviour_options == [("users", "ann:pass"), ("users", "bob:"), ("users", "cy:x:y")]
    answers: Any = form.fields["answers"]
    answers.paste("time = nothing")
    assert form.wrong.text().startswith("answers: The result of time is not JSON: ")
    assert len(server.settings.behaviour_options) == 3
