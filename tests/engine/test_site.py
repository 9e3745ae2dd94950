"""What a browser sees beside WebSockets."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from wsgui.engine import site
from wsgui.engine.site import page_answer

if TYPE_CHECKING:
    import pytest


def test_the_page_runs_its_own_script_alone() -> None:
    answer = page_answer()
    text = answer.body.decode()
    policy = dict(answer.headers)["Content-Security-Policy"]
    assert not re.search(r"https?://|//[a-z]+\.|\son[a-z]+=|style=|innerHTML|eval\(|document\.write", text)
    for element in ("script", "style"):
        [inside] = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in policy


def test_a_page_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "resource", lambda name: None)
    page_answer.cache_clear()
    assert page_answer().status == 404
    page_answer.cache_clear()
