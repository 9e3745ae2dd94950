"""The mock with verification, as somebody uses it who tests a client: aiohttp is that client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.patience import PATIENCE
from tests.programs import run, serving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.e2e

RULES = """
unmatched = "fail"

[variables]
user = ""

[[rule]]
name = "greeting"
on = "connect"
send = '{"hello":"{{path}}"}'
expect = 1

[[rule]]
name = "login"
on = "json"
path = "method"
value = "auth"
set = { user = "{{json.args[0]}}" }
send = '{"id":{{json.id|json}},"result":"{{user}} is in"}'
expect = 1

[[rule]]
name = "order"
on = "filter"
value = 'json.method == "order" and json.amount > 3'
given = { user = "admin" }
send = ['{"id":{{json.id|json}},"result":"accepted"}', '{"event":"shipped","number":{{counter}}}']
delay = "10ms"
expect = "2"

[[rule]]
name = "bye"
value = "bye"
then = "close"
code = 4000
reason = "bye {{user}}"
expect = 1
"""


async def talk(url: str, orders: int) -> list[object]:
    heard: list[object] = []
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session, session.ws_connect(f"{url}shop") as ws:
        heard.append(await ws.receive_json())
        await ws.send_json({"method": "auth", "args": ["admin"], "id": "a"})
        heard.append(await ws.receive_json())
        for number in range(orders):
            await ws.send_json({"method": "order", "amount": 4, "id": number})
            heard += [await ws.receive_json(), await ws.receive_json()]
        await ws.send_str("bye")
        message = await ws.receive()
        heard.append((message.data, message.extra))
    return heard


@pytest.fixture
def rules(tmp_path: Path) -> str:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return str(path)


async def test_a_scenario_is_passed(rules: str) -> None:
    async with serving("--verify", rules, "--until-closed") as served:
        assert await talk(served.url, 2) == [
            {"hello": "/shop"},
            {"id": "a", "result": "admin is in"},
            {"id": 0, "result": "accepted"},
            {"event": "shipped", "number": 1},
            {"id": 1, "result": "accepted"},
            {"event": "shipped", "number": 2},
            (4000, "bye admin"),
        ]
        await served.wait()
    assert served.code == 0
    assert served.out.splitlines()[-1] == "verified"


async def test_a_message_is_missing(rules: str) -> None:
    async with serving("--verify", rules, "--until-closed", code=1) as served:
        await talk(served.url, 1)
        await served.wait()
    assert [" ".join(line.split()) for line in served.out.splitlines()] == [
        "rule when expected seen",
        "greeting connect once 1x ok",
        "login method is auth once 1x ok",
        'order json.method == "order" and json.amount > 3 twice 1x WRONG',
        "bye text is bye once 1x ok",
        "no rule any other message never 0x ok",
        "NOT verified: 1 rule not hit as expected",
    ]


async def test_rules_on_a_route_and_several_clients(rules: str) -> None:
    words = ("--route", f"/shop=rules file={rules}", "--verify", rules, "--until-closed", "2")
    async with serving(*words) as served:
        await talk(served.url, 2)
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{served.url}other") as ws:
            await ws.send_str("echo")
            assert await ws.receive_str() == "echo"
        await served.wait()
    assert served.code == 0


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        (RULES, ("--behaviour", "echo"), "--verify is for the rules of {}, and the server does echo."),
        ("[[rule]]\nvalue = 'x'\n", (), "{} expects nothing, so there is nothing to verify: "),
        ("[[rule]]\nvalue = x\n", (), "rules.toml, line 2: This is not TOML: Invalid value."),
        (RULES, ("--until-closed", "0"), "argument --until-closed: a number of clients from 1 to 1000000, not '0'"),
    ],
)
async def test_what_cannot_be_verified_is_said_at_once(
    tmp_path: Path, text: str, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    code, out, err = await run("serve", "--port", "0", "--verify", str(path), *words)
    assert (code, out) == (2, "")
    assert says.format(path) in err
