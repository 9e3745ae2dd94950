from __future__ import annotations

import asyncio

import pytest

from tests.engine.raw import NO_KEY, shaken_client
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve
from wsgui.engine.behaviours.plan import Plan, Route, Told, read_route, route_text, split_route, told_pairs
from wsgui.options.texts import OptionError


def test_texts_become_values() -> None:
    found = plan("clock", [("interval", "500ms"), ("template", " a=b ")], ["/a/*=broadcast others=on", "/b=echo"])
    assert found == Plan(
        Told("clock", {"interval": 0.5, "template": " a=b "}),
        (Route("/a/*", Told("broadcast", {"others": True})), Route("/b", Told("echo"))),
    )
    assert told_pairs(found.behaviour) == [("interval", "0.5"), ("template", " a=b ")]


def test_a_route_is_written_as_in_a_shell() -> None:
    text = route_text("/a b=c", "clock", [("template", 'it\'s "{time}"'), ("interval", "2")])
    assert split_route(text) == ("/a b=c", "clock", [("template", 'it\'s "{time}"'), ("interval", "2")])
    assert read_route(text).told.values == {"template": 'it\'s "{time}"', "interval": 2.0}


@pytest.mark.parametrize(
    ("name", "pairs", "routes", "field", "sentence"),
    [
        ("dance", [], [], "behaviour", "There is no behaviour 'dance'; there are asyncapi, broadcast, "),
        ("echo", [("x", "1")], [], "x", "The behaviour echo has no option 'x'."),
        (
            "clock",
            [("every", "1")],
            [],
            "every",
            "The behaviour clock has no option 'every'; there are interval and template.",
        ),
        ("broadcast", [("x", "")], [], "x", "The behaviour broadcast has no option 'x'; there is others."),
        ("broadcast", [("others", "perhaps")], [], "others", "others: Expected on or off, not 'perhaps'."),
        ("clock", [("interval", "soon")], [], "interval", "interval: Expected a time, such as 500ms or 2s, not 'soon'"),
        ("clock", [("interval", "0")], [], "interval", "interval: Expected a time from 0.001 to 86400 seconds, not"),
        ("echo", [], ["/a"], "routes", "A route is written /PATH=NAME KEY=VALUE, not '/a'."),
        ("echo", [], ["a=echo"], "routes", "A route is written /PATH=NAME KEY=VALUE, not 'a=echo'."),
        ("echo", [], [""], "routes", "A route is written /PATH=NAME KEY=VALUE, not '': it is empty."),
        ("echo", [], ["/a='echo"], "routes", 'A route is written /PATH=NAME KEY=VALUE, not "/a=\'echo": no closing'),
        ("echo", [], ["/a=echo x"], "routes", "The route /a: an option is written KEY=VALUE, not 'x'."),
        ("echo", [], ["/a=dance"], "routes", "The route /a: There is no behaviour 'dance'"),
        ("echo", [], ["/a=clock interval=x"], "routes", "The route /a: interval: Expected a time"),
        ("echo", [], ["/a=echo", "/a=silent"], "routes", "The path /a has two routes."),
    ],
)
def test_what_cannot_be_used(
    name: str, pairs: list[tuple[str, str]], routes: list[str], field: str, sentence: str
) -> None:
    with pytest.raises(OptionError) as caught:
        plan(name, pairs, routes)
    assert caught.value.name == field
    assert str(caught.value).startswith(sentence)


async def test_paths_have_behaviours_of_their_own() -> None:
    told = plan("silent", [], ["/chat=echo", "/room/*=broadcast", "/room/never=silent", "/a%=echo"])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server:
        async with shaken_client(server) as raw:  # it asks for /chat
            raw.send(b"\x81\x82" + NO_KEY + b"hi")
            assert await raw.frame() == (0x81, b"hi")
        async with (
            connect(f"{server.url}room/a?x=1") as one,
            connect(f"{server.url}room/never") as two,
            connect(f"{server.url}chat?q") as echo,
            connect(f"{server.url}chat/") as other,
        ):
            await other.send("nobody hears")
            await echo.send("alone")
            assert await echo.receive() == "alone"
            await one.send("all")
            assert [await one.receive(), await two.receive()] == ["all", "all"]
            await other.ping()
            assert not other._inbox


async def test_what_stays_keeps_its_connections_and_what_it_knows() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=plan("clock", [("template", "{n}"), ("interval", "1h")], ["/a=broadcast"])) as server,
        connect(server.url) as ws,
        connect(f"{server.url}a") as member,
        connect(f"{server.url}a") as sender,
    ):
        assert await ws.receive() == "1"
        clock, room = server.behaviour, server.behaviour_of(server.connections[2])
        told = plan("clock", [("template", "tick {n}"), ("interval", "1ms")], ["/a=broadcast others=on", "/b=echo"])
        assert server.use_behaviour(told) == 0
        assert server.behaviour is clock
        assert server.behaviour_of(server.connections[2]) is room
        assert await ws.receive() == "tick 2"
        await sender.send("x")
        assert await member.receive() == "x"
        await sender.ping()
        assert not sender._inbox
        # A route that is taken away leaves its connections to what is done elsewhere, and the other way round.
        server.use_behaviour(plan("clock", [("template", "tock"), ("interval", "1ms")]))
        assert await member.receive() == "tock"
        server.use_behaviour(plan("clock", [("template", "tock"), ("interval", "1ms")], ["/a=echo"]))
        await sender.send("echo?")
        while (text := await sender.receive()) == "tock":
            pass
        assert text == "echo?"
        assert [one.number for one in clock.members] == [1]  # type: ignore[attr-defined]


async def test_foreign_pages_are_closed_where_their_path_is_no_longer_alone() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=plan("echo")) as server,
        connect(server.url, options=_page()) as one,
        connect(f"{server.url}a", options=_page()) as two,
    ):
        assert server.use_behaviour(plan("echo", [], ["/a=broadcast"])) == 1
        await two.wait_closed()
        assert two.closed is not None
        assert two.closed.code == 1008
        await one.send("still here")
        assert await one.receive() == "still here"
        assert server.use_behaviour(plan("broadcast")) == 1


def _page():  # type: ignore[no-untyped-def]
    from wsgui.engine import Options

    return Options(headers=(("Origin", "https://evil.example"),))
