"""What ``wsgui serve`` and ``wsgui connect`` can be told, as programs that talk to each other and to OpenSSL."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.patience import PATIENCE
from tests.programs import WSGUI, end, run, serving, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.e2e


async def test_compression_headers_and_subprotocols(tmp_path: Path) -> None:
    words = ("--deflate", "--subprotocol", "chat.v2", "--header", "X-Served: by me", "--path", "/chat*")
    came = (
        "wsgui: Connection 1 from 127.0.0.1:PORT is the page https://a.example; it may come in because with echo a "
        "client hears only itself.\n"
    )
    async with serving(*words, says=came) as served:
        capture = tmp_path / "a.wscap"
        code, out, err = await run(
            "connect",
            f"{served.url}chat",
            "--deflate",
            "--subprotocol",
            "chat.v1",
            "--subprotocol",
            "chat.v2",
            "--header",
            "x-Mine: 1",
            "--origin",
            "https://a.example",
            "--cookie",
            "a=1",
            "--bearer",
            "t0",
            "--send",
            "Hello Hello Hello",
            "--capture",
            str(capture),
        )
        assert (code, out) == (0, "Hello Hello Hello\n")
        assert err == "wsgui: a.wscap holds secrets of handshakes (Authorization, Cookie); exports mask them.\n"
    code, shown, _ = await run("show", str(capture), "--json")
    assert code == 0
    for part in (
        "x-Mine: 1",
        "Origin: https://a.example",
        "X-Served: by me",
        "chat.v2",
        "permessage-deflate",
    ):
        assert part in shown
    code, shown, _ = await run("show", str(capture), "--filter", 'text contains "Hello Hello"')
    assert code == 0
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    ("served_words", "words", "status"),
    [
        (("--path", "/chat"), (), 404),
        (("--user", "a:b"), ("--user", "a:c"), 401),
        (("--allow-origin", "https://a.example"), ("--origin", "https://b.example"), 403),
        (("--require-header", "X-Key: 7"), (), 403),
        (("--subprotocol", "chat", "--require-subprotocol"), (), 400),
        (("--reject", "503:Come back later."), (), 503),
        (("--policy", "handshake=wrong-version"), (), 426),
    ],
)
async def test_refused(served_words: tuple[str, ...], words: tuple[str, ...], status: int) -> None:
    refused = (
        "wsgui: Refused the page https://b.example (connection 1 from 127.0.0.1:PORT): it is not in the list of those "
        "who may come. --allow-origin https://b.example lets it in.\n"
    )
    async with serving(*served_words, says=refused if "--origin" in words else "") as served:
        code, out, err = await run("connect", served.url, *words)
    assert (code, out) == (1, "")
    assert f"The server answered {status}, not 101" in err


async def test_tls_with_the_certificate_that_wsgui_makes(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    process = await start(*WSGUI, "serve", "--port", "0", "--tls", **home)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            url = (await process.stdout.readline()).decode().split()[-1]
        assert url.startswith("wss://127.0.0.1:")
        authority = next((tmp_path / "data").rglob("wsgui authority.pem"))
        code, out, err = await run("connect", url, "--ca", str(authority), "--send", "Hello")
        assert (code, out, err) == (0, "Hello\n", "")
        code, out, err = await run("connect", url, "--send", "Hello")
        assert code == 1
        assert "it comes from an authority that this machine does not trust" in err
        code, out, err = await run("connect", url, "--insecure", "--send", "Hello")
        assert (code, out, err) == (0, "Hello\n", "")
    finally:
        process.terminate()
        _, said = await process.communicate()
        await end(process)
    assert "To trust it, give a client the authority" in said.decode()


async def test_tls_without_a_folder_to_keep_the_certificate_in(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = {"XDG_DATA_HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path)}
    process = await start(*WSGUI, "serve", "--port", "0", "--tls", **home)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().split()[-1]
        authority = next(tmp_path.rglob("wsgui authority.pem"))  # noqa: ASYNC240
        assert await run("connect", url, "--ca", str(authority), "--send", "Hello") == (0, "Hello\n", "")
    finally:
        process.terminate()
        _, said = await process.communicate()
        await end(process)
    assert process.returncode == 0
    assert "cannot be used: not a directory. The certificates go to" in said.decode()


@contextmanager
def openssl_server(*words: str) -> Iterator[int]:
    """``openssl s_server`` on a free port."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl command is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "s_server", "-accept", f"127.0.0.1:{port}", "-naccept", "5", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"ACCEPT" in line:
                break
        yield port
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("version", ["-tls1_3", "-tls1_2"])
async def test_openssl_asks_for_a_client_certificate(tmp_path: Path, version: str) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = ca.issue_cert("127.0.0.1")
    server.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    words = ("-cert", str(tmp_path / "server.pem"), "-Verify", "1", "-CAfile", str(tmp_path / "ca.pem"), version)
    with openssl_server(*words) as port:
        code, out, err = await run("connect", f"wss://127.0.0.1:{port}/", "--ca", str(tmp_path / "ca.pem"))
    assert (code, out) == (1, "")
    assert "the server asks for a client certificate" in err or "found no version, cipher or certificate" in err


async def test_wrong_use() -> None:
    for words, said in (
        (("connect", "ws://a/", "--policy", "colour=red"), "There is no policy colour"),
        (("connect", "ws://a/", "--policy", "drop"), "written name=value"),
        (("connect", "ws://a/", "--policy", "drop=opcod == 1"), "There is no field opcod"),
        (("connect", "ws://a/", "--policy", "drop=number < 5"), "number is not known of a frame on its way"),
        (("connect", "ws://a/", "--proxy", "ftp://x:1"), "A proxy's URL starts with"),
        (("connect", "ws://a/", "--timeout", "soon"), "Expected a time"),
        (("connect", "ws://a/", "--cookie", "x"), "written NAME=VALUE"),
        (("connect", "--endpoint", "nowhere"), "There is no saved endpoint nowhere."),
        (("serve", "--path", "chat"), "A path starts with /"),
        (("serve", "--deflate-wish", "foo"), "permessage-deflate has no parameter foo."),
        (("serve", "--reject", "99"), "a status is a number from 200 to 599"),
        (("serve", "--cert", "/nowhere.pem", "--tls"), "The file /nowhere.pem does not exist."),
    ):
        code, out, err = await run(*words)
        assert (code, out) == (2, ""), words
        assert said in err


async def test_a_saved_endpoint(tmp_path: Path) -> None:
    folder = tmp_path / "wsgui"
    folder.mkdir()
    async with serving("--deflate", "--subprotocol", "chat") as served:
        (folder / "endpoints.toml").write_text(
            f'format = 1\n[[endpoint]]\nid = "1"\nname = "mine"\nfolder = "work"\nurl = "{served.url}"\n'
            'deflate = true\nsubprotocols = ["chat"]\non_connect = ["from the file"]\n'
        )
        home = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
        code, out, err = await run("connect", "--endpoint", "work/mine", "--send", "and from here", **home)
    assert (code, out, err) == (0, "from the file\nand from here\n", "")


async def test_it_connects_again() -> None:
    code, out, err = await run(
        "connect", "ws://127.0.0.1:9/", "--reconnect", "--reconnect-attempts", "1", "--policy", "mode=observe"
    )
    assert (code, out) == (1, "")
    assert "Trying again in" in err
    assert "Gave up after 1 attempt." in err
