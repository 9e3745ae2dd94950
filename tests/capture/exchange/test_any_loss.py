"""Any conversation, cut into segments, reordered, doubled, with losses: what is whole is found, what is not there is
told, and nothing is made up."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import RECEIVED, REQUEST, RESPONSE, SENT, rows_of
from tests.capture.exchange.wire import ACK, FIN, Talk, pcap
from wsgui.capture.exchange import import_file
from wsgui.protocol.frames import Frame

# Nothing in the middle of these looks like a header: the masks leave RSV bits set in every byte.
TEXT = st.text(st.sampled_from("abcdefghijklmnoz{}"), max_size=40)
LONG = st.integers(100, 400).map(lambda size: "abcdefgh" * (size // 8))
MASK = b"\x01\x02\x03\x01"


class Piece(NamedTuple):
    way: int
    place: int
    data: bytes


@st.composite
def frames(draw: st.DrawFn, way: int) -> list[Frame]:
    """Whole messages, pings, and messages in two fragments."""
    key = None if way else MASK
    found = []
    for text in draw(st.lists(TEXT | LONG, min_size=1, max_size=7)):
        payload = text.encode()
        kind = draw(st.sampled_from(["whole", "ping", "parts"]))
        if kind == "whole":
            found.append(Frame.build(1, payload, masking_key=key))
        elif kind == "ping":
            found.append(Frame.build(9, payload[:100], masking_key=key))
        else:
            found += [
                Frame.build(1, payload, fin=False, masking_key=key),
                Frame.build(0, b"z" + payload, masking_key=key),
            ]
    return found


@st.composite
def segments(draw: st.DrawFn, way: int, some: list[Frame]) -> list[Piece]:
    """A peer writes frames, several at a time or in parts, but begins each write with one."""
    pieces = []
    place = 0
    wires = [frame.wire() for frame in some]
    while wires:
        count = draw(st.integers(1, 3))
        write, wires = b"".join(wires[:count]), wires[count:]
        size = draw(st.sampled_from([11, 50, 1000]))
        for start in range(0, len(write), size):
            pieces.append(Piece(way, place + start, write[start : start + size]))
        place += len(write)
    return pieces


class Trip(NamedTuple):
    frames: tuple[list[Frame], list[Frame]]
    kept: list[Piece]
    lost: list[Piece]
    order: list[int]
    closes: bool


@st.composite
def trips(draw: st.DrawFn) -> Trip:
    both = (draw(frames(0)), draw(frames(1)))
    pieces = [piece for way in (0, 1) for piece in draw(segments(way, both[way]))]
    lost = draw(st.sets(st.integers(0, len(pieces) - 1), max_size=3))
    kept = [piece for number, piece in enumerate(pieces) if number not in lost]
    again = draw(st.lists(st.sampled_from(range(len(kept))), max_size=4)) if kept else []
    order = draw(st.permutations([*range(len(kept)), *again])) if draw(st.booleans()) else list(range(len(kept)))
    return Trip(both, kept, [pieces[number] for number in sorted(lost)], order, draw(st.booleans()))


def packets_of(trip: Trip) -> list[bytes]:
    talk = Talk(seq=2**32 - 300)
    packets = [*talk.opening(), *talk.handshake()]
    starts = list(talk.seq)
    totals = [sum(len(frame.wire()) for frame in some) for some in trip.frames]
    for number in trip.order:
        way, place, data = trip.kept[number]
        packets.append(talk.packet(way, data, seq=starts[way] + place))
    talk.seq = [start + total for start, total in zip(starts, totals, strict=True)]
    if trip.closes:
        packets += [talk.packet(0, flags=FIN | ACK), talk.packet(1, flags=FIN | ACK), talk.packet(0)]
    else:
        packets += [talk.packet(0), talk.packet(1)]  # both acknowledge what they have, captured or not
    return packets


def expected(trip: Trip, way: int) -> tuple[list[Frame], list[Frame], int]:
    """The frames that have to be found: whole, and not behind a hole before the next write; those that may be found;
    and the bytes that are missing."""
    present: set[int] = set()
    for piece in trip.kept:
        if piece.way == way:
            present.update(range(piece.place, piece.place + len(piece.data)))
    starts = {piece.place for piece in trip.kept if piece.way == way}
    must, may = [], []
    place = 0
    known = True  # where the next frame begins
    for frame in trip.frames[way]:
        size = len(frame.wire())
        head = set(range(place, place + frame.header_length))
        known = (known and head <= present) or (place in starts and head <= present)
        if set(range(place, place + size)) <= present:
            may.append(frame)
            if known:
                must.append(frame)
        elif not head <= present:
            known = False
        place += size
    return must, may, place - len(present)


@settings(max_examples=150, deadline=None)
@given(trips())
def test_any_conversation_with_losses(trip: Trip) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.pcap").write_bytes(pcap(packets_of(trip)))
        report = import_file(folder / "in.pcap", folder / "out.wscap")
        rows = rows_of(folder / "out.wscap")
    assert [row[7] for row in rows[:2]] == [REQUEST, RESPONSE]
    assert report.connections == 1
    total = 0
    for way, direction in ((0, SENT), (1, RECEIVED)):
        must, may, missing = expected(trip, way)
        mine = [row for row in rows[2:] if row[2] is direction]
        found = [Frame(row[4] % 16 << 4 | row[3], row[6], row[5], row[7]) for row in mine if row[3] >= 0]
        rest = iter(may)
        assert all(frame in rest for frame in found), "a frame that was not sent, or in another order"
        rest = iter(found)
        assert all(frame in rest for frame in must), "a whole frame that was not found"
        holes = [int(row[7].split(b" ")[0]) for row in mine if row[3] == -3]
        assert sum(holes) == missing
        seen = sum(len(frame.wire()) for frame in found) + sum(len(row[7]) for row in mine if row[3] == -2)
        assert seen + missing == sum(len(frame.wire()) for frame in trip.frames[way])
        total += len(holes)
    assert report.problem_count == total
    assert report.complete is (not trip.lost)
