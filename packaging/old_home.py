"""Puts what older versions left behind into a home folder, and says whether a newer one kept it.

``python packaging/old_home.py make HOME`` writes settings, saved endpoints and captures of formats 1 to 3, as the
programs of then wrote them; ``check HOME`` looks whether all of it is there, as it was. `try_in_roots` asks in between.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from tests.capture.old_formats import write_old  # noqa: E402
from wsgui.endpoint.settings import EndpointSettings  # noqa: E402
from wsgui.endpoint.store import FILE_NAME, EndpointStore  # noqa: E402

FORMATS: Final = (1, 2, 3)
ENDPOINT: Final = "chat of before"
SETTINGS: Final = "[General]\ntheme=dark\nhistory=ws://127.0.0.1:1/before\n"
KEPT: Final = "kept.json"
"""Beside the captures: what each file was like."""


def captures(home: Path) -> Path:
    """Where captures lie that a person has saved."""
    return home / "captures of before"


def make(home: Path) -> None:
    """Write everything."""
    config = home / ".config/wsgui"
    config.mkdir(parents=True, exist_ok=True)
    (config / "wsgui.ini").write_text(SETTINGS, "utf-8")
    EndpointStore(config / FILE_NAME).add(ENDPOINT, EndpointSettings(url="ws://127.0.0.1:1/before"), "Work")
    folder = captures(home)
    folder.mkdir(exist_ok=True)
    for number in FORMATS:
        write_old(folder / f"format {number}.wscap", number)
    kept = {path.name: _sum(path) for path in sorted(folder.glob("*.wscap"))} | {
        FILE_NAME: (config / FILE_NAME).read_text("utf-8")
    }
    (folder / KEPT).write_text(json.dumps(kept), "utf-8")


def check(home: Path) -> list[str]:
    """What is not as it was, a sentence each."""
    config, folder = home / ".config/wsgui", captures(home)
    kept = json.loads((folder / KEPT).read_text("utf-8"))
    endpoints = kept.pop(FILE_NAME)
    wrong = [f"{name} has changed." for name, known in kept.items() if _sum(folder / name) != known]
    if (config / FILE_NAME).read_text("utf-8") != endpoints:
        wrong.append("The saved endpoints have changed.")
    settings = (config / "wsgui.ini").read_text("utf-8")
    wrong += [f"The settings lack {line}." for line in SETTINGS.splitlines()[1:] if line not in settings]
    return wrong


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def main() -> int:
    """``make HOME`` or ``check HOME``."""
    what, home = sys.argv[1], Path(sys.argv[2])
    if what == "make":
        make(home)
        return 0
    wrong = check(home)
    sys.stderr.write("".join(f"{sentence}\n" for sentence in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
