"""The mock: answers as rules say."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from wsgui.behaviours.lines import FileProblem
from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.book import Book, no_rules, read_book
from wsgui.behaviours.mock.came import Came, TooSlowError
from wsgui.behaviours.mock.rule import read_hex
from wsgui.behaviours.mock.verdict import RulesReport, Unmatched, rules_seen
from wsgui.behaviours.watched import WatchedFile
from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.engine.driver import new_key
from wsgui.engine.faults import Cut
from wsgui.options.model import Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.close import REASON_LIMIT
from wsgui.protocol.connection import CloseReceived
from wsgui.protocol.states import State
from wsgui.templates import Filling, UnfilledError
from wsgui.templates.conversions import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wsgui.behaviours.mock.rule import MockRule
    from wsgui.behaviours.mock.spec import RuleSpec
    from wsgui.engine.websocket import WebSocket
    from wsgui.options.model import Option
    from wsgui.protocol.connection import Event
    from wsgui.templates import Template

UNMATCHED_KEPT: Final = 1000
UNMATCHED_SHOWN: Final = 200
"""Characters of one that are kept."""
MOST_WAITING: Final = 1000
"""Answers that one connection may have waiting for their delay; a peer that causes more gets none for those."""


class _Memory:
    """What is known of one connection, once there is something: variables, how often each rule's time came, what waits
    to be sent."""

    __slots__ = ("counters", "counts", "taken", "variables", "waiting")

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables: dict[str, object] = dict(variables)
        self.counters: dict[str, int] = {}
        self.counts: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.waiting: set[asyncio.TimerHandle] = set()


@register
@dataclass(eq=False)
class Rules(Crowd):
    """A mock: what it says to what stands as rules in a TOML file, which the window edits too. Each `[[rule]]` waits
    for something (`on`: connect, equals, contains, matches, json, has, binary, filter, any, timer, close) and then
    sends templates, sets variables, closes, cuts or misbehaves. The first rule that fits answers (`answer = "all"` at
    the top: all that fit). A rule is hit if it answers; `expect` says how often it is to be, `wsgui serve --verify
    FILE --until-closed` verifies that. The file is read again when it is saved, and connections stay; while it has an
    error, the last good one goes on."""

    name = "rules"
    summary = "Answers as the rules of a file say: a mock, whose expectations can be verified."
    alone = False
    parts: ClassVar[Mapping[str, Mapping[str, Option]]] = {"A rule": words.ROWS}
    file: str = setting(
        Shape.RULES, "", "Rules", "A TOML file of rules; it is read again whenever it is saved", files="Rules (*.toml)"
    )
    environment: list[str] = setting(
        Shape.NAMES,
        [],
        "Environment",
        "Names of the environment variables that {{env.NAME}} may send: no others leave this machine",
        "none leaves this machine",
    )

    def __post_init__(self) -> None:
        self._book: Book = no_rules()
        self._hits: list[int] = []
        self._unmatched: deque[Unmatched] = deque(maxlen=UNMATCHED_KEPT)
        self._strays = 0
        self._revision = 0
        self._problem = ""
        self._shared_variables: dict[str, object] = {}
        self._memories: dict[WebSocket, _Memory] = {}
        self._full: set[WebSocket] = set()
        self._over: set[WebSocket] = set()
        self._watch: WatchedFile | None = None
        self._running = False

    def check(self) -> None:
        if self.file:
            try:
                self._read()
            except FileProblem as error:
                raise OptionError("file", error.of(self.file)) from None

    # --- the file

    def begin(self) -> None:
        self._running = True
        self._load()
        if self.file:
            self._watch = WatchedFile(self.file, self._load)

    def retold(self) -> None:
        if self._running:
            self._stop_watching()
            self.begin()

    def _read(self) -> Book:
        """The rules of the file. Raises FileProblem."""
        return read_book(self.file, frozenset(self.environment))

    def _load(self) -> None:
        """Read the rules; if that fails, those that were read before go on."""
        try:
            book = self._read() if self.file else no_rules()
        except FileProblem as error:
            goes_on = " The rules that were read before go on." if self._book.rules else ""
            self._trouble(error.of(self.file) + goes_on)
            return
        self._problem = ""
        self._use(book)

    def _use(self, book: Book) -> None:
        before = {_key(rule.spec): count for rule, count in zip(self._book.rules, self._hits, strict=True)}
        self._book = book
        self._hits = [before.get(_key(rule.spec), 0) for rule in book.rules]
        for name, value in book.spec.shared.items():
            self._shared_variables.setdefault(name, value)
        for memory in self._memories.values():
            memory.counts, memory.taken = {}, {}
            for name, value in book.spec.variables.items():
                memory.variables.setdefault(name, value)
            self._stop_waiting(memory)
        for ws in self.members:
            self._start_timers(ws)
        self._revision += 1

    def _trouble(self, sentence: str) -> None:
        if sentence != self._problem:  # a client may cause the same one a thousand times
            self._problem = sentence
            self._revision += 1
            self.say(sentence)

    # --- what happens

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        self._start_timers(ws)
        if self._book.connects:
            self._answer(ws, Came(ws), self._book.connects)

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, str | bytes):
                self._message(ws, Came(ws, event))
            elif isinstance(event, CloseReceived):
                self._closes(ws)

    def _message(self, ws: WebSocket, came: Came) -> None:
        book = self._book
        every = book.spec.answer == "all"
        hit = False
        try:
            for rule in book.fitting(came):
                if self._holds(ws, rule):
                    hit = True
                    self._act(ws, rule, came)
                    if not every:
                        break
        except TooSlowError as error:
            self._trouble(str(error))
        if not hit:
            self._stray(ws, came)

    def _stray(self, ws: WebSocket, came: Came) -> None:
        message = came.message
        text = isinstance(message, str)
        start = message[:UNMATCHED_SHOWN] if isinstance(message, str) else came.data[: UNMATCHED_SHOWN // 3].hex(" ")
        self._strays += 1
        self._unmatched.append(Unmatched(ws.number, text, start, len(message or "")))
        self._revision += 1

    def _answer(self, ws: WebSocket, came: Came, rules: list[MockRule]) -> None:
        for rule in rules:
            if self._holds(ws, rule):
                self._act(ws, rule, came)
                if self._book.spec.answer == "first":
                    break

    def _closes(self, ws: WebSocket) -> None:
        if self._book.closes and ws not in self._over:
            self._over.add(ws)
            self._answer(ws, Came(ws), self._book.closes)

    def closed(self, ws: WebSocket) -> None:
        self._closes(ws)
        super().closed(ws)
        self._over.discard(ws)
        self._full.discard(ws)
        memory = self._memories.pop(ws, None)
        if memory is not None:
            self._stop_waiting(memory)

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        if yes:
            self._full.discard(ws)
        else:
            self._full.add(ws)

    def stop(self) -> None:
        self._running = False
        self._stop_watching()
        for memory in self._memories.values():
            self._stop_waiting(memory)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    # --- whether a rule answers

    def _memory(self, ws: WebSocket) -> _Memory:
        memory = self._memories.get(ws)
        if memory is None:
            memory = self._memories[ws] = _Memory(self._book.spec.variables)
        return memory

    def _value(self, ws: WebSocket, name: str) -> object:
        memory = self._memories.get(ws)
        if memory is not None and name in memory.variables:
            return memory.variables[name]
        return self._shared_variables.get(name, self._book.spec.variables.get(name, ""))

    def _holds(self, ws: WebSocket, rule: MockRule) -> bool:
        """Whether a rule that fits is hit: its variables have their values, and it is its time."""
        for name, value in rule.spec.given:
            if text_of(self._value(ws, name)) != value:
                return False
        if rule.times is None:
            return True
        counts = self._memory(ws).counts
        count = counts[rule.number] = counts.get(rule.number, 0) + 1
        return count in rule.times

    # --- what it does

    def _act(self, ws: WebSocket, rule: MockRule, came: Came) -> None:
        self._hits[rule.number - 1] += 1
        self._revision += 1
        spec = rule.spec
        try:
            if rule.sets:
                self._set(ws, rule, came)
            messages = self._chosen(ws, rule)
            if spec.delay or spec.jitter:
                self._later(ws, rule, came, messages)
                return
            self._send(ws, rule, came, messages)
            self._then(ws, rule, came)
        except UnfilledError as error:
            self._unfilled(rule, error)

    def _unfilled(self, rule: MockRule, error: Exception) -> None:
        self._trouble(f"{rule.name[:1].upper()}{rule.name[1:]} did not answer: {error}")

    def _set(self, ws: WebSocket, rule: MockRule, came: Came) -> None:
        filling = self._scope(ws, came)
        values = [(name, template.fill(filling)) for name, template in rule.sets]
        for name, value in values:
            if name in self._book.spec.shared:
                self._shared_variables[name] = value
            else:
                self._memory(ws).variables[name] = value

    def _scope(self, ws: WebSocket, came: Came) -> Filling:
        memory = self._memory(ws)
        variables = {**self._book.spec.variables, **self._shared_variables, **memory.variables}
        return Filling(variables, memory.counters, frozenset(self.environment), came.given)

    def _chosen(self, ws: WebSocket, rule: MockRule) -> list[tuple[Template, bool]]:
        """The templates that are sent this time, and whether each is of hex digits."""
        there = [(one, False) for one in rule.texts] + [(one, True) for one in rule.binaries]
        if rule.spec.order == words.ALL or len(there) < 2:
            return there
        if rule.spec.order == words.RANDOM:
            return [random.choice(there)]  # noqa: S311 - for tests
        taken = self._memory(ws).taken
        place = taken.get(rule.number, 0)
        taken[rule.number] = place + 1
        return [there[place % len(there)]]

    def _filled(self, ws: WebSocket, came: Came, templates: list[tuple[Template, bool]]) -> list[str | bytes]:
        if len(templates) == 1 and templates[0][0].fixed is not None and not templates[0][1]:
            return [templates[0][0].fixed]
        filling = self._scope(ws, came)
        found: list[str | bytes] = []
        for template, binary in templates:
            text = template.fill(filling)
            try:
                found.append(read_hex(text) if binary else text.encode("utf-8", "replace").decode())
            except ValueError as error:
                raise UnfilledError(str(error)) from None
        return found

    def _send(self, ws: WebSocket, rule: MockRule, came: Came, templates: list[tuple[Template, bool]]) -> None:
        if templates and not (rule.spec.on == words.TIMER and ws in self._full):
            self._deliver(ws, self._filled(ws, came, templates))

    def _deliver(self, ws: WebSocket, messages: list[str | bytes]) -> None:
        deliver(ws, messages)

    def _later(self, ws: WebSocket, rule: MockRule, came: Came, templates: list[tuple[Template, bool]]) -> None:
        """Each message after its delay, and what comes then behind the last one. Other answers do not wait for it."""
        memory = self._memory(ws)
        if len(memory.waiting) >= MOST_WAITING:
            self._trouble(f"#{ws.number} has {MOST_WAITING} answers waiting: it gets no more until some have gone.")
            return
        every: Sequence[tuple[Template, bool] | None] = templates or (None,)
        steps = iter(every)
        waiting: list[asyncio.TimerHandle] = []
        left = len(templates)

        def next_one() -> None:
            seconds = rule.spec.delay + rule.spec.jitter * random.random()  # noqa: S311
            handle = asyncio.get_running_loop().call_later(seconds, due)
            waiting[:] = [handle]
            memory.waiting.add(handle)

        def due() -> None:
            nonlocal left
            memory.waiting.discard(waiting[0])
            step = next(steps)
            left -= 1
            try:
                if step is not None:
                    self._send(ws, rule, came, [step])
                if left > 0:
                    next_one()
                else:
                    self._then(ws, rule, came)
            except UnfilledError as error:
                self._unfilled(rule, error)

        next_one()

    def _then(self, ws: WebSocket, rule: MockRule, came: Came) -> None:
        spec, driver = rule.spec, ws.driver
        if spec.then == words.NOTHING or ws.state is State.CLOSED:
            return
        if spec.then == words.RESETS:
            driver.cut(Cut.RST)
        elif spec.then == words.ENDS:
            driver.end_tcp()
        elif spec.then == words.CLOSES:
            reason = rule.reason.fill(self._scope(ws, came)) if rule.reason.text else ""
            if len(reason.encode("utf-8", "replace")) > REASON_LIMIT:
                raise UnfilledError(f"The reason became longer than {REASON_LIMIT} bytes.")
            if driver.can_send:
                driver.write([driver.connection.close_frame(spec.code or None, reason)])
        elif rule.fault is not None and driver.can_send_raw and not driver.raw.busy:
            driver.write_raw(rule.fault.wire(ws.role, new_key))
            if rule.fault.fin:
                driver.end_tcp()

    # --- timers

    def _start_timers(self, ws: WebSocket) -> None:
        for rule in self._book.timers:
            self._tick_later(ws, rule)

    def _tick_later(self, ws: WebSocket, rule: MockRule) -> None:
        memory = self._memory(ws)

        def due() -> None:
            memory.waiting.discard(handle)
            if not ws.driver.can_send:
                return
            self._tick_later(ws, rule)
            if self._holds(ws, rule):
                self._act(ws, rule, Came(ws))

        handle = asyncio.get_running_loop().call_later(rule.spec.every, due)
        memory.waiting.add(handle)

    def _stop_waiting(self, memory: _Memory) -> None:
        for handle in memory.waiting:
            handle.cancel()
        memory.waiting.clear()

    # --- what there is to see

    def counted(self) -> RulesReport:
        return RulesReport(
            self._revision,
            self.file,
            rules_seen(self._book, self._hits),
            list(self._unmatched),
            self._strays,
            self._book.spec.unmatched == "fail",
            self._problem,
        )


def _key(spec: RuleSpec) -> str:
    """By what a rule is known again when its file was edited."""
    return spec.name or f"{spec.on} {spec.path} {spec.value}"
