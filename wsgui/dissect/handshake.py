"""The opening handshake for showing: each line of both heads with a verdict and a sentence."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.accept import Step, accept_steps
from wsgui.dissect.handshake_extensions import HEADER, agreement, extension_lines, grammar_problem
from wsgui.dissect.handshake_rules import REQUEST_RULES, RESPONSE_RULES, Exchange, HeaderRule
from wsgui.dissect.http_head import HttpHead, read_head
from wsgui.protocol.handshake_rules import accept_value

if TYPE_CHECKING:
    from collections.abc import Sequence


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


class HeadView(NamedTuple):
    """One HTTP message: ``raw`` head, ``status`` (None for a request), judged lines, ``body`` (decoded lossily)."""

    raw: str
    status: int | None
    lines: tuple[JudgedLine, ...]
    body: str


class HandshakeView(NamedTuple):
    """A judged handshake. ``accepted`` is None while the accept value cannot be checked; ``agreed`` says in sentences
    what came of the extensions, and is empty where the two did not come to it."""

    request: HeadView | None
    response: HeadView | None
    steps: tuple[Step, ...]
    accepted: bool | None
    agreed: str = ""


def dissect_handshake(request: bytes | None, response: bytes | None) -> HandshakeView:
    """Read and judge the two heads of a handshake, as far as they are there; takes any bytes."""
    asked = None if request is None else read_head(request)
    answer = None if response is None else read_head(response)
    exchange = Exchange(asked, answer)
    keys = asked.values("Sec-WebSocket-Key") if asked else []
    accepts = answer.values("Sec-WebSocket-Accept") if answer else []
    return HandshakeView(
        None if asked is None else _judge(asked, _request_line(asked), REQUEST_RULES, exchange),
        None if answer is None else _judge(answer, _status_line(answer), RESPONSE_RULES, exchange),
        tuple(accept_steps(keys[0])) if keys else (),
        accepts == [accept_value(keys[0])] if keys and accepts else None,
        agreement(exchange),
    )


def _request_line(head: HttpHead) -> JudgedLine:
    parts = head.start_line.split(" ")
    problem = ""
    if len(parts) != 3:
        problem = "A request line is method, target and version, with one space between them."
    elif parts[0] != "GET":
        problem = "The opening handshake must be a GET request."
    elif parts[2][:5] != "HTTP/" or not _at_least_1_1(parts[2][5:]):
        problem = "The version must be HTTP/1.1 or higher."
    verdict = Verdict.WRONG if problem else Verdict.GOOD
    sentence = problem or "A GET request with HTTP/1.1 or higher."
    return JudgedLine("Request line", head.start_line, verdict, sentence, "RFC 6455 §4.1")


def _at_least_1_1(version: str) -> bool:
    major, _, minor = version.partition(".")
    digits = major.isascii() and major.isdecimal() and len(major) == 1
    return digits and (minor.isascii() and minor.isdecimal() and len(minor) == 1) and (major, minor) >= ("1", "1")


def _status_line(head: HttpHead) -> JudgedLine:
    if head.status == 101:
        verdict, sentence = Verdict.GOOD, "The server agrees: WebSocket frames follow."
    elif head.status is None:
        verdict, sentence = Verdict.WRONG, "This is no HTTP status line."
    else:
        verdict, sentence = Verdict.WRONG, "The server did not agree: no WebSocket connection comes of it."
    return JudgedLine("Status line", head.start_line, verdict, sentence, "RFC 6455 §4.2.2")


def _judge(head: HttpHead, first: JudgedLine, rules: Sequence[HeaderRule], exchange: Exchange) -> HeadView:
    by_name = {rule.header.lower(): rule for rule in rules}
    judged = [first]
    for name, value in head.lines:
        if not name:
            judged.append(JudgedLine("", value, Verdict.WRONG, "This is no header: name, colon, value.", "RFC 9112 §5"))
            continue
        rule = by_name.get(name.lower())
        if rule is None:
            judged.append(JudgedLine(name, value, Verdict.NEUTRAL, "", ""))
        else:
            judged.append(_judge_line(name, value, rule, head, exchange))
    judged = _with_extensions(judged, head, exchange)
    # A refusal owes none of the headers of an agreement.
    if head.status in (None, 101):
        judged += [
            JudgedLine(rule.header, "", Verdict.WRONG, rule.missing, f"RFC 6455 §{rule.section}", present=False)
            for rule in rules
            if rule.missing and not head.values(rule.header)
        ]
    if not head.ended:
        judged.append(JudgedLine("", "", Verdict.WRONG, "No empty line ends the head.", "RFC 9112 §2.1", present=False))
    return HeadView(head.raw, head.status, tuple(judged), head.body)


def _with_extensions(judged: list[JudgedLine], head: HttpHead, exchange: Exchange) -> list[JudgedLine]:
    """``judged`` with a line for each extension and parameter behind the last header that names some."""
    places = [place for place, line in enumerate(judged) if line.name.lower() == HEADER.lower()]
    if not places:
        return judged
    problem = grammar_problem(head)
    if problem:
        for place in places:
            judged[place] = judged[place]._replace(verdict=Verdict.WRONG, sentence=problem)
    verdicts = {None: Verdict.NEUTRAL, True: Verdict.GOOD, False: Verdict.WRONG}
    lines = [
        JudgedLine(f"{'    ' * (one.depth + 1)}{one.name}", one.value, verdicts[one.good], one.sentence, one.reference)
        for one in extension_lines(head, exchange)
    ]
    return judged[: places[-1] + 1] + lines + judged[places[-1] + 1 :]


def _judge_line(name: str, value: str, rule: HeaderRule, head: HttpHead, exchange: Exchange) -> JudgedLine:
    reference = f"RFC 6455 §{rule.section}"
    # Of a list header every line counts, so that `Connection: keep-alive` before `Connection: Upgrade` is right.
    whole = value if rule.once else head.joined(rule.header)
    fits = rule.check(whole, exchange)
    if rule.once and len(head.values(rule.header)) > 1:
        fits = False
    if fits is None:
        return JudgedLine(name, value, Verdict.NEUTRAL, rule.unknown, reference)
    verdict = Verdict.GOOD if fits else Verdict.WRONG
    return JudgedLine(name, value, verdict, rule.right if fits else rule.wrong, reference)
