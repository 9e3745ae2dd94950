from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.behaviours import watched
from wsgui.behaviours.known.rules import Rules
from wsgui.behaviours.mock.verdict import RulesReport, as_table
from wsgui.engine import connect, plan, serve
from wsgui.engine.server import Server
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from wsgui.engine.behaviours import Plan


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def remove(file: Path) -> None:
    file.unlink()


def rules(file: Path, text: str, *pairs: tuple[str, str]) -> Plan:
    file.write_text(text, encoding="utf-8")
    return plan("rules", [("file", str(file)), *pairs])


def report(server: Server) -> RulesReport:
    [(_, _, found)] = server.reports()
    assert isinstance(found, RulesReport)
    return found


def hits(server: Server) -> list[int]:
    return [one.seen for one in report(server).rules]


def mock(file: Path, text: str, *pairs: tuple[str, str]) -> AbstractAsyncContextManager[Server]:
    return serve(port=0, behaviour=rules(file, text, *pairs))


TRIGGERS = """
[[rule]]
on = "connect"
send = "{{client}} {{path}} {{query.q}} {{header.host|length}}"

[[rule]]
value = "exact"
send = "1"

[[rule]]
on = "contains"
value = "part"
send = "2"

[[rule]]
on = "matches"
value = '^who (?P<x>\\w+)$'
send = "{{match.x}} {{match.1}} {{match|upper}}"

[[rule]]
on = "json"
path = "a[0]"
value = 5
send = '{"id":{{json.id|json}}}'

[[rule]]
on = "json"
path = "a[0]"
value = true
send = "4"

[[rule]]
on = "has"
path = "b"
send = "5"

[[rule]]
on = "binary"
value = "00 ff"
binary = ["{{message|hex}} 01", "02"]

[[rule]]
on = "filter"
value = 'length > 20 and text contains "x"'
send = "6"

[[rule]]
on = "any"
times = "2"
send = "any {{message}}"
"""


async def test_what_rules_wait_for(file: Path) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        mock(file, TRIGGERS) as server,
        connect(f"{server.url}p?q=v") as ws,
    ):
        assert await ws.receive() == f"1 /p v {len(server.url) - 6}"
        for said, answer in (
            ("exact", "1"),
            ("a part of it", "2"),
            ("who Ann", "Ann Ann WHO ANN"),
            ('{"a":[5],"id":"7"}', '{"id":"7"}'),
            ('{"a":["5"],"id":null}', '{"id":null}'),
            ('{"a":[true]}', "4"),
            ('{"b":null}', "5"),
            ("x" * 21, "6"),
        ):
            await ws.send(said)
            assert await ws.receive() == answer
        await ws.send(b"\x00\xff\x03")
        assert [await ws.receive(), await ws.receive()] == [b"\x00\xff\x03\x01", b"\x02"]
        await ws.send("first is not the second")
        await ws.send("one")
        assert await ws.receive() == "any one"
        await ws.send(b"\x00")
        await ws.ping()
        found = report(server)
        assert hits(server) == [1] * 4 + [2] + [1] * 5
        assert found.strays == 2
        assert [(one.connection, one.text, one.start, one.length) for one in found.unmatched] == [
            (1, True, "first is not the second", 23),
            (1, False, "00", 1),
        ]


async def test_answers_on_the_wire_as_bytes(file: Path) -> None:
    text = '[[rule]]\nvalue = "hi"\nsend = "yes"\nthen = "close"\ncode = 4000\nreason = "by {{remote}}"\n'
    async with asyncio.timeout(PATIENCE), mock(file, text) as server, shaken_client(server) as raw:
        raw.send(b"\x81\x82" + NO_KEY + b"hi")
        assert await raw.frame() == (0x81, b"yes")
        head, payload = await raw.frame()
        assert head == 0x88
        assert payload.startswith(b"\x0f\xa0by 127.0.0.1:")


@pytest.mark.parametrize(
    ("then", "wire"),
    [
        ('then = "fault"\nfault = "rsv2"', b"\xa1"),
        ('then = "fault"\nfault = "masked-text"', b"\x81\x85"),
        ('then = "fin"', b""),
    ],
)
async def test_a_rule_misbehaves(file: Path, then: str, wire: bytes) -> None:
    text = f'[[rule]]\nvalue = "hi"\n{then}\n'
    async with asyncio.timeout(PATIENCE), mock(file, text) as server, shaken_client(server) as raw:
        raw.send(b"\x81\x82" + NO_KEY + b"hi")
        if wire:
            assert await raw.read(len(wire)) == wire
        else:
            assert await raw.rest() == b""


async def test_a_rule_resets(file: Path) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        mock(file, '[[rule]]\nvalue = "hi"\nthen = "reset"\n') as server,
        connect(server.url) as ws,
    ):
        await ws.send("hi")
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.code == 1006


STATE = """
[variables]
user = ""
[shared]
last = "nobody"

[[rule]]
on = "json"
path = "login"
value = "Ann"
given = { user = "" }
set = { user = "{{json.login}}", last = "{{json.login|upper}}" }
send = ["in", "{{user}}"]

[[rule]]
value = "who"
send = "{{user|json}} {{last}}"

[[rule]]
value = "next"
order = "sequence"
send = ["a", "b"]
binary = "03"

[[rule]]
value = "any"
order = "random"
send = ["same", "same"]

[[rule]]
value = "twice"
times = "..1"
send = "once only"

[[rule]]
value = "twice"
send = "again"
"""


async def test_variables_times_and_orders(file: Path) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        mock(file, STATE) as server,
        connect(server.url) as ann,
        connect(server.url) as bob,
    ):

        async def ask(ws: object, *said: str) -> list[str | bytes]:
            found = []
            for one in said:
                await ws.send(one)  # type: ignore[attr-defined]
                found.append(await ws.receive())  # type: ignore[attr-defined]
            return found

        assert await ask(ann, "who", '{"login":"Ann"}') == ['"" nobody', "in"]
        assert await ann.receive() == "Ann"
        assert await ask(ann, "who") == ['"Ann" ANN']
        assert await ask(bob, "who") == ['"" ANN']
        assert await ask(ann, "next", "next", "next", "next") == ["a", "b", b"\x03", "a"]
        assert await ask(bob, "next", "any") == ["a", "same"]
        assert await ask(ann, "twice", "twice") == ["once only", "again"]
        assert await ask(bob, "twice") == ["once only"]


async def test_all_rules_that_fit_answer_if_the_file_says_so(file: Path) -> None:
    text = 'answer = "all"\n[[rule]]\nvalue = "x"\nsend = "1"\n[[rule]]\non = "any"\nsend = "2"\n'
    async with asyncio.timeout(PATIENCE), mock(file, text) as server, connect(server.url) as ws:
        await ws.send("x")
        assert [await ws.receive(), await ws.receive()] == ["1", "2"]


DELAYS = """
[[rule]]
value = "slow"
send = ["1", "2"]
delay = "30ms"
jitter = "10ms"
then = "close"
code = 4001

[[rule]]
value = "fast"
send = "now"

[[rule]]
on = "timer"
every = "10ms"
times = "2..3"
send = "tick {{counter}}"
"""


async def test_delays_hold_up_nothing_else_and_keep_their_order(file: Path) -> None:
    async with asyncio.timeout(PATIENCE), mock(file, DELAYS) as server, connect(server.url) as ws:
        await ws.send("slow")
        await ws.send("fast")
        found = [one async for one in ws]
        assert found[0] == "now"
        assert [one for one in found if one in ("1", "2")] == ["1", "2"]
        assert ws.connection.close_received is not None
        assert ws.connection.close_received.code == 4001


async def test_timers_tick(file: Path) -> None:
    async with asyncio.timeout(PATIENCE), mock(file, DELAYS) as server, connect(server.url) as ws:
        assert [await ws.receive(), await ws.receive()] == ["tick 1", "tick 2"]
        assert hits(server) == [0, 0, 2]


async def test_a_rule_hears_that_a_client_closes(file: Path) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        mock(file, '[[rule]]\non = "close"\nsend = "bye"\n') as server,
        shaken_client(server) as raw,
        connect(server.url) as ws,
    ):
        raw.send(b"\x88\x82" + NO_KEY + b"\x03\xe8")
        assert await raw.frame() == (0x81, b"bye")
        assert await raw.frame() == (0x88, b"\x03\xe8")
        ws.abort()
        await until(lambda: hits(server) == [2])


async def test_what_cannot_be_filled_in_is_not_sent_and_is_told_once(file: Path) -> None:
    said: list[str] = []
    text = """
[[rule]]
name = "answer"
on = "any"
send = "{{json.id}}"
[[rule]]
on = "close"
then = "close"
reason = "{{random.text 200}}"
"""
    server = Server(rules(file, text), on_notice=said.append)
    await server.listen(port=0)
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        await ws.send("a")
        await ws.send("b")
        await ws.send('{"id":1}')
        assert await ws.receive() == "1"
        assert said == ["Answer did not answer: There is no json.id to fill in."]
        assert report(server).problem == said[0]
        await ws.close()
        assert said[1:] == ["Rule 2 did not answer: The reason became longer than 123 bytes."]
    await server.close()


async def test_an_expression_that_takes_too_long_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.filter.patterns.ROW_SECONDS", 0.03)
    said: list[str] = []
    text = '[[rule]]\non = "matches"\nvalue = "^(a|aa)+$"\n[[rule]]\nvalue = "ok"\nsend = "fine"\n'
    server = Server(rules(file, text), on_notice=said.append)
    await server.listen(port=0)
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        await ws.send("a" * 40 + "c")
        await ws.send("ok")
        assert await ws.receive() == "fine"
    assert said[0].startswith("The search has ended: the expression ^(a|aa)+$ takes more than ")
    await server.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "SECONDS", 0.01)


@pytest.fixture
async def told(file: Path, quick: None) -> AsyncIterator[tuple[Server, list[str]]]:
    """A server whose rules are edited, and what it says."""
    said: list[str] = []
    server = Server(rules(file, '[[rule]]\nname = "one"\nvalue = "x"\nsend = "old"\n'), on_notice=said.append)
    await server.listen(port=0)
    yield server, said
    await server.close()


async def test_a_saved_file_is_read_again_and_connections_stay(file: Path, told: tuple[Server, list[str]]) -> None:
    server, said = told
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        await ws.send("x")
        assert await ws.receive() == "old"
        write(file, '[[rule]]\nname = "one"\nvalue = "x"\nsend = "newer"\n[[rule]]\non = "any"\n')
        await until(lambda: len(report(server).rules) == 2)
        await ws.send("x")
        assert await ws.receive() == "newer"
        assert hits(server) == [2, 0]
        write(file, '[[rule]]\nvalue = "x"\nsend = "{{y}}"\n')
        await until(lambda: said)
        wrong = "rules.toml, line 3: Rule 1, send: {{y}}: There is no variable 'y'; there are none."
        assert said == [f"{wrong} The rules that were read before go on."]
        await ws.send("x")
        assert await ws.receive() == "newer"
        remove(file)
        await until(lambda: len(said) == 2)
        assert said[1].startswith("rules.toml: There is no such file.")


async def test_other_rules_and_none(file: Path, tmp_path: Path, told: tuple[Server, list[str]]) -> None:
    server, said = told
    other = tmp_path / "other.toml"
    write(other, '[[rule]]\non = "timer"\nevery = "10ms"\nsend = "tick"\n')
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        server.use_behaviour(plan("rules", [("file", str(other))]))
        assert await ws.receive() == "tick"
        server.use_behaviour(plan("rules"))
        assert report(server).rules == []
        assert said == []


async def test_a_file_that_is_named_before_anybody_has_come(file: Path) -> None:
    write(file, '[[rule]]\nvalue = "x"\nsend = "y"\n')
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=plan("rules")) as server:
        server.use_behaviour(plan("rules", [("file", str(file))]))
        async with connect(server.url) as ws:
            await ws.send("x")
            assert await ws.receive() == "y"


def test_a_file_with_errors_is_refused_with_its_line(file: Path) -> None:
    with pytest.raises(OptionError) as error:
        rules(file, "[[rule]]\nonn = 1\n")
    assert error.value.name == "file"
    assert str(error.value).startswith("rules.toml, line 2: Rule 1 has no 'onn'; there are ")


async def test_the_environment_leaves_only_as_a_person_says(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "test")
    text = '[[rule]]\non = "connect"\nsend = "{{env.STAGE}}"\n'
    with pytest.raises(
        OptionError, match=r"line 3: Rule 1, send: \{\{env.STAGE\}\} is sent only if the option environment"
    ):
        rules(file, text)
    async with (
        asyncio.timeout(PATIENCE),
        mock(file, text, ("environment", "STAGE")) as server,
        connect(server.url) as ws,
    ):
        assert await ws.receive() == "test"


async def test_what_is_expected_is_verified(file: Path) -> None:
    text = 'unmatched = "fail"\n[[rule]]\nname = "a\\nb"\nvalue = "x"\nexpect = "2"\n[[rule]]\nvalue = "y"\n'
    async with asyncio.timeout(PATIENCE), mock(file, text) as server, connect(server.url) as ws:
        for said in ("x", "y"):
            await ws.send(said)
        await ws.ping()
        found = report(server)
        assert found.verified
        assert not found.right
        assert as_table(found) == [
            "rule     when               expected  seen",
            "a␊b      text is x          twice     1x    WRONG",
            "rule 2   text is y          —         1x    ok",
            "no rule  any other message  never     0x    ok",
        ]
        await ws.send("x")
        await ws.ping()
        assert report(server).right
        await ws.send("\x1b[2J")
        await ws.ping()
        assert not report(server).right
        assert as_table(report(server))[-1] == "no rule for #1: ␛[2J"


async def test_a_client_cannot_make_answers_wait_without_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.behaviours.known.rules.MOST_WAITING", 3)
    said: list[str] = []
    server = Server(rules(file, '[[rule]]\nvalue = "x"\nsend = "y"\ndelay = "1h"\n'), on_notice=said.append)
    await server.listen(port=0)
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        await ws.send_messages(["x"] * 5)
        await ws.ping()
        assert said == ["#1 has 3 answers waiting: it gets no more until some have gone."]
    await server.close()


def test_its_values_are_plain() -> None:
    assert Rules().values() == {"file": "", "environment": []}
    assert json.dumps(list(Rules.parts)) == '["A rule"]'
