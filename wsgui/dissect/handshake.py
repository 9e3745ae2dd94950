"""The opening handshake for showing: each line of both heads with a verdict and a sentence.

The verdicts are the protocol's (`wsgui.protocol.judged_heads`): what is said here is what a live endpoint says.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.accept import Step, accept_steps
from wsgui.dissect.handshake_extensions import HEADER, Exchange, agreement, extension_lines
from wsgui.dissect.handshake_words import (
    LINE_OF,
    REFUSAL_WORDS,
    REQUEST_LINE,
    REQUEST_WORDS,
    RESPONSE_WORDS,
    STATUS_LINE,
    HeaderWords,
)
from wsgui.dissect.http_head import HttpHead, read_head
from wsgui.protocol.handshake_rules import accept_value
from wsgui.protocol.head_text import head_text
from wsgui.protocol.http_head import HEAD_LIMIT, blank_line
from wsgui.protocol.judged_heads import broken_rules, judge_request_head, judge_response_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.violations import Violation

_INFORMATIONAL: Final = re.compile(rb"HTTP/\d\.\d 1(?!01)\d\d(?!\d)")
_MALFORMED: Final = "http.malformed"


class Verdict(Enum):
    """What a line of a handshake is worth."""

    GOOD = "good"
    NEUTRAL = "neutral"
    WRONG = "wrong"


class JudgedLine(NamedTuple):
    """A line of a head, or a header that is missing (``present`` is false), with a sentence and its reference."""

    name: str
    value: str
    verdict: Verdict
    sentence: str
    reference: str
    present: bool = True


class DissectedHead(NamedTuple):
    """One HTTP message: ``raw`` head, ``status`` (None for a request), judged lines, ``body`` (decoded lossily), and
    what the judge found."""

    raw: str
    status: int | None
    lines: tuple[JudgedLine, ...]
    body: str
    violations: tuple[Violation, ...]


class DissectedHandshake(NamedTuple):
    """A judged handshake. ``accepted`` is None while the accept value cannot be checked; ``agreed`` says in sentences
    what came of the extensions, and is empty where the two did not come to it."""

    request: DissectedHead | None
    response: DissectedHead | None
    steps: tuple[Step, ...]
    accepted: bool | None
    agreed: str = ""


def dissect_handshake(request: bytes | None, response: bytes | None) -> DissectedHandshake:
    """Read and judge the two heads of a handshake, as far as they are there; takes any bytes."""
    final = 0 if response is None else _final_head(response)
    asked = None if request is None else read_head(request)
    answer = None if response is None else read_head(response[final:])
    exchange = Exchange(asked, answer)
    keys = asked.values("Sec-WebSocket-Key") if asked else []
    accepts = answer.values("Sec-WebSocket-Accept") if answer else []
    shown_request = shown_response = None
    if request is not None and asked is not None:
        shown_request = _Judged(asked, judge_request_head(request), exchange, REQUEST_LINE).head()
    if response is not None and answer is not None:
        found = broken_rules(judge_response_head(response, request))
        shown_response = _Judged(answer, found, exchange, STATUS_LINE).head()
        before = "\n".join(map(head_text, response[:final].split(b"\n")))
        shown_response = shown_response._replace(raw=before + shown_response.raw)
    return DissectedHandshake(
        shown_request,
        shown_response,
        tuple(accept_steps(keys[0])) if keys else (),
        accepts == [accept_value(keys[0])] if keys and accepts else None,
        agreement(exchange),
    )


def _final_head(response: bytes) -> int:
    """Where the final response begins, behind those that are informational (RFC 9110 section 15.2)."""
    start = 0
    while _INFORMATIONAL.match(response, start) and (blank := blank_line(response, start, HEAD_LIMIT)) is not None:
        if blank[1] == len(response):
            break  # nothing came behind it: then this is what there is to show
        start = blank[1]
    return start


class _Judged:
    """A head on its way to be shown."""

    def __init__(self, head: HttpHead, violations: Sequence[Violation], exchange: Exchange, first: str) -> None:
        self._head = head
        self._violations = violations
        self._exchange = exchange
        self._first = first
        self._is_request = first == REQUEST_LINE
        self._malformed = any(breach.rule == _MALFORMED for breach in violations)
        # Of what is no HTTP and of half a head only that is known.
        self._is_judged = head.ended and not self._malformed
        self._is_agreement = self._is_judged and (self._is_request or head.status == 101)
        self._wrong: dict[str, list[Violation]] = {}
        for breach in violations:
            self._wrong.setdefault(LINE_OF.get(breach.rule, first).lower(), []).append(breach)

    def head(self) -> DissectedHead:
        head = self._head
        lines = [self._start_line(), *(self._line(name, value) for name, value in head.lines)]
        if self._is_agreement:
            lines = self._with_extensions(lines)
        present = {line.name.lower() for line in lines}
        for name, found in self._wrong.items():
            if name not in present:
                lines.append(_wrong(_spelling(found[0]), "", found)._replace(present=False))
        if not head.ended:
            sentence = "No empty line ends the head."
            lines.append(JudgedLine("", "", Verdict.WRONG, sentence, "RFC 9112 §2.1", present=False))
        return DissectedHead(head.raw, head.status, tuple(lines), head.body, tuple(self._violations))

    def _start_line(self) -> JudgedLine:
        line, wrong = self._head.start_line, self._wrong.get(self._first.lower())
        if wrong:
            return _wrong(self._first, line, wrong)
        if not self._is_agreement:
            status = self._head.status
            if not self._is_judged or status is None or status < 200:
                return JudgedLine(self._first, line, Verdict.NEUTRAL, "", "")
            sentence = f"The server answered {status}: it refuses, and no WebSocket follows."
            return JudgedLine(self._first, line, Verdict.NEUTRAL, sentence, "RFC 6455 §4.1")
        if self._is_request:
            sentence, reference = "A GET request with HTTP/1.1 or higher.", "RFC 6455 §4.1"
        else:
            sentence, reference = "The server agrees: WebSocket frames follow.", "RFC 6455 §4.2.2"
        return JudgedLine(self._first, line, Verdict.GOOD, sentence, reference)

    def _line(self, name: str, value: str) -> JudgedLine:
        if not name:
            if value[0] in " \t" and not self._malformed:
                sentence = "Goes on with the line above, as was usual once."
                return JudgedLine("", value, Verdict.NEUTRAL, sentence, "RFC 9112 §5.2")
            return JudgedLine("", value, Verdict.WRONG, "This is no header: name, colon, value.", "RFC 9112 §5")
        wrong = self._wrong.get(name.lower())
        if wrong:
            return _wrong(name, value, wrong)
        words = self._words(name)
        if words is None:
            return JudgedLine(name, value, Verdict.NEUTRAL, "", "")
        if words.unknown and self._exchange.request is None:
            return JudgedLine(name, value, Verdict.NEUTRAL, words.unknown, words.reference)
        verdict = Verdict.GOOD if self._is_agreement else Verdict.NEUTRAL
        return JudgedLine(name, value, verdict, words.right, words.reference)

    def _words(self, name: str) -> HeaderWords | None:
        if not self._is_judged:
            return None
        if self._is_request:
            return REQUEST_WORDS.get(name.lower())
        return (RESPONSE_WORDS if self._is_agreement else REFUSAL_WORDS).get(name.lower())

    def _with_extensions(self, judged: list[JudgedLine]) -> list[JudgedLine]:
        """``judged`` with a line for each extension and parameter behind the last header that names some."""
        places = [place for place, line in enumerate(judged) if line.name.lower() == HEADER.lower()]
        if not places:
            return judged
        verdicts = {None: Verdict.NEUTRAL, True: Verdict.GOOD, False: Verdict.WRONG}
        lines = [
            JudgedLine(
                f"{'    ' * (one.depth + 1)}{one.name}", one.value, verdicts[one.good], one.sentence, one.reference
            )
            for one in extension_lines(self._head, self._exchange)
        ]
        return judged[: places[-1] + 1] + lines + judged[places[-1] + 1 :]


def _wrong(name: str, value: str, found: Sequence[Violation]) -> JudgedLine:
    sentence = " ".join(breach.text for breach in found)
    return JudgedLine(name, value, Verdict.WRONG, sentence, found[0].reference)


def _spelling(breach: Violation) -> str:
    return LINE_OF[breach.rule]
