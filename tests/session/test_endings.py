from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.session.endings import ending

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_cannot_be_read_gives_a_sentence(tmp_path: Path) -> None:
    assert ending(tmp_path / "none.wsgui", None).problem == "none.wsgui does not exist."
