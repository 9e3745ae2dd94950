"""As CONTRIBUTING.md has it: a decoder is one file, and nothing else has to name it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen

EXAMPLE = Path(__file__).parent / "example"
ROOT = Path(__file__).parents[3]

PROGRAM = """
import sys
from pathlib import Path
from wsgui.dissect.decoders import known
known.__path__.append(sys.argv[1])  # as if the file stood in the folder

from wsgui.capture.reader import CaptureReader
from wsgui.capture.search import Search
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Message
from wsgui.filter import complete, parse
from wsgui.session.copying import copy_row
from wsgui.ui.view.frames.cells import PAYLOAD, cells_of

def ids(text):
    with Search(sys.argv[2], parse(text)) as search:
        return list(search.ids(0, 2, progress=lambda *_: None, cancelled=bool))

print(ids('morse.word == "SOS"'), ids('decoder == morse'), ids('summary contains "SOS"'))
print([one.text for one in complete("morse.", 6)])
with CaptureReader(sys.argv[2]) as reader:
    print(cells_of(reader.row(1)).texts[PAYLOAD])
    print(copy_row(reader, 1, "decoded")[0])
message = Message(b"S=... O=---", text=True)
root = registry.decode(registry.automatic(NO_CONTEXT, message), NO_CONTEXT, message).root
print([(node.label, node.text, node.start, node.stop) for node in root.children])
"""


def test_a_decoder_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wscap"
    with CaptureWriter(path) as writer:
        frames = [Frame.build(1, b"S=... O=--- S=..."), Frame.build(1, b"hello")]
        writer.put(FramesSeen(1, 1, Direction.RECEIVED, frames))
        assert writer.flush()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(EXAMPLE), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "[1] [1] [1]",
        "['morse.word']",
        "Morse Letters · SOS",
        "SOS",
        "[('S', '...', 0, 5), ('O', '---', 6, 11)]",
    ]


def test_it_is_told_in_contributing() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "wsgui/dissect/decoders/known/" in told
    assert "tests/dissect/decoders/example/morse_letters.py" in told
