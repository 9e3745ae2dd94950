"""What imports make of packets that lack a part of a WebSocket: rows, problems, guesses that are said to be guesses."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import KEY, RECEIVED, REQUEST, RESPONSE, SENT, notes_of, rows_of
from tests.capture.exchange.test_pcap_import import HELLO, WORLD, connections, frames, imported, rules, texts
from tests.capture.exchange.wire import ACK, CLIENT, FIN, RST, SERVER, SYN, Talk, pcap
from wsgui.capture.exchange import conversation, export_capture, flow, frame_way, import_file, pcap_import
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.frames import Frame
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.exchange.report import ImportReport

TEXT = Frame(0x81, 7, None, b"text")
GUESS = "Where frames go on behind them is a guess."
EXACT = "They belong to a frame's payload, so that the next frame is found exactly."
NO_ANSWER = "Connection 1: the answer was not captured; that it was accepted is a guess."


def raw(folder: Path) -> list[bytes]:
    return [row[7] for row in rows_of(folder / "out.wscap")]


def told(count: int, more: str) -> bytes:
    return f"{count} bytes were not captured. {more}".encode()


# --- one direction


def test_only_the_client(tmp_path: Path) -> None:
    talk = Talk()
    talk.handshake()
    talk = Talk()
    packets = [talk.packet(0, REQUEST), talk.packet(0, HELLO.wire()), talk.packet(0, HELLO.wire())]
    report = imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-3, None, b"An unknown number of bytes was not captured: the answer."),
        (1, KEY, b"Hello"),
        (1, KEY, b"Hello"),
    ]
    assert texts(report) == [NO_ANSWER]


def test_only_the_client_and_its_acknowledgements(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST)]
    talk.seq[1] += 200
    packets += [talk.packet(0, HELLO.wire()), talk.packet(0, flags=FIN | ACK)]
    report = imported(tmp_path, pcap(packets))
    assert frames(tmp_path) == [
        (RECEIVED, -3, None, told(200, "They belong to the answer.")),
        (SENT, 1, KEY, b"Hello"),
    ]
    assert texts(report) == [NO_ANSWER, "200 bytes were not captured from the server of connection 1."]


def test_only_the_server(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(1, RESPONSE), talk.packet(1, WORLD.wire())]
    report = imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [b"An unknown number of bytes was not captured: the request.", RESPONSE, WORLD.payload]
    assert texts(report) == ["Connection 1: the request was not captured; that it is a WebSocket is a guess."]
    assert rules(tmp_path) == []
    (row,) = connections(tmp_path)
    assert (row.url, row.local, row.remote) == ("ws://10.0.0.2:80/", "10.0.0.1:40000", "10.0.0.2:80")


def test_a_request_alone(tmp_path: Path) -> None:
    report = imported(tmp_path, pcap([Talk().packet(0, REQUEST)]))
    assert raw(tmp_path) == [REQUEST]
    assert report.complete


def test_a_request_and_what_is_no_frame(tmp_path: Path) -> None:
    talk = Talk()
    other = b"POST / HTTP/1.1\r\n\r\n"
    report = imported(tmp_path, pcap([talk.packet(0, REQUEST), talk.packet(0, other)]))
    assert frames(tmp_path)[1:] == [(SENT, -2, None, other)]
    assert texts(report) == [NO_ANSWER]


# --- heads


def test_the_request_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.opening()
    talk.packet(0, REQUEST)
    packets += [talk.packet(1, RESPONSE), talk.packet(0, HELLO.wire()), talk.packet(1, TEXT.wire())]
    report = imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [told(len(REQUEST), "They belong to the request."), RESPONSE, b"Hello", b"text"]
    assert report.problem_count == 2
    # and so without the SYN
    report = imported(tmp_path, pcap(packets[3:]))
    assert raw(tmp_path)[1:] == [RESPONSE, b"text", b"Hello"]  # the request is awaited to the end


@pytest.mark.parametrize("late", [True, False])
def test_the_request_comes_behind_the_answer(tmp_path: Path, late: bool) -> None:
    talk = Talk()
    request, answer, frame, other = *talk.handshake(), talk.packet(0, HELLO.wire()), talk.packet(1, TEXT.wire())
    packets = [answer, frame, other, request] if late else [answer, request, frame, other]
    assert imported(tmp_path, pcap(packets)).complete
    assert sorted(raw(tmp_path)) == sorted([REQUEST, RESPONSE, b"Hello", b"text"])


def test_too_much_before_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "_EARLY", 2)
    talk = Talk()
    _, answer = talk.handshake()
    packets = [answer, *[talk.packet(0, HELLO.wire()) for _ in range(4)]]
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path)[1:] == [RESPONSE, *[b"Hello"] * 4]


@pytest.mark.parametrize("cut", [30, 100])
def test_a_part_of_the_request_is_missing(tmp_path: Path, cut: int) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(0, REQUEST[:cut])]
    talk.packet(0, REQUEST[cut : cut + 20])
    packets += [talk.packet(0, REQUEST[cut + 20 :]), talk.packet(1, RESPONSE), talk.packet(0, HELLO.wire())]
    report = imported(tmp_path, pcap(packets))
    rows = raw(tmp_path)
    assert rows[0] == REQUEST[:cut]
    assert rows[1] == told(20, "They belong to the request.")
    assert set(rows[2:]) == {RESPONSE, REQUEST[cut + 20 :], b"Hello"}
    assert texts(report)[0] == (
        "Connection 1: a part of the request was not captured; that it is a WebSocket is a guess."
    )


def test_a_part_of_another_request_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, b"GET / HTTP/1.1\r\nHost: a\r\n")]
    talk.seq[0] += 10
    packets += [talk.packet(0, b"\r\n\r\n"), talk.packet(1, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    assert imported(tmp_path, pcap(packets)).connections == 0


def test_a_part_of_the_answer_is_missing(tmp_path: Path) -> None:
    for cut in (9, 40):
        talk = Talk()
        packets = [*talk.handshake(response=RESPONSE[:cut])]
        talk.packet(1, RESPONSE[cut:])
        packets += [talk.packet(1, TEXT.wire()), talk.packet(0, HELLO.wire())]
        report = imported(tmp_path, pcap(packets))
        missing = told(len(RESPONSE) - cut, "They belong to the answer.")
        if cut == 40:
            assert raw(tmp_path) == [REQUEST, RESPONSE[:cut], missing, b"text", b"Hello"]
        else:
            assert raw(tmp_path)[:3] == [REQUEST, RESPONSE[:cut], missing]
        assert report.problem_count == 2 - (cut == 9)


def test_the_whole_answer_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(0, REQUEST.replace(b"\r\n\r\n", DEFLATE))]
    talk.packet(1, RESPONSE)
    packets += [talk.packet(1, b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"), talk.packet(0, HELLO.wire())]
    report = imported(tmp_path, pcap(packets))
    assert texts(report)[0] == NO_ANSWER
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert reader.inflated(3) == b"Hello"  # that it was agreed on is a part of the guess
    assert rules(tmp_path) == []


DEFLATE = b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"


def test_a_refusal_with_a_body_in_pieces(tmp_path: Path) -> None:
    talk = Talk()
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\n"
    packets = [*talk.opening(), *talk.handshake(REQUEST, head), talk.packet(1, b"go a"), talk.packet(1, b"way!!")]
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST, head + b"go away!!"]
    assert rules(tmp_path) == [], "a refusal breaks no rule"
    assert connections(tmp_path)[0].ended_by is EndedBy.HANDSHAKE
    # without a length it goes on until the client asks again
    head = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    talk = Talk()
    packets = [*talk.opening(), *talk.handshake(REQUEST, head), talk.packet(1, b"body"), *talk.handshake()]
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST, head + b"body", REQUEST, RESPONSE]


def test_a_refusal_that_lacks_a_part(tmp_path: Path) -> None:
    talk = Talk()
    head = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    packets = [*talk.handshake(REQUEST, head)]
    talk.seq[1] += 7
    packets.append(talk.packet(1, b"rest"))
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST, head, told(7, "They belong to the answer.")]
    talk = Talk()
    packets = [*talk.handshake(REQUEST, head[:20])]
    talk.seq[1] += 7
    packets.append(talk.packet(1, b"rest"))
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST, head[:20], told(7, "They belong to the answer.")]


def test_heads_without_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "HEAD_LIMIT", 1000)
    talk = Talk()
    long = b"\r\nCookie: " + b"x" * 2000
    packets = [talk.packet(0, REQUEST[:-4] + long), talk.packet(1, RESPONSE[:-4] + long)]
    report = imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST[:-4] + long, RESPONSE[:-4] + long]
    assert [text.rpartition(": ")[2] for text in texts(report)] == [
        "a part of the request was not captured; that it is a WebSocket is a guess.",
        "a head of more than 1000 bytes is not read to its end.",
        "the answer's head of more than 1000 bytes is cut.",
    ]
    talk = Talk()
    assert imported(tmp_path, pcap([talk.packet(0, b"GET / HTTP/1.1" + long)])).connections == 0


def test_too_much_waits_for_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "WAITING", 500)
    talk = Talk()
    packets = [talk.packet(0, REQUEST), *[talk.packet(0, HELLO.wire()) for _ in range(9)], talk.packet(1, TEXT.wire())]
    imported(tmp_path, pcap(packets))
    assert [row[1] for row in frames(tmp_path)] == [-3, *[1] * 10]


def test_a_server_that_answers_too_much_before_the_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "HEAD_LIMIT", 50)
    talk = Talk()
    packets = [*talk.opening(), talk.packet(1, RESPONSE[:60]), talk.packet(1, RESPONSE[60:]), talk.packet(1, b"")]
    assert imported(tmp_path, pcap(packets)).frames


# --- frames


def test_a_hole_within_a_frame(tmp_path: Path) -> None:
    talk = Talk()
    long = Frame.build(2, bytes(range(200))).wire()
    packets = [*talk.handshake(), talk.packet(1, long[:50])]
    talk.seq[1] += 100
    packets += [talk.packet(1, long[150:180]), talk.packet(1, long[180:] + TEXT.wire())]
    report = imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-2, None, long[:50]),
        (-3, None, told(100, EXACT)),
        (-2, None, long[150:]),
        (1, None, b"text"),
    ]
    assert (rules(tmp_path), report.problem_count) == ([], 1)


def test_two_holes_within_a_frame_and_one_up_to_its_end(tmp_path: Path) -> None:
    talk = Talk()
    long = Frame.build(2, bytes(200), masking_key=KEY).wire()
    packets = [*talk.handshake(), talk.packet(0, long[:50])]
    talk.seq[0] += 20
    packets.append(talk.packet(0, long[70:100]))
    talk.seq[0] += len(long) - 100
    packets.append(talk.packet(0, HELLO.wire()))
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-2, None, long[:50]),
        (-3, None, told(20, EXACT)),
        (-2, None, long[70:100]),
        (-3, None, told(len(long) - 100, EXACT)),
        (1, KEY, b"Hello"),
    ]


def test_a_hole_in_what_waits_for_the_answer(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST), talk.packet(0, HELLO.wire())]
    talk.seq[0] += len(HELLO.wire())
    packets += [talk.packet(0, HELLO.wire()), talk.packet(1, RESPONSE), talk.packet(1, WORLD.wire())]
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (1, KEY, b"Hello"),
        (-3, None, told(11, GUESS)),
        (1, KEY, b"Hello"),
        (2, None, b"\x00World"),
    ]


def test_an_acknowledgement_that_is_older_than_the_last(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, WORLD.wire())]
    packets.append(talk.packet(0, HELLO.wire()))
    talk.seq[1] -= 5
    packets.append(talk.packet(0, HELLO.wire()))
    imported(tmp_path, pcap(packets))
    assert [row[3] for row in frames(tmp_path)] == [b"\x00World", b"Hello", b"Hello"]


def test_a_hole_beyond_a_frame(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, b"\x81\x20abc")]
    talk.seq[1] += 99
    packets += [talk.packet(1, b"defghi"), talk.packet(1, TEXT.wire()), talk.packet(1, b"jkl"), *talk.closing()]
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-2, None, b"\x81\x20abc"),
        (-3, None, told(99, GUESS)),
        (-2, None, b"defghi"),
        (1, None, b"text"),
        (-2, None, b"jkl"),
    ]
    assert rules(tmp_path) == []  # nobody knows that it is a frame


def test_a_message_does_not_go_on_over_a_hole(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, Frame.build(1, b"be", fin=False).wire())]
    talk.seq[1] += 30
    packets += [talk.packet(1, Frame.build(0, b"gun \xff").wire()), talk.packet(1, TEXT.wire())]
    packets.append(talk.packet(1, Frame.build(0, b"x").wire()))
    imported(tmp_path, pcap(packets))
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert [row.message for row in reader.rows(3, 9)] == [1, None, None, 2, None]
        assert reader.message_of(3).payload == b"be"
    assert rules(tmp_path) == [(7, "continuation.nothing-open")]


def test_what_comes_last_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, TEXT.wire())]
    talk.seq[1] += 40
    for end in ([talk.packet(0)], [talk.packet(1, flags=FIN | ACK)]):
        report = imported(tmp_path, pcap([*packets, *end]))
        assert frames(tmp_path) == [(RECEIVED, 1, None, b"text"), (RECEIVED, -3, None, told(40, GUESS))]
        assert texts(report) == ["40 bytes were not captured from the server of connection 1."]


def test_only_a_fin_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, TEXT.wire()), talk.packet(1, flags=FIN | ACK), talk.packet(0)]
    assert imported(tmp_path, pcap([*packets[:3], *packets[4:]])).complete


def test_a_number_that_is_too_far_away(tmp_path: Path) -> None:
    talk = Talk()
    far = talk.seq[1] + 2**31
    packets = [*talk.handshake(), talk.packet(1, b"far away", seq=far), talk.packet(1, TEXT.wire())]
    report = imported(tmp_path, pcap(packets))
    assert [row[1] for row in frames(tmp_path)] == [1]
    assert texts(report) == ["8 bytes with numbers that belong to no connection are left out."]


# --- compression


def deflated(*messages: bytes) -> list[Frame]:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    wires = [(deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4] for text in messages]
    return [Frame.build(1, data, rsv1=True) for data in wires]


def test_inflating_starts_again_behind_a_hole(tmp_path: Path) -> None:
    some = deflated(b"one one one", b"lost lost lost", b"lost lost lost again", b"new words", b"new words more")
    talk = Talk()
    packets = talk.handshake(REQUEST.replace(b"\r\n\r\n", DEFLATE), RESPONSE.replace(b"\r\n\r\n", DEFLATE))
    for number, frame in enumerate(some):
        packet = talk.packet(1, frame.wire())
        packets += [packet] * (number != 1)
    imported(tmp_path, pcap(packets))
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert [reader.inflated(id_) for id_ in (3, 5, 6, 7)] == [b"one one one", None, b"new words", b"new words more"]
    note = "What this compressed message refers back to was not captured: it is not inflated."
    assert notes_of(tmp_path / "out.wscap") == [(5, note)]
    assert rules(tmp_path) == []


def test_without_context_takeover_a_broken_message_is_the_peers(tmp_path: Path) -> None:
    answer = RESPONSE.replace(b"\r\n\r\n", DEFLATE.replace(b"deflate\r\n", b"deflate; server_no_context_takeover\r\n"))
    talk = Talk()
    packets = talk.handshake(REQUEST.replace(b"\r\n\r\n", DEFLATE), answer)
    talk.seq[1] += 50
    packets += [talk.packet(1, Frame.build(1, b"\xff\xff", rsv1=True).wire())]
    packets += [talk.packet(1, frame.wire()) for frame in deflated(b"good")]
    imported(tmp_path, pcap(packets))
    assert rules(tmp_path) == [(4, "deflate.invalid")]
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert reader.inflated(5) == b"good"


def test_text_is_judged_as_what_it_inflates_to(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake(REQUEST.replace(b"\r\n\r\n", DEFLATE), RESPONSE.replace(b"\r\n\r\n", DEFLATE))
    packets += [talk.packet(1, frame.wire()) for frame in deflated("grün".encode(), b"\xff")]
    imported(tmp_path, pcap(packets))
    assert rules(tmp_path) == [(4, "utf8.invalid")]


# --- resets, and ports that are used again


def test_a_reset_that_is_not_where_it_should_be(tmp_path: Path) -> None:
    talk = Talk()
    stray = talk.packet(1, b"text", RST, seq=77)
    packets = [*talk.opening(), *talk.handshake(), stray, talk.packet(1, TEXT.wire())]
    report = imported(tmp_path, pcap([*packets, *talk.closing()]))
    assert report.remarks == ["1 reset outside the window (RFC 5961) ended nothing."]
    assert frames(tmp_path) == [(RECEIVED, 1, None, b"text")]
    assert connections(tmp_path)[0].how == "fin"


def test_a_reset_that_says_something(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, TEXT.wire()), talk.packet(1, b"proxy timed out", RST, seq=talk.seq[1])]
    packets.append(talk.packet(0, HELLO.wire()))  # was on its way
    imported(tmp_path, pcap(packets))
    assert frames(tmp_path) == [(RECEIVED, 1, None, b"text"), (SENT, 1, KEY, b"Hello")]
    (row,) = connections(tmp_path)
    assert (row.how, row.text) == (
        "reset",
        "TCP ended without a close frame (1006). The reset said 'proxy timed out'.",
    )


def test_a_reset_where_the_other_side_is(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake()]
    talk.packet(1, TEXT.wire())  # not captured, but acknowledged
    packets += [talk.packet(0), talk.packet(1, flags=RST)]
    imported(tmp_path, pcap(packets))
    assert connections(tmp_path)[0].how == "reset"


def test_a_connection_that_is_refused(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, flags=SYN), talk.packet(1, flags=RST | ACK, seq=0), talk.packet(1, flags=RST)]
    report = imported(tmp_path, pcap(packets))
    assert report.connections == 0


def test_data_in_a_syn(tmp_path: Path) -> None:
    talk = Talk()
    packets = [
        talk.packet(0, REQUEST, SYN),
        talk.packet(1, RESPONSE, SYN | ACK),
        talk.packet(0, HELLO.wire()),
        talk.packet(1, TEXT.wire()),
    ]
    for some in (packets, [packets[1], packets[0], *packets[2:]]):
        assert imported(tmp_path, pcap(some)).complete
        assert raw(tmp_path) == [REQUEST, RESPONSE, b"Hello", b"text"]


def test_a_port_that_is_used_again_without_a_syn(tmp_path: Path) -> None:
    first, second = Talk(), Talk(seq=3_000_000_000)
    packets = [*first.opening(), *first.handshake(), first.packet(1, TEXT.wire())]
    packets += [*second.handshake(), second.packet(0, HELLO.wire())]
    report = imported(tmp_path, pcap(packets))
    assert raw(tmp_path) == [REQUEST, RESPONSE, b"text", REQUEST, RESPONSE, b"Hello"]
    assert report.complete
    assert [row.ended_by for row in connections(tmp_path)] == [EndedBy.LOSS, None]


def test_what_is_caught_again_after_the_end_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    packets = [*talk.opening(), *talk.handshake(), talk.packet(1, TEXT.wire()), *talk.closing()]
    for linger in (64, 0):
        monkeypatch.setattr(pcap_import, "LINGER", linger)
        report = imported(tmp_path, pcap([*packets, *packets]))
        assert (report.complete, report.connections, report.frames) == (True, 1, 3)
        again = Talk(seq=500_000)
        report = imported(tmp_path, pcap([*packets, *again.opening(), *again.handshake()]))
        assert report.connections == 2


def test_what_comes_behind_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "LINGER", 0)
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, flags=RST), talk.packet(1, b"x"), talk.packet(1, b"y", seq=9)]
    report = imported(tmp_path, pcap(packets))
    assert texts(report) == ["1 byte behind where connection 1 was followed to is left out."]


def test_more_waits_than_is_good_and_the_rest_comes_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PENDING_BYTES", 30)
    talk = Talk()
    packets = [*talk.handshake()]
    talk.seq[1] += 6
    packets += [talk.packet(1, TEXT.wire())]
    talk.seq[1] += 6
    packets += [*[talk.packet(1, TEXT.wire()) for _ in range(5)], talk.packet(0, HELLO.wire())]
    imported(tmp_path, pcap(packets))
    assert [row[1] for row in frames(tmp_path)] == [-3, 1, -3, *[1] * 6]


def test_long_bytes_become_rows_of_a_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_way, "PIECE", 100)
    talk = Talk()
    packets = [*talk.handshake()]
    talk.seq[1] += 6
    packets += [talk.packet(1, bytes(60)) for _ in range(5)]
    imported(tmp_path, pcap(packets))
    assert [len(row[3]) for row in frames(tmp_path)[1:]] == [120, 120, 60]


def test_what_is_not_looked_into_is_named(tmp_path: Path) -> None:
    tls, plain, other = Talk(CLIENT, ("10.0.0.2", 443)), Talk(), Talk(SERVER, ("10.0.0.9", 25))
    esp = b"\x45\0\0\x1c" + bytes(5) + b"\x32" + bytes(18)
    packets = [esp, esp, *tls.opening(), tls.packet(0, b"\x16\x03\x01\0\0"), tls.packet(1, b"\x16\x03\x03\0\0")]
    packets += [*other.opening(), other.packet(0, b"EHLO")]
    without = Talk(("10.0.0.3", 50005), ("10.0.0.2", 8443))
    packets += [without.packet(0, b"\x17\x03\x03\0\0"), without.packet(1, b"\x17\x03\x03\0\0")]
    two = Talk(("10.0.0.3", 6))
    packets += [*two.opening(), two.packet(0, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    names = (
        "1 connection with HTTP/2, 1 connection with TLS on port 443, 1 connection with TLS on port 8443, "
        "1 connection with something else on port 25, 2 packets in ESP"
    )
    report = imported(tmp_path, pcap(packets))
    assert texts(report) == [
        f"No opening handshake of a WebSocket is in its {len(packets)} packets. There are {names}. wss cannot be read."
    ]
    report = imported(tmp_path, pcap([*packets, *plain.handshake()]))
    assert report.complete
    assert report.remarks == [f"Not looked into: {names}."]
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert reader.problems() == [(None, f"Not looked into: {names}.")]
    report = imported(tmp_path, pcap([tls.packet(0, b"\x16\x03\x01\0\0")]))
    said = "There is 1 connection with TLS on port 443. wss cannot be read."
    assert texts(report) == [f"No opening handshake of a WebSocket is in its 1 packet. {said}"]


# --- kept, exported and imported again


def holes(folder: Path) -> ImportReport:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, TEXT.wire())]
    talk.seq[1] += 10
    packets += [talk.packet(1, TEXT.wire()), talk.packet(0, HELLO.wire())]
    return imported(folder, pcap(packets))


def test_lines_and_back(tmp_path: Path) -> None:
    holes(tmp_path)
    export_capture(tmp_path / "out.wscap", tmp_path / "a.jsonl", kind="jsonl", keep_secrets=True)
    import_file(tmp_path / "a.jsonl", tmp_path / "again.wscap")
    assert rows_of(tmp_path / "again.wscap") == rows_of(tmp_path / "out.wscap")
    export_capture(tmp_path / "again.wscap", tmp_path / "b.jsonl", kind="jsonl", keep_secrets=True)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    with CaptureReader(tmp_path / "again.wscap") as reader:
        assert reader.problems() == [(None, "10 bytes were not captured from the server of connection 1.")]
        meta = reader.meta()
    assert (meta["source"], meta["created"]) == ("in.pcap", "1000007000")
    assert b'"imported_from":"in.pcap"' in (tmp_path / "a.jsonl").read_bytes()


def test_har_and_packets_and_back(tmp_path: Path) -> None:
    holes(tmp_path)
    before = rows_of(tmp_path / "out.wscap")
    for kind in ("har", "pcapng"):
        export_capture(tmp_path / "out.wscap", tmp_path / f"a.{kind}", kind=kind, keep_secrets=True)
        import_file(tmp_path / f"a.{kind}", tmp_path / f"{kind}.wscap")
        assert [row[2:] for row in rows_of(tmp_path / f"{kind}.wscap")] == [row[2:] for row in before]


def test_payloads_and_tables(tmp_path: Path) -> None:
    holes(tmp_path)
    export_capture(tmp_path / "out.wscap", tmp_path / "a.bin", kind="payload", ids=[3, 4, 5])
    assert (tmp_path / "a.bin").read_bytes() == b"texttext"
    export_capture(tmp_path / "out.wscap", tmp_path / "all", kind="payloads")
    assert (tmp_path / "all" / "0000004-received-missing.txt").read_bytes() == told(10, GUESS)
    export_capture(tmp_path / "out.wscap", tmp_path / "a.csv", kind="csv")
    assert b",missing," in (tmp_path / "a.csv").read_bytes()


def test_an_unknown_number_is_not_left_out_of_packets(tmp_path: Path) -> None:
    talk = Talk()
    imported(tmp_path, pcap([talk.packet(1, RESPONSE), talk.packet(1, TEXT.wire())]))
    export_capture(tmp_path / "out.wscap", tmp_path / "a.pcapng", kind="pcapng")
    import_file(tmp_path / "a.pcapng", tmp_path / "b.wscap")
    assert rows_of(tmp_path / "b.wscap")[-1][7] == b"text"


# --- what is seldom


def test_a_fragment_of_ip_that_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake()
    whole = talk.packet(1, Frame.build(2, bytes(range(100))).wire())
    for at, size in ((0, 64), (104, 18)):
        more = (at == 0) << 13
        packets.append(whole[:2] + (20 + size).to_bytes(2, "big") + b"\0\7" + (at // 8 | more).to_bytes(2, "big")
                       + whole[8:20] + whole[20 + at : 20 + at + size])  # fmt: skip
    packets.append(talk.packet(1, TEXT.wire()))
    report = imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-2, None, whole[40:84]),
        (-3, None, told(40, EXACT)),
        (-2, None, whole[124:]),
        (1, None, b"text"),
    ]
    assert report.remarks == ["Not looked into: 1 IP datagrams that lack a fragment."]


def test_a_part_of_what_waits_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PENDING_SEGMENTS", 4)
    talk = Talk()
    packets = [*talk.handshake()]
    for count in (3, 2):
        talk.seq[1] += 6
        packets += [talk.packet(1, TEXT.wire()) for _ in range(count)]
    packets += [talk.packet(0, HELLO.wire(), seq=talk.seq[0])]
    report = imported(tmp_path, pcap(packets))
    assert [row[1] for row in frames(tmp_path)] == [-3, 1, 1, 1, -3, 1, 1, 1]
    assert report.problem_count == 2


def test_acknowledgements_that_come_late(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(0, HELLO.wire()), talk.packet(1, TEXT.wire())]
    old = packets[2]
    packets += [talk.packet(0, HELLO.wire()), old, talk.packet(0), talk.packet(0, seq=talk.seq[0])]
    late = packets[3][:28] + b"\0\0\3\xe8" + packets[3][32:]
    assert imported(tmp_path, pcap([*packets, late])).complete


def test_segments_without_acknowledgements(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST, 0), talk.packet(1, RESPONSE, 0), talk.packet(1, TEXT.wire(), 0)]
    assert imported(tmp_path, pcap(packets)).complete
    assert raw(tmp_path) == [REQUEST, RESPONSE, b"text"]


def test_two_resets(tmp_path: Path) -> None:
    talk = Talk()
    imported(tmp_path, pcap([*talk.handshake(), talk.packet(1, flags=RST), talk.packet(1, flags=RST)]))
    assert connections(tmp_path)[0].how == "reset"


def test_an_end_before_the_request_is_whole(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(0, REQUEST[:20]), talk.packet(0, flags=RST)]
    assert imported(tmp_path, pcap(packets)).frames == 0


def test_a_server_that_turns_out_to_speak_no_http(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(1, b"H"), talk.packet(1, b"ELO"), talk.packet(0, REQUEST)]
    assert imported(tmp_path, pcap(packets)).frames == 1


def test_half_a_refusal_with_frames_behind_the_request(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST), talk.packet(0, HELLO.wire()), talk.packet(1, b"HTTP/1.1 403 Forbi")]
    imported(tmp_path, pcap(packets))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, b"HTTP/1.1 403 Forbi", HELLO.wire()]
    assert connections(tmp_path)[0].ended_by is EndedBy.HANDSHAKE


def test_too_much_is_held_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "HELD_BYTES", 300)
    talk = Talk()
    packets = [talk.packet(0, REQUEST), *[talk.packet(0, HELLO.wire()) for _ in range(5)]]
    imported(tmp_path, pcap(packets))
    assert [row[1] for row in frames(tmp_path)] == [-3, *[1] * 5]


def test_too_much_is_held_before_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "HELD_BYTES", 30)
    talk = Talk()
    packets = talk.opening()
    talk.seq[0] += 5
    packets += [talk.packet(0, b"x" * 20) for _ in range(4)]
    assert imported(tmp_path, pcap(packets)).frames == 0


def test_so_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "_NAMES", 1)
    monkeypatch.setattr(pcap_import, "FOLLOWED", 1)
    packets = []
    for port in (1, 2, 3):
        talk = Talk(server=("10.0.0.2", port))
        packets += [talk.packet(0, b"\x17\x03\x03\0\0")]
    (text,) = texts(imported(tmp_path, pcap(packets)))
    assert "There is 1 connection with TLS on port 1. wss" in text


# --- guesses


def guessed(folder: Path, *parts: bytes) -> list[tuple[int, bytes]]:
    """What is made of segments of a server behind a hole: opcode and payload of each row behind that of the hole."""
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    imported(folder, pcap([*packets, *[talk.packet(1, part) for part in parts]]))
    return [(row[3], row[7]) for row in rows_of(folder / "out.wscap")[3:]]  # type: ignore[misc]


def test_a_guess_is_believed_when_what_stands_behind_it_makes_sense(tmp_path: Path) -> None:
    long = Frame.build(2, b"z" * 100).wire()
    assert guessed(tmp_path, long[:50], long[50:], TEXT.wire()) == [(2, b"z" * 100), (1, b"text")]
    # The middle of something that looks like a header of 100 bytes, and is none.
    assert guessed(tmp_path, long[:50], b"z" * 90, TEXT.wire()) == [(-2, long[:50] + b"z" * 90), (1, b"text")]
    assert guessed(tmp_path, long[:50], TEXT.wire()) == [(-2, long[:50] + TEXT.wire())]
    assert guessed(tmp_path, long[:50]) == [(-2, long[:50])]


def test_a_guess_that_ends_in_another_hole(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"\x82\x40zzz"))
    talk.seq[1] += 10
    packets.append(talk.packet(1, TEXT.wire()))
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-3, None, told(10, GUESS)),
        (-2, None, b"\x82\x40zzz"),
        (-3, None, told(10, GUESS)),
        (1, None, b"text"),
    ]


def test_a_hole_in_a_frame_that_is_a_guess(tmp_path: Path) -> None:
    # Its length tells where the next one is, also where that stands inside a segment, or in two.
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"\x81\x14abcd"))
    talk.seq[1] += 6
    packets += [talk.packet(1, b"efgh"), talk.packet(1, b"ijklmn\x81"), talk.packet(1, b"\x04text")]
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-3, None, told(10, GUESS)),
        (-2, None, b"\x81\x14abcd"),
        (-3, None, told(6, GUESS)),
        (-2, None, b"efghijklmn"),
        (1, None, b"text"),
    ]


def test_two_holes_in_a_frame_that_is_a_guess(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"\x81\x14abcd"))
    talk.seq[1] += 6
    packets.append(talk.packet(1, b"efgh"))
    talk.seq[1] += 6
    packets.append(talk.packet(1, TEXT.wire()))
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-3, None, told(10, GUESS)),
        (-2, None, b"\x81\x14abcd"),
        (-3, None, told(6, GUESS)),
        (-2, None, b"efgh"),
        (-3, None, told(6, GUESS)),
        (1, None, b"text"),
    ]


@pytest.mark.parametrize("start", [b"\x81", b"\x81\x7e", b"\x01"])
def test_a_guess_of_which_too_little_is_there(tmp_path: Path, start: bytes) -> None:
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, start))
    talk.seq[1] += 10
    packets.append(talk.packet(1, TEXT.wire()))
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [
        (-3, None, told(10, GUESS)),
        (-2, None, start),
        (-3, None, told(10, GUESS)),
        (1, None, b"text"),
    ]


@pytest.mark.parametrize("start", [1050, 6060])
def test_a_port_that_is_used_again_within_the_numbers_of_the_last_connection(tmp_path: Path, start: int) -> None:
    first, second = Talk(seq=1000), Talk(seq=start)
    packets = [*first.opening(), *first.handshake(), first.packet(0, HELLO.wire()), *first.closing()]
    packets += [*second.opening(), *second.handshake(), second.packet(1, WORLD.wire()), *second.closing()]
    report = imported(tmp_path, pcap(packets))
    assert [(row[0], row[7]) for row in rows_of(tmp_path / "out.wscap") if row[3] in (1, 2)] == [
        (1, b"Hello"),
        (2, b"\0World"),
    ]
    assert texts(report) == []


def test_data_behind_a_fin_lacks_no_byte(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), *talk.handshake(), talk.packet(0, HELLO.wire()), talk.packet(0, flags=FIN | ACK)]
    packets += [talk.packet(0, HELLO.wire()), talk.packet(0, HELLO.wire()), talk.packet(1, TEXT.wire())]
    report = imported(tmp_path, pcap(packets))
    assert [row[3] for row in frames(tmp_path)] == [b"Hello", b"Hello", b"Hello", b"text"]
    assert texts(report) == []


def test_a_long_frame_is_believed_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_way, "BELIEVED", 60)
    long = Frame.build(2, b"z" * 300).wire()
    assert guessed(tmp_path, long[:50], long[50:100], long[100:] + TEXT.wire()) == [(2, b"z" * 300), (1, b"text")]


def test_a_request_that_is_none_after_all(tmp_path: Path) -> None:
    talk = Talk()
    assert imported(tmp_path, pcap([*talk.opening(), talk.packet(0, b"GE"), talk.packet(0, b"OM")])).frames == 0


def test_more_frames_than_wait_before_the_request_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "WAITING", 500)
    talk = Talk()
    talk.seq[0] += 100
    packets = [talk.packet(1, RESPONSE), *[talk.packet(1, TEXT.wire()) for _ in range(9)], talk.packet(0, HELLO.wire())]
    imported(tmp_path, pcap(packets))
    assert raw(tmp_path)[1:] == [RESPONSE, *[b"text"] * 9, b"Hello"]


def test_a_hole_behind_a_frame_that_no_answer_came_for(tmp_path: Path) -> None:
    talk = Talk()
    refusal = b"HTTP/1.1 403 Forbidden\r\n"  # and nothing behind it
    packets = [*talk.opening(), talk.packet(0, REQUEST), talk.packet(0, HELLO.wire())]
    talk.seq[0] += 5
    packets += [talk.packet(0, HELLO.wire()), talk.packet(1, refusal), talk.packet(0, flags=FIN | ACK)]
    report = imported(tmp_path, pcap(packets))
    assert [row[3] for row in frames(tmp_path)] == [
        HELLO.wire(),
        told(5, "What they belong to is not known."),
        HELLO.wire(),
    ]
    assert [problem.text for problem in report.problems] == [
        "5 bytes were not captured from the client of connection 1."
    ]


def test_frames_that_make_sense_end_a_frame_that_was_a_guess(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"\x82\x40zzz"))
    talk.seq[1] += 10
    packets += [talk.packet(1, b"more"), talk.packet(1, TEXT.wire())]
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)][-2:] == [(-2, None, b"more"), (1, None, b"text")]


def test_no_frame_is_guessed_inside_a_segment(tmp_path: Path) -> None:
    talk = Talk()
    packets = talk.handshake()
    talk.seq[1] += 10
    packets.append(talk.packet(1, b"zzzz"))
    packets.append(talk.packet(1, b"zz" + TEXT.wire(), seq=talk.seq[1] - 2))  # a part of it again, and more
    imported(tmp_path, pcap(packets))
    assert [row[1:] for row in frames(tmp_path)] == [(-3, None, told(10, GUESS)), (-2, None, b"zzzz" + TEXT.wire())]
