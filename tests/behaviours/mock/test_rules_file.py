from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.behaviours.lines import FileProblem, decoded, read_text
from wsgui.behaviours.mock.book import book_of
from wsgui.behaviours.mock.ranges import in_words, read_ranges
from wsgui.behaviours.mock.rules_file import read_spec, write_spec
from wsgui.behaviours.mock.spec import RuleSpec, Spec

TEXT = """\
# our login
answer = "all"

[variables]
user = ""  # nobody at first
tries = 0

[shared]
guests = 0

# who comes is greeted
[[rule]]
name = "greeting"
on = "connect"
send = "hello"
expect = 1

[[rule]]
on = "json"
path = "method"
value = 5
given = { user = "Ann", tries = 0 }
send = ['{"a":1}', "two"]  # both
binary = "00 ff"
delay = "20ms"
jitter = 1
set = { user = "{{json.args[0]}}" }
then = "close"
code = 4000
"""


def test_rules_are_read() -> None:
    spec = read_spec(TEXT)
    assert (spec.answer, spec.variables, spec.shared) == ("all", {"user": "", "tries": 0}, {"guests": 0})
    assert spec.rules == [
        RuleSpec(name="greeting", on="connect", send=["hello"], expect="1"),
        RuleSpec(
            on="json",
            path="method",
            value="5",
            given=[("user", "Ann"), ("tries", "0")],
            send=['{"a":1}', "two"],
            binary=["00 ff"],
            delay=0.02,
            jitter=1.0,
            set=[("user", "{{json.args[0]}}")],
            then="close",
            code=4000,
        ),
    ]


def test_what_is_written_keeps_comments_and_what_was_not_changed() -> None:
    spec = read_spec(TEXT)
    assert write_spec(spec, TEXT) == TEXT
    spec.rules[1].value = "6"
    spec.rules[1].delay = 2.5
    spec.rules.append(RuleSpec(on="equals", value="two\nlines", set=[("user", "x")]))
    del spec.variables["tries"]
    written = write_spec(spec, TEXT)
    assert read_spec(written) == spec
    for comment in ("# our login", "# both", "# nobody at first"):
        assert comment in written
    assert 'delay = "2.5s"' in written


def test_a_rule_that_is_taken_out_takes_its_table_along() -> None:
    spec = read_spec(TEXT)
    del spec.rules[0]
    written = write_spec(spec, TEXT)
    assert read_spec(written) == spec
    assert "greeting" not in written
    assert read_spec(write_spec(Spec(), written)).rules == []


NAMES = st.text("abcde_", min_size=1)
RULES = st.builds(
    RuleSpec,
    name=st.text(),
    on=st.sampled_from(["connect", "equals", "json", "timer"]),
    value=st.text(),
    every=st.integers(1, 86400).map(float),
    given=st.dictionaries(st.text(), st.text()).map(lambda one: list(one.items())),
    send=st.lists(st.text()),
    order=st.sampled_from(["all", "sequence", "random"]),
    delay=st.integers(0, 999).map(lambda one: one / 1000),
    off=st.booleans(),
)


@given(st.lists(RULES), st.dictionaries(NAMES, st.one_of(st.text(), st.integers(-9, 9), st.booleans())))
def test_what_is_written_is_read(rules: list[RuleSpec], variables: dict[str, object]) -> None:
    spec = Spec(rules, variables)
    written = write_spec(spec)
    assert read_spec(written) == spec
    assert read_spec(write_spec(spec, written)) == spec


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a = [", 1, "This is not TOML: Invalid value."),
        ("[variables]\n\nx = 5\nx = 6", 4, "This is not TOML: Cannot overwrite a value."),
        ("\nrules = 1", 2, "There is no 'rules' at the top; there are answer, unmatched, variables, shared, rule."),
        ('answer = "last"', 1, "answer is first or all, not last."),
        ("variables = 1", 1, "variables is a table of names and values."),
        ("[variables]\na = 1\nb = [1]", 3, "The variable b is a text, a number, true or false."),
        ('[variables]\n"a b" = 1', 2, "A variable has a name of letters and digits, not 'a b'."),
        ("[rule]\non = 1", 1, "Each rule is a table that begins with [[rule]]."),
        ('[[rule]]\non = "connect"\n\n[[rule]]\n# here\nwhen = "x"', 6, "Rule 2 has no 'when'; there are name, on, "),
        ('[[rule]]\non = "nod"', 2, "Rule 1: on: Expected connect, equals, "),
        ("[[rule]]\ngiven = 1", 2, "Rule 1: given is a table, such as given = "),
        ("[[rule]]\nsend = 1", 2, "Rule 1: send is a text, or a list of texts."),
        ("[[rule]]\nname = []", 2, "Rule 1: name is one value, not several."),
        ("[[rule]]\noff = 1", 2, "Rule 1: off is true or false, not 1."),
        ('[[rule]]\ndelay = "soon"', 2, "Rule 1: delay: Expected a time, such as 500ms or 2s, not 'soon'."),
        ('[[rule]]\n\nsend = "{{x}}"', 3, "Rule 1, send: {{x}}: There is no variable 'x'; there are none."),
        ('[[rule]]\nset = {x = "1"}', 2, "Rule 1, set: There is no variable 'x' under [variables] or [shared]."),
        ('[[rule]]\nbinary = "0"', 2, "Rule 1, binary: Expected pairs of hex digits, such as 00 ff, not '0'."),
        (
            '[[rule]]\non = "matches"\nvalue = "(a"',
            3,
            "Rule 1, value: No regular expression: missing ) at character 3.",
        ),
        ('[[rule]]\non = "filter"\nvalue = "length >"', 3, "Rule 1, value: "),
        ('[[rule]]\non = "filter"\nvalue = "time > 5"', 3, "Rule 1, value: "),
        ('[[rule]]\non = "contains"', 1, "Rule 1, value: There is no value to look for."),
        ('[[rule]]\non = "has"\npath = "a b"', 3, "Rule 1, path: Expected a path such as "),
        ('[[rule]]\ntimes = "often"', 2, "Rule 1, times: Expected numbers such as 2, 1,3, 2..5 or 3.., not 'often'."),
        ('[[rule]]\nexpect = "3..2"', 2, "Rule 1, expect: 3 is above 2 in '3..2'."),
        ('[[rule]]\nthen = "fault"', 1, "Rule 1, fault: Which fault? Its id stands in fault."),
        ('[[rule]]\nthen = "close"\ncode = 1006', 3, "Rule 1, code: 1006 is no code that a close frame may have; "),
        (
            '[[rule]]\nthen = "close"\ncode = 0\nreason = "x"',
            4,
            "Rule 1, reason: A reason needs a close code before it.",
        ),
        (f'[[rule]]\nthen = "close"\nreason = "{"x" * 124}"', 3, "Rule 1, reason: A reason has at most 123 bytes"),
        ('[[rule]]\nsend = "{{env.TOKEN}}"', 2, "Rule 1, send: {{env.TOKEN}} is sent only if the option environment "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(FileProblem) as error:
        book_of(text, frozenset())
    assert error.value.sentence.startswith(says), error.value.sentence
    assert error.value.line == line


@given(st.text())
def test_any_text_is_rules_or_has_a_sentence(text: str) -> None:
    try:
        read_spec(text)
    except FileProblem as error:
        found = error
    else:
        return
    assert found.sentence
    assert 1 <= found.line <= text.count("\n") + 1


def test_files_that_cannot_be_read(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "long").write_bytes(b"x" * (2 * 1024 * 1024))
    (folder / "latin").write_bytes(b"a\nb\xe9")
    for name, says in (
        (".", "It is a folder."),
        ("none", "There is no such file."),
        ("a\0b", "It cannot be read: embedded null byte."),
        ("long", "It is longer than 1 MiB."),
        ("latin", "The byte 0xe9 is no UTF-8."),
    ):
        with pytest.raises(FileProblem) as error:
            read_text(str(folder / name), 1024 * 1024)
        assert error.value.sentence in (says, "There is no such file.")
    assert error.value.of("/x/latin") == "latin, line 2: The byte 0xe9 is no UTF-8."
    assert decoded(b"\xef\xbb\xbfa") == "a"


@pytest.mark.parametrize(
    ("text", "inside", "outside", "words"),
    [
        ("2", [2], [1, 3], "twice"),
        ("1, 3", [1, 3], [2], "once or 3 times"),
        ("2..4", [2, 4], [1, 5], "2 to 4 times"),
        ("1..", [1, 99], [0], "at least once"),
        ("..2", [0, 2], [3], "at most twice"),
        ("0", [0], [1], "never"),
    ],
)
def test_ranges(text: str, inside: list[int], outside: list[int], words: str) -> None:
    found = read_ranges(text)
    assert all(number in found for number in inside)
    assert not any(number in found for number in outside)
    assert in_words(found) == words


@pytest.mark.parametrize("text", ["", "..", "a", "1,", "-1", "1...2"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="Expected numbers"):
        read_ranges(text)
