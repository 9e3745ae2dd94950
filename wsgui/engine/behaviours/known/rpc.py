"""Remote procedure calls."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Choice, Shape
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

LARGEST: Final = 1024 * 1024
"""Characters or bytes of a message of calls."""
MOST_CALLS: Final = 1000
"""Calls of one batch, and of one connection that are under way."""
LONGEST_SLEEP: Final = 60_000
"""Milliseconds."""
TOKEN_SECONDS: Final = 3600

PARSE, REQUEST, METHOD, PARAMS = -32700, -32600, -32601, -32602
"""Codes of JSON-RPC 2.0 section 5.1."""
NO_AUTH, BUSY = -32001, -32002
"""Codes of our own, from those that are left to servers."""


class CallError(Exception):
    """A call that fails: a code of JSON-RPC, and a sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Call(NamedTuple):
    """One call; ``answered`` is whether an answer is wanted, ``id`` what it repeats (None: nothing)."""

    method: str
    args: Any
    id: Any = None
    answered: bool = True


@register
@dataclass(eq=False)
class Rpc(Crowd):
    """Own form: `{"method": "auth", "args": ["admin", "secret"]}` is answered by `{"result": …}` or `{"error": …}`,
    with the `id` of the call where it has one, and `{"ping": x}` by `{"pong": x}`. Calls before `auth` are refused, but
    pings. Methods: `auth(user, password)` gives a signed token for an hour, with which `auth(token)` does it without
    the password; `getUsers()`, `getClients()`, `sleep(ms)`, `ping(x)`, and what the answers say. A call in a binary
    message is answered by one."""

    name = "rpc"
    summary = "Answers calls: auth, getUsers, getClients, sleep, ping, and any of your own."
    alone = False
    form: str = setting(
        Shape.CHOICE,
        "own",
        "Form",
        "How calls and answers are written",
        choices=(Choice("own", "method and args"), Choice("jsonrpc", "JSON-RPC 2.0")),
    )
    free: bool = setting(Shape.FLAG, False, "Without auth", "Calls before auth are answered too")
    users: list[tuple[str, str]] = setting(
        Shape.PAIRS,
        [("admin", "secret")],
        "Users",
        "Who may come, with which password",
        sign=":",
        item="user",
        hidden=True,
    )
    answers: list[tuple[str, str]] = setting(
        Shape.PAIRS,
        [],
        "Answers",
        "More methods, each with its result as JSON; one with the name of another takes its place",
        sign="=",
        item="answer",
    )

    def __post_init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._user_of: dict[WebSocket, str] = {}
        self._asleep: dict[WebSocket, set[asyncio.TimerHandle]] = {}
        self._results: dict[str, Any] = {}
        self.retold()

    def check(self) -> None:
        for name, text in self.answers:
            try:
                json.loads(text, parse_constant=_no_json)
            except (ValueError, RecursionError) as error:
                raise OptionError("answers", f"answers: The result of {name} is not JSON: {error}.") from None

    def retold(self) -> None:
        self._results = {}
        for name, text in self.answers:
            try:
                self._results[name] = json.loads(text, parse_constant=_no_json)
            except (ValueError, RecursionError):  # `check` says so
                continue

    # --- what comes

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, str | bytes):
                self._heard(ws, event)

    def _heard(self, ws: WebSocket, message: str | bytes) -> None:
        answer = partial(self._send, ws, isinstance(message, bytes))
        try:
            if len(message) > LARGEST:
                raise CallError(REQUEST, f"A message of calls has at most {LARGEST} bytes.")
            try:
                value = json.loads(message, parse_constant=_no_json)
            except (ValueError, RecursionError) as error:
                raise CallError(PARSE, f"This is not JSON: {error}.") from None
            if self.form == "jsonrpc" and isinstance(value, list):
                self._batch(ws, value, answer)
            else:
                self._one(ws, value, answer)
        except CallError as error:
            answer(self._failure(None, error))

    def _batch(self, ws: WebSocket, values: list[Any], answer: Callable[[Any], None]) -> None:
        if not 0 < len(values) <= MOST_CALLS:
            raise CallError(REQUEST, f"A batch has 1 to {MOST_CALLS} calls.")
        answers: list[Any] = []
        left = len(values)

        def done(one: Any) -> None:
            nonlocal left
            left -= 1
            if one is not None:
                answers.append(one)
            if not left and answers:
                answer(answers)

        for value in values:
            self._one(ws, value, done)

    def _one(self, ws: WebSocket, value: Any, answer: Callable[[Any], None]) -> None:
        """Do one call; ``answer`` hears its answer, or None if none is wanted."""
        if self.form == "own" and isinstance(value, dict) and "ping" in value:
            answer({"pong": value["ping"]})
            return
        try:
            call = self._read(value)
        except CallError as error:
            answer(self._failure(value.get("id") if isinstance(value, dict) else None, error))
            return

        def result(found: Any) -> None:
            answer(self._success(call, found) if call.answered else None)

        try:
            self._do(ws, call, result)
        except CallError as error:
            answer(self._failure(call.id, error) if call.answered else None)

    def _read(self, value: Any) -> Call:
        if not isinstance(value, dict) or not isinstance(value.get("method"), str):
            raise CallError(REQUEST, "A call is an object with a method.")
        if self.form == "own":
            args = value.get("args", [])
            if not isinstance(args, list):
                raise CallError(REQUEST, "The args of a call are a list.")
            return Call(value["method"], args, value.get("id"))
        params, id_ = value.get("params", []), value.get("id")
        if value.get("jsonrpc") != "2.0":
            raise CallError(REQUEST, 'A call of JSON-RPC 2.0 has "jsonrpc": "2.0".')
        if not isinstance(params, list | dict):
            raise CallError(REQUEST, "The params of a call are a list or an object.")
        if isinstance(id_, bool | list | dict):
            raise CallError(REQUEST, "The id of a call is a text or a number.")
        return Call(value["method"], params, id_, "id" in value)

    # --- what is done

    def _do(self, ws: WebSocket, call: Call, result: Callable[[Any], None]) -> None:
        if call.method == "auth" and "auth" not in self._results:
            result(self._auth(ws, call))
            return
        if ws not in self._user_of and not self.free:
            raise CallError(NO_AUTH, f"Call auth before {call.method}.")
        if call.method in self._results:
            result(self._results[call.method])
        elif call.method == "getUsers":
            result([name for name, _ in self.users])
        elif call.method == "getClients":
            result([self._client(one) for one in self.members])
        elif call.method == "ping":
            result(_args(call, "x")[0])
        elif call.method == "sleep":
            self._sleep(ws, call, result)
        else:
            raise CallError(METHOD, f"There is no method {call.method}.")

    def _client(self, ws: WebSocket) -> dict[str, Any]:
        return {"number": ws.number, "address": ws.remote, "user": self._user_of.get(ws)}

    def _auth(self, ws: WebSocket, call: Call) -> dict[str, str]:
        one_word = len(call.args) == 1
        if one_word:
            user = self._signed(_args(call, "token")[0])
        else:
            name, password = _args(call, "user", "password")
            user = name if self._knows(name, password) else None
        if user is None:
            raise CallError(NO_AUTH, "The token is not valid." if one_word else "The user or the password is wrong.")
        self._user_of[ws] = user
        return {"user": user, "token": self._token(user)}

    def _knows(self, name: object, password: object) -> bool:
        if not isinstance(name, str) or not isinstance(password, str):
            return False
        given = password.encode(errors="surrogatepass")
        return any(one == name and hmac.compare_digest(given, known.encode()) for one, known in self.users)

    def _token(self, user: str) -> str:
        body = json.dumps({"user": user, "until": int(time.time()) + TOKEN_SECONDS}).encode()
        return ".".join(base64.urlsafe_b64encode(part).decode() for part in (body, self._signature(body)))

    def _signature(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()

    def _signed(self, token: object) -> str | None:
        """Whose token it is, if it is one of ours, is not too old, and the user is still there."""
        try:
            body, signature = (base64.urlsafe_b64decode(part) for part in str(token).encode().split(b"."))
        except (ValueError, binascii.Error):
            return None
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        told = json.loads(body)
        known = [name for name, _ in self.users]
        return str(told["user"]) if told["until"] > time.time() and told["user"] in known else None

    def _sleep(self, ws: WebSocket, call: Call, result: Callable[[Any], None]) -> None:
        (span,) = _args(call, "ms")
        if isinstance(span, bool) or not isinstance(span, int | float) or not 0 <= span <= LONGEST_SLEEP:
            raise CallError(PARAMS, f"sleep takes 0 to {LONGEST_SLEEP} milliseconds.")
        asleep = self._asleep.setdefault(ws, set())
        if len(asleep) >= MOST_CALLS:
            raise CallError(BUSY, f"There are {MOST_CALLS} calls under way already.")

        def over() -> None:
            asleep.discard(handle)
            result(span)

        handle = asyncio.get_running_loop().call_later(span / 1000, over)
        asleep.add(handle)

    # --- what is answered

    def _success(self, call: Call, result: Any) -> dict[str, Any]:
        if self.form == "jsonrpc":
            return {"jsonrpc": "2.0", "result": result, "id": call.id}
        return {"result": result} | ({} if call.id is None else {"id": call.id})

    def _failure(self, id_: Any, error: CallError) -> dict[str, Any]:
        if self.form == "jsonrpc":
            shown = id_ if isinstance(id_, str | int | float) and not isinstance(id_, bool) else None
            return {"jsonrpc": "2.0", "error": {"code": error.code, "message": str(error)}, "id": shown}
        return {"error": str(error)} | ({} if id_ is None else {"id": id_})

    def _send(self, ws: WebSocket, binary: bool, answer: Any) -> None:
        if answer is not None:
            text = json.dumps(answer)
            deliver(ws, [text.encode() if binary else text])

    # --- the end

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._user_of.pop(ws, None)
        for handle in self._asleep.pop(ws, ()):
            handle.cancel()

    def stop(self) -> None:
        for handles in self._asleep.values():
            for handle in handles:
                handle.cancel()
        self._asleep.clear()


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _args(call: Call, *names: str) -> list[Any]:
    """The arguments by place or by name. Raises CallError if there are others."""
    args = call.args
    if isinstance(args, list) and len(args) == len(names):
        return args
    if isinstance(args, dict) and set(args) == set(names):
        return [args[name] for name in names]
    raise CallError(PARAMS, f"{call.method} takes {' and '.join(names)}.")
