"""``wsgui connect`` as programs use it: framings, encodings, formats, waiting, codes, secrets."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.engine.digest_gate import DigestGate
from tests.engine.raw import Raw, answer_to, raw_server
from tests.patience import PATIENCE
from tests.programs import WSGUI, end, join_watchers, run, serving, start
from wsgui.engine import Options, Server
from wsgui.engine.tls import Tls

if TYPE_CHECKING:
    from collections.abc import Iterator

BYE = b"\x88\x02\x03\xe8"


@pytest.fixture(autouse=True)
def watchers_end() -> Iterator[None]:
    yield
    join_watchers()


async def heard(*words: str, stdin: bytes = b"") -> list[tuple[int, bytes]]:
    """The frames that a server hears from ``wsgui connect URL WORDS``, the close frame last."""
    got: list[tuple[int, bytes]] = []

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        while not got or got[-1][0] != 0x88:
            got.append(await raw.frame())
        raw.send(b"\x88" + bytes([len(got[-1][1])]) + got[-1][1])

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        code, out, err = await run("connect", f"ws://{place}/", *words, stdin=stdin)
    assert (code, out, err) == (0, "", "")
    return got


# --- what is sent


@pytest.mark.parametrize(
    ("words", "stdin", "frames"),
    [
        (("--input", "whole"), b"a\nb\n", [(0x81, b"a\nb\n")]),
        (("--input", "nul"), b"a\nb\0c", [(0x81, b"a\nb"), (0x81, b"c")]),
        (("--input", "length", "--encoding", "binary"), b"\0\0\0\x02\xff\n", [(0x82, b"\xff\n")]),
        (("--encoding", "hex"), b"00ff\n\n", [(0x82, b"\x00\xff"), (0x82, b"")]),
        (("--input", "whole", "--encoding", "base64"), b"YWJj\nZGVm\n", [(0x82, b"abcdef")]),
        (("--send", "@a", "--send-hex", "ff", "--send", "b", "--send-base64", "YQ"), b"c", None),
    ],
)
async def test_input(words: tuple[str, ...], stdin: bytes, frames: list[tuple[int, bytes]] | None) -> None:
    if frames is None:
        frames = [(0x81, b"@a"), (0x82, b"\xff"), (0x81, b"b"), (0x82, b"a"), (0x81, b"c")]
    assert await heard(*words, stdin=stdin) == [*frames, (0x88, b"\x03\xe8")]


async def test_a_file_and_a_close_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x00\xff\n")
    words = ("--send-file", str(tmp_path / "x"), "--close", "4001", "so long")
    assert await heard(*words) == [(0x82, b"\x00\xff\n"), (0x88, b"\x0f\xa1so long")]


async def test_input_that_is_not_what_it_should_be() -> None:
    async with serving() as served:
        for words, stdin, said in (
            (("--encoding", "hex"), b"00\n0\n11\n", "line 2 of standard input is not pairs of hex digits"),
            (("--input", "length"), b"\0\0\0\x0200\0\0", "message 2 of standard input ends before its length says"),
        ):
            code, out, err = await run("connect", served.url, *words, stdin=stdin)
            assert (code, out, err) == (1, "00\n", f"wsgui: {said}: reading stopped there.\n")


# --- staying


async def test_it_stays_until_messages_came() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        assert await raw.frame() == (0x81, b"ask")
        raw.send(b"\x81\x01a")
        raw.send(b"\x81\x01b\x81\x01c")
        assert await raw.frame() == (0x88, b"\x03\xe8")
        raw.send(BYE)

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--wait-messages", "3", stdin=b"ask\n")
    assert (code, out, err) == (0, "a\nb\nc\n", "")


async def test_messages_that_do_not_come_in_time() -> None:
    async with serving("--behaviour", "silent") as served:
        code, out, err = await run("connect", served.url, "--wait-messages", "2", "--wait", "100ms", "--send", "x")
    assert (code, out, err) == (1, "", "wsgui: 0 of 2 messages came in 0.1 s.\n")


async def test_the_connection_ends_before_the_messages_came() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x01a" + BYE)
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--wait-messages", "2")
    assert (code, out, err) == (1, "a\n", "wsgui: 1 of 2 messages came before the connection ended.\n")


async def test_it_stays_until_the_peer_closes() -> None:
    got = asyncio.Event()

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        assert await raw.frame() == (0x81, b"x")
        got.set()
        raw.send(b"\x81\x04late" + BYE)
        assert await raw.frame() == (0x88, b"\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--stay", stdin=b"x\n")
    assert (code, out, err) == (0, "late\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGHUP")
@pytest.mark.parametrize("words", [("--stay",), ("--wait", "10min")])
async def test_a_hangup_closes_in_order(words: tuple[str, ...], tmp_path: Path) -> None:
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi")
        got.append(await raw.frame())
        raw.send(b"\x88\x02\x0f\xa0")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/", *words, "--close", "4000", "bye")
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdin.close()
        assert await process.stdout.readline() == b"hi\n"
        process.send_signal(signal.SIGHUP)
        assert await process.wait() == 0
        await end(process)
    assert got == [(0x88, b"\x0f\xa0bye")]


# --- what is printed


async def printed(*words: str) -> tuple[int, bytes, str]:
    async def say(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        assert await raw.frame() == (0x81, b"ask")
        text = "a\x1b\n\u202e".encode()
        raw.send(b"\x81" + bytes([len(text)]) + text + b"\x82\x02\x00\xff" + BYE)
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(say) as place:
        process = await start(*WSGUI, "connect", f"ws://{place}/", "--send", "ask", "--stay", *words)
        out, err = await process.communicate(b"")
        assert process.returncode is not None
        return process.returncode, out, err.decode()


TEXT = "a\x1b\n\u202e".encode()


@pytest.mark.parametrize(
    ("format_", "wanted"),
    [
        ("text", TEXT + b"\n00ff\n"),
        ("raw", TEXT + b"\x00\xff"),
        ("nul", TEXT + b"\0\x00\xff\0"),
        ("length", b"\0\0\0\x06" + TEXT + b"\0\0\0\x02\x00\xff"),
    ],
)
async def test_formats(format_: str, wanted: bytes) -> None:
    assert await printed("--output", format_) == (0, wanted, "")


async def test_json_lines() -> None:
    code, out, err = await printed("--output", "json", "--directions")
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["type"], row["direction"], row["opcode"], row["length"]) for row in rows] == [
        ("message", "sent", 1, 3),
        ("message", "received", 1, 6),
        ("message", "received", 2, 2),
    ]
    assert [row.get("text") for row in rows] == ["ask", TEXT.decode(), None]
    assert base64.b64decode(rows[2]["base64"]) == b"\x00\xff"
    assert all(row["time_ns"] > 1_600_000_000_000_000_000 for row in rows)
    assert "\u202e".encode() not in out


async def test_a_long_text_is_text_in_json_too() -> None:
    async with serving() as served:
        code, out, err = await run(
            "connect", served.url, "--output", "json", "--wait-messages", "1", stdin=b"x" * 300_000
        )
    assert (code, err) == (0, "")
    assert json.loads(out)["text"] == "x" * 300_000


async def test_times_and_directions() -> None:
    code, out, err = await printed("--times", "--directions")
    assert (code, err) == (0, "")
    lines = out.decode().split("\n")
    assert [line[15:] for line in (lines[0], lines[1], lines[3])] == [" -> ask", " <- a\x1b", " <- 00ff"]
    assert all(line[2] == line[5] == ":" and line[8] == "." for line in (lines[0], lines[1], lines[3]))


async def test_verbose() -> None:
    code, out, err = await printed("--output", "raw", "--verbose", "--bearer", "s3cret", "--header", "X-Plain: ä")
    assert (code, out) == (0, TEXT + b"\x00\xff")
    lines = err.splitlines()
    assert lines[0].startswith("* 127.0.0.1:")
    assert "> GET / HTTP/1.1" in lines
    assert "> Authorization: Bearer ***" in lines
    assert "> X-Plain: ä" in lines
    assert "< HTTP/1.1 101 Switching Protocols" in lines
    assert lines.index("<") > lines.index(">")
    assert "< CLOSE 1000 normal closure" in lines
    assert "s3cret" not in err
    code, out, err = await printed("--verbose", "--keep-secrets", "--bearer", "s3cret")
    assert "> Authorization: Bearer s3cret" in err


async def test_raw_bytes_do_not_go_to_a_terminal() -> None:
    pty = pytest.importorskip("pty", reason="terminals are POSIX's")
    ours, theirs = pty.openpty()
    try:
        for name in ("raw", "nul", "length"):
            process = await asyncio.create_subprocess_exec(
                *WSGUI,
                "connect",
                "ws://127.0.0.1:9/",
                "--output",
                name,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=asyncio.subprocess.PIPE,
            )
            _, err = await process.communicate()
            assert process.returncode == 2
            assert b"could steer the terminal" in err
    finally:
        for one in (ours, theirs):
            os.close(one)


# --- how it ended


@pytest.mark.parametrize(
    ("close", "words", "code", "said"),
    [
        (b"\x88\x02\x03\xe8", (), 0, ""),
        (b"\x88\x00", (), 0, ""),
        (b"\x88\x02\x03\xe9", (), 0, ""),
        (b"\x88\x05\x03\xe8bye", (), 0, "wsgui: The peer closed: 1000 normal closure, “bye”.\n"),
        (b"\x88\x0f\x03\xf0token expired", (), 1, "wsgui: The peer closed: 1008 policy violation, “token expired”.\n"),
        (b"\x88\x02\x0f\xa1", (), 1, "wsgui: The peer closed: 4001 private use.\n"),
        (b"\x88\x02\x0f\xa1", ("--ok-codes", "3000,4000-4099"), 0, "wsgui: The peer closed: 4001 private use.\n"),
        (b"\x88\x02\x0f\xa1", ("--ok-codes", "4002"), 1, "wsgui: The peer closed: 4001 private use.\n"),
    ],
)
async def test_exit_codes(close: bytes, words: tuple[str, ...], code: int, said: str) -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + close)
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        assert await run("connect", f"ws://{place}/", "--stay", *words) == (code, "", said)


async def test_a_refusal_says_why() -> None:
    async def refuse(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 401 No\r\nContent-Length: 11\r\nWWW-Authenticate: Basic\r\n\r\nno\x1b[2J\ntake")

    async with asyncio.timeout(PATIENCE), raw_server(refuse) as place:
        code, out, err = await run("connect", f"ws://{place}/")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "wsgui: The server answered 401, not 101 Switching Protocols.",
        "  It asks for Basic.",
        "  no␛[2J",
        "  take",
    ]


async def test_reconnecting_says_why_and_counts_connections_that_do_not_hold() -> None:
    async def slam(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x88\x06\x03\xf5busy")
        await raw.frame()

    async with asyncio.timeout(PATIENCE), raw_server(slam) as place:
        code, out, err = await run("connect", f"ws://{place}/", "--stay", "--reconnect", "--reconnect-attempts", "1")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("wsgui: The peer closed: 1013 try again later, “busy”. Trying again in ")
    assert lines[1] == "wsgui: The peer closed: 1013 try again later, “busy”. Gave up after 1 attempt."


async def test_ctrl_c_while_it_waits_to_connect_again() -> None:
    process = await start(*WSGUI, "connect", "ws://127.0.0.1:9/", "--reconnect")
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        assert b"Trying again in" in await process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 130
    await end(process)


# --- secrets


async def test_secrets_from_elsewhere(tmp_path: Path) -> None:
    heads = []

    async def talk(raw: Raw) -> None:
        heads.append(await raw.head())
        raw.send(answer_to(heads[-1]) + BYE)
        await raw.frame()

    (tmp_path / "pw").write_text("s3cret\n")
    (tmp_path / "headers").write_text("X-Key: k1\nX-More: ü\n")
    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        words = ("--user", f"me:@{tmp_path / 'pw'}", "--header", f"@{tmp_path / 'headers'}", "--cookie", "$JAR")
        assert await run("connect", "$URL", *words, URL=f"ws://{place}/x", JAR="sid=1") == (0, "", "")
        assert await run("connect", f"ws://{place}/", "--user", "me", WSGUI_PASSWORD="s3cret") == (0, "", "")
    basic = base64.b64encode(b"me:s3cret")
    assert heads[0].startswith(b"GET /x ")
    for line in (b"Authorization: Basic " + basic, b"X-Key: k1", "X-More: ü".encode(), b"Cookie: sid=1"):
        assert line + b"\r\n" in heads[0]
    assert b"Authorization: Basic " + basic + b"\r\n" in heads[1]


async def test_digest(tmp_path: Path) -> None:
    gate = DigestGate("me", "s3cret")

    async def talk(raw: Raw) -> None:
        head = await raw.head()
        if gate.lets_in(head):
            raw.send(answer_to(head) + BYE)
            await raw.frame()
        else:
            raw.send(f"HTTP/1.1 401 No\r\nWWW-Authenticate: {gate.challenge()}\r\nContent-Length: 0\r\n\r\n".encode())

    kept = tmp_path / "kept.wscap"
    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        words = ("connect", f"ws://{place}/x", "--digest", "--user")
        code, out, err = await run(*words, "me:s3cret", "--capture", str(kept))
        assert (code, out) == (0, "")
        assert err == "wsgui: kept.wscap holds secrets of handshakes (Authorization); exports mask them.\n"
        code, out, err = await run("connect", f"ws://me:s3cret@{place}/x", "--digest", "--verbose")
        assert (code, err.count("GET /x HTTP/1.1"), err.count("401 No"), "s3cret" in err) == (0, 2, 1, False), err
        code, out, err = await run(*words, "me:wrong")
        assert (code, out) == (1, "")
        assert "The server answered 401: it did not accept the user name and the password (Digest)." in err
    assert len(gate.heads) == 6
    assert not any(b"Basic" in head for head in gate.heads)
    code, out, _ = await run("show", str(kept))
    assert [line.split()[2] for line in out.splitlines()[:4]] == ["1", "1", "2", "2"], out


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads Linux's list of processes")
async def test_the_list_of_processes_holds_no_secret() -> None:
    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()) + b"\x81\x02hi")
        await raw.frame()
        raw.send(BYE)

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        words = ("--user", "me:s3cret-1", "--header", "X-Any: s3cret-2", "--send", "s3cret-3")
        process = await start(*WSGUI, "connect", f"ws://u:s3cret-4@{place}/?t=s3cret-5", *words)
        assert process.stdout is not None
        assert await process.stdout.readline() == b"hi\n"
        seen = Path(f"/proc/{process.pid}/cmdline").read_bytes()  # noqa: ASYNC240
        await process.communicate(b"")
    assert b"s3cret" not in seen
    assert f"wsgui connect ws://{place}/*** --user ***".encode() in seen


# --- wrong use


async def test_wrong_use(tmp_path: Path) -> None:
    for words, said in (
        (("--close", "70000"), "--close is written CODE REASON, with a code from 0 to 65535, not '70000'."),
        (("--close", "now"), "--close is written CODE REASON"),
        (("--close", "4000", "x" * 124), "A close reason has up to 123 bytes of UTF-8, not 124"),
        (("--close", "4000", "so", "long"), "quote a reason that has blanks"),
        (("--ok-codes", "4000-"), "close codes are written 4000,4100-4199"),
        (("--wait", "soon"), "Expected a time"),
        (("--wait-messages", "0"), "a number from 1 on"),
        (("--stay", "--wait", "1s"), "--stay has no end"),
        (("--output", "raw", "--times"), "have no place in --output raw"),
        (("--send-hex", "0"), "is not pairs of hex digits"),
        (("--send-file", str(tmp_path / "no")), "cannot be read"),
        (("--header", f"@{tmp_path / 'no'}"), "cannot be read"),
        (("--digest", "--bearer", "t"), "--digest and --bearer cannot go together."),
        (("--user", "a:b", "--bearer", "t"), "--user and --bearer cannot go together."),
        (("--proxy", "socks5://u:p@h:1", "--proxy-digest"), "HTTP Digest is for http:// and https:// proxies"),
        (("--bearer", "$NO_SUCH_VARIABLE"), "there is no environment variable NO_SUCH_VARIABLE"),
    ):
        code, out, err = await run("connect", "ws://127.0.0.1:9/", *words)
        assert (code, out) == (2, ""), words
        assert said in err, (words, err)
        assert err.count("\n") == 1, err
    code, _, err = await run("connect", "--close", "4000", "bye")
    assert (code, err) == (2, "wsgui: Say which URL to connect to.\n")


@pytest.mark.parametrize(("words", "payload"), [(("4000",), b"\x0f\xa0"), (("4000", "bye"), b"\x0f\xa0bye")])
async def test_a_close_before_the_url(words: tuple[str, ...], payload: bytes) -> None:
    got = []

    async def talk(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        got.append(await raw.frame())
        raw.send(b"\x88\x02\x0f\xa0")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        assert await run("connect", "--close", *words, f"ws://{place}/") == (0, "", "")
    assert got == [(0x88, payload)]


async def test_a_certificate_trusted_by_its_fingerprint(tmp_path: Path) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_bytes(trustme.CA().issue_cert("example.org").private_key_and_cert_chain_pem.bytes())
    async with asyncio.timeout(PATIENCE):
        server = Server(options=Options(tls=Tls(certificate=str(certificate))))
        await server.listen(port=0, secure=True)
        code, out, err = await run("connect", server.url)
        assert (code, out) == (1, "")
        found = re.search(r"its SHA-256 fingerprint is (\S+); with it, --pin trusts this certificate", err)
        assert found is not None
        assert "it comes from an authority that this machine does not trust" in err
        assert await run("connect", server.url, "--pin", found[1], "--pin", "ab" * 32) == (0, "", "")
        code, out, err = await run("connect", server.url, "--pin", "ab" * 32)
        assert (code, out) == (1, "")
        assert f"it is another than the one that is trusted for this endpoint (SHA-256 {found[1]} was shown)" in err
        assert err.count("fingerprint") == 0
        code, out, err = await run("connect", server.url, "--pin", "abc")
        assert (code, out) == (2, "")
        assert "A SHA-256 fingerprint has 64 hex digits" in err
        await server.close()


async def test_variables_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSGUI_TEST_TOKEN", "s3cret token")
    monkeypatch.delenv("WSGUI_TEST_GONE", raising=False)
    heads: list[bytes] = []

    async def talk(raw: Raw) -> None:
        head = await raw.head()
        heads.append(head)
        raw.send(answer_to(head))
        assert await raw.frame() == (0x88, b"\x03\xe8")
        raw.send(b"\x88\x02\x03\xe8")

    async with asyncio.timeout(PATIENCE), raw_server(talk) as place:
        url = f"ws://{place}/?t=$WSGUI_TEST_TOKEN&$filter=1"
        words = ("--header", "X-Key: Key $WSGUI_TEST_TOKEN", "--bearer", "$$WSGUI_TEST_TOKEN", "--verbose")
        code, out, err = await run("connect", url, *words)
        assert (code, out) == (0, "")
        assert b"GET /?t=s3cret%20token&$filter=1 HTTP/1.1\r\n" in heads[0]
        assert b"X-Key: Key s3cret token\r\n" in heads[0]
        assert b"Authorization: Bearer $WSGUI_TEST_TOKEN\r\n" in heads[0]
        assert "s3cret" not in err
        for more in ((f"ws://{place}/?t=$WSGUI_TEST_GONE",), (url, "--cookie", "a=$WSGUI_TEST_GONE")):
            code, out, err = await run("connect", *more)
            assert (code, out) == (2, "")
            assert err.endswith(
                "There is no environment variable WSGUI_TEST_GONE; write $$WSGUI_TEST_GONE if $WSGUI_TEST_GONE itself "
                "is meant.\n"
            )
    assert len(heads) == 1


# --- templates and answers


async def test_templates_are_a_choice() -> None:
    assert (await heard("--send", "{{counter}}"))[0] == (0x81, b"{{counter}}")
    words = ("--var", "a=1", "--var", "a@far=2", "--environment", "far", "--send", "{{a}} {{counter}}")
    assert await heard(*words, stdin=b"{{counter}} \\{{a}}\n") == [
        (0x81, b"2 1"),
        (0x81, b"2 {{a}}"),
        (0x88, b"\x03\xe8"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--template", "--send", "{{b}}"), "{{b}}: There is no variable 'b'; there are none."),
        (("--template", "--send", "{{b"), "{{ has no }} behind it; text is written \\{{."),
        (("--template", "--send", "{{env.NOT_SET_AT_ALL}}"), "There is no environment variable NOT_SET_AT_ALL."),
        (("--var", "b"), "written NAME=VALUE, not 'b'"),
        (("--answer", "/nowhere/rules.toml"), "rules.toml: There is no such file."),
    ],
)
async def test_templates_that_cannot_be_filled_in(words: tuple[str, ...], said: str) -> None:
    code, out, err = await run("connect", "ws://127.0.0.1:9/", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


async def test_lines_that_cannot_be_filled_in_are_said() -> None:
    async with serving() as served:
        code, out, err = await run(
            "connect", served.url, "--template", "--wait-messages", "1", stdin=b"{{b}}\n{{env.HOME}}\na\n"
        )
    assert (code, out) == (1, "a\n")
    assert err.splitlines() == [
        "wsgui: not sent: {{b}}: There is no variable 'b'; there are none.",
        "wsgui: not sent: The environment variable HOME may not be sent: nobody has named it.",
    ]


async def test_a_client_that_answers(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\non = "equals"\nvalue = "ping"\nsend = "pong {{n}}"\n')
    async with serving() as served:
        words = ("--answer", str(tmp_path / "rules.toml"), "--var", "n=7", "--wait-messages", "2", "--directions")
        code, out, err = await run("connect", served.url, *words, stdin=b"ping\n")
    assert (code, err) == (0, "")
    assert sorted(out.splitlines()) == ["-> ping", "-> pong 7", "<- ping", "<- pong 7"]
