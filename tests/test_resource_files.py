from __future__ import annotations

from wsgui.resource_files import resource


def test_resources_are_found_or_not() -> None:
    icon = resource("icons/wsgui.svg")
    assert icon is not None
    assert icon.is_file()
    assert resource("icons/no-such.svg") is None
