from __future__ import annotations

from tests.options_page import PAGE, page
from wsgui.endpoint.settings import OPTIONS


def test_the_page_in_the_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.options_page"
    assert all(f"`{name}`" in page() for name, row in OPTIONS.items() if row.faces)
