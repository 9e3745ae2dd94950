"""As CONTRIBUTING.md has it: a behaviour with its options is one file, and nothing else has to name it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

EXAMPLE = Path(__file__).parent / "example"
ROOT = Path(__file__).parents[3]

PROGRAM = """
import asyncio, sys
from wsgui.engine.behaviours import known
known.__path__.append(sys.argv[1])  # as if the file stood in the folder

from tests.behaviours_page import page
from wsgui.commands.endpoint_options import settings_for
from wsgui.commands.serve import serve_parser
from wsgui.endpoint.engine_options import server_plan
from wsgui.endpoint.summary import summary
from wsgui.endpoint.toml_file import SavedEndpoint, read_endpoints, write_endpoints
from wsgui.engine import connect, serve

words = ["--behaviour", "parrot", "--set", "times=3", "--set", "between=-", "--route", "/two=parrot"]
settings = settings_for(serve_parser().parse_args(words), "server")
print(summary(settings))
[saved], complaints = read_endpoints(write_endpoints([SavedEndpoint("1", "mine", "", settings)]))
assert saved.settings == settings and not complaints

async def talk():
    async with serve(port=0, behaviour=server_plan(saved.settings)) as server:
        for path in ("", "two"):
            async with connect(server.url + path) as ws:
                await ws.send("hello")
                print(await ws.receive())
asyncio.run(talk())
print([line for line in page().splitlines() if "parrot" in line or "Times" in line])

from PySide6.QtWidgets import QApplication
app = QApplication(["", "-platform", "offscreen"])
from wsgui.protocol.states import Role
from wsgui.ui.drawer.drawer import Drawer
from wsgui.ui.drawer.pages import drawer_pages
from wsgui.ui.tabs.server.server_bar import ServerBar
from wsgui.session.kinds import SERVER
bar = ServerBar()
print(bar.behaviour.findText("parrot") >= 0)
told = []
drawer = Drawer(SERVER, drawer_pages(Role.SERVER), lambda: settings, told.append)
field = drawer.fields["behaviour"]
print({name: one.value() for name, one in field.fields.items()}, field.fields["times"].box.maximum())
field.fields["times"].box.setValue(5)
print(told[0].behaviour_options)
"""


def test_a_behaviour_is_one_file() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(EXAMPLE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "['2 behaviour options', '1 route']",
        "hello-hello-hello",
        "hello hello",
        "['## parrot', '| `times` | **Times**: How often it says a text | 1 to 9 | `2` |']",
        "True",
        "{'times': 3, 'between': '-'} 9",
        "[('times', '5'), ('between', '-')]",
    ]


def test_it_is_told_in_contributing() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "wsgui/engine/behaviours/known/" in told
    assert "tests/engine/behaviours/example/parrot.py" in told
