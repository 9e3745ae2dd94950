"""What there is to explain, from the tables that say it: title, sentence, section of an RFC, page of the guide.

A topic has a key, as ``rule:frame.rsv`` or ``option:client.deflate``; a test holds that every row has one.
Knows no Qt.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.references import references_in
from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.policies import POLICIES, REFERENCES
from wsgui.endpoint.settings import OPTIONS
from wsgui.filter.fields import FIELDS
from wsgui.protocol.close import CLOSE_CODES, close_code_name
from wsgui.protocol.rules import RULES
from wsgui.protocol.states import Role
from wsgui.ui.view.frames.cells import BITS, DIRECTION, KEY, LENGTH, MESSAGE, OPCODE, PAYLOAD, TIPS, TITLES
from wsgui.ui.view.frames.extras import INFLATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OPTION_PAGES: Final = {Role.CLIENT: "options#a-client-wsgui-connect", Role.SERVER: "options#a-server-wsgui-serve"}
OWN: Final = "wsgui's own: no RFC has it"
_COLUMN_SECTIONS: Final = {
    DIRECTION: "RFC 6455 section 1.2",
    OPCODE: "RFC 6455 section 5.2",
    BITS: "RFC 6455 section 5.2",
    KEY: "RFC 6455 section 5.3",
    LENGTH: "RFC 6455 section 5.2",
    MESSAGE: "RFC 6455 section 5.4",
    PAYLOAD: "RFC 6455 section 5.2",
}
_FIELD_SECTIONS: Final = {
    **dict.fromkeys(("opcode", "fin", "rsv", "rsv2", "rsv3", "length", "length_form"), "RFC 6455 section 5.2"),
    "rsv1": "RFC 7692 section 6",
    "masked": "RFC 6455 section 5.1",
    "key": "RFC 6455 section 5.3",
    "message": "RFC 6455 section 5.4",
    "fragment": "RFC 6455 section 5.4",
    "close_code": "RFC 6455 section 7.4",
    "reason": "RFC 6455 section 7.1.6",
    "text": "RFC 6455 section 5.6",
    "payload": "RFC 6455 section 5.2",
    "inflated": "RFC 7692 section 6.2",
}


class Topic(NamedTuple):
    """``reference`` is the section of an RFC, or `OWN`; ``page`` is the page of the guide with its anchor."""

    title: str
    text: str
    reference: str
    page: str


class TopicKind(NamedTuple):
    """A table: the names of its rows, and what makes a topic of one."""

    names: Callable[[], Iterable[str]]
    make: Callable[[str], Topic]


def topic_of(key: str) -> Topic | None:
    """The topic of a key; None for one that there is not."""
    kind, _, name = key.partition(":")
    row = KINDS.get(kind)
    try:
        return None if row is None else row.make(name)
    except (LookupError, ValueError):
        return None


def as_html(keys: Iterable[str]) -> str:
    """The topics of some keys, to be shown together; "" if there are none."""
    parts = []
    for topic in filter(None, map(topic_of, keys)):
        text = topic.text if topic.text.endswith((".", "!", "?")) else f"{topic.text}."
        said = f"<p><b>{escape(topic.title)}</b><br>{escape(text)}"
        if topic.reference not in text:
            said += f"<br><i>{escape(topic.reference)}</i>"
        parts.append(f"{said}</p>")
    return "".join(parts)


def url_of(topic: Topic) -> str:
    """Where the RFC Editor has the section; "" if no RFC has it."""
    return next((one.url for one in references_in(topic.reference)), "")


def _column(name: str) -> Topic:
    if name == INFLATED.key:
        return Topic(INFLATED.title, INFLATED.tip, "RFC 7692 section 6.2", "window#the-frame-table")
    place = int(name)
    return Topic(TITLES[place], TIPS[place], _COLUMN_SECTIONS.get(place, OWN), "window#the-frame-table")


def _field(name: str) -> Topic:
    field = FIELDS[name]
    page = "filter#fields" if "." not in name else "decoders"
    return Topic(name, field.help, _FIELD_SECTIONS.get(name, OWN), page)


def _rule(name: str) -> Topic:
    rule = RULES[name]
    text = rule.demand
    if rule.close_code is not None:
        text += f" A strict endpoint closes with {close_code_name(rule.close_code)}."
    return Topic(name, text, _section(rule.section), "rules")


def _section(text: str) -> str:
    """A section of RFC 6455, or of the one that stands in front."""
    rfc, _, section = text.rpartition(" ")
    return f"RFC {rfc or '6455'} section {section}"


def _close(name: str) -> Topic:
    code = int(name)
    meaning = CLOSE_CODES[code]
    senders = " and ".join(f"a {role.value}" for role in Role if role in meaning.senders)
    how = f"Sent by {senders}." if meaning.on_wire and senders else "No close frame may carry it."
    if not meaning.on_wire:
        how = "It is what an endpoint reports; no close frame may carry it."
    return Topic(close_code_name(code), f"{meaning.meaning} {how}", f"RFC 6455 section {meaning.section}", "closing")


def _option(name: str) -> Topic:
    who, _, option = name.partition(".")
    role, row = Role(who), OPTIONS[option]
    face = row.faces[role]
    reference = next((page.reference for page in PAGES[role] if page.title == face.page), "")
    text = " ".join(part if part.endswith(".") else f"{part}." for part in (face.help, row.note) if part)
    title = face.label.replace("&", "")
    return Topic(title, text, reference or OWN, _OPTION_PAGES[role])


def _policy(name: str) -> Topic:
    item = POLICIES[name]
    return Topic(item.title, item.help, REFERENCES[item.group], "options#policies-and-faults")


_PARTS: Final = {
    "filter": Topic(
        "The filter",
        "Shows the rows that fit: plain words are looked for, and opcode == text and length > 100 compares fields. "
        "Ctrl+Space lists what may stand there.",
        OWN,
        "filter",
    ),
    "raw": Topic(
        "Raw frames",
        "Every bit, length and key as you want it, right or wrong; what the peer must answer is said beforehand.",
        "RFC 6455 section 5.2",
        "faults",
    ),
}
"""Parts of the window that have a page of the guide."""

KINDS: Final = {
    "part": TopicKind(lambda: _PARTS, _PARTS.__getitem__),
    "column": TopicKind(lambda: [*map(str, range(len(TITLES))), INFLATED.key], _column),
    "field": TopicKind(lambda: FIELDS, _field),
    "rule": TopicKind(lambda: RULES, _rule),
    "close": TopicKind(lambda: map(str, CLOSE_CODES), _close),
    "option": TopicKind(
        lambda: (
            f"{role.value}.{row.name}" for row in OPTIONS.values() for role, face in row.faces.items() if face.page
        ),
        _option,
    ),
    "policy": TopicKind(lambda: POLICIES, _policy),
}
"""Every table by the word in front of its keys."""
