from __future__ import annotations

from tests.behaviours_page import PAGE, page
from wsgui.engine.behaviours import all_behaviours


def test_the_page_in_the_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.behaviours_page"
    for name, kind in all_behaviours().items():
        assert f"## {name}" in page()
        assert all(f"| `{option}` |" in page() for option in kind.rows())
