"""The files of a folder: what lies outside of it is not there; conditions, ranges, and long files in pieces."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.raw import raw_client, until
from tests.patience import PATIENCE
from wsgui.engine import Options, Server, Timeouts
from wsgui.engine.behaviours import Behaviour
from wsgui.engine.options import SiteOptions
from wsgui.engine.static_files import PIECE, FileChangedError, FilePart, file_answer
from wsgui.protocol.handshake_rules import Headers
from wsgui.records import BytesSeen, ConnectionClosed, Direction, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.protocol.http_exchange import HttpAnswer
    from wsgui.records import Record

HOST = b"Host: localhost\r\n"


def answer_to(folder: Path, path: str, method: str = "GET", *headers: tuple[bytes, bytes]) -> HttpAnswer:
    return file_answer(folder, path, method, Headers(headers))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    (top / "sub dir").mkdir(parents=True)
    (top / "index.html").write_text("top")
    (top / "sub dir" / "index.html").write_text("sub")
    (top / ".env").write_text("secret")
    (top / ".git").mkdir()
    (top / ".git" / "config").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "top-secret").mkdir()
    (tmp_path / "top-secret" / "a.txt").write_text("secret")
    return top


def test_what_is_served(folder: Path) -> None:
    answer = answer_to(folder, "/")
    assert (answer.status, answer.body) == (200, b"top")
    assert answer.headers[0] == ("Content-Type", "text/html; charset=utf-8")
    assert answer_to(folder, "/index.html").body == b"top"
    assert answer_to(folder, "/sub dir/").body == b"sub"
    away = answer_to(folder, "/sub dir")
    assert (away.status, away.headers[0]) == (301, ("Location", "/sub%20dir/"))


def test_a_redirect_stays_on_this_server(folder: Path) -> None:
    assert answer_to(folder, "//sub dir").headers[0] == ("Location", "/sub%20dir/")


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/sub dir/../../outside.txt",
        "/../top-secret/a.txt",
        "/./index.html",
        "/.env",
        "/.git/config",
        "/..\\outside.txt",
        "/C:/outside.txt",
        "/index.html::$DATA",
        "/index.html/x",
        "/no",
        "/nul\x00byte",
        "/" + "x" * 5000,
        "/a\u202etxt",
    ],
)
def test_what_is_not_there(folder: Path, path: str) -> None:
    answer = answer_to(folder, path)
    assert answer.status == 404


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links(folder: Path) -> None:
    (folder / "out.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "away").symlink_to(folder.parent)
    (folder / "hidden").symlink_to(folder / ".env")
    (folder / "in.txt").symlink_to(folder / "index.html")
    (folder / "round").symlink_to(folder / "round")
    for path in ("/out.txt", "/away/outside.txt", "/away/", "/hidden", "/round"):
        assert answer_to(folder, path).status == 404, path
    assert answer_to(folder, "/in.txt").body == b"top"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert answer_to(folder, "/pipe").status == 404


def test_a_folder_that_is_gone(folder: Path) -> None:
    assert answer_to(folder / "gone", "/").status == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["..", ".", "sub dir", "outside.txt", "top-secret", "a.txt", ".env", "", "top"])))
def test_no_path_leads_outside(folder: Path, parts: list[str]) -> None:
    assert b"secret\n" not in answer_to(folder, "/" + "/".join(parts)).body + b"\n"


def test_conditions_and_ranges(folder: Path) -> None:
    (folder / "a.bin").write_bytes(b"0123456789")
    os.utime(folder / "a.bin", (1_000_000_000, 1_000_000_000))
    told = dict(answer_to(folder, "/a.bin").headers)
    assert told["Last-Modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"
    assert (told["Accept-Ranges"], told["Cache-Control"]) == ("bytes", "no-cache")
    assert told["Content-Type"] == "application/octet-stream"
    tag = told["ETag"].encode()
    same = answer_to(folder, "/a.bin", "GET", (b"If-None-Match", tag))
    assert (same.status, same.body) == (304, b"")
    part = answer_to(folder, "/a.bin", "GET", (b"Range", b"bytes=2-4"))
    assert (part.status, part.body, part.headers[1]) == (206, b"234", ("Accept-Ranges", "bytes"))
    assert dict(part.headers)["Content-Range"] == "bytes 2-4/10"
    beyond = answer_to(folder, "/a.bin", "GET", (b"Range", b"bytes=10-"))
    assert (beyond.status, beyond.headers[0]) == (416, ("Content-Range", "bytes */10"))
    assert answer_to(folder, "/a.bin", "GET", (b"If-Match", b'"other"')).status == 412
    head = answer_to(folder, "/a.bin", "HEAD")
    assert (head.status, head.body, head.length) == (200, b"", 10)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.json", "application/json; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.tar.gz", "application/gzip"),
        ("a.html.br", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_types(folder: Path, name: str, kind: str) -> None:
    (folder / name).write_bytes(b"x")
    assert answer_to(folder, f"/{name}").headers[0] == ("Content-Type", kind)


def test_an_empty_file(folder: Path) -> None:
    (folder / "empty").write_bytes(b"")
    answer = answer_to(folder, "/empty", "GET", (b"Range", b"bytes=0-"))
    assert answer.status == 416
    assert answer_to(folder, "/empty").body == b""


LONG = bytes(range(256)) * 4 * (3 * PIECE // 1024) + b"end"
"""Three pieces and a bit."""


@pytest.fixture
def long(folder: Path) -> Path:
    (folder / "long.bin").write_bytes(LONG)
    return folder / "long.bin"


def part_of(folder: Path) -> FilePart:
    rest = answer_to(folder, "/long.bin").rest
    assert isinstance(rest, FilePart)
    return rest


def replace(file: Path) -> None:
    (file.parent / "other.bin").write_bytes(LONG)
    (file.parent / "other.bin").rename(file)


async def test_pieces_are_bounded(folder: Path, long: Path) -> None:
    assert [len(piece) async for piece in part_of(folder).pieces()] == [PIECE, PIECE, PIECE, 3]


async def test_a_file_that_is_replaced_on_its_way(folder: Path, long: Path) -> None:
    part = part_of(folder)
    replace(long)
    with pytest.raises(FileChangedError, match=r"^long\.bin was replaced while it was sent\.$"):
        [piece async for piece in part.pieces()]


async def test_a_file_that_becomes_shorter(folder: Path, long: Path) -> None:
    pieces = part_of(folder).pieces()
    assert await anext(pieces) == LONG[:PIECE]
    os.truncate(long, PIECE)
    with pytest.raises(FileChangedError, match=r"^long\.bin became shorter while it was sent\.$"):
        await anext(pieces)


def serving(folder: Path, seen: list[Record], **times: float) -> Server:
    options = Options(site=SiteOptions(folder=str(folder)), timeouts=Timeouts(**times))
    return Server(Behaviour(), options=options, observer=seen.append)


async def test_a_long_file_and_the_next_request(folder: Path, long: Path) -> None:
    seen: list[Record] = []
    server = serving(folder, seen)
    await server.listen("127.0.0.1", 0)
    first = b"GET /long.bin HTTP/1.1\r\n" + HOST + b"\r\n"
    async with asyncio.timeout(PATIENCE), raw_client(server, first) as raw:
        raw.send(b"HEAD /long.bin HTTP/1.1\r\n" + HOST + b"\r\n")  # while the first one is answered
        head = await raw.head()
        assert b"Content-Length: %d\r\n" % len(LONG) in head
        assert await raw.read(len(LONG)) == LONG
        assert b"Content-Length: %d\r\n" % len(LONG) in await raw.head()
        raw.send(b"GET /long.bin HTTP/1.1\r\n" + HOST + b"Range: bytes=-5\r\nConnection: close\r\n\r\n")
        assert b"Content-Range: bytes %d-%d/%d\r\n" % (len(LONG) - 5, len(LONG) - 1, len(LONG)) in await raw.head()
        assert await raw.rest() == LONG[-5:]
        await until(lambda: isinstance(seen[-1], ConnectionClosed))
        await server.close()
    kinds = [type(one) for one in seen if getattr(one, "direction", None) is Direction.SENT]
    assert kinds == [HandshakeSeen, *[BytesSeen] * 4, HandshakeSeen, HandshakeSeen]
    closed = seen[-1]
    assert isinstance(closed, ConnectionClosed)
    assert closed.text == "Plain HTTP: 3 requests were answered."


async def test_a_client_that_hangs_up_in_the_middle(folder: Path) -> None:
    with (folder / "long.bin").open("wb") as file:
        file.truncate(1 << 30)  # much more than systems buffer
    seen: list[Record] = []
    server = serving(folder, seen)
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, b"GET /long.bin HTTP/1.1\r\n" + HOST + b"\r\n") as raw:
            assert b"Content-Length: 1073741824\r\n" in await raw.head()
            raw.reset()
        await until(lambda: isinstance(seen[-1], ConnectionClosed))
        await server.close()


async def test_a_client_that_does_not_read(folder: Path) -> None:
    with (folder / "long.bin").open("wb") as file:
        file.truncate(1 << 30)
    seen: list[Record] = []
    server = serving(folder, seen, between_requests=0.05)
    await server.listen("127.0.0.1", 0)
    first = b"GET /long.bin HTTP/1.1\r\n" + HOST + b"\r\n"
    async with asyncio.timeout(PATIENCE), raw_client(server, first):
        await until(lambda: isinstance(seen[-1], ConnectionClosed))
        await server.close()
    closed = seen[-1]
    assert isinstance(closed, ConnectionClosed)
    assert closed.text == "The client read nothing of its answer for 0.05 s."
    assert sum(len(one.data) for one in seen if isinstance(one, BytesSeen)) < 1 << 26
