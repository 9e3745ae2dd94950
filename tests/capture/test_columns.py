"""Blocks of columns: what goes in comes out, and what no writer wrote is refused with one kind of error."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.columns import BLOCK_ROWS, COLUMNS, ColumnBlock, ColumnBuilder, ColumnError, pack

HEAD = 10
TIMES = st.integers(-(2**63), 2**63 - 1) | st.integers(10**18, 10**18 + 300) | st.integers(10**18, 10**18 + 10**6)


def columns_of(rows: list[tuple[int, ...]]) -> dict[str, np.ndarray]:
    return {column.name: np.array([row[place] for row in rows], np.int64) for place, column in enumerate(COLUMNS)}


def some(**changed: list[int]) -> dict[str, np.ndarray]:
    """The columns of four frames."""
    plain = {
        "opcode": [1, 1, 9, -1],
        "flags": [8, 8 | 64, 8 | 128, 0],
        "form": [7, 16, 7, 0],
        "length": [5, 300, 0, 70_000],
        "time": [10**18, 10**18, 10**18 + 1, 10**18 + 2**33],
        "connection": [1, 1, 1, 1],
        "message": [1, 2, 0, 0],
        "fragment": [0, 0, 0, 0],
    }
    return {name: np.array(values, np.int64) for name, values in {**plain, **changed}.items()}


def test_a_block_gives_back_what_was_packed() -> None:
    block = pack(some())
    assert len(block) == 4
    for name, values in some().items():
        assert block[name].tolist() == values.tolist(), name
    assert block.constant("connection") == 1
    assert block.constant("length") is None
    assert block.range_of("connection") == (1, 1)
    assert block.range_of("length") == (0, 70_000)
    assert block["opcode"].dtype == np.int8


def test_the_bytes_of_a_block() -> None:
    same = {column.name: np.array([max(column.least, 0)] * 2) for column in COLUMNS}
    data = pack({**same, "length": np.array([3, 5]), "time": np.array([7, 7])}).data
    head = lambda base: struct.pack("<BBqI", 0, 0, base, 2)  # noqa: E731
    body = head(0) * 3 + struct.pack("<BBqI", 0, 1, 3, 2) + head(7) + head(0) * 3 + b"\0\2"
    assert data == struct.pack("<BBII", 1, 8, 2, zlib.crc32(body)) + body


def test_runs_are_written_once() -> None:
    rows = BLOCK_ROWS
    columns = {column.name: np.zeros(rows, np.int64) for column in COLUMNS}
    columns["time"] = np.repeat(np.array([5, 5 + 2**20, 5, -(2**63)]), [1, rows - 3, 1, 1])
    block = pack(columns)
    assert len(block.data) < 200
    assert (block["time"] == columns["time"]).all()


@given(
    st.lists(
        st.tuples(*[TIMES if column.name == "time" else st.integers(column.least, column.most) for column in COLUMNS]),
        min_size=1,
        max_size=20,
    ),
    st.lists(st.integers(1, 40), min_size=20, max_size=20),
)
def test_any_rows_come_back(rows: list[tuple[int, ...]], repeats: list[int]) -> None:
    columns = columns_of([row for row, count in zip(rows, repeats, strict=False) for _ in range(count)])
    block = ColumnBlock(pack(columns).data)
    for name, values in columns.items():
        assert block[name].tolist() == values.tolist()
        assert block.range_of(name) == (values.min(), values.max())


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 7))
def test_bytes_of_any_kind_raise_nothing_else(data: bytes, place: int, bit: int) -> None:
    whole = bytearray(pack(some()).data)
    if place < len(whole):
        whole[place] ^= 1 << bit
    for damaged in (data, bytes(whole), bytes(whole[:place])):
        try:
            block = ColumnBlock(damaged)
        except ColumnError:
            continue
        assert damaged == pack(some()).data
        assert len(block) == 4


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.sampled_from([0, 1, 2, 3, 4, 8]), st.integers(-(2**63), 2**63 - 1), st.integers(0, 6)
        ),
        min_size=8,
        max_size=8,
    ),
    st.binary(max_size=200),
    st.integers(0, 6),
)
def test_whoever_makes_up_a_block_with_its_checksum_gets_no_further(
    heads: list[tuple[int, int, int, int]], body: bytes, rows: int
) -> None:
    rest = b"".join(struct.pack("<BBqI", *head) for head in heads) + body
    try:
        block = ColumnBlock(struct.pack("<BBII", 1, 8, rows, zlib.crc32(rest)) + rest)
    except ColumnError:
        return
    for column in COLUMNS:
        assert len(block[column.name]) == rows


def sealed(data: bytearray) -> bytes:
    """With the checksum that the bytes have now."""
    struct.pack_into("<I", data, 6, zlib.crc32(memoryview(data)[HEAD:]))
    return bytes(data)


@pytest.mark.parametrize(
    ("place", "form", "value", "said"),
    [
        (0, "B", 2, "version 2"),
        (1, "B", 7, "7 columns"),
        (2, "I", 0, "0 rows"),
        (2, "I", 65_537, "65537 rows"),
        (2, "I", 5, "has 4 rows and not 5"),
        (HEAD, "B", 2, "the column opcode is coded in a way"),
        (HEAD + 1, "B", 3, "the column opcode is coded in a way"),
        (HEAD + 10, "I", 5, "bytes and not"),
        (HEAD + 10, "I", 2**32 - 1, "bytes and not"),
        (HEAD + 2, "q", 20, "the column opcode has values from 20"),
        (HEAD + 2, "q", -4, "the column opcode has values from -4 to 6"),
        (HEAD + 5 * 14 + 10, "I", 3, "the column connection has 3 rows and not 4"),
    ],
)
def test_what_contradicts_itself_is_refused(place: int, form: str, value: int, said: str) -> None:
    data = bytearray(pack(some()).data)
    struct.pack_into(f"<{form}", data, place, value)
    with pytest.raises(ColumnError, match=said):
        ColumnBlock(sealed(data))


def test_runs_that_do_not_add_up_are_refused() -> None:
    columns = {column.name: np.zeros(8, np.int64) for column in COLUMNS}
    columns["opcode"] = np.array([1, 1, 1, 1, 1, 2, 2, 2])
    data = bytearray(pack(columns).data)
    place = HEAD + 14 * len(COLUMNS)
    assert data[place : place + 4] == b"\4\0\2\0"
    data[place : place + 2] = b"\xff\xff"
    with pytest.raises(ColumnError, match="the column opcode has 65539 rows and not 8"):
        ColumnBlock(sealed(data))


def test_a_wrong_checksum_and_a_short_block_are_refused() -> None:
    data = pack(some()).data
    with pytest.raises(ColumnError, match="checksum"):
        ColumnBlock(data[:-1] + b"\1")
    with pytest.raises(ColumnError, match="has 9 bytes"):
        ColumnBlock(data[:9])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opcode": [1, 1, 9, 16]}, "opcode cannot have values from 1 to 16"),
        ({"length": [-1, 0, 0, 0]}, "length cannot have values from -1 to 0"),
        ({"message": [1, 2, 3]}, "message has 3 rows and not 4"),
        ({"opcode": []}, "cannot have 0 rows"),
    ],
)
def test_rows_that_no_block_can_hold(changed: dict[str, list[int]], said: str) -> None:
    with pytest.raises(ColumnError, match=said):
        pack(some(**changed))


def test_a_column_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        pack(some())["notes"]


def test_reads_are_gathered_to_blocks() -> None:
    builder = ColumnBuilder()
    with pytest.raises(ColumnError, match="0 rows"):
        builder.take()
    count = BLOCK_ROWS - 1
    builder.add(3, 10, [1] * count, [8] * count, [7] * count, range(count), range(1, count + 1), [0] * count)
    builder.add(4, 11, [9, 10], [8 | 64, 8 | 128], [7, 16], [0, 2], [0, 0], [0, 0])
    assert len(builder) == BLOCK_ROWS + 1
    assert len(builder.block()) == BLOCK_ROWS
    first, second = builder.take(), builder.take()
    assert len(builder) == 0
    assert (len(first), len(second)) == (BLOCK_ROWS, 1)
    assert first["length"].tolist() == [*range(count), 0]
    assert first["connection"][-2:].tolist() == [3, 4]
    assert first["time"][-2:].tolist() == [10, 11]
    assert {column.name: int(second[column.name][0]) for column in COLUMNS} == {
        "opcode": 10,
        "flags": 136,
        "form": 16,
        "length": 2,
        "time": 11,
        "connection": 4,
        "message": 0,
        "fragment": 0,
    }
    with pytest.raises(OverflowError):
        builder.add(1, 1, [1], [256], [7], [0], [0], [0])
    builder.clear()
    assert len(builder) == 0
