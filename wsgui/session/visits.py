"""What is said of those who come to a server from other sites: once each, and not without end."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from wsgui.dissect.visible import visible
from wsgui.engine.behaviours import all_behaviours
from wsgui.protocol.visitors import Visitor

if TYPE_CHECKING:
    from wsgui.engine.door import Visit

MOST_TOLD: Final = 50
"""Visitors that are told of by name, as any page may make up more."""


SHOWN: Final = 80
"""Characters of an origin or a host in a sentence. Its end is shown: there stands whose site it is."""


def who_text(visitor: Visitor, *, whole: bool = False) -> str:
    """``the page https://a.example, under the host name b.example``; safe to show."""
    return visible(str(visitor if whole else Visitor(_short(visitor.origin), _short(visitor.host))))


def _short(name: str) -> str:
    scheme, mark, rest = name.rpartition("://")
    return name if len(name) <= SHOWN else f"{scheme}{mark}…{rest[-SHOWN:]}"


def question_text(visitor: Visitor, connections: int, others: int, behaviour: str) -> str:
    """What a person is asked."""
    who = who_text(visitor)
    times = f" ({connections} connections)" if connections > 1 else ""
    more = f" {others} more {'wait' if others > 1 else 'waits'}." if others else ""
    why = f"With {behaviour} it could hear others or speak to them."
    if _alone(behaviour):
        why = "It is not in the list of those who may come."
    return f"{who[0].upper()}{who[1:]} wants to come in{times}. {why} Its handshake waits.{more}"


def came_sentence(visit: Visit) -> str:
    """That a foreign visitor came in."""
    who = f"Connection {visit.number} from {visit.remote or 'a Unix socket'} is {who_text(visit.visitor)}"
    if visit.told:
        return f"{who}, which is let in."
    return f"{who}; it may come in because with {visit.behaviour} a client hears only itself."


def refused_sentence(visit: Visit) -> str:
    """That a foreign visitor was refused; `options_for` lets it in."""
    why = "a list says so" if visit.told and visit.visitor.well_formed else _reason(visit.behaviour)
    return f"Refused {who_text(visit.visitor)} (connection {visit.number} from {visit.remote}): {why}."


def _reason(behaviour: str) -> str:
    if _alone(behaviour):
        return "it is not in the list of those who may come"
    return f"with {behaviour} clients reach more than themselves"


def _alone(behaviour: str) -> bool:
    kind = all_behaviours().get(behaviour)
    return kind is not None and kind.alone


def options_for(visitor: Visitor) -> str:
    """The options of the command line that let a visitor in, ready for a shell; empty if none can."""
    if not visitor.well_formed:
        return ""
    pairs = (("--allow-origin", visitor.origin), ("--allow-host", visitor.host))
    return " ".join(f"{option} {shlex.quote(visible(name))}" for option, name in pairs if name)


class VisitLog:
    """Decides which visits are worth a sentence on the command line: the first one of each visitor."""

    def __init__(self) -> None:
        self._told: set[tuple[Visitor, bool | None]] = set()

    def sentence(self, visit: Visit) -> str:
        """What to print of a visit; empty for nothing."""
        known = (visit.visitor, visit.let_in)
        if not visit.visitor or known in self._told or len(self._told) > MOST_TOLD:
            return ""
        self._told.add(known)
        if len(self._told) > MOST_TOLD:
            return "More pages of other sites come; no more of them are told of."
        if visit.let_in:
            return came_sentence(visit)
        options = "" if visit.told else options_for(visit.visitor)
        return f"{refused_sentence(visit)}{f' {options} lets it in.' * bool(options)}"
