from __future__ import annotations

from tests.rules_page import PAGE, page
from wsgui.protocol.rules import RULES


def test_the_page_in_the_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.rules_page"
    assert all(f"| `{rule}` |" in page() for rule in RULES)
