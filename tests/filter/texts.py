"""Strategies for filters of the whole grammar, as text."""

from __future__ import annotations

from hypothesis import strategies as st

from wsgui.filter import FIELDS, Filter, FilterError, parse
from wsgui.filter.fields import ALIASES, Field, FieldKind

WORDS = ("error", "Hello", "é", "ab", "a", "", "type", "\U0001f600", "x y", 'say "x"', "a\\b", "\n", "\0")


def quoted(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
    return '"' + "".join(escapes.get(letter, letter) for letter in text) + '"'


strings = st.sampled_from(WORDS).map(quoted) | st.sampled_from(['"\\u00e9"', "'it'", '"\\u{1f600}"', "'\\''"])
patterns = st.sampled_from(
    ['"^a"', '"."', '"o$"', '"[0-9]+"', '"(?i)HELLO"', '"^$"', '"\\\\"', '"\\w+"', '"b|rr"', "'\"'", '"(a|b)"', '"\\."']
)
hex_bytes = st.sampled_from(["0xdead", "0x00", "0x37fa213d", "37:fa:21:3d", "0xc3a9", "0X61", "c3:a9", "FF"])
small = st.integers(0, 20).map(str)
VALUES: dict[FieldKind, st.SearchStrategy[str]] = {
    FieldKind.NUMBER: small,
    FieldKind.SIZE: small | st.sampled_from(["64k", "1.5K", "0x10", "2M", "1g"]),
    FieldKind.SPAN: st.sampled_from(
        ["0", "1", "-1s", "1ns", "1.5us", "2.5ms", "1500ns", "1h", "60min", "3600", "-0.5s"]
    ),
    FieldKind.TIME: st.sampled_from(
        ["+0", "+1s", "+1.5us", "+1h", "12:04", "12:04:10.5", "00:00:00", "2025-11-21T12:04:10.5Z", "2025-11-21"]
    )
    | st.sampled_from(["'1970-01-01 00:00:00.000001Z'", "2025-11-21T13:04:10+01:00", "1970-01-02"]),
    FieldKind.BOOL: st.sampled_from(["true", "false", "1", "0", "TRUE"]),
    FieldKind.TEXT: strings,
    FieldKind.BYTES: strings | hex_bytes,
    FieldKind.JSON: small
    | strings
    | st.sampled_from(["-1", "0.1", "2.5", "1e300", "7.0", "true", "false", "null", "0.30000000000000004"])
    | st.sampled_from([str(2**63 - 1), "9223372036854775807.0", "1e30"]),
}
steps = st.sampled_from(
    [".a", ".b", ".type", "[0]", "[1]", '["x y"]', '["say \\"x\\""]', '[""]', '["a\\\\b"]', ".é", ".$ref"]
)
numbers_in_json = small | st.sampled_from(["-1", "0.1", "2.5", "1e30", str(2**63 - 1)])


@st.composite
def field_texts(draw: st.DrawFn) -> tuple[Field, str]:
    field = FIELDS[draw(st.sampled_from([*FIELDS, "json", "json"]))]
    if field.kind is FieldKind.JSON:
        return field, "json" + "".join(draw(st.lists(steps, max_size=3)))
    aliases = [alias for alias, name in ALIASES.items() if name == field.name]
    return field, draw(st.sampled_from([field.name, field.name, field.name.upper(), *aliases]))


def literals(field: Field) -> st.SearchStrategy[str]:
    if field.only_names:
        return st.sampled_from(sorted(field.names))
    plain = VALUES[field.kind]
    if field.name in ("opcode", "rsv"):
        plain = st.integers(0, 7).map(str)
    if field.name == "close_code":
        plain = st.sampled_from(["1000", "1002", "4000", "0", "65535", "0x3e8"])
    if field.names and field.kind is not FieldKind.JSON:
        return plain | st.sampled_from([*sorted(field.names), next(iter(field.names)).upper()])
    return plain


@st.composite
def leaves(draw: st.DrawFn) -> str:
    field, name = draw(field_texts())
    operator = draw(st.sampled_from(["", *field.operators, *field.operators]))
    if not operator:
        return name
    if operator == "matches":
        return f"{name} {draw(st.sampled_from(['matches', '~', 'MATCHES']))} {draw(patterns)}"
    if operator == "contains":
        return f"{name} contains {draw(strings | hex_bytes if field.kind is FieldKind.BYTES else strings)}"
    if operator == "in":
        items = draw(st.lists(literals(field), min_size=1, max_size=4))
        if field.kind in (FieldKind.NUMBER, FieldKind.SIZE, FieldKind.SPAN, FieldKind.TIME, FieldKind.JSON) and draw(
            st.booleans()
        ):
            ends = numbers_in_json if field.kind is FieldKind.JSON else literals(field)
            items.append(f"{draw(ends)}..{draw(ends)}")
        word = draw(st.sampled_from(["in", "not in", "! IN"]))
        return f"{name} {word} {{{', '.join(items)}}}" if draw(st.booleans()) else f"{name} {word} ({','.join(items)})"
    ordering = operator not in ("==", "!=")
    value = draw(numbers_in_json if ordering and field.kind is FieldKind.JSON else literals(field))
    words = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
    return draw(
        st.sampled_from([f"{name} {operator} {value}", f"{name}{operator}{value}", f"{name} {words[operator]} {value}"])
    )


# A kind of its own, because much can differ in JSON: a name that occurs, and values that are near those in rows.
json_leaves = st.tuples(
    st.sampled_from(["json.a", "json.b", "json", "json[0]", 'json["x y"]', "json.é"]),
    st.sampled_from(["==", "!=", "<", ">="]),
    st.sampled_from(["0", "1", "7", "-1", "2.5", "0.1", "0.30000000000000004", "1e300", str(2**63 - 1)]),
).map(" ".join)

filter_texts = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or ", "&&", "||", " AND "]), inner).map("".join),
        inner.map(lambda text: f"not {text}"),
        inner.map(lambda text: f"!({text})"),
        inner.map(lambda text: f"( {text} )"),
    ),
    max_leaves=5,
)


def parsed(text: str) -> Filter | None:
    """The filter; None for an empty range, because the strategies know nothing of the order of its ends."""
    try:
        return parse(text)
    except FilterError as error:
        if "range" not in error.sentence:
            raise
        return None
