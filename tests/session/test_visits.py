from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import ACCEPTED, raw_client, until
from tests.engine.test_door import EVIL, page
from tests.patience import PATIENCE
from wsgui.endpoint.engine_options import server_options
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.engine.door import Visit
from wsgui.protocol.visitors import Visitor
from wsgui.session.server import ServerSession
from wsgui.session.visits import MOST_TOLD, VisitLog, options_for, question_text, who_text

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = (
    "Refused the page https://evil.example (connection 2 from 127.0.0.1:9): with broadcast clients reach more than "
    "themselves. --allow-origin https://evil.example lets it in."
)


def visit(origin: str, let_in: bool | None, behaviour: str, *, told: bool = True, host: str = "") -> Visit:
    return Visit(2, "127.0.0.1:9", origin, Visitor(origin, host), let_in, told, behaviour)


def test_what_the_command_line_says() -> None:
    log = VisitLog()
    assert log.sentence(visit("https://evil.example", False, "broadcast", told=False)) == REFUSED
    assert log.sentence(visit("https://evil.example", False, "broadcast", told=False)) == ""
    assert log.sentence(visit("https://a.example", True, "echo", told=False)) == (
        "Connection 2 from 127.0.0.1:9 is the page https://a.example; it may come in because with echo a client hears "
        "only itself."
    )
    assert log.sentence(visit("https://b.example", True, "echo")).endswith(
        "is the page https://b.example, which is let in."
    )
    assert log.sentence(visit("https://c.example", False, "broadcast")).endswith(
        "(connection 2 from 127.0.0.1:9): a list says so."
    )
    assert log.sentence(visit("https://d.example", False, "echo", told=False)).endswith(
        "it is not in the list of those who may come. --allow-origin https://d.example lets it in."
    )
    assert log.sentence(Visit(3, "", "http://localhost", Visitor(), True)) == ""
    assert log.sentence(visit("http://a http://b", False, "broadcast")).endswith("clients reach more than themselves.")


def test_nobody_fills_the_terminal() -> None:
    log = VisitLog()
    told = [
        log.sentence(visit(f"https://{number}.example", False, "broadcast", told=False))
        for number in range(MOST_TOLD + 9)
    ]
    assert all(one.startswith("Refused") for one in told[:MOST_TOLD])
    assert told[MOST_TOLD:] == ["More pages of other sites come; no more of them are told of."] + [""] * 8


def test_hostile_names() -> None:
    assert who_text(Visitor("https://a\x1b[2Jb")) == "the page https://a␛[2Jb"
    assert options_for(Visitor("https://$(touch x)")) == ""
    assert options_for(Visitor("https://$(touch)", "a;b")) == "--allow-origin 'https://$(touch)' --allow-host 'a;b'"
    long = Visitor("https://" + "good." * 50 + "evil.example")
    assert who_text(long).startswith("the page https://…")
    assert who_text(long).endswith("good.evil.example")
    assert len(who_text(long)) < 110
    assert who_text(long, whole=True) == f"the page {long.origin}"


def test_the_question() -> None:
    assert question_text(EVIL, 1, 0, "broadcast") == (
        "The page https://evil.example wants to come in. With broadcast it could hear others or speak to them. "
        "Its handshake waits."
    )
    assert "It is not in the list of those who may come. " in question_text(EVIL, 1, 0, "echo")
    assert question_text(EVIL, 3, 1, "broadcast").startswith("The page https://evil.example wants to come in (3 conn")
    assert question_text(EVIL, 1, 1, "broadcast").endswith(" 1 more waits.")
    assert question_text(EVIL, 1, 2, "broadcast").endswith(" 2 more wait.")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("origins", "a.example", "An origin is written scheme://host, scheme://host:port or null, not 'a.example'."),
        (
            "refused_origins",
            "ws://a/x",
            "An origin is written scheme://host, scheme://host:port or null, not 'ws://a/x'.",
        ),
        ("hosts", "ws://a", "A host is a name or an address, without a scheme or a path: not 'ws://a'."),
        ("refused_hosts", "a/b", "A host is a name or an address, without a scheme or a path: not 'a/b'."),
    ],
)
def test_lists_that_cannot_be_used(name: str, value: str, sentence: str) -> None:
    settings = EndpointSettings(kind="server", **{name: [value]})  # type: ignore[arg-type]
    with pytest.raises(SettingsError) as caught:
        server_options(settings)
    assert (caught.value.field, str(caught.value)) == (name, sentence)


@pytest.mark.parametrize("let_in", [True, False])
async def test_an_answer_is_remembered_by_the_endpoint(tmp_path: Path, let_in: bool) -> None:
    session = ServerSession("s", tmp_path, behaviour="broadcast")
    start = session.start("127.0.0.1", 0)
    assert start is not None
    await start
    assert session.server is not None
    rebound = Visitor("http://evil.example", "evil.example")
    async with asyncio.timeout(PATIENCE):
        for _ in range(2):  # the second time nobody is asked
            async with raw_client(session.server, page("http://evil.example", "evil.example")) as raw:
                if not session.settings.origins and not session.settings.refused_origins:
                    await until(lambda: session.questions)
                    assert list(session.questions) == [rebound]
                    assert session.connections[1].waits
                    assert session.message.endswith(" waits to be let in.")
                    session.answer(rebound, let_in)
                    assert session.questions == {}
                    assert not session.connections[1].waits
                head = await raw.head()
                assert head == ACCEPTED if let_in else head.startswith(b"HTTP/1.1 403 ")
                assert session.connections[1].origin == "http://evil.example"
        settings = session.settings
        await session.close()
    lists = (settings.origins, settings.hosts, settings.refused_origins, settings.refused_hosts)
    names = ["http://evil.example"], ["evil.example"]
    assert lists == ((*names, [], []) if let_in else ([], [], *names))


async def test_a_change_of_behaviour_is_told(tmp_path: Path) -> None:
    session = ServerSession("s", tmp_path)
    start = session.start("127.0.0.1", 0)
    assert start is not None
    await start
    assert session.server is not None
    async with asyncio.timeout(PATIENCE):
        async with raw_client(session.server, page()) as raw:
            assert await raw.head() == ACCEPTED
            assert session.message.startswith("Connection 1 from 127.0.0.1:")
            assert session.message.endswith("it may come in because with echo a client hears only itself.")
            session.use_behaviour("broadcast")
            assert session.message == (
                "1 page of another site was closed: with broadcast clients reach more than themselves, so each is "
                "asked about when it comes."
            )
        await session.close()
