"""What the benchmarks measure beside: `make bench` installs it, and a run says what is missing."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.table import Peer

NODE_FOLDER = Path(__file__).parents[1] / "e2e" / "peers"
"""Where the npm packages of the tests are, and the programs that use them."""


@dataclass(frozen=True)
class Found:
    """A peer that is there, in this version; or why it is not."""

    version: str = ""
    missing: str = ""


def _aiohttp() -> Found:
    """The reader in C is what is compared with; a build of aiohttp may be without it."""
    found = _package("aiohttp")
    if found.missing or util.find_spec("aiohttp._websocket.reader_c"):
        return found
    return Found(missing=f"aiohttp {found.version} was built without its reader in C")


def _package(name: str) -> Found:
    if util.find_spec(name) is None:
        return Found(missing=f"{name} is not installed: `make bench` does it")
    return Found(metadata.version(name))


def _ws() -> Found:
    node = shutil.which("node")
    if node is None:
        return Found(missing="Node.js is not installed")
    program = "console.log(process.version + ', ws ' + require('ws/package.json').version)"
    ran = subprocess.run(
        [node, "-e", program], cwd=NODE_FOLDER, capture_output=True, text=True, check=False, timeout=60
    )
    if ran.returncode:
        return Found(missing="ws is not installed for Node.js: `make bench` does it where npm is")
    return Found(ran.stdout.strip())


PEERS: dict[Peer, Callable[[], Found]] = {
    "aiohttp": _aiohttp,
    "picows": lambda: _package("picows"),
    "uvloop": lambda: _package("uvloop"),
    "ws on Node": _ws,
}


@cache
def find(peer: Peer) -> Found:
    """Whether ``peer`` is there."""
    return PEERS[peer]()


def installed(peer: Peer) -> bool:
    """Whether ``peer`` can be measured beside."""
    return not find(peer).missing
