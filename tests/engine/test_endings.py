from __future__ import annotations

from wsgui.engine.endings import Ending
from wsgui.protocol.connection import Connection
from wsgui.protocol.states import Role
from wsgui.records import ConnectionClosed, EndedBy


def opened(role: Role = Role.CLIENT) -> Connection:
    connection = Connection(role, new_key=lambda: bytes(4))
    connection.opened()
    return connection


def record(ending: Ending, connection: Connection) -> ConnectionClosed:
    closed = ending.record(7, 123, connection)
    assert closed.connection == 7
    assert closed.time_ns == 123
    return closed


def test_the_peer_closed() -> None:
    connection, ending = opened(), Ending()
    connection.send(connection.receive_data(b"\x88\x05\x03\xe9bye").replies)
    ending.close_first(EndedBy.PEER)
    ending.close_first(EndedBy.LOCAL)
    closed = record(ending, connection)
    assert (closed.code, closed.reason, closed.ended_by) == (1001, "bye", EndedBy.PEER)
    assert closed.text == "The peer closed: 1001 going away, “bye”."


def test_an_empty_close_frame_is_1005() -> None:
    connection, ending = opened(), Ending()
    connection.receive_data(b"\x88\x00")
    ending.close_first(EndedBy.PEER)
    closed = record(ending, connection)
    assert (closed.code, closed.text) == (1005, "The peer closed: 1005 no status received.")


def test_closed_from_this_side() -> None:
    connection, ending = opened(), Ending()
    connection.send([connection.close_frame(1000)])
    ending.close_first(EndedBy.LOCAL)
    closed = record(ending, connection)
    assert (closed.code, closed.ended_by) == (1006, EndedBy.LOCAL)
    assert closed.text == "Closed from this side; TCP ended before the peer's close frame came (1006)."
    connection.receive_data(b"\x88\x02\x03\xe8")
    closed = record(ending, connection)
    assert closed.code == 1000
    assert closed.text == "Closed from this side; the peer answered 1000 normal closure."


def test_cut_from_this_side() -> None:
    ending = Ending()
    ending.close_first(EndedBy.LOCAL)
    closed = record(ending, opened())
    assert closed.code == 1006
    assert closed.text == "TCP was cut from this side, without a close frame (1006)."


def test_loss_with_and_without_a_reason() -> None:
    ending = Ending()
    closed = record(ending, opened())
    assert (closed.code, closed.ended_by) == (1006, EndedBy.LOSS)
    assert closed.text == "TCP ended without a close frame: 1006 abnormal closure."
    ending.loss = "connection reset by peer"
    text = "TCP ended without a close frame (connection reset by peer): 1006 abnormal closure."
    assert record(ending, opened()).text == text


def test_a_broken_rule_names_it_and_the_section() -> None:
    connection, ending = opened(Role.SERVER), Ending()
    connection.receive_data(b"\x81\x02hi")
    closed = record(ending, connection)
    assert closed.ended_by is EndedBy.RULE
    assert closed.text.endswith("This breaks RFC 6455 §5.1; the connection was failed with 1002.")


def test_timeouts_and_refusals_in_their_own_words() -> None:
    ending = Ending()
    ending.timeout = "Nothing came for 5 s."
    closed = record(ending, opened())
    assert (closed.ended_by, closed.text) == (EndedBy.TIMEOUT, "Nothing came for 5 s.")
    ending.refusal = "The server answered 404."
    closed = record(ending, opened())
    assert (closed.ended_by, closed.text) == (EndedBy.HANDSHAKE, "The server answered 404.")
