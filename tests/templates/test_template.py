from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.templates import GIVEN, MISSING, PLACEHOLDERS, Filling, Template, TemplateError, UnfilledError
from wsgui.templates.paths import at_path, read_path

CAME = {"a": [1, {"odd name": "x"}], "name": "Ann", "none": None}


def came(name: str, path: tuple[str | int, ...]) -> Any:
    if name == "json":
        return at_path(CAME, path)
    return {"message": b"\xff\x00", "path": "/chat"}.get(name, MISSING)


def filled(text: str, **variables: object) -> str:
    return Template.parse(text, known=GIVEN).fill(Filling(variables, given=came))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("plain { } }} text", "plain { } }} text"),
        (r"\{{uuid}}", "{{uuid}}"),
        ("{{json.a[0]}} {{json.a[1][\"odd name\"]}} {{json.none}}", "1 x null"),
        ('{{json.name}} {{json.name|json}} {{ json.a }}', 'Ann "Ann" [1,{"odd name":"x"}]'),
        ("{{message|hex}} {{message|base64}} {{message|length}}", "ff00 /wA= 2"),
        ("{{path|url}} {{path|upper}}", "%2Fchat /CHAT"),
        ("{{json.b|or nothing at all}} {{json.name|or x}}", "nothing at all Ann"),
        ("{{who}} {{var.who|lower}} {{flag}}", "Bob bob true"),
        ("{{counter}} {{counter}} {{counter x}} {{counter}}", "1 2 1 3"),
        ("{{random.int 4 4}} {{random.of red}} {{random.float 2 2}}", "4 red 2.0"),
    ],
)  # fmt: skip
def test_it_is_filled_in(text: str, becomes: str) -> None:
    assert filled(text, who="Bob", flag=True) == becomes


def test_what_is_made_up_has_its_form() -> None:
    found = filled("{{uuid}} {{now}} {{now.s}} {{now.ms}} {{random.hex 2}} {{random.text 5}} {{random.int 1 6}}")
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d{10} \d{13} [0-9a-f]{4} "
        r"[A-Za-z0-9]{5} [1-6]",
        found,
    )
    assert {"uuid", "now", "now.ms", "counter", "random.int"} <= set(PLACEHOLDERS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a {{", r"{{ has no }} behind it; text is written \{{."),
        ("{{ }}", "{{}}: There is nothing between the braces."),
        ("{{foo bar}}", "{{foo bar}}: There is no 'foo'; there are uuid, now, "),
        ("{{nobody}}", "{{nobody}}: There is no variable 'nobody'; there are who."),
        ("{{match.1}}", "{{match.1}}: Nothing has come here that it could be taken from."),
        ("{{path.x}}", "{{path.x}}: There is nothing in path."),
        ("{{json..a}}", "{{json..a}}: Expected a path such as user.names[0]"),
        ("{{random.int 6 1}}", "{{random.int 6 1}}: 6 is not below 1."),
        ("{{random.int 1}}", "{{random.int 1}}: It is written random.int 1 6."),
        ("{{random.float nan 1}}", "{{random.float nan 1}}: nan is not below 1."),
        ("{{random.hex 0}}", "{{random.hex 0}}: It is written random.hex 8, with a number up to 65536."),
        ("{{random.of}}", "{{random.of}}: It is written random.of red green blue."),
        ("{{counter a b}}", "{{counter a b}}: A counter has one name."),
        ("{{uuid x}}", "{{uuid x}}: Nothing stands behind it, and 'x' does."),
        ("{{env.}}", "{{env.}}: An environment variable is written env.NAME."),
        ("{{who|loud}}", "{{who|loud}}: There is no |loud; there are json, "),
        ("{{who|upper x}}", "{{who|upper x}}: Nothing stands behind |upper, and 'x' does."),
        ("{{'a}}", "{{'a}}: No closing quotation."),
    ],
)
def test_what_is_no_template_is_refused(text: str, says: str) -> None:
    with pytest.raises(TemplateError) as error:
        Template.parse(text, known=("json", "path"), variables=("who",))
    assert str(error.value).startswith(says)
    assert error.value.position == text.index("{{")


def test_where_there_is_nothing_nothing_is_made_up() -> None:
    for text in ("{{json.b|json}}", "{{match}}", "{{json.name[0]}}", "{{nobody}}"):
        with pytest.raises(UnfilledError, match="There is no "):
            filled(text)


def test_the_environment_is_filled_in_only_where_a_person_lets_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "test")
    template = Template.parse("{{env.STAGE}}")
    assert template.environment == {"STAGE"}
    assert template.fill(Filling(environment=frozenset({"STAGE"}))) == "test"
    with pytest.raises(UnfilledError, match="STAGE may not be sent"):
        template.fill(Filling())
    monkeypatch.delenv("STAGE")
    with pytest.raises(UnfilledError, match=r"There is no env\.STAGE"):
        template.fill(Filling(environment=frozenset({"STAGE"})))


def test_it_knows_what_it_needs() -> None:
    template = Template.parse("{{a}} {{env.B}} {{uuid}}")
    assert (template.names, template.environment, template.fixed) == ({"a"}, {"B"}, None)
    assert Template.parse(r"no \{{place}}").fixed == "no {{place}}"


@given(st.text())
def test_any_text_is_a_template_or_has_a_sentence(text: str) -> None:
    try:
        template = Template.parse(text, known=GIVEN)
    except TemplateError as error:
        place = error.position
    else:
        with suppress(UnfilledError):
            template.fill(Filling(given=came))
        return
    assert 0 <= place < len(text)


@given(st.lists(st.one_of(st.integers(0, 10**6), st.text(min_size=1))))
def test_a_path_finds_what_it_names(steps: list[str | int]) -> None:
    import json

    text = "".join(f"[{json.dumps(step)}]" for step in steps)
    value: Any = "there"
    for step in reversed(steps):
        value = {step: value} if isinstance(step, str) else value
    found = read_path(text)
    assert found == tuple(steps)
    if all(isinstance(step, str) for step in steps):
        assert at_path(value, found) == "there"


def test_paths_are_written_in_several_ways() -> None:
    assert read_path("a.b[0].1.c-d") == ("a", "b", 0, 1, "c-d")
    assert read_path("") == ()
    for wrong in (".a", "a b", "[x]", 'a["\\x"]'):
        with pytest.raises(TemplateError):
            read_path(wrong)
    assert at_path([1], (5,)) is MISSING
    assert at_path({"a": 1}, ("a", "b")) is MISSING
