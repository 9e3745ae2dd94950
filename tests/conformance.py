"""Run the Autobahn test suite against wsgui: ``python -m tests.conformance WSTEST [CASES...]``.

``WSTEST`` is the suite's own program (it needs Python 2.7, so it is not among the dependencies). Both roles are tried,
with and without permessage-deflate: its fuzzing client against ``wsgui serve``, its fuzzing server against
``wsgui connect --echo``. ``CASES`` are patterns such as ``7.*``; without any, all cases run, which takes an hour.
What is not a strict pass is listed, and the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WSGUI = [sys.executable, "-m", "wsgui"]
STRICT = ("OK", "INFORMATIONAL")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(words: list[str], port: int, folder: Path) -> Iterator[None]:
    """A program that listens on ``port``."""
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, env=_environment())
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}


def as_server(wstest: str, cases: list[str], options: list[str], folder: Path) -> dict[str, dict[str, str]]:
    """``wsgui serve`` against the fuzzing client."""
    port = free_port()
    spec = {
        "outdir": str(folder / "server"),
        "servers": [{"agent": "wsgui", "url": f"ws://127.0.0.1:{port}"}],
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    (folder / "server.json").write_text(json.dumps(spec))
    with running([*WSGUI, "serve", "--port", str(port), *options], port, folder):
        words = [wstest, "-m", "fuzzingclient", "-s", str(folder / "server.json")]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return _results(folder / "server")


def as_client(wstest: str, cases: list[str], options: list[str], folder: Path) -> dict[str, dict[str, str]]:
    """``wsgui connect --echo`` against the fuzzing server."""
    port = free_port()
    url = f"ws://127.0.0.1:{port}"
    spec = {
        "url": url,
        "outdir": str(folder / "client"),
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    (folder / "client.json").write_text(json.dumps(spec))

    def connect(path: str) -> str:
        words = [*WSGUI, "connect", url + path, "--echo", *options]
        said = subprocess.run(
            words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=_environment(), check=False
        )
        return said.stdout

    words = [wstest, "-u", "0", "-m", "fuzzingserver", "-s", str(folder / "client.json")]
    with running(words, port, folder):
        # What is echoed is not printed: the number of cases is read without --echo.
        said = subprocess.run(
            [*WSGUI, "connect", f"{url}/getCaseCount", "--idle-timeout", "20"],
            capture_output=True,
            text=True,
            stdin=subprocess.PIPE,
            env=_environment(),
            check=False,
        )
        for number in range(1, int(said.stdout.split()[0]) + 1):
            connect(f"/runCase?case={number}&agent=wsgui")
        connect("/updateReports?agent=wsgui")
    return _results(folder / "client")


def _results(folder: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((folder / "index.json").read_text())["wsgui"]
    return found


def main() -> int:
    """Run both roles, with and without compression."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("wstest")
    parser.add_argument("cases", nargs="*", default=["*"])
    arguments = parser.parse_args()
    failed = 0
    for name, run in (("server", as_server), ("client", as_client)):
        for options in ([], ["--deflate"]):
            with tempfile.TemporaryDirectory() as folder:
                found = run(arguments.wstest, arguments.cases, options, Path(folder))
            counts = Counter((one["behavior"], one["behaviorClose"]) for one in found.values())
            sys.stdout.write(
                f"{name} {' '.join(options) or 'without compression'}: {len(found)} cases, {dict(counts)}\n"
            )
            for case, one in found.items():
                if one["behavior"] not in STRICT or one["behaviorClose"] not in STRICT:
                    if one["behavior"] == "UNIMPLEMENTED" and not options:
                        continue  # cases of compression, and none was agreed on
                    failed += 1
                    sys.stdout.write(f"  {case}: {one['behavior']}, close {one['behaviorClose']}\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
