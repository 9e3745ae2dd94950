from __future__ import annotations

from tests.decoders_page import PAGE, page
from wsgui.dissect.decoders.registry import all_decoders


def test_the_page_in_the_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.decoders_page"
    assert all(f"| `{name}` |" in page() for name in all_decoders())
