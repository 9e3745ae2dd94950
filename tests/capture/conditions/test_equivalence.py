"""For filters of the whole grammar: SQL and columns take the same rows as plain Python."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.capture.conditions.rows import SECOND, ids_by_columns, ids_by_sql, plain_rows, write
from tests.filter.texts import WORDS, filter_texts, json_leaves, parsed
from wsgui.capture.batch import NotesSet
from wsgui.filter import evaluate, parse
from wsgui.protocol.frames import LARGEST_LENGTH, Frame
from wsgui.protocol.rules import RULES, violation
from wsgui.records import BytesSeen, Direction, FramesSeen, HandshakeSeen, Record

NAMES = ("a", "b", "type", "x y", 'say "x"', "", "é", "a\\b", "$ref", "content-type")

# Rows.

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 20)
    | st.sampled_from(
        [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**30, 0.1, 2.5, 1e300, 7.0, -0.0, 0.30000000000000004]
    )
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
ODD_JSON = (
    b'{"a":1,"a":2}',
    b'{"\\u0061":7}',
    b'{"a":"\\ud83d\\ude00","b":"\\ud800"}',
    b'{"a":NaN}',
    b"NaN",
    b'{"a":Infinity}',
    b'{"a":01}',
    b'{"a":1.}',
    b'{"a":-}',
    b'{"a":1e999}',
    b'{"a":-1e999}',
    b'{"a":1E2}',
    b'{"a":"\xff"}',
    b'{"a":1}\0',
    b'{"a":1}\0garbage',
    b'\xef\xbb\xbf{"a":1}',
    b' \t\r\n{ "a" : [ 1 , { "b" : null } ] } ',
    b'\x0b{"a":1}',
    b"{'a':1}",
    b"{a:1}",
    b'{"a":1,}',
    b'{"a":[1,2,],}',
    b'{"a":0x10}',
    b'{"a":+1}',
    b'{"a":.5}',
    b"// c\n{}",
    b'{"a":"x\ny"}',
    b"",
    b"7",
    b'"ab"',
    b"null",
    b"[" * 50 + b"]" * 50,
    b'{"a":"ab"',
)
texts = st.sampled_from(WORDS).map(str.encode) | st.lists(st.sampled_from(WORDS), max_size=4).map(
    lambda words: " ".join(words).encode()
)
payloads = (
    texts
    | st.binary(max_size=6)
    | json_values.map(lambda value: json.dumps(value).encode())
    | json_values.map(lambda value: json.dumps(value, ensure_ascii=False).encode())
    | st.sampled_from(ODD_JSON)
    | st.sampled_from([b"\xc3", b"\xc3\xa9", b"\xe2\xc3\xa9", b"\xed\xa0\x80", b"\x80", b"\xff\xfe"])
)
close_payloads = st.sampled_from(
    [b"", b"\x03", b"\x03\xe8", b"\x03\xeaerror", b"\x0f\xa0\xc3", b"\x00\x00", b"\xff\xff"]
)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    opcode = draw(st.sampled_from([0, 1, 1, 1, 2, 8, 8, 9, 10, 3, 11]))
    head = draw(st.sampled_from([0x80, 0x80, 0x00, 0xC0, 0xF0, 0x10])) | opcode
    payload = draw(close_payloads if opcode == 8 else payloads)
    key = draw(st.sampled_from([None, b"\0\0\0\0", b"7\xfa!="]))
    forms = [form for form in (7, 16, 64) if len(payload) <= LARGEST_LENGTH[form]]
    return Frame(head, draw(st.sampled_from(forms)), key, payload)


broken_rules = st.sampled_from(sorted(RULES)).map(lambda rule: violation(rule, "as it happens"))


@st.composite
def captures(draw: st.DrawFn) -> list[Record | NotesSet]:
    time = draw(st.sampled_from([0, 1_000, 1_763_726_650 * SECOND, 1_763_726_650 * SECOND + 500_000_001, 2**62]))
    records: list[Record | NotesSet] = []
    for _ in range(draw(st.integers(1, 5))):
        connection = draw(st.integers(1, 3))
        direction = draw(st.sampled_from(Direction))
        kind = draw(st.integers(0, 9))
        if kind == 0:
            found = draw(st.lists(broken_rules, max_size=2))
            records.append(HandshakeSeen(connection, time, direction, b"GET / HTTP/1.1\r\n\r\n", found))
        elif kind == 1:
            records.append(BytesSeen(connection, time, direction, draw(st.binary(max_size=4))))
        else:
            some = draw(st.lists(frames(), min_size=1, max_size=5))
            marks = draw(st.lists(st.tuples(st.integers(0, len(some) - 1), broken_rules), max_size=2))
            records.append(FramesSeen(connection, time, direction, some, marks))
        time += draw(st.sampled_from([0, 1, 1_500, 2_500_000, SECOND, 3600 * SECOND, -SECOND]))
        time = max(time, 0)
    for frame in draw(st.sets(st.integers(1, 8), max_size=3)):
        records.append(NotesSet(frame, tuple(draw(st.lists(st.sampled_from(WORDS), max_size=3)))))
    return records


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(captures(), st.lists(filter_texts | json_leaves, min_size=8, max_size=8), st.integers(1, 7))
def test_sql_and_columns_take_the_rows_that_plain_python_takes(
    records: list[Record | NotesSet], filters: list[str], size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.wscap"
        write(path, records)
        rows = plain_rows(path)
        for text in filters:
            if wanted := parsed(text):
                taken = [row.id for row in rows if evaluate(wanted, row)]
                assert ids_by_sql(path, wanted) == taken, text
                assert ids_by_columns(path, wanted, size) == taken, text


JSON_FILTERS = (
    *("json", "json.a", "json.a == 1", "json.a == 7", "json.a != 7", "json.a > 0", "json.a < 0", "json.a in {1..9}"),
    *("json.a == '\U0001f600'", 'json.a == "ab"', 'json.a contains "b"', 'json.a contains ""', 'json.a matches "."'),
    *("json.b == null", "json.b", "json.a[1].b == null", "json.a[0] == 1", "json.a[2]", "json == 7", "json == null"),
    *('json == "ab"', "json[0]", "json[0][0]", 'json[""]', 'json["a\\\\b"]', 'json["say \\"x\\""]', "json.a == 0.1"),
    *(
        "json.a == 0.30000000000000004",
        "json.a == 9223372036854775807",
        "json.a == 9223372036854775807.0",
        "json.a > 1e300",
    ),
    *("json.a == true", "json.a in {true, null, 'ab', 0.1, 7..9}", "json.a == '[1]'", "json.a != '[1]'"),
)
MORE_JSON = (
    *(
        b'{"a":0.1}',
        b'{"a":0.30000000000000004}',
        b'{"a":true}',
        b'{"a":[1]}',
        b'{"a":"[1]"}',
        b'{"say \\"x\\"":1}',
        b'{"":1}',
    ),
    *(
        b'{"a":9223372036854775807}',
        b'{"a":9223372036854775808}',
        b'{"a":-9223372036854775809}',
        b'{"a\\\\b":1}',
        b'"[1]"',
    ),
    *(
        b'{"a":7}\0',
        b'{"a":"ab\\n"}',
        b'{"a":179769313486231570000000000000000000000}',
        b'{"a":100000000000000000000.5}',
    ),
)


def test_odd_json_means_the_same_to_both(tmp_path: Path) -> None:
    path = tmp_path / "odd.wscap"
    write(
        path,
        [FramesSeen(1, SECOND, Direction.SENT, [Frame(0x81, 7, None, json_) for json_ in (*ODD_JSON, *MORE_JSON)])],
    )
    rows = plain_rows(path)
    for text in JSON_FILTERS:
        for wanted in (parse(text), parse(f"not {text}")):
            taken = [row.id for row in rows if evaluate(wanted, row)]
            assert ids_by_sql(path, wanted) == taken, text
            assert ids_by_columns(path, wanted, 8) == taken, text
    assert len(ids_by_sql(path, parse("json.a == 7"))) == 1  # the one with an escape in its name
