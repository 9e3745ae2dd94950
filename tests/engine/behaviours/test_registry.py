"""Each behaviour is whole: what window, command line and docs are made of is there."""

from __future__ import annotations

import pytest

from wsgui.engine import Behaviour, all_behaviours, register
from wsgui.engine.behaviours.plan import Told, made
from wsgui.options.texts import pairs_of, read_all
from wsgui.protocol.states import Role

REACH_FURTHER = {"asyncapi", "broadcast", "capture", "chat", "files", "rpc", "rules", "script", "socketio"}
"""Those whose clients reach one another, a file or a script."""


@pytest.mark.parametrize("name", all_behaviours())
def test_a_behaviour_is_whole(name: str) -> None:
    kind = all_behaviours()[name]
    assert kind.name == name
    assert name.isalpha()
    assert name.islower()
    assert kind.summary.endswith(".")
    assert ". " not in kind.summary  # one sentence, in which names like Socket.IO may stand
    assert kind.__doc__
    assert kind.alone is (name not in REACH_FURTHER)
    for option, row in kind.rows().items():
        face = row.faces[Role.SERVER]
        assert face.label, option
        assert face.help, option
        assert not face.help.endswith("."), option
        assert option.isidentifier()
    behaviour = made(Told(name))
    assert behaviour.values() == {option: row.default for option, row in kind.rows().items()}
    behaviour.check()
    behaviour.stop()


@pytest.mark.parametrize("name", all_behaviours())
def test_usual_values_are_read_from_their_texts(name: str) -> None:
    rows = all_behaviours()[name].rows()
    usual = {option: row.default for option, row in rows.items()}
    assert pairs_of(rows, usual) == []
    texts = [pair for option, row in rows.items() for pair in pairs_of({option: _other(row)}, {option: row.default})]
    assert read_all(rows, texts, name) == usual


def _other(row):  # type: ignore[no-untyped-def]
    """The row with another default, so that its usual value is written."""
    from dataclasses import replace

    return replace(row, default=object())


def test_a_name_is_taken_once() -> None:
    class Mine(Behaviour):
        name = "echo"

    with pytest.raises(ValueError, match="there is a behaviour 'echo' already"):
        register(Mine)
    assert all_behaviours()["echo"] is not Mine


def test_a_behaviour_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="there is no behaviour 'dance'; there are asyncapi, broadcast, "):
        made(Told("dance"))


def test_options_are_told_anew() -> None:
    behaviour = made(Told("clock", {"template": "{n}"}))
    assert behaviour.values() == {"interval": 1.0, "template": "{n}"}
    behaviour.tell({"interval": 2.0})
    assert behaviour.values() == {"interval": 2.0, "template": "{time}"}
