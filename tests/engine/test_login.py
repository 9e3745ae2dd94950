"""HTTP Digest with servers and proxies that check the answer themselves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.engine.digest_gate import DigestGate
from tests.engine.raw import Raw, answer_to, raw_server
from tests.patience import PATIENCE
from wsgui.engine import ConnectError, HandshakeError, Options, open_connection
from wsgui.engine.errors import ProxyRefusalError
from wsgui.engine.options import Credentials, Network
from wsgui.records import ConnectionOpened

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wsgui.records import Record

ME = Options(digest=Credentials("me", "s3cret"))


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0", "", ""]).encode()


def unauthorized(*challenges: str) -> bytes:
    return answer("401 Unauthorized", *(f"WWW-Authenticate: {one}" for one in challenges))


async def accept(raw: Raw, head: bytes) -> None:
    raw.send(answer_to(head))
    await raw.frame()
    raw.send(b"\x88\x02\x03\xe8")


def guarded(gate: DigestGate, *, more: str = "") -> Callable[[Raw], Awaitable[None]]:
    async def serve_one(raw: Raw) -> None:
        head = await raw.head()
        if gate.lets_in(head):
            await accept(raw, head)
        else:
            raw.send(unauthorized('Basic realm="gate"', gate.challenge(more)))

    return serve_one


def test_a_password_is_not_in_the_text_of_options() -> None:
    assert "s3cret" not in repr(ME)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512-256", "MD5-sess", "SHA-256-sess"])
async def test_a_challenge_is_answered_on_a_connection_of_its_own(records: list[Record], algorithm: str) -> None:
    gate = DigestGate("me", "s3cret", algorithm=algorithm)
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate)) as place:
        numbers = count(7)
        ws = await open_connection(
            f"ws://{place}/a?b=c,d", options=ME, number=lambda: next(numbers), observer=records.append
        )
        await ws.close()
    assert [one.connection for one in records if isinstance(one, ConnectionOpened)] == [7, 8]
    assert [b"Authorization" in head for head in gate.heads] == [False, True]
    assert b'uri="/a?b=c,d"' in gate.heads[1]


@pytest.mark.parametrize("options", [Options(digest=Credentials("", "")), ME])
async def test_who_stands_in_the_url_never_leaves_as_basic(options: Options) -> None:
    named = options is ME
    gate = DigestGate("me" if named else "you", "s3cret")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate)) as place:
        await (await open_connection(f"ws://you:{'other' if named else 's3cret'}@{place}/", options=options)).close()
    assert [b"Authorization" in head for head in gate.heads] == [False, True]


async def test_a_typed_header_goes_first_and_the_answer_takes_its_place() -> None:
    gate = DigestGate("me", "s3cret")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate)) as place:
        options = replace(ME, headers=(("authorization", "Mine x"), ("X-A", "1")))
        await (await open_connection(f"ws://you:p@{place}/", options=options)).close()
    first, second = gate.heads
    assert b"authorization: Mine x\r\n" in first
    assert b"Mine" not in second
    assert all(b"X-A: 1\r\n" in head for head in gate.heads)


async def test_a_wrong_password_is_told_after_one_answer() -> None:
    gate = DigestGate("me", "other")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate)) as place:
        with pytest.raises(HandshakeError) as caught:
            await open_connection(f"ws://{place}/", options=ME)
    assert str(caught.value) == "The server answered 401: it did not accept the user name and the password (Digest)."
    assert (caught.value.status, len(gate.heads)) == (401, 2)


async def test_a_stale_nonce_is_answered_once_more() -> None:
    gate = DigestGate("me", "other")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate, more=", stale=true")) as place:
        with pytest.raises(HandshakeError, match="it did not accept"):
            await open_connection(f"ws://{place}/", options=ME)
        assert len(gate.heads) == 3
        gate.heads.clear()

        async def once_stale(raw: Raw) -> None:
            head = await raw.head()
            if gate.lets_in(head) and len(gate.heads) == 3:
                await accept(raw, head)
            else:
                raw.send(unauthorized(gate.challenge(", stale=true" if len(gate.heads) > 1 else "")))

        gate.password = "s3cret"
        async with raw_server(once_stale) as other:
            await (await open_connection(f"ws://{other}/", options=ME)).close()


@pytest.mark.parametrize(
    ("challenges", "why"),
    [
        (['Basic realm="x"'], "it asks for Basic, not for Digest"),
        (["Digest realm=a, nonce=b, algorithm=MD6"], "it asks for Digest with MD6, which is not known here"),
        ([], "it does not ask for Digest"),
    ],
)
async def test_what_is_not_understood_is_said_and_no_password_leaves(challenges: list[str], why: str) -> None:
    heads = []

    async def serve_one(raw: Raw) -> None:
        heads.append(await raw.head())
        raw.send(unauthorized(*challenges))

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        with pytest.raises(HandshakeError, match=f"^The server answered 401: {why}[.]$"):
            await open_connection(f"ws://me:s3cret@{place}/", options=ME)
    (head,) = heads
    assert b"Authorization" not in head


async def test_a_request_that_errs_on_purpose_is_not_made_anew() -> None:
    gate = DigestGate("me", "s3cret")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(gate)) as place:
        with pytest.raises(HandshakeError, match=r"^The server answered 401, not 101"):
            await open_connection(f"ws://{place}/", options=ME, request=lambda *_: b"GET / HTTP/1.1\r\n\r\n")
    assert gate.heads == [b"GET / HTTP/1.1\r\n\r\n"]


async def test_after_a_redirect_the_same_server_is_answered_and_no_other() -> None:
    gate, foreign = DigestGate("me", "s3cret"), DigestGate("me", "s3cret")
    async with asyncio.timeout(PATIENCE), raw_server(guarded(foreign)) as there:

        async def serve_one(raw: Raw) -> None:
            head = await raw.head()
            if not gate.lets_in(head):
                raw.send(unauthorized(gate.challenge()))
            elif head.startswith(b"GET /a "):
                raw.send(answer("302 Found", "Location: /b"))
            else:
                raw.send(answer("302 Found", f"Location: ws://{there}/c"))

        async with raw_server(serve_one) as here:
            options = replace(ME, network=Network(redirects=2))
            with pytest.raises(HandshakeError, match=r"^The server answered 401, not 101"):
                await open_connection(f"ws://{here}/a", options=options)
    assert [head.split()[1] for head in gate.heads] == [b"/a", b"/a", b"/b", b"/b"]
    assert [head.split()[1] for head in foreign.heads] == [b"/c"]
    assert b"uthorization" not in foreign.heads[0]


# --- proxies


def proxy(gate: DigestGate, *, more: str = "", challenges: list[str] | None = None) -> Callable[[Raw], Awaitable[None]]:
    """A proxy that is the server behind it too."""

    async def serve_one(raw: Raw) -> None:
        if gate.lets_in(await raw.head()):
            raw.send(b"HTTP/1.1 200 OK\r\n\r\n")
            await accept(raw, await raw.head())
        else:
            asked = [gate.challenge(more)] if challenges is None else challenges
            raw.send(answer("407 No", *(f"Proxy-Authenticate: {one}" for one in asked)))

    return serve_one


def through(place: str, *, alone: bool) -> Options:
    return Options(network=Network(proxy=f"http://me:s3cret@{place}", proxy_digest=alone))


@pytest.mark.parametrize("alone", [True, False])
async def test_a_proxys_challenge_is_answered_for_the_authority(alone: bool) -> None:
    gate = DigestGate("me", "s3cret", name="Proxy-Authorization")
    async with asyncio.timeout(PATIENCE), raw_server(proxy(gate)) as place:
        await (await open_connection("ws://a.example/x", options=through(place, alone=alone))).close()
    first, second = gate.heads
    assert (b"\r\nProxy-Authorization: Basic " in first) is not alone
    assert b'uri="a.example:80"' in second
    assert b"Basic" not in second


@pytest.mark.parametrize(
    ("alone", "challenges", "why", "asked"),
    [
        (True, None, "it did not accept the user name and the password (Digest): 407", 2),
        (False, None, "it did not accept the user name and the password (Digest): 407", 2),
        (True, ['Basic realm="x"'], "it asks for Basic, not for Digest: 407", 1),
        (False, ['Basic realm="x"'], "it did not accept the user name and the password (Basic): 407", 1),
        (
            False,
            ["Digest realm=a, nonce=b, qop=auth-int"],
            "it asks for Digest with the protection auth-int, and auth alone is known here: 407",
            1,
        ),
    ],
)
async def test_a_proxy_that_is_not_satisfied(alone: bool, challenges: list[str] | None, why: str, asked: int) -> None:
    gate = DigestGate("me", "other", name="Proxy-Authorization")
    async with asyncio.timeout(PATIENCE), raw_server(proxy(gate, challenges=challenges)) as place:
        with pytest.raises(ProxyRefusalError) as caught:
            await open_connection("ws://a.example/", options=through(place, alone=alone))
    assert str(caught.value) == f"The proxy {place} did not connect to a.example:80: {why}."
    assert (caught.value.status, len(gate.heads)) == (407, asked)
    assert not alone or not any(b": Basic" in head for head in gate.heads)


async def test_a_proxy_that_was_given_no_name_is_not_answered() -> None:
    gate = DigestGate("me", "s3cret", name="Proxy-Authorization")
    async with asyncio.timeout(PATIENCE), raw_server(proxy(gate)) as place:
        with pytest.raises(ConnectError, match=r"it asks for a user name and a password \(Digest\): 407[.]$"):
            await open_connection("ws://a.example/", options=Options(network=Network(proxy=f"http://{place}")))
    assert len(gate.heads) == 1


async def test_the_servers_password_is_not_the_proxys() -> None:
    here, there = DigestGate("me", "s3cret", name="Proxy-Authorization"), DigestGate("you", "else")

    async def serve_one(raw: Raw) -> None:
        if not here.lets_in(await raw.head()):
            raw.send(answer("407 No", f"Proxy-Authenticate: {here.challenge()}"))
            return
        raw.send(b"HTTP/1.1 200 OK\r\n\r\n")
        head = await raw.head()
        if there.lets_in(head):
            await accept(raw, head)
        else:
            raw.send(unauthorized(there.challenge()))

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        options = replace(through(place, alone=True), digest=Credentials("you", "else"))
        await (await open_connection("ws://a.example/", options=options)).close()
    assert [head.split()[0] for head in here.heads] == [b"CONNECT"] * 4
    assert not any(b"you" in head for head in here.heads)
    assert not any(b"Proxy-" in head for head in there.heads)
