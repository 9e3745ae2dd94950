"""Fields that are known only once a frame is recorded, or within a capture, are refused by name where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.filter.texts import filter_texts, parsed
from wsgui.filter import FIELDS, Filter, FilterError, Scope, complete, parse
from wsgui.filter.fields import ALIASES, fields_in


def outcome(text: str, scope: Scope) -> Filter | FilterError:
    try:
        return parse(text, scope)
    except FilterError as error:
        return error


def refused(text: str, scope: Scope) -> FilterError:
    with pytest.raises(FilterError) as raised:
        parse(text, scope)
    return raised.value


def test_what_is_known_where() -> None:
    wire, row = set(fields_in(Scope.WIRE)), set(fields_in(Scope.ROW))
    assert row - wire == {"direction", "connection", "number", "time", "message", "fragment", "violation"} | {
        "eio.type",
        "eio.sid",
        "eio.data",
        "eio.probe",
    }
    assert set(FIELDS) - row == {"delta", "note", "bookmark", "answer_time", "unanswered"}


@pytest.mark.parametrize("name", list(FIELDS))
def test_each_field_is_known_from_its_scope_on(name: str) -> None:
    for scope in Scope:
        if FIELDS[name].scope <= scope:
            assert parse(name, scope)
        else:
            error = refused(f"fin and ({name})", scope)
            assert (error.position, error.length) == (9, len(name))
            assert error.sentence.startswith(f"{name} is not known of a frame on its way, only ")
            assert error.expected == tuple(fields_in(scope))


def test_an_alias_is_no_way_round() -> None:
    for alias, name in ALIASES.items():
        if FIELDS[name].scope is not Scope.WIRE:
            assert refused(alias, Scope.WIRE).length == len(alias)


def test_the_first_of_several_is_named() -> None:
    error = refused("opcode == text or number < 5 or not delta > 1s", Scope.WIRE)
    assert error.sentence == "number is not known of a frame on its way, only once it is recorded."
    assert error.position == 18
    assert refused("delta > 1s", Scope.ROW).sentence == (
        "delta is not known of a frame on its way, only within a capture."
    )


@pytest.mark.parametrize("text", ["opcode == http", "opcode != no_frame", "opcode in {text, HTTP}"])
def test_what_is_no_frame_is_none_on_its_way(text: str) -> None:
    error = refused(text, Scope.WIRE)
    word = text[error.position : error.position + error.length]
    assert error.sentence == f"{word} is no frame, so no frame on its way fits it."
    assert "text" in error.expected
    assert "http" not in error.expected
    assert parse(text, Scope.ROW)


def test_other_values_are_as_they_were() -> None:
    assert parse("opcode in {text, 8..10} and opcode > 2 and not opcode", Scope.WIRE)


def test_only_what_is_known_is_proposed() -> None:
    fields = [one.text for one in complete("", 0, Scope.WIRE)]
    assert fields == [*fields_in(Scope.WIRE), "not", "("]
    assert complete("num", 3, Scope.WIRE) == []
    values = [one.text for one in complete("opcode == ", 10, Scope.WIRE)]
    assert "ping" in values
    assert "http" not in values
    assert "http" in [one.text for one in complete("opcode == ", 10)]
    assert [one.text for one in complete("close_code == no", 16, Scope.WIRE)] == [
        "normal",
        "normal_closure",
        "no_status_received",
    ]


@given(filter_texts)
def test_every_filter_is_for_a_frame_on_its_way_or_names_what_is_not_known(text: str) -> None:
    wanted = parsed(text)
    if wanted is not None:
        found = outcome(text, Scope.WIRE)
        assert found == wanted or (isinstance(found, FilterError) and "on its way" in found.sentence and found.length)
