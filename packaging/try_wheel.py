"""Installs a wheel as a person would, and lets it test itself: ``python packaging/try_wheel.py dist [PYTHON...]``.

For each Python (default: the one that runs this) an empty environment is made outside the repository. It gets wsgui
without the window first, whose commands have to work and which says what the window needs; then ``wsgui[gui]``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TALK = """
import subprocess, sys
program = [sys.executable, "-m", "wsgui"]
server = subprocess.Popen([*program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
url = server.stdout.readline().removeprefix("listening on ").strip()
try:
    words = [*program, "connect", url, "--send", "hello", "--wait-messages", "1", "--capture", "talk.wscap"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
finally:
    server.terminate()
    server.wait(120)
assert (done.returncode, done.stdout) == (0, "hello\\n"), done
shown = subprocess.run([*program, "show", "talk.wscap"], capture_output=True, text=True, timeout=120)
assert shown.returncode == 0 and "hello" in shown.stdout, shown
found = [name for name in ("PySide6", "qasync", "pyqtgraph") if __import__("importlib.util").util.find_spec(name)]
assert not found, found
"""
"""A server, a client and a capture, without Qt."""


def run(python: Path, *words: str, folder: str, code: int = 0) -> str:
    """Run a Python's program to its end; returns what it said. Raises SystemExit if it ends otherwise."""
    # A person's pip knows no constraints of ours.
    environ = {name: value for name, value in os.environ.items() if name not in ("PIP_CONSTRAINT", "PYTHONPATH")}
    done = subprocess.run(  # noqa: S603 - words of this file
        [python, *words], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode != code:
        raise SystemExit(f"{python} {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def try_wheel(wheel: Path, python: str) -> None:
    """Install and test it with one Python."""
    with tempfile.TemporaryDirectory(prefix="wsgui-wheel-", ignore_cleanup_errors=True) as folder:
        run(Path(python), "-m", "venv", "away", folder=folder)
        away = Path(folder, "away", "Scripts/python.exe" if os.name == "nt" else "bin/python")
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(away, *pip, str(wheel), folder=folder)
        run(away, "-c", TALK, folder=folder)
        said = run(away, "-m", "wsgui", folder=folder, code=2)
        if "wsgui[gui]" not in said:
            raise SystemExit(f"What is missing is not said: {said}")
        run(away, *pip, f"wsgui[gui] @ {wheel.as_uri()}", folder=folder)
        sys.stdout.write(run(away, "-m", "wsgui", "--self-test", folder=folder))


def main() -> None:
    """Try the newest fitting wheel of a folder with each Python."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", default=[sys.executable])
    options = parser.parse_args()
    for python in options.pythons:
        asked = subprocess.run(  # noqa: S603 - a person's Python
            [python, "-c", "import sys; print('cp%d%d' % sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        wheels = sorted(options.folder.resolve().glob("wsgui-*.whl"))
        own = [one for one in wheels if f"-{asked.stdout.strip()}-" in one.name]
        for wheel in own or [one for one in wheels if "-none-any" in one.name]:
            sys.stdout.write(f"{python}: {wheel.name}\n")
            sys.stdout.flush()
            try_wheel(wheel, python)


if __name__ == "__main__":
    main()
