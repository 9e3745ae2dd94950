from __future__ import annotations

import pytest

from wsgui.endpoint.frame_predicate import PredicateError, frame_predicate
from wsgui.endpoint.policies import apply, misbehaviour
from wsgui.engine.options import Options
from wsgui.filter import patterns
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import Role

TEXT = Frame(0x81, 7, None, b'{"id": 7}')


def test_no_filter_takes_every_frame() -> None:
    assert frame_predicate(" ")(TEXT)


def test_what_a_frame_says_of_itself() -> None:
    fits = frame_predicate("json.id == 7 and not masked and length == 9 and fin")
    assert fits(TEXT)
    assert not fits(TEXT._replace(head=0x01))


def test_what_was_compressed_is_seen_as_it_was_before() -> None:
    compressed = Frame(0xC1, 7, None, b"\xf2\x48")
    assert not frame_predicate('text contains "id"')(compressed)
    for text in ('text contains "id"', "json.id == 7", "inflated", "payload == 0xf248"):
        assert frame_predicate(text)(compressed, b'{"id": 7}')


def test_what_is_no_filter() -> None:
    with pytest.raises(PredicateError, match=r"^There is no field opcod\."):
        frame_predicate("opcod == 1")
    with pytest.raises(PredicateError, match=r"^delta is not known of a frame on its way, only within a capture\.$"):
        frame_predicate("fin or delta > 1s")


def test_an_expression_that_takes_too_long_takes_no_frame_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options()
    apply(options, "drop", 'text matches "(a+)+b"')
    (fault,) = options.faults.frames
    assert misbehaviour(options, Role.CLIENT) == ['Frames with text matches "(a+)+b" are not sent.']
    monkeypatch.setattr(patterns, "_FIRST_SECONDS", 1e-9)
    monkeypatch.setattr(patterns, "ROW_SECONDS", 1e-9)
    slow = TEXT._replace(payload=b"a" * 5000)
    assert not fault.applies(slow)
    monkeypatch.undo()
    assert not fault.applies(TEXT._replace(payload=b"aab"))  # it is not tried again
    (said,) = misbehaviour(options, Role.CLIENT)
    assert said.startswith('Frames with text matches "(a+)+b" leave as they are from now on. The search has ended: ')
