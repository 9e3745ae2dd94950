from __future__ import annotations

import threading
from array import array
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wsgui.capture import find as find_module
from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError
from wsgui.capture.find import Finder
from wsgui.capture.needle import Needle, parse_needle
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def write(path: Path, payloads: Sequence[bytes]) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x82, 7, None, payload) for payload in payloads]))


def seek(finder: Finder, ids: Sequence[int], first: int, stop: int, *, backward: bool = False) -> int | None:
    return finder.next(ids, first, stop, backward=backward, progress=lambda *_: None, cancelled=lambda: False)


@pytest.mark.parametrize("kind", ["text", "regex"])
def test_the_next_and_the_one_before_of_many(path: Path, kind: str) -> None:
    write(path, [b"x needle" if number in (7, 2500, 4000) else b"hay" for number in range(1, 5001)])
    everything = range(1, 5001)
    with Finder(path, parse_needle(kind, "needle")) as finder:  # type: ignore[arg-type]
        assert seek(finder, everything, 0, 5000) == 6
        assert seek(finder, everything, 7, 5000) == 2499
        assert seek(finder, everything, 4000, 5000) is None
        assert seek(finder, everything, 0, 5000, backward=True) == 3999
        assert seek(finder, everything, 0, 3999, backward=True) == 2499
        assert seek(finder, everything, 0, 6, backward=True) is None
        view = array("q", [7, 9, 10, 4000, 4001])
        assert seek(finder, view, 0, 5) == 0
        assert seek(finder, view, 1, 5) == 3
        assert seek(finder, view, 0, 3, backward=True) == 0
        assert [hit.start for hit in finder.hits(7)] == [2]


def test_a_view_with_gaps_is_named_in_pieces(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_module, "_MOST_NAMED", 3)
    write(path, [b"needle" if number in (41, 2001) else b"hay" for number in range(1, 2101)])
    odd = array("q", range(1, 2101, 2))
    with Finder(path, parse_needle("text", "needle")) as finder:
        assert seek(finder, odd, 0, len(odd)) == 20
        assert seek(finder, odd, 0, len(odd), backward=True) == 1000
        assert seek(finder, odd, 0, 1000, backward=True) == 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.binary(max_size=4), min_size=1, max_size=12),
    st.binary(min_size=1, max_size=2),
    st.data(),
    st.booleans(),
)
def test_as_plain_python_finds_it(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[bytes], wanted: bytes, data: st.DataObject, backward: bool
) -> None:
    path = tmp_path_factory.mktemp("find") / "a.wscap"
    write(path, payloads)
    view = array("q", sorted(data.draw(st.sets(st.integers(1, len(payloads)), min_size=1))))
    first = data.draw(st.integers(0, len(view)))
    stop = data.draw(st.integers(0, len(view)))
    places = [place for place in range(first, stop) if wanted in payloads[view[place] - 1]]
    with Finder(path, parse_needle("hex", wanted.hex())) as finder:
        assert seek(finder, view, first, stop, backward=backward) == (
            (places[-1] if backward else places[0]) if places else None
        )


def test_progress_and_cancel(path: Path) -> None:
    write(path, [b"hay"] * 1000)
    done: list[tuple[int, int]] = []
    with Finder(path, parse_needle("text", "needle")) as finder:
        finder.next(range(1, 1001), 0, 1000, progress=lambda *so: done.append(so), cancelled=lambda: False)
        assert done[0] == (256, 1000)
        assert done[-1] == (1000, 1000)
        with pytest.raises(SearchCancelled):
            finder.next(range(1, 1001), 0, 1000, progress=lambda *_: None, cancelled=lambda: bool(done))


def test_cancel_in_the_middle_of_a_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, [b"hay"] * 200)
    stop = threading.Event()
    busy = threading.Event()

    def slow(_needle: Needle, _payload: bytes) -> bool:
        stop.set()
        busy.wait(0.02)
        return False

    monkeypatch.setattr(Needle, "is_in", slow)
    with Finder(path, parse_needle("regex", "needle|pin")) as finder, pytest.raises(SearchCancelled):
        finder.next(range(1, 201), 0, 200, progress=lambda *_: None, cancelled=stop.is_set)


def test_an_expression_that_takes_too_long_ends_the_search(path: Path) -> None:
    write(path, [b"a" * 80 + b"b"])
    with Finder(path, parse_needle("regex", "(a|aa)+$")) as finder:
        with pytest.raises(CaptureError, match="s for one row"):
            seek(finder, range(1, 2), 0, 1)
        with pytest.raises(CaptureError, match="s for one row"):
            finder.hits(1)


def test_a_damaged_file_is_named(path: Path) -> None:
    write(path, [bytes(100)] * 5000)
    data = bytearray(path.read_bytes())
    data[-4 * 8192 : -2 * 8192] = b"\xff" * (2 * 8192)
    path.write_bytes(data)
    with Finder(path, parse_needle("text", "q")) as finder, pytest.raises(CaptureError, match="is damaged"):
        seek(finder, range(1, 5001), 0, 5000)


@pytest.mark.parametrize("kind", ["text", "regex"])
def test_compressed_payloads_are_looked_at_inflated(path: Path, kind: str) -> None:
    frames = [Frame(0xC1, 7, None, b"\xf2\x48\xcd\xc9\xc9\x07\x00"), Frame(0x81, 7, None, b"Hello too")]
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, frames, inflated=[(0, b"Say Hello")]))
    with Finder(path, parse_needle(kind, "Hello")) as finder:  # type: ignore[arg-type]
        assert seek(finder, range(1, 3), 0, 2) == 0
        assert seek(finder, range(1, 3), 1, 2) == 1
        assert [[hit.start for hit in finder.hits(id_)] for id_ in (1, 2)] == [[4], [0]]
    with Finder(path, parse_needle("hex", "f248")) as finder:
        assert seek(finder, range(1, 3), 0, 2) is None


def test_a_hit_across_fragments_is_found_in_each_of_them(path: Path) -> None:
    cut = [Frame(0x01, 7, None, b"a needle, a ne"), Frame(0x00, 7, None, b"ed"), Frame(0x89, 7, None, b"needle")]
    more = [Frame(0x00, 7, None, b"le"), Frame(0x80, 7, None, b" and hay"), Frame(0x01, 7, None, b"ne")]
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [*cut, *more]))
    for kind, text in (("text", "needle"), ("regex", "ne+dle"), ("hex", "6e 65 65 64 6c 65")):
        with Finder(path, parse_needle(kind, text)) as finder:  # type: ignore[arg-type]
            found = [place for place in range(6) if seek(finder, range(1, 7), place, place + 1) is not None]
            assert found == [0, 1, 2, 3], kind
            assert seek(finder, range(1, 7), 0, 6, backward=True) == 3
            assert finder.hits(1) == [(2, 6), (12, 2)]
            assert finder.hits(2) == [(0, 2)]
            assert finder.hits(3) == [(0, 6)]
            assert finder.hits(4) == [(0, 2)]
            assert finder.hits(5) == finder.hits(6) == []


def test_hits_across_compressed_fragments(path: Path) -> None:
    frames = [Frame(0x41, 7, None, b"\xf2"), Frame(0x80, 7, None, b"\x48\xcd")]
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.RECEIVED, frames, [], 0, [(0, b"caf\xc3"), (1, b"\xa9!")]))
    with Finder(path, parse_needle("text", "café!", ignore_case=True)) as finder:
        assert seek(finder, range(1, 3), 0, 2) == 0
        assert finder.hits(1) == [(0, 4)]
        assert finder.hits(2) == [(0, 2)]


def test_only_so_many_messages_are_held(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_module, "_MESSAGES_KEPT", 1)
    cut = [Frame(0x01, 7, None, b"nee"), Frame(0x80, 7, None, b"dle")]
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [*cut, *cut]))
    with Finder(path, parse_needle("text", "needle")) as finder:
        assert [finder.hits(id_) for id_ in (1, 3, 2, 4)] == [[(0, 3)], [(0, 3)], [(0, 3)], [(0, 3)]]


def test_a_message_that_cannot_be_read_ends_with_its_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x01, 7, None, b"nee"), Frame(0x80, 7, None, b"dle")]))
    with Finder(path, parse_needle("text", "needle")) as finder:
        assert finder.hits(1) == [(0, 3)]
        assert finder._across(99, (1, 0, 1)) == []  # of that message, but not among its parts
        assert finder._is_across(99) is False  # there is no such row

        def fail(*_: object) -> None:
            raise CaptureError("test.wscap is damaged.")

        monkeypatch.setattr("wsgui.capture.joined.Joined.key_of", fail)
        with pytest.raises(CaptureError, match=r"^test\.wscap is damaged\.$"):
            seek(finder, range(1, 3), 0, 2)


def test_hits_of_later_fragments_are_none_of_the_first(path: Path) -> None:
    cut = [Frame(0x01, 7, None, b"hay "), Frame(0x00, 7, None, b"nee"), Frame(0x80, 7, None, b"dle needle")]
    with CaptureWriter(path) as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, cut))
    with Finder(path, parse_needle("text", "needle")) as finder:
        assert [finder.hits(id_) for id_ in (1, 2, 3)] == [[], [(0, 3)], [(0, 3), (4, 6)]]
