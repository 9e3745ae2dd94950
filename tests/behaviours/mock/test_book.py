from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wsgui.behaviours.mock.book import book_of
from wsgui.behaviours.mock.came import Came
from wsgui.filter import PlainRow, evaluate, parse
from wsgui.records import FLAG_FIN

WS: Any = SimpleNamespace(number=1)
WORDS = ("a", "ab", "1", "1.0", "true", "null", "", "x y")
VALUES: tuple[Any, ...] = ("a", "ab", 1, 1.0, True, None, "1", 0, [1], {"a": 1})
NOTHING = object()


def fitting(rules: list[dict[str, str]], message: str | bytes | None) -> list[int]:
    text = "".join(
        "[[rule]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rule.items()) for rule in rules
    )
    return [rule.number for rule in book_of(text, frozenset()).fitting(Came(WS, message))]


def test_rules_are_asked_in_their_order_and_those_that_cannot_fit_not_at_all() -> None:
    rules = [
        {"on": "any", "send": "x"},
        {"on": "filter", "value": "json.id == 7 and length > 5"},
        {"on": "json", "path": "id", "value": "7"},
        {"on": "contains", "value": "id"},
        {"on": "matches", "value": '"id": [0-9]'},
        {"on": "matches", "value": "(?i)ID"},
        {"on": "has", "path": "id"},
        {"on": "equals", "value": '{"id": 7}'},
        {"on": "binary", "value": "7b"},
        {"on": "filter", "value": "opcode == binary"},
    ]
    assert fitting(rules, '{"id": 7}') == [1, 2, 3, 4, 5, 6, 7, 8]
    assert fitting(rules, '{"id": 8}') == [1, 4, 5, 6, 7]
    assert fitting(rules, b'{"id": 7}') == [1, 9, 10]
    assert fitting(rules, "x") == [1]
    assert fitting(rules, None) == []


def test_a_number_in_json_has_its_type() -> None:
    rules = [
        {"on": "filter", "value": f"json.a == {value}"} for value in ("1", "true", '"1"', "null", "1.0", "0", "false")
    ]
    assert fitting(rules, '{"a": 1}') == [1, 5]
    assert fitting(rules, '{"a": true}') == [2]
    assert fitting(rules, '{"a": "1"}') == [3]
    assert fitting(rules, '{"a": null}') == [4]
    assert fitting(rules, '{"a": 0.0}') == [6]
    assert fitting(rules, '{"a": false}') == [7]
    assert fitting(rules, '{"a": [1]}') == []
    assert fitting(rules, "{}") == []


def at(value: Any, path: str) -> Any:
    for step in re.findall(r"\w+", path):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return NOTHING
    return value


def said(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def fits(rule: dict[str, str], message: str | bytes) -> bool:
    """What a rule means, said without any table."""
    on, value, path = rule["on"], rule.get("value", ""), rule.get("path", "")
    if on == "filter":
        text = isinstance(message, str)
        data = message.encode() if isinstance(message, str) else message
        row = PlainRow(0, 1, 0, 1, 1 if text else 2, FLAG_FIN, None, 7, len(data), None, None, data, None, (), 0)
        return evaluate(parse(value), row)
    if on == "any":
        return True
    if isinstance(message, bytes):
        return on == "binary" and message.startswith(bytes.fromhex(value))
    if on in ("json", "has"):
        try:
            found = at(json.loads(message), path)
        except ValueError:
            return False
        return found is not NOTHING and (on == "has" or said(found) == value)
    if on == "matches":
        return re.search(value, message) is not None
    return on != "binary" and (message == value if on == "equals" else value in message)


paths = st.sampled_from(["a", "b", "a.b", "a[0]", "[0]", "b.a[1]"])
filled = st.sampled_from([word for word in WORDS if word.strip()])
rules = st.one_of(
    st.fixed_dictionaries({"on": st.just("equals"), "value": st.sampled_from(WORDS)}),
    st.fixed_dictionaries({"on": st.just("contains"), "value": filled}),
    st.fixed_dictionaries(
        {"on": st.just("matches"), "value": st.sampled_from(["ab", "a+b?", "^x y$", "(?i)AB", "1|t"])}
    ),
    st.fixed_dictionaries({"on": st.just("json"), "path": paths, "value": st.sampled_from(WORDS)}),
    st.fixed_dictionaries({"on": st.just("has"), "path": paths}),
    st.fixed_dictionaries({"on": st.just("binary"), "value": st.sampled_from(["61", "7b", "00"])}),
    st.fixed_dictionaries({"on": st.just("any")}),
    st.fixed_dictionaries(
        {
            "on": st.just("filter"),
            "value": st.builds(
                str.format,
                st.sampled_from(
                    [
                        "json{} == {}",
                        "length > 2 and json{} == {}",
                        "not json{} == {}",
                        "json{} != {}",
                        "json{} == {} or length < 3",
                    ]
                ),
                st.sampled_from([".a", ".b", ".a[0]", "[0]", ""]),
                st.sampled_from(['"a"', "1", "1.0", "true", "null", '"1"', "0"]),
            ),
        }
    ),
)
values = st.sampled_from(VALUES)
documents = st.one_of(
    values, st.lists(values, max_size=2), st.dictionaries(st.sampled_from(["a", "b"]), values, max_size=2)
)
messages = st.one_of(
    st.sampled_from(WORDS), st.builds(json.dumps, documents), st.sampled_from([b"", b"a", b'{"a":1}', b"\x00"])
)


@given(st.lists(rules, max_size=6), messages)
def test_tables_leave_out_no_rule_that_fits(these: list[dict[str, str]], message: str | bytes) -> None:
    assert fitting(these, message) == [number for number, rule in enumerate(these, 1) if fits(rule, message)]
