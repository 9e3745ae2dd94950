"""The kept corpus through the fuzz targets, without atheris; and the targets notice what is wrong."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fuzz import targets
from tests.fuzz.found import FuzzError
from tests.fuzz.run import CORPUS
from tests.fuzz.targets import TARGETS
from wsgui.capture.reader import CaptureReader
from wsgui.protocol.compression import Inflator
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.server_handshake import ServerHandshake

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name[:30]}")
def test_the_kept_corpus(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_a_corpus_and_a_program() -> None:
    assert {path.parent.name for path in FILES} == set(TARGETS)
    for name in TARGETS:
        assert len([path for path in FILES if path.parent.name == name]) >= 7
        assert (Path(targets.__file__).parent / f"fuzz_{name}.py").is_file()


@pytest.mark.parametrize("name", TARGETS)
def test_little_or_nothing(name: str) -> None:
    for size in range(4):
        for byte in (0, 1, 0x41, 0xFF):
            TARGETS[name](bytes((byte,)) * size)


@pytest.mark.parametrize(
    ("name", "owner", "method", "broken"),
    [
        ("parser", FrameParser, "take_rest", lambda self: b""),
        ("handshake", ServerHandshake, "receive_data", lambda self, data: None),
        ("inflate", Inflator, "frame", lambda self, head, payload, room: bytes(room + 1)),
        ("capture", CaptureReader, "rows", lambda self, first, last: []),
        ("judge", FrameJudge, "judge", lambda self, frame: int("no number")),
    ],
)
def test_a_target_notices_a_defect(
    name: str, owner: type, method: str, broken: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, method, broken)
    corpus = [path.read_bytes() for path in (CORPUS / name).iterdir()]
    with pytest.raises((FuzzError, ValueError)):
        deque(map(TARGETS[name], corpus), maxlen=0)
