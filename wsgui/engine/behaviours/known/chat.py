"""A chat."""

from __future__ import annotations

import json
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import deliver, push
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Choice, Shape
from wsgui.protocol.admission import path_of
from wsgui.protocol.head_text import wrong_character

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

LONGEST_NAME: Final = 40
"""Characters of a name, of a person or a room."""
HISTORY_BYTES: Final = 1024 * 1024
"""What is kept of a room, at most."""
EMPTY_ROOMS: Final = 100
"""Rooms whose history is kept though nobody is there; the oldest is forgotten first."""
COMMANDS: Final = "/name NAME, /join ROOM, /who, /rooms, /help"


@dataclass(slots=True)
class ChatRoom:
    """Who is there, and what was said: each message with its size."""

    members: dict[WebSocket, None] = field(default_factory=dict)
    said: deque[tuple[dict[str, Any], int]] = field(default_factory=deque)
    size: int = 0


@register
@dataclass(eq=False)
class Chat(Crowd):
    """The path is the room, and `?name=Ann` the name; without one it is a guest's. A text is said to the room, and a
    binary message goes to it as it is. `/name Ann`, `/join room`, `/who`, `/rooms` and `/help` are commands; a client
    may also send JSON: `{"type": "say", "text": "hi"}`, `{"type": "name", "name": "Ann"}`,
    `{"type": "join", "room": "a"}`, `{"type": "who"}`, `{"type": "rooms"}`."""

    name = "chat"
    summary = "Rooms in which clients have names and everybody hears what is said."
    alone = False
    form: str = setting(
        Shape.CHOICE,
        "text",
        "Form",
        "How clients are told what is said",
        choices=(Choice("text", "Lines of text"), Choice("json", "JSON")),
    )
    others: bool = setting(Shape.FLAG, False, "Only to the others", "Who says something does not get it back")
    quiet: bool = setting(Shape.FLAG, False, "No notices", "Nobody is told who joins, leaves or takes another name")
    history: int = setting(
        Shape.COUNT, 20, "History", "Messages that somebody who comes late gets, of at most 1 MiB", "none", most=10_000
    )

    def __post_init__(self) -> None:
        self._names: dict[WebSocket, str] = {}
        self._room_of: dict[WebSocket, str] = {}
        self._rooms: OrderedDict[str, ChatRoom] = OrderedDict()

    # --- who comes and goes

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        resource = ws.url
        wanted = _clean(next(iter(parse_qs(resource.partition("?")[2]).get("name", [])), ""))
        taken = self._taken()
        guest = f"guest {ws.number}"
        while guest.casefold() in taken:
            guest += "+"
        self._names[ws] = wanted if wanted and wanted.casefold() not in taken else guest
        if wanted and self._names[ws] != wanted:
            self._refuse(ws, f"The name {wanted} is taken: you are {guest}.")
        self._enter(ws, _clean(path_of(resource).strip("/")) or "lobby")

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        if ws in self._names:
            self._leave(ws)
            del self._names[ws]

    def retold(self) -> None:
        for room in self._rooms.values():
            self._forget(room)

    def room_of(self, ws: WebSocket) -> str:
        return self._room_of.get(ws, "")

    def _taken(self) -> set[str]:
        return {name.casefold() for name in self._names.values()}

    def _enter(self, ws: WebSocket, name: str) -> None:
        room = self._rooms.setdefault(name, ChatRoom())
        self._rooms.move_to_end(name)
        self._room_of[ws] = name
        deliver(ws, [self._shown(entry) for entry, _ in room.said])
        room.members[ws] = None
        self._notice(room, {"type": "join", "name": self._names[ws], "room": name})

    def _leave(self, ws: WebSocket) -> None:
        name = self._room_of.pop(ws)
        room = self._rooms[name]
        room.members.pop(ws, None)
        self._notice(room, {"type": "leave", "name": self._names[ws], "room": name})
        empty = [one for one, other in self._rooms.items() if not other.members]
        for one in empty[: len(empty) - EMPTY_ROOMS] if len(empty) > EMPTY_ROOMS else []:
            del self._rooms[one]
        if not room.members and not room.said:
            self._rooms.pop(name, None)

    # --- what is said

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        said: list[str | bytes] = []  # of one read, in one write to each
        for event in events:
            if isinstance(event, bytes):
                said.append(event)
            elif isinstance(event, str):
                text = _speech(event)
                if text is not None and not wrong_character(text, lines=True):
                    said.append(self._say(ws, text))
                    continue
                if said:
                    push(self._hearers(ws), said)
                    said = []
                self._heard(ws, event)
        if said:
            push(self._hearers(ws), said)

    def _heard(self, ws: WebSocket, text: str) -> None:
        if text.startswith("/"):
            word, _, rest = text[1:].partition(" ")
            self._command(ws, word, rest.strip())
            return
        speech = _speech(text)
        if speech is not None:
            self._refuse(ws, f"The text has {wrong_character(speech, lines=True)} in it.")
            return
        told = _object(text) or {}
        kind = told["type"]
        key = {"name": "name", "join": "room"}.get(kind, "")
        self._command(ws, kind, str(told.get(key, "")))

    def _command(self, ws: WebSocket, word: str, rest: str) -> None:
        if word == "name":
            self._rename(ws, _clean(rest))
        elif word == "join" and _clean(rest):
            if self._room_of[ws] != _clean(rest):
                self._leave(ws)
                self._enter(ws, _clean(rest))
        elif word == "who":
            names = [self._names[one] for one in self._rooms[self._room_of[ws]].members]
            deliver(ws, [self._shown({"type": "who", "room": self._room_of[ws], "names": names})])
        elif word == "rooms":
            rooms = {name: len(room.members) for name, room in self._rooms.items()}
            deliver(ws, [self._shown({"type": "rooms", "rooms": rooms})])
        elif word == "help":
            deliver(ws, [self._shown({"type": "help", "text": COMMANDS})])
        else:
            self._refuse(ws, f"There is no {_clean(word) or 'such command'} of that kind: there are {COMMANDS}.")

    def _rename(self, ws: WebSocket, name: str) -> None:
        before = self._names[ws]
        if not name:
            self._refuse(ws, "A name has at least one character that is no blank.")
        elif name.casefold() in self._taken() - {before.casefold()}:
            self._refuse(ws, f"The name {name} is taken.")
        else:
            self._names[ws] = name
            self._notice(self._rooms[self._room_of[ws]], {"type": "name", "was": before, "name": name})

    def _say(self, ws: WebSocket, text: str) -> str:
        """Keep what was said; returns it as it is heard."""
        room = self._room_of[ws]
        entry = {"type": "say", "name": self._names[ws], "room": room, "text": text, "time": int(time.time() * 1000)}
        kept = self._rooms[room]
        size = len(text.encode()) + 100
        kept.said.append((entry, size))
        kept.size += size
        self._forget(kept)
        return self._shown(entry)

    def _forget(self, room: ChatRoom) -> None:
        while room.said and (len(room.said) > self.history or room.size > HISTORY_BYTES):
            room.size -= room.said.popleft()[1]

    def _hearers(self, ws: WebSocket) -> list[WebSocket]:
        return [one for one in self._rooms[self._room_of[ws]].members if not (self.others and one is ws)]

    def _notice(self, room: ChatRoom, entry: dict[str, Any]) -> None:
        if not self.quiet:
            push(room.members, [self._shown(entry)])

    def _refuse(self, ws: WebSocket, sentence: str) -> None:
        deliver(ws, [self._shown({"type": "error", "text": sentence})])

    def _shown(self, entry: dict[str, Any]) -> str:
        if self.form == "json":
            return json.dumps(entry, ensure_ascii=False)
        kind = entry["type"]
        if kind == "say":  # each line says whose it is: none can look like a notice
            return "\n".join(f"{entry['name']}: {line}" for line in entry["text"].split("\n"))
        if kind == "join":
            return f"* {entry['name']} joined {entry['room']}"
        if kind == "leave":
            return f"* {entry['name']} left {entry['room']}"
        if kind == "name":
            return f"* {entry['was']} is now {entry['name']}"
        if kind == "who":
            return f"* In {entry['room']}: {', '.join(entry['names'])}"
        if kind == "rooms":
            return f"* Rooms: {', '.join(f'{name} ({count})' for name, count in entry['rooms'].items())}"
        return f"* {entry['text']}"


def _clean(text: str) -> str:
    """A name as it may be shown: one line, no control characters, not too long."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(shown.split())[:LONGEST_NAME].strip().lstrip("*/").strip()


def _speech(text: str) -> str | None:
    """What is said by a message; None for a command."""
    if text.startswith("/"):
        return None
    told = _object(text) if text.startswith("{") else None
    kind = told.get("type") if told is not None else None
    if told is None or not isinstance(kind, str):
        return text
    said = told.get("text")
    return said if kind in ("say", "message") and isinstance(said, str) else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
